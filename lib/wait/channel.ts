// A descriptor and what waits on it: a queue a direction, and watchers of its state, served by
// edge-triggered events.
import {
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  EPOLLRDHUP,
  POLLRDHUP,
} from '../constants';
import { Ownership } from '../descriptors';
import { socketError } from '../errors';
import { newIteration } from './fairness';
import { pollOne } from './poll';
import {
  holdLoop,
  openPoller,
  type Registered,
  register,
  releaseLoop,
  setEvents,
  unregister,
} from './poller';

const READABLE = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
const WRITABLE = EPOLLOUT | EPOLLHUP | EPOLLERR;
const RESULTS_PER_ITERATION = 256; // that a queue settles before the event loop runs
const SPURIOUS_LIMIT = 2; // events that nobody waits for, in a row, before the registration shrinks

/**
 * What an attempt returns that stops although the kernel would take more: it continues in the next
 * iteration of the event loop, at the head of its queue.
 */
export const YIELD = Symbol('yield');

/** A call in a queue. */
export interface Waiter {
  /** Makes the system call again: undefined where it would still wait; throws its failure. */
  attempt(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** The descriptor is gone (closed, detached), for the reason given. */
  closed(reason: string): void;
}

/** Waits for a state rather than for data: it holds no place in a queue. */
export interface Watcher extends Waiter {
  /** EPOLL* bits */
  readonly events: number;
}

/** The Channels of this environment by descriptor. */
const channels = new Map<number, Channel>();

export function channelOf(fd: number): Channel | undefined {
  return channels.get(fd);
}

/** It holds no reference to the Socket above it, so that an idle socket can be collected. */
export class Channel implements Registered {
  /** -1 once closed or given away */
  fd: number;
  readonly reads: Waiter[] = [];
  readonly writes: Waiter[] = [];
  readonly watchers: Watcher[] = [];
  /** called once, when the descriptor is closed or given away */
  onRelease: (() => void) | undefined;
  #token = 0;
  #mask = 0;
  #spurious = 0;
  #resuming = false;
  #referenced = true;
  /** whether an event said so, since the registration: poll(2) knows whether it still holds */
  #mayBeShutDown = false;

  /** called when the error queue may have something; it holds no loop */
  onError: (() => void) | undefined;
  readonly #ownership: Ownership;

  /** `fd` is owned by this environment. */
  constructor(fd: number) {
    openPoller();
    // the kernel has given the number out again: who had it before was closed elsewhere
    channels.get(fd)?.close('the descriptor was closed elsewhere');
    this.fd = fd;
    this.#ownership = new Ownership(fd, 'Socket');
    channels.set(fd, this);
  }

  /** close(2): 0, or -EBADF where the descriptor was closed elsewhere. Waiters are rejected. */
  close(reason: string): number {
    this.#end(reason);
    return this.#ownership.close();
  }

  /** Gives the descriptor away, open: its number. Waiters are rejected. */
  giveAway(reason: string): number {
    const { fd } = this;
    this.#end(reason);
    this.#ownership.release();
    return fd;
  }

  /** Leaves the descriptor, open, to another Channel: its number. Waiters are rejected. */
  leave(reason: string): number {
    const { fd } = this;
    this.#end(reason);
    this.#ownership.leave();
    return fd;
  }

  /** Has onError called from now on. */
  watchErrors(): void {
    this.#arm(this.#mask | EPOLLERR);
  }

  /** Puts the descriptor in transit to another thread: its ticket, or -errno. */
  transfer(reason: string): number {
    this.#end(reason);
    return this.#ownership.transfer();
  }

  /** Queues a waiter and makes sure that an event will wake it. */
  wait(queue: Waiter[], waiter: Waiter): void {
    queue.push(waiter);
    if (this.#referenced) holdLoop();
    this.#arm(this.#mask | this.#wanted());
  }

  /**
   * Takes a waiter out before its event: deadline, abort. False where it is gone already. Events are
   * edge-triggered and this one may have used the last, so that whoever is next is tried.
   */
  leaveQueue(queue: Waiter[], waiter: Waiter): boolean {
    const first = queue[0] === waiter;
    if (!this.#remove(queue, waiter)) return false;
    if (first && queue.length > 0 && queue !== this.watchers) this.resume();
    return true;
  }

  #remove(queue: Waiter[], waiter: Waiter): boolean {
    if (queue[0] === waiter) queue.shift();
    else {
      const at = queue.indexOf(waiter);
      if (at < 0) return false;
      queue.splice(at, 1);
    }
    if (this.#referenced) releaseLoop();
    return true;
  }

  /** Whether the socket is shut down for reading (POLLRDHUP). */
  isShutDown(): boolean {
    if (!this.#mayBeShutDown) return false;
    this.#mayBeShutDown = (pollOne(this.fd, POLLRDHUP, 0) & POLLRDHUP) !== 0;
    return this.#mayBeShutDown;
  }

  /** shutdown(2) was called: what waits is tried. */
  wasShutDown(): void {
    this.#mayBeShutDown = true;
    if (this.reads.length + this.writes.length + this.watchers.length > 0) this.resume();
  }

  /** Whether its waiters hold the event loop. */
  setReferenced(on: boolean): void {
    if (on === this.#referenced) return;
    this.#referenced = on;
    const waiting = this.reads.length + this.writes.length + this.watchers.length;
    for (let i = 0; i < waiting; i++) on ? holdLoop() : releaseLoop();
  }

  /** Takes the descriptor out of the epoll and rejects all waiters. */
  #end(reason: string): void {
    const { fd } = this;
    this.#disarm();
    if (channels.get(fd) === this) channels.delete(fd);
    this.onRelease?.();
    this.fd = -1;
    for (const queue of [this.reads, this.writes, this.watchers]) {
      for (const waiter of queue.splice(0)) {
        if (this.#referenced) releaseLoop();
        waiter.closed(reason);
      }
    }
  }

  /**
   * Tries the waiters that these events concern. Edge-triggered: whoever gets EAGAIN waits for the
   * next edge, and nothing spins.
   */
  onEvents(revents: number): void {
    if (this.fd < 0) return;
    if (revents & EPOLLRDHUP) this.#mayBeShutDown = true;
    if (revents & EPOLLERR) this.onError?.();
    const unwanted = this.#unwanted(revents);
    if (this.watchers.length > 0) this.#watch();
    if (!this.#resuming) {
      // else both are tried in this iteration anyway, and only once
      if (revents & READABLE) this.#drain(this.reads);
      if (revents & WRITABLE) this.#drain(this.writes);
    }
    this.#spurious = unwanted ? this.#spurious + 1 : 0;
    if (this.#spurious >= SPURIOUS_LIMIT) this.#shrink();
  }

  /** Tries the head of a queue, as after an event. */
  retry(queue: Waiter[]): void {
    if (this.fd >= 0) this.#drain(queue);
  }

  /** Something changed that the watchers may have missed: they are tried in the next iteration. */
  wakeWatchers(): void {
    if (this.watchers.length > 0) this.resume();
  }

  /** Tries all that waits in the next iteration: no further edge comes for what is there now. */
  resume(): void {
    if (this.#resuming) return;
    this.#resuming = true;
    setImmediate(() => {
      this.#resuming = false;
      newIteration();
      if (this.fd < 0) return;
      if (this.watchers.length > 0) this.#watch();
      this.#drain(this.reads);
      this.#drain(this.writes);
    });
  }

  #unwanted(revents: number): boolean {
    const read = (revents & READABLE) !== 0 && this.reads.length > 0;
    const write = (revents & WRITABLE) !== 0 && this.writes.length > 0;
    return !read && !write && this.watchers.length === 0 && this.onError === undefined;
  }

  #wanted(): number {
    let mask = this.reads.length > 0 ? EPOLLIN | EPOLLRDHUP : 0;
    if (this.writes.length > 0) mask |= EPOLLOUT;
    for (const watcher of this.watchers) mask |= watcher.events;
    return this.onError === undefined ? mask : mask | EPOLLERR;
  }

  /** Events keep coming that nobody waits for: only those that are waited for stay registered. */
  #shrink(): void {
    this.#spurious = 0;
    const wanted = this.#wanted();
    if (wanted === 0) this.#disarm();
    else if (wanted !== this.#mask) this.#arm(wanted);
  }

  #arm(mask: number): void {
    if (mask === this.#mask) return;
    if (this.#token === 0) this.#token = register(this);
    const result = setEvents(this.fd, mask, this.#token);
    if (result >= 0) {
      this.#mask = mask;
      return;
    }
    const refused = [...this.reads.splice(0), ...this.writes.splice(0), ...this.watchers.splice(0)];
    this.#disarm();
    for (const waiter of refused) {
      if (this.#referenced) releaseLoop();
      waiter.reject(socketError(result, 'epoll_ctl'));
    }
  }

  #disarm(): void {
    if (this.#token === 0) return;
    unregister(this.#mask === 0 ? -1 : this.fd, this.#token);
    this.#token = 0;
    this.#mask = 0;
    this.#spurious = 0;
  }

  #drain(queue: Waiter[]): void {
    for (let left = RESULTS_PER_ITERATION; queue.length > 0; left--) {
      if (left === 0) {
        this.resume();
        return;
      }
      if (!this.#settle(queue, queue[0])) return;
    }
  }

  #watch(): void {
    for (const watcher of [...this.watchers]) this.#settle(this.watchers, watcher);
  }

  /** False where the call would still wait. */
  #settle(queue: Waiter[], waiter: Waiter): boolean {
    let value: unknown;
    let error: unknown;
    let failed = false;
    try {
      value = waiter.attempt();
      if (value === undefined) return false;
      if (value === YIELD) {
        this.resume();
        return false;
      }
    } catch (thrown) {
      error = thrown;
      failed = true;
    }
    if (this.#remove(queue, waiter)) failed ? waiter.reject(error) : waiter.resolve(value);
    return true;
  }
}
