// Addresses inside packets: text on our side, network-order bytes on the wire, as members of header
// rows.

import { inet_ntop, inet_pton } from '../address';
import { type Bytes, isBytes, toBytes } from '../bytes';
import { AF_INET, AF_INET6 } from '../constants';
import { badRange, badType, type Field } from '../structs';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function macText(bytes: Uint8Array, at: number): string {
  return `${HEX[bytes[at]]}:${HEX[bytes[at + 1]]}:${HEX[bytes[at + 2]]}:${HEX[bytes[at + 3]]}:${HEX[bytes[at + 4]]}:${HEX[bytes[at + 5]]}`;
}

function macBytes(text: string, what: string): Uint8Array {
  if (!/^[\da-f]{1,2}([:-][\da-f]{1,2}){5}$/i.test(text))
    throw badRange(what, 'a hardware address such as "02:00:00:00:00:01"', text);
  return Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16));
}

export function ipv4Text(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

export function ipv6Text(bytes: Uint8Array, at: number): string {
  return inet_ntop(AF_INET6, bytes.subarray(at, at + 16));
}

function parsed(family: typeof AF_INET | typeof AF_INET6, text: string, what: string): Uint8Array {
  try {
    return inet_pton(family, text);
  } catch {
    throw badRange(what, `an IPv${family === AF_INET6 ? 6 : 4} address`, text);
  }
}

/** The bytes of an IPv4 or IPv6 address given as text or as its 4 or 16 bytes. */
export function addressBytes(value: string | Bytes, what: string): Uint8Array {
  if (typeof value === 'string')
    return parsed(value.includes(':') ? AF_INET6 : AF_INET, value, what);
  if (!isBytes(value))
    throw badType(what, 'an IPv4 or IPv6 address, as text or as 4 or 16 bytes', value);
  const bytes = toBytes(value, what);
  if (bytes.length !== 4 && bytes.length !== 16)
    throw badRange(what, 'an address of 4 or 16 bytes', bytes.length);
  return bytes;
}

function address(
  size: number,
  text: (bytes: Uint8Array, at: number) => string,
  parse: (text: string, what: string) => Uint8Array,
): Field<string, string | Bytes> {
  return {
    size,
    align: 1,
    read: text,
    write(into, at, value, what) {
      if (typeof value !== 'string' && !isBytes(value))
        throw badType(what, `an address, as text or as ${size} bytes`, value);
      const bytes = typeof value === 'string' ? parse(value, what) : toBytes(value, what);
      if (bytes.length !== size) throw badRange(what, `an address of ${size} bytes`, bytes.length);
      into.set(bytes, at);
    },
  };
}

/** Members of header rows: read as text, written from text or bytes. */
export const mac = address(6, macText, macBytes);
export const inet4 = address(4, ipv4Text, (text, what) => parsed(AF_INET, text, what));
export const inet6 = address(16, ipv6Text, (text, what) => parsed(AF_INET6, text, what));
