// Structs of IP, IPv6 and ICMP sockets: packet info, memberships, source filters, extended errors.
import { in_addr, in6_addr, inet_storage } from './addresses';
import { array, i32, u8, u16, u32, u32be } from './fields';
import { sockaddr_in6 } from './sockaddr';
import { struct } from './struct';

export const in_pktinfo = struct(
  'in_pktinfo',
  { ifindex: i32, specDst: in_addr, addr: in_addr },
  'ipi_',
);
export const in6_pktinfo = struct('in6_pktinfo', { addr: in6_addr, ifindex: u32 }, 'ipi6_');
export const ip6_mtuinfo = struct('ip6_mtuinfo', { addr: sockaddr_in6, mtu: u32 }, 'ip6m_');

export const sock_extended_err = struct(
  'sock_extended_err',
  { errno: u32, origin: u8, type: u8, code: u8, pad: u8, info: u32, data: u32 },
  'ee_',
);

export const ip_mreqn = struct(
  'ip_mreqn',
  { multiaddr: in_addr, address: in_addr, ifindex: i32 },
  'imr_',
);
export const ip_mreq_source = struct(
  'ip_mreq_source',
  { multiaddr: in_addr, interface: in_addr, sourceaddr: in_addr },
  'imr_',
);
export const ipv6_mreq = struct('ipv6_mreq', { multiaddr: in6_addr, interface: i32 }, 'ipv6mr_');
export const group_req = struct('group_req', { interface: u32, group: inet_storage }, 'gr_');
export const group_source_req = struct(
  'group_source_req',
  { interface: u32, group: inet_storage, source: inet_storage },
  'gsr_',
);
/** The header ends it with a list of one; a filter has `numsrc` of them. */
export const ip_msfilter = struct(
  'ip_msfilter',
  { multiaddr: in_addr, interface: in_addr, fmode: u32, numsrc: u32, slist: in_addr },
  'imsf_',
);
/** As ip_msfilter, of either family. */
export const group_filter = struct(
  'group_filter',
  { interface: u32, group: inet_storage, fmode: u32, numsrc: u32, slist: inet_storage },
  'gf_',
);

export const in6_flowlabel_req = struct('in6_flowlabel_req', {
  flrDst: in6_addr,
  flrLabel: u32be,
  flrAction: u8,
  flrShare: u8,
  flrFlags: u16,
  flrExpires: u16,
  flrLinger: u16,
  _FlrPad: u32,
});

export const icmp_filter = struct('icmp_filter', { data: u32 });
export const icmp6_filter = struct('icmp6_filter', { data: array(u32, 8) });
