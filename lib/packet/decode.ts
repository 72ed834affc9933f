// From a frame's bytes to its layers. It never throws, whatever the bytes: where a header is cut
// short or lies, decoding stops and says why.
import { type Bytes, toBytes } from '../bytes';
import * as link from '../pcap/linktype';
import type { Field, Struct } from '../structs';
import { mac } from '../structs/addresses';
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
import { text4 } from '../structs/ip4';
import { text6 } from '../structs/ip6';
import type { Frame, IcmpLayer, Ipv6ExtensionLayer, Layer } from './layers';
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
  return etherType(turn, type);
}

/** A type, or below 0x600 the length of an IEEE 802.3 frame, behind which is padding. */
function etherType(turn: Turn, type: number): Step {
  if (type > 1500) return ETHERTYPES[type] ?? payload;
  if (turn.at + type < turn.sent) bound(turn, type);
  return llc;
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
  return etherType(turn, type);
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
  const headerEnd = Math.min(turn.at + size, turn.end);
  const { options } = unpackIpv4Options(turn.bytes, turn.at + IPV4.size, headerEnd);
  const fragmentOffset = (fragment & n.IP_OFFMASK) * 8;
  const [df, mf] = [(fragment & n.IP_DF) !== 0, (fragment & n.IP_MF) !== 0];
  const missing = turn.at + length - turn.sent;
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
    ...(missing > 0 && { missing }),
  });
  // Options that are broken say nothing about where the header ends.
  if (cut(turn, size)) return cutShort(turn, 'IPv4');
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
  const missing = length === 0 ? 0 : turn.at + IPV6.size + length - turn.sent;
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
    ...(missing > 0 && { missing }),
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
    turn.layers.push({
      layer: 'ipv6ext',
      offset: turn.at,
      size,
      protocol,
      nextHeader,
      ...(protocol === PROTOCOL.ROUTING && { routing: routing(turn, size) }),
      ...(protocol === PROTOCOL.AH &&
        size >= 12 && { authentication: { spi: u32(turn, 4), seq: u32(turn, 8) } }),
    });
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
  return UDP_TUNNELS[dport] ?? payload;
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

// --- further links

const u16 = (turn: Turn, at: number): number =>
  (turn.bytes[turn.at + at] << 8) | turn.bytes[turn.at + at + 1];
const u24 = (turn: Turn, at: number): number => (u16(turn, at) << 8) | turn.bytes[turn.at + at + 2];
const u32 = (turn: Turn, at: number): number => ((u16(turn, at) << 16) | u16(turn, at + 2)) >>> 0;

function routing(turn: Turn, size: number): Ipv6ExtensionLayer['routing'] {
  const addresses: string[] = [];
  for (let at = 8; at + 16 <= size; at += 16) addresses.push(text6(turn.bytes, turn.at + at));
  return { type: turn.bytes[turn.at + 2], segmentsLeft: turn.bytes[turn.at + 3], addresses };
}

/** AF_INET6 of the systems that write such files. */
const INET6: readonly number[] = [10, 24, 28, 30];

function loopback(turn: Turn): Step | null {
  if (cut(turn, 4)) return cutShort(turn, 'loopback');
  const big = u32(turn, 0);
  // The upper half is 0 in the order that it was written in.
  const family = big > 0xffff ? swap(big) : big;
  turn.layers.push({ layer: 'loopback', offset: turn.at, size: 4, family });
  turn.at += 4;
  return family === 2 ? ipv4 : INET6.includes(family) ? ipv6 : payload;
}

const swap = (value: number): number =>
  ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value & 0xff00) << 8) | (value << 24)) >>> 0;

function ppp(turn: Turn): Step | null {
  const start = turn.at;
  let at = start;
  if (!cut(turn, 2) && u16(turn, 0) === 0xff03) at += 2;
  if (at + 1 > turn.end) return cutShort(turn, 'PPP');
  let protocol = turn.bytes[at];
  const size = protocol & 1 ? 1 : 2;
  if (at + size > turn.end) return cutShort(turn, 'PPP');
  if (size === 2) protocol = (protocol << 8) | turn.bytes[at + 1];
  turn.layers.push({ layer: 'ppp', offset: start, size: at + size - start, protocol });
  turn.at = at + size;
  return PPP_PROTOCOLS[protocol] ?? payload;
}

function pppoe(turn: Turn): Step | null {
  if (cut(turn, 6)) return cutShort(turn, 'PPPoE');
  const [code, session, length] = [turn.bytes[turn.at + 1], u16(turn, 2), u16(turn, 4)];
  turn.layers.push({ layer: 'pppoe', offset: turn.at, size: 6, code, session, length });
  if (turn.at + 6 + length < turn.sent) bound(turn, 6 + length);
  turn.at += 6;
  return code === 0 ? ppp : payload;
}

function llc(turn: Turn): Step | null {
  if (cut(turn, 3)) return cutShort(turn, 'LLC');
  const [dsap, ssap] = [turn.bytes[turn.at], turn.bytes[turn.at + 1]];
  let control = turn.bytes[turn.at + 2];
  const size = (control & 3) === 3 ? 3 : 4;
  if (cut(turn, size)) return cutShort(turn, 'LLC');
  if (size === 4) control |= turn.bytes[turn.at + 3] << 8;
  turn.layers.push({ layer: 'llc', offset: turn.at, size, dsap, ssap, control });
  turn.at += size;
  if (dsap === 0xaa && ssap === 0xaa && control === 3) return snap;
  return dsap === 6 && ssap === 6 && control === 3 ? ipv4 : payload;
}

function snap(turn: Turn): Step | null {
  if (cut(turn, 5)) return cutShort(turn, 'SNAP');
  const [oui, type] = [u24(turn, 0), u16(turn, 3)];
  turn.layers.push({ layer: 'snap', offset: turn.at, size: 5, oui, type });
  turn.at += 5;
  return oui === 0 || oui === 0xf8 ? (ETHERTYPES[type] ?? payload) : payload;
}

function radiotap(turn: Turn): Step | null {
  if (cut(turn, 8)) return cutShort(turn, 'radiotap');
  const { bytes, at } = turn;
  const size = bytes[at + 2] | (bytes[at + 3] << 8);
  if (size < 8) return malformed(turn, `radiotap header length ${size}`);
  if (cut(turn, size)) return cutShort(turn, 'radiotap');
  turn.layers.push({ layer: 'radiotap', offset: at, size, present: swap(u32(turn, 4)) });
  turn.at += size;
  return wlan;
}

function wlan(turn: Turn): Step | null {
  if (cut(turn, 2)) return cutShort(turn, '802.11');
  const [control, flags] = [turn.bytes[turn.at], turn.bytes[turn.at + 1]];
  const [type, subtype] = [(control >> 2) & 3, control >> 4];
  const fourth = type === 2 && (flags & 3) === 3;
  const quality = type === 2 && (subtype & 8) !== 0;
  const size = type === 1 ? 10 : 24 + (fourth ? 6 : 0) + (quality ? (flags & 0x80 ? 6 : 2) : 0);
  if (cut(turn, size)) return cutShort(turn, '802.11');
  const places = type === 1 ? [4] : fourth ? [4, 10, 16, 24] : [4, 10, 16];
  const addresses = places.map((place) => mac.read(turn.bytes, turn.at + place));
  turn.layers.push({ layer: 'wlan', offset: turn.at, size, type, subtype, flags, addresses });
  turn.at += size;
  // Encrypted, or without data.
  return type !== 2 || flags & 0x40 || subtype & 4 ? payload : llc;
}

function nflog(turn: Turn): Step | null {
  if (cut(turn, 4)) return cutShort(turn, 'NFLOG');
  const [family, resource] = [turn.bytes[turn.at], u16(turn, 2)];
  let size = 4;
  for (;;) {
    if (cut(turn, size + 4)) return cutShort(turn, 'NFLOG');
    const at = turn.at + size;
    const length = turn.bytes[at] | (turn.bytes[at + 1] << 8);
    const kind = turn.bytes[at + 2] | (turn.bytes[at + 3] << 8);
    if (length < 4) return malformed(turn, `NFLOG attribute of ${length} bytes`);
    if (kind === 9) break;
    size += (length + 3) & ~3;
  }
  size += 4;
  turn.layers.push({ layer: 'nflog', offset: turn.at, size, family, resource });
  turn.at += size;
  return family === 2 ? ipv4 : family === 10 ? ipv6 : payload;
}

// --- tunnels

function mpls(turn: Turn): Step | null {
  if (cut(turn, 4)) return cutShort(turn, 'MPLS');
  const entry = u32(turn, 0);
  const label = entry >>> 12;
  const bottom = (entry & 0x100) !== 0;
  const trafficClass = (entry >> 9) & 7;
  const ttl = entry & 0xff;
  turn.layers.push({ layer: 'mpls', offset: turn.at, size: 4, label, trafficClass, bottom, ttl });
  turn.at += 4;
  if (!bottom) return mpls;
  const version = turn.at < turn.end ? turn.bytes[turn.at] >> 4 : 0;
  return version === 4 ? ipv4 : version === 6 ? ipv6 : payload;
}

function gre(turn: Turn): Step | null {
  if (cut(turn, 4)) return cutShort(turn, 'GRE');
  const flags = u16(turn, 0);
  const version = flags & 7;
  const type = u16(turn, 2);
  if (version > 1) return malformed(turn, `GRE version ${version}`);
  if (flags & 0x4000 && version === 0) return malformed(turn, 'GRE with source routes');
  let size = 4 + (flags & 0x8000 && version === 0 ? 4 : 0);
  const keyAt = size;
  if (flags & 0x2000) size += 4;
  const seqAt = size;
  if (flags & 0x1000) size += 4;
  const ackAt = size;
  if (flags & 0x0080 && version === 1) size += 4;
  if (cut(turn, size)) return cutShort(turn, 'GRE');
  turn.layers.push({
    layer: 'gre',
    offset: turn.at,
    size,
    version,
    flags,
    type,
    ...(flags & 0x2000 && { key: u32(turn, keyAt) }),
    ...(flags & 0x1000 && { seq: u32(turn, seqAt) }),
    ...(size > ackAt && { ack: u32(turn, ackAt) }),
  });
  turn.at += size;
  if (version === 1) return flags & 0x1000 && type === 0x880b ? ppp : payload;
  return GRE_TYPES[type] ?? ETHERTYPES[type] ?? payload;
}

function erspan(version: 2 | 3): Step {
  return (turn) => {
    const size = version === 2 ? 8 : 12;
    if (cut(turn, size)) return cutShort(turn, 'ERSPAN');
    const [vlan, session] = [u16(turn, 0) & 0xfff, u16(turn, 2) & 0x3ff];
    turn.layers.push({ layer: 'erspan', offset: turn.at, size, version, vlan, session });
    turn.at += size;
    return ethernet;
  };
}

function vxlan(extended: boolean): Step {
  return (turn) => {
    if (cut(turn, 8)) return cutShort(turn, 'VXLAN');
    const [flags, vni, next] = [turn.bytes[turn.at], u24(turn, 4), turn.bytes[turn.at + 3]];
    const more = extended ? { next } : {};
    turn.layers.push({ layer: 'vxlan', offset: turn.at, size: 8, flags, vni, ...more });
    turn.at += 8;
    return extended ? (GPE_PROTOCOLS[next] ?? payload) : ethernet;
  };
}

function geneve(turn: Turn): Step | null {
  if (cut(turn, 8)) return cutShort(turn, 'Geneve');
  const first = turn.bytes[turn.at];
  if (first >> 6 !== 0) return malformed(turn, `Geneve version ${first >> 6}`);
  const size = 8 + (first & 0x3f) * 4;
  if (cut(turn, size)) return cutShort(turn, 'Geneve');
  const [flags, type, vni] = [turn.bytes[turn.at + 1], u16(turn, 2), u24(turn, 4)];
  const options = turn.bytes.subarray(turn.at + 8, turn.at + size);
  turn.layers.push({ layer: 'geneve', offset: turn.at, size, flags, vni, type, options });
  turn.at += size;
  return type === 0x6558 ? ethernet : (ETHERTYPES[type] ?? payload);
}

function esp(turn: Turn): Step | null {
  if (cut(turn, 8)) return cutShort(turn, 'ESP');
  const [spi, seq] = [u32(turn, 0), u32(turn, 4)];
  turn.layers.push({ layer: 'esp', offset: turn.at, size: 8, spi, seq });
  turn.at += 8;
  return payload;
}

// --- further transports

function sctp(turn: Turn): Step | null {
  if (cut(turn, 12)) return cutShort(turn, 'SCTP');
  const chunks: number[] = [];
  for (let at = turn.at + 12; at + 4 <= turn.end; ) {
    const length = (turn.bytes[at + 2] << 8) | turn.bytes[at + 3];
    if (length < 4) break;
    chunks.push(turn.bytes[at]);
    at += (length + 3) & ~3;
  }
  const [sport, dport, tag] = [u16(turn, 0), u16(turn, 2), u32(turn, 4)];
  turn.layers.push({ layer: 'sctp', offset: turn.at, size: 12, sport, dport, tag, chunks });
  turn.at += 12;
  return payload;
}

function dccp(turn: Turn): Step | null {
  if (cut(turn, 12)) return cutShort(turn, 'DCCP');
  const size = turn.bytes[turn.at + 4] * 4;
  if (size < 12) return malformed(turn, `DCCP header length ${size}`);
  const [sport, dport, type] = [u16(turn, 0), u16(turn, 2), (turn.bytes[turn.at + 8] >> 1) & 15];
  turn.layers.push({ layer: 'dccp', offset: turn.at, size, sport, dport, type });
  if (cut(turn, size)) return cutShort(turn, 'DCCP');
  turn.at += size;
  return payload;
}

function udplite(turn: Turn): Step | null {
  if (cut(turn, 8)) return cutShort(turn, 'UDP-Lite');
  const [sport, dport, coverage, checksum] = [0, 2, 4, 6].map((at) => u16(turn, at));
  turn.layers.push({
    layer: 'udplite',
    offset: turn.at,
    size: 8,
    sport,
    dport,
    coverage,
    checksum,
  });
  turn.at += 8;
  return payload;
}

function igmp(turn: Turn): Step | null {
  if (cut(turn, 8)) return cutShort(turn, 'IGMP');
  const type = turn.bytes[turn.at];
  // A version 3 report has its groups in records.
  const group = text4(turn.bytes, type === 0x22 && !cut(turn, 16) ? turn.at + 12 : turn.at + 4);
  turn.layers.push({ layer: 'igmp', offset: turn.at, size: 8, type, group });
  turn.at += 8;
  return payload;
}

const LINKS: Readonly<Record<number, Step>> = {
  [link.LINKTYPE_ETHERNET]: ethernet,
  [link.LINKTYPE_RAW]: rawIp,
  [link.LINKTYPE_DLT_RAW]: rawIp,
  [link.LINKTYPE_OPENBSD_RAW]: rawIp,
  [link.LINKTYPE_IPV4]: rawIp,
  [link.LINKTYPE_IPV6]: rawIp,
  [link.LINKTYPE_NULL]: loopback,
  [link.LINKTYPE_LOOP]: loopback,
  [link.LINKTYPE_PPP]: ppp,
  [link.LINKTYPE_PPP_HDLC]: ppp,
  [link.LINKTYPE_PPP_ETHER]: pppoe,
  [link.LINKTYPE_IEEE802_11]: wlan,
  [link.LINKTYPE_IEEE802_11_RADIOTAP]: radiotap,
  [link.LINKTYPE_NFLOG]: nflog,
  [link.LINKTYPE_LINUX_SLL]: cooked(SLL),
  [link.LINKTYPE_LINUX_SLL2]: cooked(SLL2),
};

const ETHERTYPES: Readonly<Record<number, Step>> = {
  [n.ETHERTYPE_IP]: ipv4,
  [n.ETHERTYPE_IPV6]: ipv6,
  [n.ETHERTYPE_ARP]: arp,
  [n.ETHERTYPE_VLAN]: vlan,
  [n.ETHERTYPE_QINQ]: vlan,
  37120: vlan, // 0x9100 and 0x9200, before 802.1ad
  37376: vlan,
  [n.ETHERTYPE_MPLS]: mpls,
  [n.ETHERTYPE_MPLS_MULTICAST]: mpls,
  [n.ETHERTYPE_PPPOE_DISCOVERY]: pppoe,
  [n.ETHERTYPE_PPPOE_SESSION]: pppoe,
};

const PPP_PROTOCOLS: Readonly<Record<number, Step>> = { 33: ipv4, 87: ipv6, 641: mpls, 643: mpls };
const GRE_TYPES: Readonly<Record<number, Step>> = {
  [n.ETHERTYPE_TEB]: ethernet,
  [n.ETHERTYPE_ERSPAN_II]: erspan(2),
  [n.ETHERTYPE_ERSPAN_III]: erspan(3),
};
const GPE_PROTOCOLS: Readonly<Record<number, Step>> = { 1: ipv4, 2: ipv6, 3: ethernet, 5: mpls };
/** Tunnels by their port, RFC 7348, RFC 8926, RFC 7510. */
const UDP_TUNNELS: Readonly<Record<number, Step>> = {
  4789: vxlan(false),
  4790: vxlan(true),
  6081: geneve,
  6635: mpls,
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
  [PROTOCOL.GRE]: gre,
  [PROTOCOL.ESP]: esp,
  [PROTOCOL.SCTP]: sctp,
  [PROTOCOL.DCCP]: dccp,
  [PROTOCOL.UDPLITE]: udplite,
  [PROTOCOL.IGMP]: igmp,
};
