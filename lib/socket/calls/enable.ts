// enable(): metadata of messages, and errors as data.
import { MSG_ERRQUEUE } from '../../constants';
import { enableMetadata, METADATA_ROOM, type Metadata } from '../../message';
import { ErrorQueue } from '../error-queue';
import { memoryFor } from '../memory';
import { openFd, type State } from '../state';
import { receiveMessage } from './message';

const DATA_MAX = 65536; // bytes of the packet that an error is about
// bytes of control data: an extended error, its offender, timestamps, all that enable() turns on
const CONTROL_MAX = 512;

/** Turns metadata of messages on or off. */
export function enable(state: State, metadata: Metadata): void {
  enableMetadata(openFd(state, 'enable'), state.family, metadata);
  if (metadata.errqueue === true) queueErrors(state);
  if (metadata.errqueue === false) state.errorQueue = undefined;
  state.controlLength = METADATA_ROOM;
}

/** From now on errors of datagrams are data, and fail no other call. */
export function queueErrors(state: State): ErrorQueue {
  state.errorQueue ??= new ErrorQueue(() =>
    receiveMessage(state, [memoryFor(DATA_MAX)], new Uint8Array(CONTROL_MAX), MSG_ERRQUEUE, false),
  );
  return state.errorQueue;
}
