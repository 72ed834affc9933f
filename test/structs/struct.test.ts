// Structs and fields: what goes in comes out, where the compiler puts it, and nothing that does not
// fit goes in.
import * as fc from 'fast-check';
import { native } from '../../lib/native';
import {
  array,
  bits,
  bytes,
  type Field,
  i8,
  i16,
  i32,
  i64,
  struct,
  text,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  u64be,
  wire,
} from '../../lib/structs';

const range = (min: number, max: number) => ({ min, max });
const NUMBERS: [string, Field<number>, { min: number; max: number }][] = [
  ['u8', u8, range(0, 0xff)],
  ['i8', i8, range(-0x80, 0x7f)],
  ['u16', u16, range(0, 0xffff)],
  ['i16', i16, range(-0x8000, 0x7fff)],
  ['u16be', u16be, range(0, 0xffff)],
  ['u32', u32, range(0, 0xffffffff)],
  ['i32', i32, range(-0x80000000, 0x7fffffff)],
  ['u32be', u32be, range(0, 0xffffffff)],
];
const WIDE: [string, Field<bigint, bigint | number>, bigint, bigint][] = [
  ['u64', u64, 0n, 2n ** 64n - 1n],
  ['i64', i64, -(2n ** 63n), 2n ** 63n - 1n],
  ['u64be', u64be, 0n, 2n ** 64n - 1n],
];

describe.each(NUMBERS)('%s', (_name, field, { min, max }) => {
  it('gives back every integer of its range, wherever it stands', () => {
    fc.assert(
      fc.property(fc.integer({ min, max }), fc.nat(5), (value, at) => {
        const memory = new Uint8Array(16).fill(0xee);
        field.write(memory, at, value, 'x');
        expect(field.read(memory, at)).toBe(value);
        expect(memory.subarray(0, at).every((byte) => byte === 0xee)).toBe(true);
        expect(memory.subarray(at + field.size).every((byte) => byte === 0xee)).toBe(true);
      }),
    );
  });
  it.each([min - 1, max + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %p by name',
    (value) => {
      expect(() => field.write(new Uint8Array(8), 0, value, 'header.x')).toThrow(
        /^header\.x must be an integer of/,
      );
    },
  );
  it('refuses what is no number', () => {
    for (const value of ['1', null, undefined, {}, 1n, true]) {
      expect(() => field.write(new Uint8Array(8), 0, value as unknown as number, 'x')).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      );
    }
  });
});

describe.each(WIDE)('%s', (_name, field, min, max) => {
  it('gives back every integer of its range', () => {
    fc.assert(
      fc.property(fc.bigInt({ min, max }), (value) => {
        const memory = new Uint8Array(8);
        field.write(memory, 0, value, 'x');
        expect(field.read(memory, 0)).toBe(value);
      }),
    );
  });
  it('refuses what does not fit', () => {
    for (const value of [min - 1n, max + 1n, 2 ** 60, 0.5])
      expect(() => field.write(new Uint8Array(8), 0, value, 'x')).toThrow(RangeError);
  });
});

it('byte orders are what they say, as DataView has them', () => {
  const memory = new Uint8Array(8);
  const view = new DataView(memory.buffer);
  u16be.write(memory, 0, 0x1234, 'x');
  expect(view.getUint16(0)).toBe(0x1234);
  u32be.write(memory, 0, 0x12345678, 'x');
  expect(view.getUint32(0)).toBe(0x12345678);
  u64be.write(memory, 0, 0x123456789abcdef0n, 'x');
  expect(view.getBigUint64(0)).toBe(0x123456789abcdef0n);
  u32.write(memory, 0, 0x12345678, 'x');
  expect(new Uint32Array(memory.buffer, 0, 1)[0]).toBe(0x12345678);
});

it('text ends with a NUL, and fits with it', () => {
  const field = text(16);
  fc.assert(
    fc.property(
      fc
        .string({ unit: 'binary', maxLength: 15 })
        .filter(
          (s) => !s.includes('\0') && Buffer.byteLength(s) <= 15 && Buffer.from(s).toString() === s,
        ),
      (value) => {
        const memory = new Uint8Array(16).fill(1);
        field.write(memory, 0, value, 'x');
        expect(field.read(memory, 0)).toBe(value);
      },
    ),
  );
  expect(() => field.write(new Uint8Array(16), 0, 'x'.repeat(16), 'name')).toThrow(
    'name must be text of at most 15 bytes',
  );
  expect(() => field.write(new Uint8Array(16), 0, 'a\0b', 'name')).toThrow(RangeError);
  expect(field.read(new Uint8Array(16).fill(65), 0)).toBe('A'.repeat(16));
});

it('bytes are padded with zeros, never cut', () => {
  const field = bytes(8);
  const memory = new Uint8Array(8).fill(0xff);
  field.write(memory, 0, new Uint16Array([0x0101]), 'x');
  expect([...field.read(memory, 0)]).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  expect(() => field.write(memory, 0, new Uint8Array(9), 'x')).toThrow(
    'x must be at most 8 bytes, not 9',
  );
  expect(() => field.write(memory, 0, 'abc' as unknown as Uint8Array, 'x')).toThrow(TypeError);
});

it('arrays are filled up with zeros, never cut', () => {
  const field = array(u16be, 3);
  const memory = new Uint8Array(6).fill(0xff);
  field.write(memory, 0, [1, 2], 'x');
  expect(field.read(memory, 0)).toEqual([1, 2, 0]);
  expect(() => field.write(memory, 0, [1, 2, 3, 4], 'x')).toThrow(RangeError);
  expect(() => field.write(memory, 0, [1, 65536], 'x')).toThrow(
    'x[1] must be an integer of 0 … 65535, not 65536',
  );
});

it('bit-fields share their unit and leave one another alone', () => {
  const [low, mid, high] = bits(u8, 3, 1, 4);
  const row = wire('flags', { first: u8, low, mid, high, last: u8 });
  expect(row.size).toBe(3);
  fc.assert(
    fc.property(fc.nat(7), fc.nat(1), fc.nat(15), (a, b, c) => {
      const packed = row.pack({ first: 0xaa, low: a, mid: b, high: c, last: 0xbb });
      expect(row.unpack(packed)).toEqual({ first: 0xaa, low: a, mid: b, high: c, last: 0xbb });
    }),
  );
  expect(() => row.pack({ mid: 2 })).toThrow('flags.mid must be an integer of 0 … 1, not 2');
});

describe('struct', () => {
  const linger = struct('linger', { onoff: i32, linger: i32 }, 'l_');

  it('packs what it unpacks', () => {
    fc.assert(
      fc.property(fc.record({ onoff: fc.integer(), linger: fc.integer() }), (value) => {
        expect(linger.unpack(linger.pack(value))).toEqual(value);
      }),
    );
  });
  it('takes what is left out as zero', () =>
    expect(linger.pack({ linger: 1 }).equals(Buffer.from([0, 0, 0, 0, 1, 0, 0, 0]))).toBe(true));
  it('names struct and member of what does not fit', () => {
    expect(() => linger.pack({ linger: 2 ** 31 })).toThrow(
      'linger.linger must be an integer of -2147483648 … 2147483647, not 2147483648',
    );
    expect(() => linger.pack(null as never)).toThrow(
      'linger must be an object {onoff, linger}, not null',
    );
  });
  it('refuses fewer bytes than it has, or reads the members that are whole', () => {
    expect(() => linger.unpack(new Uint8Array(7))).toThrow(
      'linger must be given 8 bytes at 0, not 7',
    );
    expect(() => linger.packInto(new Uint8Array(10), 3, {})).toThrow(RangeError);
    expect(linger.unpackPrefix(new Uint8Array(7))).toEqual({ onoff: 0 });
  });
  it('reads from any bytes, at any place', () => {
    const memory = new Uint8Array(32);
    linger.packInto(memory, 12, { onoff: 1, linger: 9 });
    expect(linger.unpack(memory.buffer, 12)).toEqual({ onoff: 1, linger: 9 });
    expect(linger.unpack(new DataView(memory.buffer, 12, 8))).toEqual({ onoff: 1, linger: 9 });
    expect(linger.members.linger.read(memory, 12 + linger.offsets.linger)).toBe(9);
  });

  it('aligns members as C does', () => {
    const timeval = struct('timeval', { sec: i64, usec: i64 }, 'tv_');
    expect([timeval.size, timeval.offsets.usec]).toEqual([
      native.layouts.timeval?.size,
      native.layouts.timeval?.fields.tv_usec?.[0],
    ]);
    expect(wire('packed', { a: u8, b: u32be }).size).toBe(5);
  });
});
