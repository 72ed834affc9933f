// Iterators and push mode: what a socket receives, one after the other, until it is closed.
import { AsyncResource } from 'node:async_hooks';
import type { Address } from '../../address';
import { IPPROTO_UDP, SOCK_SEQPACKET, UDP_GRO } from '../../constants';
import { badRange, badType, checkMembers, isErrno, membersOf } from '../../errors';
import { METADATA_NAMES, type Message, MessageBatch, type Metadata, Received } from '../../message';
import { native } from '../../native';
import {
  type IteratorOptions,
  iterate,
  type Operation,
  READ,
  waitInQueue,
  YIELD,
} from '../../wait';
import { iteratorOptions, sizeOf } from '../arguments';
import { openFd, type State } from '../state';
import { promise } from '../verbs';
import { noMessages, recvmmsgOnce } from './batch';
import { enable } from './enable';
import { recvmsg } from './message';
import { recv } from './receive';

const COUNT = 64; // messages of a batch: more gains nothing
const SIZE = 2048; // bytes of each
const BUDGET = 64 * COUNT; // messages that onBatch receives before the event loop runs
const SLICE_MS = 4; // that onBatch takes at most before the event loop runs
const DATAGRAM_MAX = 65535; // bytes; a train of UDP_GRO has no more
const CHUNK = 65536; // bytes

/** What batches() and onBatch() receive into. */
export interface BatchOptions {
  /** messages of a batch: 64 if not given */
  count?: number;
  /** bytes of each: if not given, 2048, or with enable({ gro }) 65535, which holds any train */
  size?: number;
  /** bytes of control data of each: enough for what enable() turns on if not given */
  control?: number;
}

/** Value after value, until the socket is closed. */
export function untilClosed<T>(
  state: State,
  options: IteratorOptions,
  next: (options: IteratorOptions) => Promise<T>,
  isEnd?: (value: T) => boolean,
): AsyncIterableIterator<T> {
  const isClosed = () => state.channel.fd < 0;
  const isEndError = (error: unknown) => isClosed() && isErrno(error, 'EBADF');
  return iterate(options, { next, isEnd, isOver: isClosed, isEndError });
}

const CHUNKS_END = Buffer.alloc(0);
const MESSAGES_END = new Received(Buffer.alloc(0), Buffer.alloc(0), 0, null as never);

/** A stream's chunks until its end; a datagram socket's datagrams. */
export function chunks(state: State): AsyncIterableIterator<Buffer> {
  return untilClosed(
    state,
    { timeoutMs: undefined },
    (waiting) => promise(state, recv, waiting, CHUNK, CHUNKS_END) as Promise<Buffer>,
    (data) => data === CHUNKS_END || (state.hasEnd && data.length === 0),
  );
}

/** What messages() takes. */
export interface MessagesOptions extends Metadata {
  /** bytes of data of each: 65535 if not given */
  size?: number;
  /**
   * bytes of control data of each: if not given, enough for what enable() turns on, and none for
   * descriptors (CMSG_SPACE(4 * n) holds n)
   */
  control?: number;
  signal?: AbortSignal;
}
const MESSAGES_MEMBERS = ['size', 'control', 'signal', ...METADATA_NAMES];

/** Message after message, each in memory of its own. */
export function messages(
  state: State,
  o: MessagesOptions,
): AsyncIterableIterator<Message<Address>> {
  const options = iteratorOptions(o, 'messages', MESSAGES_MEMBERS);
  const {
    size = DATAGRAM_MAX,
    control = 0,
    signal: _,
    ...metadata
  } = membersOf(o, 'messages', MESSAGES_MEMBERS);
  sizeOf(size, 'messages: size');
  sizeOf(control, 'messages: control');
  if (METADATA_NAMES.some((name) => metadata[name] !== undefined)) enable(state, metadata);
  return untilClosed(
    state,
    options,
    (waiting) => {
      const length = Math.max(control, state.controlLength);
      return promise(state, recvmsg, waiting, size, length, MESSAGES_END);
    },
    (message) =>
      message === MESSAGES_END || isEnd(state, message.length, message.control.length > 0),
  );
}

/** Batch after batch, the same one filled anew each time. */
export function batches(
  state: State,
  o: BatchOptions & { signal?: AbortSignal },
): AsyncIterableIterator<MessageBatch> {
  const options = iteratorOptions(o, 'batches', ['count', 'size', 'control', 'signal']);
  const batch = batchFor(state, o);
  const operation: Operation<MessageBatch> = {
    syscall: 'recvmmsg',
    direction: READ,
    attempt: () => (recvmmsgOnce(state, 0, batch) === undefined ? undefined : batch),
    end: () => {
      noMessages(state, batch);
      return batch;
    },
  };
  return untilClosed(
    state,
    options,
    (waiting) => waitInQueue(state.channel, operation, waiting, null),
    () => isBatchEnd(state, batch),
  );
}

/** Push mode: `fn` is called with the batch each time it was filled. */
export function onBatch(
  state: State,
  fn: (batch: MessageBatch) => void,
  o: BatchOptions & { budget?: number },
): { stop(): void; readonly done: Promise<void> } {
  openFd(state, 'recvmmsg');
  checkMembers(o, 'onBatch', ['count', 'size', 'control', 'budget']);
  if (typeof fn !== 'function') throw badType('onBatch: fn', 'a function', fn);
  const budget = budgetOf(o.budget);
  const batch = batchFor(state, { ...o, count: Math.min(o.count ?? COUNT, budget) });
  const call = AsyncResource.bind(fn); // in the context of onBatch(), as a promise would be
  const stopping = new AbortController();
  const { signal } = stopping;
  let started = false;
  const attempt = (): true | undefined | typeof YIELD => {
    if (!started) {
      started = true; // never before onBatch() has returned
      return YIELD;
    }
    const end = performance.now() + SLICE_MS;
    for (let left = budget; ; ) {
      const n = recvmmsgOnce(state, 0, batch);
      if (n === undefined) return undefined;
      if (isBatchEnd(state, batch)) return true;
      call(batch);
      if (signal.aborted) return true;
      // The kernel had no more: what comes later is a new edge. (EAGAIN is when errors are read.)
      if (n < batch.capacity && state.errorQueue === undefined) return undefined;
      // the next batch might bring more than is left
      if ((left -= n) < batch.capacity || performance.now() > end) return YIELD;
    }
  };
  const end = (): true => true;
  const operation: Operation<true> = { syscall: 'recvmmsg', direction: READ, attempt, end };
  const done = waitInQueue(state.channel, operation, { signal }, null).then(
    () => undefined,
    (error) => {
      if (!signal.aborted && !(state.channel.fd < 0 && isErrno(error, 'EBADF'))) throw error;
    },
  );
  return { stop: () => stopping.abort(), done };
}

/**
 * Whether a message of `length` bytes says that the peer is gone, as all after it would. Only
 * SOCK_SEQPACKET sends control data alone.
 */
function isEnd(state: State, length: number, hasControl: boolean): boolean {
  return state.hasEnd && length === 0 && !(hasControl && state.type === SOCK_SEQPACKET);
}

const isBatchEnd = (state: State, batch: MessageBatch): boolean =>
  batch.count === 0 || isEnd(state, batch.lengths[0], batch.hasControl(0));

/** The kernel joins datagrams into trains longer than any datagram of the network. */
const hasTrains = (state: State): boolean =>
  native.getsockopt_int(state.channel.fd, IPPROTO_UDP, UDP_GRO) > 0;

function batchFor(state: State, o: BatchOptions): MessageBatch {
  const { count = COUNT, size = hasTrains(state) ? DATAGRAM_MAX : SIZE, control } = o;
  return new MessageBatch({ count, size, control });
}

function budgetOf(budget: unknown = BUDGET): number {
  if (typeof budget !== 'number') throw badType('onBatch: budget', 'a number of messages', budget);
  if (!Number.isInteger(budget) || budget < 1)
    throw badRange('onBatch: budget', 'an integer > 0', budget);
  return budget;
}
