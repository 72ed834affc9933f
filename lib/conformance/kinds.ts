// Every kind of socket that options are tried on, as one row: how it is made, and its state.
import { encodeAddress, htons } from '../address';
import * as c from '../constants';
import { native } from '../native';
import type { Kind } from '../options/row';

type State = 'fresh' | 'listening' | 'connected' | 'mapped' | 'tls' | 'paired' | 'bound';
type Row = readonly [family: number, type: number, protocol: number, state?: State];

// biome-ignore format: one row a kind
const KINDS: Readonly<Record<Kind, Row>> = {
  tcp: [c.AF_INET, c.SOCK_STREAM, 0],
  'tcp-listening': [c.AF_INET, c.SOCK_STREAM, 0, 'listening'],
  'tcp-connected': [c.AF_INET, c.SOCK_STREAM, 0, 'connected'],
  udp: [c.AF_INET, c.SOCK_DGRAM, 0],
  'udp-connected': [c.AF_INET, c.SOCK_DGRAM, 0, 'connected'],
  'raw-icmp': [c.AF_INET, c.SOCK_RAW, c.IPPROTO_ICMP],
  'raw-igmp': [c.AF_INET, c.SOCK_RAW, c.IPPROTO_IGMP],
  'raw-raw': [c.AF_INET, c.SOCK_RAW, c.IPPROTO_RAW],
  'raw-udp': [c.AF_INET, c.SOCK_RAW, c.IPPROTO_UDP],
  ping: [c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_ICMP],
  udplite: [c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_UDPLITE],
  mptcp: [c.AF_INET, c.SOCK_STREAM, c.IPPROTO_MPTCP],
  'mptcp-connected': [c.AF_INET, c.SOCK_STREAM, c.IPPROTO_MPTCP, 'connected'],
  tls: [c.AF_INET, c.SOCK_STREAM, 0, 'tls'],
  tcp6: [c.AF_INET6, c.SOCK_STREAM, 0],
  'tcp6-connected': [c.AF_INET6, c.SOCK_STREAM, 0, 'connected'],
  'tcp6-mapped': [c.AF_INET6, c.SOCK_STREAM, 0, 'mapped'],
  udp6: [c.AF_INET6, c.SOCK_DGRAM, 0],
  'udp6-connected': [c.AF_INET6, c.SOCK_DGRAM, 0, 'connected'],
  'raw6-icmpv6': [c.AF_INET6, c.SOCK_RAW, c.IPPROTO_ICMPV6],
  'raw6-raw': [c.AF_INET6, c.SOCK_RAW, c.IPPROTO_RAW],
  'raw6-udp': [c.AF_INET6, c.SOCK_RAW, c.IPPROTO_UDP],
  'unix-stream': [c.AF_UNIX, c.SOCK_STREAM, 0],
  'unix-dgram': [c.AF_UNIX, c.SOCK_DGRAM, 0],
  'unix-seqpacket': [c.AF_UNIX, c.SOCK_SEQPACKET, 0],
  'unix-stream-pair': [c.AF_UNIX, c.SOCK_STREAM, 0, 'paired'],
  'unix-dgram-pair': [c.AF_UNIX, c.SOCK_DGRAM, 0, 'paired'],
  'packet-raw': [c.AF_PACKET, c.SOCK_RAW, htons(c.ETH_P_ALL)],
  'packet-dgram': [c.AF_PACKET, c.SOCK_DGRAM, htons(c.ETH_P_ALL)],
  'packet-raw-bound': [c.AF_PACKET, c.SOCK_RAW, htons(c.ETH_P_ALL), 'bound'],
  'netlink-route': [c.AF_NETLINK, c.SOCK_RAW, c.NETLINK_ROUTE],
  'vsock-stream': [c.AF_VSOCK, c.SOCK_STREAM, 0],
  'vsock-dgram': [c.AF_VSOCK, c.SOCK_DGRAM, 0],
  'vsock-seqpacket': [c.AF_VSOCK, c.SOCK_SEQPACKET, 0],
  xdp: [c.AF_XDP, c.SOCK_RAW, 0],
  'can-raw': [c.AF_CAN, c.SOCK_RAW, c.CAN_RAW],
};

export const kinds = Object.keys(KINDS) as readonly Kind[];

/** A socket of a kind, with its peer or listener where it has one. */
export interface OpenSocket {
  readonly fd: number;
  close(): void;
}

/** Makes one; where the kernel refuses, the -errno and the call that returned it. */
export function open(
  kind: Kind,
): OpenSocket | { readonly refused: number; readonly syscall: string } {
  const [family, type, protocol, state = 'fresh'] = KINDS[kind];
  const fds: number[] = [];
  const close = () => {
    for (const fd of fds.splice(0)) native.close(fd);
  };
  let syscall = 'socket';
  let refused = 0;
  /** Makes the call unless an earlier one failed. */
  const attempt = (name: string, call: () => number): number => {
    if (refused < 0) return refused;
    syscall = name;
    const result = call();
    if (result < 0) refused = result;
    return result;
  };
  const make = () => {
    const fd = attempt('socket', () => native.socket(family, type | c.SOCK_CLOEXEC, protocol));
    if (fd >= 0) fds.push(fd);
    return fd;
  };

  if (state === 'paired') {
    const pair = new Int32Array(2);
    if (
      attempt('socketpair', () =>
        native.socketpair(family, type | c.SOCK_CLOEXEC, protocol, pair),
      ) >= 0
    )
      fds.push(...pair);
  } else {
    const fd = make();
    if (state === 'bound') {
      const lo = encodeAddress(c.AF_PACKET, ['lo', c.ETH_P_ALL]);
      attempt('bind', () => native.bind(fd, lo, lo.length));
    }
    if (state === 'listening') {
      bindLoopback(fd);
      attempt('listen', () => native.listen(fd, 8));
    }
    if (state === 'connected' || state === 'mapped' || state === 'tls') {
      const peer = make();
      bindLoopback(peer);
      if (type === c.SOCK_STREAM) attempt('listen', () => native.listen(peer, 8));
      const name = new Uint8Array(128);
      const length = new Int32Array([name.length]);
      attempt('getsockname', () => native.getsockname(peer, name, length));
      attempt('connect', () => native.connect(fd, name, length[0]));
      if (type === c.SOCK_STREAM) {
        const accepted = attempt('accept4', () => native.accept4(peer, c.SOCK_CLOEXEC, null, null));
        if (accepted >= 0) fds.push(accepted);
      }
      if (state === 'tls') {
        const upperLayer = Buffer.from('tls');
        attempt('setsockopt', () =>
          native.setsockopt(fd, c.IPPROTO_TCP, c.TCP_ULP, upperLayer, upperLayer.length),
        );
      }
    }
  }
  if (refused < 0) {
    close();
    return { refused, syscall };
  }
  return { fd: fds[0], close };

  function bindLoopback(fd: number): void {
    const host =
      family !== c.AF_INET6 ? '127.0.0.1' : state === 'mapped' ? '::ffff:127.0.0.1' : '::1';
    const address = encodeAddress(family, [host, 0]);
    attempt('bind', () => native.bind(fd, address, address.length));
  }
}

/**
 * Sets IFF_UP on the loopback interface of this network namespace; -errno where that is refused.
 */
export function bringUpLoopback(): number {
  const fd = native.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  // struct ifreq: 16 bytes of name, then (for flags) a short.
  const request = Buffer.alloc(40);
  request.write('lo');
  let result = native.ioctl(fd, c.SIOCGIFFLAGS, request);
  if (result >= 0) {
    new Uint16Array(request.buffer, request.byteOffset + 16, 1)[0] |= c.IFF_UP;
    result = native.ioctl(fd, c.SIOCSIFFLAGS, request);
  }
  native.close(fd);
  return result;
}
