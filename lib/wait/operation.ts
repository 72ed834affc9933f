// What waits: a system call that may have to be made several times.
import { EBADF, ETIMEDOUT } from '../constants';
import { type SocketError, socketError } from '../errors';
import type { YIELD } from './channel';

/** How long a call may wait. */
export interface WaitOptions {
  /** Aborting it rejects with its reason. */
  signal?: AbortSignal;
  /** milliseconds; null waits for ever; left out, the timeout of the socket holds */
  timeoutMs?: number | null;
}

/** How an iterator waits: `left` aborts where nobody wants the result any more. */
export interface IteratorOptions extends WaitOptions {
  readonly left?: AbortSignal;
}

/** The options of the calls that an iterator makes; they are checked when it is made. */
export class Iteration implements IteratorOptions {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | null | undefined;
  readonly left: AbortSignal;

  constructor({ signal, timeoutMs }: IteratorOptions, left: AbortSignal) {
    this.signal = signal;
    this.timeoutMs = timeoutMs;
    this.left = left;
  }
}

export const READ = 0;
export const WRITE = 1;
export type Direction = typeof READ | typeof WRITE;

export interface Operation<T> {
  /** for errors */
  readonly syscall: string;
  readonly direction: Direction;
  /**
   * Makes the system call: undefined where it would wait, YIELD where it goes on in the next
   * iteration of the event loop; throws what the kernel refuses.
   */
  attempt(): T | undefined | typeof YIELD;
  /** What poll(2) is asked for by a Sync verb: POLLIN or POLLOUT if not given. */
  readonly pollEvents?: number;
  /**
   * The result where the descriptor was shut down for reading and nothing is queued: a blocking
   * recv(2) then returns 0, a non-blocking one EAGAIN.
   */
  end?(): T | undefined;
  /** Completes an error: `sendall` adds bytesSent. */
  explain?(error: unknown): unknown;
  /**
   * What has come when the wait ends early: the result instead of the error, so that no byte is
   * lost.
   */
  partial?(): T | undefined;
  /**
   * Milliseconds between attempts where no event says that another one is worth while (a full unix
   * backlog or datagram queue).
   */
  readonly retryMs?: number;
}

export function explained<T>(operation: Operation<T>, error: unknown): unknown {
  return operation.explain === undefined ? error : operation.explain(error);
}

/** EBADF, for a call on a socket that is closed. */
export const closedError = (syscall: string, hint = 'the socket is closed'): SocketError =>
  socketError(-EBADF, syscall, { hint });

/** ETIMEDOUT, for a deadline of ours. */
export const timeoutError = (syscall: string, timeoutMs: number): SocketError =>
  socketError(-ETIMEDOUT, syscall, { hint: `no result within ${timeoutMs} ms`, timedOut: true });

const MAX_TIMER_MS = 0x7fffffff;

/** A setTimeout for what is left until `deadline` (performance.now() ms): whole ms, rounded up. */
export function timerUntil(deadline: number, expired: () => void): NodeJS.Timeout {
  const left = deadline - performance.now();
  return setTimeout(expired, Math.min(Math.max(Math.ceil(left), 0), MAX_TIMER_MS));
}
