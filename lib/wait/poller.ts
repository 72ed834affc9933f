// The environment's epoll: which Channel an event belongs to, and when the event loop is held.
import { socketError } from '../errors';
import { native } from '../native';
import { newIteration } from './fairness';

/** What is registered with the epoll. */
export interface Registered {
  /** Events arrived: EPOLL* bits. */
  onEvents(revents: number): void;
}

const EVENTS_PER_ITERATION = 256;

const events = new Int32Array(2 * EVENTS_PER_ITERATION);
const registered = new Map<number, Registered>();
let nextToken = 1;
let poller = -1;
let holders = 0;

/**
 * Opens the epoll: with the first Channel, not with the first wait, which may come when the process
 * is out of descriptors and must not fail then.
 */
export function openPoller(): void {
  if (poller >= 0) return;
  poller = native.poller_open(dispatch, events);
  if (poller < 0) throw socketError(poller, 'epoll_create1');
}

function dispatch(count: number): void {
  newIteration();
  for (let i = 0; i < count; i++) registered.get(events[2 * i])?.onEvents(events[2 * i + 1]);
}

/** A token for a registration: a new one each, so that a reused fd is not taken for the old one. */
export function register(target: Registered): number {
  const token = nextToken;
  nextToken = nextToken === 0x7fffffff ? 1 : nextToken + 1;
  registered.set(token, target);
  return token;
}

/** EPOLL_CTL_ADD, or EPOLL_CTL_MOD where the fd is registered; edge-triggered. 0 or -errno. */
export function setEvents(fd: number, mask: number, token: number): number {
  return native.poller_set(poller, fd, mask, token);
}

/** Ends a registration; `fd` is in the epoll unless it is -1. */
export function unregister(fd: number, token: number): void {
  if (fd >= 0) native.poller_drop(poller, fd);
  registered.delete(token);
}

/** The event loop is held while something waits, and only then. */
export function holdLoop(): void {
  openPoller();
  if (holders++ === 0) native.poller_ref(poller, 1);
}

export function releaseLoop(): void {
  if (--holders === 0) native.poller_ref(poller, 0);
}
