// One listener a signal, however many calls wait under it: node warns of a leak at the eleventh.

/** What stops when one signal aborts. */
class Stops {
  private readonly all = new Set<() => void>();
  private readonly run = () => {
    stopsOf.delete(this.signal);
    for (const stop of this.all) stop();
  };

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', this.run, { once: true });
  }

  add(stop: () => void): void {
    this.all.add(stop);
  }

  remove(stop: () => void): void {
    this.all.delete(stop);
    if (this.all.size > 0 || stopsOf.get(this.signal) !== this) return;
    stopsOf.delete(this.signal);
    this.signal.removeEventListener('abort', this.run);
  }
}

const stopsOf = new WeakMap<AbortSignal, Stops>();

/** Calls `stop` when the signal aborts, in the order of the calls; the answer takes it back. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  let stops = stopsOf.get(signal);
  if (stops === undefined) {
    stops = new Stops(signal);
    stopsOf.set(signal, stops);
  }
  const listed = stops;
  listed.add(stop);
  return () => listed.remove(stop);
}
