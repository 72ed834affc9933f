// One deadline and one signal over several steps: a look-up, then a connect, then the next address.
import { ETIMEDOUT } from '../constants';
import { socketError } from '../errors';
import { onAbort } from './aborts';
import type { IoOptions } from './funnel';

const MAX_TIMER_MS = 0x7fffffff;

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
    return {
      signal: this.signal,
      timeoutMs: this.deadline === Infinity ? null : Math.max(this.deadline - performance.now(), 0),
    };
  }

  /**
   * Waits for something that cannot be stopped: on time-out or abort it goes on alone, and its
   * answer is dropped.
   */
  wait<T>(step: Promise<T>, syscall: string): Promise<T> {
    const { signal, deadline, timeoutMs } = this;
    return new Promise<T>((resolve, reject) => {
      const expire = () =>
        reject(socketError(-ETIMEDOUT, syscall, { hint: `timed out after ${timeoutMs} ms` }));
      const timer =
        deadline === Infinity
          ? undefined
          : setTimeout(expire, Math.min(Math.max(deadline - performance.now(), 0), MAX_TIMER_MS));
      const deaf = signal === undefined ? undefined : onAbort(signal, () => reject(signal.reason));
      const leave = () => {
        clearTimeout(timer);
        deaf?.();
      };
      step.then(resolve, reject).finally(leave);
      if (signal?.aborted) reject(signal.reason);
    });
  }
}
