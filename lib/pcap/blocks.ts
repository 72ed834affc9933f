// What a capture file is made of: sections, interfaces, packets and all other blocks of pcapng
// (draft-ietf-opsawg-pcapng), with their options. A classic pcap file is one section with one
// interface.
import type { PacketAddress } from '../address';
import type { Frame } from './frame';
import { cookedDirection } from './linktype';

/** The byte order of a file or section. */
export type ByteOrder = 'LE' | 'BE';

/** An option verbatim. Numbers in `value` have the byte order of their section. */
export interface PcapngOption {
  code: number;
  value: Uint8Array;
}

export const OPT_COMMENT = 1;
const CUSTOM_CODES: readonly number[] = [2988, 2989, 19372, 19373];

type OptionType = 'text' | 'bytes' | 'u8' | 'u32' | 'i32' | 'u64' | 'i64' | 'time' | 'filter';
type OptionNames = Readonly<Record<number, readonly [name: string, type: OptionType]>>;

/** The options of each block, by code: opt_, shb_, if_, epb_, isb_, ns_ of the draft. */
const OPTION_NAMES = {
  section: { 2: ['hardware', 'text'], 3: ['os', 'text'], 4: ['application', 'text'] },
  interface: {
    2: ['name', 'text'],
    3: ['description', 'text'],
    4: ['ipv4', 'bytes'],
    5: ['ipv6', 'bytes'],
    6: ['mac', 'bytes'],
    7: ['eui', 'bytes'],
    8: ['speed', 'u64'],
    9: ['resolution', 'u8'],
    10: ['timezone', 'i32'],
    11: ['filter', 'filter'],
    12: ['os', 'text'],
    13: ['fcsLength', 'u8'],
    14: ['offset', 'i64'],
    15: ['hardware', 'text'],
    16: ['txSpeed', 'u64'],
    17: ['rxSpeed', 'u64'],
    18: ['zoneName', 'text'],
  },
  packet: {
    2: ['flags', 'u32'],
    3: ['hash', 'bytes'],
    4: ['drops', 'u64'],
    5: ['packetId', 'u64'],
    6: ['queue', 'u32'],
    7: ['verdict', 'bytes'],
    8: ['process', 'bytes'],
  },
  names: { 2: ['server', 'text'], 3: ['serverIpv4', 'bytes'], 4: ['serverIpv6', 'bytes'] },
  statistics: {
    2: ['start', 'time'],
    3: ['end', 'time'],
    4: ['received', 'u64'],
    5: ['dropped', 'u64'],
    6: ['accepted', 'u64'],
    7: ['osDropped', 'u64'],
    8: ['delivered', 'u64'],
  },
  secrets: {},
  custom: {},
  other: {},
} satisfies Record<string, OptionNames>;

interface BlockBase {
  readonly byteOrder: ByteOrder;
  /**
   * The block as it stands in the file, without its type and lengths. PcapWriter.writeBlock()
   * writes it verbatim; where it is undefined the other members are written.
   */
  readonly body?: Uint8Array | undefined;
  readonly options: readonly PcapngOption[];
}

/** Begins a section: what follows has its byte order and its own interfaces. */
export interface SectionBlock extends BlockBase {
  readonly type: 'section';
  readonly major: number;
  readonly minor: number;
  /** Bytes of the section; undefined where the file does not say. */
  readonly length: bigint | undefined;
}

/** Addresses and their names. */
export interface NamesBlock extends BlockBase {
  readonly type: 'names';
  /** `kind` 1 is IPv4 and 2 IPv6: the address, then names, each with a NUL. */
  readonly records: readonly { kind: number; value: Uint8Array }[];
}

/** Counters of an interface. */
export interface StatisticsBlock extends BlockBase {
  readonly type: 'statistics';
  readonly interface: FileInterface;
  /** In units of the interface's resolution. */
  readonly units: bigint;
}

/** Keys that decrypt packets of the file; `kind` 0x544c534b is a TLS key log. */
export interface SecretsBlock extends BlockBase {
  readonly type: 'secrets';
  readonly kind: number;
  readonly data: Uint8Array;
}

/** A block of somebody's own, by private enterprise number; `data` holds its options too. */
export interface CustomBlock extends BlockBase {
  readonly type: 'custom';
  /** Whether programs that change the file may copy it. */
  readonly copy: boolean;
  readonly enterprise: number;
  readonly data: Uint8Array;
}

/** A block of a type that has no place above (a systemd journal's entry, 9, say). */
export interface OtherBlock extends BlockBase {
  readonly type: 'other';
  readonly code: number;
  readonly body: Uint8Array;
}

/** A block of a pcapng file. */
export type Block =
  | SectionBlock
  | FileInterface
  | FileFrame
  | NamesBlock
  | StatisticsBlock
  | SecretsBlock
  | CustomBlock
  | OtherBlock;

const NO_OPTIONS: readonly PcapngOption[] = [];
const BILLION = 1_000_000_000n;

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The options between two places of a body; one that would pass its end ends them. */
export function optionsIn(body: Buffer, from: number, little: boolean): readonly PcapngOption[] {
  if (from + 4 > body.length) return NO_OPTIONS;
  const options: PcapngOption[] = [];
  for (let at = from; at + 4 <= body.length; ) {
    const code = little ? body.readUInt16LE(at) : body.readUInt16BE(at);
    const length = little ? body.readUInt16LE(at + 2) : body.readUInt16BE(at + 2);
    if (code === 0 || length > body.length - at - 4) break;
    options.push({ code, value: body.subarray(at + 4, at + 4 + length) });
    at += 4 + ((length + 3) & ~3);
  }
  return options;
}

const text = (value: Uint8Array): string =>
  Buffer.from(value.buffer, value.byteOffset, value.length).toString();

/** The value of an option; its bytes where they are too few for their type. */
function optionValue(value: Uint8Array, type: OptionType, little: boolean): unknown {
  const bytes = view(value);
  switch (type) {
    case 'text':
      return text(value);
    case 'filter':
      return value[0] === 0 ? text(value.subarray(1)) : value;
    case 'u8':
      return value.length >= 1 ? value[0] : value;
    case 'u32':
      return value.length >= 4 ? bytes.getUint32(0, little) : value;
    case 'i32':
      return value.length >= 4 ? bytes.getInt32(0, little) : value;
    case 'u64':
      return value.length >= 8 ? bytes.getBigUint64(0, little) : value;
    case 'i64':
      return value.length >= 8 ? bytes.getBigInt64(0, little) : value;
    case 'time':
      return value.length >= 8
        ? (BigInt(bytes.getUint32(0, little)) << 32n) | BigInt(bytes.getUint32(4, little))
        : value;
    default:
      return value;
  }
}

/**
 * The options of a block by name: `{ comment: ['…'], name: ['eth0'], speed: [1000000000n] }`, each
 * with all its values in the file's order. Custom options stand under `custom` as
 * `{ code, enterprise, value }`, those without a name under their number.
 */
export function namedOptions(block: Block): Record<string, unknown[]> {
  const names: OptionNames = OPTION_NAMES[block.type];
  const little = block.byteOrder === 'LE';
  const named: Record<string, unknown[]> = Object.create(null);
  const add = (name: string, value: unknown) => {
    named[name] ??= [];
    named[name].push(value);
  };
  for (const { code, value } of block.options) {
    const row = names[code];
    if (code === OPT_COMMENT) add('comment', text(value));
    else if (CUSTOM_CODES.includes(code) && value.length >= 4)
      add('custom', {
        code,
        enterprise: view(value).getUint32(0, little),
        value: value.subarray(4),
      });
    else if (row !== undefined) add(row[0], optionValue(value, row[1], little));
    else add(String(code), value);
  }
  return named;
}

/** The comments of a block, in the file's order. */
export function commentsOf(block: Block): string[] {
  return block.options.filter(({ code }) => code === OPT_COMMENT).map(({ value }) => text(value));
}

/** if_tsresol: a power of ten, or with the top bit set of two, that divides the second. */
function nanoseconds(units: bigint, resolution: number): bigint {
  const power = BigInt(resolution & 0x7f);
  if (resolution & 0x80) return (units * BILLION) >> power;
  return power <= 9n ? units * 10n ** (9n - power) : units / 10n ** (power - 9n);
}

export const IF_NAME = 2;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_TSOFFSET = 14;
export const EPB_FLAGS = 2;

/** An interface that a capture file describes. */
export class FileInterface implements BlockBase {
  /** Which kind of record it is. */
  readonly type = 'interface';
  /** if_tsresol. */
  readonly resolution: number;
  /** if_tsoffset, seconds. */
  readonly offset: bigint;
  /** Nanoseconds of one unit, where a number can say that exactly; else 0. */
  readonly unit: number;
  /** if_name. */
  readonly name: string | undefined;

  constructor(
    /** LINKTYPE_ of its frames. */
    readonly linktype: number,
    /** Bytes that were kept of a frame at most; 0 is no limit. */
    readonly snaplen: number,
    /** Of the sections of the file, from 0. */
    readonly section: number,
    /** Of the interfaces of the section, from 0. */
    readonly number: number,
    /** Of all interfaces of the file, from 0. */
    readonly index: number,
    /** The byte order of the section. */
    readonly byteOrder: ByteOrder,
    /** The options of the block, as they stand in the file. */
    readonly options: readonly PcapngOption[] = NO_OPTIONS,
    readonly body?: Uint8Array,
    resolution = 6,
  ) {
    const resolutionOption = this.#first(IF_TSRESOL);
    const offsetOption = this.#first(IF_TSOFFSET);
    this.resolution =
      resolutionOption !== undefined && resolutionOption.length >= 1
        ? resolutionOption[0]
        : resolution;
    this.offset =
      offsetOption !== undefined && offsetOption.length === 8
        ? view(offsetOption).getBigInt64(0, byteOrder === 'LE')
        : 0n;
    const nameOption = this.#first(IF_NAME);
    this.name = nameOption === undefined ? undefined : text(nameOption);
    this.unit = this.resolution <= 9 ? 10 ** (9 - this.resolution) : 0;
  }

  #first(code: number): Uint8Array | undefined {
    return this.options.find((option) => option.code === code)?.value;
  }

  /** Nanoseconds since the epoch of so many units. */
  time(high: number, low: number): bigint {
    const units = (BigInt(high) << 32n) | BigInt(low);
    return nanoseconds(units, this.resolution) + this.offset * BILLION;
  }
}

/** epb_flags: bits 0 and 1 are in or out, 2 to 4 how the frame was addressed. */
const FLAGS: Readonly<Partial<Record<PacketAddress['pkttype'], number>>> = {
  host: 1 | (1 << 2),
  multicast: 1 | (2 << 2),
  broadcast: 1 | (3 << 2),
  otherhost: 1 | (4 << 2),
  outgoing: 2,
};

export const flagsOf = (direction: PacketAddress['pkttype']): number | undefined =>
  FLAGS[direction];

const RECEIVED = ['host', 'host', 'multicast', 'broadcast', 'otherhost'] as const;

/** The direction of a frame with these epb_flags; undefined where they do not say. */
export function directionOf(flags: number): PacketAddress['pkttype'] | undefined {
  if ((flags & 3) === 2) return 'outgoing';
  if ((flags & 3) === 1) return RECEIVED[(flags >> 2) & 7] ?? 'host';
  return undefined;
}

/** Which block a frame stood in; 'pcap' is a record of a classic file. */
export type FrameFormat = 'enhanced' | 'simple' | 'obsolete' | 'pcap';

/** A frame of a capture file: a packet block, or a record of a classic file. */
export class FileFrame implements Omit<Frame, 'timestamp'>, BlockBase {
  /** Which kind of record it is. */
  readonly type = 'packet';
  /** The interface that it came by. */
  readonly interface: FileInterface;
  declare readonly vlan?: number;
  readonly #high: number;
  readonly #low: number;
  readonly #behind: number;
  #options: readonly PcapngOption[] | undefined;

  constructor(
    /** The format of the file. */
    readonly format: FrameFormat,
    by: FileInterface,
    readonly data: Buffer,
    readonly len: number,
    /** Seconds and units of a classic file, high and low half of the units of pcapng. */
    high: number,
    low: number,
    readonly body?: Buffer,
    /** Where the options begin in the body. */
    behind = 0,
    /** Packets lost between this one and the one before (obsolete packet blocks); 65535: unknown. */
    readonly drops: number = 0xffff,
  ) {
    this.interface = by;
    this.#high = high;
    this.#low = low;
    this.#behind = behind;
  }

  /** Nanoseconds since the epoch; undefined for a simple packet block, which has no time. */
  get timestamp(): bigint | undefined {
    if (this.format === 'simple') return undefined;
    if (this.format !== 'pcap') return this.interface.time(this.#high, this.#low);
    return BigInt(this.#high) * BILLION + BigInt(this.#low * this.interface.unit);
  }

  /** The time in units of its interface (pcapng). */
  get units(): bigint | undefined {
    return this.format === 'simple' ? undefined : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /**
   * Seconds since the epoch, rounded down, and the nanoseconds beyond; seconds are undefined where
   * there is no time.
   */
  splitTime(): { seconds: number | undefined; nanoseconds: number } {
    if (this.format === 'pcap')
      return { seconds: this.#high, nanoseconds: this.#low * this.interface.unit };
    const { unit } = this.interface;
    // Whole numbers below 2^53 are exact.
    if (
      unit > 0 &&
      this.#high < 1 << 20 &&
      this.interface.offset === 0n &&
      this.format !== 'simple'
    ) {
      const units = this.#high * 0x100000000 + this.#low;
      const second = 1e9 / unit;
      const seconds = Math.floor(units / second);
      return { seconds, nanoseconds: (units - seconds * second) * unit };
    }
    const { timestamp } = this;
    if (timestamp === undefined) return { seconds: undefined, nanoseconds: 0 };
    const rest = ((timestamp % BILLION) + BILLION) % BILLION;
    return { seconds: Number((timestamp - rest) / BILLION), nanoseconds: Number(rest) };
  }

  /** The options of the block, as they stand in the file. */
  get options(): readonly PcapngOption[] {
    if (this.body === undefined || this.format === 'simple') return NO_OPTIONS;
    this.#options ??= optionsIn(this.body, this.#behind, this.byteOrder === 'LE');
    return this.#options;
  }

  /** The byte order of the section. */
  get byteOrder(): ByteOrder {
    return this.interface.byteOrder;
  }

  get caplen(): number {
    return this.data.length;
  }

  get linktype(): number {
    return this.interface.linktype;
  }

  /** The interface's number in the file, counted over all sections. */
  get ifindex(): number {
    return this.interface.index;
  }

  /** The interface's name, where the file has it. */
  get interfaceName(): string | undefined {
    return this.interface.name;
  }

  /** All comments of the packet. */
  get comments(): readonly string[] {
    return commentsOf(this);
  }

  /** The first of them. */
  get comment(): string | undefined {
    return this.comments[0];
  }

  /** By epb_flags, or by a cooked header; undefined where neither says. */
  get direction(): PacketAddress['pkttype'] | undefined {
    if (this.format === 'pcap') return cookedDirection(this.interface.linktype, this.data);
    const flags = this.options.find(({ code }) => code === EPB_FLAGS)?.value;
    const known =
      flags?.length === 4
        ? directionOf(view(flags).getUint32(0, this.byteOrder === 'LE'))
        : undefined;
    return known ?? cookedDirection(this.linktype, this.data);
  }

  copy(): Buffer {
    return Buffer.from(this.data);
  }
}
