// Packets built by hand: each function answers a whole header with its payload behind it, lengths
// and checksums filled in.
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType, integer } from '../errors/arguments';
import { ARP, ETHERNET, ICMP, IPV4, IPV6, TCP, UDP, VLAN } from '../structs/headers';
import { addressBytes } from './addresses';
import {
  checksum,
  icmpChecksum,
  icmpv6Checksum,
  tcpChecksum,
  udpChecksum,
  type WireAddress,
} from './checksum';
import * as n from './numbers';
import { packIpv4Options, packTcpOptions, type RawOption, type TcpOption } from './options';

const NOTHING = new Uint8Array(0);

/** A zeroed packet with the payload in place behind `header` bytes. */
function room(header: number, payload: Bytes): Buffer {
  const bytes = toBytes(payload, 'payload');
  const packet = Buffer.alloc(header + bytes.length);
  packet.set(bytes, header);
  return packet;
}

function given(fields: unknown, what: string): void {
  if (typeof fields !== 'object' || fields === null)
    throw badType(what, 'an object with what the header says', fields);
}

/** A VLAN tag to write. */
export interface VlanTag {
  id: number;
  priority?: number;
  dropEligible?: boolean;
  /** ETHERTYPE_VLAN (the default) or ETHERTYPE_QINQ. */
  tpid?: number;
}

/** What ethernet() takes. */
export interface EthernetFields {
  dst: string | Bytes;
  src: string | Bytes;
  /** ETHERTYPE_ of the payload. Left out: told by an IPv4 or IPv6 payload's version. */
  type?: number;
  /** Tags, outermost first. */
  vlan?: number | VlanTag | readonly VlanTag[];
}

/** An Ethernet frame, unpadded (the device pads). IEEE 802.3, 802.1Q. */
export function ethernet(fields: EthernetFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'ethernet: fields');
  const { vlan } = fields;
  const tags: readonly VlanTag[] =
    vlan === undefined
      ? []
      : typeof vlan === 'number'
        ? [{ id: vlan }]
        : Array.isArray(vlan)
          ? vlan
          : [vlan as VlanTag];
  const frame = room(ETHERNET.size + tags.length * VLAN.size, payload);
  const inner = fields.type ?? etherType(toBytes(payload, 'payload'));
  const types = [...tags.map((tag) => tag.tpid ?? n.ETHERTYPE_VLAN), inner];
  ETHERNET.packInto(frame, 0, { dst: fields.dst, src: fields.src, type: types[0] });
  tags.forEach((tag, i) => {
    const tci =
      (integer('vlan.priority', tag.priority ?? 0, 0, 7) << 13) |
      (tag.dropEligible ? 0x1000 : 0) |
      integer('vlan.id', tag.id, 0, 0xfff);
    VLAN.packInto(frame, ETHERNET.size + i * VLAN.size, { tci, type: types[i + 1] });
  });
  return frame;
}

function etherType(payload: Uint8Array): number {
  const version = payload.length > 0 ? payload[0] >> 4 : 0;
  if (version === 4) return n.ETHERTYPE_IP;
  if (version === 6) return n.ETHERTYPE_IPV6;
  throw badRange('type', 'given where the payload is neither IPv4 nor IPv6', undefined);
}

/** What arp() takes. */
export interface ArpFields {
  /** ARPOP_REQUEST or ARPOP_REPLY. */
  op: number;
  /** Sender's hardware and protocol address, then the target's. */
  sha: string | Bytes;
  spa: string | Bytes;
  tha?: string | Bytes;
  tpa: string | Bytes;
}

/** An ARP message for IPv4 over Ethernet. RFC 826. */
export function arp(fields: ArpFields): Buffer {
  given(fields, 'arp: fields');
  return ARP.pack({
    hrd: 1,
    pro: n.ETHERTYPE_IP,
    hln: 6,
    pln: 4,
    op: fields.op,
    sha: fields.sha,
    spa: fields.spa,
    tha: fields.tha,
    tpa: fields.tpa,
  });
}

/** What ipv4() takes. */
export interface Ipv4Fields {
  src: string | Bytes;
  dst: string | Bytes;
  protocol: number;
  ttl?: number;
  tos?: number;
  id?: number;
  /** Don't fragment, and more fragments follow. */
  df?: boolean;
  mf?: boolean;
  /** Bytes, a multiple of 8. */
  fragmentOffset?: number;
  options?: readonly RawOption[];
}

/** An IPv4 packet, as a raw socket with IP_HDRINCL takes it. RFC 791, raw(7). */
export function ipv4(fields: Ipv4Fields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'ipv4: fields');
  const options = fields.options ? packIpv4Options(fields.options) : NOTHING;
  const header = IPV4.size + options.length;
  const packet = room(header, payload);
  const offset = integer('fragmentOffset', fields.fragmentOffset ?? 0, 0, 65528);
  if (offset % 8) throw badRange('fragmentOffset', 'a multiple of 8', offset);
  if (packet.length > 0xffff)
    throw badRange('payload', `at most ${0xffff - header} bytes`, packet.length - header);
  IPV4.packInto(packet, 0, {
    versionIhl: 0x40 | (header / 4),
    tos: fields.tos,
    length: packet.length,
    id: fields.id,
    fragment: (fields.df ? n.IP_DF : 0) | (fields.mf ? n.IP_MF : 0) | (offset / 8),
    ttl: fields.ttl ?? 64,
    protocol: fields.protocol,
    src: fields.src,
    dst: fields.dst,
  });
  packet.set(options, IPV4.size);
  packet.writeUInt16BE(checksum(packet.subarray(0, header)), IPV4.offsets.checksum);
  return packet;
}

/** What ipv6() takes. */
export interface Ipv6Fields {
  src: string | Bytes;
  dst: string | Bytes;
  /** Of the payload, which may itself begin with extension headers. */
  nextHeader: number;
  hopLimit?: number;
  trafficClass?: number;
  flowLabel?: number;
}

/** An IPv6 packet. RFC 8200. */
export function ipv6(fields: Ipv6Fields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'ipv6: fields');
  const packet = room(IPV6.size, payload);
  const length = packet.length - IPV6.size;
  if (length > 0xffff) throw badRange('payload', 'at most 65535 bytes', length);
  const trafficClass = integer('trafficClass', fields.trafficClass ?? 0, 0, 0xff);
  const flowLabel = integer('flowLabel', fields.flowLabel ?? 0, 0, 0xfffff);
  const flow = ((6 << 28) | (trafficClass << 20) | flowLabel) >>> 0;
  IPV6.packInto(packet, 0, {
    flow,
    length,
    nextHeader: fields.nextHeader,
    hopLimit: fields.hopLimit ?? 64,
    src: fields.src,
    dst: fields.dst,
  });
  return packet;
}

/** What icmp() and icmpv6() take. */
export interface IcmpFields {
  type: number;
  code?: number;
  /** The 32 bits behind the checksum, whatever the type makes of them. */
  rest?: number;
}

/** An ICMP message. RFC 792. */
export function icmp(fields: IcmpFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'icmp: fields');
  const message = room(ICMP.size, payload);
  ICMP.packInto(message, 0, { type: fields.type, code: fields.code, rest: fields.rest });
  message.writeUInt16BE(icmpChecksum(message), ICMP.offsets.checksum);
  return message;
}

/** The pseudo header's addresses. Both left out: no checksum (0), for a kernel that fills it in. */
export interface PseudoFields {
  src?: WireAddress;
  dst?: WireAddress;
}

/**
 * An ICMPv6 message; its checksum needs the addresses, unless a raw ICMPv6 socket sends it, where
 * the kernel fills it in. RFC 4443.
 */
export function icmpv6(fields: IcmpFields & PseudoFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'icmpv6: fields');
  const message = room(ICMP.size, payload);
  ICMP.packInto(message, 0, { type: fields.type, code: fields.code, rest: fields.rest });
  return sealed(message, fields, ICMP.offsets.checksum, icmpv6Checksum);
}

function sealed(
  packet: Buffer,
  { src, dst }: PseudoFields,
  at: number,
  compute: (src: WireAddress, dst: WireAddress, packet: Buffer) => number,
): Buffer {
  if (src === undefined && dst === undefined) return packet;
  packet.writeUInt16BE(
    compute(
      addressBytes(src as WireAddress, 'src'),
      addressBytes(dst as WireAddress, 'dst'),
      packet,
    ),
    at,
  );
  return packet;
}

/** What icmpEcho() and icmpv6Echo() take. */
export interface EchoFields {
  id: number;
  seq: number;
  /** The answer instead of the request. */
  reply?: boolean;
}

const echoRest = (fields: EchoFields): number =>
  ((integer('id', fields.id, 0, 0xffff) << 16) | integer('seq', fields.seq, 0, 0xffff)) >>> 0;

/** An ICMP echo request (or reply), what ping sends. RFC 792. */
export function icmpEcho(fields: EchoFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'icmpEcho: fields');
  return icmp(
    { type: fields.reply ? n.ICMP_ECHOREPLY : n.ICMP_ECHO, rest: echoRest(fields) },
    payload,
  );
}

/** An ICMPv6 echo request (or reply). RFC 4443. */
export function icmpv6Echo(fields: EchoFields & PseudoFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'icmpv6Echo: fields');
  const type = fields.reply ? n.ICMP6_ECHO_REPLY : n.ICMP6_ECHO_REQUEST;
  return icmpv6({ type, rest: echoRest(fields), src: fields.src, dst: fields.dst }, payload);
}

/** What udp() takes. */
export interface UdpFields extends PseudoFields {
  sport: number;
  dport: number;
}

/** A UDP datagram; without addresses its checksum is 0, which IPv4 reads as "none". RFC 768. */
export function udp(fields: UdpFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'udp: fields');
  const datagram = room(UDP.size, payload);
  if (datagram.length > 0xffff)
    throw badRange('payload', 'at most 65527 bytes', datagram.length - UDP.size);
  UDP.packInto(datagram, 0, { sport: fields.sport, dport: fields.dport, length: datagram.length });
  return sealed(datagram, fields, UDP.offsets.checksum, udpChecksum);
}

/** What tcp() takes. */
export interface TcpFields extends PseudoFields {
  sport: number;
  dport: number;
  seq?: number;
  ack?: number;
  /** TH_SYN | TH_ACK ... */
  flags: number;
  window?: number;
  urgent?: number;
  options?: readonly TcpOption[];
}

/** A TCP segment. RFC 9293. */
export function tcp(fields: TcpFields, payload: Bytes = NOTHING): Buffer {
  given(fields, 'tcp: fields');
  const options = fields.options ? packTcpOptions(fields.options) : NOTHING;
  const header = TCP.size + options.length;
  const segment = room(header, payload);
  const { sport, dport, seq, ack, flags, urgent } = fields;
  TCP.packInto(segment, 0, {
    sport,
    dport,
    seq,
    ack,
    dataOffset: (header / 4) << 4,
    flags,
    window: fields.window ?? 65535,
    urgent,
  });
  segment.set(options, TCP.size);
  return sealed(segment, fields, TCP.offsets.checksum, tcpChecksum);
}
