// One deadline and one signal over several steps: a look-up, then a connect, then the next address.
import { ETIMEDOUT } from '../constants';
import { socketError } from '../errors';
import type { IoOptions } from './funnel';

export class Limit {
  private readonly deadline: number;
  private readonly timeoutMs: number | null;
  private readonly signal: AbortSignal | undefined;

  /** `patience` (milliseconds, null for ever) holds where the options name no timeout. */
  constructor(io: IoOptions | undefined, patience: number | null) {
    this.timeoutMs = io?.timeoutMs === undefined ? patience : io.timeoutMs;
    this.deadline = this.timeoutMs === null ? Infinity : performance.now() + this.timeoutMs;
    this.signal = io?.signal;
  }

  /** What is left, for the next step. */
  rest(): IoOptions {
    return { signal: this.signal, timeoutMs: this.deadline === Infinity ? null : Math.max(this.deadline - performance.now(), 0) };
  }

  /** Waits for something that cannot be stopped: on time-out or abort it goes on alone, and its answer is dropped. */
  wait<T>(step: T | Promise<T>, syscall: string): T | Promise<T> {
    const { signal, deadline } = this;
    signal?.throwIfAborted();
    if (!(step instanceof Promise)) return step;
    return new Promise<T>((resolve, reject) => {
      const timer = deadline === Infinity ? undefined : setTimeout(expire, Math.max(deadline - performance.now(), 0));
      const timeoutMs = this.timeoutMs;
      function expire(): void {
        leave();
        reject(socketError(-ETIMEDOUT, syscall, { hint: `timed out after ${timeoutMs} ms` }));
      }
      function abort(): void {
        leave();
        reject(signal?.reason);
      }
      function leave(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      }
      signal?.addEventListener('abort', abort, { once: true });
      step.finally(leave).then(resolve, reject);
    });
  }
}
