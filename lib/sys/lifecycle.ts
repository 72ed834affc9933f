// Sockets from birth to close, and their names: socket(2), bind(2), accept4(2), getsockname(2),
// close(2) and their kin.
import type { Bytes } from '../bytes';
import { native } from '../native';
import { bytesOrNull } from './memory';
import { refuse } from './refuse';

/**
 * socket(2). Returns the descriptor; it blocks and is inherited by children unless `type` says
 * SOCK_NONBLOCK and SOCK_CLOEXEC.
 */
export function socket(domain: number, type: number, protocol: number): number {
  const result = native.socket(domain, type, protocol);
  return result >= -4095 ? result : refuse('socket', result, domain, type, protocol);
}

/** socketpair(2). Both descriptors go to `fds[0]` and `fds[1]`. */
export function socketpair(
  domain: number,
  type: number,
  protocol: number,
  fds: Int32Array,
): number {
  const result = native.socketpair(domain, type, protocol, fds);
  return result >= -4095 ? result : refuse('socketpair', result, domain, type, protocol, fds);
}

/**
 * bind(2) to a sockaddr as bytes. `addrlen` (default: all bytes) may be longer, the rest is zero; a
 * negative one reaches the kernel.
 */
export function bind(fd: number, sockaddr: Bytes | null, addrlen?: number): number {
  const address = bytesOrNull(sockaddr, 'bind: sockaddr');
  const size = addrlen ?? address?.length ?? 0;
  const result = native.bind(fd, address, size);
  return result >= -4095 ? result : refuse('bind', result, fd, sockaddr, size);
}

/** connect(2). On a blocking descriptor this waits in the kernel, and the thread with it. */
export function connect(fd: number, sockaddr: Bytes | null, addrlen?: number): number {
  const address = bytesOrNull(sockaddr, 'connect: sockaddr');
  const size = addrlen ?? address?.length ?? 0;
  const result = native.connect(fd, address, size);
  return result >= -4095 ? result : refuse('connect', result, fd, sockaddr, size);
}

/** listen(2). Linux admits backlog + 1 TCP connections. */
export function listen(fd: number, backlog: number): number {
  const result = native.listen(fd, backlog);
  return result >= -4095 ? result : refuse('listen', result, fd, backlog);
}

/**
 * accept4(2); flags 0 is accept(2). `addrlen[0]`: the capacity of `sockaddr`, then the length that the
 * kernel reported, which may exceed that capacity.
 */
export function accept4(
  fd: number,
  flags: number,
  sockaddr?: Bytes | null,
  addrlen?: Int32Array | null,
): number {
  const result = native.accept4(
    fd,
    flags,
    bytesOrNull(sockaddr, 'accept4: sockaddr'),
    addrlen ?? null,
  );
  return result >= -4095 ? result : refuse('accept4', result, fd, flags, sockaddr, addrlen);
}

/** shutdown(2) with SHUT_RD, SHUT_WR or SHUT_RDWR. */
export function shutdown(fd: number, how: number): number {
  const result = native.shutdown(fd, how);
  return result >= -4095 ? result : refuse('shutdown', result, fd, how);
}

/** getsockname(2). `addrlen[0]`: the capacity, then the length that the kernel reported. */
export function getsockname(
  fd: number,
  sockaddr: Bytes | null,
  addrlen: Int32Array | null,
): number {
  const result = native.getsockname(fd, bytesOrNull(sockaddr, 'getsockname: sockaddr'), addrlen);
  return result >= -4095 ? result : refuse('getsockname', result, fd, sockaddr, addrlen);
}

/** getpeername(2). `addrlen[0]`: the capacity, then the length that the kernel reported. */
export function getpeername(
  fd: number,
  sockaddr: Bytes | null,
  addrlen: Int32Array | null,
): number {
  const result = native.getpeername(fd, bytesOrNull(sockaddr, 'getpeername: sockaddr'), addrlen);
  return result >= -4095 ? result : refuse('getpeername', result, fd, sockaddr, addrlen);
}

/**
 * close(2) of a descriptor that this environment owns. Any other is -EBADF: closing one of libuv's
 * ends the process.
 */
export function close(fd: number): number {
  const result = native.close(fd);
  return result >= -4095 ? result : refuse('close', result, fd);
}

/** dup(2). The duplicate is owned. */
export function dup(fd: number): number {
  const result = native.dup(fd);
  return result >= -4095 ? result : refuse('dup', result, fd);
}

/** dup3(2). `to` must be owned or closed, or else -EBADF: dup3 closes what it replaces. */
export function dup3(fd: number, to: number, flags: number): number {
  const result = native.dup3(fd, to, flags);
  return result >= -4095 ? result : refuse('dup3', result, fd, to, flags);
}

/** pipe2(2). The reading end goes to `fds[0]`, the writing end to `fds[1]`. */
export function pipe2(fds: Int32Array, flags: number): number {
  const result = native.pipe2(fds, flags);
  return result >= -4095 ? result : refuse('pipe2', result, fds, flags);
}

/**
 * Takes an open descriptor over: from now on this environment owns it, may close it, and closes it
 * when it ends. -EBADF where nothing is open.
 */
export function adopt(fd: number): number {
  const result = native.adopt(fd);
  return result >= -4095 ? result : refuse('adopt', result, fd);
}

/** Gives an owned descriptor away without closing it. -EBADF where it was not owned. */
export function release(fd: number): number {
  const result = native.release(fd);
  return result >= -4095 ? result : refuse('release', result, fd);
}

/** 1 where this environment owns the descriptor, else 0. */
export function owns(fd: number): number {
  const result = native.owns(fd);
  return result >= -4095 ? result : refuse('owns', result, fd);
}
