// Structs of every socket: linger, credentials, times, timestamps, device memory, BPF.
import { array, i32, i64, u8, u16, u32, u64 } from './fields';
import { struct, wire } from './struct';

export const linger = struct('linger', { onoff: i32, linger: i32 }, 'l_');
export const ucred = struct('ucred', { pid: i32, uid: u32, gid: u32 });
export const timeval = struct('timeval', { sec: i64, usec: i64 }, 'tv_');
export const timespec = struct('timespec', { sec: i64, nsec: i64 }, 'tv_');
export const kernel_sock_timeval = struct('__kernel_sock_timeval', { sec: i64, usec: i64 }, 'tv_');
export const kernel_timespec = struct('__kernel_timespec', { sec: i64, nsec: i64 }, 'tv_');
/** Three struct timespec: software, unused, hardware. */
export const scm_timestamping = struct('scm_timestamping', { ts: array(i64, 6) });
export const scm_ts_pktinfo = struct('scm_ts_pktinfo', {
  ifIndex: u32,
  pktLength: u32,
  reserved: array(u32, 2),
});
export const sock_txtime = struct('sock_txtime', { clockid: i32, flags: u32 });
export const dmabuf_cmsg = struct('dmabuf_cmsg', {
  fragOffset: u64,
  fragSize: u32,
  fragToken: u32,
  dmabufId: u32,
  flags: u32,
});
export const dmabuf_token = struct('dmabuf_token', { start: u32, count: u32 }, 'token_');
/** SK_MEMINFO_*, in their order: an array in C. Bytes, except drops, which counts packets. */
export const sk_meminfo = wire('sk_meminfo', {
  rmemAlloc: u32,
  rcvbuf: u32,
  wmemAlloc: u32,
  sndbuf: u32,
  fwdAlloc: u32,
  wmemQueued: u32,
  optmem: u32,
  backlog: u32,
  drops: u32,
});
/** One instruction of classic BPF. */
export const sock_filter = struct('sock_filter', { code: u16, jt: u8, jf: u8, k: u32 });
