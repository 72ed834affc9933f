// What a socket address looks like in TypeScript, family by family, and what may be passed in for
// one.
import type * as net from 'node:net';

declare const FAMILY: unique symbol;

/** A family: a number that remembers which address type goes with it. */
export type Family<A extends Address = Address> = number & { readonly [FAMILY]: A };

/** A family whose address type is open: it fits where any is asked for. */
// biome-ignore lint/suspicious/noExplicitAny: Family<Address> would not fit Family<InetAddress>
export type AnyFamily = Family<any>;

/**
 * AF_INET: Python's tuple with Node's names on it. `addr[0]`, `const [host, port] = addr` and
 * `addr.address` all work. The port is in host order.
 */
export type InetAddress = readonly [address: string, port: number] & {
  readonly family: 'IPv4';
  readonly address: string;
  readonly port: number;
};

/**
 * AF_INET6: the tuple of four. `flowinfo` is in host order, as in Python; `scopeId` is an interface
 * index, 0 where none applies.
 */
export type Inet6Address = readonly [
  address: string,
  port: number,
  flowinfo: number,
  scopeId: number,
] & {
  readonly family: 'IPv6';
  readonly address: string;
  readonly port: number;
  readonly flowinfo: number;
  readonly scopeId: number;
};

/**
 * AF_UNIX: a path of the file system, or a name of the abstract space (`path` is then the name
 * without its leading NUL); '' that is not abstract is unnamed. A Buffer where it isn't UTF-8.
 */
export interface UnixAddress {
  family: 'unix';
  path: string | Buffer;
  abstract: boolean;
}

/**
 * AF_PACKET: a struct sockaddr_ll. `protocol` is an ETH_P_ number in host order (0x0800 is IPv4),
 * `hatype` an ARPHRD_ number, `address` is 'aa:bb:cc:dd:ee:ff'.
 */
export interface PacketAddress {
  family: 'packet';
  ifindex: number;
  ifname: string;
  protocol: number;
  hatype: number;
  pkttype:
    | 'host'
    | 'broadcast'
    | 'multicast'
    | 'otherhost'
    | 'outgoing'
    | 'loopback'
    | 'user'
    | 'kernel';
  address: string;
}

/** AF_NETLINK: port id (0 is the kernel) and multicast group mask. */
export interface NetlinkAddress {
  family: 'netlink';
  pid: number;
  groups: number;
}

/** AF_VSOCK: context id and port, both 32 bits in host order. */
export interface VsockAddress {
  family: 'vsock';
  cid: number;
  port: number;
}

/** AF_CAN: an interface ('' is every one); the two CAN ids belong to ISO-TP. */
export interface CanAddress {
  family: 'can';
  ifname: string;
  rxId?: number;
  txId?: number;
}

/**
 * Any other sockaddr, verbatim: `bytes` is all of it, sa_family included. On the way in `bytes`
 * alone counts; `af` is what was read from it.
 */
export interface OtherAddress {
  family: 'other';
  af: number;
  bytes: Buffer;
}

/** A socket address of any family, distinguished by `family`. */
export type Address =
  | InetAddress
  | Inet6Address
  | UnixAddress
  | PacketAddress
  | NetlinkAddress
  | VsockAddress
  | CanAddress
  | OtherAddress;

/**
 * What may be passed in: the object form, Python's tuple, a path for AF_UNIX ('\0x' = abstract), or
 * Node's SocketAddress. A sockaddr verbatim is an OtherAddress.
 */
export type AddressLike<A extends Address> =
  | (A extends InetAddress | Inet6Address
      ?
          | readonly [host: string, port: number, flowinfo?: number, scopeId?: number]
          | { address: string; port: number; flowinfo?: number; scopeId?: number }
          | net.SocketAddress
      : never)
  | (A extends UnixAddress ? string | Buffer | Partial<UnixAddress> : never)
  | (A extends PacketAddress
      ? readonly [ifname: string, protocol?: number, address?: string] | Partial<PacketAddress>
      : never)
  | (A extends NetlinkAddress
      ? readonly [pid: number, groups: number] | Partial<NetlinkAddress>
      : never)
  | (A extends VsockAddress ? readonly [cid: number, port: number] | Partial<VsockAddress> : never)
  | (A extends CanAddress
      ? string | readonly [ifname: string, rxId?: number, txId?: number] | Partial<CanAddress>
      : never)
  | OtherAddress;
