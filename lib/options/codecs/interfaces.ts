// Options whose value is a network interface: by name, by index, in either byte order.
import { interfaceIndexOf } from '../../address';
import { AF_INET, ENODEV } from '../../constants';
import { socketError } from '../../errors';
import { badRange, badType, integer } from '../../errors/arguments';
import { native } from '../../native';
import { type Field, i32, u16, u32, u32be } from '../../structs';
import { text4 } from '../../structs/ip4';
import type { Codec } from '../row';
import { text } from './records';

const IFNAMSIZ = 16;

/**
 * The index of an interface given by name or index; 0 for '' and undefined. Throws ENODEV where no
 * interface has the name.
 */
export function ifindex(value: string | number | undefined, what: string): number {
  if (value === undefined || value === '') return 0;
  if (typeof value === 'number') return integer(what, value, 0, 0x7fffffff);
  if (typeof value !== 'string') throw badType(what, "an interface's name or index", value);
  if (Buffer.byteLength(value) >= IFNAMSIZ)
    throw badRange(what, `an interface's name (at most ${IFNAMSIZ - 1} bytes) or index`, value);
  const index = interfaceIndexOf(value);
  if (index <= 0)
    throw socketError(index || -ENODEV, 'if_nametoindex', {
      hint: `${what}: no interface ${JSON.stringify(value)} here`,
    });
  return index;
}

/**
 * The first IPv4 address of an interface, '0.0.0.0' for index 0, from native's getifaddrs records.
 */
export function addressOf(index: number, what: string): string {
  if (index === 0) return '0.0.0.0';
  const out = Buffer.alloc(1 << 16);
  const length = Math.min(native.getifaddrs(out), out.length);
  for (let at = 0; at + 20 <= length; at += u32.read(out, at)) {
    const address = at + 20 + u16.read(out, at + 18);
    const isInet = u16.read(out, at + 12) >= 8 && u16.read(out, address) === AF_INET;
    if (isInet && u32.read(out, at + 4) === index) return text4(out, address + 4);
  }
  throw badRange(what, 'an interface that has an IPv4 address', index);
}

/** A name; '' or null unbinds. */
export const device: Codec<string, string | null> = {
  type: 'interface name',
  size: IFNAMSIZ,
  sample: 'lo',
  decode: text,
  encode(value, what) {
    if (value === null) return Buffer.alloc(1);
    if (typeof value !== 'string')
      throw badType(what, "an interface's name, or null to unbind", value);
    const name = Buffer.from(`${value}\0`);
    if (name.length > IFNAMSIZ || name.indexOf(0) !== name.length - 1) {
      throw badRange(what, `an interface's name of at most ${IFNAMSIZ - 1} bytes`, value);
    }
    return name;
  },
};

function index(type: string, field: Field<number>): Codec<number, string | number> {
  return {
    type,
    size: 4,
    sample: 1,
    decode: (bytes) => field.read(bytes, 0),
    encode(value, what) {
      const out = Buffer.alloc(4);
      field.write(out, 0, ifindex(value, what), what);
      return out;
    },
  };
}
/** An index, or a name that is looked up; 0 is none. */
export const interfaceIndex = index('interface index or name', i32);
/** The same, in network order in the kernel's bytes. */
export const interfaceIndexBe = index('interface index or name (network order)', u32be);
