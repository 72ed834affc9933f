// Structs of netlink sockets.
import { u16, u32 } from './fields';
import { struct } from './struct';

export const nl_pktinfo = struct('nl_pktinfo', { group: u32 });
/** The header of a message; `len` counts it too. */
export const nlmsghdr = struct(
  'nlmsghdr',
  { len: u32, type: u16, flags: u16, seq: u32, pid: u32 },
  'nlmsg_',
);
/** The header of an attribute; `len` counts it too. */
export const nlattr = struct('nlattr', { len: u16, type: u16 }, 'nla_');
