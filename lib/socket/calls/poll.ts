// poll(2) on one socket, as a promise.
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI } from '../../constants';
import { badRange, membersOf, namesOf } from '../../errors';
import { type Operation, pollOne, READ, waitForState } from '../../wait';
import { checkOptions, type IoOptions } from '../arguments';
import type { State } from '../state';

/** Which states of a socket are waited for. */
export interface WaitEvents {
  /** POLLIN */
  read?: boolean;
  /** POLLOUT */
  write?: boolean;
  /** POLLPRI, POLLERR, POLLHUP */
  error?: boolean;
}

/** Which of them hold. */
export interface WaitResult {
  read: boolean;
  write: boolean;
  error: boolean;
}

const EVENTS = namesOf<WaitEvents>({ read: true, write: true, error: true });

export async function wait(state: State, given: WaitEvents, o?: IoOptions): Promise<WaitResult> {
  const events = membersOf(given, 'wait', EVENTS);
  const options = checkOptions(o, 'wait');
  if (!events.read && !events.write && !events.error)
    throw badRange('wait: events', 'at least one of read, write, error', events);
  const mask =
    (events.read ? POLLIN : 0) | (events.write ? POLLOUT : 0) | (events.error ? POLLPRI : 0);
  const ended = POLLERR | POLLHUP;
  const attempt = (): WaitResult | undefined => {
    const revents = pollOne(state.channel.fd, mask, 0);
    const result = {
      read: Boolean(events.read) && (revents & (POLLIN | ended)) !== 0,
      write: Boolean(events.write) && (revents & (POLLOUT | ended)) !== 0,
      error: Boolean(events.error) && (revents & (POLLPRI | ended)) !== 0,
    };
    return result.read || result.write || result.error ? result : undefined;
  };
  const operation: Operation<WaitResult> = { syscall: 'poll', direction: READ, attempt };
  return waitForState(state.channel, mask, operation, options, state.promiseTimeoutMs);
}
