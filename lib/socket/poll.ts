// poll(2) over many sockets: a promise and a Sync verb.
import { EBADF, F_DUPFD_CLOEXEC, POLLERR, POLLHUP, POLLIN, POLLOUT } from '../constants';
import { badType, check, socketError } from '../errors';
import { native } from '../native';
import { onAbort } from './aborts';
import { optionsOfCall } from './arguments';
import { type Call, type IoOptions, READ, watch } from './funnel';
import { Channel, holderOf } from './reactor';

/** One entry: a socket or a plain fd, and what to look for. */
export interface PollEntry {
  socket: { fileno(): number } | number;
  read?: boolean;
  write?: boolean;
}

/**
 * The pollfd triples of a set; `revents` answers what stands in them, POLL* bits in the set's
 * order.
 */
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
  const { io } = optionsOfCall(o, 'poll');
  const state = (): number[] | undefined =>
    check(native.poll(fds, 0), 'poll') > 0 ? revents(fds) : undefined;
  if (set.length === 0)
    throw badType('poll: set', 'at least one entry: nothing would ever be ready', set);
  io?.signal?.throwIfAborted();
  const now = state();
  if (now !== undefined) return now;
  const over = new AbortController();
  const deaf = io?.signal && onAbort(io.signal, () => over.abort(io.signal?.reason));
  const call: Call<number[]> = { syscall: 'poll', direction: READ, attempt: state };
  const rest = { timeoutMs: io?.timeoutMs, signal: over.signal };
  const lookouts: Channel[] = [];
  try {
    const channels = set.map((_, i) => holderOf(fds[3 * i]) ?? lookout(fds[3 * i], lookouts));
    return await Promise.race(
      channels.map((channel, i) =>
        watch(channel, fds[3 * i + 1] | POLLHUP | POLLERR, call, rest, null, true),
      ),
    );
  } finally {
    deaf?.();
    over.abort();
    for (const each of lookouts) native.close(each.release(() => undefined));
  }
}

/**
 * Waits on a descriptor that is no Socket's by a duplicate: whoever owns it may have registered it
 * already.
 */
function lookout(fd: number, lookouts: Channel[]): Channel {
  const channel = new Channel(check(native.fcntl(fd, F_DUPFD_CLOEXEC, 0), 'dup'));
  lookouts.push(channel);
  return channel;
}
