// The whole source list of a multicast group: struct ip_msfilter and group_filter, as long as the
// list, and the reading of it (RFC 3678).
import { constants as c } from '../../constants';
import { fail } from '../../errors';
import { badRange, badType } from '../../errors/arguments';
import { native } from '../../native';
import { type Field, u32 } from '../../structs';
import { in_addr, inet_storage, isAddress4 } from '../../structs/addresses';
import { group_filter, ip_msfilter } from '../../structs/inet';
import type { Codec } from '../row';
import type { SourceFilter } from '../types';
import { addressOf, ifindex } from './interfaces';

const MODES = { include: 1, exclude: 0 } as const;
/** The kernel's own limit is net.ipv4.igmp_max_msf; this is what a buffer may come to. */
const MOST = 4096;

function checked(value: SourceFilter, what: string): SourceFilter {
  if (typeof value !== 'object' || value === null)
    throw badType(what, "{ group, mode: 'include' | 'exclude', sources, interface? }", value);
  if (!Object.hasOwn(MODES, value.mode))
    throw badType(`${what}.mode`, "'include' or 'exclude'", value.mode);
  if (!Array.isArray(value.sources))
    throw badType(`${what}.sources`, 'an array of addresses', value.sources);
  if (value.sources.length > MOST)
    throw badRange(`${what}.sources`, `at most ${MOST} addresses`, value.sources.length);
  return value;
}

function list(
  out: Buffer,
  at: number,
  address: Field<string>,
  sources: readonly string[],
  what: string,
): Buffer {
  sources.forEach((source, i) => {
    address.write(out, at + i * address.size, source, `${what}.sources[${i}]`);
  });
  return out;
}

export const sourceFilter4: Codec<never, SourceFilter> = {
  type: '{ group, mode, sources, interface? } (struct ip_msfilter)',
  size: ip_msfilter.size,
  typedOnly: true,
  sample: {
    group: '239.1.2.3',
    interface: '127.0.0.1',
    mode: 'exclude',
    sources: ['127.0.0.2', '127.0.0.3'],
  },
  decode: undefined as never,
  encode(value, what) {
    const { group, mode, sources, interface: by } = checked(value, what);
    const address = isAddress4(by)
      ? by
      : addressOf(ifindex(by, `${what}.interface`), `${what}.interface`);
    const out = Buffer.alloc(ip_msfilter.offsets.slist + sources.length * in_addr.size);
    in_addr.write(out, ip_msfilter.offsets.multiaddr, group, `${what}.group`);
    in_addr.write(out, ip_msfilter.offsets.interface, address, `${what}.interface`);
    u32.write(out, ip_msfilter.offsets.fmode, MODES[mode], what);
    u32.write(out, ip_msfilter.offsets.numsrc, sources.length, what);
    return list(out, ip_msfilter.offsets.slist, in_addr, sources, what);
  },
};

export const sourceFilterAny = (group: string, source: string): Codec<never, SourceFilter> => ({
  type: '{ group, mode, sources, interface? } (struct group_filter)',
  size: group_filter.size,
  typedOnly: true,
  sample: { group, interface: 'lo', mode: 'exclude', sources: [source] },
  decode: undefined as never,
  encode(value, what) {
    const { group, mode, sources, interface: by } = checked(value, what);
    const out = Buffer.alloc(group_filter.offsets.slist + sources.length * inet_storage.size);
    u32.write(out, group_filter.offsets.interface, ifindex(by, `${what}.interface`), what);
    inet_storage.write(out, group_filter.offsets.group, group, `${what}.group`);
    u32.write(out, group_filter.offsets.fmode, MODES[mode], what);
    u32.write(out, group_filter.offsets.numsrc, sources.length, what);
    return list(out, group_filter.offsets.slist, inet_storage, sources, what);
  },
});

/**
 * getsourcefilter(3), RFC 3678: which sources of a joined group this socket takes (`include`) or
 * leaves out (`exclude`). Either family. EADDRNOTAVAIL where the socket is no member of the group
 * on that interface.
 */
export function getsourcefilter(
  socket: { fileno(): number } | number,
  by: string | number,
  group: string,
): Pick<SourceFilter, 'mode'> & { sources: string[] } {
  if (typeof group !== 'string')
    throw badType('getsourcefilter: group', 'the address of a group', group);
  if (typeof socket !== 'number' && typeof socket?.fileno !== 'function')
    throw badType('getsourcefilter: socket', 'a Socket or a descriptor', socket);
  const fd = typeof socket === 'number' ? socket : socket.fileno();
  const level = isAddress4(group) ? 'IPPROTO_IP' : 'IPPROTO_IPV6';
  for (let room = 64; ; room = MOST) {
    const out = Buffer.alloc(group_filter.offsets.slist + room * inet_storage.size);
    u32.write(out, group_filter.offsets.interface, ifindex(by, 'interface'), 'interface');
    inet_storage.write(out, group_filter.offsets.group, group, 'group');
    u32.write(out, group_filter.offsets.numsrc, room, 'sources');
    const got = native.getsockopt_msfilter(fd, c[level], c.MCAST_MSFILTER, out);
    if (got < 0) fail(got, 'getsockopt', { option: { level, name: 'MCAST_MSFILTER' } });
    const count = u32.read(out, group_filter.offsets.numsrc);
    if (count > room && room < MOST) continue;
    const sources = Array.from({ length: Math.min(count, room) }, (_, i) =>
      inet_storage.read(out, group_filter.offsets.slist + i * inet_storage.size),
    );
    return {
      mode: u32.read(out, group_filter.offsets.fmode) === MODES.include ? 'include' : 'exclude',
      sources,
    };
  }
}
