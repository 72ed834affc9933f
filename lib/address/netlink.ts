// AF_NETLINK: struct sockaddr_nl.

import * as c from '../constants';
import { u32 } from '../structs';
import { sockaddr_nl } from '../structs/sockaddr';
import type { FamilyCodec } from './family';
import { named } from './named';

export const netlink: FamilyCodec = {
  encode(input) {
    const { pid, groups } = named('AF_NETLINK', 'netlink', ['pid', 'groups'], 2, input);
    return sockaddr_nl.pack({ family: c.AF_NETLINK, pid: pid as number, groups: groups as number });
  },
  decode(from, length) {
    if (length < sockaddr_nl.size) return null;
    return {
      family: 'netlink',
      pid: u32.read(from, sockaddr_nl.offsets.pid),
      groups: u32.read(from, sockaddr_nl.offsets.groups),
    };
  },
};
