// Socket: the class. Each method is a call of lib/socket/calls in one of the three verbs.
import type * as dgram from 'node:dgram';
import type * as net from 'node:net';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type { Address, AddressLike, AnyFamily, Family, InetAddress, UnixAddress } from '../address';
import type { Bytes } from '../bytes';
import { AF_UNIX, SOCK_STREAM, SOMAXCONN } from '../constants';
import {
  checkSendOptions,
  type ErrorMessage,
  type Message,
  type MessageBatch,
  type Metadata,
  OwnedFd,
  type SendExtras,
} from '../message';
import {
  type BpfProgram,
  type Classic,
  getOption,
  type Level,
  optionsView,
  type Plain,
  type SocketOptions,
  setOption,
} from '../options';
import type { OPT } from '../options/brand';
import { type IoOptions, sendtoAddress, sendtoOptions } from './arguments';
import { accept, connections } from './calls/accept';
import { recvmmsg, sendmmsg } from './calls/batch';
import { connect, connectEx, connectExSync, connectSync, errnoOf } from './calls/connect';
import { checkFlag, dup, getInheritable, ioctl, setInheritable } from './calls/descriptor';
import { enable } from './calls/enable';
import { errors } from './calls/errors';
import { attachFilter } from './calls/filter';
import {
  type BatchOptions,
  batches,
  chunks,
  type MessagesOptions,
  messages,
  onBatch,
} from './calls/iterate';
import {
  dataWithFds,
  fdsControlLength,
  fdsSize,
  type ReceivedFds,
  receivedFds,
  recvmsg,
} from './calls/message';
import {
  bind,
  getpeername,
  getpeernameOrNull,
  getsockname,
  getsocknameOrNull,
  listen,
  shutdown,
} from './calls/name';
import { type WaitEvents, type WaitResult, wait } from './calls/poll';
import { recv, recvfrom } from './calls/receive';
import { send, sendall, sendto } from './calls/send';
import { sendfile } from './calls/sendfile';
import { sendmsg } from './calls/sendmsg';
import type { FileOptions } from './file';
import type { SocketTicket } from './hand-over';
import { checkFd, open, openPair, type SocketInit } from './open';
import { close, detach, openFd, State, type Stats, statsOf } from './state';
import { attempt, promise, sync } from './verbs';

/** What goes along with the data of sendmsg. */
export interface SendmsgOptions<A extends Address> extends SendExtras {
  /** the destination; left out on a connected socket */
  to?: AddressLike<A>;
}

const wrap = (state: State) => new Socket<Address>(state as never);
const nothing = () => undefined;
/** Loaded at first use: it loads node:net. */
const handOver = () => require('./hand-over') as typeof import('./hand-over');

/**
 * A socket of the kernel. Calls that may wait come as a promise (`recv`), as Sync (`recvSync` blocks
 * this thread) and as try (`tryRecv` never waits: null where C returns EAGAIN).
 */
export class Socket<A extends Address = InetAddress> implements Disposable, AsyncDisposable {
  readonly #state: State;
  #options: SocketOptions | undefined;

  /**
   * socket(2): Python's socket.socket(family, type, proto, fileno). The descriptor is close-on-exec
   * and non-blocking, whatever the verbs do. EAFNOSUPPORT, EPROTONOSUPPORT, EPERM (SOCK_RAW without
   * CAP_NET_RAW), EMFILE.
   */
  constructor(family?: Family<A>, type?: number, proto?: number, fd?: number);
  constructor(init: SocketInit & { family?: Family<A> });
  constructor(first?: Family<A> | SocketInit | State, type?: number, proto?: number, fd?: number) {
    if (first instanceof State) this.#state = first;
    else if (typeof first === 'object' && first !== null) this.#state = open(first as SocketInit);
    else this.#state = open({ family: first as AnyFamily | undefined, type, proto, fd });
  }

  /** socketpair(2): two connected sockets; AF_UNIX and SOCK_STREAM by default. */
  static pair<A extends Address = UnixAddress>(
    family: Family<A> = AF_UNIX as unknown as Family<A>,
    type: number = SOCK_STREAM,
    proto = 0,
  ): [Socket<A>, Socket<A>] {
    return openPair(family, type, proto).map(wrap) as unknown as [Socket<A>, Socket<A>];
  }

  /**
   * Takes over an open socket: reads its family, type and protocol (SO_DOMAIN, SO_TYPE,
   * SO_PROTOCOL) and sets O_NONBLOCK, which all duplicates of the descriptor share. ENOTSOCK, EBADF;
   * where this fails the descriptor stays the caller's, or the OwnedFd's.
   */
  static fromFd<A extends Address>(fd: number | OwnedFd): Socket<A> {
    return fd instanceof OwnedFd
      ? fd.handOver((number) => new Socket<A>({ fd: checkFd(number) }))
      : new Socket<A>({ fd: checkFd(fd) });
  }

  /**
   * fcntl(F_DUPFD_CLOEXEC): a Socket on a duplicate of the descriptor of a net.Socket, net.Server or
   * dgram.Socket. Core keeps its own; both share the kernel's socket. EBADF where there is none yet.
   */
  static from(target: net.Socket | net.Server | dgram.Socket): Socket<Address> {
    return wrap(handOver().fromCore(target));
  }

  /**
   * The socket of a ticket from transfer(), owned by this thread from now on. ENOENT: a ticket is
   * good once. EBADF: others closed the descriptor.
   */
  static adopt<A extends Address>(ticket: SocketTicket): Socket<A> {
    return wrap(handOver().redeem(ticket)) as unknown as Socket<A>;
  }

  // --- what it is

  /** AF_* */
  get family(): Family<A> {
    return this.#state.family as unknown as Family<A>;
  }

  /** SOCK_* */
  get type(): number {
    return this.#state.type;
  }

  /** IPPROTO_*, ETH_P_* in network order, NETLINK_*; 0 where the family has one only. */
  get proto(): number {
    return this.#state.proto;
  }

  /**
   * The descriptor's number, -1 once closed. It stays this Socket's: closing it elsewhere breaks
   * both.
   */
  fileno(): number {
    return this.#state.channel.fd;
  }

  /** Whether close() or detach() was called. */
  get closed(): boolean {
    return this.#state.channel.fd < 0;
  }

  /** Counters; reading `drops` makes a system call (SO_MEMINFO). */
  get stats(): Stats {
    return statsOf(this.#state);
  }

  // --- names and connections

  /**
   * bind(2). '' is the unspecified address, and with port 0 the kernel chooses one; a host name is
   * looked up in this thread, as in Python. EADDRINUSE, EADDRNOTAVAIL, EACCES (port < 1024 without
   * CAP_NET_BIND_SERVICE), EINVAL (already bound).
   */
  bind(address: AddressLike<A>): this {
    bind(this.#state, address);
    return this;
  }

  /**
   * listen(2). The kernel limits `backlog` to net.core.somaxconn; n admits n + 1 connections.
   * EADDRINUSE, EOPNOTSUPP (not a stream).
   */
  listen(backlog: number = SOMAXCONN): this {
    listen(this.#state, backlog);
    return this;
  }

  /** getsockname(2): the local address. */
  getsockname(): A {
    return getsockname(this.#state) as A;
  }

  /** getpeername(2): the peer's address; ENOTCONN where there is none. */
  getpeername(): A {
    return getpeername(this.#state) as A;
  }

  /** getsockname(), or null where the kernel returns an error. */
  get localAddress(): A | null {
    return getsocknameOrNull(this.#state) as A | null;
  }

  /** getpeername(), or null while not connected. */
  get remoteAddress(): A | null {
    return getpeernameOrNull(this.#state) as A | null;
  }

  /**
   * accept4(2): the connection and its peer's address. ECONNABORTED (the peer has gone already),
   * EMFILE, EINVAL (not listening).
   */
  accept(o?: IoOptions): Promise<[conn: Socket<A>, address: A]> {
    return promise(this.#state, accept, o, wrap) as Promise<[Socket<A>, A]>;
  }

  /** accept4(2), blocking this thread. */
  acceptSync(): [conn: Socket<A>, address: A] {
    return sync(this.#state, accept, undefined, wrap) as [Socket<A>, A];
  }

  /** accept4(2), never waiting: null where C returns EAGAIN. */
  tryAccept(): [conn: Socket<A>, address: A] | null {
    return attempt(this.#state, accept, undefined, wrap) as [Socket<A>, A] | null;
  }

  /**
   * A listener's connections, until it is closed or the signal aborts. Connections that are gone
   * already are skipped. Out of descriptors or memory (EMFILE, ENFILE, ENOBUFS, ENOMEM) it pauses
   * and tries again: what waits in the backlog stays there.
   */
  connections(
    o: { signal?: AbortSignal } = {},
  ): AsyncIterableIterator<[conn: Socket<A>, address: A]> {
    return connections(this.#state, o, wrap) as AsyncIterableIterator<[Socket<A>, A]>;
  }

  /**
   * connect(2): resolves once connected. A host name is looked up. `data` goes along with the SYN
   * where TCP Fast Open allows, else right after it. ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH,
   * ENETUNREACH, EISCONN, EALREADY (an earlier connect timed out or was aborted, and goes on); ENOENT
   * for a unix path.
   */
  connect(address: AddressLike<A>, o?: IoOptions & { data?: Bytes }): Promise<void> {
    // connect(80, '127.0.0.1') is refused for its address, not for its options.
    const options = typeof address === 'number' ? undefined : o;
    return promise(this.#state, connect, options, address, options?.data).then(nothing);
  }

  /** connect(2), blocking this thread; EINPROGRESS with a timeout of 0. */
  connectSync(address: AddressLike<A>): void {
    sync(this.#state, connectSync, undefined, address);
  }

  /**
   * connect(2), resolving with 0 or the positive errno: EAGAIN where the timeout of settimeout() ran
   * out, as in Python.
   */
  connect_ex(address: AddressLike<A>): Promise<number> {
    return promise(this.#state, connectEx, undefined, address).catch(errnoOf);
  }

  /** connect(2), blocking this thread: 0 or the positive errno. */
  connect_exSync(address: AddressLike<A>): number {
    try {
      return sync(this.#state, connectExSync, undefined, address);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /**
   * shutdown(2): SHUT_RD, SHUT_WR or SHUT_RDWR. ENOTCONN; on an unconnected UDP socket it takes
   * effect all the same.
   */
  shutdown(how: 0 | 1 | 2): void {
    shutdown(this.#state, how);
  }

  // --- receiving

  /**
   * recv(2): up to `size` bytes, or `target` filled and the count (CPython's recv_into). An empty
   * result is the end of a stream. With MSG_WAITALL a stream waits for all of it; less comes at the
   * end, an error, the deadline or an abort. ECONNRESET, ENOTCONN, ETIMEDOUT (settimeout), the
   * signal's reason.
   */
  recv(size: number, o?: number | IoOptions): Promise<Buffer>;
  recv(target: Bytes, o?: number | IoOptions): Promise<number>;
  recv(size: number | Bytes, o?: number | IoOptions): Promise<Buffer | number> {
    return promise(this.#state, recv, o, size);
  }

  /** recv(2), blocking this thread. */
  recvSync(size: number, flags?: number): Buffer;
  recvSync(target: Bytes, flags?: number): number;
  recvSync(size: number | Bytes, flags?: number): Buffer | number {
    return sync(this.#state, recv, flags, size);
  }

  /** recv(2), never waiting: null where C returns EAGAIN. */
  tryRecv(size: number, flags?: number): Buffer | null;
  tryRecv(target: Bytes, flags?: number): number | null;
  tryRecv(size: number | Bytes, flags?: number): Buffer | number | null {
    return attempt(this.#state, recv, flags, size);
  }

  /** recvfrom(2): the data (or the count that `target` took) and the sender's address. */
  recvfrom(size: number, o?: number | IoOptions): Promise<[data: Buffer, address: A]>;
  recvfrom(target: Bytes, o?: number | IoOptions): Promise<[bytes: number, address: A]>;
  recvfrom(size: number | Bytes, o?: number | IoOptions): Promise<[Buffer & number, A]> {
    return promise(this.#state, recvfrom, o, size) as Promise<[Buffer & number, A]>;
  }

  /** recvfrom(2), blocking this thread. */
  recvfromSync(size: number, flags?: number): [data: Buffer, address: A];
  recvfromSync(target: Bytes, flags?: number): [bytes: number, address: A];
  recvfromSync(size: number | Bytes, flags?: number): [Buffer & number, A] {
    return sync(this.#state, recvfrom, flags, size) as [Buffer & number, A];
  }

  /** recvfrom(2), never waiting: null where C returns EAGAIN. */
  tryRecvfrom(size: number, flags?: number): [data: Buffer, address: A] | null;
  tryRecvfrom(target: Bytes, flags?: number): [bytes: number, address: A] | null;
  tryRecvfrom(size: number | Bytes, flags?: number): [Buffer & number, A] | null {
    return attempt(this.#state, recvfrom, flags, size) as [Buffer & number, A] | null;
  }

  /**
   * recvmsg(2): data, control messages, flags and sender. A size (bytes) allocates; buffers are
   * filled in order. `control` is the space for control data in bytes (CMSG_SPACE of what is
   * expected), 0 for none, left out for what enable() turned on: what does not fit is lost, and
   * `controlTruncated` is set. Descriptors are close-on-exec, in `get(CM.SCM_RIGHTS)`; those that
   * nobody takes are closed.
   */
  recvmsg(
    size: number | readonly Bytes[],
    o?: IoOptions & { control?: number },
  ): Promise<Message<A>> {
    return promise(this.#state, recvmsg, o, size, o?.control) as Promise<Message<A>>;
  }

  /** recvmsg(2), blocking this thread. */
  recvmsgSync(size: number | readonly Bytes[], control?: number, flags?: number): Message<A> {
    return sync(this.#state, recvmsg, flags, size, control) as Message<A>;
  }

  /** recvmsg(2), never waiting: null where C returns EAGAIN. */
  tryRecvmsg(size: number | readonly Bytes[], control?: number, flags?: number): Message<A> | null {
    return attempt(this.#state, recvmsg, flags, size, control) as Message<A> | null;
  }

  /** recvmmsg(2): fills the batch with what is queued, at least one message: how many. */
  recvmmsg(batch: MessageBatch<A>, o?: IoOptions): Promise<number> {
    return promise(this.#state, recvmmsg, o, batch as MessageBatch);
  }

  /** recvmmsg(2), blocking this thread. */
  recvmmsgSync(batch: MessageBatch<A>, flags?: number): number {
    return sync(this.#state, recvmmsg, flags, batch as MessageBatch);
  }

  /** recvmmsg(2), never waiting: 0 where C returns EAGAIN. */
  tryRecvmmsg(batch: MessageBatch<A>, flags?: number): number {
    return attempt(this.#state, recvmmsg, flags, batch as MessageBatch) ?? 0;
  }

  /**
   * recvmsg(2) with space for `maxFds` descriptors, which are close-on-exec; MSG_CTRUNC in `flags`
   * where there were more, which are closed.
   */
  async recvFds(size: number, maxFds: number, o?: IoOptions): Promise<ReceivedFds> {
    const control = fdsControlLength(this.#state, maxFds);
    return receivedFds(await promise(this.#state, recvmsg, o, fdsSize(size), control), maxFds);
  }

  /** The same, blocking this thread. */
  recvFdsSync(size: number, maxFds: number, flags?: number): ReceivedFds {
    const control = fdsControlLength(this.#state, maxFds);
    return receivedFds(sync(this.#state, recvmsg, flags, fdsSize(size), control), maxFds);
  }

  // --- sending

  /**
   * send(2): how many bytes the kernel took, which may be fewer. A string is sent as UTF-8. EPIPE,
   * ECONNRESET, ENOTCONN, EMSGSIZE.
   */
  send(data: Bytes | string, o?: number | IoOptions): Promise<number> {
    return promise(this.#state, send, o, data);
  }

  /** send(2), blocking this thread. */
  sendSync(data: Bytes | string, flags?: number): number {
    return sync(this.#state, send, flags, data);
  }

  /** send(2), never waiting: null where C returns EAGAIN, or an earlier send still waits. */
  trySend(data: Bytes | string, flags?: number): number | null {
    return attempt(this.#state, send, flags, data);
  }

  /**
   * send(2) until everything is sent. Calls that overlap never interleave: each is sent whole, in
   * call order. An error carries `bytesSent`, and so does the reason of an abort.
   */
  sendall(data: Bytes | string, o?: number | IoOptions): Promise<void> {
    return promise(this.#state, sendall, o, data).then(nothing);
  }

  /** The same, blocking this thread. */
  sendallSync(data: Bytes | string, flags?: number): void {
    sync(this.#state, sendall, flags, data);
  }

  /**
   * sendto(2), with its arguments in Python's two orders. A host name is looked up. EACCES
   * (broadcast without SO_BROADCAST), ECONNREFUSED, ENETUNREACH.
   */
  sendto(data: Bytes | string, address: AddressLike<A>, o?: IoOptions): Promise<number>;
  sendto(
    data: Bytes | string,
    flags: number,
    address: AddressLike<A>,
    o?: IoOptions,
  ): Promise<number>;
  sendto(
    data: Bytes | string,
    b: AddressLike<A> | number,
    c?: AddressLike<A> | IoOptions,
    d?: IoOptions,
  ): Promise<number> {
    return promise(this.#state, sendto, sendtoOptions(b, c, d), data, sendtoAddress(b, c));
  }

  /** sendto(2), blocking this thread. */
  sendtoSync(data: Bytes | string, address: AddressLike<A>): number;
  sendtoSync(data: Bytes | string, flags: number, address: AddressLike<A>): number;
  sendtoSync(data: Bytes | string, b: AddressLike<A> | number, c?: AddressLike<A>): number {
    const flags = typeof b === 'number' ? b : undefined;
    return sync(this.#state, sendto, flags, data, sendtoAddress(b, c));
  }

  /** sendto(2), never waiting, not for a name look-up either: null where C returns EAGAIN. */
  trySendto(data: Bytes | string, address: AddressLike<A>): number | null;
  trySendto(data: Bytes | string, flags: number, address: AddressLike<A>): number | null;
  trySendto(data: Bytes | string, b: AddressLike<A> | number, c?: AddressLike<A>): number | null {
    const flags = typeof b === 'number' ? b : undefined;
    return attempt(this.#state, sendto, flags, data, sendtoAddress(b, c));
  }

  /**
   * sendmsg(2): the buffers as one message, with a destination, and with source, interface, ttl,
   * descriptors or any control messages.
   */
  sendmsg(buffers: readonly Bytes[], o?: IoOptions & SendmsgOptions<A>): Promise<number> {
    return promise(this.#state, sendmsg, o, buffers, o, o?.to);
  }

  /** sendmsg(2), blocking this thread. */
  sendmsgSync(buffers: readonly Bytes[], o?: SendmsgOptions<A> & { flags?: number }): number {
    return sync(this.#state, sendmsg, o?.flags, buffers, checkSendOptions(o), o?.to);
  }

  /** sendmsg(2), never waiting: null where C returns EAGAIN. */
  trySendmsg(buffers: readonly Bytes[], o?: SendmsgOptions<A> & { flags?: number }): number | null {
    return attempt(this.#state, sendmsg, o?.flags, buffers, checkSendOptions(o), o?.to);
  }

  /**
   * sendmmsg(2), as often as it takes: how many messages were sent. They are fewer than there are
   * only where the kernel refused the next one, or the wait for it ended (timeout, signal, close()):
   * sending from there on (`from`) returns the error. A batch just received goes back to where its
   * messages came from.
   */
  sendmmsg(batch: MessageBatch<A>, o?: IoOptions & { from?: number }): Promise<number> {
    return promise(this.#state, sendmmsg, o, batch as MessageBatch, o?.from);
  }

  /** The same, blocking this thread. */
  sendmmsgSync(batch: MessageBatch<A>, flags?: number, from?: number): number {
    return sync(this.#state, sendmmsg, flags, batch as MessageBatch, from);
  }

  /** sendmmsg(2) once, never waiting: how many messages were sent, 0 where C returns EAGAIN. */
  trySendmmsg(batch: MessageBatch<A>, flags?: number, from?: number): number {
    return attempt(this.#state, sendmmsg, flags, batch as MessageBatch, from) ?? 0;
  }

  /**
   * sendfile(2) from an open file: `count` bytes, or up to its end, from `offset` (bytes) on; how
   * many were sent. No byte passes through JavaScript. EINVAL where the file cannot be mapped (a
   * pipe, a socket); an error carries `bytesSent`.
   */
  sendfile(
    file: number | { fd: number },
    offset?: number,
    count?: number,
    o?: IoOptions,
  ): Promise<number> {
    return promise(this.#state, sendfile, o, file, offset, count);
  }

  /** sendfile(2), blocking this thread. */
  sendfileSync(file: number | { fd: number }, offset?: number, count?: number): number {
    return sync(this.#state, sendfile, undefined, file, offset, count);
  }

  /**
   * sendmsg(2) with SCM_RIGHTS, over AF_UNIX: at least one byte of data on a stream, at most 253
   * descriptors, which stay open here. EBADF, ETOOMANYREFS.
   */
  async sendFds(data: Bytes, fds: SendExtras['fds'], o?: IoOptions): Promise<number> {
    return promise(this.#state, sendmsg, o, dataWithFds(this.#state, data), { fds }, undefined);
  }

  /** The same, blocking this thread. */
  sendFdsSync(data: Bytes, fds: SendExtras['fds'], flags?: number): number {
    return sync(this.#state, sendmsg, flags, dataWithFds(this.#state, data), { fds }, undefined);
  }

  // --- consuming

  /**
   * poll(2) on this socket alone: resolves with which of the states hold, once one does. `error` is
   * POLLERR, POLLHUP or POLLPRI; a socket with POLLERR or POLLHUP is readable and writable too, since
   * a call on it will not wait.
   */
  wait(events: WaitEvents, o?: IoOptions): Promise<WaitResult> {
    return wait(this.#state, events, o);
  }

  /** A stream's chunks until its end; a datagram socket's datagrams, one by one. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Buffer> {
    return chunks(this.#state);
  }

  /**
   * Message after message, each in memory of its own, until the socket is closed or the signal
   * aborts. Metadata named here is enabled first. `size` is the most bytes of one, 65535 by default;
   * `control` the most bytes of control data: on AF_UNIX, CMSG_SPACE(4 * n) takes n descriptors.
   */
  messages(o: MessagesOptions = {}): AsyncIterableIterator<Message<A>> {
    return messages(this.#state, o) as AsyncIterableIterator<Message<A>>;
  }

  /**
   * Batch after batch, the same one filled anew each time, until the socket is closed or the signal
   * aborts.
   */
  batches(o: BatchOptions & { signal?: AbortSignal } = {}): AsyncIterableIterator<MessageBatch<A>> {
    return batches(this.#state, o) as unknown as AsyncIterableIterator<MessageBatch<A>>;
  }

  /**
   * Push mode, the fastest: `fn` is called with the batch each time it was filled, until `budget`
   * messages (4096 by default) or 4 ms are spent, whichever comes first; then the event loop runs.
   * What it keeps of a batch it must copy. `done` resolves once stopped or closed, and rejects with
   * what the kernel refused or `fn` threw. Other receiving calls on this socket wait until it is
   * stopped.
   */
  onBatch(
    fn: (batch: MessageBatch<A>) => void,
    o: BatchOptions & { budget?: number } = {},
  ): { stop(): void; readonly done: Promise<void> } {
    return onBatch(this.#state, fn as (batch: MessageBatch) => void, o);
  }

  /**
   * The error queue (recvmsg(2) with MSG_ERRQUEUE) until the socket is closed or the signal aborts:
   * ICMP errors (enable({ errqueue })), timestamps of what was sent (SO_TIMESTAMPING), zero-copy
   * completions (SO_ZEROCOPY). From the first use on, errors of datagrams fail no other call. While
   * nobody iterates, the newest 1024 are kept.
   */
  errors(o: { signal?: AbortSignal } = {}): AsyncIterableIterator<ErrorMessage<A>> {
    return errors(this.#state, o) as AsyncIterableIterator<ErrorMessage<A>>;
  }

  /**
   * A Duplex over this socket. `highWaterMark` (bytes) is Python's bufsize. Async iteration over it
   * yields chunks, and lines through node:readline. Ending or destroying it leaves the socket open:
   * shutdown(SHUT_WR) sends the FIN, close() closes.
   */
  makefile(mode: 'r' | 'w' | 'rw' = 'rw', o: FileOptions = {}): Duplex {
    openFd(this.#state, 'makefile');
    const { makefile } = require('./file') as typeof import('./file');
    return makefile(this, mode, o);
  }

  // --- options

  /**
   * getsockopt(2). With an option constant: its typed value. With a plain number: an int. With
   * `buflen` (bytes): the bytes that the kernel returned. ENOPROTOOPT where the option does not
   * exist at this level of this socket: the error's hint says where it does.
   */
  getsockopt<L extends string, G>(
    level: Level<NoInfer<L>>,
    option: number & { readonly [OPT]: { level: L; get: G; set: unknown } },
  ): G;
  getsockopt<L extends string>(
    level: Level<NoInfer<L>>,
    option: number & { readonly [OPT]: { level: L; get: unknown; set: unknown } },
    buflen: number,
  ): Buffer;
  getsockopt<N extends number>(level: number, option: Plain<N>): number;
  getsockopt<N extends number>(level: number, option: Plain<N>, buflen: number): Buffer;
  getsockopt(level: number, option: number, buflen?: number): unknown {
    return getOption(openFd(this.#state, 'getsockopt'), level, option, buflen);
  }

  /**
   * setsockopt(2). The option's typed value; packed bytes (Python's struct.pack) for any option
   * that may be written so; null with a length (Python's None). A flag takes any integer here. A
   * bad value is refused before the call; the kernel's error names option and level.
   */
  setsockopt<L extends string, S>(
    level: Level<NoInfer<L>>,
    option: number & { readonly [OPT]: { level: L; get: unknown; set: S } },
    value: NoInfer<Classic<S>>,
  ): this;
  setsockopt<L extends string, S>(
    level: Level<NoInfer<L>>,
    option: number & { readonly [OPT]: { level: L; get: unknown; set: S } },
    value: [S] extends [never] ? never : null,
    optlen: number,
  ): this;
  setsockopt<N extends number>(
    level: number,
    option: Plain<N>,
    value: number | boolean | Bytes | string,
  ): this;
  setsockopt<N extends number>(level: number, option: Plain<N>, value: null, optlen: number): this;
  setsockopt(level: number, option: number, value: unknown, optlen?: number): this {
    setOption(openFd(this.#state, 'setsockopt'), level, option, value, optlen);
    return this;
  }

  /** The options as properties: flags are booleans, read-only ones have no setter. */
  get options(): SocketOptions {
    this.#options ??= optionsView(this);
    return this.#options;
  }

  /**
   * Turns metadata of messages on (true) or off (false), by the options that the family has for it:
   * messages then have `to`, `ifindex`, `ttl`, `tos`, `timestamp`, `drops`, `segmentSize`.
   * `errqueue` makes ICMP errors data: they come from errors(), and no other call fails for them.
   */
  enable(metadata: Metadata): this {
    enable(this.#state, metadata);
    return this;
  }

  /** SO_ATTACH_FILTER, or SO_DETACH_FILTER for null; `lock` makes it final (SO_LOCK_FILTER). */
  attachFilter(program: BpfProgram | null, o?: { lock?: boolean }): this {
    attachFilter(this.#state, program, o);
    return this;
  }

  /**
   * Python's timeout, in seconds. n > 0: the deadline of Sync verbs and promises alike (ETIMEDOUT).
   * null: none. 0: Sync verbs throw EAGAIN at once, and promises still wait, as in asyncio.
   */
  settimeout(seconds: number | null): void {
    this.#state.seconds = seconds;
  }

  /** The timeout in seconds, or null. */
  gettimeout(): number | null {
    return this.#state.seconds;
  }

  /** The timeout in milliseconds, or null. */
  get timeoutMs(): number | null {
    return this.#state.timeoutMs;
  }

  set timeoutMs(ms: number | null) {
    this.#state.timeoutMs = ms;
  }

  /** setblocking(true) is settimeout(null), setblocking(false) is settimeout(0). */
  setblocking(flag: boolean | 0 | 1): void {
    this.#state.seconds = checkFlag(flag, 'setblocking: flag') ? null : 0;
  }

  /** Whether the timeout is not 0. */
  getblocking(): boolean {
    return this.#state.timeoutMs !== 0;
  }

  /**
   * ioctl(2), for requests whose argument is flat. Without `arg` the request's int is returned
   * (SIOCINQ, SIOCOUTQ, SIOCATMARK); a number is passed as the request's int; bytes are the
   * request's struct, and are returned as the kernel left them.
   */
  ioctl(request: number, arg?: number | Bytes): number | Buffer {
    return ioctl(this.#state, request, arg);
  }

  // --- the descriptor

  /** fcntl(F_DUPFD_CLOEXEC): a second Socket over the same kernel socket. */
  dup(): Socket<A> {
    return wrap(dup(this.#state)) as unknown as Socket<A>;
  }

  /** fcntl(F_GETFD): whether children inherit the descriptor (FD_CLOEXEC clear); false at first. */
  get_inheritable(): boolean {
    return getInheritable(this.#state);
  }

  /** fcntl(F_SETFD): sets or clears FD_CLOEXEC. */
  set_inheritable(on: boolean): void {
    setInheritable(this.#state, on);
  }

  /** Waiting calls hold the event loop, which is so at first. */
  ref(): this {
    this.#state.channel.setReferenced(true);
    return this;
  }

  /** Waiting calls do not hold the event loop: the process may end before they do. */
  unref(): this {
    this.#state.channel.setReferenced(false);
    return this;
  }

  /** close(2); idempotent. Whatever waits on this socket is rejected with EBADF. */
  close(): void {
    close(this.#state);
  }

  /**
   * Gives the descriptor away: from now on the caller owns it, still open and non-blocking. Whatever
   * waits on this socket is rejected with EBADF.
   */
  detach(): number {
    return detach(this.#state);
  }

  /**
   * A net.Socket on this descriptor, which core owns from now on: fileno() is -1, and what waits is
   * rejected with EBADF. For TCP and unix streams; an unconnected one may connect() there. ENOTSUP:
   * core has no stream for it, and the socket is as it was.
   */
  toNet(): net.Socket {
    return handOver().toNet(this.#state);
  }

  /**
   * A listening net.Server on this descriptor, which core owns from now on. Core calls listen(2)
   * again, with `backlog`: by default what listen() was given, else 511. Pass the server on to http
   * or tls by `server.on('connection', ...)`, or use listen({ fd: detach() }) there. ENOTSUP as
   * toNet().
   */
  toServer(o?: net.ServerOpts & { backlog?: number }): net.Server {
    return handOver().toServer(this.#state, o);
  }

  /**
   * A dgram.Socket of node's core on this descriptor, which core owns from now on. For UDP sockets
   * without a peer. ENOTSUP: others, and the socket is as it was.
   */
  toDgram(): dgram.Socket {
    return handOver().toDgram(this.#state);
  }

  /**
   * Moves the socket to another thread of this process: post the ticket there, and Socket.adopt()
   * it. This Socket is closed, and what waits is rejected with EBADF. A ticket is good once; the
   * descriptor of one that nobody adopts is open until the process ends.
   */
  transfer(): SocketTicket {
    return handOver().transfer(this.#state);
  }

  /** close() */
  [Symbol.dispose](): void {
    this.close();
  }

  /** close() */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#state.closing;
  }

  /** What console.log() shows: a line as of ss(8). */
  [inspect.custom](depth: number): string {
    if (depth < 0) return '[Socket]';
    return (require('./inspect') as typeof import('./inspect')).inspectSocket(this.#state);
  }
}
