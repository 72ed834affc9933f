// One listener a signal, however many calls wait under it: Node warns of a leak at the eleventh.

/** What is to be called when one signal aborts. */
class Listeners {
  readonly #signal: AbortSignal;
  readonly #all = new Set<() => void>();
  readonly #run = () => {
    listenersOf.delete(this.#signal);
    for (const listener of this.#all) listener();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', this.#run, { once: true });
  }

  add(listener: () => void): void {
    this.#all.add(listener);
  }

  remove(listener: () => void): void {
    this.#all.delete(listener);
    if (this.#all.size > 0 || listenersOf.get(this.#signal) !== this) return;
    listenersOf.delete(this.#signal);
    this.#signal.removeEventListener('abort', this.#run);
  }
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/** Calls `listener` when the signal aborts, in call order; returns what unsubscribes it. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    listeners = new Listeners(signal);
    listenersOf.set(signal, listeners);
  }
  const joined = listeners;
  joined.add(listener);
  return () => joined.remove(listener);
}
