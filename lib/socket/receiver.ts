// recv, recvfrom and recvmsg, each in three verbs: a promise, Sync (blocks this thread), try (never
// waits).
import { type Address, decodeAddress } from '../address';
import type { Bytes } from '../bytes';
import { toBytes } from '../bytes';
import {
  AF_UNIX,
  EAGAIN,
  EPOLLERR,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_WAITALL,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from '../constants';
import { badRange, badType, fail } from '../errors';
import { claim, type Message, Received } from '../message';
import { BAD_ARGUMENT, native } from '../native';
import { allStillThere, flagsOf, optionsOfCall, sizeOf, stillThere, targetOf } from './arguments';
import { Endpoint } from './endpoint';
import { ErrorQueue } from './error-queue';
import { fairly, fairlyRefused } from './fairness';
import { type IoOptions, isFree, type OneShot, READ, submit, submitSync, watch } from './funnel';
import { later } from './later';
import { SLAB_LIMIT, sliced } from './slab';
import { mapped, waitall } from './waitall';

const SCRATCH_SIZE = 65536;
const NOTHING = Buffer.alloc(0);
// an extended error, its offender, timestamps, and all that enable() turns on
const ERROR_ROOM = 512;
/**
 * Calls that allocate receive here first, so that a result is as long as what came and a wait holds
 * no memory.
 */
const scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE);
const sender = new Uint8Array(128);
const senderLength = new Int32Array(1);
const heads = new Int32Array(3);

/** What a recvmsg reads into, given a size or buffers. */
interface Room {
  readonly iov: readonly Uint8Array[];
  readonly control: Uint8Array | null;
}

export abstract class Receiver<A extends Address> extends Endpoint<A> {
  /**
   * Room for control data where recvmsg is told none: enable() makes it as large as what it turns
   * on.
   */
  protected controlRoom = 0;
  /**
   * MSG_CMSG_CLOEXEC where descriptors may arrive; other families refuse a flag that they do not
   * know.
   */
  protected readonly cloexec = (this.family as number) === AF_UNIX ? MSG_CMSG_CLOEXEC : 0;
  /** Whether there is a peer whose end reads as an empty message. */
  protected readonly hasEnd = this.type === SOCK_STREAM || this.type === SOCK_SEQPACKET;
  /** Set once errors are data: by enable({ errqueue }) or errors(). */
  protected errorQueue: ErrorQueue<A> | undefined;

  /**
   * recv(2): up to `size` bytes, or `target` filled and the count (CPython's recv_into). An empty
   * result is the end of a stream. With MSG_WAITALL a stream waits for all of it; less comes at the
   * end, an error, the deadline or an abort. ECONNRESET, ENOTCONN, ETIMEDOUT (settimeout), the
   * signal's reason.
   */
  recv(size: number, o?: number | IoOptions): Promise<Buffer>;
  recv(target: Bytes, o?: number | IoOptions): Promise<number>;
  recv(size: number | Bytes, o?: number | IoOptions): Promise<Buffer | number> {
    const tried = o === undefined && isFree(this.channel, READ);
    if (tried) {
      try {
        const got = this.recvOnce(size, 0);
        if (got !== undefined) return fairly(got);
      } catch (error) {
        return fairlyRefused(error);
      }
    }
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'recv');
      return this.receive<Buffer | number>(
        flags & MSG_WAITALL ? this.recvAllCall(size, flags) : this.recvCall(size, flags),
        flags,
        io,
        tried,
      );
    });
  }

  /** recv(2), blocking this thread. */
  recvSync(size: number, flags?: number): Buffer;
  recvSync(target: Bytes, flags?: number): number;
  recvSync(size: number | Bytes, flags?: number): Buffer | number {
    const bits = flagsOf(flags, 'recv: flags');
    const tried = (bits & MSG_WAITALL) === 0 && this.channel.fd >= 0;
    if (tried) {
      const got = this.recvOnce(size, bits);
      if (got !== undefined) return got;
    }
    const call = bits & MSG_WAITALL ? this.recvAllCall(size, bits) : this.recvCall(size, bits);
    return submitSync<Buffer | number>(this.channel, call, this.timeoutMs, tried);
  }

  /** recv(2) that never waits: null where C answers EAGAIN. */
  tryRecv(size: number, flags?: number): Buffer | null;
  tryRecv(target: Bytes, flags?: number): number | null;
  tryRecv(size: number | Bytes, flags?: number): Buffer | number | null {
    this.open('recv');
    return this.recvOnce(size, flagsOf(flags, 'recv: flags')) ?? null;
  }

  /** recvfrom(2): the data (or count) and the sender's address. */
  recvfrom(size: number, o?: number | IoOptions): Promise<[data: Buffer, address: A]>;
  recvfrom(target: Bytes, o?: number | IoOptions): Promise<[bytes: number, address: A]>;
  recvfrom(size: number | Bytes, o?: number | IoOptions): Promise<[Buffer | number, A]> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'recvfrom');
      return this.receive(this.recvfromCall(size, flags), flags, io);
    }) as Promise<[Buffer, A]>;
  }

  recvfromSync(size: number, flags?: number): [data: Buffer, address: A];
  recvfromSync(target: Bytes, flags?: number): [bytes: number, address: A];
  recvfromSync(size: number | Bytes, flags?: number): [Buffer | number, A] {
    return submitSync(
      this.channel,
      this.recvfromCall(size, flagsOf(flags, 'recvfrom: flags')),
      this.timeoutMs,
    );
  }

  tryRecvfrom(size: number, flags?: number): [data: Buffer, address: A] | null;
  tryRecvfrom(target: Bytes, flags?: number): [bytes: number, address: A] | null;
  tryRecvfrom(size: number | Bytes, flags?: number): [Buffer | number, A] | null {
    this.open('recvfrom');
    const bits = flagsOf(flags, 'recvfrom: flags');
    const target = targetOf(size, 'recvfrom: target');
    return (
      this.recvfromOnce(target, target === undefined ? sizeOf(size, 'recvfrom: size') : 0, bits) ??
      null
    );
  }

  /**
   * recvmsg(2): data, control messages, flags and sender. `size` allocates; buffers are filled in
   * order. `control` is the room for control data in bytes (CMSG_SPACE of what is expected), 0 for
   * none, left out for what enable() turned on: what does not fit is lost, and `controlTruncated`
   * says so. Descriptors come close-on-exec, in `get(CM.SCM_RIGHTS)`; those that nobody takes are
   * closed.
   */
  recvmsg(
    size: number | readonly Bytes[],
    o?: IoOptions & { control?: number },
  ): Promise<Message<A>> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'recvmsg');
      return this.receive(this.recvmsgCall(size, o?.control, flags), flags, io);
    });
  }

  recvmsgSync(size: number | readonly Bytes[], control?: number, flags?: number): Message<A> {
    return submitSync(
      this.channel,
      this.recvmsgCall(size, control, flagsOf(flags, 'recvmsg: flags')),
      this.timeoutMs,
    );
  }

  tryRecvmsg(size: number | readonly Bytes[], control?: number, flags?: number): Message<A> | null {
    this.open('recvmsg');
    return this.recvmsgCall(size, control, flagsOf(flags, 'recvmsg: flags')).attempt() ?? null;
  }

  /** The error queue has its own: who waits for it stands in nobody's way. */
  private receive<T>(
    call: OneShot<T>,
    flags: number,
    io: IoOptions | undefined,
    tried = false,
  ): Promise<T> {
    if (flags & MSG_ERRQUEUE) return watch(this.channel, EPOLLERR, call, io, this.patience);
    return submit(this.channel, call, io, this.patience, tried);
  }

  // --- one attempt each: undefined is EAGAIN

  private recvOnce(size: number | Bytes, flags: number): Buffer | number | undefined {
    if (size instanceof Uint8Array && size.length > 0) return this.fill(size, flags);
    const target = targetOf(size, 'recv: target');
    return target === undefined
      ? this.take(sizeOf(size, 'recv: size'), flags)
      : this.fill(target, flags);
  }

  private recvfromOnce(
    target: Uint8Array | undefined,
    limit: number,
    flags: number,
  ): [Buffer | number, A] | undefined {
    const data =
      target === undefined
        ? allocated(limit, (room) => this.fillFrom(room, flags))
        : this.fillFrom(target, flags);
    return data === undefined ? undefined : [data, this.sender(senderLength[0])];
  }

  private recvCall(size: number | Bytes, flags: number): OneShot<Buffer | number> {
    const target = targetOf(size, 'recv: target');
    if (target !== undefined) {
      const { length } = target;
      return {
        syscall: 'recv',
        direction: READ,
        attempt: () => {
          stillThere(target, length, 'recv: target');
          return this.fill(target, flags);
        },
      };
    }
    const limit = sizeOf(size, 'recv: size');
    return { syscall: 'recv', direction: READ, attempt: () => this.take(limit, flags) };
  }

  private recvAllCall(size: number | Bytes, flags: number): OneShot<Buffer | number> {
    if (this.type !== SOCK_STREAM || flags & MSG_ERRQUEUE) return this.recvCall(size, flags);
    const target = targetOf(size, 'recv: target');
    const room = target ?? Buffer.allocUnsafeSlow(sizeOf(size, 'recv: size'));
    const { length } = room;
    const fill = (rest: Uint8Array) => {
      stillThere(room, length, 'recv: target');
      return this.fill(rest, flags);
    };
    const call = waitall('recv', this.channel, room, flags, fill);
    return target === undefined ? mapped(call, (n) => kept(room, n)) : call;
  }

  private recvfromCall(size: number | Bytes, flags: number): OneShot<[Buffer | number, A]> {
    const target = targetOf(size, 'recvfrom: target');
    const limit = target === undefined ? sizeOf(size, 'recvfrom: size') : 0;
    const length = target?.length ?? 0;
    return {
      syscall: 'recvfrom',
      direction: READ,
      attempt: () => {
        if (target !== undefined) stillThere(target, length, 'recvfrom: target');
        return this.recvfromOnce(target, limit, flags);
      },
    };
  }

  private recvmsgCall(
    size: number | readonly Bytes[],
    control: number | undefined,
    flags: number,
  ): OneShot<Message<A>> {
    const room = control === undefined ? this.controlRoom : sizeOf(control, 'recvmsg: control');
    const given = typeof size === 'number' ? undefined : buffersOf(size);
    const lengths = given?.map(({ length }) => length);
    const limit = typeof size === 'number' ? sizeOf(size, 'recvmsg: size') : 0;
    return {
      syscall: 'recvmsg',
      direction: READ,
      attempt: () => {
        if (given !== undefined) allStillThere(given, lengths as number[], 'recvmsg: buffers');
        return this.message(
          { iov: given ?? [roomFor(limit)], control: room === 0 ? null : new Uint8Array(room) },
          given !== undefined,
          flags,
        );
      },
    };
  }

  private fill(room: Uint8Array, flags: number): number | undefined {
    return this.fillAt(room, 0, room.length, flags);
  }

  private fillAt(
    memory: Uint8Array,
    offset: number,
    length: number,
    flags: number,
  ): number | undefined {
    const { fd } = this.channel;
    const bits = flags | MSG_DONTWAIT;
    let result = native.recv(fd, memory, offset, length, bits);
    for (let tries = 0; result < 0 && this.again(result, flags, tries); tries++)
      result = native.recv(fd, memory, offset, length, bits);
    return this.count('recv', result, length);
  }

  private take(limit: number, flags: number): Buffer | undefined {
    if (limit > SLAB_LIMIT) return allocated(limit, (room) => this.fill(room, flags));
    return sliced(limit, (memory, offset, length) => this.fillAt(memory, offset, length, flags));
  }

  private fillFrom(room: Uint8Array, flags: number): number | undefined {
    let result: number;
    let tries = 0;
    do {
      senderLength[0] = sender.length;
      result = native.recvfrom(
        this.channel.fd,
        room,
        0,
        room.length,
        flags | MSG_DONTWAIT,
        sender,
        senderLength,
      );
    } while (result < 0 && this.again(result, flags, tries++));
    return this.count('recvfrom', result, room.length);
  }

  private message(
    { iov, control }: Room,
    scattered: boolean,
    flags: number,
  ): Message<A> | undefined {
    const room = iov.reduce((sum, bytes) => sum + bytes.length, 0);
    let result: number;
    let tries = 0;
    do {
      heads[0] = sender.length;
      heads[1] = control?.length ?? 0;
      heads[2] = 0;
      result = native.recvmsg(
        this.channel.fd,
        iov,
        sender,
        control,
        heads,
        flags | MSG_DONTWAIT | this.cloexec,
      );
    } while (result < 0 && this.again(result, flags, tries++));
    const controlBytes =
      control === null || result < 0
        ? NOTHING
        : control.subarray(0, Math.min(heads[1], control.length));
    const fds = this.family === AF_UNIX ? claim(controlBytes) : undefined;
    const n = this.count('recvmsg', result, room);
    if (n === undefined) return undefined;
    const filled = Math.min(n, room);
    const data = scattered ? gathered(iov, filled) : kept(iov[0], filled);
    return new Received(data, controlBytes, heads[2], this.sender(heads[0]), fds);
  }

  /**
   * Whether a refused call is to be made again, since an error of the queue interrupted it. EAGAIN
   * is no such error, but the moment to empty the queue.
   */
  protected again(result: number, flags: number, tries: number): boolean {
    const queue = this.errorQueue;
    if (queue === undefined || (flags & MSG_ERRQUEUE) !== 0) return false;
    if (result === -EAGAIN) {
      if (queue.drain()) this.channel.poke();
      return false;
    }
    if (this.hasEnd || !queue.passesOver(result, tries)) return false;
    this.channel.poke();
    return true;
  }

  /** From here on errors are data. */
  protected queueErrors(): ErrorQueue<A> {
    this.errorQueue ??= new ErrorQueue(() =>
      this.message({ iov: [scratch], control: new Uint8Array(ERROR_ROOM) }, false, MSG_ERRQUEUE),
    );
    return this.errorQueue;
  }

  /**
   * Who sent it. A stream's kernel names nobody: that is the peer; an unnamed unix socket has a
   * family and no name.
   */
  private sender(length: number): A {
    const peer = length > 0 || (this.family as number) === AF_UNIX ? null : this.remoteAddress;
    return peer ?? (decodeAddress(sender, length, this.family) as A);
  }

  /** What every receiving call does with its result. */
  private count(syscall: string, result: number, room: number): number | undefined {
    const { counters } = this;
    counters.syscalls += 1;
    if (result >= 0) {
      counters.messages += 1;
      counters.bytesRead += Math.min(result, room);
      return result;
    }
    if (result === -EAGAIN) {
      counters.eagain += 1;
      return undefined;
    }
    if (result <= BAD_ARGUMENT)
      throw badRange(
        `${syscall}: the buffer`,
        'memory that is still attached, in at most 1024 pieces',
        result,
      );
    return fail(result, syscall);
  }
}

function roomFor(limit: number): Uint8Array {
  return limit <= SCRATCH_SIZE ? scratch.subarray(0, limit) : Buffer.allocUnsafeSlow(limit);
}

/**
 * The first `n` bytes of `room` to keep: copied where most of the memory would be held for nothing,
 * else the allocation itself.
 */
function kept(room: Uint8Array, n: number): Buffer {
  if (room.buffer !== scratch.buffer)
    return n < room.length >> 1
      ? Buffer.from(room.subarray(0, n))
      : (room as Buffer).subarray(0, n);
  const data = Buffer.allocUnsafe(n);
  data.set(n === SCRATCH_SIZE ? scratch : scratch.subarray(0, n));
  return data;
}

/** A received Buffer of at most `limit` bytes. */
function allocated(
  limit: number,
  fill: (room: Uint8Array) => number | undefined,
): Buffer | undefined {
  const room = roomFor(limit);
  const n = fill(room);
  return n === undefined ? undefined : kept(room, Math.min(n, limit));
}

/** The filled part of several buffers: a view where one holds it all, else a copy. */
function gathered(iov: readonly Uint8Array[], n: number): Buffer {
  const [first] = iov;
  if (first !== undefined && n <= first.length)
    return Buffer.from(first.buffer, first.byteOffset, n);
  return Buffer.concat(iov, n);
}

function buffersOf(buffers: readonly Bytes[]): Uint8Array[] {
  if (!Array.isArray(buffers))
    throw badType('recvmsg: size', 'a number of bytes, or an array of buffers to fill', buffers);
  return buffers.map((buffer, i) => toBytes(buffer, `recvmsg: buffers[${i}]`));
}
