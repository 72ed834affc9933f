// struct sockaddr of each address family.
import { in_addr, in6_addr } from './addresses';
import { bytes, i32, u8, u16, u16be, u32, u32be } from './fields';
import { struct } from './struct';

export const sockaddr_in = struct(
  'sockaddr_in',
  { family: u16, port: u16be, addr: in_addr, zero: bytes(8) },
  'sin_',
);
export const sockaddr_in6 = struct(
  'sockaddr_in6',
  { family: u16, port: u16be, flowinfo: u32be, addr: in6_addr, scopeId: u32 },
  'sin6_',
);
export const sockaddr_un = struct('sockaddr_un', { family: u16, path: bytes(108) }, 'sun_');
/** `hatype` is an ARPHRD_ number, `pkttype` a PACKET_ one, `halen` counts bytes of `addr`. */
export const sockaddr_ll = struct(
  'sockaddr_ll',
  {
    family: u16,
    protocol: u16be,
    ifindex: i32,
    hatype: u16,
    pkttype: u8,
    halen: u8,
    addr: bytes(8),
  },
  'sll_',
);
export const sockaddr_nl = struct(
  'sockaddr_nl',
  { family: u16, pad: u16, pid: u32, groups: u32 },
  'nl_',
);
/** `addr` is a union: two ids of ISO-TP, or J1939's name and numbers. */
export const sockaddr_can = struct(
  'sockaddr_can',
  { family: u16, ifindex: i32, addr: bytes(16) },
  'can_',
);
export const sockaddr_vm = struct(
  'sockaddr_vm',
  { family: u16, reserved1: u16, port: u32, cid: u32, flags: u8 },
  'svm_',
);
