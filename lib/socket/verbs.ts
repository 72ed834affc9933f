// The three verbs of every call: promise (waits in the event loop), sync (blocks this thread),
// attempt (never waits). They try before they wait, and allocate nothing until they must.

import {
  EPOLLERR,
  EPOLLPRI,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_FASTOPEN,
  MSG_OOB,
  POLLPRI,
} from '../constants';
import { isErrno } from '../errors';
import {
  attemptNow,
  block,
  closedError,
  Deadline,
  type Direction,
  fairly,
  fairlyRejected,
  type IteratorOptions,
  type Operation,
  READ,
  WRITE,
  waitForState,
  waitInQueue,
} from '../wait';
import { checkOptions, flagsOf, IO_OPTIONS, type IoOptions, Pinned } from './arguments';
import { openFd, type State } from './state';
import { HostName, type Target } from './target';

/** The arguments of a call that waits. */
type Kept = readonly [a?: unknown, b?: unknown, c?: unknown];

/** A system call: what one attempt does, and how it is prepared for several. */
export interface Call<T, Args extends unknown[]> {
  /** for errors */
  readonly syscall: string;
  readonly direction: Direction;
  /** Makes the system call once: undefined where it would wait. */
  readonly attempt: (state: State, flags: number, ...args: Args) => T | undefined;
  /**
   * An operation of several steps that keeps its progress, where one attempt is not all of the call;
   * undefined where, with these flags, it is.
   */
  readonly start:
    | ((state: State, flags: number, ...args: Args) => Operation<T> | undefined)
    | undefined;
  /** The MSG_* flags with which there is an operation of several steps; ALWAYS: with any. */
  readonly startFlags: number;
  /** The arguments as they are kept while the call waits: encoded, checked. */
  readonly keep: ((state: State, ...args: Args) => Kept) | undefined;
  /** The result where the socket is shut down for reading: see Operation. */
  readonly end: ((state: State, ...args: Args) => T) | undefined;
  /** Milliseconds between attempts where no event says that another one is worth while. */
  readonly retryMs: ((state: State) => number | undefined) | undefined;
  /** The names of its options. */
  readonly options: readonly string[];
}

export const ALWAYS = -1;

type Details<T, Args extends unknown[]> = Partial<
  Pick<Call<T, Args>, 'start' | 'startFlags' | 'keep' | 'end' | 'retryMs' | 'options'>
>;

/** A call that waits for data to receive. */
export const receiving = <T, Args extends unknown[]>(
  syscall: string,
  attempt: Call<T, Args>['attempt'],
  details: Details<T, Args> = {},
): Call<T, Args> => makeCall(syscall, READ, attempt, details);

/** A call that waits for space in the send buffer. */
export const sending = <T, Args extends unknown[]>(
  syscall: string,
  attempt: Call<T, Args>['attempt'],
  details: Details<T, Args> = {},
): Call<T, Args> => makeCall(syscall, WRITE, attempt, details);

/** A sending call of several steps, whatever its flags. */
export function stepwise<T, Args extends unknown[]>(
  syscall: string,
  start: (state: State, flags: number, ...args: Args) => Operation<T>,
  options: readonly string[] = IO_OPTIONS,
): Call<T, Args> {
  const attempt: Call<T, Args>['attempt'] = (state, flags, ...args) => {
    const value = start(state, flags, ...args).attempt();
    return typeof value === 'symbol' ? undefined : value;
  };
  return makeCall(syscall, WRITE, attempt, { start, startFlags: ALWAYS, options });
}

/** All calls have the same shape, so that the verbs read them fast. */
function makeCall<T, Args extends unknown[]>(
  syscall: string,
  direction: Direction,
  attempt: Call<T, Args>['attempt'],
  { start, startFlags = 0, keep, end, retryMs, options = IO_OPTIONS }: Details<T, Args>,
): Call<T, Args> {
  return { syscall, direction, attempt, start, startFlags, keep, end, retryMs, options };
}

// biome-ignore lint/suspicious/noExplicitAny: calls of any arguments and result
type AnyCall = Call<any, any[]>;

/** The promise: resolved by the first attempt where nothing waits before it. Never throws. */
export function promise<T, Args extends unknown[]>(
  state: State,
  call: Call<T, Args>,
  o: number | IoOptions | undefined,
  ...args: Args
): Promise<T>;
export function promise(
  state: State,
  call: AnyCall,
  o: number | IoOptions | undefined,
  a?: unknown,
  b?: unknown,
  c?: unknown,
): Promise<unknown> {
  try {
    const options = typeof o === 'object' ? checkOptions(o, call.syscall, call.options) : undefined;
    const flags =
      o === undefined ? 0 : flagsOf(options === undefined ? o : options.flags, call.syscall);
    const aborted = options !== undefined && (options.signal?.aborted || options.left?.aborted);
    let tried = false;
    if (!aborted && isSingle(call, flags) && mayAttempt(state, call, flags)) {
      const value = call.attempt(state, flags, a, b, c);
      if (value !== undefined) return fairly(value);
      tried = true;
    }
    return wait(state, operationOf(state, call, flags, a, b, c), flags, options, tried);
  } catch (error) {
    if (error instanceof HostName) return lookUp(error, state, call, o, a, b, c);
    return fairlyRejected(error);
  }
}

/** Receives with these flags have no place in the queue of those that wait for data. */
const BESIDE_THE_QUEUE = MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB;

/** Whether a call is one attempt until it succeeds. */
function isSingle(call: AnyCall, flags: number): boolean {
  const steps = call.direction === WRITE ? call.startFlags | MSG_FASTOPEN : call.startFlags;
  return call.startFlags !== ALWAYS && (flags & steps) === 0;
}

/** Whether the call may be made now: the socket is open, and nothing waits before it. */
function mayAttempt({ channel }: State, call: AnyCall, flags: number): boolean {
  if (channel.fd < 0) return false;
  return call.direction === READ
    ? channel.reads.length === 0 || (flags & BESIDE_THE_QUEUE) !== 0
    : channel.writes.length === 0 || (flags & MSG_DONTWAIT) !== 0;
}

function wait(
  state: State,
  operation: Operation<unknown>,
  flags: number,
  options: IteratorOptions | undefined,
  tried: boolean,
): Promise<unknown> {
  const { channel, promiseTimeoutMs } = state;
  if (flags & MSG_DONTWAIT && channel.fd >= 0) return fairly(attemptNow(operation));
  if (operation.direction === READ && flags & MSG_ERRQUEUE && state.hasErrorQueue)
    return waitForState(channel, EPOLLERR, operation, options, promiseTimeoutMs, tried);
  if (operation.direction === READ && flags & MSG_OOB)
    return waitForState(channel, EPOLLPRI, operation, options, promiseTimeoutMs, tried);
  return waitInQueue(channel, operation, options, promiseTimeoutMs, tried);
}

/**
 * Looks the host name up and makes the call, under one deadline. A look-up cannot be stopped: where
 * the wait ends early it runs on alone, and its result is dropped.
 */
function lookUp(
  name: HostName,
  state: State,
  call: AnyCall,
  o: number | IoOptions | undefined,
  a: unknown,
  b: unknown,
  c: unknown,
): Promise<unknown> {
  const { channel, promiseTimeoutMs } = state;
  const options = typeof o === 'number' ? undefined : o;
  const deadline = new Deadline(options, promiseTimeoutMs);
  let outcome: (() => Target) | undefined;
  const settle = (next: () => Target) => {
    outcome = next;
    channel.wakeWatchers();
  };
  const found = {
    syscall: call.syscall,
    direction: READ,
    attempt: () => outcome?.(),
  } as const;
  const proceed = (to: Target) => {
    const rest = { ...options, ...deadline.rest(), flags: typeof o === 'number' ? o : o?.flags };
    const [d, e, f] = [a, b, c].map((argument) => name.replace(argument, to));
    return promise(state, call, rest, d, e, f);
  };
  const waited = waitForState(channel, 0, found, options, promiseTimeoutMs).then(proceed);
  if (channel.fd >= 0)
    name.lookup().then(
      (to) => settle(() => to),
      (error) =>
        settle(() => {
          throw error;
        }),
    );
  return waited;
}

/** The value, blocking this thread until it is there. */
export function sync<T, Args extends unknown[]>(
  state: State,
  call: Call<T, Args>,
  flags: number | undefined,
  ...args: Args
): T;
export function sync(
  state: State,
  call: AnyCall,
  flags: number | undefined,
  a?: unknown,
  b?: unknown,
  c?: unknown,
): unknown {
  try {
    const bits = flags === undefined ? 0 : flagsOf(flags, call.syscall);
    let tried = false;
    if (isSingle(call, bits) && state.channel.fd >= 0 && isNext(state, call, bits)) {
      const value = call.attempt(state, bits, a, b, c);
      if (value !== undefined) return value;
      tried = true;
    }
    const operation = operationOf(state, call, bits, a, b, c);
    if (bits & MSG_DONTWAIT && state.channel.fd >= 0) return attemptNow(operation);
    return block(state.channel, operation, state.timeoutMs, tried);
  } catch (error) {
    if (!(error instanceof HostName)) throw error;
    openFd(state, call.syscall);
    const to = error.lookupSync();
    const [d, e, f] = [a, b, c].map((argument) => error.replace(argument, to));
    return sync(state, call, flags, d, e, f);
  }
}

/** A Sync receive goes before promises that wait; a send after what was to be sent before it. */
function isNext({ channel }: State, call: AnyCall, flags: number): boolean {
  return call.direction === READ || channel.writes.length === 0 || (flags & MSG_DONTWAIT) !== 0;
}

/**
 * One attempt that never waits: null where C returns EAGAIN, and where sends that were made before
 * it still wait.
 */
export function attempt<T, Args extends unknown[]>(
  state: State,
  call: Call<T, Args>,
  flags: number | undefined,
  ...args: Args
): T | null;
export function attempt(
  state: State,
  call: AnyCall,
  flags: number | undefined,
  a?: unknown,
  b?: unknown,
  c?: unknown,
): unknown {
  const { channel } = state;
  if (channel.fd < 0) throw closedError(call.syscall);
  const bits = flags === undefined ? 0 : flagsOf(flags, call.syscall);
  if (!isNext(state, call, bits)) return null;
  try {
    return call.attempt(state, bits, a, b, c) ?? null;
  } catch (error) {
    if (error instanceof HostName) throw error.refused(call.syscall);
    throw error;
  }
}

function operationOf(
  state: State,
  call: AnyCall,
  flags: number,
  a: unknown,
  b: unknown,
  c: unknown,
): Operation<unknown> {
  const started =
    call.startFlags === ALWAYS || (flags & call.startFlags) !== 0
      ? call.start?.(state, flags, a, b, c)
      : undefined;
  if (started !== undefined) return started;
  const [d, e, f] = call.keep === undefined ? [a, b, c] : call.keep(state, a, b, c);
  return new Waiting(state, call, flags, d, e, f);
}

/** A call of one step that waits, with its arguments. */
class Waiting implements Operation<unknown> {
  readonly retryMs: number | undefined;
  readonly end: (() => unknown) | undefined;
  readonly #state: State;
  readonly #call: AnyCall;
  #flags: number;
  readonly #memory: Pinned;
  readonly #b: unknown;
  readonly #c: unknown;

  constructor(state: State, call: AnyCall, flags: number, a: unknown, b: unknown, c: unknown) {
    this.#state = state;
    this.#call = call;
    this.#flags = flags;
    this.#memory = new Pinned(a, call.syscall);
    this.#b = b;
    this.#c = c;
    this.retryMs = call.retryMs?.(state);
    if (call.end !== undefined && (flags & (MSG_ERRQUEUE | MSG_OOB)) === 0)
      this.end = () => call.end?.(state, a, b, c);
  }

  get pollEvents(): number | undefined {
    return this.direction === READ && this.#flags & MSG_OOB ? POLLPRI : undefined;
  }

  get syscall(): string {
    return this.#call.syscall;
  }

  get direction(): Direction {
    return this.#call.direction;
  }

  attempt(): unknown {
    const { bytes } = this.#memory;
    try {
      return this.#call.attempt(this.#state, this.#flags, bytes, this.#b, this.#c);
    } catch (error) {
      if (!isConnecting(error, this.#flags)) throw error;
      this.#flags &= ~MSG_FASTOPEN;
      return undefined;
    }
  }
}

/**
 * Whether a send with MSG_FASTOPEN has begun to connect and sent nothing, since no cookie of the
 * server is known: the data is sent without the flag once it is connected.
 */
export const isConnecting = (error: unknown, flags: number): boolean =>
  (flags & MSG_FASTOPEN) !== 0 && isErrno(error, 'EINPROGRESS');
