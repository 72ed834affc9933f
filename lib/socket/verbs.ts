// The three verbs of every call: promise (waits in the event loop), sync (blocks this thread),
// attempt (never waits). They try before they wait, and allocate nothing until they must.

import { EPOLLERR, MSG_ERRQUEUE } from '../constants';
import {
  block,
  closedError,
  Deadline,
  type Direction,
  fairly,
  fairlyRejected,
  type Operation,
  queueOf,
  READ,
  WRITE,
  waitForState,
  waitInQueue,
} from '../wait';
import { checkOptions, flagsOf, type IoOptions, Pinned } from './arguments';
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
  /** Milliseconds between attempts where no event says that another one is worth while. */
  readonly retryMs: ((state: State) => number | undefined) | undefined;
}

export const ALWAYS = -1;

type Details<T, Args extends unknown[]> = Partial<
  Pick<Call<T, Args>, 'start' | 'startFlags' | 'keep' | 'retryMs'>
>;

/** A call of one step that waits for data to receive. */
export function receiving<T, Args extends unknown[]>(
  syscall: string,
  attempt: Call<T, Args>['attempt'],
  { start, startFlags = 0, keep, retryMs }: Details<T, Args> = {},
): Call<T, Args> {
  return { syscall, direction: READ, attempt, start, startFlags, keep, retryMs };
}

/** A call of one step that waits for space in the send buffer. */
export function sending<T, Args extends unknown[]>(
  syscall: string,
  attempt: Call<T, Args>['attempt'],
  { start, startFlags = 0, keep, retryMs }: Details<T, Args> = {},
): Call<T, Args> {
  return { syscall, direction: WRITE, attempt, start, startFlags, keep, retryMs };
}

/** A call of several steps. */
export function stepwise<T, Args extends unknown[]>(
  syscall: string,
  start: (state: State, flags: number, ...args: Args) => Operation<T>,
): Call<T, Args> {
  const attempt = (state: State, flags: number, ...args: Args) => {
    const value = start(state, flags, ...args).attempt();
    return typeof value === 'symbol' ? undefined : value;
  };
  return {
    syscall,
    direction: WRITE,
    attempt,
    start,
    startFlags: ALWAYS,
    keep: undefined,
    retryMs: undefined,
  };
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
    const { channel } = state;
    let tried = false;
    if (
      o === undefined &&
      call.startFlags !== ALWAYS &&
      channel.fd >= 0 &&
      queueOf(channel, call.direction).length === 0
    ) {
      const value = call.attempt(state, 0, a, b, c);
      if (value !== undefined) return fairly(value);
      tried = true;
    }
    return wait(state, call, o, tried, a, b, c);
  } catch (error) {
    if (error instanceof HostName) return lookUp(error, state, call, o, a, b, c);
    return fairlyRejected(error);
  }
}

function wait(
  state: State,
  call: AnyCall,
  o: number | IoOptions | undefined,
  tried: boolean,
  a: unknown,
  b: unknown,
  c: unknown,
): Promise<unknown> {
  const options = checkOptions(o, call.syscall);
  const flags = flagsOf(typeof o === 'number' ? o : o?.flags, `${call.syscall}: flags`);
  const operation = operationOf(state, call, flags, a, b, c);
  const { channel, promiseTimeoutMs } = state;
  // the error queue has no order to keep: who waits for it is in nobody's way
  if (call.direction === READ && flags & MSG_ERRQUEUE)
    return waitForState(channel, EPOLLERR, operation, options, promiseTimeoutMs, tried);
  return waitInQueue(channel, operation, options, promiseTimeoutMs, tried);
}

/** Looks the host name up and makes the call, under one deadline. */
function lookUp(
  name: HostName,
  state: State,
  call: AnyCall,
  o: number | IoOptions | undefined,
  a: unknown,
  b: unknown,
  c: unknown,
): Promise<unknown> {
  if (state.channel.fd < 0) return fairlyRejected(closedError(call.syscall));
  const options = typeof o === 'number' ? undefined : o;
  const deadline = new Deadline(options, state.promiseTimeoutMs);
  const proceed = (to: Target) => {
    const rest = { ...options, ...deadline.rest(), flags: typeof o === 'number' ? o : o?.flags };
    const [d, e, f] = [a, b, c].map((argument) => name.replace(argument, to));
    return promise(state, call, rest, d, e, f);
  };
  return deadline.wait(name.lookup(), call.syscall).then(proceed);
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
    const { channel } = state;
    const bits = flags === undefined ? 0 : flagsOf(flags, `${call.syscall}: flags`);
    let tried = false;
    if (
      call.startFlags !== ALWAYS &&
      (bits & call.startFlags) === 0 &&
      channel.fd >= 0 &&
      (call.direction === READ || channel.writes.length === 0)
    ) {
      const value = call.attempt(state, bits, a, b, c);
      if (value !== undefined) return value;
      tried = true;
    }
    const operation = operationOf(state, call, bits, a, b, c);
    return block(channel, operation, state.timeoutMs, tried);
  } catch (error) {
    if (!(error instanceof HostName)) throw error;
    openFd(state, call.syscall);
    const to = error.lookupSync();
    const [d, e, f] = [a, b, c].map((argument) => error.replace(argument, to));
    return sync(state, call, flags, d, e, f);
  }
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
  const bits = flags === undefined ? 0 : flagsOf(flags, `${call.syscall}: flags`);
  if (call.direction === WRITE && channel.writes.length > 0) return null;
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
  readonly #state: State;
  readonly #call: AnyCall;
  readonly #flags: number;
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
  }

  get syscall(): string {
    return this.#call.syscall;
  }

  get direction(): Direction {
    return this.#call.direction;
  }

  attempt(): unknown {
    return this.#call.attempt(this.#state, this.#flags, this.#memory.bytes, this.#b, this.#c);
  }
}
