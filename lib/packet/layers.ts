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
  options: RawOption[];
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
