// The two formats of capture files, written: pcap-savefile(5), and pcapng
// (draft-ietf-opsawg-pcapng). Numbers are of this machine's byte order, as the formats allow.

import { u16, u32 } from '../structs';
import { pcap_file_header, pcap_record } from '../structs/pcap';
import type { Frame } from './frame';

export type Format = 'pcap' | 'pcapng';

export const PCAP_MAGIC = 0xa1b2c3d4;
export const PCAP_NANO = 0xa1b23c4d;
/** A patched libpcap's, with eight more bytes a record. */
export const PCAP_MODIFIED = 0xa1b2cd34;
export const BYTE_ORDER = 0x1a2b3c4d;

export const SECTION = 0x0a0d0d0a;
export const INTERFACE = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const STATISTICS = 5;
export const ENHANCED_PACKET = 6;

export const OPT_COMMENT = 1;
export const SHB_USERAPPL = 4;
export const IF_NAME = 2;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_TSOFFSET = 14;
export const EPB_FLAGS = 2;
const ISB_IFRECV = 4;
const ISB_IFDROP = 5;

const MILLION = 1_000_000n;
const BILLION = 1_000_000_000n;

export function pcapHeader(linktype: number, snaplen: number, nanoseconds: boolean): Buffer {
  return pcap_file_header.pack({
    magic: nanoseconds ? PCAP_NANO : PCAP_MAGIC,
    versionMajor: 2,
    versionMinor: 4,
    snaplen,
    linktype,
  });
}

export function pcapRecord(
  data: Uint8Array,
  timestamp: bigint,
  len: number,
  nanoseconds: boolean,
): Buffer {
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

export interface PcapngOption {
  code: number;
  value: Uint8Array;
}

const padded = (n: number): number => (n + 3) & ~3;

/** A block: its type, its body, its options, and its length at both ends. */
function block(
  type: number,
  body: readonly Uint8Array[],
  options: readonly PcapngOption[] = [],
): Buffer {
  const parts = [...body];
  for (const { code, value } of options) {
    const head = Buffer.alloc(4);
    u16.write(head, 0, code, 'option');
    u16.write(head, 2, value.length, 'the length of an option (at most 65535 bytes)');
    parts.push(head, value, Buffer.alloc(padded(value.length) - value.length));
  }
  if (options.length > 0) parts.push(Buffer.alloc(4));
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const ends = Buffer.alloc(12);
  u32.write(ends, 0, type, 'type');
  u32.write(ends, 4, length, 'length');
  u32.write(ends, 8, length, 'length');
  return Buffer.concat([ends.subarray(0, 8), ...parts, ends.subarray(8)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    u32.write(bytes, 4 * i, value >>> 0, 'a word of a block');
  });
  return bytes;
}

const text = (value: string): Uint8Array => Buffer.from(value);

export function sectionBlock(application: string): Buffer {
  const body = Buffer.alloc(16, 0xff); // the section's length: not said
  u32.write(body, 0, BYTE_ORDER, 'magic');
  u16.write(body, 4, 1, 'major');
  u16.write(body, 6, 0, 'minor');
  return block(SECTION, [body], [{ code: SHB_USERAPPL, value: text(application) }]);
}

export function interfaceBlock(
  linktype: number,
  snaplen: number,
  nanoseconds: boolean,
  o: { name?: string; filter?: string } = {},
): Buffer {
  const body = Buffer.alloc(8);
  u16.write(body, 0, linktype, 'linktype');
  u32.write(body, 4, snaplen, 'snaplen');
  const options: PcapngOption[] = [];
  if (o.name !== undefined && o.name !== '') options.push({ code: IF_NAME, value: text(o.name) });
  options.push({ code: IF_TSRESOL, value: Uint8Array.of(nanoseconds ? 9 : 6) });
  if (o.filter !== undefined && o.filter !== '')
    options.push({ code: IF_FILTER, value: Buffer.concat([Uint8Array.of(0), text(o.filter)]) });
  return block(INTERFACE, [body], options);
}

function halves(timestamp: bigint, nanoseconds: boolean): [high: number, low: number] {
  const units = nanoseconds ? timestamp : timestamp / 1000n;
  return [Number(units >> 32n), Number(units & 0xffffffffn)];
}

/** epb_flags: bits 0 and 1 are in or out, 2 to 4 how it was addressed. */
const FLAGS: Readonly<Partial<Record<Frame['direction'], number>>> = {
  host: 1 | (1 << 2),
  multicast: 1 | (2 << 2),
  broadcast: 1 | (3 << 2),
  otherhost: 1 | (4 << 2),
  outgoing: 2,
};

/** The way of a frame that carries these epb_flags. */
export function directionOf(flags: number): Frame['direction'] {
  if ((flags & 3) === 2) return 'outgoing';
  return (
    (['host', 'host', 'multicast', 'broadcast', 'otherhost'] as const)[(flags >> 2) & 7] ?? 'host'
  );
}

export interface PacketBlock {
  data: Uint8Array;
  timestamp: bigint;
  len: number;
  interfaceNumber: number;
  nanoseconds: boolean;
  comment?: string;
  direction?: Frame['direction'];
}

export function packetBlock({
  data,
  timestamp,
  len,
  interfaceNumber,
  nanoseconds,
  comment,
  direction,
}: PacketBlock): Buffer {
  const [high, low] = halves(timestamp, nanoseconds);
  const options: PcapngOption[] = [];
  if (comment !== undefined) options.push({ code: OPT_COMMENT, value: text(comment) });
  const flags = direction === undefined ? undefined : FLAGS[direction];
  if (flags !== undefined) options.push({ code: EPB_FLAGS, value: words(flags) });
  return block(
    ENHANCED_PACKET,
    [
      words(interfaceNumber, high, low, data.length, len),
      data,
      Buffer.alloc(padded(data.length) - data.length),
    ],
    options,
  );
}

function word64(value: bigint): Buffer {
  return words(
    ...(u16.read(Uint8Array.of(1, 0), 0) === 1
      ? [Number(value & 0xffffffffn), Number(value >> 32n)]
      : [Number(value >> 32n), Number(value & 0xffffffffn)]),
  );
}

export function statisticsBlock(
  interfaceNumber: number,
  nanoseconds: boolean,
  counts: { received: bigint; dropped: bigint },
): Buffer {
  const [high, low] = halves(BigInt(Date.now()) * MILLION, nanoseconds);
  return block(
    STATISTICS,
    [words(interfaceNumber, high, low)],
    [
      { code: ISB_IFRECV, value: word64(counts.received + counts.dropped) },
      { code: ISB_IFDROP, value: word64(counts.dropped) },
    ],
  );
}
