// connect(2) as one call that may wait: EINPROGRESS, then writability, then the outcome.
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
} from '../constants';
import { fail } from '../errors';
import { native } from '../native';
import { type Call, pollOne, WRITE } from './funnel';
import type { Channel } from './reactor';
import type { Target } from './resolve';

// a unix stream whose peer's queue is full gets EAGAIN, and nothing tells it when there is room
const BACKLOG_RETRY_MS = 5;

const errorBytes = new Uint8Array(4);
const errorView = new DataView(errorBytes.buffer);

/** SO_ERROR: positive errno of what went wrong since last asked, and clears it. */
function pendingError(fd: number): number {
  const length = native.getsockopt(fd, SOL_SOCKET, SO_ERROR, errorBytes, errorBytes.length);
  return length < 0 ? -length : errorView.getInt32(0, true);
}

/**
 * An internet socket is asked for its outcome by connecting again, which also ends the kernel's
 * "connecting" state: after SO_ERROR alone the next connect would be ECONNABORTED, and a second one
 * to a live peer would not be EISCONN. Answers how many bytes of `data` went along with the SYN
 * (TCP Fast Open), 0 without data. `raise` false is connect_ex: answers the positive errno instead
 * of failing. `once` never waits: EINPROGRESS is then the outcome.
 */
export interface Connecting {
  data?: Uint8Array;
  family: number;
  type: number;
  raise: boolean;
  once: boolean;
}

export function connectCall(
  channel: Channel,
  target: Target,
  { data, family, type, raise, once }: Connecting,
): Call<number> {
  const unix = family === AF_UNIX;
  const inet = family === AF_INET || family === AF_INET6;
  let started = false;
  let sent = 0;
  const settle = (errno: number): number => {
    if (errno === 0) return raise ? sent : 0;
    return raise ? fail(-errno, 'connect', { address: target.address }) : errno;
  };
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

/** Sends what the SYN did not carry, before anything that was queued after the connect. */
export function thenSend(
  connect: Call<number>,
  send: (sent: number) => Call<number>,
): Call<number> {
  let rest: Call<number> | undefined;
  return {
    ...connect,
    explain: (error) => rest?.explain?.(error) ?? error,
    attempt: () => {
      if (rest === undefined) {
        const sent = connect.attempt();
        if (typeof sent !== 'number') return sent;
        rest = send(sent);
      }
      return rest.attempt();
    },
  };
}
