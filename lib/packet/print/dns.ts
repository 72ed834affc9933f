// DNS and mDNS messages as tcpdump prints them: RFC 1035, RFC 6762. Printed as they are read, so
// that a message cut short shows what there is of it.
import { type Cursor, TRUNCATED } from './cursor';
import { DNS_TYPES } from './names';

const OPCODES = [
  '',
  ' inv_q',
  ' stat',
  ' op3',
  ' notify',
  ' update',
  ' op6',
  ' op7',
  ' op8',
  ' updateA',
  ' updateD',
  ' updateDA',
  ' updateM',
  ' updateMA',
  ' zoneInit',
  ' zoneRef',
];
const RCODES = [
  '',
  ' FormErr',
  ' ServFail',
  ' NXDomain',
  ' NotImp',
  ' Refused',
  ' YXDomain',
  ' YXRRSet',
  ' NXRRSet',
  ' NotAuth',
  ' NotZone',
  ' Resp11',
  ' Resp12',
  ' Resp13',
  ' Resp14',
  ' NoChange',
  ' BadVers',
  'Resp17',
  ' Resp18',
  ' Resp19',
  ' Resp20',
  'Resp21',
  ' Resp22',
  ' BadCookie',
];
const CLASSES: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CHAOS', 4: 'HS', 255: 'ANY' };
const OPT = 41;
/** Pointers that a name may follow. */
const MOST_POINTERS = 128;

/** Where the bytes after a name begin. */
function skipName(c: Cursor, at: number): number {
  for (let place = at; ; ) {
    const length = c.u8(place);
    place += 1;
    if (length === 0) return place;
    if ((length & 0xc0) === 0xc0) return place + 1;
    if (length > 63) throw TRUNCATED;
    place += length;
  }
}

/** Prints a name, and returns where the bytes after it begin. */
function name(c: Cursor, at: number, message: number): number {
  let place = at;
  let after = -1;
  let jumps = 0;
  let text = '';
  for (;;) {
    const length = c.u8(place);
    place += 1;
    if (length === 0) break;
    if ((length & 0xc0) === 0xc0) {
      const to = ((length & 0x3f) << 8) | c.u8(place);
      if (after < 0) after = place + 1;
      place = message + to;
      if (++jumps > MOST_POINTERS) {
        c.line += `${text}<LOOP>`;
        throw TRUNCATED;
      }
      if (place >= c.end) throw TRUNCATED;
      continue;
    }
    if (length > 63) throw TRUNCATED;
    c.need(place, length);
    for (let i = 0; i < length; i++) text += character(c.bytes[place + i]);
    text += '.';
    place += length;
  }
  c.line += text === '' ? '.' : text;
  return after < 0 ? place : after;
}

function character(byte: number): string {
  if (byte >= 0x80) return `M-${byte === 0xff ? '^?' : character(byte & 0x7f)}`;
  if (byte >= 0x20 && byte !== 0x7f) return String.fromCharCode(byte);
  return `^${String.fromCharCode(byte ^ 0x40)}`;
}

function question(c: Cursor, at: number, message: number, mdns: boolean): number {
  const after = skipName(c, at);
  const type = c.u16(after);
  const bits = c.u16(after + 2);
  c.line += ` ${DNS_TYPES[type] ?? `Type${type}`}`;
  const kind = mdns ? bits & 0x7fff : bits;
  if (kind !== 1) c.line += ` ${CLASSES[kind] ?? `(Class ${kind})`}`;
  if (mdns) c.line += bits & 0x8000 ? ' (QU)' : ' (QM)';
  c.line += '? ';
  return name(c, at, message) + 4;
}

function record(c: Cursor, at: number, message: number, mdns: boolean): number {
  let place: number;
  if (c.verbose > 0) {
    c.line += ' ';
    place = name(c, at, message);
  } else place = skipName(c, at);
  if (!c.has(place, 10)) return c.end;
  const type = c.u16(place);
  const bits = c.u16(place + 2);
  const kind = mdns ? bits & 0x7fff : bits;
  if (kind !== 1 && type !== OPT) c.line += ` ${CLASSES[kind] ?? `(Class ${kind})`}`;
  if (mdns && bits & 0x8000) c.line += ' (Cache flush)';
  const ttl = c.u32(place + 4);
  if (type !== OPT && c.verbose > 2) c.line += ` [${duration(ttl)}]`;
  const length = c.u16(place + 8);
  const data = place + 10;
  c.line += ` ${DNS_TYPES[type] ?? `Type${type}`}`;
  c.need(data, length);
  value(c, type, data, length, message, ttl, kind);
  return data + length;
}

/** Seconds as tcpdump prints them: `1w2d3h4m5s`. */
export function duration(seconds: number): string {
  if (seconds === 0) return '0s';
  let left = seconds;
  let text = '';
  for (const [unit, size] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (left >= size) text += `${Math.floor(left / size)}${unit}`;
    left %= size;
  }
  return text;
}

function value(
  c: Cursor,
  type: number,
  at: number,
  length: number,
  message: number,
  ttl: number,
  kind: number,
): undefined {
  switch (type) {
    case 1:
      c.line += ` ${c.ip4(at)}`;
      return;
    case 28:
      c.line += ` ${c.ip6(at)}`;
      return;
    case 2:
    case 5:
    case 12:
    case 39:
      c.line += ' ';
      name(c, at, message);
      return;
    case 6: {
      if (c.verbose === 0) return;
      c.line += ' ';
      const mailbox = name(c, at, message);
      c.line += ' ';
      const numbers = name(c, mailbox, message);
      for (let i = 0; i < 5; i++) c.line += ` ${c.u32(numbers + 4 * i)}`;
      return;
    }
    case 15:
      c.line += ' ';
      name(c, at + 2, message);
      c.line += ` ${c.u16(at)}`;
      return;
    case 16:
      for (let place = at; place < at + length; ) {
        const size = c.u8(place);
        c.need(place + 1, size);
        let text = '';
        for (let i = 1; i <= size; i++) text += character(c.bytes[place + i]);
        c.line += ` "${text}"`;
        place += size + 1;
      }
      return;
    case 33:
      c.line += ' ';
      name(c, at + 6, message);
      c.line += `:${c.u16(at + 4)} ${c.u16(at)} ${c.u16(at + 2)}`;
      return;
    case OPT:
      c.line += ` UDPsize=${kind}`;
      if (ttl & 0x8000) c.line += ' DO';
      if (length > 0) c.line += ` [${length} bytes of options]`;
  }
}

/** Prints `count` records by commas, and returns where they end. */
function records(c: Cursor, from: number, count: number, message: number, mdns: boolean): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    if (i > 0) {
      if (at >= c.end) throw TRUNCATED;
      c.line += ',';
    }
    at = record(c, at, message, mdns);
  }
  return at;
}

/** The response code, with the upper bits that an OPT record holds. */
function rcodeOf(c: Cursor, message: number, counts: readonly number[], flags: number): number {
  const rcode = flags & 15;
  const [questions, answers, authorities, others] = counts;
  try {
    let at = message + 12;
    for (let i = 0; i < questions; i++) at = skipName(c, at) + 4;
    for (let i = 0; i < answers + authorities; i++) {
      at = skipName(c, at) + 8;
      at += 2 + c.u16(at);
    }
    for (let i = 0; i < others; i++) {
      at = skipName(c, at);
      if (c.u16(at) === OPT) return rcode | (c.u8(at + 4) << 4);
      at += 8;
      at += 2 + c.u16(at);
    }
  } catch (error) {
    if (error !== TRUNCATED) throw error;
  }
  return rcode;
}

export function dns(c: Cursor, at: number, length: number, mdns: boolean): undefined {
  c.protocol = 'domain';
  if (length < 12) {
    c.line += `domain [length ${length} < 12] (invalid)`;
    return;
  }
  c.need(at, 12);
  const flags = c.u16(at + 2);
  const counts = [c.u16(at + 4), c.u16(at + 6), c.u16(at + 8), c.u16(at + 10)];
  const [questions, answers, authorities, others] = counts;
  const opcode = (flags >> 11) & 15;
  let place = at + 12;
  if (flags & 0x8000) {
    const rcode = rcodeOf(c, at, counts, flags);
    c.line += `${c.u16(at)}${OPCODES[opcode]}${RCODES[rcode] ?? ` Resp${rcode & 0xfff}`}`;
    c.line += `${flags & 0x400 ? '*' : ''}${flags & 0x80 ? '' : '-'}${flags & 0x200 ? '|' : ''}${flags & 0x20 ? '$' : ''}`;
    if (questions !== 1) c.line += ` [${questions}q]`;
    for (let i = 0; i < questions; i++) {
      if (i > 0) c.line += ',';
      if (c.verbose > 1) {
        c.line += ' q:';
        place = question(c, place, at, mdns);
      } else place = skipName(c, place) + 4;
    }
    c.line += ` ${answers}/${authorities}/${others}`;
    place = records(c, place, answers, at, mdns);
  } else {
    c.line += `${c.u16(at)}${OPCODES[opcode]}${flags & 0x100 ? '+' : ''}${flags & 0x10 ? '%' : ''}`;
    if (flags & 0x6cf) c.line += ` [b2&3=0x${flags.toString(16)}]`;
    if (opcode === 1) {
      if (questions > 0) c.line += ` [${questions}q]`;
      if (answers !== 1) c.line += ` [${answers}a]`;
    } else {
      if (answers > 0) c.line += ` [${answers}a]`;
      if (questions !== 1) c.line += ` [${questions}q]`;
    }
    if (authorities > 0) c.line += ` [${authorities}n]`;
    if (others > 0) c.line += ` [${others}au]`;
    for (let i = 0; i < questions; i++) {
      if (i > 0 && place >= c.end) throw TRUNCATED;
      place = question(c, place, at, mdns);
    }
    if (c.verbose > 1) place = records(c, place, answers, at, mdns);
  }
  if (c.verbose > 1) {
    if (authorities > 0) {
      c.line += ' ns:';
      place = records(c, place, authorities, at, mdns);
    }
    if (others > 0) {
      c.line += ' ar:';
      records(c, place, others, at, mdns);
    }
  }
  c.line += ` (${length})`;
}

/** A message over TCP has its length before it: RFC 1035 section 4.2.2. */
export function dnsOverTcp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'domain';
  if (length < 2) {
    c.line += ` [DNS over TCP: length ${length} < 2] (invalid)`;
    return;
  }
  const size = c.u16(at);
  if (size !== length - 2) {
    c.line += ` [prefix length(${size}) != length(${length - 2})] (invalid)`;
    return;
  }
  c.line += ' ';
  dns(c, at + 2, length - 2, false);
}
