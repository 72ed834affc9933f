// bind, listen, getsockname, getpeername, shutdown: calls that never wait.
import type { Address } from '../../address';
import { AF_INET6 } from '../../constants';
import { badRange, badType, check, fail } from '../../errors';
import { native } from '../../native';
import { openFd, type State } from '../state';
import { type AnyAddress, addressFrom, targetSync } from '../target';

type NameCall = (fd: number, sockaddr: Uint8Array, addrlen: Int32Array) => number;

const SOCKADDR_LENGTH = 128; // sizeof(struct sockaddr_storage)

export function bind(state: State, address: AnyAddress): void {
  const fd = openFd(state, 'bind');
  const target = targetSync(state, address);
  const result = native.bind(fd, target.bytes, target.bytes.length);
  if (result < 0) fail(result, 'bind', { address: target.address });
}

export function listen(state: State, backlog: number): void {
  const fd = openFd(state, 'listen');
  if (typeof backlog !== 'number') throw badType('listen: backlog', 'a number', backlog);
  if (!Number.isInteger(backlog) || Math.abs(backlog) > 0x7fffffff)
    throw badRange('listen: backlog', 'a 32-bit integer', backlog);
  check(native.listen(fd, Math.max(backlog, 0)), 'listen');
  state.backlog = backlog;
}

export function shutdown(state: State, how: number): void {
  const fd = openFd(state, 'shutdown');
  if (how !== 0 && how !== 1 && how !== 2)
    throw badRange('shutdown: how', 'SHUT_RD, SHUT_WR or SHUT_RDWR', how);
  const result = native.shutdown(fd, how);
  // unconnected UDP: ENOTCONN, and it takes effect all the same
  state.channel.wasShutDown();
  check(result, 'shutdown');
}

export function getsockname(state: State): Address {
  const fd = openFd(state, 'getsockname');
  const sockaddr = nameOf(native.getsockname, fd);
  return typeof sockaddr === 'number'
    ? fail(sockaddr, 'getsockname')
    : addressFrom(state, sockaddr, sockaddr.length);
}

export function getpeername(state: State): Address {
  const fd = openFd(state, 'getpeername');
  const sockaddr = nameOf(native.getpeername, fd);
  return typeof sockaddr === 'number'
    ? fail(sockaddr, 'getpeername')
    : addressFrom(state, sockaddr, sockaddr.length);
}

/** null where the socket is closed or the kernel has no name for it. */
export function getsocknameOrNull(state: State): Address | null {
  return nameOrNull(native.getsockname, state);
}

/** null where the socket is closed or not connected. */
export function getpeernameOrNull(state: State): Address | null {
  return nameOrNull(native.getpeername, state);
}

/**
 * The peer's sockaddr, for a message of an IPv6 socket that names no destination: it may be an IPv4
 * address.
 */
export function peerSockaddr({ family, channel: { fd } }: State): Uint8Array | undefined {
  if (family !== AF_INET6) return undefined;
  const sockaddr = nameOf(native.getpeername, fd);
  return typeof sockaddr === 'number' ? undefined : sockaddr;
}

function nameOrNull(call: NameCall, state: State): Address | null {
  const { fd } = state.channel;
  const sockaddr = fd < 0 ? fd : nameOf(call, fd);
  return typeof sockaddr === 'number' ? null : addressFrom(state, sockaddr, sockaddr.length);
}

/** The sockaddr, or -errno. */
function nameOf(call: NameCall, fd: number): Uint8Array | number {
  const sockaddr = new Uint8Array(SOCKADDR_LENGTH);
  const length = new Int32Array([SOCKADDR_LENGTH]);
  const result = call(fd, sockaddr, length);
  return result < 0 ? result : sockaddr.subarray(0, length[0]);
}
