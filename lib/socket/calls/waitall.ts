// MSG_WAITALL: the kernel does not wait under MSG_DONTWAIT, so what comes in pieces is put together
// here.
import { MSG_PEEK, POLLERR, POLLRDHUP } from '../../constants';
import { type Channel, type Operation, pollOne, READ } from '../../wait';
import { Pinned } from '../arguments';

/** Receives into the memory from `offset` on: bytes, or undefined for EAGAIN. */
type Fill = (offset: number) => number | undefined;

/**
 * Fills the whole of `memory`. As in C less comes only at the end of the stream, at an error (which
 * the next call reports), and where the wait ends early: what has come by then is the result, so
 * that a deadline or an abort loses no byte.
 */
export function waitall(
  syscall: string,
  channel: Channel,
  memory: Uint8Array,
  flags: number,
  fill: Fill,
): Operation<number> {
  const pinned = new Pinned(memory, syscall);
  const { length } = memory;
  let got = 0;
  const ended = () => pollOne(channel.fd, POLLRDHUP, 0) !== 0;
  const failed = () => (pollOne(channel.fd, 0, 0) & POLLERR) !== 0;
  const peek = (): number | undefined => {
    void pinned.bytes;
    const n = fill(0);
    if (n !== undefined) got = n;
    return n === undefined || n === length || n === 0 || ended() ? n : undefined;
  };
  const take = (): number | undefined => {
    for (;;) {
      void pinned.bytes;
      if (got > 0 && failed()) return got;
      const n = fill(got);
      if (n === undefined) return undefined;
      got += n;
      if (n === 0 || got >= length) return got;
    }
  };
  return {
    syscall,
    direction: READ,
    attempt: flags & MSG_PEEK ? peek : take,
    partial: () => (got > 0 ? got : undefined),
  };
}

/** The operation, with its count made into a result. */
export function mapped<T>(operation: Operation<number>, result: (n: number) => T): Operation<T> {
  const through = (n: number | symbol | undefined) =>
    typeof n === 'number' ? result(n) : undefined;
  return {
    syscall: operation.syscall,
    direction: operation.direction,
    attempt: () => through(operation.attempt()),
    partial: () => through(operation.partial?.()),
  };
}
