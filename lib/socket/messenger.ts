// Messages by the hundred and as data: metadata, batches, push mode, the error queue, descriptors.
import type { Address } from '../address';
import { type Bytes, toBytes } from '../bytes';
import {
  EAGAIN,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  POLLPRI,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../constants';
import { badRange, badType, fail, isErrno } from '../errors';
import {
  CM,
  controlLength,
  controlSpace,
  type ErrorMessage,
  enableMetadata,
  METADATA_ROOM,
  type Message,
  MessageBatch,
  type Metadata,
  type OwnedFd,
  type SendExtras,
} from '../message';
import { BAD_ARGUMENT, native } from '../native';
import { flagsOf, optionsOfCall, sizeOf } from './arguments';
import {
  type Call,
  type IoOptions,
  type Lasting,
  type OneShot,
  READ,
  submit,
  submitSync,
  WRITE,
  watch,
  YIELD,
} from './funnel';
import { endless, iterate } from './iterate';
import { later } from './later';
import { Sender } from './sender';

const COUNT = 64; // messages of a batch: more gains nothing
const SIZE = 2048; // bytes of each
const BUDGET = 64 * COUNT; // messages that onBatch takes in one turn of the loop
// milliseconds of a turn that onBatch takes at most, whatever is done with the messages
const SLICE = 4;
const DATAGRAM = 65535;
const INT = 4;
const UCRED = 12;
const MOST_FDS = 253; // SCM_MAX_FD

/** What batches() and onBatch() receive into. */
export interface BatchOptions {
  /** messages, 64 unless told */
  count?: number;
  /** bytes of each, 2048 unless told */
  size?: number;
  /** bytes of control data of each; enough for what enable() turns on unless told */
  control?: number;
}

/** Descriptors and the data that they came with. */
export interface ReceivedFds {
  data: Buffer;
  fds: OwnedFd[];
  flags: number;
}

export abstract class Messenger<A extends Address> extends Sender<A> {
  /**
   * Turns metadata on (true) or off (false), by the options that the family has for it; messages
   * then have `to`, `ifindex`, `ttl`, `tos`, `timestamp`, `drops`, `segmentSize`. `errqueue` makes
   * ICMP errors data: they come from errors(), and no other call fails for them.
   */
  enable(metadata: Metadata): this {
    enableMetadata(this.open('enable'), this.family, metadata);
    if (metadata.errqueue === true) this.queueErrors();
    if (metadata.errqueue === false) this.errorQueue = undefined;
    this.controlRoom = METADATA_ROOM;
    return this;
  }

  // --- batches

  /** recvmmsg(2): fills the batch with what is there, at least one message; answers how many. */
  recvmmsg(batch: MessageBatch<A>, o?: IoOptions): Promise<number> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'recvmmsg');
      return submit(this.channel, this.recvmmsgCall(batch, flags), io, this.patience);
    });
  }

  recvmmsgSync(batch: MessageBatch<A>, flags?: number): number {
    return submitSync(
      this.channel,
      this.recvmmsgCall(batch, flagsOf(flags, 'recvmmsg: flags')),
      this.timeoutMs,
    );
  }

  /** recvmmsg(2) that never waits: 0 where C answers EAGAIN. */
  tryRecvmmsg(batch: MessageBatch<A>, flags?: number): number {
    this.open('recvmmsg');
    return this.takeBatch(batchOf(batch, 'recvmmsg'), flagsOf(flags, 'recvmmsg: flags')) ?? 0;
  }

  /**
   * sendmmsg(2), as often as it takes: answers how many messages went. That is fewer than there are
   * only where the kernel refused the next one, or the wait for it ended (timeout, signal,
   * close()): sending from there on (`from`) tells why. A batch just received goes back to where
   * its messages came from.
   */
  sendmmsg(batch: MessageBatch<A>, o?: IoOptions & { from?: number }): Promise<number> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'sendmmsg');
      return submit(this.channel, this.sendmmsgCall(batch, flags, o?.from), io, this.patience);
    });
  }

  sendmmsgSync(batch: MessageBatch<A>, flags?: number, from?: number): number {
    return submitSync(
      this.channel,
      this.sendmmsgCall(batch, flagsOf(flags, 'sendmmsg: flags'), from),
      this.timeoutMs,
    );
  }

  /** sendmmsg(2) once, never waiting: answers how many messages went, 0 where C answers EAGAIN. */
  trySendmmsg(batch: MessageBatch<A>, flags?: number, from?: number): number {
    this.open('sendmmsg');
    const start = startOf(batchOf(batch, 'sendmmsg'), from);
    const bits = flagsOf(flags, 'sendmmsg: flags');
    batch.prepare(start, batch.count, this.family, () => this.peerBytes);
    return this.othersFirst ? 0 : (this.giveBatch(batch, bits, start) ?? 0);
  }

  /**
   * Batch after batch, the same one filled anew each turn, until the socket is closed or the signal
   * aborts.
   */
  batches(o: BatchOptions & { signal?: AbortSignal } = {}): AsyncIterableIterator<MessageBatch<A>> {
    const io = endless(o, 'batches');
    const batch = batchFor<A>(o);
    const call: OneShot<MessageBatch<A>> = {
      syscall: 'recvmmsg',
      direction: READ,
      attempt: () => (this.takeBatch(batch, 0) === undefined ? undefined : batch),
    };
    return this.untilClosed(
      io,
      (waiting) => submit(this.channel, call, waiting, null),
      () => this.batchIsEnd(batch),
    );
  }

  /**
   * Message after message, each with memory of its own, until the socket is closed or the signal
   * aborts. Metadata named here is enabled first.
   */
  messages(
    o: Metadata & { size?: number; signal?: AbortSignal } = {},
  ): AsyncIterableIterator<Message<A>> {
    const io = endless(o, 'messages');
    const { size = DATAGRAM, signal: _, ...metadata } = o;
    sizeOf(size, 'messages: size');
    if (Object.keys(metadata).length > 0) this.enable(metadata);
    return this.untilClosed(
      io,
      (waiting) => this.recvmsg(size, waiting),
      ({ length, control }) => this.isEnd(length, control.length > 0),
    );
  }

  /**
   * Push mode, the fastest: `fn` is called with the batch each time it was filled, until `budget`
   * messages (4096 unless told) or 4 milliseconds are spent, whichever comes first; then the loop
   * turns. What it keeps of a batch it copies. `done` resolves once stopped or closed, and rejects
   * with what the kernel refused or `fn` threw. Other receiving calls on this socket wait until it
   * is stopped.
   */
  onBatch(
    fn: (batch: MessageBatch<A>) => void,
    o: BatchOptions & { budget?: number } = {},
  ): { stop(): void; readonly done: Promise<void> } {
    this.open('recvmmsg');
    endless(o, 'onBatch');
    if (typeof fn !== 'function') throw badType('onBatch: fn', 'a function', fn);
    const budget = budgetOf(o.budget);
    const batch = batchFor<A>({ ...o, count: Math.min(o.count ?? COUNT, budget) });
    const stopping = new AbortController();
    let started = false;
    const attempt = (): true | undefined | typeof YIELD => {
      if (!started) {
        started = true; // never before onBatch() has returned
        return YIELD;
      }
      const end = performance.now() + SLICE;
      for (let left = budget; ; ) {
        const n = this.takeBatch(batch, 0);
        if (n === undefined) return undefined;
        if (this.batchIsEnd(batch)) return true;
        fn(batch);
        if (stopping.signal.aborted) return true;
        // the next batch might bring more than is left
        if ((left -= n) < batch.capacity || performance.now() > end) return YIELD;
      }
    };
    const call: Call<true> = { syscall: 'recvmmsg', direction: READ, attempt };
    const done = submit(
      this.channel,
      call,
      { signal: stopping.signal, timeoutMs: null },
      null,
    ).then(nothing, (error) => {
      if (!stopping.signal.aborted && !(this.closed && isErrno(error, 'EBADF'))) throw error;
    });
    return { stop: () => stopping.abort(), done };
  }

  // --- the error queue

  /**
   * The error queue as data, until the socket is closed or the signal aborts: ICMP errors (enable({
   * errqueue })), timestamps of what was sent (SO_TIMESTAMPING), zero-copy completions
   * (SO_ZEROCOPY). From the first use on, errors of datagrams fail no other call. While nobody
   * iterates, the newest 1024 are kept.
   */
  errors(o: { signal?: AbortSignal } = {}): AsyncIterableIterator<ErrorMessage<A>> {
    this.open('recvmsg');
    const io = endless(o, 'errors');
    const queue = this.queueErrors();
    const call: OneShot<ErrorMessage<A>> = {
      syscall: 'recvmsg',
      direction: READ,
      attempt: () => queue.take(),
    };
    return this.untilClosed(io, (waiting) => watch(this.channel, POLLPRI, call, waiting, null));
  }

  // --- descriptors

  /**
   * sendmsg(2) with SCM_RIGHTS, over AF_UNIX: at least one byte of data, at most 253 descriptors,
   * which stay open here. EBADF, ETOOMANYREFS.
   */
  sendFds(data: Bytes, fds: SendExtras['fds'], o?: IoOptions): Promise<number> {
    return later(() => this.sendmsg([this.withFds(data)], { ...o, fds }));
  }

  sendFdsSync(data: Bytes, fds: SendExtras['fds'], flags?: number): number {
    return this.sendmsgSync([this.withFds(data)], { fds, flags });
  }

  /**
   * recvmsg(2) with room for `maxFds` descriptors, close-on-exec; MSG_CTRUNC in `flags` where there
   * were more, which are closed.
   */
  async recvFds(size: number, maxFds: number, o?: IoOptions): Promise<ReceivedFds> {
    return fdsOf(
      await this.recvmsg(sizeOf(size, 'recvFds: size'), { ...o, control: this.fdRoom(maxFds) }),
      maxFds,
    );
  }

  recvFdsSync(size: number, maxFds: number, flags?: number): ReceivedFds {
    return fdsOf(
      this.recvmsgSync(sizeOf(size, 'recvFds: size'), this.fdRoom(maxFds), flags),
      maxFds,
    );
  }

  // --- inside

  private recvmmsgCall(batch: MessageBatch<A>, flags: number): OneShot<number> {
    batchOf(batch, 'recvmmsg');
    return { syscall: 'recvmmsg', direction: READ, attempt: () => this.takeBatch(batch, flags) };
  }

  private sendmmsgCall(
    batch: MessageBatch<A>,
    flags: number,
    from: number | undefined,
  ): OneShot<number> {
    const start = startOf(batchOf(batch, 'sendmmsg'), from);
    this.open('sendmmsg');
    batch.prepare(start, batch.count, this.family, () => this.peerBytes);
    let at = start;
    const attempt = (): number | undefined => {
      while (at < batch.count) {
        try {
          const n = this.giveBatch(batch, flags, at);
          if (n === undefined) return undefined;
          at += n;
        } catch (error) {
          if (at === start) throw error;
          break;
        }
      }
      return at - start;
    };
    const partial = () => (at > start ? at - start : undefined);
    return { syscall: 'sendmmsg', direction: WRITE, attempt, partial, retryMs: this.retryMs };
  }

  /** One recvmmsg(2): undefined is EAGAIN. */
  private takeBatch(batch: MessageBatch<A>, flags: number): number | undefined {
    const { fd } = this.channel;
    const { block, capacity, size, controlRoom } = batch;
    const bits = flags | MSG_DONTWAIT | this.cloexec;
    let n = native.recvmmsg_block(fd, block, capacity, size, controlRoom, bits);
    for (let tries = 0; n < 0 && this.again(n, flags, tries); tries++)
      n = native.recvmmsg_block(fd, block, capacity, size, controlRoom, bits);
    const { counters } = this;
    counters.syscalls += 1;
    batch.received(Math.max(n, 0), this.family);
    if (n < 0) return this.refused('recvmmsg', n);
    counters.messages += n;
    counters.bytesRead += batch.bytes(0, n);
    return n;
  }

  /** One sendmmsg(2): undefined is EAGAIN. */
  private giveBatch(batch: MessageBatch<A>, flags: number, from: number): number | undefined {
    const { fd } = this.channel;
    const { block, capacity, size, controlRoom, count } = batch;
    const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
    let n: number;
    let tries = 0;
    do n = native.sendmmsg_block(fd, block, capacity, size, controlRoom, from, count, bits);
    while (n < 0 && this.resend(n, tries++));
    const { counters } = this;
    counters.syscalls += 1;
    if (n < 0) return this.refused('sendmmsg', n);
    counters.bytesWritten += batch.bytes(from, from + n);
    return n;
  }

  private refused(syscall: string, result: number): undefined {
    if (result === -EAGAIN) {
      this.counters.eagain += 1;
      return undefined;
    }
    if (result <= BAD_ARGUMENT)
      throw badRange(
        `${syscall}: batch`,
        'a batch whose memory is still attached, its columns as they were set',
        result,
      );
    return fail(result, syscall);
  }

  /** Value after value, until the socket is closed. */
  protected untilClosed<T>(
    io: Lasting,
    ask: (io: Lasting) => Promise<T>,
    isLast?: (value: T) => boolean,
  ): AsyncIterableIterator<T> {
    return iterate(io, {
      ask,
      isLast,
      over: () => this.closed,
      isEnd: (error) => this.closed && isErrno(error, 'EBADF'),
    });
  }

  /**
   * Whether a message of `length` bytes says that the peer is gone, as all that come after it
   * would. Only SOCK_SEQPACKET sends control data alone.
   */
  private isEnd(length: number, control: boolean): boolean {
    return this.hasEnd && length === 0 && !(control && this.type === SOCK_SEQPACKET);
  }

  private batchIsEnd(batch: MessageBatch<A>): boolean {
    return this.isEnd(batch.lengths[0], batch.hasControl(0));
  }

  private withFds(data: Bytes): Uint8Array {
    const bytes = toBytes(data, 'sendFds: data');
    if (bytes.length === 0 && this.type === SOCK_STREAM)
      throw badRange('sendFds: data', 'at least one byte: a stream sends no descriptors alone', 0);
    return bytes;
  }

  /** Exactly CMSG_LEN: CMSG_SPACE could hold one more. Credentials come first where they are on. */
  private fdRoom(maxFds: number): number {
    if (!Number.isInteger(maxFds) || maxFds < 1 || maxFds > MOST_FDS)
      throw badRange('recvFds: maxFds', `an integer of 1 … ${MOST_FDS}`, maxFds);
    return controlLength(INT * maxFds) + (this.controlRoom > 0 ? controlSpace(UCRED) : 0);
  }
}

function nothing(): void {}

function batchOf<A extends Address>(batch: MessageBatch<A>, syscall: string): MessageBatch<A> {
  if (!(batch instanceof MessageBatch)) throw badType(`${syscall}: batch`, 'a MessageBatch', batch);
  return batch;
}

function batchFor<A extends Address>({
  count = COUNT,
  size = SIZE,
  control,
}: BatchOptions): MessageBatch<A> {
  return new MessageBatch<A>({ count, size, control });
}

function budgetOf(budget: unknown = BUDGET): number {
  if (typeof budget !== 'number') throw badType('onBatch: budget', 'a number of messages', budget);
  if (!Number.isInteger(budget) || budget < 1)
    throw badRange('onBatch: budget', 'an integer > 0', budget);
  return budget;
}

function startOf(batch: MessageBatch<Address>, from = 0): number {
  if (!Number.isInteger(from) || from < 0 || from > batch.count)
    throw badRange('sendmmsg: from', `an integer of 0 … ${batch.count}`, from);
  return from;
}

function fdsOf(message: Message, maxFds: number): ReceivedFds {
  const fds = message.get(CM.SCM_RIGHTS) ?? [];
  for (const surplus of fds.splice(maxFds)) surplus.close();
  return { data: message.data, fds, flags: message.flags };
}
