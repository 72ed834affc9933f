// Fresh sockets of every kind: one is kept and returned again for as long as nothing was set on it.
import type { Kind } from '../options/row';
import { type OpenSocket, open } from './kinds';

/**
 * Kinds whose close(2) waits for every CPU, which takes milliseconds: one of these that refused a
 * setsockopt is used again. No other kind is: MPTCP, for one, keeps half of what it refuses.
 */
const SLOW_TO_CLOSE: ReadonlySet<Kind> = new Set([
  'packet-raw',
  'packet-dgram',
  'packet-raw-bound',
]);

export class FreshSockets {
  readonly #open = new Map<Kind, OpenSocket>();

  /** A descriptor of that kind on which nothing was set; undefined where the kernel makes none. */
  get(kind: Kind): number | undefined {
    const kept = this.#open.get(kind);
    if (kept) return kept.fd;
    const made = open(kind);
    if ('refused' in made) return undefined;
    this.#open.set(kind, made);
    return made.fd;
  }

  /** A setsockopt was tried on the one that get() returned: the next one is a new socket. */
  used(kind: Kind, refused: boolean): void {
    if (refused && SLOW_TO_CLOSE.has(kind)) return;
    this.#open.get(kind)?.close();
    this.#open.delete(kind);
  }

  close(): void {
    for (const socket of this.#open.values()) socket.close();
    this.#open.clear();
  }
}
