// A C struct, or a packet header, as one table row: its members in order, from which size, offsets,
// codec and TypeScript type follow.
import { type Bytes, toBytes } from '../bytes';
import { native } from '../native';
import type { Field, InOf, OutOf } from './fields';
import { badRange, badType } from './refuse';

type Members = Readonly<Record<string, Field<unknown, never>>>;
export type Values<M extends Members> = { -readonly [K in keyof M]: OutOf<M[K]> };
/** As C's designated initialisers: what is left out is zero. */
export type Initial<M extends Members> = { readonly [K in keyof M]?: InOf<M[K]> };

export interface Struct<M extends Members> extends Field<Values<M>, Initial<M>> {
  readonly name: string;
  /** Each member's codec and byte offset, for reading one without making an object of all. */
  readonly members: M;
  readonly offsets: { readonly [K in keyof M]: number };
  pack(value: Initial<M>): Buffer;
  /** Writes `size` bytes at `at`; nothing is allocated. */
  packInto(bytes: Uint8Array, at: number, value: Initial<M>): void;
  /** RangeError where fewer than `size` bytes stand at `at`. */
  unpack(bytes: Bytes, at?: number): Values<M>;
  /** The members that lie whole within the bytes: an older kernel's struct is shorter. */
  unpackPrefix(bytes: Bytes): Partial<Values<M>>;
  read(bytes: Uint8Array, at: number): Values<M>;
}

/**
 * `snake_case` of a member's key behind the struct's prefix: `caState` of `tcpi_` is
 * `tcpi_ca_state`.
 */
const cName = (prefix: string, key: string): string =>
  prefix + key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function build<M extends Members>(name: string, members: M, packed: boolean): Struct<M> {
  const keys = Object.keys(members);
  const fields = keys.map((key) => members[key] as Field<unknown, unknown>);
  const offsets: number[] = [];
  let end = 0;
  let align = 1;
  for (const field of fields) {
    if (field.beside) {
      offsets.push(offsets[offsets.length - 1]);
      continue;
    }
    const step = packed ? 1 : field.align;
    align = Math.max(align, step);
    end = Math.ceil(end / step) * step;
    offsets.push(end);
    end += field.size;
  }
  const size = Math.ceil(end / align) * align;

  // Copying an object that has all the members keeps V8 from turning one of many into a slow
  // dictionary; having held both numbers and text, its members can hold anything without the object
  // being rebuilt.
  const blank: Record<string, unknown> = JSON.parse(
    JSON.stringify(Object.fromEntries(keys.map((key) => [key, 0]))),
  );
  for (const key of keys) blank[key] = '';

  function read(bytes: Uint8Array, at: number): Values<M> {
    const out: Record<string, unknown> = { ...blank };
    for (let i = 0; i < keys.length; i++) out[keys[i]] = fields[i].read(bytes, at + offsets[i]);
    return out as Values<M>;
  }
  function packInto(bytes: Uint8Array, at: number, value: Initial<M>, what = name): void {
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
  return {
    name,
    size,
    align,
    members,
    offsets: Object.fromEntries(keys.map((key, i) => [key, offsets[i]])) as {
      [K in keyof M]: number;
    },
    read,
    write: (bytes, at, value, what) => packInto(bytes, at, value, what),
    packInto: (bytes, at, value) => packInto(bytes, at, value),
    pack(value) {
      const out = Buffer.alloc(size);
      packInto(out, 0, value);
      return out;
    },
    unpack(from, at = 0) {
      const bytes = toBytes(from, name);
      if (at < 0 || at + size > bytes.length)
        throw badRange(name, `given ${size} bytes at ${at}`, bytes.length);
      return read(bytes, at);
    },
    unpackPrefix(from) {
      const bytes = toBytes(from, name);
      if (bytes.length >= size) return read(bytes, 0);
      const out: Record<string, unknown> = {};
      for (let i = 0; i < keys.length && offsets[i] + fields[i].size <= bytes.length; i++)
        out[keys[i]] = fields[i].read(bytes, offsets[i]);
      return out as Partial<Values<M>>;
    },
  };
}

/**
 * `struct('linger', { onoff: i32, linger: i32 }, 'l_')`: a struct of the system's headers, members
 * in the headers' order, aligned as C does. Checked against the compiler's own layout
 * (native/layouts.def) at load: a member, size or offset that differs throws at once.
 */
export function struct<M extends Members>(name: string, members: M, prefix = ''): Struct<M> {
  const row = build(name, members, false);
  const layout = native.layouts[name];
  if (!layout) throw new Error(`struct ${name}: native/layouts.def has no such struct`);
  const differs = (what: string, ours: unknown, theirs: unknown) =>
    new Error(`struct ${name}: ${what} is ${ours} here and ${theirs} for the compiler`);
  if (row.size !== layout.size) throw differs('the size', row.size, layout.size);
  for (const key of Object.keys(members)) {
    const member = cName(prefix, key);
    const known = layout.fields[member];
    if (!known) throw new Error(`struct ${name}: native/layouts.def has no member ${member}`);
    if (row.offsets[key] !== known[0])
      throw differs(`the offset of ${member}`, row.offsets[key], known[0]);
    if (members[key].size !== known[1])
      throw differs(`the size of ${member}`, members[key].size, known[1]);
  }
  return row;
}

/**
 * `wire('udphdr', { source: u16be, ... })`: a packet header, members side by side with no padding.
 * Bit fields are accessors over their byte.
 */
export function wire<M extends Members>(name: string, members: M): Struct<M> {
  return build(name, members, true);
}
