// accept, and a listener's connections.
import { type Address, isElsewhere, markElsewhere } from '../../address';
import { EAGAIN, SOCK_CLOEXEC, SOCK_NONBLOCK } from '../../constants';
import { fail, isErrno } from '../../errors';
import { native } from '../../native';
import { type IteratorOptions, type Operation, READ, waitForState } from '../../wait';
import { iteratorOptions } from '../arguments';
import { ensureNonblocking, State } from '../state';
import { addressFrom } from '../target';
import { promise, receiving } from '../verbs';
import { untilClosed } from './iterate';

// how long connections() waits where the process has no descriptor or memory left
const EXHAUSTED_PAUSE_MS = 100;

const peer = new Uint8Array(128);
const peerLength = new Int32Array(1);

/** Makes a Socket of a State: this module knows no Socket. */
type Wrap<S> = (state: State) => S;

/** accept4(2): the connection and its peer's address. */
export const accept = receiving('accept', acceptOnce<unknown>);

function acceptOnce<S>(state: State, _flags: number, wrap: Wrap<S>): [S, Address] | undefined {
  const { counters, channel, family, type, proto } = state;
  counters.syscalls += 1;
  ensureNonblocking(channel.fd);
  peerLength[0] = peer.length;
  const result = native.accept4(channel.fd, SOCK_NONBLOCK | SOCK_CLOEXEC, peer, peerLength);
  if (result === -EAGAIN) {
    counters.eagain += 1;
    return undefined;
  }
  if (result < 0) fail(result, 'accept');
  if (isElsewhere(channel.fd)) markElsewhere(result);
  const address = addressFrom(state, peer, peerLength[0]);
  return [wrap(new State(result, family, type, proto)), address];
}

/** Connection after connection, until the listener is closed or the signal aborts. */
export function connections<S>(
  state: State,
  o: { signal?: AbortSignal },
  wrap: Wrap<S>,
): AsyncIterableIterator<[S, Address]> {
  const next = async (options: IteratorOptions): Promise<[S, Address]> => {
    for (;;) {
      try {
        return (await promise(state, accept, options, wrap)) as [S, Address];
      } catch (error) {
        if (isErrno(error, 'ECONNABORTED')) continue;
        if (!isErrno(error, 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM')) throw error;
        await pause(state, EXHAUSTED_PAUSE_MS, options);
      }
    }
  };
  return untilClosed(state, iteratorOptions(o, 'connections'), next);
}

/** Sleeps `ms` milliseconds, in nobody's way; less where the socket closes or the signal aborts. */
function pause({ channel }: State, ms: number, options: IteratorOptions): Promise<unknown> {
  const never: Operation<true> = { syscall: 'accept', direction: READ, attempt: () => undefined };
  return waitForState(channel, 0, never, { ...options, timeoutMs: ms }, null).catch((error) => {
    if (!isErrno(error, 'ETIMEDOUT', 'EBADF')) throw error;
  });
}
