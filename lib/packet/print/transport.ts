// TCP, UDP, SCTP and DCCP as tcpdump prints them.
import { sum } from '../checksum';
import { PROTOCOL } from '../numbers';
import { type Connection, type Cursor, shouldBe } from './cursor';
import { dns, dnsOverTcp } from './dns';
import { MPTCP_NAMES, PORT_NAMES, SCTP_CHUNKS } from './names';
import { geneve, mplsInUdp, vxlan, vxlanGpe } from './tunnel';

/** The IP header before a transport: where it is, and which version. */
export interface Network {
  at: number;
  version: 4 | 6;
  /** The protocol that the IP header itself names: ports go with addresses where it is ours. */
  protocol: number;
  /** Bytes of a later fragment may be missing. */
  fragmented: boolean;
  /** TTL or hop limit. */
  hops: number;
  /** Where a routing header has the final destination; 0: it is the header's. */
  final: number;
}

const source = (c: Cursor, n: Network): string =>
  n.version === 4 ? c.ip4(n.at + 12) : c.ip6(n.at + 8);
const target = (c: Cursor, n: Network): string =>
  n.version === 4 ? c.ip4(n.at + 16) : c.ip6(n.at + 24);

export function addresses(c: Cursor, n: Network): undefined {
  c.line += `${source(c, n)} > ${target(c, n)}: `;
}

/** `a.port > b.port: `, or the ports alone where another header stands between. */
function ports(c: Cursor, n: Network, protocol: number, sport: number, dport: number): undefined {
  if (n.protocol === protocol) c.line += `${source(c, n)}.${sport} > ${target(c, n)}.${dport}: `;
  else c.line += `${sport} > ${dport}: `;
}

/** The checksum of a transport with its pseudo header; 0 is right. */
export function transportSum(
  c: Cursor,
  n: Network,
  protocol: number,
  at: number,
  length: number,
): number {
  const [from, size] = n.version === 4 ? [n.at + 12, 8] : [n.at + 8, n.final === 0 ? 32 : 16];
  const final = n.final === 0 ? 0 : sum(c.bytes.subarray(n.final, n.final + 16));
  const addresses = sum(c.bytes.subarray(from, from + size)) + final;
  const pseudo = addresses + protocol + (length >>> 16) + (length & 0xffff);
  return c.checksum(at, length, pseudo);
}

const FLAG_LETTERS = 'FSRP.UEW';
const FLAG_TEXTS = Array.from({ length: 256 }, (_, flags) => {
  let text = '';
  for (let bit = 0; bit < 8; bit++) if (flags & (1 << bit)) text += FLAG_LETTERS[bit];
  return text || 'none';
});
const FIN_SYN_RST = 0x07;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;
const URG = 0x20;

const OPTION_NAMES: Readonly<Record<number, string>> = {
  0: 'eol',
  1: 'nop',
  2: 'mss',
  3: 'wscale',
  4: 'sackOK',
  5: 'sack',
  6: 'echo',
  7: 'echoreply',
  8: 'TS',
  11: 'cc',
  12: 'ccnew',
  13: '',
  19: 'md5',
  20: 'scps',
  28: 'uto',
  29: 'tcp-ao',
  30: 'mptcp',
  34: 'tfo',
  254: 'exp',
};

const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

/** Connections that are remembered; then all are forgotten. */
const MOST_CONNECTIONS = 1 << 18;

/** Whether `size` bytes at two places are the same. */
function sameBytes(a: Uint8Array, from: number, b: Uint8Array, to: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (a[from + i] !== b[to + i]) return false;
  return true;
}

/**
 * The connection that a segment belongs to, with its first sequence numbers: as tcpdump finds it,
 * the end with the lower port first, or the lower address where the ports are the same.
 */
function connectionOf(
  c: Cursor,
  n: Network,
  sport: number,
  dport: number,
  seq: number,
  ack: number,
  flags: number,
): Connection {
  const { bytes } = c;
  const size = n.version === 4 ? 4 : 16;
  const from = n.version === 4 ? n.at + 12 : n.at + 8;
  let reversed = sport > dport;
  if (sport === dport)
    for (let i = 0; i < size; i++) {
      const difference = bytes[from + i] - bytes[from + size + i];
      if (difference !== 0) {
        reversed = difference > 0;
        break;
      }
    }
  const one = reversed ? from + size : from;
  const other = reversed ? from : from + size;
  const ports = reversed ? (dport << 16) | sport : (sport << 16) | dport;
  let hash = ports;
  for (let i = 0; i < size; i++)
    hash = (Math.imul(hash, 31) + bytes[one + i] * 7 + bytes[other + i]) | 0;
  let found = c.connections.get(hash);
  while (
    found !== undefined &&
    (found.ports !== ports ||
      found.addresses.length !== 2 * size ||
      !sameBytes(found.addresses, 0, bytes, one, size) ||
      !sameBytes(found.addresses, size, bytes, other, size))
  )
    found = found.next;
  if (found === undefined) {
    if (c.connections.size > MOST_CONNECTIONS) c.connections.clear();
    const addresses = new Uint8Array(2 * size);
    addresses.set(bytes.subarray(one, one + size));
    addresses.set(bytes.subarray(other, other + size), size);
    const next = c.connections.get(hash);
    found = { addresses, ports, next, seq: 0, ack: 0, reversed, fresh: true };
    c.connections.set(hash, found);
  } else found.fresh = (flags & SYN) !== 0;
  found.reversed = reversed;
  if (found.fresh) {
    found.seq = reversed ? (ack - 1) >>> 0 : seq;
    found.ack = reversed ? seq : (ack - 1) >>> 0;
  }
  return found;
}

export function tcp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'tcp';
  if (!c.has(at, 4)) {
    c.line += `${source(c, n)} > ${target(c, n)}:`;
    c.need(at, 4);
  }
  const sport = c.u16(at);
  const dport = c.u16(at + 2);
  ports(c, n, PROTOCOL.TCP, sport, dport);
  c.need(at, 20);
  const size = (c.bytes[at + 12] >> 4) * 4;
  if (size < 20) {
    c.line += ` tcp ${(length - size) >>> 0} [bad hdr length ${size} - too short, < 20]`;
    return;
  }
  let seq = c.u32(at + 4);
  let ack = c.u32(at + 8);
  if (c.quiet) {
    c.line += `tcp ${(length - size) >>> 0}`;
    if (size > length) c.line += ` [bad hdr length ${size} - too long, > ${length}]`;
    return;
  }
  const flags = c.bytes[at + 13];
  c.line += `Flags [${FLAG_TEXTS[flags]}]`;
  let first = 0;
  let firstAck = 0;
  let reversed = false;
  if (!c.absolute && flags & ACK) {
    const connection = connectionOf(c, n, sport, dport, seq, ack, flags);
    reversed = connection.reversed;
    first = connection.seq;
    firstAck = connection.ack;
    if (!connection.fresh) {
      seq = (seq - (reversed ? firstAck : first)) >>> 0;
      ack = (ack - (reversed ? first : firstAck)) >>> 0;
    }
  }
  if (size > length) {
    c.line += ` [bad hdr length ${size} - too long, > ${length}]`;
    return;
  }
  if (c.verbose > 0 && c.verify && !n.fragmented && c.has(at, length)) {
    const field = c.u16(at + 16);
    const wrong = transportSum(c, n, PROTOCOL.TCP, at, length);
    c.line += `, cksum 0x${hex4(field)}`;
    c.line += wrong === 0 ? ' (correct)' : ` (incorrect -> 0x${hex4(shouldBe(field, wrong))})`;
  }
  const data = length - size;
  if (c.verbose > 1 || data > 0 || flags & FIN_SYN_RST) {
    c.line += `, seq ${seq}`;
    if (data > 0) c.line += `:${(seq + data) >>> 0}`;
  }
  if (flags & ACK) c.line += `, ack ${ack}`;
  c.line += `, win ${(c.bytes[at + 14] << 8) | c.bytes[at + 15]}`;
  if (flags & URG) c.line += `, urg ${(c.bytes[at + 18] << 8) | c.bytes[at + 19]}`;
  if (size > 20 && !options(c, at + 20, size - 20, flags, reversed ? first : firstAck)) return;
  c.line += `, length ${data}`;
  if (data === 0) return;
  if (!c.has(at, size)) {
    c.line += ` [remaining caplen(${c.end - at}) < header length(${size})]`;
    c.need(at, size);
  }
  if (flags & RST && c.verbose > 0) return reset(c, at + size, data);
  payload(c, at + size, data, sport, dport);
}

/** What a reset says about itself, RFC 9293 section 3.5.3. */
function reset(c: Cursor, at: number, size: number): undefined {
  c.line += c.has(at, size) ? ' [RST' : ' [!RST';
  if (size > 30) c.line += '+';
  c.line += ' ';
  for (let i = at; i < at + Math.min(size, 30) && i < c.end; i++) {
    const byte = c.bytes[i];
    c.line +=
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : byte < 0x20
          ? `^${String.fromCharCode(byte ^ 0x40)}`
          : byte === 0x7f
            ? '^?'
            : `M-${byte - 128 < 0x20 ? `^${String.fromCharCode((byte - 128) ^ 0x40)}` : byte === 0xff ? '^?' : String.fromCharCode(byte - 128)}`;
  }
  c.line += ']';
}

/** False where the list is broken: the line ends there. */
function options(c: Cursor, from: number, size: number, flags: number, base: number): boolean {
  c.line += ', options [';
  let at = from;
  let left = size;
  let begun = false;
  const bad = (): false => {
    c.line += begun ? '[bad opt]]' : '[bad opt]';
    return false;
  };
  while (left > 0) {
    if (begun) c.line += ',';
    const kind = c.u8(at);
    at += 1;
    let length = 1;
    if (kind > 1) {
      length = c.u8(at);
      at += 1;
      if (length < 2 || length > left) return bad();
      left -= 1;
    }
    left -= 1;
    c.line += OPTION_NAMES[kind] ?? `unknown-${kind}`;
    const data = option(c, kind, at, length, left, flags, base);
    if (data === CUT) {
      c.line += begun ? ' [|tcp]>' : ' [|tcp]';
      return false;
    }
    if (data < 0) return bad();
    at += data;
    left -= data;
    if (data + (kind > 1 ? 2 : 1) !== length) c.line += `[len ${length}]`;
    begun = true;
    if (kind === 0) break;
  }
  c.line += ']';
  return true;
}

/** The frame was captured up to within this option. */
const CUT = -2;

/**
 * Prints what an option holds, and returns how many bytes that is; -1 where it is broken, CUT where
 * the frame ends.
 */
function option(
  c: Cursor,
  kind: number,
  at: number,
  length: number,
  left: number,
  flags: number,
  base: number,
): number {
  /** 0 where so many bytes are there, else what to return. */
  const lacks = (size: number): number => (size > left ? -1 : c.has(at, size) ? 0 : CUT);
  const size = length - 2;
  let lack = 0;
  switch (kind) {
    case 0:
    case 1:
    case 4:
      return 0;
    case 2:
      if ((lack = lacks(2)) < 0) return lack;
      c.line += ` ${c.u16(at)}`;
      return 2;
    case 3:
      if ((lack = lacks(1)) < 0) return lack;
      c.line += ` ${c.bytes[at]}`;
      return 1;
    case 5:
      if (size % 8 !== 0) c.line += ' invalid sack';
      else {
        c.line += ` ${size / 8} `;
        for (let i = 0; i < size; i += 8) {
          if ((lack = lacks(i + 8)) < 0) return lack;
          const [start, end] = [c.u32(at + i), c.u32(at + i + 4)];
          c.line += `{${(start - base) >>> 0}:${(end - base) >>> 0}}`;
        }
      }
      return size;
    case 6:
    case 7:
    case 11:
    case 12:
    case 13:
      if ((lack = lacks(4)) < 0) return lack;
      c.line += ` ${c.u32(at)}`;
      return 4;
    case 8:
      if ((lack = lacks(8)) < 0) return lack;
      c.line += ` val ${c.u32(at)} ecr ${c.u32(at + 4)}`;
      return 8;
    case 19:
      if ((lack = lacks(16)) < 0) return lack;
      c.line += ` can't check - ${c.hex(at, 16)}`;
      return 16;
    case 20:
      if ((lack = lacks(2)) < 0) return lack;
      c.line += ` cap ${c.hex(at, 1)} id ${c.bytes[at + 1]}`;
      return 2;
    case 28: {
      if ((lack = lacks(2)) < 0) return lack;
      const value = c.u16(at);
      c.line += ` 0x${value.toString(16)} ${value & 1 ? (value >> 1) * 60 : value >> 1}`;
      return 2;
    }
    case 29:
      if (size < 2) c.line += ' (invalid)';
      else {
        if ((lack = lacks(1)) < 0) return lack;
        c.line += ` keyid ${c.bytes[at]}`;
        if ((lack = lacks(2)) < 0) return lack;
        c.line += ` rnextkeyid ${c.bytes[at + 1]}`;
        if (size > 2) {
          c.line += ' mac 0x';
          if ((lack = partly(c, at + 2, size - 2, left - 2)) < 0) return lack;
        }
      }
      return size;
    case 30:
      if ((lack = lacks(size)) < 0) return lack;
      if (size < 1) return -1;
      return mptcp(c, at, length, flags) ? size : -1;
    case 34:
      if ((lack = lacks(size)) < 0) return lack;
      c.line += ' ';
      fastOpen(c, at, size);
      return size;
    case 254: {
      if ((lack = lacks(size)) < 0) return lack;
      if (size < 2) return -1;
      const magic = c.u16(at);
      c.line += '-';
      if (magic === 0xf989) {
        c.line += 'tfo';
        fastOpen(c, at + 2, size - 2);
      } else c.line += hex4(magic);
      return size;
    }
    default:
      if (size > 0) {
        c.line += ' 0x';
        if ((lack = partly(c, at, size, left)) < 0) return lack;
      }
      return size;
  }
}

/** Prints bytes of an option as far as they are there: 0, -1 or CUT as lacks(). */
function partly(c: Cursor, at: number, size: number, left: number): number {
  const there = Math.max(0, Math.min(size, left, c.end - at));
  c.line += c.hex(at, there);
  return there === size ? 0 : there === left ? -1 : CUT;
}

function fastOpen(c: Cursor, at: number, size: number): undefined {
  if (size === 0) c.line += ' cookiereq';
  else if (size % 2 !== 0 || size < 4 || size > 16) c.line += ' (invalid)';
  else c.line += ` cookie ${c.hex(at, size)}`;
}

/** RFC 8684: the subtype, and the keys and tokens of the common ones. */
function mptcp(c: Cursor, at: number, length: number, flags: number): boolean {
  const kind = c.bytes[at] >> 4;
  const key = (from: number) => `0x${c.hex(from, 8).replace(/^0+(?=.)/, '')}`;
  const name = MPTCP_NAMES[kind];
  c.line += ` ${length} ${name ?? 'unknown'}`;
  switch (kind) {
    case 0: {
      const version = c.bytes[at] & 15;
      const bits = c.bytes[at + 1];
      c.line += ` v${version} flags [${bits & 0x80 ? 'A' : ''}${bits & 0x40 ? 'B' : ''}${bits & 0x20 ? 'C' : ''}${bits & 1 ? 'H' : ''}]`;
      const csum = (bits & 0x80) !== 0;
      if (csum) c.line += ' csum';
      if (length === 12 || length === 20 || length >= 22) c.line += ` {${key(at + 2)}`;
      if (length >= 20) c.line += `,${key(at + 10)}`;
      if (length >= 12) c.line += '}';
      return true;
    }
    case 1: {
      const backup = c.bytes[at] & 1 ? ' backup' : '';
      c.line += `${backup} id ${c.bytes[at + 1]}`;
      if (length === 12)
        c.line += ` token 0x${c.u32(at + 2).toString(16)} nonce 0x${c.u32(at + 6).toString(16)}`;
      else if (length === 16)
        c.line += ` hmac ${key(at + 2)} nonce 0x${c.u32(at + 10).toString(16)}`;
      else if (length === 24 && flags & ACK) c.line += ` hmac 0x${c.hex(at + 2, 20)}`;
      return true;
    }
    default:
      return name !== undefined;
  }
}

/** Text protocols: the first line, and their name. */
const TEXT_PORTS: Readonly<Record<number, string>> = {
  21: 'FTP',
  25: 'SMTP',
  80: 'HTTP',
  554: 'RTSP',
  8080: 'HTTP',
  8554: 'RTSP',
};
const REQUEST =
  /^(GET|HEAD|PUT|POST|DELETE|OPTIONS|TRACE|CONNECT|PATCH|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|ACCT|APPE|CWD|LIST|PASS|PASV|PORT|QUIT|RETR|STOR|USER|EHLO|HELO|MAIL|RCPT|DATA|DESCRIBE|SETUP|PLAY|TEARDOWN)( |\r|\n)|^(HTTP|RTSP)\/|^\d{3}[ -]/;

function payload(c: Cursor, at: number, length: number, sport: number, dport: number): undefined {
  if (sport === 53 || dport === 53) return dnsOverTcp(c, at, length);
  const name = TEXT_PORTS[dport] ?? TEXT_PORTS[sport];
  if (name !== undefined) {
    c.line += `: ${name}`;
    const text = Buffer.from(
      c.bytes.buffer,
      c.bytes.byteOffset + at,
      Math.min(length, c.end - at, 512),
    ).toString('latin1');
    if (REQUEST.test(text)) {
      const line = text.split(/\r?\n/, 1)[0].replace(/[^\x20-\x7e]/g, '.');
      c.line += c.verbose > 0 ? `, length: ${length}\n\t${line}` : `: ${line}`;
    } else if (c.verbose > 0) c.line += `, length: ${length}`;
    return;
  }
  const service = PORT_NAMES[dport] ?? PORT_NAMES[sport];
  if (service !== undefined) c.line += `: ${service}`;
}

const VXLAN = 4789;
const VXLAN_GPE = 4790;
const GENEVE = 6081;
const MPLS_IN_UDP = 6635;

export function udp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'udp';
  if (!c.has(at, 4)) {
    if (n.protocol === PROTOCOL.UDP) addresses(c, n);
    c.need(at, 4);
  }
  const sport = c.u16(at);
  const dport = c.u16(at + 2);
  ports(c, n, PROTOCOL.UDP, sport, dport);
  if (length < 8) {
    c.line += `truncated-udp ${length}`;
    return;
  }
  let said = c.u16(at + 4);
  if (said === 0 && length > 65_535) said = length;
  if (said < 8) {
    c.line += `truncated-udplength ${said}`;
    return;
  }
  said -= 8;
  let size = length - 8;
  if (said < size) size = said;
  const data = at + 8;
  if (data > c.end) c.need(data, 0);
  if (!c.quiet) {
    if (c.verbose > 0 && c.verify && !n.fragmented) udpSum(c, at, size, n);
    const print = udpPayload(sport, dport);
    if (print !== undefined) return print(c, data, size, n);
  }
  if (said > size && !n.fragmented) c.line += `UDP, bad length ${said} > ${size}`;
  else {
    const service = c.quiet ? undefined : (PORT_NAMES[dport] ?? PORT_NAMES[sport]);
    c.line += service === undefined ? `UDP, length ${said}` : `${service}, length ${said}`;
  }
}

function udpSum(c: Cursor, at: number, size: number, n: Network): undefined {
  if (n.version === 4 && c.verbose < 2) return;
  c.need(at, 8);
  const field = c.u16(at + 6);
  if (n.version === 4 && field === 0) c.line += '[no cksum] ';
  else if (c.has(at + 8, size)) {
    const wrong = transportSum(c, n, PROTOCOL.UDP, at, size + 8);
    c.line +=
      wrong === 0
        ? '[udp sum ok] '
        : `[bad udp cksum 0x${hex4(field)} -> 0x${hex4(shouldBe(field, wrong))}!] `;
  }
}

type Payload = (c: Cursor, at: number, length: number, n: Network) => undefined;

function udpPayload(sport: number, dport: number): Payload | undefined {
  return UDP_PORTS[dport] ?? UDP_PORTS[sport];
}

const UDP_PORTS: Readonly<Record<number, Payload>> = {
  53: (c, at, length) => dns(c, at, length, false),
  5353: (c, at, length) => dns(c, at, length, true),
  67: bootp,
  68: bootp,
  [VXLAN]: vxlan,
  [VXLAN_GPE]: vxlanGpe,
  [GENEVE]: geneve,
  [MPLS_IN_UDP]: mplsInUdp,
};

/** DHCP, RFC 2131, in one line. */
function bootp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'bootp';
  c.need(at, 44);
  const op = c.u8(at);
  c.line += `BOOTP/DHCP, ${op === 1 ? 'Request' : op === 2 ? 'Reply' : `unknown (0x${op.toString(16).padStart(2, '0')})`}`;
  if (c.u8(at + 1) === 1 && c.u8(at + 2) === 6 && op === 1) c.line += ` from ${c.mac(at + 28)}`;
  c.line += `, length ${length}`;
  if (c.verbose === 0) return;
  c.line += `, xid 0x${c.u32(at + 4).toString(16)}`;
  if (c.u16(at + 8) > 0) c.line += `, secs ${c.u16(at + 8)}`;
  for (const [name, offset] of [
    ['Client-IP', 12],
    ['Your-IP', 16],
    ['Server-IP', 20],
    ['Gateway-IP', 24],
  ] as const)
    if (c.u32(at + offset) !== 0) c.line += `, ${name} ${c.ip4(at + offset)}`;
}

/** SCTP, RFC 9260: ports and the types of the chunks. */
export function sctp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'sctp';
  if (length < 12) {
    c.line += `truncated-sctp - ${12 - length} bytes missing!`;
    return;
  }
  c.need(at, 12);
  c.line += `${source(c, n)}.${c.u16(at)} > ${target(c, n)}.${c.u16(at + 2)}: sctp`;
  const separator = c.verbose >= 2 ? '\n\t' : ' (';
  let left = length - 12;
  let place = at + 12;
  for (let count = 1; left > 0; count++) {
    if (left < 4) {
      c.line += `${separator}${count}) [chunk descriptor cut off at end of packet]`;
      break;
    }
    c.need(place, 4);
    const size = c.u16(place + 2);
    if (size < 4) {
      c.line += `${separator}${count}) [Bad chunk length ${size}, < size of chunk descriptor]`;
      break;
    }
    if (size > left) {
      c.line += `${separator}${count}) [Bad chunk length ${size}, > remaining data in packet]`;
      break;
    }
    c.need(place, size);
    const type = c.u8(place);
    c.line += `${separator}${count}) [${SCTP_CHUNKS[type] ?? `Unknown chunk type: 0x${type.toString(16)}`}] `;
    chunk(c, type, place, size);
    const step = (size + 3) & ~3;
    place += step;
    left -= Math.min(step, left);
    if (c.verbose < 2) c.line += '';
  }
}

function chunk(c: Cursor, type: number, at: number, size: number): undefined {
  if (type === 0 && size >= 16) {
    const flags = c.u8(at + 1);
    if (flags & 4) c.line += '(U)';
    if (flags & 2) c.line += '(B)';
    if (flags & 1) c.line += '(E)';
    if (flags & 7) c.line += ' ';
    c.line += `[TSN: ${c.u32(at + 4)}] [SID: ${c.u16(at + 8)}] [SSEQ ${c.u16(at + 10)}] [PPID 0x${c.u32(at + 12).toString(16)}] `;
  } else if ((type === 1 || type === 2) && size >= 20)
    c.line += `[init tag: ${c.u32(at + 4)}] [rwnd: ${c.u32(at + 8)}] [OS: ${c.u16(at + 12)}] [MIS: ${c.u16(at + 14)}] [init TSN: ${c.u32(at + 16)}] `;
  else if (type === 3 && size >= 16)
    c.line += `[cum ack ${c.u32(at + 4)}] [a_rwnd ${c.u32(at + 8)}] [#gap acks ${c.u16(at + 12)}] [#dup tsns ${c.u16(at + 14)}] `;
}

const DCCP_TYPES = [
  'DCCP-Request',
  'DCCP-Response',
  'DCCP-Data',
  'DCCP-Ack',
  'DCCP-DataAck',
  'DCCP-CloseReq',
  'DCCP-Close',
  'DCCP-Reset',
  'DCCP-Sync',
  'DCCP-SyncAck',
];

/** DCCP, RFC 4340: ports, type and sequence number. */
export function dccp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'dccp';
  c.need(at, 4);
  c.line += `${source(c, n)}.${c.u16(at)} > ${target(c, n)}.${c.u16(at + 2)}: `;
  if (length < 12) {
    c.line += `truncated-dccp - ${12 - length} bytes missing!`;
    return;
  }
  c.need(at, 12);
  const extended = c.u8(at + 8) & 1;
  const type = (c.u8(at + 8) >> 1) & 15;
  c.line += `DCCP (CCVal ${c.u8(at + 5) >> 4}, CsCov ${c.u8(at + 5) & 15}) ${DCCP_TYPES[type] ?? `unknown-type-${type}`}`;
  c.line += extended
    ? ` seq ${(BigInt(c.u16(at + 10)) << 32n) | BigInt(c.u32(at + 12))}`
    : ` seq ${c.u24(at + 9)}`;
}
