// Payloads with internet addresses in them: packet info, original destinations, extended errors.
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  type Family,
  type Inet6Address,
  type InetAddress,
  inet_ntop,
  inet_pton,
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
import { badRange, badType, type Errno, errorcode } from '../errors';
import { native } from '../native';
import { bytes, i32, struct, u8, u32 } from '../structs';
import { mapped, type Payload, payload } from './payload';

const V4 = AF_INET as Family<InetAddress>;
const V6 = AF_INET6 as Family<Inet6Address>;
const text4 = (from: Uint8Array): string => inet_ntop(V4, from);
const text6 = (from: Uint8Array): string => inet_ntop(V6, from);

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

export const pktinfo: Payload<PktInfo, Partial<PktInfo>> = mapped(
  payload(struct('in_pktinfo', { ifindex: i32, spec_dst: bytes(4), addr: bytes(4) }, 'ipi_')),
  (raw) => ({ ifindex: raw.ifindex, specDst: text4(raw.spec_dst), addr: text4(raw.addr) }),
  (value, what) => {
    const { ifindex = 0, specDst = '0.0.0.0', addr = '0.0.0.0' } = object(value, what);
    return { ifindex, spec_dst: inet_pton(V4, specDst), addr: inet_pton(V4, addr) };
  },
);

export const pktinfo6: Payload<PktInfo6, Partial<PktInfo6>> = mapped(
  payload(struct('in6_pktinfo', { addr: bytes(16), ifindex: u32 }, 'ipi6_')),
  (raw) => ({ ifindex: raw.ifindex, addr: text6(raw.addr) }),
  (value, what) => {
    const { ifindex = 0, addr = '::' } = object(value, what);
    return { ifindex, addr: inet_pton(V6, addr) };
  },
);

/** A bare address, as text. */
export const address4: Payload<string> = mapped(payload(bytes(4)), text4, (text: string) =>
  inet_pton(V4, text),
);
export const address6: Payload<string> = mapped(payload(bytes(16)), text6, (text: string) =>
  inet_pton(V6, text),
);

/** A whole sockaddr of one family. */
const sockaddr = <A extends Address>(family: number, size: number): Payload<A, AddressLike<A>> =>
  mapped(
    payload(bytes(size)),
    (raw) => decodeAddress(raw, raw.length) as A,
    (address: AddressLike<A>) => encodeAddress(family, address),
  );
const SOCKADDR_IN = native.layouts.sockaddr_in.size;
const SOCKADDR_IN6 = native.layouts.sockaddr_in6.size;
export const sockaddrIn = sockaddr<InetAddress>(AF_INET, SOCKADDR_IN);
export const sockaddrIn6 = sockaddr<Inet6Address>(AF_INET6, SOCKADDR_IN6);

export const pathMtu: Payload<
  { address: Inet6Address; mtu: number },
  { address: AddressLike<Inet6Address>; mtu: number }
> = mapped(
  payload(struct('ip6_mtuinfo', { addr: bytes(SOCKADDR_IN6), mtu: u32 }, 'ip6m_')),
  (raw) => ({ address: decodeAddress(raw.addr, raw.addr.length) as Inet6Address, mtu: raw.mtu }),
  (value, what) => ({ addr: encodeAddress(AF_INET6, object(value, what).address), mtu: value.mtu }),
);

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
  /** 'E0' where nothing failed: a zero-copy completion */
  errno: Errno | `E${number}`;
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

const EXTENDED = struct(
  'sock_extended_err',
  { errno: u32, origin: u8, type: u8, code: u8, pad: u8, info: u32, data: u32 },
  'ee_',
);

function errnoNumber(code: string, what: string): number {
  const number = /^E\d+$/.test(code) ? Number(code.slice(1)) : constantNamed(code);
  if (number === undefined) throw badRange(what, 'the name of an errno', code);
  return number;
}

export const extendedError: Payload<ExtendedErr> = {
  least: EXTENDED.size,
  decode(data) {
    const { errno, origin, type, code, info, data: last } = EXTENDED.read(data, 0);
    const error: ExtendedErr = {
      errno: errorcode[errno] ?? `E${errno}`,
      origin: originNames.get(origin) ?? 'none',
      type,
      code,
      info,
      data: last,
    };
    const offender = decodeAddress(data.subarray(EXTENDED.size), data.length - EXTENDED.size);
    if (offender.family === 'IPv4' || offender.family === 'IPv6') error.offender = offender;
    return error;
  },
  encode(value, what) {
    const { errno, origin, type, code, info, data, offender } = object(value, what);
    const head = EXTENDED.pack({
      errno: errnoNumber(errno, `${what}.errno`),
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
