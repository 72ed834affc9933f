// Sockets of every kind, at hand: each stays as long as nothing was set on it.
import type { Kind } from '../options/row';
import { open, type Specimen } from './kinds';

/**
 * Kinds whose close waits for every CPU, which takes the kernel milliseconds: one of these that
 * refused a set serves again. Of any other kind nothing is taken for granted: MPTCP, for one, keeps
 * half of what it refuses.
 */
const SLOW: ReadonlySet<Kind> = new Set(['packet-raw', 'packet-dgram', 'packet-raw-bound']);

export class Shelf {
  readonly #open = new Map<Kind, Specimen>();

  /**
   * A descriptor of that kind on which nothing was set, or undefined where the kernel makes none.
   */
  fresh(kind: Kind): number | undefined {
    const kept = this.#open.get(kind);
    if (kept) return kept.fd;
    const made = open(kind);
    if ('refused' in made) return undefined;
    this.#open.set(kind, made);
    return made.fd;
  }

  /** Something was set on it, or refused. */
  tried(kind: Kind, refused: boolean): void {
    if (refused && SLOW.has(kind)) return;
    this.#open.get(kind)?.close();
    this.#open.delete(kind);
  }

  close(): void {
    for (const specimen of this.#open.values()) specimen.close();
    this.#open.clear();
  }
}
