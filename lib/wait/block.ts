// Waiting in a Sync verb: poll(2) blocks this thread, in slices.
import {
  EAGAIN,
  EINPROGRESS,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOL_SOCKET,
} from '../constants';
import { socketError } from '../errors';
import { native } from '../native';
import { type Channel, YIELD } from './channel';
import {
  closedError,
  type Direction,
  explained,
  type Operation,
  READ,
  timeoutError,
  WRITE,
} from './operation';
import { pollOne, sleepSync } from './poll';

// worker.terminate() and process.exit() interrupt JavaScript only: it runs this often
const SLICE_MS = 50;
const FIRST_SLICE_MS = 4; // SO_RCVTIMEO is read only when a wait outlasts this
const MAX_PAUSE_MS = 10;

/** EAGAIN, where a call may not wait. */
export const wouldBlockError = (syscall: string, hint: string) =>
  socketError(-EAGAIN, syscall, { hint });

/**
 * The result of an operation, blocking this thread until it is there (the caller may have just
 * `tried` once). timeoutMs 0 never waits (EAGAIN), null waits for ever.
 */
export function block<T>(
  channel: Channel,
  operation: Operation<T>,
  timeoutMs: number | null,
  tried = false,
): T {
  if (channel.fd < 0) throw closedError(operation.syscall);
  try {
    const value = tried ? undefined : attempt(channel, operation);
    if (value !== undefined) return value;
    if (timeoutMs === 0)
      throw wouldBlockError(
        operation.syscall,
        'a non-blocking socket: the call would have to wait',
      );
    return blockUntil(channel, operation, timeoutMs);
  } catch (error) {
    const partial = operation.partial?.();
    if (partial !== undefined) return partial;
    throw explained(operation, error);
  }
}

/** The result of an operation that may not wait, and is before all that do: else EAGAIN. */
export function attemptNow<T>(operation: Operation<T>): T {
  try {
    const value = withoutYield(operation);
    if (value !== undefined) return value;
    throw wouldBlockError(operation.syscall, 'MSG_DONTWAIT: the call would have to wait');
  } catch (error) {
    const partial = operation.partial?.();
    if (partial !== undefined) return partial;
    throw explained(operation, error);
  }
}

/** A blocking call yields to nobody; what waits to be sent before it goes first. */
function attempt<T>(channel: Channel, operation: Operation<T>): T | undefined {
  if (operation.direction === WRITE && channel.writes.length > 0) {
    channel.retry(channel.writes);
    if (channel.writes.length > 0) return undefined;
  }
  return withoutYield(operation);
}

function withoutYield<T>(operation: Operation<T>): T | undefined {
  for (;;) {
    const value = operation.attempt();
    if (value !== YIELD) return value;
  }
}

function blockUntil<T>(channel: Channel, operation: Operation<T>, timeoutMs: number | null): T {
  const { direction, syscall, retryMs } = operation;
  const events = operation.pollEvents ?? (direction === READ ? POLLIN | POLLRDHUP : POLLOUT);
  const start = performance.now();
  const deadline = timeoutMs === null ? Infinity : start + timeoutMs;
  let kernelDeadline: number | undefined; // by SO_RCVTIMEO or SO_SNDTIMEO, once known
  let slice = retryMs ?? FIRST_SLICE_MS;
  // where poll() reports what the call does not take (an undrained error queue, a full unix
  // datagram queue), the thread sleeps longer each time: milliseconds
  let pause = 0;
  for (;;) {
    const now = performance.now();
    if (now >= deadline) throw timeoutError(syscall, timeoutMs as number);
    if (kernelDeadline !== undefined && now >= kernelDeadline) {
      throw socketError(syscall === 'connect' ? -EINPROGRESS : -EAGAIN, syscall, {
        hint: `${direction === READ ? 'SO_RCVTIMEO' : 'SO_SNDTIMEO'} expired`,
      });
    }
    const left = Math.min(deadline, kernelDeadline ?? Infinity) - now;
    const revents = pollOne(channel.fd, events, Math.ceil(Math.min(slice, left)));
    if (revents !== 0 || retryMs !== undefined) {
      const value = attempt(channel, operation);
      if (value !== undefined) return value;
      const end = revents & POLLRDHUP ? operation.end?.() : undefined;
      if (end !== undefined) return end;
      if (revents !== 0) {
        pause = Math.min(pause + 1, MAX_PAUSE_MS);
        sleepSync(Math.ceil(Math.min(pause, left)));
      }
    }
    if (kernelDeadline === undefined && performance.now() - start >= FIRST_SLICE_MS) {
      kernelDeadline = start + kernelTimeoutMs(channel.fd, direction);
      slice = retryMs ?? SLICE_MS;
    }
  }
}

const timeval = new Uint8Array(16);
const timevalView = new DataView(timeval.buffer);

/** SO_RCVTIMEO or SO_SNDTIMEO in milliseconds; Infinity where none is set. */
function kernelTimeoutMs(fd: number, direction: Direction): number {
  const option = direction === READ ? SO_RCVTIMEO : SO_SNDTIMEO;
  const length = native.getsockopt(fd, SOL_SOCKET, option, timeval, timeval.length);
  if (length !== timeval.length) return Infinity;
  const seconds = Number(timevalView.getBigInt64(0, true));
  const ms = seconds * 1000 + Number(timevalView.getBigInt64(8, true)) / 1000;
  return ms > 0 ? ms : Infinity;
}
