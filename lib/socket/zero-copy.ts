// MSG_ZEROCOPY: the kernel reads the memory of a send until its completion comes back, so that long
// it is held here.
import { MSG_ERRQUEUE, SO_LINGER, SO_ZEROCOPY, SOL_SOCKET } from '../constants';
import { native } from '../native';
import type { Channel } from '../wait';
import { receiveMessage } from './calls/message';
import { ErrorQueue } from './error-queue';
import { memoryFor } from './memory';
import type { State } from './state';

const DATA_MAX = 65536; // bytes of the packet that an error is about
// bytes of control data: an extended error, its offender, timestamps, all that enable() turns on
const CONTROL_MAX = 512;
const CLOSE_MS = 10_000; // how long close() waits for completions
const RESET = new Uint8Array(new Int32Array([1, 0]).buffer); // struct linger: on, 0 seconds

/** The kernel's error queue of a socket; zero-copy completions are used and passed on. */
export function newErrorQueue(state: State): ErrorQueue {
  return new ErrorQueue(() => {
    const memory = memoryFor(DATA_MAX);
    const control = new Uint8Array(CONTROL_MAX);
    const message = receiveMessage(state, [memory], control, MSG_ERRQUEUE, false);
    const error = message?.error;
    if (error?.origin === 'zerocopy') state.zeroCopy?.completed(error.info, error.data);
    return message;
  });
}

/**
 * The memory of sends whose completions are outstanding. Completions name a range of ids: 32-bit
 * numbers of the calls that sent bytes with MSG_ZEROCOPY, counted by the kernel for each socket.
 */
export class ZeroCopy {
  /** Where completions are kept for errors() and recvmsg(MSG_ERRQUEUE). */
  queue: ErrorQueue;
  /** whether there was any such send: only then the error queue is read here */
  used = false;
  #channel: Channel;
  /** those over the same kernel socket: dup() */
  #states: WeakRef<State>[];
  /** the id of the next call; undefined where others may have sent before: the first one says */
  #next: number | undefined;
  readonly #held = new Map<number, unknown>();
  /** the memory of calls whose ids are not known yet, in call order */
  readonly #unnumbered: unknown[] = [];
  #onIdle: (() => void) | undefined;

  constructor(state: State) {
    this.#channel = state.channel;
    this.#states = [new WeakRef(state)];
    this.#next = state.isNew ? 0 : undefined;
    this.queue = state.errorQueue ?? newErrorQueue(state);
  }

  get outstanding(): number {
    return this.#held.size + this.#unnumbered.length;
  }

  /** Another State of the same kernel socket, which counts calls and completions for all. */
  join(state: State): void {
    this.#states.push(new WeakRef(state));
  }

  /** `state` is closed: whether another one is left, which completions are read from. */
  leave(state: State): boolean {
    this.#states = this.#states.filter((ref) => ref.deref() !== undefined && ref.deref() !== state);
    const next = this.#states[0]?.deref();
    if (next === undefined) return false;
    this.#channel = next.channel;
    this.queue = newErrorQueue(next);
    if (this.outstanding > 0) this.#watch();
    return true;
  }

  /** A call sent bytes of this memory. */
  hold(memory: unknown): void {
    this.used = true;
    if (this.#next === undefined) this.#unnumbered.push(memory);
    else {
      this.#held.set(this.#next, memory);
      this.#next = (this.#next + 1) >>> 0;
    }
    this.#watch();
  }

  /** A completion came: of the calls `first` to `last`. */
  completed(first: number, last: number): void {
    if (this.#next === undefined) {
      this.#next = this.#unnumbered.length > 0 ? first : (last + 1) >>> 0;
      for (const memory of this.#unnumbered.splice(0)) this.hold(memory);
    }
    const count = ((last - first) >>> 0) + 1;
    if (count > this.#held.size) {
      for (const id of [...this.#held.keys()])
        if ((id - first) >>> 0 < count) this.#held.delete(id);
    } else for (let i = 0; i < count; i++) this.#held.delete((first + i) >>> 0);
    if (this.outstanding > 0) return;
    this.#channel.onError = undefined;
    this.#onIdle?.();
  }

  /**
   * Resolves once nothing is outstanding, or the time is up: then the connection is reset. `state`
   * has the descriptor from now on.
   */
  async close(state: State): Promise<void> {
    this.#channel = state.channel;
    state.zeroCopy = this;
    this.queue = newErrorQueue(state);
    const idle = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        native.setsockopt(state.channel.fd, SOL_SOCKET, SO_LINGER, RESET, RESET.length);
        resolve();
      }, CLOSE_MS);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#watch();
    this.#read();
    await idle;
    this.#channel.onError = undefined;
  }

  #watch(): void {
    this.#channel.onError ??= () => this.#read();
    this.#channel.watchErrors();
  }

  #read(): void {
    while (this.queue.drain());
  }
}

/**
 * Before a send with MSG_ZEROCOPY: on a descriptor from elsewhere, the completions that are queued
 * are of earlier calls, and say which id is next.
 */
export function beforeZeroCopy(state: State): void {
  if (state.isNew || state.zeroCopy !== undefined) return;
  if (native.getsockopt_int(state.channel.fd, SOL_SOCKET, SO_ZEROCOPY) !== 1) return;
  state.zeroCopy = new ZeroCopy(state);
  state.zeroCopy.used = true;
  while (state.zeroCopy.queue.drain());
}

/** Holds the memory of a send that was made with MSG_ZEROCOPY, where the kernel reports its end. */
export function holdMemory(state: State, memory: unknown): void {
  const { fd } = state.channel;
  if (native.getsockopt_int(fd, SOL_SOCKET, SO_ZEROCOPY) !== 1) return; // an ordinary send
  state.zeroCopy ??= new ZeroCopy(state);
  state.zeroCopy.hold(memory);
}
