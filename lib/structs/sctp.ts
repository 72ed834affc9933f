// Structs of SCTP's control messages (RFC 6458 5.3); `ppid` is in network order, as the peer sent it.
import { i32, u16, u32 } from './fields';
import { struct } from './struct';

export const sctp_initmsg = struct(
  'sctp_initmsg',
  { numOstreams: u16, maxInstreams: u16, maxAttempts: u16, maxInitTimeo: u16 },
  'sinit_',
);
export const sctp_sndrcvinfo = struct(
  'sctp_sndrcvinfo',
  {
    stream: u16,
    ssn: u16,
    flags: u16,
    ppid: u32,
    context: u32,
    timetolive: u32,
    tsn: u32,
    cumtsn: u32,
    assocId: i32,
  },
  'sinfo_',
);
export const sctp_sndinfo = struct(
  'sctp_sndinfo',
  { sid: u16, flags: u16, ppid: u32, context: u32, assocId: i32 },
  'snd_',
);
export const sctp_rcvinfo = struct(
  'sctp_rcvinfo',
  {
    sid: u16,
    ssn: u16,
    flags: u16,
    ppid: u32,
    tsn: u32,
    cumtsn: u32,
    context: u32,
    assocId: i32,
  },
  'rcv_',
);
export const sctp_nxtinfo = struct(
  'sctp_nxtinfo',
  { sid: u16, flags: u16, ppid: u32, length: u32, assocId: i32 },
  'nxt_',
);
export const sctp_prinfo = struct('sctp_prinfo', { policy: u16, value: u32 }, 'pr_');
export const sctp_authinfo = struct('sctp_authinfo', { keynumber: u16 }, 'auth_');
