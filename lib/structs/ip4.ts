// IPv4 addresses as text: inet_pton's strict form, inet_aton's many forms, and back.

const ZERO = 48;
const DOT = 46;

/**
 * The address as an unsigned 32-bit number, or -1 for what inet_pton(3) refuses: four decimal parts
 * of 0 … 255, no leading zeros.
 */
export function parse4(text: string, from = 0): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (part < 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || part === 0) return -1;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return -1;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

// One number as strtoul(3) with base 0 reads it: 0x for hexadecimal, 0 for octal, else decimal.
const NUMBER = /0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*/y;
const SPACE = /[ \t\n\v\f\r]/;
const LIMIT = [0xffffffff, 0xffffff, 0xffff, 0xff];

/**
 * The address as an unsigned 32-bit number, or -1 for what inet_aton(3) refuses: a.b.c.d, a.b.c,
 * a.b or a; decimal, octal or hexadecimal; text after a space is ignored.
 */
export function parseAton(text: string): number {
  let address = 0;
  let at = 0;
  for (let part = 0; part < 4; part++) {
    NUMBER.lastIndex = at;
    const digits = NUMBER.exec(text)?.[0];
    if (digits === undefined) return -1;
    at += digits.length;
    const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    if (text[at] === '.') {
      if (part === 3 || value > 0xff) return -1;
      address += value * 256 ** (3 - part);
      at++;
    } else if (at < text.length && !SPACE.test(text[at])) {
      return -1;
    } else {
      return value <= LIMIT[part] ? address + value : -1;
    }
  }
  return -1;
}

export function write4(into: Uint8Array, at: number, address: number): void {
  into[at] = address >>> 24;
  into[at + 1] = address >>> 16;
  into[at + 2] = address >>> 8;
  into[at + 3] = address;
}

// The last text made for each of 256 slots: peers repeat, and making the text costs more than the
// rest of decoding an address.
const known = new Uint32Array(256);
const texts: string[] = new Array<string>(256).fill('0.0.0.0');

/** Dotted decimal of the four bytes at `at`. */
export function text4(bytes: Uint8Array, at: number): string {
  const address =
    ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  const slot = Math.imul(address, 0x9e3779b1) >>> 24;
  if (known[slot] === address) return texts[slot];
  const text = `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  known[slot] = address;
  texts[slot] = text;
  return text;
}
