// IPv6 addresses as text: what inet_pton(3) takes and what inet_ntop(3) writes, after glibc.
import { parse4, text4, write4 } from './ip4';

const COLON = 58;
const DOT = 46;

function hex(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Writes the 16 bytes at `at`; false (and whatever bytes) for what inet_pton(3) refuses. `end` is
 * where the text ends.
 */
export function parse6(text: string, into: Uint8Array, at: number, end = text.length): boolean {
  const limit = at + 16;
  let to = at; // where the next group goes
  let gap = -1; // where '::' stood
  let token = 0; // where the group being read starts
  let digits = 0;
  let value = 0;
  let i = 0;
  if (text.charCodeAt(0) === COLON) {
    if (end < 2 || text.charCodeAt(1) !== COLON) return false;
    i = 1;
    token = 1;
  }
  for (; i < end; i++) {
    const code = text.charCodeAt(i);
    const digit = hex(code);
    if (digit >= 0) {
      if (++digits > 4) return false;
      value = (value << 4) | digit;
    } else if (code === COLON) {
      token = i + 1;
      if (digits === 0) {
        if (gap >= 0) return false;
        gap = to;
      } else {
        if (token === end || to + 2 > limit) return false;
        into[to++] = value >>> 8;
        into[to++] = value;
        digits = 0;
        value = 0;
      }
    } else if (code === DOT && to + 4 <= limit) {
      const address = parse4(end === text.length ? text : text.slice(0, end), token);
      if (address < 0) return false;
      write4(into, to, address);
      to += 4;
      digits = 0;
      break;
    } else {
      return false;
    }
  }
  if (digits > 0) {
    if (to + 2 > limit) return false;
    into[to++] = value >>> 8;
    into[to++] = value;
  }
  if (gap < 0) return to === limit;
  if (to === limit) return false; // '::' that stands for nothing
  into.copyWithin(limit - (to - gap), gap, to);
  into.fill(0, gap, limit - (to - gap));
  return true;
}

/**
 * The longest run of two or more zero groups, the first of equals, becomes '::'; v4-mapped and
 * v4-compatible addresses end in dotted decimal.
 */
function format6(bytes: Uint8Array, at: number): string {
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && bytes[at + 2 * (i + n)] === 0 && bytes[at + 2 * (i + n) + 1] === 0) n++;
    if (n > bestLength) {
      best = i;
      bestLength = n;
    }
    i += n;
  }
  const group = (i: number) => (bytes[at + 2 * i] << 8) | bytes[at + 2 * i + 1];
  if (best === 0 && bestLength === 6) return `::${text4(bytes, at + 12)}`;
  if (best === 0 && bestLength === 5 && group(5) === 0xffff)
    return `::ffff:${text4(bytes, at + 12)}`;
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === best) {
      text += i === 0 ? '::' : ':';
      i += bestLength - 1;
    } else {
      text += group(i).toString(16);
      if (i < 7) text += ':';
    }
  }
  return text;
}

// The last text made for each of 64 slots, as for IPv4.
const known = new Uint32Array(64 * 4);
const texts: string[] = new Array<string>(64).fill('::');

/** The text of the sixteen bytes at `at`, without a scope. */
export function text6(bytes: Uint8Array, at: number): string {
  const a = word(bytes, at);
  const b = word(bytes, at + 4);
  const c = word(bytes, at + 8);
  const d = word(bytes, at + 12);
  const slot = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 131) ^ d, 0x9e3779b1) >>> 26;
  const key = slot * 4;
  if (known[key] === a && known[key + 1] === b && known[key + 2] === c && known[key + 3] === d)
    return texts[slot];
  const text = format6(bytes, at);
  known[key] = a;
  known[key + 1] = b;
  known[key + 2] = c;
  known[key + 3] = d;
  texts[slot] = text;
  return text;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
