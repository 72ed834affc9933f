// send, sendto and sendall.
import type { Bytes } from '../../bytes';
import { AF_UNIX, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_ZEROCOPY, SOCK_DGRAM } from '../../constants';
import { native } from '../../native';
import { type Operation, WRITE, YIELD } from '../../wait';
import { dataOf, Pinned } from '../arguments';
import type { State } from '../state';
import { type AnyAddress, type Target, targetOf } from '../target';
import { sending, stepwise } from '../verbs';
import { beforeZeroCopy, holdMemory } from '../zero-copy';
import { sendInterrupted, sent } from './result';

export const BYTES_PER_ITERATION = 1 << 20; // of a long transfer, until the event loop runs
const UNIX_RETRY_MS = 5; // a full unix datagram queue wakes nobody who is not connected to it

/** A datagram to a full unix queue gets EAGAIN, and no event reports that there is space again. */
export const sendRetryMs = ({ family, type }: State): number | undefined =>
  (family as number) === AF_UNIX && type === SOCK_DGRAM ? UNIX_RETRY_MS : undefined;

/** send(2): how many bytes the kernel took. */
export const send = sending('send', sendOnce, {
  keep: (_, data: Bytes | string) => [dataOf(data, 'send: data')],
  retryMs: sendRetryMs,
});

function sendOnce(state: State, flags: number, data: Bytes | string): number | undefined {
  const { fd } = state.channel;
  const bytes = data instanceof Uint8Array && data.length > 0 ? data : dataOf(data, 'send: data');
  const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
  if (flags & MSG_ZEROCOPY) beforeZeroCopy(state);
  let result = native.send(fd, bytes, 0, bytes.length, bits);
  for (let tries = 0; result < 0 && sendInterrupted(state, result, tries); tries++)
    result = native.send(fd, bytes, 0, bytes.length, bits);
  if (result > 0 && flags & MSG_ZEROCOPY) holdMemory(state, bytes);
  return sent(state, 'send', result);
}

/** sendto(2): how many bytes the kernel took. */
export const sendto = sending('sendto', sendtoOnce, {
  keep: (state, data: Bytes | string, address: AnyAddress | Target) => [
    dataOf(data, 'sendto: data'),
    targetOf(state, address),
  ],
  retryMs: sendRetryMs,
});

function sendtoOnce(
  state: State,
  flags: number,
  data: Bytes | string,
  address: AnyAddress | Target,
): number | undefined {
  const { fd } = state.channel;
  const bytes = dataOf(data, 'sendto: data');
  const to = targetOf(state, address);
  const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
  if (flags & MSG_ZEROCOPY) beforeZeroCopy(state);
  let result: number;
  let tries = 0;
  do result = native.sendto(fd, bytes, 0, bytes.length, bits, to.bytes, to.bytes.length);
  while (result < 0 && sendInterrupted(state, result, tries++));
  if (result > 0 && flags & MSG_ZEROCOPY) holdMemory(state, bytes);
  return sent(state, 'sendto', result, to);
}

/** send(2) until everything is sent: how many bytes that are. */
export const sendall = stepwise('sendall', sendallOperation);

export function sendallOperation(
  state: State,
  flags: number,
  data: Bytes | string,
): Operation<number> {
  const memory = new Pinned(dataOf(data, 'sendall: data'), 'sendall');
  let done = 0;
  return {
    syscall: 'sendall',
    direction: WRITE,
    retryMs: sendRetryMs(state),
    explain: (error) => withBytesSent(error, done),
    attempt: () => {
      const { bytes } = memory;
      const pause = done + BYTES_PER_ITERATION;
      do {
        const n = sendOnce(state, flags, done === 0 ? bytes : bytes.subarray(done));
        if (n === undefined) return undefined;
        done += n;
      } while (done < bytes.length && done < pause);
      return done < bytes.length ? YIELD : done;
    },
  };
}

/**
 * A transfer that failed half-way says how much the kernel took: `bytesSent` on the error, on an
 * abort's reason too where that is an object. Calls that share a signal share its reason: one that
 * had sent nothing leaves what another wrote there.
 */
export function withBytesSent(error: unknown, bytesSent: number): unknown {
  if (
    typeof error === 'object' &&
    error !== null &&
    Object.isExtensible(error) &&
    !(bytesSent === 0 && 'bytesSent' in error)
  ) {
    Object.defineProperty(error, 'bytesSent', {
      value: bytesSent,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return error;
}
