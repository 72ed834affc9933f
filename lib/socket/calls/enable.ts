// enable(): metadata of messages, and errors as data.
import { enableMetadata, METADATA_ROOM, type Metadata } from '../../message';
import type { ErrorQueue } from '../error-queue';
import { openFd, type State } from '../state';
import { newErrorQueue } from '../zero-copy';

/** Turns metadata of messages on or off. */
export function enable(state: State, metadata: Metadata): void {
  enableMetadata(openFd(state, 'enable'), state.family, metadata);
  if (metadata.errqueue === true) queueErrors(state);
  if (metadata.errqueue === false) state.errorQueue = undefined;
  state.controlLength = METADATA_ROOM;
}

/** From now on errors of datagrams are data, and fail no other call. */
export function queueErrors(state: State): ErrorQueue {
  state.errorQueue ??= state.zeroCopy?.queue ?? newErrorQueue(state);
  return state.errorQueue;
}
