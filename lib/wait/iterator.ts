// Async iterators over what a descriptor receives: they end with their source, reject with the
// signal's reason, and one that is left waits no longer.
import { Iteration, type IteratorOptions } from './operation';

/** Where the values of an iterator come from. */
export interface Source<T> {
  /** The next value; `options` say how it waits: until the signal aborts or the iterator is left. */
  next(options: IteratorOptions): Promise<T>;
  /** Whether nothing more can come. */
  isOver?(): boolean;
  /** Whether this value is no value but the end. */
  isEnd?(value: T): boolean;
  /** Whether this error is the end and no failure. */
  isEndError?(error: unknown): boolean;
}

/**
 * return() ends it and resolves each next() that still waits: what they waited for stays in the
 * kernel, for the next reader. (An async generator would keep return() waiting behind them, and cost
 * three more microtasks for each value.)
 */
export function iterate<T>(options: IteratorOptions, source: Source<T>): AsyncIterableIterator<T> {
  const left = new AbortController();
  const waiting = new Iteration(options, left.signal);
  const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
  let ended = false;
  const onValue = (value: T): IteratorResult<T, undefined> => {
    if (source.isEnd?.(value) !== true) return { done: false, value };
    ended = true;
    return end;
  };
  const onError = (error: unknown): IteratorResult<T, undefined> => {
    ended = true;
    if (left.signal.aborted || source.isEndError?.(error) === true) return end;
    throw error;
  };
  const iterator: AsyncIterableIterator<T> = {
    next: () =>
      ended || source.isOver?.() === true
        ? Promise.resolve(end)
        : source.next(waiting).then(onValue, onError),
    return: () => {
      ended = true;
      left.abort();
      return Promise.resolve(end);
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
