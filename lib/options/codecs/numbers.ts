// Options whose value is a number: flags, ints, 64-bit counters, milliseconds in a timeval.
import { badRange, badType, integer } from '../../errors/arguments';
import { type Field, i8, i16, i32, i64, u8, u16, u32, u64 } from '../../structs';
import { kernel_sock_timeval, timeval as timevalStruct } from '../../structs/socket';
import type { Codec } from '../row';
import type { Flag } from '../types';

const INT_MIN = -0x80000000;
const INT_MAX = 0x7fffffff;
const UINT_MAX = 0xffffffff;

/** Integers by their width in bytes, signed and not. */
const WIDTHS: Readonly<Record<number, readonly [signed: Field<number>, unsigned: Field<number>]>> =
  { 1: [i8, u8], 2: [i16, u16], 4: [i32, u32] };

/**
 * What the kernel returned, read whole at the width it has: the IP levels return one byte where
 * they are asked with less than an int. Any other length is no integer.
 */
function whole(bytes: Buffer, type: string, isUnsigned: boolean): number {
  const fields = WIDTHS[bytes.length];
  if (fields === undefined)
    throw badRange(`the length that getsockopt returned for ${type}`, '1, 2 or 4', bytes.length);
  const isInt = bytes.length === 4;
  return fields[isInt && !isUnsigned ? 0 : 1].read(bytes, 0);
}

function packed(value: number): Uint8Array {
  const out = Buffer.alloc(4);
  i32.write(out, 0, value | 0, '');
  return out;
}

/**
 * On or off. Reading gives the kernel's number (0 or 1 mostly); the classic call takes any integer,
 * sock.options booleans.
 */
export const flag: Codec<number, Flag> = {
  type: 'flag',
  size: 4,
  int: 'int',
  boolean: true,
  sample: 1,
  min: INT_MIN,
  max: INT_MAX,
  decode: (bytes) => whole(bytes, 'a flag', false),
  encode(value, what) {
    if (typeof value === 'boolean') return packed(value ? 1 : 0);
    if (typeof value !== 'number') throw badType(what, 'a boolean or a number', value);
    return packed(integer(what, value, INT_MIN, INT_MAX));
  },
};

function number<S extends number>(
  type: string,
  int: 'int' | 'u32',
  min: number,
  max: number,
): Codec<number, S> {
  return {
    type,
    size: 4,
    int,
    min,
    max,
    decode: (bytes) => whole(bytes, type, int === 'u32'),
    encode(value, what) {
      if (typeof value === 'boolean') return packed(value ? 1 : 0);
      return packed(integer(what, value, min, max));
    },
  };
}

/** A C int of a range. */
export const int = (min = INT_MIN, max = INT_MAX): Codec<number> =>
  number(min === INT_MIN && max === INT_MAX ? 'int' : `int ${min} … ${max}`, 'int', min, max);
/** One of a few numbers. */
export const oneOf = <const S extends readonly number[]>(...values: S): Codec<number, S[number]> =>
  number<S[number]>(
    `int ${Math.min(...values)} … ${Math.max(...values)}`,
    'int',
    Math.min(...values),
    Math.max(...values),
  );
/** An unsigned 32-bit number; a negative one is converted as C does (-1 is 2^32 - 1). */
export const unsigned: Codec<number> = number('unsigned int', 'u32', INT_MIN, UINT_MAX);

/** An unsigned 16-bit number: the kernel takes and returns two bytes. */
export const unsigned16: Codec<number> = {
  type: 'unsigned 16-bit',
  size: u16.size,
  min: 0,
  max: 0xffff,
  decode: (bytes) => whole(bytes, 'an unsigned 16-bit number', true),
  encode(value, what) {
    const out = Buffer.alloc(u16.size);
    u16.write(out, 0, value, what);
    return out;
  },
};

/** An unsigned 64-bit number, as bigint; a negative one is converted as C does. */
export const long: Codec<bigint, bigint | number> = {
  type: 'unsigned 64-bit',
  size: u64.size,
  decode: (bytes) =>
    bytes.length === u64.size
      ? u64.read(bytes, 0)
      : BigInt(whole(bytes, 'an unsigned 64-bit number', true)),
  encode(value, what) {
    const out = Buffer.alloc(u64.size);
    const isNegative = (typeof value === 'number' || typeof value === 'bigint') && value < 0;
    (isNegative ? i64 : u64).write(out, 0, value, what);
    return out;
  },
};

function milliseconds(layout: typeof timevalStruct): Codec<number> {
  return {
    type: `milliseconds (struct ${layout.name})`,
    size: layout.size,
    sample: 1500,
    decode(bytes) {
      const { sec, usec } = layout.unpack(bytes);
      return Number(sec) * 1000 + Number(usec) / 1000;
    },
    encode(value, what) {
      if (typeof value !== 'number')
        throw badType(what, 'a number of milliseconds, 0 for none', value);
      if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
        throw badRange(what, 'milliseconds of 0 … 2^53', value);
      // Never round a limit down to 0, which would mean none.
      const microseconds = Math.ceil(value * 1000);
      return layout.pack({ sec: Math.floor(microseconds / 1e6), usec: microseconds % 1e6 });
    },
  };
}
/** Milliseconds, with fractions down to a microsecond; 0 is none. */
export const timeval = milliseconds(timevalStruct);
export const kernelTimeval = milliseconds(kernel_sock_timeval);
