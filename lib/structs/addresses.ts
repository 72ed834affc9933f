// Addresses as members of structs and headers: text on our side, network-order bytes in memory.
import { type Bytes, isBytes, toBytes } from '../bytes';
import * as c from '../constants';
import { badRange, badType } from '../errors/arguments';
import { type Field, u16 } from './fields';
import { parse4, text4, write4 } from './ip4';
import { parse6, text6 } from './ip6';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function textMac(b: Uint8Array, at: number): string {
  return `${HEX[b[at]]}:${HEX[b[at + 1]]}:${HEX[b[at + 2]]}:${HEX[b[at + 3]]}:${HEX[b[at + 4]]}:${HEX[b[at + 5]]}`;
}

function parseMac(text: string, into: Uint8Array, at: number): boolean {
  if (!/^[\da-f]{1,2}([:-][\da-f]{1,2}){5}$/i.test(text)) return false;
  text.split(/[:-]/).forEach((part, i) => {
    into[at + i] = Number.parseInt(part, 16);
  });
  return true;
}

function parseInAddr(text: string, into: Uint8Array, at: number): boolean {
  const address = parse4(text);
  if (address >= 0) write4(into, at, address);
  return address >= 0;
}

function address(
  size: number,
  align: number,
  kind: string,
  read: (bytes: Uint8Array, at: number) => string,
  parse: (text: string, into: Uint8Array, at: number) => boolean,
): Field<string, string | Bytes> {
  return {
    size,
    align,
    read,
    write(into, at, value, what) {
      if (typeof value === 'string') {
        if (!parse(value, into, at)) throw badRange(what, kind, value);
      } else if (isBytes(value)) {
        const bytes = toBytes(value, what);
        if (bytes.length !== size)
          throw badRange(what, `${kind}, or ${size} bytes`, `${bytes.length} bytes`);
        into.set(bytes, at);
      } else throw badType(what, kind, value);
    },
  };
}

/** struct in_addr: read as text, written from text or its 4 bytes. */
export const in_addr = address(4, 4, 'an IPv4 address such as "192.0.2.1"', text4, parseInAddr);
/** struct in6_addr: read as text, written from text without a scope or its 16 bytes. */
export const in6_addr = address(16, 4, 'an IPv6 address such as "2001:db8::1"', text6, parse6);
/** A hardware address of 6 bytes: 'aa:bb:cc:dd:ee:ff'. */
export const mac = address(
  6,
  1,
  'a hardware address such as "02:00:00:00:00:01"',
  textMac,
  parseMac,
);

/** A sockaddr_storage that holds an internet address of either family; its port is 0. */
export const inet_storage: Field<string> = {
  size: 128,
  align: 8,
  read: (from, at) =>
    u16.read(from, at) === c.AF_INET6 ? text6(from, at + 8) : text4(from, at + 4),
  write(into, at, value, what) {
    if (typeof value !== 'string') throw badType(what, 'an IPv4 or IPv6 address', value);
    if (parseInAddr(value, into, at + 4)) u16.write(into, at, c.AF_INET, what);
    else if (parse6(value, into, at + 8)) u16.write(into, at, c.AF_INET6, what);
    else throw badRange(what, 'an IPv4 or IPv6 address', value);
  },
};

/** Whether a value is an IPv4 address as text. */
export const isAddress4 = (value: unknown): value is string =>
  typeof value === 'string' && parse4(value) >= 0;
