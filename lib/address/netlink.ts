// AF_NETLINK: struct sockaddr_nl.

import * as c from '../constants';
import { struct, u16, u32 } from '../structs';
import type { FamilyCodec } from './family';
import { named } from './named';

const SOCKADDR = struct('sockaddr_nl', { family: u16, pad: u16, pid: u32, groups: u32 }, 'nl_');

export const netlink: FamilyCodec = {
  encode(input) {
    const { pid, groups } = named('AF_NETLINK', 'netlink', ['pid', 'groups'], 2, input);
    return SOCKADDR.pack({ family: c.AF_NETLINK, pid: pid as number, groups: groups as number });
  },
  decode(from, length) {
    if (length < SOCKADDR.size) return null;
    return {
      family: 'netlink',
      pid: u32.read(from, SOCKADDR.offsets.pid),
      groups: u32.read(from, SOCKADDR.offsets.groups),
    };
  },
};
