// An open socket descriptor: who owns it, how it closes, what it waits with. Nothing here waits.

import { type Bytes, toBytes } from '../bytes';
import {
  EBADF,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  O_NONBLOCK,
  SK_MEMINFO_DROPS,
  SK_MEMINFO_VARS,
  SO_MEMINFO,
  SOL_SOCKET,
} from '../constants';
import { badRange, badType, check, socketError } from '../errors';
import { checkedTimeout, getdefaulttimeout } from '../names';
import { native } from '../native';
import { Channel } from './reactor';

/** Counters of one socket: what was asked of the kernel and what it moved. */
export interface Stats {
  readonly syscalls: number;
  readonly eagain: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly messages: number;
  /** datagrams that the kernel dropped here, from SO_MEMINFO */
  readonly drops: number;
}

/** Rule 5: nothing owned leaks. A socket that is collected while open is closed, and says so. */
const lost = new FinalizationRegistry<Channel>((channel) => {
  if (channel.fd < 0) return;
  const fd = channel.release(() => undefined);
  native.close(fd);
  process.emitWarning(
    `a Socket (fd ${fd}) was garbage-collected while open: close() it, or declare it with using`,
    {
      type: 'ResourceWarning',
      code: 'BSD_SOCKET_LOST',
    },
  );
});

/** Counters that the transfer calls keep. */
export class Counters {
  syscalls = 0;
  eagain = 0;
  bytesRead = 0;
  bytesWritten = 0;
  messages = 0;
}

const IOCTL_ROOM = 256;

export abstract class Descriptor implements Disposable, AsyncDisposable {
  /** What waits on this descriptor; closed, its fd is -1. */
  protected readonly channel: Channel;
  protected readonly counters = new Counters();
  private seconds: number | null = getdefaulttimeout();
  /** the same in milliseconds */
  private timeout: number | null = milliseconds(this.seconds);

  /** `fd` is owned by this environment and non-blocking. */
  protected constructor(fd: number) {
    try {
      this.channel = new Channel(fd);
    } catch (error) {
      native.close(fd);
      throw error;
    }
    lost.register(this, this.channel, this);
  }

  /**
   * The descriptor's number; -1 once closed. It stays this Socket's: closing it elsewhere breaks
   * both.
   */
  fileno(): number {
    return this.channel.fd;
  }

  get closed(): boolean {
    return this.channel.fd < 0;
  }

  /** The fd for a system call, or EBADF: the check that every call on a closed socket meets. */
  protected open(syscall: string): number {
    const { fd } = this.channel;
    if (fd < 0) throw socketError(-EBADF, syscall, { hint: 'the socket is closed' });
    return fd;
  }

  /** close(2): idempotent. Whatever waits on this socket rejects with EBADF. */
  close(): void {
    if (this.channel.fd < 0) return;
    lost.unregister(this);
    native.close(
      this.channel.release(() =>
        socketError(-EBADF, 'close', { hint: 'the socket was closed while the call waited' }),
      ),
    );
  }

  /**
   * Gives the descriptor away: the caller owns it from now on, still open and non-blocking.
   * Whatever waits rejects with EBADF.
   */
  detach(): number {
    this.open('detach');
    lost.unregister(this);
    const fd = this.channel.release(() =>
      socketError(-EBADF, 'detach', { hint: 'the socket was detached while the call waited' }),
    );
    native.release(fd);
    return fd;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** fcntl(F_DUPFD_CLOEXEC): another descriptor of the same socket. */
  protected duplicate(): number {
    return check(native.fcntl(this.open('dup'), F_DUPFD_CLOEXEC, 0), 'dup');
  }

  // --- timeouts

  /**
   * Python's three states. `n > 0` seconds: the deadline of Sync verbs and promises alike
   * (ETIMEDOUT). null: wait. 0: Sync verbs answer EAGAIN at once, and promises still wait, as
   * asyncio does.
   */
  settimeout(seconds: number | null): void {
    this.seconds = checkedTimeout(seconds);
    this.timeout = milliseconds(this.seconds);
  }

  /** The timeout in seconds, or null. */
  gettimeout(): number | null {
    return this.seconds;
  }

  /** setblocking(true) is settimeout(null), setblocking(false) is settimeout(0). */
  setblocking(flag: boolean | 0 | 1): void {
    this.settimeout(checkedFlag(flag, 'setblocking: flag') ? null : 0);
  }

  getblocking(): boolean {
    return this.timeout !== 0;
  }

  /** The same timeout in milliseconds. */
  get timeoutMs(): number | null {
    return this.timeout;
  }

  set timeoutMs(ms: number | null) {
    if (ms !== null && typeof ms !== 'number')
      throw badType('timeoutMs', 'a number of milliseconds, or null', ms);
    this.seconds = checkedTimeout(ms === null ? null : ms / 1000);
    this.timeout = ms;
  }

  /**
   * How long a promise waits: a socket with timeout 0 never blocks a thread, but its promises wait.
   */
  protected get patience(): number | null {
    return this.timeout === 0 ? null : this.timeout;
  }

  // --- the descriptor itself

  /**
   * Whether children inherit the descriptor (FD_CLOEXEC clear). Sockets are born not inheritable.
   */
  get_inheritable(): boolean {
    return (check(native.fcntl(this.open('fcntl'), F_GETFD, 0), 'fcntl') & FD_CLOEXEC) === 0;
  }

  set_inheritable(on: boolean): void {
    const fd = this.open('fcntl');
    checkedFlag(on, 'set_inheritable: on');
    const flags = check(native.fcntl(fd, F_GETFD, 0), 'fcntl');
    check(native.fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC), 'fcntl');
  }

  /**
   * ioctl(2), for requests whose argument is flat. Without `arg` the request's int comes back
   * (SIOCINQ, SIOCOUTQ, SIOCATMARK); a number is passed as the request's int; bytes are the
   * request's struct, and come back as the kernel left them.
   */
  ioctl(request: number, arg?: number | Bytes): number | Buffer {
    const fd = this.open('ioctl');
    if (typeof request !== 'number') throw badType('ioctl: request', 'a number (SIOC*)', request);
    if (typeof arg === 'number') return ioctlResult(native.ioctl(fd, request, arg));
    if (arg === undefined) {
      const out = Buffer.alloc(IOCTL_ROOM);
      ioctlResult(native.ioctl(fd, request, out));
      return out.readInt32LE(0);
    }
    const struct = Buffer.from(toBytes(arg, 'ioctl: arg'));
    ioctlResult(native.ioctl(fd, request, struct));
    return struct;
  }

  /** The loop is held only while calls wait; unref() lets the process end even then. */
  ref(): this {
    this.channel.setReferenced(true);
    return this;
  }

  unref(): this {
    this.channel.setReferenced(false);
    return this;
  }

  /** Cheap counters; `drops` asks the kernel (SO_MEMINFO). */
  get stats(): Stats {
    return { ...this.counters, drops: kernelDrops(this.channel.fd) };
  }

  /**
   * O_NONBLOCK belongs to the open file description: a child that shares it may have cleared it.
   * recv and send carry MSG_DONTWAIT against that; accept4, connect and sendfile have no such flag,
   * so the state is set right before them.
   */
  protected ensureNonblocking(fd: number): void {
    const flags = native.fcntl(fd, F_GETFL, 0);
    if (flags >= 0 && (flags & O_NONBLOCK) === 0) native.fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  }
}

function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

function checkedFlag(value: unknown, what: string): unknown {
  if (typeof value !== 'boolean' && typeof value !== 'number')
    throw badType(what, 'a boolean', value);
  return value;
}

function ioctlResult(result: number): number {
  if (result < -4095) {
    throw badRange(
      'ioctl: request',
      'a request whose argument is flat (see native/ioctls.def), with room for its struct',
      result,
    );
  }
  return check(result, 'ioctl');
}

function kernelDrops(fd: number): number {
  if (fd < 0) return 0;
  const meminfo = new Uint32Array(SK_MEMINFO_VARS);
  const length = native.getsockopt(
    fd,
    SOL_SOCKET,
    SO_MEMINFO,
    new Uint8Array(meminfo.buffer),
    meminfo.byteLength,
  );
  return length >= 4 * (SK_MEMINFO_DROPS + 1) ? meminfo[SK_MEMINFO_DROPS] : 0;
}
