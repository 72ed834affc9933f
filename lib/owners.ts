// Who owns a descriptor: one object of this environment, of which it is the last that opened or
// adopted it.
import { EBUSY } from './constants';
import { socketError } from './errors';
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
