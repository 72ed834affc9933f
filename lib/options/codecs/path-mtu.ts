// IPV6_PATHMTU: struct ip6_mtuinfo.
import { struct, u16, u32 } from '../../structs';
import type { Codec } from '../row';
import { in6Addr } from './multicast';

const address = struct(
  'sockaddr_in6',
  { family: u16, port: u16, flowinfo: u32, addr: in6Addr, scopeId: u32 },
  'sin6_',
);
const mtuinfo = struct('ip6_mtuinfo', { addr: address, mtu: u32 }, 'ip6m_');

export const pathMtu: Codec<{ addr: string; mtu: number }, never> = {
  type: '{ addr, mtu } (struct ip6_mtuinfo)',
  size: mtuinfo.size,
  decode(bytes) {
    const { addr, mtu } = mtuinfo.unpack(bytes);
    return { addr: addr.addr, mtu };
  },
  encode: undefined as never,
};
