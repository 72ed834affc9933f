// IPv4 and IPv6 with their options, fragments and extension headers, as tcpdump prints them.
import { PROTOCOL } from '../numbers';
import { bitNames, type Cursor, DEEPEST, shouldBe } from './cursor';
import { icmp, icmp6, igmp } from './icmp';
import { IP_PROTOCOLS } from './names';
import { eigrp, ospf, pim, vrrp } from './routing';
import { addresses, dccp, type Network, sctp, tcp, udp } from './transport';
import { ah, deeper, esp, gre } from './tunnel';

const DCCP = 33;
const EIGRP = 88;
const PIM = 103;
const IPCOMP = 108;
const VRRP = 112;

/** Protocols that print the addresses themselves, with ports. */
const withPorts = (protocol: number): boolean =>
  protocol === PROTOCOL.TCP ||
  protocol === PROTOCOL.UDP ||
  protocol === PROTOCOL.SCTP ||
  protocol === DCCP;

/** What an IP header leads to. */
function upper(c: Cursor, from: number, size: number, first: number, n: Network): undefined {
  let at = from;
  let length = size;
  let protocol = first;
  for (let i = 0; protocol === PROTOCOL.AH && i < DEEPEST; i++) {
    c.protocol = 'ah';
    protocol = c.u8(at);
    const header = ah(c, at);
    at += header;
    length -= header;
  }
  switch (protocol) {
    case PROTOCOL.TCP:
      return tcp(c, at, length, n);
    case PROTOCOL.UDP:
      return udp(c, at, length, n);
    case PROTOCOL.ICMP:
      if (n.version === 4) return icmp(c, at, length, n);
      c.line += '[ICMP requires IPv4] (invalid)';
      return;
    case PROTOCOL.ICMPV6:
      if (n.version === 6) return icmp6(c, at, length, n);
      c.line += '[ICMPv6 requires IPv6] (invalid)';
      return;
    case PROTOCOL.IGMP:
      if (n.version === 4) return igmp(c, at, length);
      c.line += '[IGMP requires IPv4] (invalid)';
      return;
    case PROTOCOL.IPIP:
      if (deeper(c)) ip4(c, at, length);
      return;
    case PROTOCOL.IPV6:
      if (deeper(c)) ip6(c, at, length);
      return;
    case PROTOCOL.GRE:
      return gre(c, at, length);
    case PROTOCOL.ESP:
      return esp(c, at, length);
    case PROTOCOL.SCTP:
      return sctp(c, at, length, n);
    case DCCP:
      return dccp(c, at, length, n);
    case PROTOCOL.OSPF:
      return ospf(c, at, length);
    case PIM:
      return pim(c, at, length);
    case VRRP:
      return vrrp(c, at, length, n);
    case EIGRP:
      return eigrp(c, at, length);
    case IPCOMP:
      c.protocol = 'ipcomp';
      c.line += `IPComp(cpi=0x${c
        .u16(at + 2)
        .toString(16)
        .padStart(4, '0')})`;
      return;
    case PROTOCOL.NONE:
      c.line += 'no next header';
      return;
    default:
      c.line += ` ip-proto-${protocol} ${length}`;
  }
}

const IP_OPTIONS: Readonly<Record<number, string>> = {
  0: 'EOL',
  1: 'NOP',
  7: 'RR',
  68: 'timestamp',
  130: 'security',
  131: 'LSRR',
  137: 'SSRR',
  148: 'RA',
  152: 'upstream',
};

function options4(c: Cursor, from: number, size: number): undefined {
  let at = from;
  let left = size;
  while (left > 0) {
    if (at > from) c.line += ',';
    const kind = c.u8(at);
    c.line += IP_OPTIONS[kind] ?? `unknown ${kind}`;
    const length = kind < 2 ? 1 : c.u8(at + 1);
    if ((kind >= 2 && length < 2) || length > left) {
      c.line += ` [bad length ${length}]`;
      return;
    }
    c.need(at, length);
    if (kind === 0) return;
    if (kind === 7 || kind === 131 || kind === 137) route(c, at, length);
    else if (kind === 68) timestamps(c, at, length);
    else if (kind === 148) {
      if (length < 4) c.line += ` [bad length ${length}]`;
      else if (c.u16(at + 2) !== 0) c.line += ` value ${c.u16(at + 2)}`;
    }
    at += length;
    left -= length;
  }
}

/** Record route and source routes, RFC 791. */
function route(c: Cursor, at: number, length: number): undefined {
  if (length < 3) {
    c.line += ` [bad length ${length}]`;
    return;
  }
  if ((length + 1) & 3) c.line += ` [bad length ${length}]`;
  const pointer = c.u8(at + 2) - 1;
  if (pointer < 3 || (pointer + 1) & 3) c.line += ` [bad ptr ${c.u8(at + 2)}]`;
  for (let i = 3; i < length; i += 4) {
    c.need(at + i, 4);
    c.line += ` ${c.ip4(at + i)}`;
    if (pointer > i) c.line += ',';
  }
}

function timestamps(c: Cursor, at: number, length: number): undefined {
  if (length < 4) {
    c.line += `[bad length ${length}]`;
    return;
  }
  c.line += ' TS{';
  const kind = c.u8(at + 3) & 15;
  const size = kind === 0 ? 4 : 8;
  if ((length - 4) & (size - 1)) c.line += `[bad length ${length}]`;
  const pointer = c.u8(at + 2) - 1;
  if (pointer < 4 || (pointer - 4) & (size - 1) || pointer > length + 1)
    c.line += `[bad ptr ${c.u8(at + 2)}]`;
  const name = ['TSONLY', 'TS+ADDR', undefined, 'PRESPEC'][kind];
  let place = 0;
  if (name === undefined) c.line += `[bad ts type ${kind}]`;
  else {
    c.line += name;
    for (place = 4; place < length; place += size) {
      c.need(at + place, size);
      const address = size === 8 ? c.ip4(at + place) : '';
      c.line += `${pointer === place ? ' ^ ' : ' '}${c.u32(at + place + size - 4)}@${address}`;
    }
  }
  if (pointer === place) c.line += ' ^ ';
  const missed = c.u8(at + 3) >> 4;
  c.line += missed > 0 ? ` [${missed} hops not recorded]} ` : '}';
}

const FRAGMENT_FLAGS = [
  [0x2000, '+'],
  [0x4000, 'DF'],
  [0x8000, 'rsvd'],
] as const;
const CONGESTION = ['', ',ECT(1)', ',ECT(0)', ',CE'];

export function ip4(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'ip';
  const version = c.u8(at) >> 4;
  if (version !== 4) {
    c.line += `${version === 6 ? 'IP6, wrong link-layer encapsulation' : `IP${version}`} (invalid)`;
    return;
  }
  if (!c.link) c.line += 'IP ';
  c.need(at, 20);
  if (length < 20) {
    c.line += `truncated-ip ${length}`;
    return;
  }
  const header = (c.bytes[at] & 15) * 4;
  if (header < 20) {
    c.line += `bad-hlen ${header}`;
    return;
  }
  let total = c.u16(at + 2);
  if (length < total) c.line += `truncated-ip - ${total - length} bytes missing! `;
  if (total < header) {
    if (total !== 0) {
      c.line += `bad-len ${total}`;
      return;
    }
    total = length; // of a frame that its device is to cut up
  }
  const before = c.end;
  if (at + total < c.end) c.end = at + total;
  const size = total - header;
  const fragment = c.u16(at + 6);
  const protocol = c.bytes[at + 9];
  if (c.verbose > 0 && !verbose4(c, at, header, fragment, protocol)) return;
  if ((fragment & 0x1fff) === 0) {
    const n: Network = {
      at,
      version: 4,
      protocol,
      fragmented: (fragment & 0x2000) !== 0,
      hops: c.bytes[at + 8],
      final: 0,
    };
    if (!withPorts(protocol)) addresses(c, n);
    if (!c.has(at, header)) {
      c.line += ` [remaining caplen(${c.end - at}) < header length(${header})]`;
      c.need(at, header);
    }
    upper(c, at + header, size, protocol, n);
  } else c.line += `${c.ip4(at + 12)} > ${c.ip4(at + 16)}: ip-proto-${protocol}`;
  c.end = before;
}

/** What -v adds before the addresses; false where the options are cut short. */
function verbose4(
  c: Cursor,
  at: number,
  header: number,
  fragment: number,
  protocol: number,
): boolean {
  const tos = c.bytes[at + 1];
  const hops = c.bytes[at + 8];
  c.line += `(tos 0x${tos.toString(16)}${CONGESTION[tos & 3]}${hops >= 1 ? `, ttl ${hops}` : ''}`;
  c.line += `, id ${c.u16(at + 4)}, offset ${(fragment & 0x1fff) * 8}`;
  c.line += `, flags [${bitNames(FRAGMENT_FLAGS, fragment, 'none')}]`;
  c.line += `, proto ${IP_PROTOCOLS[protocol] ?? 'unknown'} (${protocol}), length ${c.u16(at + 2)}`;
  if (header > 20) {
    c.line += ', options (';
    options4(c, at + 20, header - 20);
    c.line += ')';
  }
  if (c.verify && c.has(at, header)) {
    const wrong = c.checksum(at, header);
    const field = c.u16(at + 10);
    if (wrong !== 0)
      c.line += `, bad cksum ${field.toString(16)} (->${shouldBe(field, wrong).toString(16)})!`;
  }
  c.line += ')\n    ';
  return true;
}

export function ip6(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'ip6';
  c.need(at, 40);
  if (length < 40) {
    c.line += `truncated-ip6 ${length}`;
    return;
  }
  if (!c.link) c.line += 'IP6 ';
  if (c.bytes[at] >> 4 !== 6) {
    c.line += `version error: ${c.bytes[at] >> 4} != 6`;
    return;
  }
  const payload = c.u16(at + 4);
  const left = payload === 0 ? length + 40 : payload + 40;
  if (payload !== 0 && length < left) c.line += `truncated-ip6 - ${left - length} bytes missing!`;
  const first = c.bytes[at + 6];
  if (c.verbose > 0) {
    const flow = c.u32(at);
    c.line += '(';
    if (flow & 0x0ff00000)
      c.line += `class 0x${((flow >>> 20) & 0xff).toString(16).padStart(2, '0')}, `;
    if (flow & 0xfffff) c.line += `flowlabel 0x${(flow & 0xfffff).toString(16).padStart(5, '0')}, `;
    c.line += `hlim ${c.bytes[at + 7]}, next-header ${IP_PROTOCOLS[first] ?? 'unknown'} (${first}) payload length: ${payload}) `;
  }
  const before = c.end;
  if (at + left < c.end) c.end = at + left;
  headers6(c, at, left, payload, first, before, length);
  c.end = before;
}

/** The extension headers, RFC 8200, and what they lead to. */
function headers6(
  c: Cursor,
  at: number,
  all: number,
  payload: number,
  first: number,
  end: number,
  length: number,
): undefined {
  const n: Network = {
    at,
    version: 6,
    protocol: first,
    fragmented: false,
    hops: c.bytes[at + 7],
    final: 0,
  };
  let left = all;
  let place = at;
  let next = first;
  let advance = 40;
  let jumbo: number | undefined;
  let extended = false;
  let options = false;
  while (place < c.end && advance > 0) {
    if (left < advance) c.need(c.end, 1);
    place += advance;
    left -= advance;
    if (place === at + 40 && !withPorts(first)) addresses(c, n);
    switch (next) {
      case PROTOCOL.HOPOPTS:
        if (options || place !== at + 40) {
          c.line += options
            ? '[The Hop-by-Hop Options header was already found] (invalid)'
            : "[The Hop-by-Hop Options header don't follow the IPv6 header] (invalid)";
          return;
        }
        c.protocol = 'hbhopt';
        advance = (c.u8(place + 1) + 1) * 8;
        c.need(place, advance);
        c.line += 'HBH ';
        jumbo = options6(c, place + 2, advance - 2);
        if (payload === 0 && jumbo === undefined) {
          c.line += '[No valid Jumbo Payload Hop-by-Hop option found] (invalid)';
          return;
        }
        options = true;
        break;
      case PROTOCOL.DSTOPTS:
        c.protocol = 'dstopt';
        advance = (c.u8(place + 1) + 1) * 8;
        c.need(place, advance);
        c.line += 'DSTOPT ';
        if (c.verbose > 0) options6(c, place + 2, advance - 2);
        break;
      case PROTOCOL.FRAGMENT: {
        c.protocol = 'frag6';
        const offset = c.u16(place + 2) & 0xfff8;
        const id =
          c.verbose > 0
            ? `0x${c
                .u32(place + 4)
                .toString(16)
                .padStart(8, '0')}:`
            : '';
        c.line += `frag (${id}${offset}|${40 + payload - (place - at) - 8})`;
        if (offset !== 0) return;
        c.line += ' ';
        advance = 8;
        if (c.end <= place + 8) return;
        n.fragmented = true;
        break;
      }
      case PROTOCOL.ROUTING:
        advance = routing(c, place);
        if (advance < 0) return;
        if (advance > 8) n.final = c.bytes[place + 2] === 4 ? place + 8 : place + advance - 16;
        break;
      case PROTOCOL.MH:
        c.protocol = 'mobility';
        c.line += `mobility: type ${c.u8(place + 2)}`;
        return;
      default: {
        if (jumbo !== undefined) {
          left = jumbo + 40;
          if (left < place - at) c.need(c.end, 1);
          if (length < left) c.line += `truncated-ip6 - ${left - length} bytes missing!`;
          c.end = Math.min(end, at + left);
          left -= place - at;
        } else if (payload === 0) {
          if (extended) c.need(c.end, 1);
          left = 0;
          c.end = Math.min(c.end, at + 40);
        }
        upper(c, place, left, next, n);
        return;
      }
    }
    extended = true;
    next = c.u8(place);
    c.protocol = 'ip6';
  }
}

/** Hop-by-hop and destination options; returns the length of a jumbogram. */
function options6(c: Cursor, from: number, size: number): number | undefined {
  let jumbo: number | undefined;
  for (let i = 0; i < size; ) {
    const at = from + i;
    const kind = c.u8(at);
    const length = kind === 0 ? 1 : i + 1 < size ? c.u8(at + 1) + 2 : size + 1;
    if (i + length > size) c.need(c.end, 1);
    if (kind === 0xc2 && length === 6) {
      jumbo = c.u32(at + 2);
      if (c.verbose > 0) c.line += `(jumbo: ${jumbo}) `;
    } else if (c.verbose > 0) {
      if (kind === 0) c.line += '(pad1)';
      else if (kind === 1) c.line += '(padn)';
      else if (kind === 5 && length === 4)
        c.line += `(rtalert: 0x${c
          .u16(at + 2)
          .toString(16)
          .padStart(4, '0')}) `;
      else c.line += `(opt_type 0x${kind.toString(16).padStart(2, '0')}: len=${length - 2})`;
    }
    i += length;
  }
  if (c.verbose > 0) c.line += ' ';
  return jumbo;
}

/** RFC 8200 section 4.4, RFC 8754: returns the size, or -1 for a type that is not known. */
function routing(c: Cursor, at: number): number {
  c.need(at, 1);
  c.protocol = 'rt6';
  c.line += 'RT6';
  const units = c.u8(at + 1);
  c.line += ` (len=${units}`;
  const type = c.u8(at + 2);
  c.line += `, type=${type}${type === 0 ? ' [Deprecated]' : ''}`;
  c.line += `, segleft=${c.u8(at + 3)}`;
  if (type === 0 || type === 2) {
    const reserved = c.u32(at + 4);
    if (reserved !== 0 || c.verbose > 0) c.line += `, rsv=0x${reserved.toString(16)}`;
  } else if (type === 4) {
    c.line += `, last-entry=${c.u8(at + 4)}`;
    if (c.u8(at + 5) !== 0 || c.verbose > 0) c.line += `, flags=0x${c.u8(at + 5).toString(16)}`;
    c.line += `, tag=${c.u16(at + 6).toString(16)}`;
  } else {
    c.line += ' (unknown type) (invalid)';
    return -1;
  }
  if (units % 2 === 1) {
    c.line += ` (invalid length ${units}) (invalid)`;
    return -1;
  }
  for (let i = 0; i < units / 2; i++) c.line += `, [${i}]${c.ip6(at + 8 + 16 * i)}`;
  c.line += ') ';
  return (units + 1) * 8;
}
