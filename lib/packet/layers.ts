// What a decoded frame is made of: one object a header, from the outside in.
import type { RawOption, TcpOption } from './options';

/** Where a layer's header lies in the frame, in bytes. */
interface Place {
  offset: number;
  size: number;
}

/** A decoded Ethernet header. */
export interface EthernetLayer extends Place {
  layer: 'ethernet';
  dst: string;
  src: string;
  type: number;
}
/**
 * A cooked header (LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2); `ifindex` is 0 where the header has
 * none.
 */
export interface CookedLayer extends Place {
  layer: 'cooked';
  pkttype: number;
  hatype: number;
  ifindex: number;
  type: number;
}
/** A decoded VLAN tag. */
export interface VlanLayer extends Place {
  layer: 'vlan';
  id: number;
  priority: number;
  dropEligible: boolean;
  type: number;
}
/** A decoded ARP packet. */
export interface ArpLayer extends Place {
  layer: 'arp';
  op: number;
  sha: string;
  spa: string;
  tha: string;
  tpa: string;
}
/** A decoded IPv4 header. */
export interface Ipv4Layer extends Place {
  layer: 'ipv4';
  tos: number;
  /** Of header and payload, as the header says. */
  length: number;
  id: number;
  df: boolean;
  mf: boolean;
  /** Bytes. */
  fragmentOffset: number;
  ttl: number;
  protocol: number;
  checksum: number;
  src: string;
  dst: string;
  /** Those before the first that is broken or cut short. */
  options: RawOption[];
  /** Bytes that the frame is shorter than `length` says; left out where it is not. */
  missing?: number;
}
/** A decoded IPv6 header. */
export interface Ipv6Layer extends Place {
  layer: 'ipv6';
  trafficClass: number;
  flowLabel: number;
  /** Of what follows the header, as the header says. */
  length: number;
  nextHeader: number;
  hopLimit: number;
  src: string;
  dst: string;
  /** Bytes that the frame is shorter than `length` says; left out where it is not. */
  missing?: number;
}
/** A decoded IPv6 extension header. */
export interface Ipv6ExtensionLayer extends Place {
  layer: 'ipv6ext';
  /** PROTOCOL.HOPOPTS, ROUTING, FRAGMENT ... */
  protocol: number;
  nextHeader: number;
  /**
   * A fragment header's: the offset in bytes, whether more follow, and which packet they belong to.
   */
  fragment?: { offset: number; more: boolean; id: number };
  /** A routing header's: its type, the segments left, and the addresses that it holds. */
  routing?: { type: number; segmentsLeft: number; addresses: string[] };
  /** An authentication header's. */
  authentication?: { spi: number; seq: number };
}
/** A decoded ICMP or ICMPv6 header. */
export interface IcmpLayer extends Place {
  layer: 'icmp' | 'icmpv6';
  type: number;
  code: number;
  checksum: number;
  /** The 32 bits behind the checksum. */
  rest: number;
  /** The same bits as an echo's. */
  id: number;
  seq: number;
  /** Of header and data. */
  length: number;
  /**
   * What an error quotes of the packet that it is about: its beginning (of TCP often ports and
   * sequence number only, the rest is then 0).
   */
  quoted?: Layer[];
}
/** A decoded UDP header. */
export interface UdpLayer extends Place {
  layer: 'udp';
  sport: number;
  dport: number;
  length: number;
  checksum: number;
}
/** A decoded TCP header. */
export interface TcpLayer extends Place {
  layer: 'tcp';
  sport: number;
  dport: number;
  seq: number;
  ack: number;
  flags: number;
  window: number;
  checksum: number;
  urgent: number;
  options: TcpOption[];
  /** Of the data, in bytes, as the IP header says. */
  length: number;
}
/** DLT_NULL and DLT_LOOP: the AF_ number of the system that captured. */
export interface LoopbackLayer extends Place {
  layer: 'loopback';
  family: number;
}
/** RFC 1661: `protocol` is 0x21 for IPv4, 0x57 for IPv6. */
export interface PppLayer extends Place {
  layer: 'ppp';
  protocol: number;
}
/** RFC 2516: code 0 is a session's data. */
export interface PppoeLayer extends Place {
  layer: 'pppoe';
  code: number;
  session: number;
  length: number;
}
/** IEEE 802.2. */
export interface LlcLayer extends Place {
  layer: 'llc';
  dsap: number;
  ssap: number;
  control: number;
}
/** IEEE 802 SNAP: an organisation and its protocol. */
export interface SnapLayer extends Place {
  layer: 'snap';
  oui: number;
  type: number;
}
/** What a radio says of an 802.11 frame. */
export interface RadiotapLayer extends Place {
  layer: 'radiotap';
  /** it_present. */
  present: number;
}
/** IEEE 802.11: `type` 0 is management, 1 control, 2 data. */
export interface WlanLayer extends Place {
  layer: 'wlan';
  type: number;
  subtype: number;
  flags: number;
  /** The addresses in the order of the header. */
  addresses: string[];
}
/** LINKTYPE_NFLOG: the AF_ number of Linux, and the group. */
export interface NflogLayer extends Place {
  layer: 'nflog';
  family: number;
  resource: number;
}
/** RFC 3032: one entry of the stack. */
export interface MplsLayer extends Place {
  layer: 'mpls';
  label: number;
  trafficClass: number;
  /** The last of the stack. */
  bottom: boolean;
  ttl: number;
}
/** RFC 2784, RFC 2890, and version 1 of RFC 2637. */
export interface GreLayer extends Place {
  layer: 'gre';
  version: number;
  flags: number;
  /** ETHERTYPE_ of what is inside. */
  type: number;
  key?: number;
  seq?: number;
  ack?: number;
}
/** A mirrored frame in GRE. */
export interface ErspanLayer extends Place {
  layer: 'erspan';
  /** 2 or 3. */
  version: number;
  vlan: number;
  session: number;
}
/** RFC 7348, and its extension for other protocols (`next`: 1 IPv4, 2 IPv6, 3 Ethernet). */
export interface VxlanLayer extends Place {
  layer: 'vxlan';
  flags: number;
  vni: number;
  next?: number;
}
/** RFC 8926. */
export interface GeneveLayer extends Place {
  layer: 'geneve';
  flags: number;
  vni: number;
  /** ETHERTYPE_ of what is inside; 0x6558 is Ethernet. */
  type: number;
  /** The options, verbatim. */
  options: Uint8Array;
}
/** RFC 4303: what follows is encrypted. */
export interface EspLayer extends Place {
  layer: 'esp';
  spi: number;
  seq: number;
}
/** RFC 9260. */
export interface SctpLayer extends Place {
  layer: 'sctp';
  sport: number;
  dport: number;
  tag: number;
  /** Types of the chunks, in order. */
  chunks: number[];
}
/** RFC 4340. */
export interface DccpLayer extends Place {
  layer: 'dccp';
  sport: number;
  dport: number;
  type: number;
}
/** RFC 3828: `coverage` bytes are under the checksum, 0 is all of them. */
export interface UdpLiteLayer extends Place {
  layer: 'udplite';
  sport: number;
  dport: number;
  coverage: number;
  checksum: number;
}
/** RFC 2236, RFC 3376. */
export interface IgmpLayer extends Place {
  layer: 'igmp';
  type: number;
  group: string;
}
/**
 * What no header claims: data, or a protocol that is not decoded. `size` is what was captured,
 * `length` what was sent.
 */
export interface PayloadLayer extends Place {
  layer: 'payload';
  length: number;
}
/** Where decoding stopped, and why. */
export interface MalformedLayer extends Place {
  layer: 'malformed';
  what: string;
}

/** A decoded header, told apart by `kind`. */
export type Layer =
  | EthernetLayer
  | CookedLayer
  | VlanLayer
  | ArpLayer
  | Ipv4Layer
  | Ipv6Layer
  | Ipv6ExtensionLayer
  | IcmpLayer
  | UdpLayer
  | TcpLayer
  | LoopbackLayer
  | PppLayer
  | PppoeLayer
  | LlcLayer
  | SnapLayer
  | RadiotapLayer
  | WlanLayer
  | NflogLayer
  | MplsLayer
  | GreLayer
  | ErspanLayer
  | VxlanLayer
  | GeneveLayer
  | EspLayer
  | SctpLayer
  | DccpLayer
  | UdpLiteLayer
  | IgmpLayer
  | PayloadLayer
  | MalformedLayer;

/** A decoded frame: its headers from the outermost on. */
export interface Frame {
  readonly linktype: number;
  /** Bytes on the wire; more than `bytes` holds where the capture was cut short. */
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly layers: readonly Layer[];
}

type LayerOf<K, L = Layer> = L extends { layer: infer Names }
  ? K extends Names
    ? L
    : never
  : never;

/** The first layer of a kind: `layerOf(frame, 'tcp')?.dport`. */
export function layerOf<K extends Layer['layer']>(frame: Frame, kind: K): LayerOf<K> | undefined {
  return frame.layers.find((layer) => layer.layer === kind) as LayerOf<K> | undefined;
}
