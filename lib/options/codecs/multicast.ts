// Options whose value is an address or a membership: IPv4, IPv6, and the protocol-independent
// MCAST_* structs.
import { parse4, text4, write4 } from '../../address/ip4';
import { parse6, text6 } from '../../address/ip6';
import { AF_INET, AF_INET6 } from '../../constants';
import { type Field, i32, struct, u32 } from '../../structs';
import { u16 } from '../../structs/fields';
import { badType, demand } from '../../structs/refuse';
import type { Codec } from '../row';
import type { GroupMembership, MembershipV4, MembershipV6, SourceMembership } from '../types';
import { addressOf, ifindex } from './interfaces';

/** struct in_addr as text. */
export const inAddr: Field<string> = {
  size: 4,
  align: 4,
  read: text4,
  write(into, at, value, what) {
    const address = typeof value === 'string' ? parse4(value) : -1;
    if (address < 0) throw badType(what, 'an IPv4 address such as "192.0.2.1"', value);
    write4(into, at, address);
  },
};

/** struct in6_addr as text. */
export const in6Addr: Field<string> = {
  size: 16,
  align: 4,
  read: text6,
  write(into, at, value, what) {
    if (typeof value !== 'string' || !parse6(value, into, at))
      throw badType(what, 'an IPv6 address such as "2001:db8::1"', value);
  },
};

const isAddress4 = (value: unknown): value is string =>
  typeof value === 'string' && parse4(value) >= 0;
const objectOf = (value: unknown, what: string, shape: string): void => {
  if (typeof value !== 'object' || value === null) throw badType(what, shape, value);
};

const mreqn = struct('ip_mreqn', { multiaddr: inAddr, address: inAddr, ifindex: i32 }, 'imr_');
/** `{ group, interface? }` */
export const membership4: Codec<never, MembershipV4> = {
  type: '{ group, interface? } (struct ip_mreqn)',
  size: mreqn.size,
  sample: { group: '239.1.2.3', interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    const out = Buffer.alloc(mreqn.size);
    inAddr.write(out, mreqn.offsets.multiaddr, value.group, `${what}.group`);
    if (isAddress4(value.interface))
      inAddr.write(out, mreqn.offsets.address, value.interface, `${what}.interface`);
    else i32.write(out, mreqn.offsets.ifindex, ifindex(value.interface, `${what}.interface`), what);
    return out;
  },
};

const mreqSource = struct(
  'ip_mreq_source',
  { multiaddr: inAddr, interface: inAddr, sourceaddr: inAddr },
  'imr_',
);
/**
 * `{ group, source, interface? }`: the struct has the interface by its address, so a name or index
 * is looked up.
 */
export const sourceMembership4: Codec<
  never,
  Required<Pick<MembershipV4, 'group' | 'source'>> & MembershipV4
> = {
  type: '{ group, source, interface? } (struct ip_mreq_source)',
  size: mreqSource.size,
  sample: { group: '232.1.2.3', source: '127.0.0.2', interface: '127.0.0.1' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, source, interface? }');
    const by = isAddress4(value.interface)
      ? value.interface
      : addressOf(ifindex(value.interface, `${what}.interface`), `${what}.interface`);
    const out = Buffer.alloc(mreqSource.size);
    inAddr.write(out, mreqSource.offsets.multiaddr, value.group, `${what}.group`);
    inAddr.write(out, mreqSource.offsets.sourceaddr, value.source, `${what}.source`);
    inAddr.write(out, mreqSource.offsets.interface, by, `${what}.interface`);
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
      ? mreqn.pack({ address: value })
      : mreqn.pack({ ifindex: ifindex(value, what) });
  },
};

const mreq6 = struct('ipv6_mreq', { multiaddr: in6Addr, interface: i32 }, 'ipv6mr_');
export const membership6: Codec<never, MembershipV6> = {
  type: '{ group, interface? } (struct ipv6_mreq)',
  size: mreq6.size,
  sample: { group: 'ff02::1234', interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    const out = Buffer.alloc(mreq6.size);
    in6Addr.write(out, 0, value.group, `${what}.group`);
    i32.write(out, mreq6.offsets.interface, ifindex(value.interface, `${what}.interface`), what);
    return out;
  },
};

/** A sockaddr_storage that holds an internet address without port, of either family. */
export const storage: Field<string> = {
  size: 128,
  align: 8,
  read: (from, at) => (u16.read(from, at) === AF_INET6 ? text6(from, at + 8) : text4(from, at + 4)),
  write(into, at, value, what) {
    if (isAddress4(value)) {
      u16.write(into, at, AF_INET, what);
      inAddr.write(into, at + 4, value, what);
    } else if (typeof value === 'string' && parse6(value, into, at + 8)) {
      u16.write(into, at, AF_INET6, what);
    } else {
      throw badType(what, 'an IPv4 or IPv6 address', value);
    }
  },
};

const groupReq = struct('group_req', { interface: u32, group: storage }, 'gr_');
const sourceReq = struct(
  'group_source_req',
  { interface: u32, group: storage, source: storage },
  'gsr_',
);

/** `{ group, interface? }` of either family. */
export const groupMembership = (group: string): Codec<never, GroupMembership> => ({
  type: '{ group, interface? } (struct group_req)',
  size: groupReq.size,
  sample: { group, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, interface? }');
    demand(what, value, 'group');
    const out = Buffer.alloc(groupReq.size);
    groupReq.write(
      out,
      0,
      { interface: ifindex(value.interface, `${what}.interface`), group: value.group },
      what,
    );
    return out;
  },
});

/** `{ group, source, interface? }` of either family. */
export const groupSource = (group: string, source: string): Codec<never, SourceMembership> => ({
  type: '{ group, source, interface? } (struct group_source_req)',
  size: sourceReq.size,
  sample: { group, source, interface: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ group, source, interface? }');
    demand(what, value, 'group', 'source');
    const out = Buffer.alloc(sourceReq.size);
    sourceReq.write(
      out,
      0,
      {
        interface: ifindex(value.interface, `${what}.interface`),
        group: value.group,
        source: value.source,
      },
      what,
    );
    return out;
  },
});

const pktinfo6 = struct('in6_pktinfo', { addr: in6Addr, ifindex: u32 }, 'ipi6_');
/** IPV6_PKTINFO to set: the source address and interface of all that is sent; '::' and 0 clear. */
export const stickySource: Codec<never, { addr?: string; ifindex?: string | number }> = {
  type: '{ addr?, ifindex? } (struct in6_pktinfo)',
  size: pktinfo6.size,
  sample: { addr: '::1', ifindex: 'lo' },
  decode: undefined as never,
  encode(value, what) {
    objectOf(value, what, '{ addr?, ifindex? }');
    const out = Buffer.alloc(pktinfo6.size);
    pktinfo6.write(
      out,
      0,
      { addr: value.addr ?? '::', ifindex: ifindex(value.ifindex, `${what}.ifindex`) },
      what,
    );
    return out;
  },
};
