// Every struct of native/layouts.def as {size, pack, unpack}, for options and control messages made
// by hand: C's own member names at the compiler's own offsets.
import { type Bytes, isBytes, toBytes } from '../bytes';
import { badRange, badType } from '../errors/arguments';
import { membersOnce } from '../lazy';
import { type Layout, native } from '../native';

/**
 * Members of 1, 2 and 4 bytes are unsigned numbers in this machine's byte order, those of 8 are
 * bigints, and all others are Buffers.
 */
export type RawValue = number | bigint | Buffer;

/** A C struct between its bytes and an object. */
export interface RawStruct {
  readonly size: number;
  readonly offsets: Readonly<Record<string, number>>;
  /**
   * What is left out is zero. An integer may be given as number or bigint, signed or not; any
   * member may be given as bytes.
   */
  pack(value: Readonly<Record<string, number | bigint | Bytes | undefined>>): Buffer;
  /** RangeError where the bytes are fewer than `size`. */
  unpack(bytes: Bytes): Record<string, RawValue>;
}

const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const isWord = (size: number): boolean => size === 1 || size === 2 || size === 4 || size === 8;

function readMember(bytes: Uint8Array, at: number, size: number): RawValue {
  if (!isWord(size)) return Buffer.from(bytes.slice(at, at + size));
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  if (size === 1) return view.getUint8(0);
  if (size === 2) return view.getUint16(0, isLittle);
  return size === 4 ? view.getUint32(0, isLittle) : view.getBigUint64(0, isLittle);
}

function writeMember(into: Buffer, at: number, size: number, value: unknown, what: string): void {
  if (isBytes(value)) {
    const bytes = toBytes(value, what);
    if (bytes.length > size) throw badRange(what, `at most ${size} bytes`, bytes.length);
    into.set(bytes, at);
    return;
  }
  const bits = BigInt(size * 8);
  if (!isWord(size)) throw badType(what, `at most ${size} bytes`, value);
  const expected = `an integer of ${size} bytes`;
  if (typeof value !== 'number' && typeof value !== 'bigint') throw badType(what, expected, value);
  if (typeof value === 'number' && !Number.isInteger(value)) throw badRange(what, expected, value);
  const integer = BigInt(value);
  if (integer < -(1n << (bits - 1n)) || integer >= 1n << bits)
    throw badRange(what, expected, value);
  const low = BigInt.asUintN(size * 8, integer);
  const view = new DataView(into.buffer, into.byteOffset + at, size);
  if (size === 1) view.setUint8(0, Number(low));
  else if (size === 2) view.setUint16(0, Number(low), isLittle);
  else if (size === 4) view.setUint32(0, Number(low), isLittle);
  else view.setBigUint64(0, low, isLittle);
}

function raw(name: string, layout: Layout): RawStruct {
  const { size, fields } = layout;
  return {
    size,
    offsets: Object.fromEntries(
      Object.entries(fields).map(([member, [offset]]) => [member, offset]),
    ),
    pack(value) {
      if (typeof value !== 'object' || value === null)
        throw badType(name, `an object {${Object.keys(fields).join(', ')}}`, value);
      const out = Buffer.alloc(size);
      for (const [member, given] of Object.entries(value)) {
        const place = Object.hasOwn(fields, member) ? fields[member] : undefined;
        if (!place)
          throw badType(`struct ${name}`, `made of ${Object.keys(fields).join(', ')}`, member);
        if (given !== undefined) writeMember(out, place[0], place[1], given, `${name}.${member}`);
      }
      return out;
    },
    unpack(from) {
      const bytes = toBytes(from, name);
      if (bytes.length < size) throw badRange(name, `${size} bytes or more`, bytes.length);
      return Object.fromEntries(
        Object.entries(fields).map(([member, [offset, width]]) => [
          member,
          readMember(bytes, offset, width),
        ]),
      );
    },
  };
}

/** By C name, without `struct`: `structs.linger.pack({ l_onoff: 1, l_linger: 5 })`. */
export const structs: Readonly<Record<string, RawStruct>> = membersOnce(
  Object.keys(native.layouts),
  (name) => raw(name, native.layouts[name]),
);
