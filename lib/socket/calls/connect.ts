// connect: EINPROGRESS, then writability, then the outcome.
import type { Bytes } from '../../bytes';
import { toBytes } from '../../bytes';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  EAGAIN,
  EALREADY,
  EINPROGRESS,
  EINTR,
  EISCONN,
  EOPNOTSUPP,
  MSG_DONTWAIT,
  MSG_FASTOPEN,
  MSG_NOSIGNAL,
  POLLOUT,
  SO_ERROR,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../constants';
import { fail, isErrno, SocketError } from '../../errors';
import { native } from '../../native';
import { type Operation, pollOne, WRITE } from '../../wait';
import { IO_OPTIONS } from '../arguments';
import { ensureNonblocking, openFd, type State } from '../state';
import { type AnyAddress, type Target, targetOf } from '../target';
import { stepwise } from '../verbs';
import { sendallOperation } from './send';

// a unix stream whose peer's backlog is full gets EAGAIN, and no event reports that there is space
const BACKLOG_RETRY_MS = 5;

/** connect(2) until it is connected or has failed; `data` is sent along. */
export const connect = stepwise(
  'connect',
  (state, _flags, address: AnyAddress | Target, data: Bytes | undefined): Operation<unknown> => {
    const bytes = data === undefined ? undefined : toBytes(data, 'connect: data');
    const connecting = connectOperation(state, address, bytes, false, throwErrno);
    return bytes === undefined ? connecting : thenSend(state, connecting, bytes);
  },
  [...IO_OPTIONS, 'data'],
);

/** connect(2) of a Sync verb: with a timeout of 0 EINPROGRESS is the outcome. */
export const connectSync = stepwise('connect', (state, _flags, address: AnyAddress | Target) =>
  connectOperation(state, address, undefined, state.timeoutMs === 0, throwErrno),
);

/** connect(2): 0 or the positive errno. */
export const connectEx = stepwise('connect', (state, _flags, address: AnyAddress | Target) =>
  connectOperation(state, address, undefined, false, (errno) => errno),
);

export const connectExSync = stepwise('connect', (state, _flags, address: AnyAddress | Target) =>
  connectOperation(state, address, undefined, state.timeoutMs === 0, (errno) => errno),
);

function throwErrno(errno: number, target: Target): never {
  return fail(-errno, 'connect', { address: target.address });
}

/**
 * An internet socket's outcome is asked by connecting again, which also ends the kernel's "connecting"
 * state: after SO_ERROR alone the next connect would be ECONNABORTED, and a second one to a live peer
 * would not be EISCONN. The value is how many bytes of `data` the SYN carried (TCP Fast Open), or
 * what `failed` returns. `once` never waits.
 */
function connectOperation(
  state: State,
  address: AnyAddress | Target,
  data: Uint8Array | undefined,
  once: boolean,
  failed: (errno: number, target: Target) => number,
): Operation<number> {
  ensureNonblocking(openFd(state, 'connect'));
  const { channel, type } = state;
  const family: number = state.family;
  const target = targetOf(state, address);
  const unix = family === AF_UNIX;
  const inet = family === AF_INET || family === AF_INET6;
  let started = false;
  let sent = 0;
  const settle = (errno: number): number => (errno === 0 ? sent : failed(errno, target));
  const begin = (): number => {
    const { fd } = channel;
    const { bytes } = target;
    if (data === undefined || !inet || type !== SOCK_STREAM)
      return native.connect(fd, bytes, bytes.length);
    const flags = MSG_FASTOPEN | MSG_DONTWAIT | MSG_NOSIGNAL;
    const result = native.sendto(fd, data, 0, data.length, flags, bytes, bytes.length);
    if (result === -EOPNOTSUPP) return native.connect(fd, bytes, bytes.length);
    if (result <= 0) return result;
    sent = result;
    return -EINPROGRESS; // the SYN carries it; whether the peer takes it shows later
  };
  return {
    syscall: 'connect',
    direction: WRITE,
    retryMs: unix ? BACKLOG_RETRY_MS : undefined,
    attempt: () => {
      if (!started) {
        const result = begin();
        if (once) return settle(-result);
        if (unix && result === -EAGAIN) return undefined;
        started = true;
        // EALREADY is of an earlier connect, perhaps to elsewhere: its outcome is not this one's
        if (result !== -EINPROGRESS && result !== -EINTR) return settle(-result);
      }
      if (pollOne(channel.fd, POLLOUT, 0) === 0) return undefined;
      const result = inet
        ? native.connect(channel.fd, target.bytes, target.bytes.length)
        : -pendingError(channel.fd);
      if (result === -EALREADY || result === -EINPROGRESS) return undefined;
      return settle(result === -EISCONN ? 0 : -result);
    },
  };
}

const errorBytes = new Uint8Array(4);
const errorView = new DataView(errorBytes.buffer);

/** SO_ERROR: the positive errno of what failed since it was last read, which clears it. */
function pendingError(fd: number): number {
  const length = native.getsockopt(fd, SOL_SOCKET, SO_ERROR, errorBytes, errorBytes.length);
  return length < 0 ? -length : errorView.getInt32(0, true);
}

/** Sends what the SYN did not carry, before anything that was queued after the connect. */
function thenSend(
  state: State,
  connecting: Operation<number>,
  data: Uint8Array,
): Operation<number> {
  let rest: Operation<number> | undefined;
  return {
    ...connecting,
    explain: (error) => rest?.explain?.(error) ?? error,
    attempt: () => {
      if (rest === undefined) {
        const sent = connecting.attempt();
        if (typeof sent !== 'number') return sent;
        rest = sendallOperation(state, 0, data.subarray(sent));
      }
      return rest.attempt();
    },
  };
}

/**
 * What connect_ex returns for an error; what is not the kernel's is thrown. A deadline is EAGAIN
 * there, as in Python.
 */
export function errnoOf(error: unknown): number {
  if (!(error instanceof SocketError)) throw error;
  return isErrno(error, 'ETIMEDOUT') ? EAGAIN : -error.errno;
}
