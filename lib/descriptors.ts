// Descriptors that travel: the one received (who owns it, how it closes), and what may be sent.
import type * as net from 'node:net';
import { EBADF, EBUSY } from './constants';
import { check, socketError } from './errors';
import { badType } from './errors/arguments';
import { native } from './native';

/**
 * The descriptors of this environment's Sockets, and those of its OwnedFds: none has two owners.
 */
export const ofSockets = new Map<number, object>();
const ofOwnedFds = new Set<number>();

/** EBUSY where a descriptor has an owner here. */
export function refuseOwned(fd: number): void {
  if (!ofSockets.has(fd) && !ofOwnedFds.has(fd)) return;
  const owner = ofSockets.has(fd)
    ? 'a Socket: dup() it, or detach() it there first'
    : 'an OwnedFd: hand over that, or release() it there first';
  throw socketError(-EBUSY, 'adopt', { hint: `fd ${fd} belongs to ${owner}` });
}

/** What closes a descriptor that nobody can reach any more. */
const lost = new FinalizationRegistry<{ fd: number }>((held) => {
  if (held.fd < 0) return;
  ofOwnedFds.delete(held.fd);
  native.close(held.fd);
  process.emitWarning(
    `an OwnedFd (fd ${held.fd}) was garbage-collected while open: close() or release() it, or declare it with using`,
    {
      type: 'ResourceWarning',
      code: 'BSD_SOCKET_LOST',
    },
  );
});

/**
 * A descriptor received or duplicated. It closes itself (with `using`, or when collected, with a
 * warning) unless release()d: then the number is the caller's. `Socket.fromFd(owned)` and `new
 * net.Socket({ fd: owned.release() })` take it over; node:fs reads `owned.fd` as it is.
 */
export class OwnedFd implements Disposable {
  private readonly held = { fd: -1 };

  /**
   * Takes over an open descriptor. EBADF where nothing is open there, EBUSY where a Socket, another
   * OwnedFd or thread or the event loop owns it.
   */
  constructor(fd: number) {
    if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff)
      throw badType('OwnedFd: fd', 'an open file descriptor', fd);
    refuseOwned(fd);
    check(native.adopt(fd), 'adopt');
    this.hold(fd);
  }

  /**
   * A descriptor that the kernel has just made: whoever had its number before has lost it.
   *
   * @internal
   */
  static fresh(fd: number): OwnedFd {
    ofOwnedFds.delete(fd);
    const stale = ofSockets.get(fd);
    ofSockets.delete(fd);
    try {
      return new OwnedFd(fd);
    } finally {
      if (stale !== undefined) ofSockets.set(fd, stale);
    }
  }

  /** fcntl(F_DUPFD_CLOEXEC): another descriptor of the same file. */
  static dup(fd: FdLike): OwnedFd {
    return OwnedFd.fresh(check(native.dup(fdOf(fd, 'OwnedFd.dup: fd')), 'dup'));
  }

  /** The descriptor's number; -1 once closed or released. */
  get fd(): number {
    return this.held.fd;
  }

  /** Gives the descriptor away: the caller closes it. EBADF where it is gone already. */
  release(): number {
    const { fd } = this.held;
    if (fd < 0)
      throw socketError(-EBADF, 'release', {
        hint: 'the descriptor was closed or released before',
      });
    this.forget();
    native.release(fd);
    return fd;
  }

  /**
   * Gives the descriptor to another object of this package; it stays here where `take` throws.
   *
   * @internal
   */
  handOver<T>(take: (fd: number) => T): T {
    const { fd } = this.held;
    this.forget();
    try {
      return take(fd);
    } catch (error) {
      this.hold(fd);
      throw error;
    }
  }

  /** close(2); idempotent. */
  close(): void {
    const { fd } = this.held;
    if (fd < 0) return;
    this.forget();
    native.close(fd);
  }

  /** close(), at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  private hold(fd: number): void {
    this.held.fd = fd;
    if (fd < 0) return;
    ofOwnedFds.add(fd);
    lost.register(this, this.held, this);
  }

  private forget(): void {
    lost.unregister(this);
    ofOwnedFds.delete(this.held.fd);
    this.held.fd = -1;
  }
}

/** What has a descriptor: a number, an OwnedFd or FileHandle, a Socket, a node net.Socket. */
export type FdLike = number | { readonly fd: number } | { fileno(): number } | net.Socket;

/** The number of what has a descriptor. TypeError for what has none, or none any more. */
export function fdOf(value: FdLike, what: string): number {
  const it = value as {
    fd?: unknown;
    fileno?: () => unknown;
    _handle?: { fd?: unknown } | null;
  } | null;
  const fd =
    typeof value === 'object' && it !== null
      ? typeof it.fileno === 'function'
        ? it.fileno()
        : (it.fd ?? it._handle?.fd)
      : value;
  if (typeof fd !== 'number' || !Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff) {
    throw badType(
      what,
      'an open descriptor: a number, an OwnedFd, a Socket or a net.Socket',
      value,
    );
  }
  return fd;
}
