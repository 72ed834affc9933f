// What the printers of protocols share: the bytes of a frame, where they end, the line so far, and
// how much of it is wanted. A read past the end ends the line with `[|protocol]`, as tcpdump's does.
import { text6 } from '../../structs/ip6';
import { sum } from '../checksum';

/** How lines are to look: tcpdump's options of the same meaning. */
export interface PrintStyle {
  /** -e: link headers. */
  link?: boolean;
  /** -v, -vv, -vvv. */
  verbose?: number;
  /** -q. */
  quiet?: boolean;
  /** -S: TCP sequence numbers as they are, not relative to the first. */
  absolute?: boolean;
  /** -K: checksums are not verified. */
  unverified?: boolean;
  /** Payload of no known protocol is dumped in hex, below the line. */
  dump?: boolean;
}

/** Thrown where a header ends behind the bytes that there are. */
export const TRUNCATED: unique symbol = Symbol('truncated');

/** Headers in headers: tunnels in tunnels end here. */
export const DEEPEST = 32;

const DECIMAL = Array.from({ length: 256 }, (_, byte) => String(byte));
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A TCP connection, and the first sequence numbers of its two ends. */
export interface Connection {
  /** Both addresses, and both ports in 32 bits. */
  readonly addresses: Uint8Array;
  readonly ports: number;
  /** Another one with the same hash. */
  readonly next: Connection | undefined;
  seq: number;
  ack: number;
  /** Of the last segment: it went from the second end to the first; it was the first one. */
  reversed: boolean;
  fresh: boolean;
}

/** The printers of what may stand in a tunnel, or be quoted. */
export interface InnerPrinters {
  ip4(c: Cursor, at: number, length: number): undefined;
  ip6(c: Cursor, at: number, length: number): undefined;
  /** Returns the size of the link header. */
  ethernet(c: Cursor, at: number, length: number): number;
  /** False for an ethertype that is not known. */
  etherPayload(c: Cursor, type: number, at: number, length: number): boolean;
  ppp(c: Cursor, at: number, length: number): undefined;
}

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the bytes end. */
  end = 0;
  line = '';
  /** Of the protocol that is printed now, for `[|protocol]`. */
  protocol = '';
  /** Where the link header ends. */
  linkEnd = 0;
  depth = 0;
  readonly link: boolean;
  readonly verbose: number;
  readonly quiet: boolean;
  readonly absolute: boolean;
  readonly verify: boolean;
  readonly dump: boolean;
  readonly connections = new Map<number, Connection>();

  constructor(
    style: PrintStyle,
    readonly inner: InnerPrinters,
  ) {
    this.link = style.link === true;
    this.verbose = style.verbose ?? 0;
    this.quiet = style.quiet === true;
    this.absolute = style.absolute === true;
    this.verify = style.unverified !== true;
    this.dump = style.dump === true && !this.quiet;
  }

  u8(at: number): number {
    if (at >= this.end) throw TRUNCATED;
    return this.bytes[at];
  }
  u16(at: number): number {
    if (at + 2 > this.end) throw TRUNCATED;
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }
  u24(at: number): number {
    if (at + 3 > this.end) throw TRUNCATED;
    return (this.bytes[at] << 16) | (this.bytes[at + 1] << 8) | this.bytes[at + 2];
  }
  u32(at: number): number {
    if (at + 4 > this.end) throw TRUNCATED;
    const { bytes } = this;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }
  /** Throws where fewer than `size` bytes are left. */
  need(at: number, size: number): undefined {
    if (at + size > this.end) throw TRUNCATED;
  }
  has(at: number, size: number): boolean {
    return at + size <= this.end;
  }

  ip4(at: number): string {
    if (at + 4 > this.end) throw TRUNCATED;
    const { bytes } = this;
    return `${DECIMAL[bytes[at]]}.${DECIMAL[bytes[at + 1]]}.${DECIMAL[bytes[at + 2]]}.${DECIMAL[bytes[at + 3]]}`;
  }
  ip6(at: number): string {
    if (at + 16 > this.end) throw TRUNCATED;
    return text6(this.bytes, at);
  }
  mac(at: number): string {
    if (at + 6 > this.end) throw TRUNCATED;
    const { bytes: b } = this;
    return `${HEX[b[at]]}:${HEX[b[at + 1]]}:${HEX[b[at + 2]]}:${HEX[b[at + 3]]}:${HEX[b[at + 4]]}:${HEX[b[at + 5]]}`;
  }
  hex(at: number, size: number, separator = ''): string {
    if (at + size > this.end) throw TRUNCATED;
    let text = '';
    for (let i = 0; i < size; i++)
      text += i === 0 ? HEX[this.bytes[at]] : separator + HEX[this.bytes[at + i]];
    return text;
  }

  /** An IPv6 address that stands elsewhere. */
  prefix(address: Uint8Array): string {
    return text6(address, 0);
  }

  /** The one's complement sum of so many bytes, folded: 0 where a checksum among them is right. */
  checksum(at: number, size: number, initial = 0): number {
    let total = sum(this.bytes.subarray(at, at + size), initial);
    while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
    return ~total & 0xffff;
  }

  /** Runs a printer with the end drawn in to `end`. */
  within(end: number, print: () => undefined): undefined {
    const before = this.end;
    if (end < before) this.end = end;
    print();
    this.end = before;
  }

  /** What is not known, in hex and text below the line. */
  rest(at: number, size: number): undefined {
    if (!this.dump) return;
    const end = Math.min(at + size, this.end);
    if (end > at) this.line += hexAndText(this.bytes.subarray(at, end));
  }
}

/** What the field has to be, where it is `field` and the sum `sum` is not 0. */
export function shouldBe(field: number, wrong: number): number {
  let right = field + wrong;
  right = (right & 0xffff) + (right >>> 16);
  return right & 0xffff;
}

/** Rows of 16 bytes in hex, as tcpdump -x has them. */
export function hexRows(bytes: Uint8Array, indent = '\n\t'): string {
  let rows = '';
  for (let at = 0; at < bytes.length; at += 16)
    rows += `${indent}0x${at.toString(16).padStart(4, '0')}:  ${hexWords(bytes, at)}`;
  return rows;
}

function hexWords(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i < at + 16 && i < bytes.length; i++)
    text += i > at && (i - at) % 2 === 0 ? ` ${HEX[bytes[i]]}` : HEX[bytes[i]];
  return text;
}

/** The same with the bytes as text beside them, as tcpdump -X has them. */
export function hexAndText(bytes: Uint8Array): string {
  let rows = '';
  for (let at = 0; at < bytes.length; at += 16) {
    let text = '';
    for (let i = at; i < at + 16 && i < bytes.length; i++)
      text += bytes[i] > 0x20 && bytes[i] < 0x7f ? String.fromCharCode(bytes[i]) : '.';
    rows += `\n\t0x${at.toString(16).padStart(4, '0')}:  ${hexWords(bytes, at).padEnd(39)}  ${text}`;
  }
  return rows;
}

/** The bytes as text, as tcpdump -A has them. */
export function plainText(bytes: Uint8Array): string {
  let text = '\n';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 13 && bytes[i + 1] === 10) continue;
    text +=
      byte === 9 || byte === 10 || (byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(byte) : '.';
  }
  return text;
}

/** The names of the bits that are set, in the order of the rows, by commas. */
export function bitNames(
  rows: readonly (readonly [bit: number, name: string])[],
  value: number,
  none: string,
  separator = ', ',
): string {
  const names = rows.filter(([bit]) => (value & bit) === bit).map(([, name]) => name);
  return names.length === 0 ? none : names.join(separator);
}
