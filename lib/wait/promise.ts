// Waiting in a promise: in a queue of the descriptor or for its state, until the result, a deadline,
// an abort or close().
import { onAbort } from './abort';
import { type Channel, type Waiter, type Watcher, YIELD } from './channel';
import { fairly, fairlyRejected } from './fairness';
import {
  closedError,
  type Direction,
  explained,
  type IteratorOptions,
  type Operation,
  READ,
  timeoutError,
  timerUntil,
} from './operation';

export function queueOf(channel: Channel, direction: Direction): Waiter[] {
  return direction === READ ? channel.reads : channel.writes;
}

/**
 * The result of an operation, which is attempted at once where nothing is before it in its queue
 * (unless the caller has just `tried`).
 */
export function waitInQueue<T>(
  channel: Channel,
  operation: Operation<T>,
  options: IteratorOptions | undefined,
  timeoutMs: number | null,
  tried = false,
): Promise<T> {
  const queue = queueOf(channel, operation.direction);
  return start(channel, queue, 0, operation, options, timeoutMs, tried || queue.length > 0);
}

/**
 * The result of an operation that concerns a state of the descriptor (`events`, EPOLL* bits), beside
 * the queues.
 */
export function waitForState<T>(
  channel: Channel,
  events: number,
  operation: Operation<T>,
  options: IteratorOptions | undefined,
  timeoutMs: number | null,
  tried = false,
): Promise<T> {
  return start(channel, channel.watchers, events, operation, options, timeoutMs, tried);
}

function start<T>(
  channel: Channel,
  queue: Waiter[],
  events: number,
  operation: Operation<T>,
  options: IteratorOptions | undefined,
  timeoutMs: number | null,
  tried: boolean,
): Promise<T> {
  if (channel.fd < 0) return fairlyRejected(closedError(operation.syscall));
  const signal = options?.signal;
  if (signal?.aborted) return fairlyRejected(explained(operation, signal.reason));
  if (options?.left?.aborted) return Promise.reject(options.left.reason);
  let yielded = false;
  if (!tried) {
    try {
      const value = operation.attempt();
      if (value === YIELD) yielded = true;
      else if (value !== undefined) return fairly(value);
    } catch (error) {
      return fairlyRejected(explained(operation, error));
    }
  }
  if (operation.end !== undefined && queue.length === 0 && channel.isShutDown()) {
    const end = operation.end();
    if (end !== undefined) return fairly(end);
  }
  const limit = options?.timeoutMs === undefined ? timeoutMs : options.timeoutMs;
  return new Promise<T>((resolve, reject) => {
    const pending = new Pending<T>(channel, queue, events, operation, resolve, reject);
    pending.start(limit, signal, options?.left);
    if (yielded) channel.resume();
  });
}

/** An operation that waits. */
class Pending<T> implements Watcher {
  readonly events: number;
  readonly #channel: Channel;
  readonly #queue: Waiter[];
  readonly #operation: Operation<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #unsubscribeLeft: (() => void) | undefined;

  constructor(
    channel: Channel,
    queue: Waiter[],
    events: number,
    operation: Operation<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#channel = channel;
    this.#queue = queue;
    this.events = events;
    this.#operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(
    timeoutMs: number | null,
    signal: AbortSignal | undefined,
    left: AbortSignal | undefined,
  ): void {
    if (timeoutMs !== null && Number.isFinite(timeoutMs))
      this.#limit(performance.now() + timeoutMs, timeoutMs);
    if (signal !== undefined) this.#unsubscribe = onAbort(signal, () => this.#leave(signal.reason));
    if (left !== undefined) this.#unsubscribeLeft = onAbort(left, () => this.#leave(left.reason));
    if (this.#operation.retryMs !== undefined)
      this.#retryTimer = setInterval(() => this.#retry(), this.#operation.retryMs).unref();
    this.#channel.wait(this.#queue, this);
  }

  attempt(): unknown {
    const value = this.#operation.attempt();
    if (value !== undefined || this.#operation.end === undefined) return value;
    return this.#channel.isShutDown() ? this.#operation.end() : undefined;
  }

  resolve(value: unknown): void {
    this.#end();
    this.#resolve(value as T);
  }

  reject(error: unknown): void {
    this.#end();
    const partial = this.#operation.partial?.();
    if (partial === undefined) this.#reject(explained(this.#operation, error));
    else this.#resolve(partial);
  }

  closed(reason: string): void {
    this.reject(closedError(this.#operation.syscall, reason));
  }

  /**
   * Timers count whole milliseconds by the event loop's clock: one that fires early is set again, so
   * that no wait ends before its time. They do not hold the loop: the wait does, unless its socket is
   * unref()ed.
   */
  #limit(deadline: number, timeoutMs: number): void {
    this.#deadlineTimer = timerUntil(deadline, () => {
      if (deadline > performance.now()) this.#limit(deadline, timeoutMs);
      else this.#leave(timeoutError(this.#operation.syscall, timeoutMs));
    }).unref();
  }

  #retry(): void {
    if (this.#queue[0] === this) this.#channel.retry(this.#queue);
  }

  #leave(reason: unknown): void {
    if (this.#channel.leaveQueue(this.#queue, this)) this.reject(reason);
  }

  #end(): void {
    if (this.#deadlineTimer !== undefined) clearTimeout(this.#deadlineTimer);
    if (this.#retryTimer !== undefined) clearInterval(this.#retryTimer);
    this.#unsubscribe?.();
    this.#unsubscribeLeft?.();
  }
}
