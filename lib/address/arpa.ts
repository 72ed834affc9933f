// <arpa/inet.h>: internet addresses between text and bytes, and integers between host and network
// order.
import { type Bytes, toBytes } from '../bytes';
import * as c from '../constants';
import { fail } from '../errors';
import { badRange, badType, integer } from '../errors/arguments';
import { parse4, parseAton, text4, write4 } from '../structs/ip4';
import { parse6, text6 } from '../structs/ip6';
import type { Family } from './types';

function textOf(what: string, text: unknown): string {
  if (typeof text !== 'string') throw badType(what, 'an address as text', text);
  return text;
}

/**
 * inet_pton(3): the 4 bytes of an AF_INET address in dotted decimal, or the 16 of an AF_INET6 one.
 * No host names, short forms or scopes: RangeError. Another family: EAFNOSUPPORT.
 */
export function inet_pton(family: Family, text: string): Buffer {
  if (family === c.AF_INET)
    return v4(
      'the text for inet_pton(AF_INET)',
      'an IPv4 address (a.b.c.d)',
      parse4(textOf('the text for inet_pton', text)),
      text,
    );
  if (family === c.AF_INET6) {
    const bytes = Buffer.alloc(16);
    if (!parse6(textOf('the text for inet_pton', text), bytes, 0))
      throw badRange('the text for inet_pton(AF_INET6)', 'an IPv6 address', text);
    return bytes;
  }
  return fail(-c.EAFNOSUPPORT, 'inet_pton');
}

/**
 * inet_ntop(3): the text of 4 (AF_INET) or 16 (AF_INET6) bytes; any other number of bytes is a
 * RangeError, another family EAFNOSUPPORT.
 */
export function inet_ntop(family: Family, bytes: Bytes): string {
  const from = toBytes(bytes, 'the address for inet_ntop');
  if (family !== c.AF_INET && family !== c.AF_INET6) return fail(-c.EAFNOSUPPORT, 'inet_ntop');
  const size = family === c.AF_INET ? 4 : 16;
  if (from.length !== size)
    throw badRange('the address for inet_ntop', `${size} bytes long`, from.length);
  return size === 4 ? text4(from, 0) : text6(from, 0);
}

/**
 * inet_aton(3): the 4 bytes of any form that C reads: `127.0.0.1`, `127.1`, `0x7f.1`,
 * `017700000001`, `2130706433`. RangeError for what is none.
 */
export function inet_aton(text: string): Buffer {
  return v4(
    'the text for inet_aton',
    'an IPv4 address (a.b.c.d, a.b.c, a.b or a; decimal, 0x… or 0…)',
    parseAton(textOf('the text for inet_aton', text)),
    text,
  );
}

/** inet_ntoa(3): dotted decimal of 4 bytes. */
export function inet_ntoa(bytes: Bytes): string {
  const from = toBytes(bytes, 'the address for inet_ntoa');
  if (from.length !== 4) throw badRange('the address for inet_ntoa', '4 bytes long', from.length);
  return text4(from, 0);
}

function v4(what: string, expected: string, address: number, text: string): Buffer {
  if (address < 0) throw badRange(what, expected, text);
  const bytes = Buffer.alloc(4);
  write4(bytes, 0, address);
  return bytes;
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function swap16(what: string, n: number): number {
  integer(what, n, 0, 0xffff);
  return LITTLE ? ((n & 0xff) << 8) | (n >>> 8) : n;
}

function swap32(what: string, n: number): number {
  integer(what, n, 0, 0xffffffff);
  return LITTLE ? ((n << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0 : n;
}

/** htons(3): 16 bits from host to network order. RangeError outside 0 … 65535, as in CPython. */
export const htons = (n: number): number => swap16('the argument of htons', n);
/** ntohs(3): 16 bits from network to host order. */
export const ntohs = (n: number): number => swap16('the argument of ntohs', n);
/**
 * htonl(3): 32 bits from host to network order; the result is unsigned. RangeError outside 0 … 2^32
 * - 1.
 */
export const htonl = (n: number): number => swap32('the argument of htonl', n);
/** ntohl(3): 32 bits from network to host order; the result is unsigned. */
export const ntohl = (n: number): number => swap32('the argument of ntohl', n);
