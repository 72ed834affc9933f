// Options whose value is an address or a membership: IPv4, IPv6, and the protocol-independent
// MCAST_* structs.
import { badType, demand } from '../../errors/arguments';
import { i32 } from '../../structs';
import { in_addr, in6_addr, isAddress4 } from '../../structs/addresses';
import {
  group_req,
  group_source_req,
  in6_pktinfo,
  ip_mreq_source,
  ip_mreqn,
  ipv6_mreq,
} from '../../structs/inet';
import { text4 } from '../../structs/ip4';
import type { Codec } from '../row';
import type { GroupMembership, MembershipV4, MembershipV6, SourceMembership } from '../types';
import { addressOf, ifindex } from './interfaces';

const objectOf = (value: unknown, what: string, shape: string): void => {
  if (typeof value !== 'object' || value === null) throw badType(what, shape, value);
};

/** `{ group, interface? }` */
export const membership4: Codec<never, MembershipV4> = {
  type: '{ group, interface? } (struct ip_mreqn)',
  size: ip_mreqn.size,
  sample: { group: '239.1.2.3', interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    const out = Buffer.alloc(ip_mreqn.size);
    in_addr.write(out, ip_mreqn.offsets.multiaddr, value.group, `${what}.group`);
    if (isAddress4(value.interface))
      in_addr.write(out, ip_mreqn.offsets.address, value.interface, `${what}.interface`);
    else
      i32.write(out, ip_mreqn.offsets.ifindex, ifindex(value.interface, `${what}.interface`), what);
    return out;
  },
};

/**
 * `{ group, source, interface? }`: the struct has the interface by its address, so a name or index
 * is looked up.
 */
export const sourceMembership4: Codec<
  never,
  Required<Pick<MembershipV4, 'group' | 'source'>> & MembershipV4
> = {
  type: '{ group, source, interface? } (struct ip_mreq_source)',
  size: ip_mreq_source.size,
  sample: { group: '232.1.2.3', source: '127.0.0.2', interface: '127.0.0.1' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, source, interface? }');
    const by = isAddress4(value.interface)
      ? value.interface
      : addressOf(ifindex(value.interface, `${what}.interface`), `${what}.interface`);
    const out = Buffer.alloc(ip_mreq_source.size);
    in_addr.write(out, ip_mreq_source.offsets.multiaddr, value.group, `${what}.group`);
    in_addr.write(out, ip_mreq_source.offsets.sourceaddr, value.source, `${what}.source`);
    in_addr.write(out, ip_mreq_source.offsets.interface, by, `${what}.interface`);
    return out;
  },
};

/**
 * IP_MULTICAST_IF: set by address, name or index; read as an address, '0.0.0.0' where none or set
 * by index.
 */
export const multicastInterface4: Codec<string, string | number> = {
  type: 'interface address, name or index',
  size: 4,
  sample: '127.0.0.1',
  decode: (from) => text4(from, 0),
  encode(value, what) {
    return isAddress4(value)
      ? ip_mreqn.pack({ address: value })
      : ip_mreqn.pack({ ifindex: ifindex(value, what) });
  },
};

export const membership6: Codec<never, MembershipV6> = {
  type: '{ group, interface? } (struct ipv6_mreq)',
  size: ipv6_mreq.size,
  sample: { group: 'ff02::1234', interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    const out = Buffer.alloc(ipv6_mreq.size);
    in6_addr.write(out, 0, value.group, `${what}.group`);
    i32.write(
      out,
      ipv6_mreq.offsets.interface,
      ifindex(value.interface, `${what}.interface`),
      what,
    );
    return out;
  },
};

/** `{ group, interface? }` of either family. */
export const groupMembership = (group: string): Codec<never, GroupMembership> => ({
  type: '{ group, interface? } (struct group_req)',
  size: group_req.size,
  sample: { group, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    demand(what, value, 'group');
    return group_req.pack(
      { interface: ifindex(value.interface, `${what}.interface`), group: value.group },
      what,
    );
  },
});

/** `{ group, source, interface? }` of either family. */
export const groupSource = (group: string, source: string): Codec<never, SourceMembership> => ({
  type: '{ group, source, interface? } (struct group_source_req)',
  size: group_source_req.size,
  sample: { group, source, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, source, interface? }');
    demand(what, value, 'group', 'source');
    return group_source_req.pack(
      {
        interface: ifindex(value.interface, `${what}.interface`),
        group: value.group,
        source: value.source,
      },
      what,
    );
  },
});

/** IPV6_PKTINFO to set: the source address and interface of all that is sent; '::' and 0 clear. */
export const stickySource: Codec<never, { addr?: string; ifindex?: string | number }> = {
  type: '{ addr?, ifindex? } (struct in6_pktinfo)',
  size: in6_pktinfo.size,
  sample: { addr: '::1', ifindex: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ addr?, ifindex? }');
    return in6_pktinfo.pack(
      { addr: value.addr ?? '::', ifindex: ifindex(value.ifindex, `${what}.ifindex`) },
      what,
    );
  },
};
