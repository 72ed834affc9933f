// The error queue as an iterator.
import { POLLPRI } from '../../constants';
import type { ErrorMessage } from '../../message';
import { type Operation, READ, waitForState } from '../../wait';
import { iteratorOptions } from '../arguments';
import { openFd, type State } from '../state';
import { queueErrors } from './enable';
import { untilClosed } from './iterate';

/** Error after error, until the socket is closed or the signal aborts. */
export function errors(
  state: State,
  o: { signal?: AbortSignal },
): AsyncIterableIterator<ErrorMessage> {
  openFd(state, 'recvmsg');
  const options = iteratorOptions(o, 'errors');
  const queue = queueErrors(state);
  const operation: Operation<ErrorMessage> = {
    syscall: 'recvmsg',
    direction: READ,
    attempt: () => queue.take(),
  };
  return untilClosed(state, options, (waiting) =>
    waitForState(state.channel, POLLPRI, operation, waiting, null),
  );
}
