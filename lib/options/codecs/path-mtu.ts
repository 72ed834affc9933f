// IPV6_PATHMTU: struct ip6_ip6_mtuinfo.
import { ip6_mtuinfo } from '../../structs/inet';
import type { Codec } from '../row';

export const pathMtu: Codec<{ addr: string; mtu: number }, never> = {
  type: '{ addr, mtu } (struct ip6_mtuinfo)',
  size: ip6_mtuinfo.size,
  decode(bytes) {
    const { addr, mtu } = ip6_mtuinfo.unpack(bytes);
    return { addr: addr.addr, mtu };
  },
  encode: undefined as never,
};
