// Socket: the class. Accepting, connecting, iterating, and the ways to come by one.
import type { Duplex } from 'node:stream';
import {
  type Address,
  type AddressLike,
  type AnyFamily,
  decodeAddress,
  type Family,
  type InetAddress,
  type UnixAddress,
} from '../address';
import { type Bytes, toBytes } from '../bytes';
import {
  AF_INET,
  AF_UNIX,
  EAGAIN,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants';
import { badRange, badType, check, fail, isErrno, SocketError } from '../errors';
import { type Metadata, OwnedFd, refuseOwned } from '../message';
import { native } from '../native';
import { applyOptions, type OptionValues } from '../options';
import { onAbort } from './aborts';
import { optionsOfCall } from './arguments';
import { type Connecting, connectCall, thenSend } from './connecting';
import { type FileOptions, makefile } from './file';
import {
  type Call,
  type IoOptions,
  type Lasting,
  type OneShot,
  pollOne,
  READ,
  submit,
  submitSync,
  watch,
} from './funnel';
import { endless, iterate } from './iterate';
import { later } from './later';
import { Limit } from './limit';
import { Messenger } from './messenger';
import { resolve, resolveSync, type Target } from './resolve';

/** What a Socket may be made from. */
export interface SocketInit {
  family?: AnyFamily;
  type?: number;
  proto?: number;
  /**
   * An open socket to take over instead of making one; family, type and protocol are then read from
   * it.
   */
  fd?: number;
  /** applied between socket() and bind() */
  options?: OptionValues;
  /** set together with the options, as by enable() */
  enable?: Metadata;
  /** closes the socket when aborted */
  signal?: AbortSignal;
}

/** A descriptor whose family, type and protocol are known, non-blocking and owned. */
class Known {
  constructor(
    readonly fd: number,
    readonly family: AnyFamily,
    readonly type: number,
    readonly proto: number,
  ) {}
}

const BORN = SOCK_NONBLOCK | SOCK_CLOEXEC;
const CHUNK = 65536;
// how long connections() waits when the process is out of descriptors
const FULL_TABLE_PAUSE_MS = 100;

const peer = new Uint8Array(128);
const peerLength = new Int32Array(1);

export class Socket<A extends Address = InetAddress> extends Messenger<A> {
  /**
   * socket(2): Python's socket.socket(family, type, proto, fileno). Born close-on-exec and
   * non-blocking, whatever the verbs do.
   */
  constructor(family?: Family<A>, type?: number, proto?: number, fd?: number);
  constructor(init: SocketInit & { family?: Family<A> });
  constructor(first?: Family<A> | SocketInit | Known, type?: number, proto?: number, fd?: number) {
    const init: SocketInit =
      typeof first === 'object' && first !== null
        ? (first as SocketInit)
        : { family: first as Family<A>, type, proto, fd };
    const known =
      first instanceof Known
        ? first
        : spelt(init).fd === undefined
          ? make(init)
          : take(init.fd as number, init);
    super(known.fd, known.family, known.type, known.proto);
    if (first instanceof Known) return;
    if (init.fd !== undefined) this.ensureNonblocking(known.fd);
    this.prepare(init);
  }

  /** socketpair(2): two connected sockets; AF_UNIX SOCK_STREAM unless said otherwise. */
  static pair<A extends Address = UnixAddress>(
    family: Family<A> = AF_UNIX as unknown as Family<A>,
    type: number = SOCK_STREAM,
    proto = 0,
  ): [Socket<A>, Socket<A>] {
    const fds = new Int32Array(2);
    const result = native.socketpair(
      integer(family, 'family'),
      integer(type, 'type') | BORN,
      integer(proto, 'proto'),
      fds,
    );
    check(result, 'socketpair', { hintContext: { family, type, proto } });
    const end = (fd: number) => new Socket<A>(new Known(fd, family, type & ~BORN, proto));
    return [end(fds[0]), end(fds[1])];
  }

  /**
   * Takes over an open socket: reads its family, type and protocol, and sets O_NONBLOCK, which all
   * dups of the descriptor share. ENOTSOCK, EBADF; the fd stays the caller's, or the OwnedFd's,
   * where this fails.
   */
  static fromFd<A extends Address>(fd: number | OwnedFd): Socket<A> {
    if (!(fd instanceof OwnedFd)) return new Socket<A>({ fd: descriptor(fd) });
    return fd.handOver((number) => new Socket<A>({ fd: descriptor(number) }));
  }

  /** fcntl(F_DUPFD_CLOEXEC): a second Socket over the same kernel socket. */
  dup(): Socket<A> {
    const copy = new Socket<A>(new Known(this.duplicate(), this.family, this.type, this.proto));
    copy.timeoutMs = this.timeoutMs;
    copy.controlRoom = this.controlRoom;
    if (this.errorQueue !== undefined) copy.queueErrors();
    return copy;
  }

  // --- accept

  /**
   * accept4(2): the connection and its peer's address. ECONNABORTED (gone before we came), EMFILE,
   * EINVAL (not listening).
   */
  accept(o?: IoOptions): Promise<[conn: Socket<A>, address: A]> {
    return later(() =>
      submit(this.channel, this.acceptCall(), optionsOfCall(o, 'accept').io, this.patience),
    ) as Promise<[Socket<A>, A]>;
  }

  acceptSync(): [conn: Socket<A>, address: A] {
    return submitSync(this.channel, this.acceptCall(), this.timeoutMs);
  }

  tryAccept(): [conn: Socket<A>, address: A] | null {
    this.open('accept');
    return this.acceptCall().attempt() ?? null;
  }

  /**
   * A listener's connections, until it is closed or the signal aborts. Connections that were gone
   * before we came are passed over; out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM)
   * it pauses and tries again, and whoever waits in the backlog stays there.
   */
  connections(
    o: { signal?: AbortSignal } = {},
  ): AsyncIterableIterator<[conn: Socket<A>, address: A]> {
    return this.untilClosed(endless(o, 'connections'), async (io) => {
      for (;;) {
        try {
          return await this.accept(io);
        } catch (error) {
          if (isErrno(error, 'ECONNABORTED')) continue;
          if (!isErrno(error, 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM')) throw error;
          await this.pause(FULL_TABLE_PAUSE_MS, io);
        }
      }
    });
  }

  // --- connect

  /**
   * connect(2), waiting until it stands or fails. A host name is looked up. `data` goes along with
   * the SYN where TCP Fast Open allows, else right after it. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH,
   * ENETUNREACH, EISCONN, EALREADY (an earlier one timed out or was aborted, and goes on); ENOENT
   * for a unix path.
   */
  connect(address: AddressLike<A>, o?: IoOptions & { data?: Bytes }): Promise<void> {
    return later(() => {
      const { io } = optionsOfCall(o, 'connect');
      const data = o?.data === undefined ? undefined : toBytes(o.data, 'connect: data');
      return this.connectTo(address, io, {
        data,
        raise: true,
      }) as Promise<unknown> as Promise<void>;
    }).then(nothing);
  }

  connectSync(address: AddressLike<A>): void {
    submitSync(this.channel, this.connectSyncCall(address, true), this.timeoutMs);
  }

  /**
   * connect, answering 0 or the positive errno instead of failing; EAGAIN where settimeout() ran
   * out, as in Python.
   */
  connect_ex(address: AddressLike<A>): Promise<number> {
    return later(() => this.connectTo(address, undefined, { raise: false })).catch(errnoOf);
  }

  connect_exSync(address: AddressLike<A>): number {
    try {
      return submitSync(this.channel, this.connectSyncCall(address, false), this.timeoutMs);
    } catch (error) {
      return errnoOf(error);
    }
  }

  // --- state and streams

  /**
   * poll(2) on this socket alone: which of the asked states hold. Resolves when one of them does;
   * `error` is POLLERR, POLLHUP or POLLPRI, and a hung-up or failed socket counts as readable and
   * writable too, since a call on it will not wait.
   */
  wait(
    events: { read?: boolean; write?: boolean; error?: boolean },
    o?: IoOptions,
  ): Promise<{ read: boolean; write: boolean; error: boolean }> {
    return later(() => {
      if (typeof events !== 'object' || events === null)
        throw badType('wait: events', '{ read, write, error }', events);
      const { io } = optionsOfCall(o, 'wait');
      if (!events.read && !events.write && !events.error)
        throw badRange('wait: events', 'at least one of read, write, error', events);
      const asked =
        (events.read ? POLLIN : 0) | (events.write ? POLLOUT : 0) | (events.error ? POLLPRI : 0);
      const ended = POLLERR | POLLHUP;
      const attempt = () => {
        const got = pollOne(this.channel.fd, asked, 0);
        const state = {
          read: Boolean(events.read) && (got & (POLLIN | ended)) !== 0,
          write: Boolean(events.write) && (got & (POLLOUT | ended)) !== 0,
          error: Boolean(events.error) && (got & (POLLPRI | ended)) !== 0,
        };
        return state.read || state.write || state.error ? state : undefined;
      };
      return watch(
        this.channel,
        asked,
        { syscall: 'poll', direction: READ, attempt },
        io,
        this.patience,
      );
    });
  }

  /** A stream's chunks until its end; a datagram socket's datagrams, each as it came. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return iterate(
      {},
      { ask: (io) => this.recv(CHUNK, io), isLast: ({ length }) => this.hasEnd && length === 0 },
    );
  }

  /**
   * A Duplex over this socket. `highWaterMark` (bytes) is Python's bufsize. Async iteration over it
   * yields chunks, and lines through node:readline. Ending or destroying it leaves the socket open:
   * shutdown(SHUT_WR) sends the FIN, close() closes.
   */
  makefile(mode: 'r' | 'w' | 'rw' = 'rw', o: FileOptions = {}): Duplex {
    this.open('makefile');
    return makefile(this, mode, o);
  }

  // --- inside

  private prepare({ options, enable, signal }: SocketInit): void {
    try {
      if (options !== undefined) {
        if (typeof options !== 'object' || options === null)
          throw badType('Socket: options', 'an object of options by name', options);
        applyOptions(this.channel.fd, options);
      }
      if (enable !== undefined) this.enable(enable);
      if (signal === undefined) return;
      if (typeof signal?.addEventListener !== 'function')
        throw badType('Socket: signal', 'an AbortSignal', signal);
      signal.throwIfAborted();
    } catch (error) {
      this.close();
      throw error;
    }
    const self = new WeakRef(this);
    this.channel.onRelease = onAbort(signal, () => self.deref()?.close());
  }

  private acceptCall(): OneShot<[Socket<A>, A]> {
    return { syscall: 'accept', direction: READ, attempt: () => this.acceptOne() };
  }

  private acceptOne(): [Socket<A>, A] | undefined {
    const { fd } = this.channel;
    this.counters.syscalls += 1;
    this.ensureNonblocking(fd);
    peerLength[0] = peer.length;
    const result = native.accept4(fd, BORN, peer, peerLength);
    if (result === -EAGAIN) {
      this.counters.eagain += 1;
      return undefined;
    }
    if (result < 0) fail(result, 'accept');
    const address = decodeAddress(peer, peerLength[0], this.family) as A;
    return [new Socket<A>(new Known(result, this.family, this.type, this.proto)), address];
  }

  private connectCall(
    target: Target,
    o: Pick<Connecting, 'data' | 'raise'> & { once?: boolean },
  ): Call<number> {
    this.ensureNonblocking(this.open('connect'));
    const call = connectCall(this.channel, target, {
      family: this.family,
      type: this.type,
      once: false,
      ...o,
    });
    const { data } = o;
    return data === undefined
      ? call
      : thenSend(call, (sent) => this.sendallCall(data.subarray(sent), 0));
  }

  private connectSyncCall(address: AddressLike<A>, raise: boolean): Call<number> {
    this.open('connect');
    return this.connectCall(resolveSync(this.family, address), {
      raise,
      once: this.timeoutMs === 0,
    });
  }

  /** Looks the name up and connects, under one deadline. */
  private connectTo(
    address: AddressLike<A>,
    io: IoOptions | undefined,
    o: Pick<Connecting, 'data' | 'raise'>,
  ): Promise<number> {
    this.open('connect');
    const limit = new Limit(io, this.patience);
    const target = resolve(this.family, address);
    const connect = (to: Target) =>
      submit(this.channel, this.connectCall(to, o), limit.rest(), null);
    return target instanceof Promise
      ? limit.wait(target, 'connect').then(connect)
      : connect(target);
  }

  /** Sleeps `ms` milliseconds, less where the socket closes or the signal aborts. */
  private pause(ms: number, io: Lasting): Promise<unknown> {
    const never: Call<true> = { syscall: 'accept', direction: READ, attempt: () => undefined };
    return submit(this.channel, never, { ...io, timeoutMs: ms }, null).catch((error) => {
      if (!isErrno(error, 'ETIMEDOUT', 'EBADF')) throw error;
    });
  }
}

function nothing(): void {}

function integer(value: unknown, what: string): number {
  if (typeof value !== 'number') throw badType(`socket: ${what}`, 'a number', value);
  if (!Number.isInteger(value) || value < -0x80000000 || value > 0x7fffffff)
    throw badRange(`socket: ${what}`, 'a 32-bit integer', value);
  return value;
}

function descriptor(fd: unknown): number {
  if (typeof fd !== 'number') throw badType('Socket: fd', 'a number', fd);
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff)
    throw badRange('Socket: fd', 'an open file descriptor', fd);
  return fd;
}

const MEMBERS = ['family', 'type', 'proto', 'fd', 'options', 'enable', 'signal'];

/** A misspelt member would be a default that nobody asked for. */
function spelt(init: SocketInit): SocketInit {
  for (const name of Object.keys(init))
    if (!MEMBERS.includes(name))
      throw badType('members of Socket', `of ${MEMBERS.join(', ')}`, name);
  return init;
}

function make({ family = AF_INET, type = SOCK_STREAM, proto = 0 }: SocketInit): Known {
  const fd = native.socket(
    integer(family, 'family'),
    integer(type, 'type') | BORN,
    integer(proto, 'proto'),
  );
  check(fd, 'socket', { hintContext: { family, type, proto } });
  return new Known(fd, family, type & ~BORN, proto);
}

const answer = new Uint8Array(4);
const answerView = new DataView(answer.buffer);

function take(fd: number, { family, type, proto }: SocketInit): Known {
  descriptor(fd);
  const ask = (option: number): number => {
    check(native.getsockopt(fd, SOL_SOCKET, option, answer, answer.length), 'getsockopt');
    return answerView.getInt32(0, true);
  };
  refuseOwned(fd);
  const actual = {
    family: ask(SO_DOMAIN) as AnyFamily,
    type: ask(SO_TYPE),
    proto: ask(SO_PROTOCOL),
  }; // ENOTSOCK, whatever the caller says it is
  const known = new Known(
    fd,
    family === undefined ? actual.family : (integer(family, 'family') as AnyFamily),
    type === undefined ? actual.type : integer(type, 'type') & ~BORN,
    proto === undefined ? actual.proto : integer(proto, 'proto'),
  );
  check(native.adopt(fd), 'adopt');
  return known;
}

/**
 * The positive errno that connect_ex answers; what is not the kernel's refusal stays an exception.
 * A deadline is EAGAIN there, as in Python.
 */
function errnoOf(error: unknown): number {
  if (!(error instanceof SocketError)) throw error;
  return isErrno(error, 'ETIMEDOUT') ? EAGAIN : -error.errno;
}
