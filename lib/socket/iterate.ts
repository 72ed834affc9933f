// Iterators over what a socket receives: they end with their source, reject with the signal's
// reason, and whoever leaves one waits no longer.
import { badType } from '../errors';
import { optionsOfCall } from './arguments';
import type { Lasting } from './funnel';

/** Where the values of an iterator come from. */
interface Source<T> {
  /**
   * Asks for the next one; `io` is how long it waits: until the signal aborts or the iterator is
   * left.
   */
  ask(io: Lasting): Promise<T>;
  /** Whether nothing more can come. */
  over?(): boolean;
  /** Whether this value is no value but the end. */
  isLast?(value: T): boolean;
  /** Whether this refusal is the end and no failure. */
  isEnd?(error: unknown): boolean;
}

/** How an iterator waits: until its signal aborts. */
export function endless(o: object, what: string): Lasting {
  if (typeof o !== 'object' || o === null) throw badType(`${what}: options`, 'an object', o);
  return {
    signal: optionsOfCall({ signal: (o as { signal?: AbortSignal }).signal }, what).io?.signal,
    timeoutMs: null,
  };
}

/**
 * Asks again and again. return() ends it, and each next() that still waits is done: what they
 * waited for stays in the kernel, for the next who asks. (An async generator would keep return()
 * waiting behind them, and cost three more turns of the microtask queue for each value.)
 */
export function iterate<T>(
  io: Lasting,
  { ask, over, isLast, isEnd }: Source<T>,
): AsyncIterableIterator<T> {
  const left = new AbortController();
  const waiting: Lasting = { ...io, left: left.signal };
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let ended = false;
  const came = (value: T): IteratorResult<T, undefined> => {
    if (isLast?.(value) !== true) return { done: false, value };
    ended = true;
    return end;
  };
  const failed = (error: unknown): IteratorResult<T, undefined> => {
    ended = true;
    if (left.signal.aborted || isEnd?.(error) === true) return end;
    throw error;
  };
  const iterator: AsyncIterableIterator<T> = {
    next: () =>
      ended || over?.() === true ? Promise.resolve(end) : ask(waiting).then(came, failed),
    return: () => {
      ended = true;
      left.abort();
      return Promise.resolve(end);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
