// From a frame's bytes to its layers. It never throws, whatever the bytes: where a header is cut
// short or lies, decoding stops and says why.
import { type Bytes, toBytes } from '../bytes';
import * as link from '../pcap/linktype';
import type { Field, Struct } from '../structs';
import {
  ARP,
  ETHERNET,
  ICMP,
  IPV4,
  IPV6,
  IPV6_EXTENSION,
  IPV6_FRAGMENT,
  SLL,
  SLL2,
  TCP,
  UDP,
  VLAN,
} from '../structs/headers';
import type { Frame, IcmpLayer, Layer } from './layers';
import * as n from './numbers';
import { unpackIpv4Options, unpackTcpOptions } from './options';

const { PROTOCOL } = n;

/** Headers in one frame: tunnels in tunnels end here. */
const DEEPEST = 32;

/**
 * One header's turn. `end` is where the bytes end, `sent` where the packet ended on the wire
 * (further, where the capture was cut short).
 */
interface Turn {
  bytes: Uint8Array;
  at: number;
  end: number;
  sent: number;
  layers: Layer[];
  /**
   * Inside an ICMP error's quote, which holds the beginning of a packet, and no quote of its own
   * (RFC 1122 section 3.2.2).
   */
  quoted: boolean;
}

/**
 * Reads its header, adds its layer, moves `at` behind it and answers who comes next; null ends the
 * walk.
 */
type Step = (turn: Turn) => Step | null;

/**
 * The layers of a frame. `linktype` is a LINKTYPE_ (1 Ethernet, 101 raw IP, 113 and 276 Linux
 * cooked); `length` the frame's length on the wire where the bytes are only its beginning. Never
 * throws for what the bytes say: the last layer is then `malformed`.
 */
export function decodeFrame(linktype: number, bytes: Bytes, length?: number): Frame {
  const view = toBytes(bytes, 'bytes');
  const sent = Math.max(length ?? 0, view.length);
  return {
    linktype,
    length: sent,
    bytes: view,
    layers: walk(LINKS[linktype] ?? payload, {
      bytes: view,
      at: 0,
      end: view.length,
      sent,
      layers: [],
      quoted: false,
    }),
  };
}

function walk(first: Step, turn: Turn): Layer[] {
  let step: Step | null = first;
  for (let depth = 0; step !== null; depth++)
    step = depth < DEEPEST ? step(turn) : malformed(turn, `more than ${DEEPEST} headers`);
  return turn.layers;
}

function malformed(turn: Turn, what: string): null {
  turn.layers.push({ layer: 'malformed', offset: turn.at, size: turn.end - turn.at, what });
  return null;
}

const cut = (turn: Turn, size: number): boolean => turn.at + size > turn.end;
const cutShort = (turn: Turn, what: string): null => malformed(turn, `${what} header cut short`);

/** The one way to a member: in place, at the header's own offset. */
function get<M extends Readonly<Record<string, Field<unknown, never>>>, K extends keyof M & string>(
  turn: Turn,
  row: Struct<M>,
  key: K,
): ReturnType<M[K]['read']> {
  return row.members[key].read(turn.bytes, turn.at + row.offsets[key]) as ReturnType<M[K]['read']>;
}

function payload(turn: Turn): null {
  if (turn.sent > turn.at)
    turn.layers.push({
      layer: 'payload',
      offset: turn.at,
      size: turn.end - turn.at,
      length: turn.sent - turn.at,
    });
  return null;
}

// --- links

function ethernet(turn: Turn): Step | null {
  if (cut(turn, ETHERNET.size)) return cutShort(turn, 'Ethernet');
  const { dst, src, type } = ETHERNET.read(turn.bytes, turn.at);
  turn.layers.push({ layer: 'ethernet', offset: turn.at, size: ETHERNET.size, dst, src, type });
  turn.at += ETHERNET.size;
  return ETHERTYPES[type] ?? payload;
}

function cooked(row: typeof SLL | typeof SLL2): Step {
  return (turn) => {
    if (cut(turn, row.size)) return cutShort(turn, 'cooked');
    const { pkttype, hatype, protocol } = row.read(turn.bytes, turn.at);
    const ifindex = row === SLL2 ? get(turn, SLL2, 'ifindex') : 0;
    turn.layers.push({
      layer: 'cooked',
      offset: turn.at,
      size: row.size,
      pkttype,
      hatype,
      ifindex,
      type: protocol,
    });
    turn.at += row.size;
    return ETHERTYPES[protocol] ?? payload;
  };
}

function vlan(turn: Turn): Step | null {
  if (cut(turn, VLAN.size)) return cutShort(turn, 'VLAN');
  const tci = get(turn, VLAN, 'tci');
  const type = get(turn, VLAN, 'type');
  turn.layers.push({
    layer: 'vlan',
    offset: turn.at,
    size: VLAN.size,
    id: tci & 0xfff,
    priority: tci >> 13,
    dropEligible: (tci & 0x1000) !== 0,
    type,
  });
  turn.at += VLAN.size;
  return ETHERTYPES[type] ?? payload;
}

function arp(turn: Turn): Step | null {
  if (cut(turn, ARP.size)) return cutShort(turn, 'ARP');
  const { hrd, pro, hln, pln, op, sha, spa, tha, tpa } = ARP.read(turn.bytes, turn.at);
  if (hrd !== 1 || pro !== n.ETHERTYPE_IP || hln !== 6 || pln !== 4) return payload(turn);
  turn.layers.push({ layer: 'arp', offset: turn.at, size: ARP.size, op, sha, spa, tha, tpa });
  return null;
}

// --- networks

function rawIp(turn: Turn): Step | null {
  if (cut(turn, 1)) return payload(turn);
  const version = turn.bytes[turn.at] >> 4;
  return version === 4 ? ipv4 : version === 6 ? ipv6 : malformed(turn, `IP version ${version}`);
}

function ipv4(turn: Turn): Step | null {
  if (cut(turn, IPV4.size)) return cutShort(turn, 'IPv4');
  const { versionIhl, fragment, length, tos, id, ttl, protocol, checksum, src, dst } = IPV4.read(
    turn.bytes,
    turn.at,
  );
  const size = (versionIhl & 15) * 4;
  if (versionIhl >> 4 !== 4) return malformed(turn, `IPv4 header of version ${versionIhl >> 4}`);
  if (size < IPV4.size) return malformed(turn, `IPv4 header length ${size}`);
  // 0 is what a segmentation-offloaded packet says before its device has cut it up.
  if (length !== 0 && length < size)
    return malformed(turn, `IPv4 length ${length} below its header's ${size}`);
  if (cut(turn, size)) return cutShort(turn, 'IPv4');
  const { options, complete } = unpackIpv4Options(turn.bytes, turn.at + IPV4.size, turn.at + size);
  const fragmentOffset = (fragment & n.IP_OFFMASK) * 8;
  const [df, mf] = [(fragment & n.IP_DF) !== 0, (fragment & n.IP_MF) !== 0];
  turn.layers.push({
    layer: 'ipv4',
    offset: turn.at,
    size,
    tos,
    length,
    id,
    df,
    mf,
    fragmentOffset,
    ttl,
    protocol,
    checksum,
    src,
    dst,
    options,
  });
  if (!complete) return malformed(turn, 'IPv4 options');
  if (length !== 0) bound(turn, length);
  turn.at += size;
  return fragmentOffset > 0 ? payload : (TRANSPORTS[protocol] ?? payload);
}

/**
 * What lies behind the packet is padding. A capture cut short, or a quote, holds less than the
 * header says.
 */
function bound(turn: Turn, length: number): void {
  turn.sent = turn.at + length;
  turn.end = Math.min(turn.end, turn.sent);
}

function ipv6(turn: Turn): Step | null {
  if (cut(turn, IPV6.size)) return cutShort(turn, 'IPv6');
  const { flow, length, nextHeader, hopLimit, src, dst } = IPV6.read(turn.bytes, turn.at);
  if (flow >>> 28 !== 6) return malformed(turn, `IPv6 header of version ${flow >>> 28}`);
  const [trafficClass, flowLabel] = [(flow >>> 20) & 0xff, flow & 0xfffff];
  turn.layers.push({
    layer: 'ipv6',
    offset: turn.at,
    size: IPV6.size,
    trafficClass,
    flowLabel,
    length,
    nextHeader,
    hopLimit,
    src,
    dst,
  });
  // 0 is a jumbogram's (RFC 2675), or a segmentation-offloaded packet's.
  if (length !== 0 || nextHeader === PROTOCOL.NONE) bound(turn, IPV6.size + length);
  turn.at += IPV6.size;
  return TRANSPORTS[nextHeader] ?? payload;
}

function extension(protocol: number): Step {
  return (turn) => {
    if (cut(turn, 8)) return cutShort(turn, 'IPv6 extension');
    const nextHeader = get(turn, IPV6_EXTENSION, 'nextHeader');
    const length = get(turn, IPV6_EXTENSION, 'length');
    const size = protocol === PROTOCOL.AH ? (length + 2) * 4 : (length + 1) * 8;
    if (cut(turn, size)) return cutShort(turn, 'IPv6 extension');
    turn.layers.push({ layer: 'ipv6ext', offset: turn.at, size, protocol, nextHeader });
    turn.at += size;
    return TRANSPORTS[nextHeader] ?? payload;
  };
}

function fragment(turn: Turn): Step | null {
  if (cut(turn, IPV6_FRAGMENT.size)) return cutShort(turn, 'IPv6 fragment');
  const { nextHeader, fragment: word, id } = IPV6_FRAGMENT.read(turn.bytes, turn.at);
  const offset = word & 0xfff8;
  turn.layers.push({
    layer: 'ipv6ext',
    offset: turn.at,
    size: IPV6_FRAGMENT.size,
    protocol: PROTOCOL.FRAGMENT,
    nextHeader,
    fragment: { offset, more: (word & 1) !== 0, id },
  });
  turn.at += IPV6_FRAGMENT.size;
  return offset > 0 ? payload : (TRANSPORTS[nextHeader] ?? payload);
}

// --- transports

function icmp(layer: 'icmp' | 'icmpv6', isError: (type: number) => boolean): Step {
  return (turn) => {
    if (cut(turn, ICMP.size)) return cutShort(turn, layer === 'icmp' ? 'ICMP' : 'ICMPv6');
    const { type, code, checksum, rest } = ICMP.read(turn.bytes, turn.at);
    const length = turn.sent - turn.at;
    const message: IcmpLayer = {
      layer,
      offset: turn.at,
      size: ICMP.size,
      type,
      code,
      checksum,
      rest,
      id: rest >>> 16,
      seq: rest & 0xffff,
      length,
    };
    turn.layers.push(message);
    turn.at += ICMP.size;
    if (turn.quoted || !isError(type)) return payload;
    message.quoted = walk(rawIp, { ...turn, layers: [], quoted: true });
    return null;
  };
}

function udp(turn: Turn): Step | null {
  if (cut(turn, UDP.size)) return cutShort(turn, 'UDP');
  const { sport, dport, length, checksum } = UDP.read(turn.bytes, turn.at);
  turn.layers.push({
    layer: 'udp',
    offset: turn.at,
    size: UDP.size,
    sport,
    dport,
    length,
    checksum,
  });
  // 0 is a jumbogram's (RFC 2675). A first fragment says the whole datagram's length, which is more
  // than stands here.
  if (length !== 0 && length < UDP.size) return malformed(turn, `UDP length ${length}`);
  if (length !== 0 && turn.at + length < turn.sent) bound(turn, length);
  turn.at += UDP.size;
  return payload;
}

/**
 * The least that an ICMP error quotes behind the IP header (RFC 792): enough for ports and sequence
 * number.
 */
const QUOTED = 8;

function quotedTcp(turn: Turn): null {
  const header = Buffer.alloc(TCP.size);
  header.set(turn.bytes.subarray(turn.at, turn.at + QUOTED));
  const { sport, dport, seq } = TCP.read(header, 0);
  const unknown = { ack: 0, flags: 0, window: 0, checksum: 0, urgent: 0, options: [], length: 0 };
  turn.layers.push({ layer: 'tcp', offset: turn.at, size: QUOTED, sport, dport, seq, ...unknown });
  return null;
}

function tcp(turn: Turn): Step | null {
  if (turn.quoted && cut(turn, TCP.size) && !cut(turn, QUOTED)) return quotedTcp(turn);
  if (cut(turn, TCP.size)) return cutShort(turn, 'TCP');
  const { sport, dport, seq, ack, dataOffset, flags, window, checksum, urgent } = TCP.read(
    turn.bytes,
    turn.at,
  );
  const size = (dataOffset >> 4) * 4;
  if (size < TCP.size) return malformed(turn, `TCP header length ${size}`);
  const last = Math.min(turn.at + size, turn.end);
  const { options, complete } = unpackTcpOptions(turn.bytes, turn.at + TCP.size, last);
  const length = Math.max(0, turn.sent - turn.at - size);
  turn.layers.push({
    layer: 'tcp',
    offset: turn.at,
    size,
    sport,
    dport,
    seq,
    ack,
    flags,
    window,
    checksum,
    urgent,
    options,
    length,
  });
  if (cut(turn, size)) return cutShort(turn, 'TCP');
  if (!complete) return malformed(turn, 'TCP options');
  turn.at += size;
  return payload;
}

const LINKS: Readonly<Record<number, Step>> = {
  [link.LINKTYPE_ETHERNET]: ethernet,
  [link.LINKTYPE_RAW]: rawIp,
  [link.LINKTYPE_LINUX_SLL]: cooked(SLL),
  [link.LINKTYPE_LINUX_SLL2]: cooked(SLL2),
};

const ETHERTYPES: Readonly<Record<number, Step>> = {
  [n.ETHERTYPE_IP]: ipv4,
  [n.ETHERTYPE_IPV6]: ipv6,
  [n.ETHERTYPE_ARP]: arp,
  [n.ETHERTYPE_VLAN]: vlan,
  [n.ETHERTYPE_QINQ]: vlan,
};

const ICMP_ERRORS: readonly number[] = [
  n.ICMP_UNREACH,
  4,
  n.ICMP_REDIRECT,
  n.ICMP_TIMXCEED,
  n.ICMP_PARAMPROB,
];

const TRANSPORTS: Readonly<Record<number, Step>> = {
  [PROTOCOL.ICMP]: icmp('icmp', (type) => ICMP_ERRORS.includes(type)),
  [PROTOCOL.ICMPV6]: icmp('icmpv6', (type) => type < 128),
  [PROTOCOL.UDP]: udp,
  [PROTOCOL.TCP]: tcp,
  [PROTOCOL.IPIP]: ipv4,
  [PROTOCOL.IPV6]: ipv6,
  [PROTOCOL.HOPOPTS]: extension(PROTOCOL.HOPOPTS),
  [PROTOCOL.ROUTING]: extension(PROTOCOL.ROUTING),
  [PROTOCOL.DSTOPTS]: extension(PROTOCOL.DSTOPTS),
  [PROTOCOL.AH]: extension(PROTOCOL.AH),
  [PROTOCOL.MH]: extension(PROTOCOL.MH),
  [PROTOCOL.HIP]: extension(PROTOCOL.HIP),
  [PROTOCOL.SHIM6]: extension(PROTOCOL.SHIM6),
  [PROTOCOL.FRAGMENT]: fragment,
};
