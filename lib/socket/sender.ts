// send, sendall, sendto, sendmsg and sendfile, each in three verbs: a promise, Sync (blocks this
// thread), try (never waits).
import type { Address, AddressLike } from '../address';
import { type Bytes, toBytes } from '../bytes';
import { AF_UNIX, EAGAIN, EMSGSIZE, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_DGRAM } from '../constants';
import { badRange, badType, fail } from '../errors';
import { extrasBytes, type SendExtras } from '../message';
import { BAD_ARGUMENT, native } from '../native';
import {
  allStillThere,
  dataOf,
  flagsOf,
  MAX_SIZE,
  optionsOfCall,
  sendtoArguments,
  stillThere,
} from './arguments';
import { fairly, fairlyRefused } from './fairness';
import {
  type Call,
  type IoOptions,
  isFree,
  type OneShot,
  submit,
  submitSync,
  WRITE,
  YIELD,
} from './funnel';
import { later } from './later';
import { Limit } from './limit';
import { Receiver } from './receiver';
import { numeric, resolve, resolveSync, type Target } from './resolve';

const TURN_BYTES = 1 << 20; // a long transfer lets the loop turn after this much
const SENDFILE_MAX = 0x7ffff000; // the most that one sendfile(2) moves
const RESEND = 8; // a send that errors of other datagrams interrupt this often fails with the next
const UNIX_RETRY_MS = 5; // a full unix datagram queue wakes nobody who is not connected to it

/** What goes along with the data of sendmsg. */
export interface SendmsgOptions<A extends Address> extends SendExtras {
  to?: AddressLike<A>;
}

/**
 * A transfer that failed half-way carries how much the kernel took: `bytesSent` on the error, on an
 * abort's reason too where that is an object. Calls that share a signal share its reason: one that
 * had sent nothing leaves what another wrote there.
 */
function withBytesSent(error: unknown, bytesSent: number): unknown {
  if (
    typeof error === 'object' &&
    error !== null &&
    Object.isExtensible(error) &&
    !(bytesSent === 0 && 'bytesSent' in error)
  ) {
    Object.defineProperty(error, 'bytesSent', {
      value: bytesSent,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return error;
}

export abstract class Sender<A extends Address> extends Receiver<A> {
  /**
   * send(2): answers how many bytes the kernel took, which may be fewer. A string is sent as UTF-8.
   * EPIPE, ECONNRESET, ENOTCONN, EMSGSIZE.
   */
  send(data: Bytes | string, o?: number | IoOptions): Promise<number> {
    const tried =
      o === undefined &&
      isFree(this.channel, WRITE) &&
      data instanceof Uint8Array &&
      data.length > 0;
    if (tried) {
      try {
        const n = this.put(data, 0);
        if (n !== undefined) return fairly(n);
      } catch (error) {
        return fairlyRefused(error);
      }
    }
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'send');
      return submit(this.channel, this.sendCall(data, flags), io, this.patience, tried);
    });
  }

  sendSync(data: Bytes | string, flags?: number): number {
    return submitSync(
      this.channel,
      this.sendCall(data, flagsOf(flags, 'send: flags')),
      this.timeoutMs,
    );
  }

  /**
   * send(2) that never waits: null where C answers EAGAIN, and where an earlier send still waits
   * for its turn.
   */
  trySend(data: Bytes | string, flags?: number): number | null {
    this.open('send');
    const bits = flagsOf(flags, 'send: flags');
    const bytes = data instanceof Uint8Array && data.length > 0 ? data : dataOf(data, 'send: data');
    return this.othersFirst ? null : (this.put(bytes, bits) ?? null);
  }

  /**
   * send(2) until everything is sent. Calls that overlap never interleave: each goes out whole, in
   * call order. An error carries `bytesSent`, and so does the reason of an abort.
   */
  sendall(data: Bytes | string, o?: number | IoOptions): Promise<void> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'sendall');
      return submit(
        this.channel,
        this.sendallCall(data, flags),
        io,
        this.patience,
      ) as Promise<unknown> as Promise<void>;
    }).then(nothing);
  }

  sendallSync(data: Bytes | string, flags?: number): void {
    submitSync(
      this.channel,
      this.sendallCall(data, flagsOf(flags, 'sendall: flags')),
      this.timeoutMs,
    );
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
    second: AddressLike<A> | number,
    third?: AddressLike<A> | IoOptions,
    fourth?: IoOptions,
  ): Promise<number> {
    return later(() => {
      const { address, flags, io } = sendtoArguments<AddressLike<A>>(second, third, fourth);
      const bytes = dataOf(data, 'sendto: data');
      this.open('sendto');
      const target = resolve(this.family, address);
      return this.located(target, io, (to, rest) =>
        submit(this.channel, this.sendtoCall(bytes, flags, to), rest, this.patience),
      );
    });
  }

  sendtoSync(data: Bytes | string, address: AddressLike<A>): number;
  sendtoSync(data: Bytes | string, flags: number, address: AddressLike<A>): number;
  sendtoSync(
    data: Bytes | string,
    second: AddressLike<A> | number,
    third?: AddressLike<A>,
  ): number {
    const { address, flags } = sendtoArguments<AddressLike<A>>(second, third, undefined);
    const bytes = dataOf(data, 'sendto: data');
    this.open('sendto');
    return submitSync(
      this.channel,
      this.sendtoCall(bytes, flags, resolveSync(this.family, address)),
      this.timeoutMs,
    );
  }

  trySendto(data: Bytes | string, address: AddressLike<A>): number | null;
  trySendto(data: Bytes | string, flags: number, address: AddressLike<A>): number | null;
  trySendto(
    data: Bytes | string,
    second: AddressLike<A> | number,
    third?: AddressLike<A>,
  ): number | null {
    const { address, flags } = sendtoArguments<AddressLike<A>>(second, third, undefined);
    const bytes = dataOf(data, 'sendto: data');
    this.open('sendto');
    const to = numeric(this.family, address, 'sendto');
    return this.othersFirst ? null : (this.putTo(bytes, flags, to) ?? null);
  }

  /**
   * sendmsg(2): the buffers as one message, with a destination, and with source, interface, ttl,
   * descriptors or any control messages.
   */
  sendmsg(buffers: readonly Bytes[], o?: IoOptions & SendmsgOptions<A>): Promise<number> {
    return later(() => {
      const { flags, io } = optionsOfCall(o, 'sendmsg');
      const iov = buffersOf(buffers);
      this.open('sendmsg');
      const send = (to: Target | undefined, rest: IoOptions | undefined) =>
        submit(this.channel, this.sendmsgCall(iov, o, flags, to), rest, this.patience);
      return o?.to === undefined
        ? send(undefined, io)
        : this.located(resolve(this.family, o.to), io, send);
    });
  }

  sendmsgSync(buffers: readonly Bytes[], o?: SendmsgOptions<A> & { flags?: number }): number {
    const { iov, flags } = this.sendmsgArguments(buffers, o);
    const to = o?.to === undefined ? undefined : resolveSync(this.family, o.to);
    return submitSync(this.channel, this.sendmsgCall(iov, o, flags, to), this.timeoutMs);
  }

  trySendmsg(buffers: readonly Bytes[], o?: SendmsgOptions<A> & { flags?: number }): number | null {
    const { iov, flags } = this.sendmsgArguments(buffers, o);
    const to = o?.to === undefined ? undefined : numeric(this.family, o.to, 'sendmsg');
    const control = this.controlOf(o, to);
    return this.othersFirst ? null : (this.putMessage(iov, control, flags, to, o?.fds) ?? null);
  }

  /**
   * sendfile(2) from an open file, from `offset` (bytes), `count` bytes or up to its end; answers
   * how many went. No byte passes through JavaScript. EINVAL where the file cannot be mapped (a
   * pipe, a socket); an error carries `bytesSent`.
   */
  sendfile(
    file: number | { fd: number },
    offset?: number,
    count?: number,
    o?: IoOptions,
  ): Promise<number> {
    return later(() => {
      const { io } = optionsOfCall(o, 'sendfile');
      return submit(this.channel, this.sendfileCall(file, offset, count), io, this.patience);
    });
  }

  sendfileSync(file: number | { fd: number }, offset?: number, count?: number): number {
    return submitSync(this.channel, this.sendfileCall(file, offset, count), this.timeoutMs);
  }

  // --- one attempt each: undefined is EAGAIN

  private sendCall(data: Bytes | string, flags: number): Call<number> {
    const bytes = dataOf(data, 'send: data');
    const { length } = bytes;
    const attempt = () => {
      stillThere(bytes, length, 'send: data');
      return this.put(bytes, flags);
    };
    return { syscall: 'send', direction: WRITE, attempt, retryMs: this.retryMs };
  }

  private sendtoCall(bytes: Uint8Array, flags: number, to: Target): Call<number> {
    const { length } = bytes;
    const attempt = () => {
      stillThere(bytes, length, 'sendto: data');
      return this.putTo(bytes, flags, to);
    };
    return { syscall: 'sendto', direction: WRITE, attempt, retryMs: this.retryMs };
  }

  private sendmsgCall(
    iov: readonly Uint8Array[],
    extras: SendExtras | undefined,
    flags: number,
    to: Target | undefined,
  ): OneShot<number> {
    const bytes = this.controlOf(extras, to);
    // held for as long as the call waits, or the collector would close them
    const fds = extras?.fds;
    const lengths = iov.map(({ length }) => length);
    const attempt = () => {
      allStillThere(iov, lengths, 'sendmsg: buffers');
      return this.putMessage(iov, bytes, flags, to, fds);
    };
    return { syscall: 'sendmsg', direction: WRITE, attempt, retryMs: this.retryMs };
  }

  private controlOf(extras: SendExtras | undefined, to: Target | undefined): Uint8Array | null {
    return extras === undefined
      ? null
      : extrasBytes(this.family, extras, to?.bytes ?? this.peerBytes);
  }

  protected sendallCall(data: Bytes | string, flags: number): Call<number> {
    const bytes = dataOf(data, 'sendall: data');
    const { length } = bytes;
    let sent = 0;
    return {
      syscall: 'sendall',
      direction: WRITE,
      retryMs: this.retryMs,
      explain: (error) => withBytesSent(error, sent),
      attempt: () => {
        const turn = sent + TURN_BYTES;
        stillThere(bytes, length, 'sendall: data');
        do {
          const n = this.put(sent === 0 ? bytes : bytes.subarray(sent), flags);
          if (n === undefined) return undefined;
          sent += n;
        } while (sent < bytes.length && sent < turn);
        return sent < bytes.length ? YIELD : sent;
      },
    };
  }

  private sendfileCall(
    file: number | { fd: number },
    offset: number | undefined,
    count: number | undefined,
  ): Call<number> {
    const input = fileOf(file);
    let from = wholeNumber(offset ?? 0, 'sendfile: offset');
    const limit = count === undefined ? Infinity : wholeNumber(count, 'sendfile: count');
    let sent = 0;
    return {
      syscall: 'sendfile',
      direction: WRITE,
      explain: (error) => withBytesSent(error, sent),
      attempt: () => {
        this.ensureNonblocking(this.channel.fd);
        for (let turn = TURN_BYTES; sent < limit; ) {
          if (turn <= 0) return YIELD;
          const n = this.taken(
            'sendfile',
            native.sendfile(
              this.channel.fd,
              input,
              from,
              Math.min(limit - sent, TURN_BYTES, SENDFILE_MAX),
            ),
          );
          if (n === undefined) return undefined;
          if (n === 0) break;
          sent += n;
          from += n;
          turn -= n;
        }
        return sent;
      },
    };
  }

  /**
   * A datagram to a full unix queue gets EAGAIN, and its sender is told nothing when room appears.
   */
  protected get retryMs(): number | undefined {
    return this.family === AF_UNIX && this.type === SOCK_DGRAM ? UNIX_RETRY_MS : undefined;
  }

  /** Sends keep the order of their calls: one that was begun is not cut in two by a later one. */
  protected get othersFirst(): boolean {
    return this.channel.writes.length > 0;
  }

  /**
   * Goes on once the destination is known; a look-up stands under the call's own deadline and
   * signal.
   */
  private located(
    target: Target | Promise<Target>,
    io: IoOptions | undefined,
    send: (to: Target, rest: IoOptions | undefined) => Promise<number>,
  ): Promise<number> {
    if (!(target instanceof Promise)) return send(target, io);
    const limit = new Limit(io, this.patience);
    return limit.wait(target, 'sendto').then((to) => send(to, limit.rest()));
  }

  private put(bytes: Uint8Array, flags: number): number | undefined {
    const { fd } = this.channel;
    const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
    let result = native.send(fd, bytes, 0, bytes.length, bits);
    for (let tries = 0; result < 0 && this.resend(result, tries); tries++)
      result = native.send(fd, bytes, 0, bytes.length, bits);
    return this.taken('send', result);
  }

  private putTo(bytes: Uint8Array, flags: number, to: Target): number | undefined {
    const { fd } = this.channel;
    const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
    let result: number;
    let tries = 0;
    do result = native.sendto(fd, bytes, 0, bytes.length, bits, to.bytes, to.bytes.length);
    while (result < 0 && this.resend(result, tries++));
    return this.taken('sendto', result, to);
  }

  private putMessage(
    iov: readonly Uint8Array[],
    control: Uint8Array | null,
    flags: number,
    to: Target | undefined,
    _fds: SendExtras['fds'],
  ): number | undefined {
    const name = to?.bytes ?? null;
    const { fd } = this.channel;
    const bits = flags | MSG_DONTWAIT | MSG_NOSIGNAL;
    let result: number;
    let tries = 0;
    do
      result = native.sendmsg(
        fd,
        iov,
        name,
        name?.length ?? 0,
        control,
        control?.length ?? 0,
        0,
        bits,
      );
    while (result < 0 && this.resend(result, tries++));
    return this.taken('sendmsg', result, to);
  }

  /**
   * Whether a refused send is to be made again: where errors are data, the error of an earlier
   * datagram is not this one's.
   */
  protected resend(result: number, tries: number): boolean {
    if (
      this.errorQueue === undefined ||
      result === -EAGAIN ||
      result === -EMSGSIZE ||
      tries >= RESEND
    )
      return false;
    return this.again(result, 0, tries);
  }

  private sendmsgArguments(
    buffers: readonly Bytes[],
    o: (SendmsgOptions<A> & { flags?: number }) | undefined,
  ) {
    this.open('sendmsg');
    return { iov: buffersOf(buffers), flags: flagsOf(o?.flags, 'sendmsg: flags') };
  }

  /** What every sending call does with its result. */
  private taken(syscall: string, result: number, to?: Target): number | undefined {
    const { counters } = this;
    counters.syscalls += 1;
    if (result >= 0) {
      counters.bytesWritten += result;
      return result;
    }
    if (result === -EAGAIN) {
      counters.eagain += 1;
      return undefined;
    }
    if (result <= BAD_ARGUMENT)
      throw badRange(
        `${syscall}: the data`,
        'memory that is still attached, in at most 1024 pieces',
        result,
      );
    return fail(result, syscall, to === undefined ? undefined : { address: to.address });
  }
}

function nothing(): void {}

function buffersOf(buffers: readonly Bytes[]): Uint8Array[] {
  if (!Array.isArray(buffers)) throw badType('sendmsg: buffers', 'an array of buffers', buffers);
  return buffers.map((buffer, i) => toBytes(buffer, `sendmsg: buffers[${i}]`));
}

function fileOf(file: number | { fd: number }): number {
  const fd = typeof file === 'object' && file !== null ? file.fd : file;
  if (typeof fd !== 'number') throw badType('sendfile: file', 'an fd number or a FileHandle', file);
  if (!Number.isInteger(fd) || fd < 0 || fd > MAX_SIZE)
    throw badRange('sendfile: file', 'an open fd', fd);
  return fd;
}

function wholeNumber(value: number, what: string): number {
  if (typeof value !== 'number') throw badType(what, 'a number of bytes', value);
  if (!Number.isSafeInteger(value) || value < 0) throw badRange(what, 'an integer >= 0', value);
  return value;
}
