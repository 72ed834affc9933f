// Who owns a descriptor, how it closes, and what may be sent.
import type * as net from 'node:net';
import { EBADF, EBUSY } from './constants';
import { check, socketError } from './errors';
import { badType } from './errors/arguments';
import { native } from './native';

const HINTS = {
  Socket: 'a Socket: dup() it, or detach() it there first',
  OwnedFd: 'an OwnedFd: hand over that, or release() it there first',
} as const;

const owners = new Map<number, Ownership>();

/**
 * The ownership of a descriptor. A number is given out again as soon as its descriptor is closed, by
 * anybody: the generation tells whether it still stands for the same one.
 */
export class Ownership {
  readonly fd: number;
  readonly kind: keyof typeof HINTS;
  readonly #generation: number;

  /** Of a descriptor that the environment owns: whoever had the number before has lost it. */
  constructor(fd: number, kind: keyof typeof HINTS) {
    this.fd = fd;
    this.kind = kind;
    this.#generation = native.generation(fd);
    owners.set(fd, this);
  }

  /** Whether the number still stands for this descriptor. */
  get holds(): boolean {
    return native.generation(this.fd) === this.#generation;
  }

  /** close(2): 0, or -EBADF where the descriptor was closed elsewhere. */
  close(): number {
    this.leave();
    return native.close(this.fd, this.#generation);
  }

  /** Releases the descriptor, open, to the caller: 0, or -EBADF where it was closed elsewhere. */
  release(): number {
    this.leave();
    return native.release(this.fd, this.#generation);
  }

  /** Puts the descriptor in transit to another environment: its ticket (> 0), or -EBADF. */
  transfer(): number {
    this.leave();
    return native.transfer(this.fd, this.#generation);
  }

  /** Leaves the descriptor to another owner of this environment. */
  leave(): void {
    if (owners.get(this.fd) === this) owners.delete(this.fd);
  }
}

/** EBUSY where a descriptor has an owner here. */
export function refuseOwned(fd: number): void {
  const owner = owners.get(fd);
  if (!owner?.holds) return;
  throw socketError(-EBUSY, 'adopt', { hint: `fd ${fd} belongs to ${HINTS[owner.kind]}` });
}

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

  /**
   * Gives the descriptor to another object of this package; it stays here where `take` throws.
   *
   * @internal
   */
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
