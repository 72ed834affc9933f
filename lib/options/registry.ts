// All rows by name, and by (level, number, direction).
import { constantNamed } from '../constant-named';
import { type ConstantName, constants } from '../constants';
import type { LevelName } from './option-registry';
import type { Codec, Row, Table } from './row';
import { TABLES } from './tables';

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

for (const { level, rows } of TABLES as readonly Table<
  ConstantName,
  Readonly<Record<string, Row>>
>[]) {
  for (const [name, row] of Object.entries(rows)) {
    const optname = row.optname ?? constantNamed(name);
    if (optname !== undefined) add(new Entry(name, level, constants[level], optname, row));
  }
}

/** Every row, in the order of the tables. */
export const allEntries: readonly Entry[] = entries;
/** One name, at one level or (MCAST_JOIN_GROUP and its like) at two. */
export const entriesOf = (name: string): readonly Entry[] => byName.get(name) ?? [];
/** The rows of a number, whatever the level. */
export const entriesNumbered = (optname: number): readonly Entry[] =>
  entries.filter((entry) => entry.optname === optname);
export const levelNames: readonly LevelName[] = TABLES.map((table) => table.level);
export const levelName = (level: number): string =>
  levelNames.find((name) => constants[name] === level) ?? `level ${String(level)}`;
