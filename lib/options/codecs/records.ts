// Options whose value is a struct that is just its members: linger, ucred, and the way to make
// another from a struct row.
import { type Bytes, isBytes, toBytes } from '../../bytes';
import { badRange, badType, integer } from '../../errors/arguments';
import type { Initial, Members, Struct, Values } from '../../structs';
import { linger as lingerStruct, ucred as ucredStruct } from '../../structs/socket';
import type { Codec } from '../row';
import type { Linger, Ucred } from '../types';

/** A struct as an object of its members; what a short answer of an older kernel lacks is absent. */
export function record<M extends Members>(
  layout: Struct<M>,
  sample?: Initial<M>,
): Codec<Values<M>, Initial<M>> {
  return {
    type: `struct ${layout.name}`,
    size: layout.size,
    sample,
    decode: (bytes) =>
      bytes.length >= layout.size
        ? layout.unpack(bytes)
        : (layout.unpackPrefix(bytes) as Values<M>),
    encode: (value, what) => layout.pack(value, what),
  };
}

/** `{ onoff, linger: seconds }`; a number of seconds means on, null off. */
export const linger: Codec<Linger, Linger | number | null> = {
  type: 'struct linger',
  size: lingerStruct.size,
  sample: { onoff: true, linger: 5 },
  decode(bytes) {
    const { onoff, linger } = lingerStruct.unpack(bytes);
    return { onoff: onoff !== 0, linger };
  },
  encode(value, what) {
    if (value === null) return lingerStruct.pack({});
    if (typeof value === 'number')
      return lingerStruct.pack({ onoff: 1, linger: integer(what, value, 0, 0x7fffffff) });
    if (typeof value !== 'object')
      throw badType(what, '{ onoff, linger }, a number of seconds, or null', value);
    const seconds = integer(`${what}.linger`, value.linger, 0, 0x7fffffff);
    if (typeof value.onoff === 'boolean')
      return lingerStruct.pack({ onoff: value.onoff ? 1 : 0, linger: seconds });
    if (typeof value.onoff !== 'number') throw badType(`${what}.onoff`, 'a boolean', value.onoff);
    return lingerStruct.pack({
      onoff: integer(`${what}.onoff`, value.onoff, -0x80000000, 0x7fffffff),
      linger: seconds,
    });
  },
};

export const ucred: Codec<Ucred, never> = {
  type: 'struct ucred',
  size: ucredStruct.size,
  decode: (bytes) => ucredStruct.unpack(bytes),
  encode: (value) => ucredStruct.pack(value),
};

/** Bytes verbatim, at most `max`. */
export const blob = (max: number, room = max, sample?: Bytes): Codec<Buffer, Bytes> => ({
  type: `bytes, at most ${max}`,
  size: room,
  sample,
  decode: (bytes) => Buffer.from(bytes),
  encode(value, what) {
    if (!isBytes(value)) throw badType(what, 'bytes', value);
    const view = toBytes(value, what);
    if (view.length > max) throw badRange(what, `at most ${max} bytes`, view.length);
    return view;
  },
});

/** A name that ends with a NUL: at most `max` bytes of it. */
export const name = (max: number, type: string, sample?: string): Codec<string> => ({
  type,
  size: max + 1,
  sample,
  decode: text,
  encode(value, what) {
    if (typeof value !== 'string') throw badType(what, `text of at most ${max} bytes`, value);
    const bytes = Buffer.from(value);
    if (bytes.length > max || bytes.includes(0))
      throw badRange(what, `text of at most ${max} bytes, with no NUL`, value);
    return bytes;
  },
});

export function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
