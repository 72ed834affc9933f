// Packet headers, one row each, from which size, offsets, pack, unpack, views and types follow.
import { in_addr, in6_addr, mac } from './addresses';
import { u8, u16be, u32be } from './fields';
import { wire } from './struct';

/** IEEE 802.3, DIX framing: `type` is an ETHERTYPE_, or a length where it is below 0x600. */
export const ETHERNET = wire('ethernet', { dst: mac, src: mac, type: u16be });

/**
 * IEEE 802.1Q and 802.1ad, what follows the ETHERTYPE_VLAN or ETHERTYPE_QINQ: `tci` is priority (3
 * bits), drop eligible (1), VLAN id (12).
 */
export const VLAN = wire('vlan', { tci: u16be, type: u16be });

/** RFC 826, for IPv4 over Ethernet (`hlen` 6, `plen` 4). */
export const ARP = wire('arp', {
  hrd: u16be,
  pro: u16be,
  hln: u8,
  pln: u8,
  op: u16be,
  sha: mac,
  spa: in_addr,
  tha: mac,
  tpa: in_addr,
});

/**
 * RFC 791: `versionIhl` is version (4 bits) and header length in words (4); `fragment` is IP_DF,
 * IP_MF and the offset in units of 8 bytes.
 */
export const IPV4 = wire('ipv4', {
  versionIhl: u8,
  tos: u8,
  length: u16be,
  id: u16be,
  fragment: u16be,
  ttl: u8,
  protocol: u8,
  checksum: u16be,
  src: in_addr,
  dst: in_addr,
});

/**
 * RFC 8200: `flow` is version (4 bits), traffic class (8), flow label (20); `length` counts what
 * follows the header.
 */
export const IPV6 = wire('ipv6', {
  flow: u32be,
  length: u16be,
  nextHeader: u8,
  hopLimit: u8,
  src: in6_addr,
  dst: in6_addr,
});

/**
 * What all IPv6 extension headers but the fragment's begin with: `length` counts units of 8 bytes
 * (AH: of 4) beyond the first.
 */
export const IPV6_EXTENSION = wire('ipv6_extension', { nextHeader: u8, length: u8 });

/**
 * RFC 8200 section 4.5: `fragment` is the offset (13 bits, units of 8 bytes), 2 reserved, and "more
 * follow" (1).
 */
export const IPV6_FRAGMENT = wire('ipv6_fragment', {
  nextHeader: u8,
  reserved: u8,
  fragment: u16be,
  id: u32be,
});

/**
 * RFC 792 and RFC 4443: what every ICMP and ICMPv6 message begins with. `rest` is what the type
 * says.
 */
export const ICMP = wire('icmp', { type: u8, code: u8, checksum: u16be, rest: u32be });

/** The same header, where it belongs to an echo. */
export const ICMP_ECHO_HEADER = wire('icmp_echo', {
  type: u8,
  code: u8,
  checksum: u16be,
  id: u16be,
  seq: u16be,
});

/** RFC 768. */
export const UDP = wire('udp', { sport: u16be, dport: u16be, length: u16be, checksum: u16be });

/**
 * RFC 9293: the upper half of `dataOffset` is the header length in words; `flags` is of TH_ bits.
 */
export const TCP = wire('tcp', {
  sport: u16be,
  dport: u16be,
  seq: u32be,
  ack: u32be,
  dataOffset: u8,
  flags: u8,
  window: u16be,
  checksum: u16be,
  urgent: u16be,
});

/** LINKTYPE_LINUX_SLL: what a cooked capture (`-i any`) puts before each packet. */
export const SLL = wire('sll', {
  pkttype: u16be,
  hatype: u16be,
  halen: u16be,
  addressHigh: u32be,
  addressLow: u32be,
  protocol: u16be,
});

/** LINKTYPE_LINUX_SLL2: the same, with the interface's index. */
export const SLL2 = wire('sll2', {
  protocol: u16be,
  reserved: u16be,
  ifindex: u32be,
  hatype: u16be,
  pkttype: u8,
  halen: u8,
  addressHigh: u32be,
  addressLow: u32be,
});
