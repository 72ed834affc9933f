// The one funnel of waiting: the only place that knows closed -> EBADF, AbortSignal, deadline,
// EAGAIN.
import {
  EAGAIN,
  EBADF,
  EINPROGRESS,
  ETIMEDOUT,
  POLLIN,
  POLLOUT,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOL_SOCKET,
} from '../constants';
import { socketError } from '../errors';
import { native } from '../native';
import { onAbort } from './aborts';
import { fairly, fairlyRefused } from './fairness';
import { type Channel, type Waiter, type Watcher, YIELD } from './reactor';

export { YIELD };

/**
 * What every waiting call takes. `timeoutMs` null waits for ever; left out, the socket's own
 * timeout holds.
 */
export interface IoOptions {
  /** MSG_* bits */
  flags?: number;
  signal?: AbortSignal;
  /** milliseconds */
  timeoutMs?: number | null;
}

/** How an iterator waits: `left` aborts where nobody wants the result any more. */
export interface Lasting extends IoOptions {
  readonly left?: AbortSignal;
}

export const READ = 0;
export const WRITE = 1;
export type Direction = typeof READ | typeof WRITE;

/** A call that may have to wait. */
export interface Call<T> {
  readonly syscall: string;
  readonly direction: Direction;
  /**
   * Makes the system call: undefined where it would wait, YIELD where others want a turn first;
   * throws what the kernel refuses.
   */
  attempt(): T | undefined | typeof YIELD;
  /** Completes an error with what the call knows: `sendall` adds bytesSent. */
  explain?(error: unknown): unknown;
  /**
   * What has come already when the wait ends early: the result instead of the error, so that no
   * byte is lost.
   */
  partial?(): T | undefined;
  /**
   * Milliseconds between tries where the kernel tells nobody that trying again is worth while (unix
   * backlog, unix datagram queue).
   */
  readonly retryMs?: number;
}

/** A call that never yields: one system call an attempt. */
export interface OneShot<T> extends Call<T> {
  attempt(): T | undefined;
}

// a Sync verb returns to JS this often, so that worker.terminate() and process.exit() are never
// held up
const SLICE_MS = 50;
const FIRST_SLICE_MS = 4; // SO_RCVTIMEO is looked up only when a wait outlasts this
const MAX_TIMER_MS = 0x7fffffff;

const closedError = (syscall: string) =>
  socketError(-EBADF, syscall, { hint: 'the socket is closed' });
const timeoutError = (syscall: string, ms: number) =>
  socketError(-ETIMEDOUT, syscall, { hint: `timed out after ${ms} ms` });

function queueOf(channel: Channel, direction: Direction): Waiter[] {
  return direction === READ ? channel.reads : channel.writes;
}

/** Whether a call may be made right now: the descriptor is open, and nothing is ahead. */
export function isFree(channel: Channel, direction: Direction): boolean {
  return channel.fd >= 0 && queueOf(channel, direction).length === 0;
}

/**
 * Tries the call at once where nothing is ahead of it (unless the caller has just `tried` it), else
 * waits for its turn and its event.
 */
export function submit<T>(
  channel: Channel,
  call: Call<T>,
  options: Lasting | undefined,
  timeoutMs: number | null,
  tried = false,
): Promise<T> {
  if (channel.fd < 0) return fairlyRefused(closedError(call.syscall));
  const signal = options?.signal;
  if (signal?.aborted) return fairlyRefused(explained(call, signal.reason));
  if (options?.left?.aborted) return Promise.reject(options.left.reason);
  const queue = queueOf(channel, call.direction);
  let yielded = false;
  if (queue.length === 0 && !tried) {
    try {
      const value = call.attempt();
      if (value === YIELD) yielded = true;
      else if (value !== undefined) return fairly(value);
    } catch (error) {
      return fairlyRefused(explained(call, error));
    }
  }
  const limit = options?.timeoutMs === undefined ? timeoutMs : options.timeoutMs;
  return new Promise<T>((resolve, reject) => {
    const pending = new Pending(
      channel,
      queue,
      call as Call<unknown>,
      resolve as (value: unknown) => void,
      reject,
    );
    pending.start(limit, signal, options?.left);
    if (yielded) channel.resume();
  });
}

/**
 * Waits for a state of the descriptor, beside the queues; the caller may have `tried` whether it
 * holds.
 */
export function watch<T>(
  channel: Channel,
  events: number,
  call: Call<T>,
  options: Lasting | undefined,
  timeoutMs: number | null,
  tried = false,
): Promise<T> {
  if (channel.fd < 0) return fairlyRefused(closedError(call.syscall));
  const signal = options?.signal;
  if (signal?.aborted) return fairlyRefused(signal.reason);
  if (options?.left?.aborted) return Promise.reject(options.left.reason);
  try {
    const value = tried ? undefined : call.attempt();
    if (value !== undefined) return fairly(value as T);
  } catch (error) {
    return fairlyRefused(error);
  }
  const limit = options?.timeoutMs === undefined ? timeoutMs : options.timeoutMs;
  return new Promise<T>((resolve, reject) => {
    const pending = new Pending(
      channel,
      channel.watchers,
      call as Call<unknown>,
      resolve as (value: unknown) => void,
      reject,
      events,
    );
    pending.start(limit, signal, options?.left);
  });
}

function explained<T>(call: Call<T>, error: unknown): unknown {
  return call.explain === undefined ? error : call.explain(error);
}

/** A call that waits: in a queue, perhaps under a deadline, perhaps abortable. */
class Pending implements Watcher {
  private timer: NodeJS.Timeout | undefined;
  private again: NodeJS.Timeout | undefined;
  private deaf: (() => void) | undefined;
  private unleft: (() => void) | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly queue: Waiter[],
    private readonly call: Call<unknown>,
    private readonly onValue: (value: unknown) => void,
    private readonly onError: (error: unknown) => void,
    readonly events = 0,
  ) {}

  start(
    timeoutMs: number | null,
    signal: AbortSignal | undefined,
    left: AbortSignal | undefined,
  ): void {
    if (timeoutMs !== null && timeoutMs > 0 && Number.isFinite(timeoutMs))
      this.limit(performance.now() + timeoutMs, timeoutMs);
    else if (timeoutMs === 0) this.limit(performance.now(), 0);
    if (signal !== undefined) this.deaf = onAbort(signal, () => this.leave(signal.reason));
    if (left !== undefined) this.unleft = onAbort(left, () => this.leave(left.reason));
    if (this.call.retryMs !== undefined)
      this.again = setInterval(() => this.tryAgain(), this.call.retryMs).unref();
    this.channel.wait(this.queue, this);
  }

  attempt(): unknown {
    return this.call.attempt();
  }

  resolve(value: unknown): void {
    this.end();
    this.onValue(value);
  }

  reject(error: unknown): void {
    this.end();
    const partial = this.call.partial?.();
    if (partial === undefined) this.onError(explained(this.call, error));
    else this.onValue(partial);
  }

  /**
   * Timers count in whole milliseconds and from the loop's clock: what fires early is set again, so
   * that no wait ends before its time. They never hold the loop: the wait does, unless its socket
   * is unref()ed.
   */
  private limit(deadline: number, timeoutMs: number): void {
    const left = deadline - performance.now();
    const sleep = Math.min(Math.max(Math.ceil(left), 0), MAX_TIMER_MS);
    this.timer = setTimeout(() => {
      if (deadline > performance.now()) this.limit(deadline, timeoutMs);
      else this.leave(timeoutError(this.call.syscall, timeoutMs));
    }, sleep).unref();
  }

  private tryAgain(): void {
    if (this.queue[0] === this) this.channel.retry(this.queue);
  }

  private leave(reason: unknown): void {
    if (this.channel.forget(this.queue, this)) this.reject(reason);
  }

  private end(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    if (this.again !== undefined) clearInterval(this.again);
    this.deaf?.();
    this.unleft?.();
  }
}

const pollfd = new Int32Array(3);
const nothing = new Int32Array(0);

/** poll(2) on one fd: what happened, 0 after `ms` milliseconds of nothing. */
export function pollOne(fd: number, events: number, ms: number): number {
  pollfd[0] = fd;
  pollfd[1] = events;
  pollfd[2] = 0;
  return native.poll(pollfd, ms) > 0 ? pollfd[2] : 0;
}

/** Blocks this thread and nothing else. */
function sleep(ms: number): void {
  native.poll(nothing, ms);
}

/**
 * Blocks this thread until the call succeeds, in slices. timeoutMs 0 never waits (EAGAIN), null
 * waits for ever.
 */
export function submitSync<T>(
  channel: Channel,
  call: Call<T>,
  timeoutMs: number | null,
  tried = false,
): T {
  if (channel.fd < 0) throw closedError(call.syscall);
  try {
    const value = tried ? undefined : persist(channel, call);
    if (value !== undefined) return value;
    if (timeoutMs === 0)
      throw socketError(-EAGAIN, call.syscall, {
        hint: 'a non-blocking socket: the call would have to wait',
      });
    return blockUntil(channel, call, timeoutMs);
  } catch (error) {
    const partial = call.partial?.();
    if (partial !== undefined) return partial;
    throw explained(call, error);
  }
}

/** A blocking call has nobody to yield to; what was to be sent before it goes first. */
function persist<T>(channel: Channel, call: Call<T>): T | undefined {
  if (call.direction === WRITE && channel.writes.length > 0) {
    channel.retry(channel.writes);
    if (channel.writes.length > 0) return undefined;
  }
  for (;;) {
    const value = call.attempt();
    if (value !== YIELD) return value;
  }
}

function blockUntil<T>(channel: Channel, call: Call<T>, timeoutMs: number | null): T {
  const events = call.direction === READ ? POLLIN : POLLOUT;
  const start = performance.now();
  const deadline = timeoutMs === null ? Infinity : start + timeoutMs;
  let kernelDeadline: number | undefined; // SO_RCVTIMEO or SO_SNDTIMEO, once known
  let slice = call.retryMs ?? FIRST_SLICE_MS;
  // milliseconds to sleep where poll() says ready and the call says EAGAIN: an undrained error
  // queue, a full unix datagram queue
  let idle = 0;
  for (;;) {
    const now = performance.now();
    if (now >= deadline) throw timeoutError(call.syscall, timeoutMs as number);
    if (kernelDeadline !== undefined && now >= kernelDeadline) {
      throw socketError(call.syscall === 'connect' ? -EINPROGRESS : -EAGAIN, call.syscall, {
        hint: `${call.direction === READ ? 'SO_RCVTIMEO' : 'SO_SNDTIMEO'} expired`,
      });
    }
    const left = Math.min(deadline, kernelDeadline ?? Infinity) - now;
    const woken = pollOne(channel.fd, events, Math.ceil(Math.min(slice, left)));
    if (woken !== 0 || call.retryMs !== undefined) {
      const value = persist(channel, call);
      if (value !== undefined) return value;
      if (woken !== 0) {
        idle = Math.min(idle + 1, 10);
        sleep(Math.ceil(Math.min(idle, left)));
      }
    }
    if (kernelDeadline === undefined && performance.now() - start >= FIRST_SLICE_MS) {
      kernelDeadline = start + kernelTimeoutMs(channel.fd, call.direction);
      slice = call.retryMs ?? SLICE_MS;
    }
  }
}

const timeval = new Uint8Array(16);
const timevalView = new DataView(timeval.buffer);

/** SO_RCVTIMEO or SO_SNDTIMEO as milliseconds; Infinity where none is set. */
function kernelTimeoutMs(fd: number, direction: Direction): number {
  const length = native.getsockopt(
    fd,
    SOL_SOCKET,
    direction === READ ? SO_RCVTIMEO : SO_SNDTIMEO,
    timeval,
    timeval.length,
  );
  if (length !== timeval.length) return Infinity;
  const ms =
    Number(timevalView.getBigInt64(0, true)) * 1000 +
    Number(timevalView.getBigInt64(8, true)) / 1000;
  return ms > 0 ? ms : Infinity;
}
