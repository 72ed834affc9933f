// One deadline and one signal over several steps: a name look-up, then a connect, then the next
// address.
import { onAbort } from './abort';
import { timeoutError, timerUntil, type WaitOptions } from './operation';
import { holdLoop, releaseLoop } from './poller';

export class Deadline {
  readonly #at: number; // performance.now() milliseconds
  readonly #timeoutMs: number | null;
  readonly #signal: AbortSignal | undefined;

  /** `timeoutMs` (null: none) holds where the options name no timeout. */
  constructor(options: WaitOptions | undefined, timeoutMs: number | null) {
    this.#timeoutMs = options?.timeoutMs === undefined ? timeoutMs : options.timeoutMs;
    this.#at = this.#timeoutMs === null ? Infinity : performance.now() + this.#timeoutMs;
    this.#signal = options?.signal;
  }

  /** What is left, for the next step. */
  rest(): WaitOptions {
    return {
      signal: this.#signal,
      timeoutMs: this.#at === Infinity ? null : Math.max(this.#at - performance.now(), 0),
    };
  }

  /**
   * The result of a step that cannot be stopped: after the deadline or an abort it runs on alone,
   * and its result is dropped. The event loop is held meanwhile.
   */
  wait<T>(step: Promise<T>, syscall: string): Promise<T> {
    const signal = this.#signal;
    return new Promise<T>((resolve, reject) => {
      let waiting = true;
      const end = () => {
        if (!waiting) return;
        waiting = false;
        releaseLoop();
        clearTimeout(timer);
        unsubscribe?.();
      };
      const fail = (error: unknown) => {
        end();
        reject(error);
      };
      holdLoop();
      const timer =
        this.#at === Infinity
          ? undefined
          : timerUntil(this.#at, () => fail(timeoutError(syscall, this.#timeoutMs as number)));
      const unsubscribe = signal && onAbort(signal, () => fail(signal.reason));
      step.then((value) => {
        end();
        resolve(value);
      }, fail);
      if (signal?.aborted) fail(signal.reason);
    });
  }
}
