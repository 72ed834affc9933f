// recvmmsg and sendmmsg: many messages by one system call.
import type { Address } from '../../address';
import { EAGAIN, MSG_DONTWAIT, MSG_FASTOPEN, MSG_NOSIGNAL, MSG_ZEROCOPY } from '../../constants';
import { badRange, badType, fail } from '../../errors';
import { MessageBatch } from '../../message';
import { BAD_ARGUMENT, native } from '../../native';
import { type Operation, WRITE } from '../../wait';
import { IO_OPTIONS } from '../arguments';
import type { State } from '../state';
import { ALWAYS, isConnecting, receiving, sending } from '../verbs';
import { beforeZeroCopy, holdMemory } from '../zero-copy';
import { peerSockaddr } from './name';
import { interrupted, sendInterrupted } from './result';
import { sendRetryMs } from './send';

/** recvmmsg(2) into the batch: how many messages. */
export const recvmmsg = receiving('recvmmsg', recvmmsgOnce, {
  keep: (_, batch: MessageBatch) => [batchOf(batch, 'recvmmsg')],
  end: noMessages,
});

/** What recvmmsg(2) returns as 0 messages. */
export function noMessages(state: State, batch: MessageBatch): number {
  batch.received(0, state.family);
  return 0;
}

export function recvmmsgOnce(state: State, flags: number, batch: MessageBatch): number | undefined {
  const { counters, channel } = state;
  const { block, capacity, size, controlRoom } = batchOf(batch, 'recvmmsg');
  const bits = flags | MSG_DONTWAIT | state.cloexec;
  const { fd } = channel;
  let n = native.recvmmsg_block(fd, block, capacity, size, controlRoom, bits);
  for (let tries = 0; n < 0 && interrupted(state, n, flags, tries); tries++)
    n = native.recvmmsg_block(fd, block, capacity, size, controlRoom, bits);
  counters.syscalls += 1;
  batch.received(Math.max(n, 0), state.family, state.cloexec & ~flags);
  if (n < 0) return refused(state, 'recvmmsg', n);
  counters.messages += n;
  counters.bytesRead += batch.bytes(0, n);
  return n;
}

/**
 * sendmmsg(2) until every message went, or the kernel refused one: how many went. One attempt makes
 * it once.
 */
export const sendmmsg = sending('sendmmsg', trySendmmsg, {
  start: sendEveryMessage,
  startFlags: ALWAYS,
  options: [...IO_OPTIONS, 'from'],
});

function trySendmmsg(
  state: State,
  flags: number,
  batch: MessageBatch,
  from: number | undefined,
): number | undefined {
  return sendmmsgOnce(state, flags, batch, prepared(state, batch, from));
}

function sendEveryMessage(
  state: State,
  flags: number,
  batch: MessageBatch,
  from: number | undefined,
): Operation<number> {
  const start = prepared(state, batch, from);
  let at = start;
  let bits = flags;
  const attempt = (): number | undefined => {
    while (at < batch.count) {
      try {
        const n = sendmmsgOnce(state, bits, batch, at);
        if (n === undefined) return undefined;
        at += n;
      } catch (error) {
        if (at !== start) break;
        if (!isConnecting(error, bits)) throw error;
        bits &= ~MSG_FASTOPEN;
        return undefined;
      }
    }
    return at - start;
  };
  const partial = () => (at > start ? at - start : undefined);
  return { syscall: 'sendmmsg', direction: WRITE, attempt, partial, retryMs: sendRetryMs(state) };
}

/** One sendmmsg(2) of the messages from `from` on. */
function sendmmsgOnce(
  state: State,
  flags: number,
  batch: MessageBatch,
  from: number,
): number | undefined {
  const { counters, channel } = state;
  const { block, capacity, size, controlRoom, count } = batch;
  const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
  if (flags & MSG_ZEROCOPY) beforeZeroCopy(state);
  const { fd } = channel;
  let n: number;
  let tries = 0;
  do n = native.sendmmsg_block(fd, block, capacity, size, controlRoom, from, count, bits);
  while (n < 0 && sendInterrupted(state, n, tries++));
  counters.syscalls += 1;
  if (n < 0) return refused(state, 'sendmmsg', n, batch.source(from));
  if (flags & MSG_ZEROCOPY)
    for (let i = from; i < from + n; i++) if (batch.lengths[i] > 0) holdMemory(state, block);
  counters.bytesWritten += batch.bytes(from, from + n);
  return n;
}

function refused(state: State, syscall: string, result: number, from?: string): undefined {
  if (result === -EAGAIN) {
    state.counters.eagain += 1;
    return undefined;
  }
  if (result <= BAD_ARGUMENT)
    throw badRange(
      `${syscall}: batch`,
      'a batch whose memory is still attached, its columns as they were set',
      result,
    );
  return fail(result, syscall, { hintContext: { from } });
}

export function batchOf(batch: MessageBatch, syscall: string): MessageBatch {
  if (!(batch instanceof MessageBatch)) throw badType(`${syscall}: batch`, 'a MessageBatch', batch);
  return batch;
}

/** Encodes the messages from `from` on, which is returned. */
function prepared(state: State, batch: MessageBatch<Address>, from = 0): number {
  const { count } = batchOf(batch, 'sendmmsg');
  if (!Number.isInteger(from) || from < 0 || from > count)
    throw badRange('sendmmsg: from', `an integer of 0 … ${count}`, from);
  batch.prepare(from, count, state.family, () => peerSockaddr(state));
  return from;
}
