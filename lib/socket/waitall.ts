// MSG_WAITALL: the kernel does not wait under MSG_DONTWAIT, so what comes in pieces is put together
// here.
import { MSG_PEEK, POLLERR, POLLRDHUP } from '../constants';
import { type OneShot, pollOne, READ } from './funnel';
import type { Channel } from './reactor';

/** Receives into the bytes: how many, or undefined for EAGAIN. */
type Fill = (room: Uint8Array) => number | undefined;

/**
 * Fills the whole of `room`. As in C less comes only at the end of the stream, at an error (which
 * the next call reports), and where the wait ends early: what has come by then is the result, so
 * that a deadline or an abort loses no byte.
 */
export function waitall(
  syscall: string,
  channel: Channel,
  room: Uint8Array,
  flags: number,
  fill: Fill,
): OneShot<number> {
  let got = 0;
  const ended = () => pollOne(channel.fd, POLLRDHUP, 0) !== 0;
  const failed = () => (pollOne(channel.fd, 0, 0) & POLLERR) !== 0;
  const peek = (): number | undefined => {
    const n = fill(room);
    if (n !== undefined) got = n;
    return n === undefined || n === room.length || n === 0 || ended() ? n : undefined;
  };
  const take = (): number | undefined => {
    for (;;) {
      if (got > 0 && failed()) return got;
      const n = fill(got === 0 ? room : room.subarray(got));
      if (n === undefined) return undefined;
      got += n;
      if (n === 0 || got >= room.length) return got;
    }
  };
  return {
    syscall,
    direction: READ,
    attempt: flags & MSG_PEEK ? peek : take,
    partial: () => (got > 0 ? got : undefined),
  };
}

/** The call, with its count made into a result. */
export function mapped<T>(call: OneShot<number>, result: (n: number) => T): OneShot<T> {
  const through = (n: number | undefined) => (n === undefined ? undefined : result(n));
  return {
    syscall: call.syscall,
    direction: call.direction,
    attempt: () => through(call.attempt()),
    partial: () => through(call.partial?.()),
  };
}
