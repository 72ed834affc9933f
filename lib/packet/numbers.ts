// The numbers that packets carry, each under its name in the headers. They are the wire's (IANA,
// IEEE), the same on every system.

/** EtherType: IPv4. */
export const ETHERTYPE_IP = 0x0800;
/** EtherType: ARP. */
export const ETHERTYPE_ARP = 0x0806;
/** EtherType: VLAN tag (802.1Q). */
export const ETHERTYPE_VLAN = 0x8100; // 802.1Q
/** EtherType: IPv6. */
export const ETHERTYPE_IPV6 = 0x86dd;
/** EtherType: service VLAN tag (802.1ad). */
export const ETHERTYPE_QINQ = 0x88a8; // 802.1ad
export const ETHERTYPE_TEB = 0x6558; // an Ethernet frame
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_DISCOVERY = 0x8863;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
export const ETHERTYPE_ERSPAN_II = 0x88be;
export const ETHERTYPE_ERSPAN_III = 0x22eb;

/** ARP operation: request. */
export const ARPOP_REQUEST = 1;
/** ARP operation: reply. */
export const ARPOP_REPLY = 2;

/** TCP flag: no more data. */
export const TH_FIN = 0x01;
/** TCP flag: synchronize sequence numbers. */
export const TH_SYN = 0x02;
/** TCP flag: reset. */
export const TH_RST = 0x04;
/** TCP flag: push. */
export const TH_PUSH = 0x08;
/** TCP flag: the acknowledgement number counts. */
export const TH_ACK = 0x10;
/** TCP flag: the urgent pointer counts. */
export const TH_URG = 0x20;
/** TCP flag: ECN echo (RFC 3168). */
export const TH_ECE = 0x40;
/** TCP flag: congestion window reduced (RFC 3168). */
export const TH_CWR = 0x80;

/** IPv4: do not fragment. */
export const IP_DF = 0x4000;
/** IPv4: more fragments follow. */
export const IP_MF = 0x2000;
/** IPv4: mask of the fragment offset, in units of 8 bytes. */
export const IP_OFFMASK = 0x1fff;

/** ICMP type: echo reply. */
export const ICMP_ECHOREPLY = 0;
/** ICMP type: destination unreachable. */
export const ICMP_UNREACH = 3;
/** ICMP type: redirect. */
export const ICMP_REDIRECT = 5;
/** ICMP type: echo request. */
export const ICMP_ECHO = 8;
/** ICMP type: time exceeded. */
export const ICMP_TIMXCEED = 11;
/** ICMP type: parameter problem. */
export const ICMP_PARAMPROB = 12;

/** ICMPv6 type: destination unreachable. */
export const ICMP6_DST_UNREACH = 1;
/** ICMPv6 type: packet too big. */
export const ICMP6_PACKET_TOO_BIG = 2;
/** ICMPv6 type: time exceeded. */
export const ICMP6_TIME_EXCEEDED = 3;
/** ICMPv6 type: parameter problem. */
export const ICMP6_PARAM_PROB = 4;
/** ICMPv6 type: echo request. */
export const ICMP6_ECHO_REQUEST = 128;
/** ICMPv6 type: echo reply. */
export const ICMP6_ECHO_REPLY = 129;

/** What an IP header's protocol, or an IPv6 next header, says. */
export const PROTOCOL = {
  HOPOPTS: 0,
  ICMP: 1,
  IGMP: 2,
  IPIP: 4,
  TCP: 6,
  UDP: 17,
  DCCP: 33,
  IPV6: 41,
  ROUTING: 43,
  FRAGMENT: 44,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPV6: 58,
  NONE: 59,
  DSTOPTS: 60,
  OSPF: 89,
  SCTP: 132,
  MH: 135,
  UDPLITE: 136,
  HIP: 139,
  SHIM6: 140,
} as const;

type Names = Readonly<Record<number, string>>;

/** Names as tcpdump prints them; what is not here is printed by number. */
export const PROTOCOL_NAMES: Names = Object.fromEntries(
  Object.entries(PROTOCOL).map(([name, number]) => [number, name]),
);

/** EtherTypes by number. */
export const ETHERTYPE_NAMES: Names = {
  [ETHERTYPE_IP]: 'IPv4',
  [ETHERTYPE_ARP]: 'ARP',
  [ETHERTYPE_VLAN]: '802.1Q',
  [ETHERTYPE_IPV6]: 'IPv6',
  [ETHERTYPE_QINQ]: '802.1Q-QinQ',
  34958: 'EAPOL',
  35020: 'LLDP',
  34887: 'MPLS unicast',
  34915: 'PPPoE D',
  34916: 'PPPoE S',
};

/** ICMP types by number. */
export const ICMP_NAMES: Names = {
  0: 'echo reply',
  3: 'unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo request',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'time stamp query',
  14: 'time stamp reply',
};

/** Codes of ICMP_UNREACH. */
export const UNREACH_NAMES: Names = {
  0: 'net',
  1: 'host',
  2: 'protocol',
  3: 'port',
  4: 'need to frag',
  5: 'source route failed',
  6: 'net unknown',
  7: 'host unknown',
  8: 'source host isolated',
  9: 'net admin prohibited',
  10: 'host admin prohibited',
  11: 'net tos',
  12: 'host tos',
  13: 'admin prohibited filter',
};

/** ICMPv6 types by number. */
export const ICMPV6_NAMES: Names = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
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
  143: 'multicast listener report v2',
};

/** Codes of ICMP6_DST_UNREACH. */
export const UNREACH6_NAMES: Names = {
  0: 'route',
  1: 'prohibited',
  2: 'beyond scope',
  3: 'address',
  4: 'port',
  5: 'source policy',
  6: 'reject route',
};
