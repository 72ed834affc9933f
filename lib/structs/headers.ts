// Packet headers, one row each, from which size, offsets, pack, unpack, views and types follow.
import { in_addr, in6_addr, mac } from './addresses';
import { u8, u16be, u32be } from './fields';
import { wire } from './struct';

/** IEEE 802.3, DIX framing: `type` is an ETHERTYPE_, or a length where it is below 0x600. */
export const ETHERNET = wire('ethernet', {
  /** The destination address. */
  dst: mac,
  /** The source address. */
  src: mac,
  /** An ETHERTYPE_, or a length below 0x600. */
  type: u16be,
});

/**
 * IEEE 802.1Q and 802.1ad, what follows the ETHERTYPE_VLAN or ETHERTYPE_QINQ: `tci` is priority (3
 * bits), drop eligible (1), VLAN id (12).
 */
export const VLAN = wire('vlan', {
  /** Tag control information: priority, drop eligible, VLAN id. */
  tci: u16be,
  /** The ETHERTYPE_ of what follows. */
  type: u16be,
});

/** RFC 826, for IPv4 over Ethernet (`hlen` 6, `plen` 4). */
export const ARP = wire('arp', {
  /** The hardware type, an ARPHRD_. */
  hrd: u16be,
  /** The protocol, an ETHERTYPE_. */
  pro: u16be,
  /** Bytes of a hardware address. */
  hln: u8,
  /** Bytes of a protocol address. */
  pln: u8,
  /** The operation, an ARPOP_. */
  op: u16be,
  /** The sender's hardware address. */
  sha: mac,
  /** The sender's IPv4 address. */
  spa: in_addr,
  /** The target's hardware address. */
  tha: mac,
  /** The target's IPv4 address. */
  tpa: in_addr,
});

/**
 * RFC 791: `versionIhl` is version (4 bits) and header length in words (4); `fragment` is IP_DF,
 * IP_MF and the offset in units of 8 bytes.
 */
export const IPV4 = wire('ipv4', {
  /** Version (4 bits) and header length in words (4). */
  versionIhl: u8,
  /** The type of service: DSCP and ECN. */
  tos: u8,
  /** Bytes of the packet, header included. */
  length: u16be,
  /** The identification. */
  id: u16be,
  /** IP_DF, IP_MF and the offset in units of 8 bytes. */
  fragment: u16be,
  /** The time to live, in hops. */
  ttl: u8,
  /** The protocol, an IPPROTO_. */
  protocol: u8,
  /** The checksum. */
  checksum: u16be,
  /** The source address. */
  src: in_addr,
  /** The destination address. */
  dst: in_addr,
});

/**
 * RFC 8200: `flow` is version (4 bits), traffic class (8), flow label (20); `length` counts what
 * follows the header.
 */
export const IPV6 = wire('ipv6', {
  /** Version (4 bits), traffic class (8), flow label (20). */
  flow: u32be,
  /** Bytes that follow the header. */
  length: u16be,
  /** The next header, an IPPROTO_. */
  nextHeader: u8,
  /** The hop limit. */
  hopLimit: u8,
  /** The source address. */
  src: in6_addr,
  /** The destination address. */
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
  /** The type, an ICMP_ or ICMP6_ number. */
  type: u8,
  /** The code, by type. */
  code: u8,
  /** The checksum. */
  checksum: u16be,
  /** The identifier of the echo. */
  id: u16be,
  /** The sequence number. */
  seq: u16be,
});

/** RFC 768. */
export const UDP = wire('udp', {
  /** The source port. */
  sport: u16be,
  /** The destination port. */
  dport: u16be,
  /** Bytes of header and data. */
  length: u16be,
  /** The checksum, 0 for none. */
  checksum: u16be,
});

/**
 * RFC 9293: the upper half of `dataOffset` is the header length in words; `flags` is of TH_ bits.
 */
export const TCP = wire('tcp', {
  /** The source port. */
  sport: u16be,
  /** The destination port. */
  dport: u16be,
  /** The sequence number. */
  seq: u32be,
  /** The acknowledgement number. */
  ack: u32be,
  /** The header length in words, in the upper 4 bits. */
  dataOffset: u8,
  /** The flags, TH_ bits. */
  flags: u8,
  /** The window, in bytes before scaling. */
  window: u16be,
  /** The checksum. */
  checksum: u16be,
  /** The urgent pointer. */
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
