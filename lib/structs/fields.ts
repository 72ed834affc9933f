// What one member of a C struct or of a packet header is: how wide, how aligned, how read and how
// written.
import * as os from 'node:os';
import { type Bytes, isBytes, toBytes } from '../bytes';
import { badRange, badType, integer } from '../errors/arguments';

/** `Out` is what reading gives and `In` what writing takes. `what` names the member in errors. */
export interface Field<Out, In = Out> {
  readonly size: number;
  readonly align: number;
  /** A bit-field that shares its unit with the member before it. */
  readonly beside?: true;
  /** What a member that the caller left out is written as is all zero bytes. */
  read(bytes: Uint8Array, at: number): Out;
  write(bytes: Uint8Array, at: number, value: In, what: string): void;
}

export type OutOf<F> = F extends Field<infer Out, never> ? Out : never;
export type InOf<F> = F extends {
  write(bytes: Uint8Array, at: number, value: infer In, what: string): void;
}
  ? In
  : never;

export const LITTLE: boolean = os.endianness() === 'LE';

type Write = (bytes: Uint8Array, at: number, value: number) => void;
type Read = (bytes: Uint8Array, at: number) => number;

function whole(size: number, min: number, max: number, read: Read, write: Write): Field<number> {
  return {
    size,
    align: size,
    read,
    write(bytes, at, value, what) {
      write(bytes, at, integer(what, value, min, max));
    },
  };
}

const read16be: Read = (b, at) => (b[at] << 8) | b[at + 1];
const read16le: Read = (b, at) => b[at] | (b[at + 1] << 8);
const read32be: Read = (b, at) => (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
const read32le: Read = (b, at) => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16) | (b[at + 3] << 24);
const write8: Write = (b, at, v) => {
  b[at] = v;
};
const write16be: Write = (b, at, v) => {
  b[at] = v >>> 8;
  b[at + 1] = v;
};
const write16le: Write = (b, at, v) => {
  b[at] = v;
  b[at + 1] = v >>> 8;
};
const write32be: Write = (b, at, v) => {
  write16be(b, at, v >>> 16);
  write16be(b, at + 2, v);
};
const write32le: Write = (b, at, v) => {
  write16le(b, at, v);
  write16le(b, at + 2, v >>> 16);
};
const unsigned =
  (read: Read): Read =>
  (b, at) =>
    read(b, at) >>> 0;
const read16 = LITTLE ? read16le : read16be;
const read32 = LITTLE ? read32le : read32be;
const write16 = LITTLE ? write16le : write16be;
const write32 = LITTLE ? write32le : write32be;

/** Integers of the machine's own byte order. */
export const u8 = whole(1, 0, 0xff, (b, at) => b[at], write8);
export const i8 = whole(1, -0x80, 0x7f, (b, at) => (b[at] << 24) >> 24, write8);
export const u16 = whole(2, 0, 0xffff, read16, write16);
export const i16 = whole(2, -0x8000, 0x7fff, (b, at) => (read16(b, at) << 16) >> 16, write16);
export const u32 = whole(4, 0, 0xffffffff, unsigned(read32), write32);
export const i32 = whole(4, -0x80000000, 0x7fffffff, read32, write32);
/** Integers of the network's byte order. */
export const u16be = whole(2, 0, 0xffff, read16be, write16be);
export const u32be = whole(4, 0, 0xffffffff, unsigned(read32be), write32be);

function wide(signed: boolean, little: boolean): Field<bigint, bigint | number> {
  const [min, max] = signed ? [-(1n << 63n), (1n << 63n) - 1n] : [0n, (1n << 64n) - 1n];
  const low = little ? 0 : 4;
  const read = unsigned(little ? read32le : read32be);
  const write = little ? write32le : write32be;
  return {
    size: 8,
    align: 8,
    read(bytes, at) {
      const value = (BigInt(read(bytes, at + 4 - low)) << 32n) | BigInt(read(bytes, at + low));
      return signed ? BigInt.asIntN(64, value) : value;
    },
    write(bytes, at, value, what) {
      const range = `an integer of ${min} … ${max}`;
      if (typeof value !== 'bigint' && typeof value !== 'number') throw badType(what, range, value);
      if (typeof value === 'number' && !Number.isSafeInteger(value))
        throw badRange(what, `${range} (a bigint above 2^53)`, value);
      const big = BigInt(value);
      if (big < min || big > max) throw badRange(what, range, value);
      write(bytes, at + low, Number(BigInt.asUintN(32, big)));
      write(bytes, at + 4 - low, Number(BigInt.asUintN(32, big >> 32n)));
    },
  };
}

/** 64-bit integers are read as bigint, and written from a bigint or a safe number. */
export const u64 = wide(false, LITTLE);
export const i64 = wide(true, LITTLE);
export const u64be = wide(false, false);

/**
 * The bit-fields of one unit, in C's order: `const [low, high] = bits(u8, 4, 4)`. They stand in a
 * row one after another.
 */
export function bits<const W extends readonly number[]>(
  unit: Field<number>,
  ...widths: W
): { [K in keyof W]: Field<number> } {
  let from = 0;
  const fields = widths.map((width, i): Field<number> => {
    const shift = LITTLE ? from : unit.size * 8 - from - width;
    const max = 2 ** width - 1;
    from += width;
    return {
      size: unit.size,
      align: unit.align,
      ...(i > 0 ? { beside: true } : {}),
      read: (bytes, at) => (unit.read(bytes, at) >>> shift) & max,
      write(bytes, at, value, what) {
        const others = unit.read(bytes, at) & ~(max << shift);
        unit.write(bytes, at, (others | (integer(what, value, 0, max) << shift)) >>> 0, what);
      },
    };
  });
  return fields as { [K in keyof W]: Field<number> };
}

/**
 * `n` bytes verbatim. Reading gives a view of the same memory; writing fewer leaves the rest zero.
 */
export function bytes(n: number): Field<Buffer, Bytes> {
  return {
    size: n,
    align: 1,
    read: (from, at) => Buffer.from(from.buffer, from.byteOffset + at, n),
    write(into, at, value, what) {
      if (!isBytes(value)) throw badType(what, `at most ${n} bytes`, value);
      const view = toBytes(value, what);
      if (view.length > n) throw badRange(what, `at most ${n} bytes`, view.length);
      into.set(view, at);
      into.fill(0, at + view.length, at + n);
    },
  };
}

/** A `char name[n]` that ends with a NUL: text of at most n - 1 bytes. */
export function text(n: number): Field<string> {
  return {
    size: n,
    align: 1,
    read(from, at) {
      const end = from.indexOf(0, at);
      return Buffer.from(
        from.buffer,
        from.byteOffset + at,
        (end < 0 || end > at + n ? at + n : end) - at,
      ).toString();
    },
    write(into, at, value, what) {
      if (typeof value !== 'string') throw badType(what, `text of at most ${n - 1} bytes`, value);
      const encoded = Buffer.from(value);
      if (encoded.length > n - 1) throw badRange(what, `text of at most ${n - 1} bytes`, value);
      if (encoded.includes(0)) throw badRange(what, 'text without a NUL byte', value);
      into.set(encoded, at);
      into.fill(0, at + encoded.length, at + n);
    },
  };
}

/** `n` of the same, side by side; writing fewer leaves the rest zero. */
export function array<Out, In>(field: Field<Out, In>, n: number): Field<Out[], readonly In[]> {
  return {
    size: field.size * n,
    align: field.align,
    read: (from, at) => Array.from({ length: n }, (_, i) => field.read(from, at + i * field.size)),
    write(into, at, value, what) {
      if (!Array.isArray(value)) throw badType(what, `an array of at most ${n}`, value);
      if (value.length > n) throw badRange(what, `an array of at most ${n}`, value.length);
      into.fill(0, at, at + field.size * n);
      for (let i = 0; i < value.length; i++)
        field.write(into, at + i * field.size, value[i], `${what}[${i}]`);
    },
  };
}
