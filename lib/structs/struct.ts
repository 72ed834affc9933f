// A C struct or a packet header as one table row: its members in order, from which size, offsets,
// codec and TypeScript type follow.
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType } from '../errors/arguments';
import type { Field, InOf, OutOf } from './fields';

export type Members = Readonly<Record<string, Field<unknown, never>>>;
export type Values<M extends Members> = { -readonly [K in keyof M]: OutOf<M[K]> };
/** As C's designated initialisers: a member that is left out is zero. */
export type Initial<M extends Members> = { readonly [K in keyof M]?: InOf<M[K]> };

interface Layout {
  readonly keys: readonly string[];
  readonly fields: readonly Field<unknown, unknown>[];
  /** Of each field, in bytes. */
  readonly at: readonly number[];
  readonly offsets: Readonly<Record<string, number>>;
  readonly size: number;
  readonly align: number;
  readonly blank: Readonly<Record<string, unknown>>;
}

/** `caState` behind the prefix `tcpi_` is `tcpi_ca_state`. */
const cName = (prefix: string, key: string): string =>
  prefix + key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** C's rule: each member at the next multiple of its alignment, the end at the widest one's. */
function layOut(members: Members, packed: boolean): Layout {
  const keys = Object.keys(members);
  const fields = keys.map((key) => members[key] as Field<unknown, unknown>);
  const at: number[] = [];
  let end = 0;
  let align = 1;
  for (const field of fields) {
    if (field.beside) {
      at.push(at[at.length - 1]);
      continue;
    }
    const step = packed ? 1 : field.align;
    align = Math.max(align, step);
    end = Math.ceil(end / step) * step;
    at.push(end);
    end += field.size;
  }
  // Copying an object that has all the members keeps V8 from turning one of many into a slow
  // dictionary; having held both numbers and text, its members can hold anything without the object
  // being rebuilt.
  const blank: Record<string, unknown> = JSON.parse(
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, 0]))),
  );
  for (const key of keys) blank[key] = '';
  const offsets = Object.fromEntries(keys.map((key, i) => [key, at[i]]));
  return { keys, fields, at, offsets, size: Math.ceil(end / align) * align, align, blank };
}

/** A row. Its layout is computed at first use: most programs use few of the rows. */
export class Struct<M extends Members> implements Field<Values<M>, Initial<M>> {
  readonly name: string;
  /** Each member's codec, for reading one without making an object of all. */
  readonly members: M;
  /** Whether it is a C struct of this machine, and no packet or file header. */
  readonly isNative: boolean;
  readonly #prefix: string;
  #layout: Layout | undefined;

  constructor(name: string, members: M, prefix: string, isNative: boolean) {
    this.name = name;
    this.members = members;
    this.isNative = isNative;
    this.#prefix = prefix;
  }

  get #laidOut(): Layout {
    return (this.#layout ??= layOut(this.members, !this.isNative));
  }

  /** sizeof, in bytes. */
  get size(): number {
    return this.#laidOut.size;
  }

  get align(): number {
    return this.#laidOut.align;
  }

  /** offsetof each member, in bytes. */
  get offsets(): { readonly [K in keyof M]: number } {
    return this.#laidOut.offsets as { readonly [K in keyof M]: number };
  }

  /** The name of a member in C. */
  cName(key: keyof M & string): string {
    return cName(this.#prefix, key);
  }

  /** The members that stand at `at`; the caller knows that `size` bytes are there. */
  read(bytes: Uint8Array, at: number): Values<M> {
    const { keys, fields, at: offsets, blank } = this.#laidOut;
    const out: Record<string, unknown> = { ...blank };
    for (let i = 0; i < keys.length; i++) out[keys[i]] = fields[i].read(bytes, at + offsets[i]);
    return out as Values<M>;
  }

  /** Writes `size` bytes at `at`; nothing is allocated. `what` names the struct in errors. */
  write(bytes: Uint8Array, at: number, value: Initial<M>, what: string = this.name): void {
    const { keys, fields, at: offsets, size } = this.#laidOut;
    if (typeof value !== 'object' || value === null)
      throw badType(what, `an object {${keys.join(', ')}}`, value);
    if (at + size > bytes.length)
      throw badRange(what, `given ${size} bytes at ${at}`, bytes.length);
    bytes.fill(0, at, at + size);
    for (let i = 0; i < keys.length; i++) {
      const given = (value as Record<string, unknown>)[keys[i]];
      if (given !== undefined) fields[i].write(bytes, at + offsets[i], given, `${what}.${keys[i]}`);
    }
  }

  /** The same under the struct's own name. */
  packInto(bytes: Uint8Array, at: number, value: Initial<M>): void {
    this.write(bytes, at, value);
  }

  /** A Buffer of `size` bytes. `what` names the struct in errors. */
  pack(value: Initial<M>, what: string = this.name): Buffer {
    const out = Buffer.alloc(this.size);
    this.write(out, 0, value, what);
    return out;
  }

  /** RangeError where fewer than `size` bytes stand at `at`. */
  unpack(from: Bytes, at = 0): Values<M> {
    const bytes = toBytes(from, this.name);
    if (at < 0 || at + this.size > bytes.length)
      throw badRange(this.name, `given ${this.size} bytes at ${at}`, bytes.length);
    return this.read(bytes, at);
  }

  /** The members that lie whole within the bytes: an older kernel's struct is shorter. */
  unpackPrefix(from: Bytes): Partial<Values<M>> {
    const { keys, fields, at, size } = this.#laidOut;
    const bytes = toBytes(from, this.name);
    if (bytes.length >= size) return this.read(bytes, 0);
    const out: Record<string, unknown> = {};
    for (let i = 0; i < keys.length && at[i] + fields[i].size <= bytes.length; i++)
      out[keys[i]] = fields[i].read(bytes, at[i]);
    return out as Partial<Values<M>>;
  }
}

/** Every row, for the test that compares C structs with the compiler's layout. */
export const rows: Struct<Members>[] = [];

function row<M extends Members>(
  name: string,
  members: M,
  prefix: string,
  isNative: boolean,
): Struct<M> {
  const made = new Struct(name, members, prefix, isNative);
  rows.push(made as unknown as Struct<Members>);
  return made;
}

/**
 * `struct('linger', { onoff: i32, linger: i32 }, 'l_')`: a struct of the system's headers, members
 * in the headers' order and under their names (`caState` is `ca_state`) without `prefix`, aligned
 * as C does. test/structs/layouts.test.ts compares it with the compiler's layout
 * (native/layouts.def).
 */
export const struct = <M extends Members>(name: string, members: M, prefix = ''): Struct<M> =>
  row(name, members, prefix, true);

/**
 * `wire('udphdr', { source: u16be, ... })`: a packet or file header, members side by side with no
 * padding.
 */
export const wire = <M extends Members>(name: string, members: M): Struct<M> =>
  row(name, members, '', false);
