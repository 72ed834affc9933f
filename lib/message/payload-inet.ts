// Payloads with internet addresses in them: packet info, original destinations, extended errors.
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  type Inet6Address,
  type InetAddress,
} from '../address';
import { constantNamed } from '../constant-named';
import {
  AF_INET,
  AF_INET6,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SO_EE_ORIGIN_LOCAL,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_EE_ORIGIN_TXTIME,
  SO_EE_ORIGIN_ZEROCOPY,
} from '../constants';
import { type Errno, errorcode } from '../errors';
import { badRange, badType } from '../errors/arguments';
import { in_pktinfo, in6_pktinfo, ip6_mtuinfo, sock_extended_err } from '../structs/inet';
import { sockaddr_in, sockaddr_in6 } from '../structs/sockaddr';
import { type Payload, payload } from './payload';

/** struct in_pktinfo. Sending, specDst is the source address and ifindex the interface. */
export interface PktInfo {
  ifindex: number;
  /** the local address that the datagram was for; sending, the source */
  specDst: string;
  /** the destination in the datagram's header: a group where it was multicast */
  addr: string;
}
/** struct in6_pktinfo. Sending, addr is the source address. */
export interface PktInfo6 {
  ifindex: number;
  addr: string;
}

const object = <V extends object>(value: V, what: string): V => {
  if (typeof value !== 'object' || value === null) throw badType(what, 'an object', value);
  return value;
};

export const pktinfo: Payload<PktInfo, Partial<PktInfo>> = payload(in_pktinfo);
export const pktinfo6: Payload<PktInfo6, Partial<PktInfo6>> = payload(in6_pktinfo);

/** A whole sockaddr of one family. */
const sockaddr = <A extends Address>(
  family: number,
  row: { readonly size: number },
): Payload<A, AddressLike<A>> => ({
  get least() {
    return row.size;
  },
  decode: (data) => decodeAddress(data, row.size) as A,
  encode: (address) => Buffer.from(encodeAddress(family, address)),
});
export const sockaddrIn = sockaddr<InetAddress>(AF_INET, sockaddr_in);
export const sockaddrIn6 = sockaddr<Inet6Address>(AF_INET6, sockaddr_in6);

export const pathMtu: Payload<
  { address: Inet6Address; mtu: number },
  { address: AddressLike<Inet6Address>; mtu: number }
> = {
  get least() {
    return ip6_mtuinfo.size;
  },
  decode: (data) => ({
    address: decodeAddress(data, sockaddr_in6.size) as Inet6Address,
    mtu: ip6_mtuinfo.members.mtu.read(data, ip6_mtuinfo.offsets.mtu),
  }),
  encode(value, what) {
    const out = ip6_mtuinfo.pack({ mtu: object(value, what).mtu }, what);
    out.set(encodeAddress(AF_INET6, value.address));
    return out;
  },
};

const ORIGINS = {
  local: SO_EE_ORIGIN_LOCAL,
  icmp: SO_EE_ORIGIN_ICMP,
  icmp6: SO_EE_ORIGIN_ICMP6,
  timestamping: SO_EE_ORIGIN_TIMESTAMPING,
  zerocopy: SO_EE_ORIGIN_ZEROCOPY,
  txtime: SO_EE_ORIGIN_TXTIME,
} as const;
type Origin = keyof typeof ORIGINS;
const originNames = new Map<number, Origin>(
  (Object.keys(ORIGINS) as Origin[]).map((name) => [ORIGINS[name], name]),
);

/** struct sock_extended_err: what stands in the error queue, and who said so. */
export interface ExtendedErr {
  /** undefined where nothing failed: a zero-copy completion */
  errno?: Errno | `E${number}`;
  /** 'none' where the kernel names nobody */
  origin: Origin | 'none';
  /** ICMP type and code; for zero-copy and txtime, their own code */
  type: number;
  code: number;
  /** the MTU of EMSGSIZE; SCM_TSTAMP_* of a timestamp; the first of a range of zero-copy sends */
  info: number;
  /** the id of a timestamp or the last of a range of zero-copy sends */
  data: number;
  /** the router or host that sent the ICMP error */
  offender?: InetAddress | Inet6Address;
}

function errnoNumber(code: string, what: string): number {
  const number = /^E\d+$/.test(code) ? Number(code.slice(1)) : constantNamed(code);
  if (number === undefined) throw badRange(what, 'the name of an errno', code);
  return number;
}

export const extendedError: Payload<ExtendedErr> = {
  get least() {
    return sock_extended_err.size;
  },
  decode(data) {
    const { errno, origin, type, code, info, data: last } = sock_extended_err.read(data, 0);
    const error: ExtendedErr = {
      origin: originNames.get(origin) ?? 'none',
      type,
      code,
      info,
      data: last,
    };
    if (errno !== 0) error.errno = errorcode[errno] ?? `E${errno}`;
    const offender = decodeAddress(
      data.subarray(sock_extended_err.size),
      data.length - sock_extended_err.size,
    );
    if (offender.family === 'IPv4' || offender.family === 'IPv6') error.offender = offender;
    return error;
  },
  encode(value, what) {
    const { errno, origin, type, code, info, data, offender } = object(value, what);
    const head = sock_extended_err.pack({
      errno: errno === undefined ? 0 : errnoNumber(errno, `${what}.errno`),
      origin: origin === 'none' ? 0 : ORIGINS[origin],
      type,
      code,
      info,
      data,
    });
    if (offender === undefined) return head;
    return Buffer.concat([
      head,
      encodeAddress(offender.family === 'IPv6' ? AF_INET6 : AF_INET, offender),
    ]);
  },
};
