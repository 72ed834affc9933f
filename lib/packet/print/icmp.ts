// ICMP, ICMPv6 with neighbour discovery and MLD, and IGMP, as tcpdump prints them.
import { PROTOCOL } from '../numbers';
import { bitNames, type Cursor, hexRows, shouldBe } from './cursor';
import { type Network, transportSum } from './transport';

type Names = Readonly<Record<number, string>>;

const MESSAGES: Names = {
  4: 'source quench',
  10: 'router solicitation',
  15: 'information request',
  16: 'information reply',
  17: 'address mask request',
};
const UNREACHABLE: Names = {
  5: '{} unreachable - source route failed',
  6: 'net {} unreachable - unknown',
  7: 'host {} unreachable - unknown',
  8: '{} unreachable - source host isolated',
  9: 'net {} unreachable - admin prohibited',
  10: 'host {} unreachable - admin prohibited',
  11: 'net {} unreachable - tos prohibited',
  12: 'host {} unreachable - tos prohibited',
  13: 'host {} unreachable - admin prohibited filter',
  14: 'host {} unreachable - host precedence violation',
  15: 'host {} unreachable - precedence cutoff',
};
const REDIRECTS: Names = {
  0: 'redirect {} to net ',
  1: 'redirect {} to host ',
  2: 'redirect-tos {} to net ',
  3: 'redirect-tos {} to host ',
};
/** Types that quote the packet they are about. */
const ERRORS: readonly number[] = [3, 4, 5, 11, 12];

const two = (value: number): string => String(value).padStart(2, '0');

/** Milliseconds since midnight UTC. */
function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${two(hours)}:${two(minutes)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}

function unreachable(c: Cursor, at: number, code: number): string {
  const host = c.ip4(at + 24);
  switch (code) {
    case 0:
      return `net ${host} unreachable`;
    case 1:
      return `host ${host} unreachable`;
    case 2:
      return `${host} protocol ${c.u8(at + 17)} unreachable`;
    case 3: {
      const protocol = c.u8(at + 17);
      const port = c.u16(at + 8 + (c.u8(at + 8) & 15) * 4 + 2);
      const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : `protocol ${protocol}`;
      return `${host} ${name} port ${port} unreachable`;
    }
    case 4: {
      const mtu = c.u16(at + 6);
      return `${host} unreachable - need to frag${mtu > 0 ? ` (mtu ${mtu})` : ''}`;
    }
    default:
      return UNREACHABLE[code]?.replace('{}', host) ?? `${host} unreachable - #${code}`;
  }
}

function routers(c: Cursor, at: number): string {
  c.need(at, 8);
  const lifetime = c.u16(at + 6);
  const [hours, minutes, seconds] = [
    Math.floor(lifetime / 3600),
    Math.floor((lifetime % 3600) / 60),
    lifetime % 60,
  ];
  let text = 'router advertisement lifetime ';
  text +=
    lifetime < 60
      ? `${lifetime}`
      : lifetime < 3600
        ? `${minutes}:${two(seconds)}`
        : `${hours}:${two(minutes)}:${two(seconds)}`;
  const [count, size] = [c.u8(at + 4), c.u8(at + 5)];
  text += ` ${count}:`;
  if (size !== 2) return `${text} [size ${size}]`;
  for (let i = 0; i < count; i++) text += ` {${c.ip4(at + 8 + 8 * i)} ${c.u32(at + 12 + 8 * i)}}`;
  return text;
}

function message(c: Cursor, at: number, type: number, code: number): string {
  switch (type) {
    case 0:
    case 8:
      return `echo ${type === 8 ? 'request' : 'reply'}, id ${c.u16(at + 4)}, seq ${c.u16(at + 6)}`;
    case 3:
      return unreachable(c, at, code);
    case 5: {
      const [about, gateway] = [c.ip4(at + 24), c.ip4(at + 4)];
      const text = REDIRECTS[code];
      return text === undefined
        ? `redirect-#${code} ${about} to ${gateway}`
        : text.replace('{}', about) + gateway;
    }
    case 9:
      return routers(c, at);
    case 11:
      c.need(at + 24, 4);
      return code === 0
        ? 'time exceeded in-transit'
        : code === 1
          ? 'ip reassembly time exceeded'
          : `time exceeded-#${code}`;
    case 12:
      return `parameter problem - ${code ? `code ${code}` : `octet ${c.u8(at + 4)}`}`;
    case 13:
      return `time stamp query id ${c.u16(at + 4)} seq ${c.u16(at + 6)}`;
    case 14: {
      c.need(at, 20);
      const times = [8, 12, 16].map((offset) => timeOfDay(c.u32(at + offset)));
      return `time stamp reply id ${c.u16(at + 4)} seq ${c.u16(at + 6)}: org ${times[0]}, recv ${times[1]}, xmit ${times[2]}`;
    }
    case 18:
      return `address mask is 0x${c
        .u32(at + 8)
        .toString(16)
        .padStart(8, '0')}`;
    default:
      return MESSAGES[type] ?? `type-#${type}`;
  }
}

export function icmp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'icmp';
  const type = c.u8(at);
  const code = c.u8(at + 1);
  c.line += `ICMP ${message(c, at, type, code)}, length ${length}`;
  if (c.verbose === 0) return;
  if (!n.fragmented && c.has(at, length)) {
    const wrong = c.checksum(at, length);
    const field = c.u16(at + 2);
    if (wrong !== 0)
      c.line += ` (wrong icmp cksum ${field.toString(16)} (->${shouldBe(field, wrong).toString(16)})!)`;
  }
  if (!ERRORS.includes(type)) return;
  c.line += '\n\t';
  const quoted = at + 8;
  const size = c.u16(quoted + 2);
  c.within(quoted + size, () => c.inner.ip4(c, quoted, size));
}

const MESSAGES6: Names = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded in-transit',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  132: 'multicast listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
  138: 'router renumbering',
  139: 'node information query',
  140: 'node information reply',
  141: 'inverse neighbor solicitation',
  142: 'inverse neighbor advertisement',
  143: 'multicast listener report v2',
  144: 'ha discovery request',
  145: 'ha discovery reply',
  146: 'mobile router solicitation',
  147: 'mobile router advertisement',
  155: 'RPL',
};
/** Types whose length stands before their details with -v. */
const LENGTH_FIRST: readonly number[] = [133, 134, 135, 136, 137];
const UNREACHABLE6: Names = {
  0: 'unreachable route',
  1: ' unreachable prohibited',
  2: 'beyond scope',
  3: 'unreachable address',
  4: 'unreachable port',
};
const PROBLEMS6: Names = {
  0: 'erroneous',
  1: 'next header',
  2: 'option',
  3: 'incomplete header chain',
};
const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

export function icmp6(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'icmp6';
  if (length === 0) {
    c.line += 'ICMP6, length 0 (invalid)';
    return;
  }
  if (c.verbose > 0 && !n.fragmented && c.has(at, length) && length >= 4) {
    const field = c.u16(at + 2);
    const wrong = transportSum(c, n, PROTOCOL.ICMPV6, at, length);
    c.line +=
      wrong === 0
        ? '[icmp6 sum ok] '
        : `[bad icmp6 cksum ${hex4(field)} -> ${hex4(shouldBe(field, wrong))}!] `;
  }
  const type = c.u8(at);
  c.line += `ICMP6, ${MESSAGES6[type] ?? `unknown icmp6 type (${type})`}`;
  if (c.verbose > 0 && LENGTH_FIRST.includes(type)) c.line += `, length ${length}`;
  details6(c, at, length, type, c.u8(at + 1));
  if (c.verbose === 0) c.line += `, length ${length}`;
}

function details6(c: Cursor, at: number, length: number, type: number, code: number): undefined {
  switch (type) {
    case 1:
      return unreachable6(c, at, code);
    case 2:
      c.line += `, mtu ${c.u32(at + 4)}`;
      return;
    case 3:
      if (code === 0) c.line += ` for ${c.ip6(at + 32)}`;
      else c.line += code === 1 ? ' (reassembly)' : `, unknown code (${code})`;
      return;
    case 4:
      c.need(at + 32, 16);
      c.line +=
        PROBLEMS6[code] === undefined
          ? `, code-#${code}`
          : `, ${PROBLEMS6[code]} - octet ${c.u32(at + 4)}`;
      return;
    case 128:
    case 129:
      c.line += `, id ${c.u16(at + 4)}, seq ${c.u16(at + 6)}`;
      return;
    case 130:
      if (length === 24) return listener(c, at);
      if (length < 28) c.line += ` unknown-version (len ${length}) `;
      else {
        c.line += ' v2';
        query2(c, at, length);
      }
      return;
    case 131:
    case 132:
      return listener(c, at);
    case 133:
      if (c.verbose > 0) neighbourOptions(c, at + 8, length - 8);
      return;
    case 134:
      if (c.verbose > 0) routerAdvertisement(c, at, length);
      return;
    case 135:
      c.line += `, who has ${c.ip6(at + 8)}`;
      if (c.verbose > 0) neighbourOptions(c, at + 24, length - 24);
      return;
    case 136:
      c.line += `, tgt is ${c.ip6(at + 8)}`;
      if (c.verbose > 0) {
        c.line += `, Flags [${bitNames(ADVERT_FLAGS, c.u8(at + 4), 'none')}]`;
        neighbourOptions(c, at + 24, length - 24);
      }
      return;
    case 137:
      c.line += `, ${c.ip6(at + 24)} to ${c.ip6(at + 8)}`;
      if (c.verbose > 0) neighbourOptions(c, at + 40, length - 40);
      return;
    case 143:
      report2(c, at, length);
  }
}

const ADVERT_FLAGS = [
  [0x80, 'router'],
  [0x40, 'solicited'],
  [0x20, 'override'],
] as const;

function unreachable6(c: Cursor, at: number, code: number): undefined {
  c.line += `, ${UNREACHABLE6[code] ?? `unknown unreach code (${code})`}`;
  if (code === 2) c.line += ` ${c.ip6(at + 32)}, source address ${c.ip6(at + 16)}`;
  else if (code === 0 || code === 1 || code === 3) c.line += ` ${c.ip6(at + 32)}`;
  else if (code === 4) {
    const { protocol, place } = upperLayer(c, at + 8);
    const port = c.u16(place + 2);
    const host = c.ip6(at + 32);
    c.line +=
      protocol === 6 || protocol === 17
        ? `, ${host} ${protocol === 6 ? 'tcp' : 'udp'} port ${port}`
        : `, ${host} protocol ${protocol} port ${port} unreachable`;
  }
}

/** The transport header of a quoted packet. */
function upperLayer(c: Cursor, at: number): { protocol: number; place: number } {
  let protocol = c.u8(at + 6);
  let place = at + 40;
  while (protocol === 0 || protocol === 43 || protocol === 60 || protocol === 44) {
    const next = c.u8(place);
    place += protocol === 44 ? 8 : (c.u8(place + 1) + 1) * 8;
    protocol = next;
  }
  return { protocol, place };
}

function listener(c: Cursor, at: number): undefined {
  if (!c.has(at, 24)) return;
  c.line += `max resp delay: ${c.u16(at + 4)} addr: ${c.ip6(at + 8)}`;
}

/** RFC 3810: times beyond 32767 are a mantissa and an exponent. */
const floating = (value: number, limit: number, mantissa: number, bits: number): number =>
  value < limit ? value : ((value & (mantissa - 1)) | mantissa) << (((value >> bits) & 7) + 3);

function sources(
  c: Cursor,
  at: number,
  count: number,
  text: (place: number) => string,
  size: number,
): undefined {
  if (c.verbose > 1) {
    c.line += ' {';
    for (let i = 0; i < count; i++) c.line += ` ${text(at + i * size)}`;
    c.line += ' }';
  } else c.line += `, ${count} source(s)`;
}

function query2(c: Cursor, at: number, length: number): undefined {
  if (c.verbose > 0) c.line += ` [max resp delay=${floating(c.u16(at + 4), 32_768, 0x1000, 12)}]`;
  c.line += ` [gaddr ${c.ip6(at + 8)}`;
  if (c.verbose > 0) {
    const bits = c.u8(at + 24);
    if (bits & 8) c.line += ' sflag';
    if (bits & 7) c.line += ` robustness=${bits & 7}`;
    c.line += ` qqi=${floating(c.u8(at + 25), 128, 0x10, 4)}`;
  }
  const count = c.u16(at + 26);
  if (count > 0) {
    if (length < 28 + 16 * count) c.line += ' [invalid number of sources]';
    else sources(c, at + 28, count, (place) => c.ip6(place), 16);
  }
  c.line += ']';
}

const RECORDS = ['', 'is_in', 'is_ex', 'to_in', 'to_ex', 'allow', 'block'];

function report2(c: Cursor, at: number, length: number): undefined {
  if (length < 8) {
    c.line += ` [invalid len ${length}]`;
    return;
  }
  const count = c.u16(at + 6);
  c.line += `, ${count} group record(s)`;
  if (c.verbose === 0) return;
  groupRecords(c, at, length, count, 16, (place) => c.ip6(place), 'v2');
}

/** The group records of an MLDv2 or IGMPv3 report. */
function groupRecords(
  c: Cursor,
  at: number,
  length: number,
  count: number,
  size: number,
  text: (place: number) => string,
  version: string,
): undefined {
  let group = 8;
  for (let i = 0; i < count; i++) {
    if (length < group + 4 + size) {
      c.line += ' [invalid number of groups]';
      return;
    }
    const type = c.u8(at + group);
    c.line += ` [gaddr ${text(at + group + 4)} ${RECORDS[type] || ` [${version}-report-#${type}]`}`;
    const number = c.u16(at + group + 2);
    if (length < group + 4 + size + number * size) {
      c.line += ` [invalid number of sources ${number}]`;
      return;
    }
    sources(c, at + group + 4 + size, number, text, size);
    group += 4 + size + number * size;
    c.line += ']';
  }
}

const ROUTER_FLAGS = [
  [0x80, 'managed'],
  [0x40, 'other stateful'],
  [0x20, 'home agent'],
] as const;
const PREFERENCES = ['medium', 'high', 'rsv', 'low'];

function routerAdvertisement(c: Cursor, at: number, length: number): undefined {
  const flags = c.u8(at + 5);
  c.line +=
    `\n\thop limit ${c.u8(at + 4)}, Flags [${bitNames(ROUTER_FLAGS, flags, 'none')}], ` +
    `pref ${PREFERENCES[(flags >> 3) & 3]}, router lifetime ${c.u16(at + 6)}s, ` +
    `reachable time ${c.u32(at + 8)}ms, retrans timer ${c.u32(at + 12)}ms`;
  neighbourOptions(c, at + 16, length - 16);
}

const OPTIONS6: Names = {
  1: 'source link-address',
  2: 'destination link-address',
  3: 'prefix info',
  4: 'redirected header',
  5: 'mtu',
  7: 'advertisement interval',
  8: 'homeagent information',
  24: 'route info',
  25: 'rdnss',
  31: 'dnssl',
};
const PREFIX_FLAGS = [
  [0x80, 'onlink'],
  [0x40, 'auto'],
  [0x20, 'router'],
] as const;
const lifetime = (seconds: number): string => (seconds === 0xffffffff ? 'infinity' : `${seconds}s`);

/** RFC 4861 section 4.6, RFC 8106, RFC 4191. */
function neighbourOptions(c: Cursor, from: number, length: number): undefined {
  let at = from;
  const end = Math.min(from + length, c.end);
  while (at < end) {
    const type = c.u8(at);
    const units = c.u8(at + 1);
    const size = units * 8;
    if (units === 0 || at + size > c.end) c.need(c.end, 1);
    c.line += `\n\t  ${OPTIONS6[type] ?? 'unknown'} option (${type}), length ${size} (${units}): `;
    neighbourOption(c, type, at, size);
    if (c.verbose > 1) c.line += hexRows(c.bytes.subarray(at + 2, at + size), '\n\t    ');
    at += size;
  }
}

function neighbourOption(c: Cursor, type: number, at: number, size: number): undefined {
  switch (type) {
    case 1:
    case 2:
      c.line += c.hex(at + 2, size - 2, ':');
      return;
    case 3:
      c.line +=
        `${c.ip6(at + 16)}/${c.u8(at + 2)}${size === 32 ? '' : 'badlen'}, ` +
        `Flags [${bitNames(PREFIX_FLAGS, c.u8(at + 3), 'none')}], ` +
        `valid time ${lifetime(c.u32(at + 4))}, pref. time ${lifetime(c.u32(at + 8))}`;
      return;
    case 5:
      c.line += ` ${c.u32(at + 4)}${size === 8 ? '' : 'bad option length'}`;
      return;
    case 7:
      c.line += ` ${c.u32(at + 4)}ms`;
      return;
    case 8:
      c.line += ` preference ${c.u16(at + 4)}, lifetime ${c.u16(at + 6)}`;
      return;
    case 24: {
      const prefix = new Uint8Array(16);
      prefix.set(c.bytes.subarray(at + 8, at + Math.min(size, 24)));
      c.line += ` ${c.prefix(prefix)}/${c.u8(at + 2)}, pref=${PREFERENCES[(c.u8(at + 3) >> 3) & 3]}, lifetime=${lifetime(c.u32(at + 4))}`;
      return;
    }
    case 25:
      c.line += ` lifetime ${c.u32(at + 4)}s,`;
      for (let i = 8; i + 16 <= size; i += 16) c.line += ` addr: ${c.ip6(at + i)}`;
      return;
    case 31:
      c.line += ` lifetime ${c.u32(at + 4)}s, domain(s):${domains(c, at + 8, at + size)}`;
  }
}

/** Names of DNSSL: labels without compression. */
function domains(c: Cursor, from: number, end: number): string {
  let text = '';
  for (let at = from; at < end && c.u8(at) !== 0; at += 1) {
    text += ' ';
    for (let length = c.u8(at); at < end && length !== 0; length = c.u8(at)) {
      c.need(at + 1, length);
      text += `${Buffer.from(c.bytes.subarray(at + 1, at + 1 + length))
        .toString('latin1')
        .replace(/[^\x20-\x7e]/g, '.')}.`;
      at += 1 + length;
    }
  }
  return text;
}

/** RFC 3376, RFC 2236. */
export function igmp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'igmp';
  if (c.quiet) {
    c.line += 'igmp';
    return;
  }
  const type = c.u8(at);
  switch (type) {
    case 0x11:
      c.line += 'igmp query';
      igmpQuery(c, at, length);
      break;
    case 0x12:
      c.line += `igmp v1 report ${c.ip4(at + 4)}${length === 8 ? '' : ` [len ${length}]`}`;
      break;
    case 0x16:
      c.line += `igmp v2 report ${c.ip4(at + 4)}`;
      break;
    case 0x17:
      c.line += `igmp leave ${c.ip4(at + 4)}`;
      break;
    case 0x22: {
      c.line += 'igmp v3 report';
      if (length < 16 || length & 3) {
        c.line += ` [invalid len ${length}]`;
        break;
      }
      const count = c.u16(at + 6);
      c.line += `, ${count} group record(s)`;
      if (c.verbose > 0) groupRecords(c, at, length, count, 4, (place) => c.ip4(place), 'v3');
      break;
    }
    case 0x13:
      c.line += 'igmp dvmrp';
      break;
    case 0x14:
      c.line += 'igmp pimv1';
      break;
    default:
      c.line += `igmp-${type}`;
  }
  if (c.verbose > 0 && length >= 4 && c.has(at, length) && c.checksum(at, length) !== 0)
    c.line += ` bad igmp cksum ${c.u16(at + 2).toString(16)}!`;
}

function igmpQuery(c: Cursor, at: number, length: number): undefined {
  if (length >= 12) c.line += ' v3';
  const code = c.u8(at + 1);
  if (length < 12) {
    c.line += code ? ' v2' : ' v1';
    if (code !== 0 && code !== 100) c.line += ` [max resp time ${code}]`;
    if (c.u32(at + 4) !== 0) c.line += ` [gaddr ${c.ip4(at + 4)}]`;
    if (length !== 8) c.line += ` [len ${length}]`;
    return;
  }
  if (length & 3) {
    c.line += ` [invalid len ${length}]`;
    return;
  }
  const time = floating(code, 128, 0x10, 4);
  if (code !== 100)
    c.line += ` [max resp time ${time < 600 ? `${(time * 0.1).toFixed(1)}s` : span(Math.floor(time / 10))}]`;
  if (c.u32(at + 4) === 0) return;
  c.line += ` [gaddr ${c.ip4(at + 4)}`;
  const count = c.u16(at + 10);
  if (count > 0) {
    if (length < 12 + 4 * count) c.line += ' [invalid number of sources]';
    else sources(c, at + 12, count, (place) => c.ip4(place), 4);
  }
  c.line += ']';
}

const span = (seconds: number): string =>
  `${seconds >= 3600 ? `${Math.floor(seconds / 3600)}h` : ''}${seconds % 3600 >= 60 ? `${Math.floor((seconds % 3600) / 60)}m` : ''}${seconds % 60 > 0 ? `${seconds % 60}s` : ''}`;
