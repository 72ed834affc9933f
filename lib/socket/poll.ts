// poll(2) over many sockets: a promise and a Sync verb.
import { EBADF, F_DUPFD_CLOEXEC, POLLERR, POLLHUP, POLLIN, POLLOUT } from '../constants';
import { badType, check, socketError } from '../errors';
import { native } from '../native';
import { Channel, channelOf, type Operation, onAbort, READ, waitForState } from '../wait';
import { checkOptions, type IoOptions } from './arguments';

/** One entry: a socket or a plain fd, and which events are waited for. */
export interface PollEntry {
  socket: { fileno(): number } | number;
  read?: boolean;
  write?: boolean;
}

/** The pollfd triples of a set. */
function pollfds(set: readonly PollEntry[]): Int32Array {
  if (!Array.isArray(set)) throw badType('poll: set', 'an array of { socket, read, write }', set);
  const fds = new Int32Array(3 * set.length);
  set.forEach((entry, i) => {
    if (typeof entry !== 'object' || entry === null)
      throw badType(`poll: set[${i}]`, 'an entry { socket, read, write }', entry);
    const { socket, read, write } = entry;
    const fd = typeof socket === 'number' ? socket : socket?.fileno?.();
    if (typeof fd !== 'number')
      throw badType(`poll: set[${i}].socket`, 'a Socket or an fd', socket);
    if (fd < 0) throw socketError(-EBADF, 'poll', { hint: `set[${i}] is closed` });
    fds[3 * i] = fd;
    fds[3 * i + 1] = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
  });
  return fds;
}

/** POLL* bits, in the order of the set. */
const revents = (fds: Int32Array): number[] =>
  Array.from({ length: fds.length / 3 }, (_, i) => fds[3 * i + 2]);

const SLICE_MS = 50;

/**
 * poll(2), blocking this thread: the revents of each entry, all 0 where `timeoutMs` (null for ever)
 * ran out.
 */
export function pollSync(set: readonly PollEntry[], timeoutMs: number | null = null): number[] {
  const fds = pollfds(set);
  if (timeoutMs !== null && typeof timeoutMs !== 'number')
    throw badType('pollSync: timeoutMs', 'a number of milliseconds or null', timeoutMs);
  const deadline = timeoutMs === null ? Infinity : performance.now() + timeoutMs;
  for (;;) {
    const left = Math.max(deadline - performance.now(), 0);
    if (check(native.poll(fds, Math.ceil(Math.min(left, SLICE_MS))), 'poll') > 0 || left === 0)
      return revents(fds);
  }
}

/**
 * poll(2) as a promise: the revents (POLL* bits) of each entry once any is ready. ETIMEDOUT after
 * `timeoutMs`, the signal's reason on abort, EBADF where a Socket of the set is closed meanwhile.
 */
export async function poll(set: readonly PollEntry[], o: IoOptions = {}): Promise<number[]> {
  const fds = pollfds(set);
  const options = checkOptions(o, 'poll');
  const state = (): number[] | undefined =>
    check(native.poll(fds, 0), 'poll') > 0 ? revents(fds) : undefined;
  if (set.length === 0)
    throw badType('poll: set', 'at least one entry: nothing would ever be ready', set);
  options?.signal?.throwIfAborted();
  const now = state();
  if (now !== undefined) return now;
  const over = new AbortController();
  const signal = options?.signal;
  const unsubscribe = signal && onAbort(signal, () => over.abort(signal.reason));
  const operation: Operation<number[]> = { syscall: 'poll', direction: READ, attempt: state };
  const rest = { timeoutMs: options?.timeoutMs, signal: over.signal };
  const duplicates: Channel[] = [];
  try {
    const channels = set.map((_, i) => channelOf(fds[3 * i]) ?? duplicate(fds[3 * i], duplicates));
    return await Promise.race(
      channels.map((channel, i) =>
        waitForState(channel, fds[3 * i + 1] | POLLHUP | POLLERR, operation, rest, null, true),
      ),
    );
  } finally {
    unsubscribe?.();
    over.abort();
    for (const each of duplicates) each.close('poll has ended');
  }
}

/** A descriptor that is no Socket's is watched by a duplicate: its owner may have it in the epoll. */
function duplicate(fd: number, duplicates: Channel[]): Channel {
  const channel = new Channel(check(native.fcntl(fd, F_DUPFD_CLOEXEC, 0), 'dup'));
  duplicates.push(channel);
  return channel;
}
