// What a multicast routing daemon gives the kernel: virtual interfaces and forwarding entries.
import { in_addr } from './addresses';
import { array, bytes, i32, u8, u16, u32 } from './fields';
import { sockaddr_in6 } from './sockaddr';
import { struct } from './struct';

export const MAXVIFS = 32;

/** `lclAddr` is a union: an address, or with VIFF_USE_IFINDEX an index in host order. */
export const vifctl = struct(
  'vifctl',
  { vifi: u16, flags: u8, threshold: u8, rateLimit: u32, lclAddr: u32, rmtAddr: in_addr },
  'vifc_',
);
export const mfcctl = struct(
  'mfcctl',
  {
    origin: in_addr,
    mcastgrp: in_addr,
    parent: u16,
    ttls: bytes(MAXVIFS),
    pktCnt: u32,
    byteCnt: u32,
    wrongIf: u32,
    expire: i32,
  },
  'mfcc_',
);
export const mif6ctl = struct('mif6ctl', {
  mif6cMifi: u16,
  mif6cFlags: u8,
  vifcThreshold: u8,
  mif6cPifi: u16,
  vifcRateLimit: u32,
});
export const mf6cctl = struct(
  'mf6cctl',
  { origin: sockaddr_in6, mcastgrp: sockaddr_in6, parent: u16, ifset: array(u32, 8) },
  'mf6cc_',
);
