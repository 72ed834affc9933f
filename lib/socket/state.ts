// What the calls of one socket share: descriptor, family, type, timeout, counters, error queue.
import { type AnyFamily, forgetElsewhere } from '../address';
import {
  AF_NETLINK,
  AF_UNIX,
  F_GETFL,
  F_SETFL,
  MSG_CMSG_CLOEXEC,
  O_NONBLOCK,
  SHUT_WR,
  SK_MEMINFO_DROPS,
  SK_MEMINFO_VARS,
  SO_MEMINFO,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants';
import { diagnostics } from '../diagnostics';
import { badType } from '../errors';
import { checkedTimeout, getdefaulttimeout } from '../names';
import { native } from '../native';
import { Channel, closedError } from '../wait';
import type { ErrorQueue } from './error-queue';
import type { ZeroCopy } from './zero-copy';

/** Counters of one socket. */
export interface Stats {
  /** system calls made to transfer data */
  readonly syscalls: number;
  /** how many of them returned EAGAIN */
  readonly eagain: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** messages received */
  readonly messages: number;
  /** datagrams that the kernel dropped on this socket, from SO_MEMINFO */
  readonly drops: number;
}

/** The counters that calls keep. */
class Counters {
  syscalls = 0;
  eagain = 0;
  bytesRead = 0;
  bytesWritten = 0;
  messages = 0;
}

const TRACE = process.env.BSD_SOCKET_TRACE === '1';
const TRACE_HINT = 'BSD_SOCKET_TRACE=1 shows where it was opened';
const origins = new WeakMap<Channel, string | undefined>();

/** Closes, with a warning, sockets that were garbage-collected while open. */
const collected = new FinalizationRegistry<Channel>((channel) => {
  if (channel.fd < 0) return;
  const { fd } = channel;
  forgetElsewhere(fd);
  if (channel.close('the socket was garbage-collected') < 0) return;
  process.emitWarning(
    `a Socket (fd ${fd}) was garbage-collected while open: close() it, or declare it with using`,
    {
      type: 'ResourceWarning',
      code: 'BSD_SOCKET_LOST',
      detail: origins.get(channel) ?? TRACE_HINT,
    },
  );
});

/** Whatever waits holds the State, and so does its Socket: it is collected with the last of them. */
export class State {
  readonly channel: Channel;
  /** AF_* */
  readonly family: AnyFamily;
  /** SOCK_* */
  readonly type: number;
  /** IPPROTO_*, ETH_P_* in network order, NETLINK_*; 0 where the family has one only */
  readonly proto: number;
  readonly counters = new Counters();
  /** bytes of control data that recvmsg has space for unless the caller says: set by enable() */
  controlLength = 0;
  /** what listen() was given, for toServer() */
  backlog: number | undefined;
  /** set once errors are data: by enable({ errqueue }) or errors() */
  errorQueue: ErrorQueue | undefined;
  /** whether this package created the socket: nobody else has sent anything on it */
  isNew = true;
  /** the memory of MSG_ZEROCOPY sends, once there was one */
  zeroCopy: ZeroCopy | undefined;
  /** resolves once close(2) was made, where close() had to wait for zero-copy completions */
  closing: Promise<void> | undefined;
  /** MSG_CMSG_CLOEXEC where descriptors may arrive; other families refuse a flag they do not know */
  readonly cloexec: number;
  /** whether there is a peer whose end is read as an empty message */
  readonly hasEnd: boolean;
  /** whether MSG_ERRQUEUE has a meaning: where it has none, the kernel ignores it */
  readonly hasErrorQueue: boolean;
  #seconds = getdefaulttimeout();
  #timeoutMs = milliseconds(this.#seconds);

  /** `fd` is non-blocking and owned by this environment; it is closed where this fails. */
  constructor(fd: number, family: AnyFamily, type: number, proto: number) {
    this.family = family;
    this.type = type;
    this.proto = proto;
    this.cloexec = (family as number) === AF_UNIX ? MSG_CMSG_CLOEXEC : 0;
    this.hasEnd = type === SOCK_STREAM || type === SOCK_SEQPACKET;
    this.hasErrorQueue = (family as number) !== AF_UNIX && (family as number) !== AF_NETLINK;
    try {
      this.channel = new Channel(fd);
    } catch (error) {
      native.close(fd);
      throw error;
    }
    collected.register(this, this.channel, this);
    if (TRACE) origins.set(this.channel, new Error('opened here').stack);
    const { open } = diagnostics();
    if (open.hasSubscribers) open.publish({ fd, family, type, proto });
  }

  /** milliseconds, null for none: of Sync verbs, and of promises unless it is 0 */
  get timeoutMs(): number | null {
    return this.#timeoutMs;
  }

  set timeoutMs(ms: number | null) {
    if (ms !== null && typeof ms !== 'number')
      throw badType('timeoutMs', 'a number of milliseconds, or null', ms);
    this.#seconds = checkedTimeout(ms === null ? null : ms / 1000);
    this.#timeoutMs = ms;
  }

  get seconds(): number | null {
    return this.#seconds;
  }

  set seconds(seconds: number | null) {
    this.#seconds = checkedTimeout(seconds);
    this.#timeoutMs = milliseconds(seconds);
  }

  /** How long promises wait, in milliseconds: a timeout of 0 is for Sync verbs only. */
  get promiseTimeoutMs(): number | null {
    return this.#timeoutMs === 0 ? null : this.#timeoutMs;
  }

  /** The descriptor leaves this State by close() or detach(): it is no more collected. */
  end(): void {
    collected.unregister(this);
    const { fd } = this.channel;
    forgetElsewhere(fd);
    const { close } = diagnostics();
    if (!close.hasSubscribers) return;
    const { family, type, proto, counters } = this;
    close.publish({ fd, family, type, proto, stats: { ...counters } });
  }
}

const milliseconds = (seconds: number | null) => (seconds === null ? null : seconds * 1000);

/** The descriptor for a system call; EBADF where the socket is closed. */
export function openFd(state: State, syscall: string): number {
  const { fd } = state.channel;
  if (fd < 0) throw closedError(syscall);
  return fd;
}

const CLOSED = 'the socket was closed while the call waited';

/**
 * close(2); idempotent. Where the kernel still reads the memory of zero-copy sends, the data ends
 * (SHUT_WR) and the descriptor is closed later.
 */
export function close(state: State): void {
  const { channel, zeroCopy } = state;
  if (channel.fd < 0) return;
  state.end();
  const shared = zeroCopy?.leave(state) ?? false;
  if (zeroCopy === undefined || zeroCopy.outstanding === 0 || shared) {
    channel.close(CLOSED);
    return;
  }
  const { family, type, proto } = state;
  const rest = new State(channel.leave(CLOSED), family, type, proto);
  native.shutdown(rest.channel.fd, SHUT_WR);
  state.closing = zeroCopy.close(rest).then(() => {
    rest.end();
    rest.channel.close(CLOSED);
  });
}

/** Releases the descriptor to the caller, still open and non-blocking. */
export function detach(state: State): number {
  openFd(state, 'detach');
  state.end();
  return state.channel.giveAway('the socket was detached while the call waited');
}

/**
 * O_NONBLOCK belongs to the open file description: another process that shares it may have cleared
 * it. recv and send carry MSG_DONTWAIT against that; accept4, connect and sendfile have no such flag,
 * so O_NONBLOCK is set right before them.
 */
export function ensureNonblocking(fd: number): void {
  const flags = native.fcntl(fd, F_GETFL, 0);
  if (flags >= 0 && (flags & O_NONBLOCK) === 0) native.fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/** The counters, and the drops that the kernel counts. */
export function statsOf({ counters, channel: { fd } }: State): Stats {
  const meminfo = new Uint32Array(SK_MEMINFO_VARS);
  const bytes = new Uint8Array(meminfo.buffer);
  const length = fd < 0 ? -1 : native.getsockopt(fd, SOL_SOCKET, SO_MEMINFO, bytes, bytes.length);
  return {
    ...counters,
    drops: length >= 4 * (SK_MEMINFO_DROPS + 1) ? meminfo[SK_MEMINFO_DROPS] : 0,
  };
}
