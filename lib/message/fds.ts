// Descriptors that travel: the one received (who owns it, how it closes), and what may be sent.
import type * as net from 'node:net';
import { EBADF } from '../constants';
import { badType, check, socketError } from '../errors';
import { native } from '../native';
import { Ownership, refuseOwned } from '../owners';

/** Closes, with a warning, descriptors that were garbage-collected while open. */
const collected = new FinalizationRegistry<Ownership>((ownership) => {
  if (ownership.close() < 0) return;
  process.emitWarning(
    `an OwnedFd (fd ${ownership.fd}) was garbage-collected while open: close() or release() it, or declare it with using`,
    { type: 'ResourceWarning', code: 'BSD_SOCKET_LOST' },
  );
});

/**
 * A descriptor received or duplicated. It closes itself (with `using`, or when collected, with a
 * warning) unless release()d: then the number is the caller's. `Socket.fromFd(owned)` and `new
 * net.Socket({ fd: owned.release() })` take it over; node:fs reads `owned.fd` as it is.
 */
export class OwnedFd implements Disposable {
  #ownership: Ownership | undefined;

  /**
   * Takes over an open descriptor. EBADF where nothing is open there, EBUSY where a Socket, another
   * OwnedFd or thread or an event loop owns it.
   */
  constructor(fd: number) {
    if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff)
      throw badType('OwnedFd: fd', 'an open file descriptor', fd);
    refuseOwned(fd);
    check(native.adopt(fd), 'adopt');
    this.#hold(fd);
  }

  /** fcntl(F_DUPFD_CLOEXEC): another descriptor of the same file. */
  static dup(fd: FdLike): OwnedFd {
    return new OwnedFd(check(native.dup(fdOf(fd, 'OwnedFd.dup: fd')), 'dup'));
  }

  /** The descriptor's number; -1 once closed or released. */
  get fd(): number {
    return this.#ownership?.fd ?? -1;
  }

  /** Gives the descriptor away: the caller closes it. EBADF where it is gone already. */
  release(): number {
    const ownership = this.#leave();
    if (ownership === undefined)
      throw socketError(-EBADF, 'release', {
        hint: 'the descriptor was closed or released before',
      });
    check(ownership.release(), 'release', { hint: 'the descriptor was closed elsewhere' });
    return ownership.fd;
  }

  /** Gives the descriptor to another object of this package; it stays here where `take` throws. */
  handOver<T>(take: (fd: number) => T): T {
    const ownership = this.#leave();
    if (ownership === undefined || !ownership.holds)
      throw socketError(-EBADF, 'adopt', { hint: 'the descriptor is closed or was released' });
    ownership.leave();
    try {
      return take(ownership.fd);
    } catch (error) {
      this.#hold(ownership.fd);
      throw error;
    }
  }

  /** close(2); idempotent. A descriptor that was closed elsewhere is left alone. */
  close(): void {
    this.#leave()?.close();
  }

  /** close(), at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  #hold(fd: number): void {
    const ownership = new Ownership(fd, 'OwnedFd');
    this.#ownership = ownership;
    collected.register(this, ownership, this);
  }

  /** What it owned until now. */
  #leave(): Ownership | undefined {
    const ownership = this.#ownership;
    this.#ownership = undefined;
    collected.unregister(this);
    return ownership;
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
