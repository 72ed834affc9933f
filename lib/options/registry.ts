// All tables together: OptionRegistry for the compiler, and look-up by name and by (level, number, direction) at run time.
import type { ConstantName } from '../constants';
import { native } from '../native';
import type { Codec, Entries, Row, Table } from './row';
import { canRawOptions } from './tables/can';
import { ipOptions } from './tables/ip';
import { ipv6Options } from './tables/ipv6';
import { mptcpOptions } from './tables/mptcp';
import { netlinkOptions } from './tables/netlink';
import { packetOptions } from './tables/packet';
import { icmpv6Options, rawOptions } from './tables/raw';
import { socketOptions } from './tables/socket';
import { tcpOptions } from './tables/tcp';
import { tlsOptions } from './tables/tls';
import { udpliteOptions, udpOptions } from './tables/udp';
import { vsockOptions } from './tables/vsock';
import { xdpOptions } from './tables/xdp';
import type { GetOf, SetOf } from './types';

// biome-ignore format: a list
const TABLES = [
  socketOptions, ipOptions, ipv6Options, tcpOptions, udpOptions, udpliteOptions, rawOptions, icmpv6Options, packetOptions, netlinkOptions,
  vsockOptions, mptcpOptions, xdpOptions, canRawOptions, tlsOptions,
] as const;

/**
 * Every option: level, what reading gives, what writing takes. Extend it by declaration merging, together with defineOption():
 *
 *     declare module 'bsd-socket' { interface OptionRegistry { SO_MINE: Option<'SOL_SOCKET', number, number> } }
 */
export interface OptionRegistry extends Entries<(typeof TABLES)[number]> {}
export type OptionName = keyof OptionRegistry;
export type LevelName = (typeof TABLES)[number]['level'];

type Readable = { [K in OptionName]: [GetOf<OptionRegistry[K]>] extends [never] ? never : K }[OptionName];
type Writable = { [K in OptionName]: [SetOf<OptionRegistry[K]>] extends [never] ? never : K }[OptionName];

export type { Readable as ReadableOption, Writable as WritableOption };
export type OptionValues = { [K in Writable]?: SetOf<OptionRegistry[K]> };

/** A row with its numbers. */
export class Entry {
  readonly readable: boolean;
  readonly writable: boolean;
  /** What the int path needs, in one place. */
  readonly int: boolean;
  readonly unsigned: boolean;
  readonly min: number;
  readonly max: number;
  readonly codec: Codec<unknown, unknown>;

  constructor(
    readonly name: string,
    readonly levelName: string,
    readonly level: number,
    readonly optname: number,
    readonly row: Row,
  ) {
    this.codec = row.codec;
    this.readable = row.access !== 'wo';
    this.writable = row.access !== 'ro';
    this.int = this.codec.int !== undefined;
    this.unsigned = this.codec.int === 'u32';
    this.min = this.codec.min ?? 0;
    this.max = this.codec.max ?? -1;
  }
}

const entries: Entry[] = [];
const byName = new Map<string, Entry[]>();
/** [level][option]: what to decode with, what to encode with. */
export const readers: (Entry | undefined)[][] = [];
export const writers: (Entry | undefined)[][] = [];

export function add(entry: Entry): void {
  entries.push(entry);
  const same = byName.get(entry.name);
  if (same) same.push(entry);
  else byName.set(entry.name, [entry]);
  // Where two names share a number, the first row answers.
  if (entry.readable) (readers[entry.level] ??= [])[entry.optname] ??= entry;
  if (entry.writable) (writers[entry.level] ??= [])[entry.optname] ??= entry;
}

for (const { level, rows } of TABLES as readonly Table<ConstantName, Readonly<Record<string, Row>>>[]) {
  for (const [name, row] of Object.entries(rows)) {
    const optname = row.optname ?? native.constants[name];
    if (optname !== undefined) add(new Entry(name, level, native.constants[level], optname, row));
  }
}

/** Every row, in the order of the tables. */
export const allEntries: readonly Entry[] = entries;
/** One name, at one level or (MCAST_JOIN_GROUP and its like) at two. */
export const entriesOf = (name: string): readonly Entry[] => byName.get(name) ?? [];
/** The rows of a number, whatever the level. */
export const entriesNumbered = (optname: number): readonly Entry[] => entries.filter((entry) => entry.optname === optname);
export const levelNames: readonly LevelName[] = TABLES.map((table) => table.level);
export const levelName = (level: number): string => levelNames.find((name) => native.constants[name] === level) ?? `level ${level}`;
