// The two formats of capture files as bytes: pcap-savefile(5), and pcapng
// (draft-ietf-opsawg-pcapng). Classic files have this machine's byte order, blocks that of their
// section.
import { badRange, integer } from '../errors/arguments';
import { u16 } from '../structs';
import { pcap_file_header, pcap_record } from '../structs/pcap';
import type { Block, ByteOrder, PcapngOption } from './blocks';

export type Format = 'pcap' | 'pcapng';

/** Bytes of a frame that readers allow at most, and what tcpdump says when it takes whole frames. */
export const MAXIMUM_SNAPLEN = 262_144;

export const PCAP_MAGIC = 0xa1b2c3d4;
export const PCAP_NANO = 0xa1b23c4d;
/** A patched libpcap's, with eight more bytes a record. */
export const PCAP_MODIFIED = 0xa1b2cd34;
export const BYTE_ORDER = 0x1a2b3c4d;

export const SECTION = 0x0a0d0d0a;
export const INTERFACE = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const NAMES = 4;
export const STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const SECRETS = 10;
export const CUSTOM_COPY = 0xbad;
export const CUSTOM = 0x40000bad;

const BILLION = 1_000_000_000n;
const MOST_SECONDS = 0xffffffffn;

export function pcapHeader(linktype: number, snaplen: number, nanoseconds: boolean): Buffer {
  return pcap_file_header.pack({
    magic: nanoseconds ? PCAP_NANO : PCAP_MAGIC,
    versionMajor: 2,
    versionMinor: 4,
    snaplen,
    linktype,
  });
}

/** A record of a classic file, whose seconds have 32 bits. */
export function pcapRecord(
  data: Uint8Array,
  timestamp: bigint,
  len: number,
  nanoseconds: boolean,
): Buffer {
  if (timestamp < 0n || timestamp / BILLION > MOST_SECONDS)
    throw badRange(
      'write: timestamp',
      'nanoseconds from 1970 to 2106 in a pcap file (pcapng has no such limit)',
      timestamp,
    );
  const record = Buffer.allocUnsafe(pcap_record.size + data.length);
  const rest = timestamp % BILLION;
  pcap_record.packInto(record, 0, {
    seconds: Number(timestamp / BILLION),
    fraction: Number(nanoseconds ? rest : rest / 1000n),
    caplen: data.length,
    len,
  });
  record.set(data, pcap_record.size);
  return record;
}

export const NATIVE_ORDER: ByteOrder = u16.read(Uint8Array.of(1, 0), 0) === 1 ? 'LE' : 'BE';

/** Writes the fields of a block in the byte order of its section. */
class Body {
  readonly parts: Uint8Array[] = [];
  constructor(readonly order: ByteOrder) {}

  #number(size: number, write: (view: DataView, little: boolean) => void): this {
    const bytes = new Uint8Array(size);
    write(new DataView(bytes.buffer), this.order === 'LE');
    this.parts.push(bytes);
    return this;
  }
  u16(value: number): this {
    return this.#number(2, (view, little) => view.setUint16(0, value, little));
  }
  u32(value: number): this {
    return this.#number(4, (view, little) => view.setUint32(0, value, little));
  }
  u64(value: bigint): this {
    return this.#number(8, (view, little) => view.setBigUint64(0, value, little));
  }
  /** 64 bits as two words, the high one first. */
  halves(value: bigint): this {
    return this.u32(Number(value >> 32n)).u32(Number(value & 0xffffffffn));
  }
  bytes(value: Uint8Array): this {
    this.parts.push(value);
    const odd = value.length % 4;
    if (odd > 0) this.parts.push(new Uint8Array(4 - odd));
    return this;
  }
  options(options: readonly PcapngOption[]): this {
    for (const { code, value } of options)
      this.u16(integer('an option: code', code, 1, 0xffff))
        .u16(integer('an option: bytes of its value', value.length, 0, 0xffff))
        .bytes(value);
    return options.length > 0 ? this.u32(0) : this;
  }
  block(type: number): Buffer {
    const length = 12 + this.parts.reduce((sum, part) => sum + part.length, 0);
    const ends = new Body(this.order).u32(type).u32(length).u32(length).parts;
    return Buffer.concat([ends[0], ends[1], ...this.parts, ends[2]], length);
  }
}

/** Text, or a number of so many bits, as the value of an option. */
export function optionBytes(order: ByteOrder, type: 'u32' | 'u64' | 'i64', value: bigint): Buffer {
  const body = new Body(order);
  if (type === 'u32') body.u32(Number(value));
  else body.u64(BigInt.asUintN(64, value));
  return Buffer.from(body.parts[0]);
}

const TYPES = { section: SECTION, interface: INTERFACE, names: NAMES, statistics: STATISTICS };

function typeOf(block: Block): number {
  switch (block.type) {
    case 'packet':
      return block.format === 'simple'
        ? SIMPLE_PACKET
        : block.format === 'obsolete'
          ? OBSOLETE_PACKET
          : ENHANCED_PACKET;
    case 'secrets':
      return SECRETS;
    case 'custom':
      return block.copy ? CUSTOM_COPY : CUSTOM;
    case 'other':
      return integer('block: code', block.code, 0, 0xffffffff);
    default:
      return TYPES[block.type];
  }
}

/** A block as bytes: verbatim where it has a body, else by its members. */
export function blockBytes(block: Block): Buffer {
  const body = new Body(block.byteOrder);
  if (block.body !== undefined) body.bytes(block.body);
  else members(block, body);
  return body.block(typeOf(block));
}

function members(block: Block, body: Body): void {
  switch (block.type) {
    case 'section':
      body
        .u32(BYTE_ORDER)
        .u16(integer('section: major', block.major, 0, 0xffff))
        .u16(integer('section: minor', block.minor, 0, 0xffff))
        .u64(block.length ?? 0xffffffffffffffffn);
      break;
    case 'interface':
      body
        .u16(integer('interface: linktype', block.linktype, 0, 0xffff))
        .u16(0)
        .u32(integer('interface: snaplen', block.snaplen, 0, 0xffffffff));
      break;
    case 'names':
      for (const { kind, value } of block.records)
        body
          .u16(integer('names: kind', kind, 1, 0xffff))
          .u16(integer('names: bytes of a record', value.length, 0, 0xffff))
          .bytes(value);
      body.u32(0);
      break;
    case 'statistics':
      body.u32(block.interface.number).halves(block.units);
      break;
    case 'secrets':
      body.u32(integer('secrets: kind', block.kind, 0, 0xffffffff)).u32(block.data.length);
      body.bytes(block.data);
      break;
    case 'custom':
      body.u32(integer('custom: enterprise', block.enterprise, 0, 0xffffffff)).bytes(block.data);
      return; // its options are of its data
    default:
      throw badRange('block', 'given with its body, or written by write()', block.type);
  }
  body.options(block.options);
}

export interface PacketFields {
  data: Uint8Array;
  /** In units of the interface; undefined makes a simple packet block. */
  units: bigint | undefined;
  len: number;
  /** The interface's number in the section. */
  interfaceNumber: number;
  options: readonly PcapngOption[];
}

/** An enhanced packet block, or a simple one where there is no time. */
export function packetBlock(order: ByteOrder, o: PacketFields): Buffer {
  const { data, units, len, interfaceNumber, options } = o;
  const body = new Body(order);
  if (units === undefined) return body.u32(len).bytes(data).block(SIMPLE_PACKET);
  return body
    .u32(interfaceNumber)
    .halves(BigInt.asUintN(64, units))
    .u32(data.length)
    .u32(len)
    .bytes(data)
    .options(options)
    .block(ENHANCED_PACKET);
}
