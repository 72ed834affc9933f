// Frames and blocks to the bytes of a capture file: the one encoder behind PcapWriter and PcapFile.
import type { PacketAddress } from '../address';
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType, integer, namesOf } from '../errors/arguments';
import type { CreateOptions } from './create';
import {
  type Block,
  type ByteOrder,
  EPB_FLAGS,
  FileInterface,
  flagsOf,
  IF_FILTER,
  IF_NAME,
  IF_TSOFFSET,
  IF_TSRESOL,
  OPT_COMMENT,
  type PcapngOption,
} from './blocks';
import {
  blockBytes,
  type Format,
  MAXIMUM_SNAPLEN,
  NATIVE_ORDER,
  optionBytes,
  packetBlock,
  pcapHeader,
  pcapRecord,
} from './format';
import { LINKTYPE_ETHERNET } from './linktype';

/** The format of a file. */
export interface PcapOptions {
  /** 'pcapng' where the path ends so, else 'pcap'. */
  format?: Format;
  /** Times in nanoseconds instead of microseconds. */
  nanoseconds?: boolean;
  /** LINKTYPE_ of the frames; Ethernet by default. */
  linktype?: number;
  /** Longer frames are cut. */
  snaplen?: number;
}

/** A frame to write. */
/** The members of PcapOptions and CreateOptions. */
export const PCAP_OPTIONS = namesOf<PcapOptions & CreateOptions>({
  format: true,
  nanoseconds: true,
  linktype: true,
  snaplen: true,
  mode: true,
  followSymlinks: true,
});

/** A frame for PcapWriter.write() and PcapFile.write(). */
export interface PcapFrame {
  data: Bytes;
  /** Nanoseconds since the epoch. pcapng only: undefined for a frame without a time. */
  timestamp: bigint | undefined;
  /** Bytes on the wire, where `data` is only the beginning. */
  len?: number;
  /** pcapng only: a comment, or several. */
  comment?: string | undefined;
  comments?: readonly string[];
  /** pcapng only: the name of the interface, described in the file when first named. */
  interface?: string | undefined;
  /** pcapng only: the link type of that interface, where it is not the writer's. */
  linktype?: number;
  /** pcapng only. */
  direction?: PacketAddress['pkttype'] | undefined;
  /** pcapng only: further options, verbatim. */
  options?: readonly PcapngOption[];
}

export const APPLICATION = 'bsd-socket';
const BILLION = 1_000_000_000n;
/** Seconds that 64 bits of nanoseconds hold, as a power of two: 272 years. */
const ERA = 1n << 33n;

const text = (value: string): Uint8Array => Buffer.from(value);

export function sectionBlock(
  application = APPLICATION,
  byteOrder: ByteOrder = NATIVE_ORDER,
): Buffer {
  return blockBytes({
    type: 'section',
    byteOrder,
    options: [{ code: 4, value: text(application) }],
    major: 1,
    minor: 0,
    length: undefined,
  });
}

export function interfaceBlock(
  linktype: number,
  snaplen: number,
  nanoseconds: boolean,
  o: { name?: string; filter?: string | undefined; offset?: bigint; byteOrder?: ByteOrder } = {},
): Buffer {
  const { byteOrder = NATIVE_ORDER } = o;
  const options: PcapngOption[] = [];
  if (o.name) options.push({ code: IF_NAME, value: text(o.name) });
  options.push({ code: IF_TSRESOL, value: Uint8Array.of(nanoseconds ? 9 : 6) });
  if (o.filter)
    options.push({ code: IF_FILTER, value: Buffer.concat([Uint8Array.of(0), text(o.filter)]) });
  if (o.offset) options.push({ code: IF_TSOFFSET, value: optionBytes(byteOrder, 'i64', o.offset) });
  return blockBytes(new FileInterface(linktype, snaplen, 0, 0, 0, byteOrder, options));
}

/** Where a time lies: the era, in seconds, that an interface's if_tsoffset has to name. */
function eraOf(timestamp: bigint): bigint {
  const seconds = timestamp / BILLION - (timestamp % BILLION < 0n ? 1n : 0n);
  const era = seconds / ERA - (seconds % ERA < 0n ? 1n : 0n);
  return era * ERA;
}

/** What a file begins with is written before the first frame or block, or by end(). */
export class PcapEncoder {
  readonly format: Format;
  readonly nanoseconds: boolean;
  readonly linktype: number;
  readonly snaplen: number;
  readonly #what: string;
  /** Bytes of a frame that block() writes; the snaplen, where one was given. */
  readonly #longest: number;
  #begun = false;
  #order: ByteOrder = NATIVE_ORDER;
  /** The numbers of our own interfaces in the section, by link type, name and era. */
  readonly #interfaces = new Map<string, number>();
  /** Interfaces of the section, others' too. */
  #described = 0;

  constructor(what: string, format: Format, o: PcapOptions) {
    const { nanoseconds = false, linktype = LINKTYPE_ETHERNET, snaplen = MAXIMUM_SNAPLEN } = o;
    if (format !== 'pcap' && format !== 'pcapng')
      throw badRange(`${what}: format`, "'pcap', 'pcapng'", format);
    if (typeof nanoseconds !== 'boolean')
      throw badType(`${what}: nanoseconds`, 'a boolean', nanoseconds);
    this.#what = what;
    this.format = format;
    this.nanoseconds = nanoseconds;
    this.linktype = integer(`${what}: linktype`, linktype, 0, 0xffff);
    this.snaplen = integer(`${what}: snaplen`, snaplen, 1, 0x7fffffff);
    this.#longest = o.snaplen === undefined ? Number.POSITIVE_INFINITY : snaplen;
  }

  /** What every file begins with, where nothing was written yet. */
  begin(): Buffer[] {
    if (this.#begun) return [];
    this.#begun = true;
    return [
      this.format === 'pcap'
        ? pcapHeader(this.linktype, this.snaplen, this.nanoseconds)
        : sectionBlock(),
    ];
  }

  frame(frame: PcapFrame): Buffer[] {
    const bytes = toBytes(frame.data, 'write: data');
    const { timestamp } = frame;
    if (typeof timestamp !== 'bigint' && (timestamp !== undefined || this.format === 'pcap'))
      throw badType('write: timestamp', 'a bigint of nanoseconds since the epoch', timestamp);
    const len =
      frame.len === undefined
        ? bytes.length
        : integer('write: len', frame.len, bytes.length, 0xffffffff);
    const data = bytes.length > this.snaplen ? bytes.subarray(0, this.snaplen) : bytes;
    if (this.format === 'pcap') {
      this.#classic(frame);
      const record = pcapRecord(data, timestamp as bigint, len, this.nanoseconds);
      return [...this.begin(), record];
    }
    const options = optionsOf(frame, this.#order);
    const out = this.begin();
    const era = timestamp === undefined ? 0n : eraOf(timestamp);
    const linktype = integer('write: linktype', frame.linktype ?? this.linktype, 0, 0xffff);
    const interfaceNumber = this.#number(out, frame.interface ?? '', linktype, era);
    if (timestamp === undefined && interfaceNumber !== 0)
      throw badRange(
        'write: timestamp',
        'given: a frame without one is of the first interface of its section',
        frame.interface,
      );
    const since = timestamp === undefined ? undefined : timestamp - era * BILLION;
    const units = since === undefined || this.nanoseconds ? since : since / 1000n;
    out.push(packetBlock(this.#order, { data, units, len, interfaceNumber, options }));
    return out;
  }

  /** What a classic file has no place for is refused. */
  #classic({ comment, comments, options, linktype }: PcapFrame): void {
    for (const [name, value] of Object.entries({ comment, comments, options }))
      if (value !== undefined && value.length > 0)
        throw badRange(`write: ${name}`, 'written to pcapng files', 'given for a pcap file');
    if (linktype !== undefined && linktype !== this.linktype)
      throw badRange(
        'write: linktype',
        `${this.linktype}: a pcap file has one, a pcapng file one for each interface`,
        linktype,
      );
  }

  /** A block of a pcapng file. A section ends the one before, its interfaces too. */
  block(block: Block): Buffer[] {
    if (this.format !== 'pcapng')
      throw badRange(`${this.#what}: a block`, 'written to pcapng files', this.format);
    if (block.type === 'section') {
      this.#begun = true;
      this.#order = block.byteOrder;
      this.#interfaces.clear();
      this.#described = 0;
      return [blockBytes(block)];
    }
    const out = this.begin();
    if (block.byteOrder !== this.#order)
      throw badRange(
        `${this.#what}: byteOrder of a block`,
        `'${this.#order}', as the section's`,
        block.byteOrder,
      );
    if (block.type === 'interface') this.#described += 1;
    if (block.type === 'packet' && block.data.length > this.#longest) {
      const { units, len, options } = block;
      const data = block.data.subarray(0, this.#longest);
      const interfaceNumber = block.interface.number;
      out.push(packetBlock(this.#order, { data, units, len, interfaceNumber, options }));
    } else out.push(blockBytes(block));
    return out;
  }

  /** An interface statistics block, of now. */
  statistics(counts: { received: bigint; dropped: bigint }, name: string): Buffer[] {
    const out = this.begin();
    const number = this.#number(out, name, this.linktype, 0n);
    const now = BigInt(Date.now()) * 1_000_000n;
    const described = new FileInterface(this.linktype, 0, 0, number, number, this.#order);
    const option = (code: number, value: bigint): PcapngOption => ({
      code,
      value: optionBytes(this.#order, 'u64', value),
    });
    out.push(
      blockBytes({
        type: 'statistics',
        byteOrder: this.#order,
        interface: described,
        units: this.nanoseconds ? now : now / 1000n,
        options: [option(4, counts.received + counts.dropped), option(5, counts.dropped)],
      }),
    );
    return out;
  }

  #number(out: Buffer[], name: string, linktype: number, offset: bigint): number {
    const key = `${linktype} ${offset} ${name}`;
    let number = this.#interfaces.get(key);
    if (number === undefined) {
      number = this.#described;
      this.#described += 1;
      this.#interfaces.set(key, number);
      const more = { name, offset, byteOrder: this.#order };
      out.push(interfaceBlock(linktype, this.snaplen, this.nanoseconds, more));
    }
    return number;
  }
}

function optionsOf(frame: PcapFrame, order: ByteOrder): PcapngOption[] {
  const { comment, comments = [], direction } = frame;
  const said = comment === undefined ? comments : [comment, ...comments];
  const options: PcapngOption[] = said.map((one) => {
    if (typeof one !== 'string') throw badType('write: comments', 'texts', one);
    return { code: OPT_COMMENT, value: text(one) };
  });
  const flags = direction === undefined ? undefined : flagsOf(direction);
  if (flags !== undefined)
    options.push({ code: EPB_FLAGS, value: optionBytes(order, 'u32', BigInt(flags)) });
  return [...options, ...(frame.options ?? [])];
}
