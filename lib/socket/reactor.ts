// What waits on which descriptor: one epoll per environment behind one loop handle, edge-triggered
// registrations, one queue a direction.
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLPRI } from '../constants';
import { socketError } from '../errors';
import { ofSockets } from '../message';
import { native } from '../native';
import { turned } from './fairness';

const READABLE = EPOLLIN | EPOLLPRI | EPOLLHUP | EPOLLERR;
const WRITABLE = EPOLLOUT | EPOLLHUP | EPOLLERR;
const EVENTS_A_TURN = 256;
const BUDGET = 256; // results a queue may hand out in one turn of the loop
const SPURIOUS_LIMIT = 2; // events that nobody waits for, in a row, before the registration shrinks

/**
 * Done for this turn of the loop though the kernel would take more: go on in the next turn, at the
 * head of the queue.
 */
export const YIELD = Symbol('yield');

/**
 * Something that waits. `attempt` makes the system call again: undefined where the kernel still
 * says EAGAIN; it throws what the kernel refuses.
 */
export interface Waiter {
  attempt(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A waiter for a state rather than for data: it holds no place in a queue. */
export interface Watcher extends Waiter {
  readonly events: number;
}

/** The descriptors that Channels of this environment hold: none has two owners. */
const held = ofSockets as Map<number, Channel>;

export function holderOf(fd: number): Channel | undefined {
  return held.get(fd);
}

const events = new Int32Array(2 * EVENTS_A_TURN);
const registered = new Map<number, Channel>();
let nextToken = 1;
let poller = -1;
let holders = 0;

/**
 * At the first socket, not at the first wait: that may come when the process is out of descriptors,
 * and must not fail then.
 */
function open(): void {
  if (poller >= 0) return;
  poller = native.poller_open(ready, events);
  if (poller < 0) throw socketError(poller, 'epoll_create1');
}

function ready(n: number): void {
  turned();
  for (let i = 0; i < n; i++) registered.get(events[2 * i])?.happened(events[2 * i + 1]);
}

/** The loop is held while something waits, and only then. */
export function hold(): void {
  if (holders++ === 0) native.poller_ref(poller, 1);
}

export function letGo(): void {
  if (--holders === 0) native.poller_ref(poller, 0);
}

/**
 * One open descriptor and what waits on it. It knows nothing of the Socket above it, so that an
 * idle socket can be collected.
 */
export class Channel {
  readonly reads: Waiter[] = [];
  readonly writes: Waiter[] = [];
  readonly watchers: Watcher[] = [];
  private token = 0;
  private mask = 0;
  private spurious = 0;
  private resuming = false;
  referenced = true;
  /** called once, when the descriptor leaves us */
  onRelease: (() => void) | undefined;

  /** `fd` is -1 once closed or given away. */
  constructor(public fd: number) {
    open();
    held.set(fd, this);
  }

  /** Queues a waiter and sees to it that its event will wake it. */
  wait(queue: Waiter[], waiter: Waiter): void {
    queue.push(waiter);
    if (this.referenced) hold();
    this.arm(this.mask | this.wanted());
  }

  /** Takes a waiter out before its time: timeout or abort. False where it is already gone. */
  forget(queue: Waiter[], waiter: Waiter): boolean {
    if (queue[0] === waiter) queue.shift();
    else {
      const at = queue.indexOf(waiter);
      if (at < 0) return false;
      queue.splice(at, 1);
    }
    if (this.referenced) letGo();
    return true;
  }

  get waiting(): number {
    return this.reads.length + this.writes.length + this.watchers.length;
  }

  setReferenced(on: boolean): void {
    if (on === this.referenced) return;
    this.referenced = on;
    for (let i = this.waiting; i > 0; i--) on ? hold() : letGo();
  }

  /**
   * The descriptor leaves us (closed, detached): out of the epoll first, then every waiter is told.
   */
  release(reason: () => unknown): number {
    const fd = this.fd;
    this.disarm();
    held.delete(fd);
    this.onRelease?.();
    this.fd = -1;
    for (const queue of [this.reads, this.writes, this.watchers]) {
      for (const waiter of queue.splice(0)) {
        if (this.referenced) letGo();
        waiter.reject(reason());
      }
    }
    return fd;
  }

  /**
   * Tries the waiters that these events concern. Edge-triggered: whoever gets EAGAIN waits for the
   * next edge, and nothing spins.
   */
  happened(revents: number): void {
    if (this.fd < 0) return;
    const unasked = this.unwanted(revents);
    if (this.watchers.length > 0) this.watch();
    if (!this.resuming) {
      // else both are tried in this turn anyway, and only once, or a budget would be spent twice
      if (revents & READABLE) this.drain(this.reads);
      if (revents & WRITABLE) this.drain(this.writes);
    }
    this.spurious = unasked ? this.spurious + 1 : 0;
    if (this.spurious >= SPURIOUS_LIMIT) this.shrink();
  }

  /** Tries the head of a queue, as after an event. */
  retry(queue: Waiter[]): void {
    if (this.fd >= 0) this.drain(queue);
  }

  /** Something happened that the watchers may have missed: they look again in the next turn. */
  poke(): void {
    if (this.watchers.length > 0) this.resume();
  }

  private unwanted(revents: number): boolean {
    const read = (revents & READABLE) !== 0 && this.reads.length > 0;
    const write = (revents & WRITABLE) !== 0 && this.writes.length > 0;
    return !read && !write && this.watchers.length === 0;
  }

  private wanted(): number {
    let mask = (this.reads.length > 0 ? EPOLLIN : 0) | (this.writes.length > 0 ? EPOLLOUT : 0);
    for (const watcher of this.watchers) mask |= watcher.events;
    return mask;
  }

  /**
   * Nobody waits for what keeps happening: registered for what is waited on only, and for nothing
   * at all where nothing is.
   */
  private shrink(): void {
    this.spurious = 0;
    const wanted = this.wanted();
    if (wanted === 0) this.disarm();
    else if (wanted !== this.mask) this.arm(wanted);
  }

  private arm(mask: number): void {
    if (mask === this.mask) return;
    if (this.token === 0) {
      this.token = nextToken;
      nextToken = nextToken === 0x7fffffff ? 1 : nextToken + 1;
      registered.set(this.token, this);
    }
    const result = native.poller_set(poller, this.fd, mask, this.token);
    if (result >= 0) {
      this.mask = mask;
      return;
    }
    const refused = [...this.reads.splice(0), ...this.writes.splice(0), ...this.watchers.splice(0)];
    this.disarm();
    for (const waiter of refused) {
      if (this.referenced) letGo();
      waiter.reject(socketError(result, 'epoll_ctl'));
    }
  }

  private disarm(): void {
    if (this.token === 0) return;
    if (this.mask !== 0) native.poller_drop(poller, this.fd);
    registered.delete(this.token);
    this.token = 0;
    this.mask = 0;
    this.spurious = 0;
  }

  private drain(queue: Waiter[]): void {
    for (let left = BUDGET; queue.length > 0; left--) {
      if (left === 0) {
        this.resume();
        return;
      }
      if (!this.settle(queue, queue[0])) return;
    }
  }

  private watch(): void {
    for (const watcher of [...this.watchers]) this.settle(this.watchers, watcher);
  }

  /** False where the kernel still says EAGAIN. */
  private settle(queue: Waiter[], waiter: Waiter): boolean {
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
    if (this.forget(queue, waiter)) failed ? waiter.reject(error) : waiter.resolve(value);
    return true;
  }

  /**
   * The budget of this turn is spent, and no further edge will come for what is already there: go
   * on in the next turn.
   */
  resume(): void {
    if (this.resuming) return;
    this.resuming = true;
    setImmediate(() => {
      this.resuming = false;
      turned();
      if (this.fd < 0) return;
      if (this.watchers.length > 0) this.watch();
      this.drain(this.reads);
      this.drain(this.writes);
    });
  }
}
