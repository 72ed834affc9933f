// dgram.Socket over the package's own Socket: node:dgram's methods, events and errors, and what the
// kernel says beside a datagram.
import { EventEmitter } from 'node:events';
import * as net from 'node:net';
import { promisify } from 'node:util';
import type { Address } from '../address';
import type { Socket as BsdSocket } from '../socket';
import { bindInPrimary, isWorker } from './cluster';
import { descriptorType } from './descriptor-type';
import { type CoreHandle, type Extras, Handle, type Lookup, type RemoteInfo } from './handle';
import * as fault from './node-errors';

/** What createSocket() takes; names that are not listed are ignored, as node ignores them. */
export interface SocketOptions extends Extras {
  type: 'udp4' | 'udp6' | 'unix_dgram';
  reuseAddr?: boolean;
  reusePort?: boolean;
  ipv6Only?: boolean;
  /** SO_RCVBUF in bytes, set when the socket is bound */
  recvBufferSize?: number;
  /** SO_SNDBUF in bytes, set when the socket is bound */
  sendBufferSize?: number;
  lookup?: Lookup;
  /** closes the socket when aborted */
  signal?: AbortSignal;
  receiveBlockList?: net.BlockList;
  sendBlockList?: net.BlockList;
}

/** What bind() takes in place of a port and an address. */
export interface BindOptions {
  port?: number;
  address?: string;
  exclusive?: boolean;
  fd?: number;
}

type SendCallback = (error: Error | null, bytes: number) => void;
type Bytes = string | NodeJS.ArrayBufferView;

type BindState = 'unbound' | 'binding' | 'bound';
type ConnectState = 'disconnected' | 'connecting' | 'connected';

const isView = (value: unknown): value is NodeJS.ArrayBufferView => ArrayBuffer.isView(value);

/** dgram.Socket’s interface over a Socket of this package. */
export class Socket extends EventEmitter {
  /** `udp4` or `udp6`. */
  readonly type: SocketOptions['type'];
  #handle: Handle | null;
  #bindState: BindState = 'unbound';
  #connectState: ConnectState = 'disconnected';
  #queue: (() => void)[] | undefined;
  readonly #options: Partial<SocketOptions>;

  constructor(
    type: SocketOptions['type'] | SocketOptions,
    listener?: (message: Buffer, rinfo: RemoteInfo) => void,
  ) {
    super();
    const options: Partial<SocketOptions> =
      type !== null && typeof type === 'object' ? type : { type };
    this.#options = checked(options);
    const { options: values, enable, lookup, signal } = options;
    this.type = options.type as SocketOptions['type'];
    this.#handle = new Handle(
      this.type,
      lookup,
      { options: values, enable },
      {
        message: (data, rinfo) => this.#message(data, rinfo),
        error: (errno) => this.emit('error', fault.errnoException(errno, 'recvmsg')),
        icmp: (message) => this.emit('icmp', message),
      },
    );
    if (typeof listener === 'function') this.on('message', listener);
    if (signal !== undefined) this.#closeOn(signal);
  }

  /** The Socket beneath, for every call and option that node:dgram has no name for. */
  get bsd(): BsdSocket<Address> {
    return this.#running().bsd;
  }

  #closeOn(signal: AbortSignal): void {
    if (signal === null || typeof signal !== 'object' || !('aborted' in signal))
      throw fault.invalidArgType('options.signal', 'an instance of AbortSignal', signal);
    const abort = () => {
      if (this.#handle !== null) this.close();
    };
    if (signal.aborted) abort();
    else {
      signal.addEventListener('abort', abort, { once: true });
      this.once('close', () => signal.removeEventListener('abort', abort));
    }
  }

  #running(): Handle {
    if (this.#handle === null) throw fault.notRunning();
    return this.#handle;
  }

  #message(data: Buffer, rinfo: RemoteInfo): void {
    const { receiveBlockList: blocked } = this.#options;
    if (blocked?.check(rinfo.address, rinfo.family.toLowerCase() as 'ipv4' | 'ipv6')) return;
    this.emit('message', data, rinfo);
  }

  // --- bind(2)

  /** bind(2): `(port, address, callback)`, `({ port, address, exclusive, fd }, callback)`, a path. */
  bind(port?: unknown, address?: unknown, ...rest: unknown[]): this {
    const handle = this.#running();
    if (this.#bindState !== 'unbound') throw fault.alreadyBound();
    this.#bindState = 'binding';
    // biome-ignore lint/complexity/noArguments: the callback is whatever comes last
    const last = arguments.length > 0 ? [port, address, ...rest][arguments.length - 1] : undefined;
    if (typeof last === 'function') this.#onceListening(last as () => void);
    if (typeof port === 'object' && port !== null) {
      if (isCoreHandle(port)) {
        handle.share(port);
        return this.#listening(handle);
      }
      const { fd, exclusive } = port as BindOptions;
      if (Number.isInteger(fd) && (fd as number) > 0)
        return this.#bindDescriptor(handle, fd as number, exclusive === true);
    }
    const where = whereTo(port, address, this.type === 'unix_dgram');
    handle.lookup(where.address || handle.kind.any, (error, ip) => {
      if (this.#handle === null) return; // closed in the meantime
      if (error) this.#bindFailed(error);
      else this.#bindAt(handle, ip, where.port, where.exclusive);
    });
    return this;
  }

  #onceListening(callback: () => void): void {
    const forget = () => {
      this.removeListener(EventEmitter.errorMonitor, forget);
      this.removeListener('listening', listening);
    };
    const listening = () => {
      forget();
      callback.call(this);
    };
    this.on(EventEmitter.errorMonitor, forget);
    this.on('listening', listening);
  }

  #bindFailed(error: Error): void {
    this.#bindState = 'unbound';
    this.emit('error', error);
  }

  #bindDescriptor(handle: Handle, fd: number, exclusive: boolean): this {
    if (isWorker() && !exclusive) {
      const wanted = { address: null, port: null, addressType: this.type, fd, flags: null };
      this.#bindInPrimary(handle, wanted, (errno) => fault.errnoException(errno, 'open'));
      return this;
    }
    const type = descriptorType(fd);
    if (type !== 'UDP') throw fault.invalidFdType(type);
    const errno = handle.open(fd);
    if (errno < 0) throw fault.errnoException(errno, 'open');
    return this.#listening(handle);
  }

  #bindAt(handle: Handle, ip: string, port: number, exclusive: boolean): void {
    const { reuseAddr = false, reusePort = false, ipv6Only = false } = this.#options;
    const refused = (errno: number) => fault.hostException(errno, 'bind', ip, port);
    if (isWorker() && !exclusive && !reusePort && this.type !== 'unix_dgram') {
      const flags = (reuseAddr ? REUSEADDR : 0) | (ipv6Only ? IPV6ONLY : 0);
      const wanted = { address: ip, port, addressType: this.type, fd: -1, flags };
      this.#bindInPrimary(handle, wanted, refused);
      return;
    }
    const errno = handle.bind(ip, port || 0, { reuseAddr, reusePort, ipv6Only });
    if (errno < 0) this.#bindFailed(refused(errno));
    else this.#listening(handle);
  }

  /** A cluster's workers share what their primary binds. */
  #bindInPrimary(handle: Handle, wanted: object, refused: (errno: number) => Error): void {
    bindInPrimary(this, wanted, (errno, core) => {
      if (errno < 0) {
        if (this.#handle !== null) this.#bindFailed(refused(errno));
      } else if (this.#handle === null) (core as CoreHandle).close();
      else {
        const shared = handle.share(core as CoreHandle);
        if (shared < 0) this.#bindFailed(refused(shared));
        else this.#listening(handle);
      }
    });
  }

  #listening(handle: Handle): this {
    this.#receive(handle);
    this.emit('listening');
    return this;
  }

  #receive(handle: Handle): void {
    const { recvBufferSize, sendBufferSize } = this.#options;
    handle.recvStart();
    this.#bindState = 'bound';
    if (recvBufferSize) this.setRecvBufferSize(recvBufferSize);
    if (sendBufferSize) this.setSendBufferSize(sendBufferSize);
  }

  /**
   * bind(2), now: returns the address with the port that the kernel chose, and throws what it
   * refuses. The address is numeric; 'listening' comes with the next tick.
   */
  bindSync(options: { port?: number; address?: string } = {}): net.AddressInfo {
    const handle = this.#running();
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      throw fault.invalidArgType('options', 'of type object', options);
    if (this.#bindState !== 'unbound') throw fault.alreadyBound();
    const port = portOf(options.port ?? 0, 'options.port', true);
    const address = numeric('options.address', options.address || handle.kind.any, 'bindSync');
    const { reuseAddr, reusePort, ipv6Only } = this.#options;
    const errno = handle.bind(address, port, { reuseAddr, reusePort, ipv6Only });
    if (errno < 0) throw fault.hostException(errno, 'bind', address, port);
    this.#receive(handle);
    process.nextTick(() => {
      if (this.#handle !== null) this.emit('listening');
    });
    return this.address();
  }

  // --- connect(2)

  /** connect(2): the only peer from now on. `(port, address, callback)`; a path for unix_dgram. */
  connect(port: unknown, address?: unknown, callback?: unknown): void {
    const path = this.type === 'unix_dgram';
    const done = typeof address === 'function' ? address : callback;
    const to = path ? port : typeof address === 'function' || address === undefined ? '' : address;
    const peerPort = path ? 0 : portOf(port, 'Port', false);
    if (typeof to !== 'string') throw fault.invalidArgType('address', 'of type string', to);
    if (this.#connectState !== 'disconnected') throw fault.isConnected();
    this.#connectState = 'connecting';
    if (this.#bindState === 'unbound') this.#bindImplicitly();
    const connect = () => this.#connect(peerPort, to, done as (() => void) | undefined);
    if (this.#bindState === 'bound') connect();
    else this.#enqueue(connect);
  }

  #bindImplicitly(): void {
    if (this.type !== 'unix_dgram') this.bind({ port: 0, exclusive: true }, null);
    else if (this.#running().bsd) {
      this.#receive(this.#running());
    }
  }

  #connect(port: number, address: string, callback: (() => void) | undefined): void {
    if (callback) this.once('connect', callback);
    const handle = this.#handle;
    if (handle === null) return;
    handle.lookup(address, (error, ip) => {
      if (this.#handle === null) return;
      const failure = error ?? this.#connectTo(handle, ip, port, address);
      if (failure === undefined) {
        this.#connectState = 'connected';
        process.nextTick(() => this.emit('connect'));
        return;
      }
      this.#connectState = 'disconnected';
      process.nextTick(() => {
        if (callback === undefined) return this.emit('error', failure);
        this.removeListener('connect', callback);
        (callback as (error: Error) => void)(failure);
      });
    });
  }

  #connectTo(handle: Handle, ip: string, port: number, address: string): Error | undefined {
    if (this.#isBlocked(ip)) return fault.ipBlocked(ip);
    const errno = handle.connect(ip, port);
    return errno < 0 ? fault.hostException(errno, 'connect', address, port) : undefined;
  }

  #isBlocked(ip: string): boolean {
    const { sendBlockList } = this.#options;
    return sendBlockList?.check(ip, net.isIPv6(ip) ? 'ipv6' : 'ipv4') ?? false;
  }

  /** connect(2), now: throws what the kernel refuses. The address is numeric. */
  connectSync(port: number, address?: string): void {
    const handle = this.#running();
    const peerPort = portOf(port, 'Port', false);
    if (this.#connectState !== 'disconnected') throw fault.isConnected();
    const ip = numeric('address', address || handle.kind.local, 'connectSync');
    if (this.#bindState === 'unbound') this.bindSync();
    else if (this.#bindState !== 'bound') throw fault.alreadyBound();
    const failure = this.#connectTo(handle, ip, peerPort, ip);
    if (failure !== undefined) throw failure;
    this.#connectState = 'connected';
    process.nextTick(() => {
      if (this.#handle !== null) this.emit('connect');
    });
  }

  /** connect(2) with AF_UNSPEC: any peer again. */
  disconnect(): void {
    if (this.#connectState !== 'connected') throw fault.notConnected();
    const errno = this.#running().disconnect();
    if (errno < 0) throw fault.errnoException(errno, 'connect');
    this.#connectState = 'disconnected';
  }

  // --- what waits for the implicit bind

  #enqueue(action: () => void): void {
    if (this.#queue === undefined) {
      this.#queue = [];
      const failed = () => {
        this.removeListener('listening', listening);
        this.#queue = undefined;
      };
      const listening = () => {
        this.removeListener(EventEmitter.errorMonitor, failed);
        const queue = this.#queue ?? [];
        this.#queue = undefined;
        for (const entry of queue) entry();
      };
      this.once(EventEmitter.errorMonitor, failed);
      this.once('listening', listening);
    }
    this.#queue.push(action);
  }

  // --- sendto(2)

  /** The order of node's first version: every argument is there. */
  sendto(
    buffer: Bytes,
    offset: number,
    length: number,
    port: number,
    address: string,
    callback?: SendCallback,
  ): void {
    for (const [name, value] of Object.entries({ offset, length, port }))
      if (typeof value !== 'number') throw fault.invalidArgType(name, 'of type number', value);
    if (typeof address !== 'string')
      throw fault.invalidArgType('address', 'of type string', address);
    this.send(buffer, offset, length, port, address, callback);
  }

  /**
   * sendto(2): `(message, [offset, length,] port, [address,] [callback])`, on a connected socket
   * without port and address; for unix_dgram a path instead of port and address. A message is a
   * string, bytes, or a list of them. The bytes belong to the caller again when send() returns.
   */
  send(
    message: Bytes | readonly Bytes[],
    offset?: unknown,
    length?: unknown,
    port?: unknown,
    address?: unknown,
    callback?: unknown,
  ): void {
    const connected = this.#connectState === 'connected';
    const path = this.type === 'unix_dgram';
    let data: unknown = message;
    let to: unknown = address;
    let done: unknown = callback;
    let peerPort: unknown = port;
    if (connected) {
      if (typeof length === 'number') {
        data = slice(message, offset, length);
        if (typeof port === 'function') {
          done = port;
          peerPort = undefined;
        }
      } else {
        done = offset;
      }
      if (peerPort || to) throw fault.isConnected();
    } else if (path) {
      const sliced = typeof offset === 'number';
      if (sliced) data = slice(message, offset, length);
      to = sliced ? port : offset;
      done = sliced ? address : length;
      peerPort = 0;
      if (typeof to !== 'string') throw fault.invalidArgType('path', 'of type string', to);
    } else if (address || (port && typeof port !== 'function')) {
      data = slice(message, offset, length);
    } else {
      done = port;
      peerPort = offset;
      to = length;
    }
    const list = listOf(data);
    const toPort = connected || path ? 0 : portOf(peerPort, 'Port', false);
    if (typeof to === 'function') {
      done = to;
      to = undefined;
    } else if (to !== null && to !== undefined && typeof to !== 'string')
      throw fault.invalidArgType('address', 'of type string', to);
    const then = typeof done === 'function' ? (done as SendCallback) : undefined;
    this.#running();
    if (this.#bindState === 'unbound') this.#bindImplicitly();
    const name = to as string | null | undefined;
    if (this.#bindState === 'bound') {
      this.#send(list, toPort, name, then);
      return;
    }
    // The bytes are the caller's again: what waits for the bind is a copy.
    const kept = list.map((part) =>
      Buffer.from(Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
    );
    // Whoever connects behind this call goes through the same queue, so the order stays.
    this.#enqueue(() => {
      if (this.#handle === null) throw fault.notRunning();
      this.#send(kept, toPort, name, then);
    });
  }

  #send(
    list: readonly NodeJS.ArrayBufferView[],
    port: number,
    address: string | null | undefined,
    done: SendCallback | undefined,
  ): void {
    const handle = this.#handle;
    if (handle === null) return;
    if (this.#connectState === 'connected' && port === 0 && !address)
      this.#sendTo(handle, list, port, null, address, done);
    else if (handle.isNumeric(address))
      this.#sendTo(handle, list, port, address || handle.kind.local, address, done);
    else {
      const kept = list.map((part) =>
        Buffer.from(Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
      );
      handle.lookup(address as string, (error, ip) => {
        if (error) {
          if (done !== undefined) process.nextTick(done, error);
          else process.nextTick(() => this.emit('error', error));
        } else if (this.#handle !== null) this.#sendTo(handle, kept, port, ip, address, done);
      });
    }
  }

  #sendTo(
    handle: Handle,
    list: readonly NodeJS.ArrayBufferView[],
    port: number,
    ip: string | null,
    address: string | null | undefined,
    done: SendCallback | undefined,
  ): void {
    if (ip !== null && this.#isBlocked(ip)) {
      if (done !== undefined) process.nextTick(done, fault.ipBlocked(ip));
      return;
    }
    const failed = (errno: number) =>
      fault.hostException(errno, 'send', address ?? undefined, port || undefined);
    const waits =
      done === undefined
        ? undefined
        : (errno: number, sent: number) =>
            errno < 0 ? (done as (error: Error) => void)(failed(errno)) : done(null, sent);
    const sent = handle.send(list, port, ip, waits);
    // Without a callback an error goes nowhere, as in node.
    if (sent === undefined || done === undefined) return;
    process.nextTick(() => {
      // As in node: who sends to an address and closes at once hears nothing more.
      if (ip !== null && this.#handle === null) return;
      if (sent < 0) (done as (error: Error) => void)(failed(sent));
      else done(null, sent);
    });
  }

  // --- close(2)

  /** close(2). 'close' comes with the next tick. */
  close(callback?: () => void): this {
    if (typeof callback === 'function') this.on('close', callback);
    if (this.#queue !== undefined) {
      this.#queue.push(() => this.close());
      return this;
    }
    this.#running().close();
    this.#handle = null;
    process.nextTick(() => this.emit('close'));
    return this;
  }

  /** close(), at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#handle === null) return;
    await promisify((done: () => void) => this.close(done))();
  }

  // --- names

  /** getsockname(2). */
  address(): net.AddressInfo {
    const out = {} as net.AddressInfo;
    const errno = this.#running().getsockname(out);
    if (errno < 0) throw fault.errnoException(errno, 'getsockname');
    return out;
  }

  /** getpeername(2). */
  remoteAddress(): net.AddressInfo {
    const handle = this.#running();
    if (this.#connectState !== 'connected') throw fault.notConnected();
    const out = {} as net.AddressInfo;
    const errno = handle.getpeername(out);
    if (errno < 0) throw fault.errnoException(errno, 'getpeername');
    return out;
  }

  // --- setsockopt(2)

  /** setsockopt(fd, SOL_SOCKET, SO_BROADCAST, int). */
  setBroadcast(flag: boolean): void {
    done(this.#running().setBroadcast(flag ? 1 : 0), 'setBroadcast');
  }

  /** IP_TTL, or IPV6_UNICAST_HOPS: 1 to 255 hops. */
  setTTL(ttl: number): number {
    done(this.#running().setTTL(numberOf('ttl', ttl)), 'setTTL');
    return ttl;
  }

  /** IP_MULTICAST_TTL, or IPV6_MULTICAST_HOPS: 0 to 255 hops. */
  setMulticastTTL(ttl: number): number {
    done(this.#running().setMulticastTTL(numberOf('ttl', ttl)), 'setMulticastTTL');
    return ttl;
  }

  /** IP_MULTICAST_LOOP, or IPV6_MULTICAST_LOOP. */
  setMulticastLoopback<T>(flag: T): T {
    done(this.#running().setMulticastLoopback(flag ? 1 : 0), 'setMulticastLoopback');
    return flag;
  }

  /** IP_MULTICAST_IF by an address of the interface; IPV6_MULTICAST_IF by `::%eth0`. */
  setMulticastInterface(multicastInterface: string): void {
    const handle = this.#running();
    text('interfaceAddress', multicastInterface);
    done(handle.setMulticastInterface(multicastInterface), 'setMulticastInterface');
  }

  /** IP_ADD_MEMBERSHIP, or IPV6_JOIN_GROUP. */
  addMembership(multicastAddress: string, multicastInterface?: string): void {
    const handle = this.#running();
    if (!multicastAddress) throw fault.missingArgs('multicastAddress');
    done(handle.addMembership(multicastAddress, multicastInterface), 'addMembership');
  }

  /** IP_DROP_MEMBERSHIP, or IPV6_LEAVE_GROUP. */
  dropMembership(multicastAddress: string, multicastInterface?: string): void {
    const handle = this.#running();
    if (!multicastAddress) throw fault.missingArgs('multicastAddress');
    done(handle.dropMembership(multicastAddress, multicastInterface), 'dropMembership');
  }

  /** IP_ADD_SOURCE_MEMBERSHIP, or MCAST_JOIN_SOURCE_GROUP: RFC 4607. */
  addSourceSpecificMembership(source: string, group: string, multicastInterface?: string): void {
    const handle = this.#running();
    text('sourceAddress', source);
    text('groupAddress', group);
    done(
      handle.addSourceSpecificMembership(source, group, multicastInterface),
      'addSourceSpecificMembership',
    );
  }

  /** IP_DROP_SOURCE_MEMBERSHIP, or MCAST_LEAVE_SOURCE_GROUP. */
  dropSourceSpecificMembership(source: string, group: string, multicastInterface?: string): void {
    const handle = this.#running();
    text('sourceAddress', source);
    text('groupAddress', group);
    done(
      handle.dropSourceSpecificMembership(source, group, multicastInterface),
      'dropSourceSpecificMembership',
    );
  }

  /** SO_RCVBUF in bytes; the kernel doubles it. */
  setRecvBufferSize(size: number): void {
    this.#bufferSize(size, false);
  }

  /** SO_SNDBUF in bytes; the kernel doubles it. */
  setSendBufferSize(size: number): void {
    this.#bufferSize(size, true);
  }

  /** SO_RCVBUF, in bytes. */
  getRecvBufferSize(): number {
    return this.#bufferSize(0, false);
  }

  /** SO_SNDBUF, in bytes. */
  getSendBufferSize(): number {
    return this.#bufferSize(0, true);
  }

  #bufferSize(size: number, send: boolean): number {
    if (size >>> 0 !== size) throw fault.badBufferSize();
    const result = this.#running().bufferSize(size, send);
    if (result < 0) throw fault.bufferSizeError(result, send);
    return result;
  }

  /** Bytes that wait for space in the send buffer. */
  getSendQueueSize(): number {
    return this.#running().queueSize;
  }

  /** Datagrams that wait for space in the send buffer. */
  getSendQueueCount(): number {
    return this.#running().queueCount;
  }

  /** The socket keeps the process alive (again). */
  ref(): this {
    this.#handle?.ref();
    return this;
  }

  /** The socket does not keep the process alive. */
  unref(): this {
    this.#handle?.unref();
    return this;
  }
}

// libuv's flags of uv_udp_bind(), as a cluster's primary takes them.
const IPV6ONLY = 1;
const REUSEADDR = 4;

function done(errno: number, syscall: string): void {
  if (errno < 0) throw fault.errnoException(errno, syscall);
}

function checked(options: Partial<SocketOptions>): Partial<SocketOptions> {
  for (const name of ['recvBufferSize', 'sendBufferSize'] as const) {
    const size = options[name];
    if (size) uint32(`options.${name}`, size);
  }
  for (const name of ['receiveBlockList', 'sendBlockList'] as const) {
    const list = options[name];
    if (list && !(list instanceof net.BlockList))
      throw fault.invalidArgType(`options.${name}`, 'of type net.BlockList', list);
  }
  return options;
}

function uint32(name: string, value: unknown): void {
  if (typeof value !== 'number') throw fault.invalidArgType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw fault.outOfRange(name, 'an integer', value);
  if (value < 0 || value > 0xffffffff) throw fault.outOfRange(name, '>= 0 && <= 4294967295', value);
}

function numberOf(name: string, value: unknown): number {
  if (typeof value !== 'number') throw fault.invalidArgType(name, 'of type number', value);
  return value;
}

function text(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw fault.invalidArgType(name, 'of type string', value);
}

function numeric(name: string, address: unknown, method: string): string {
  text(name, address);
  if (net.isIP(address) === 0)
    throw fault.invalidArgValue(
      name,
      address,
      `must be a numeric IP address; ${method} does not perform DNS resolution`,
    );
  return address;
}

function portOf(port: unknown, name: string, zero: boolean): number {
  const isNumber = typeof port === 'number' || (typeof port === 'string' && port.trim() !== '');
  const number = isNumber ? Number(port) : -1;
  const isPort = number === number >>> 0 && number <= 0xffff && (zero || number !== 0);
  if (!isPort) throw fault.badPort(name, zero ? '>=' : '>', port);
  return number;
}

interface Where {
  address: string;
  port: number;
  exclusive: boolean;
}

function whereTo(port: unknown, address: unknown, isPath: boolean): Where {
  if (typeof port === 'object' && port !== null) {
    const { address: name, port: number, exclusive } = port as BindOptions;
    return { address: name || '', port: number as number, exclusive: exclusive === true };
  }
  if (isPath) return { address: String(port ?? ''), port: 0, exclusive: true };
  const name = typeof address === 'function' ? '' : (address as string);
  return {
    address: name,
    port: (typeof port === 'function' ? 0 : port) as number,
    exclusive: false,
  };
}

/** A handle that core made: a cluster's, or one that came with a message of another process. */
function isCoreHandle(port: object): port is CoreHandle {
  return typeof (port as { recvStart?: unknown }).recvStart === 'function';
}

function slice(data: unknown, offset: unknown, length: unknown): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  if (!isView(bytes)) throw fault.invalidBytes('buffer', bytes);
  const from = (offset as number) >>> 0;
  const count = (length as number) >>> 0;
  if (from > bytes.byteLength) throw fault.bufferOutOfBounds('offset');
  if (from + count > bytes.byteLength) throw fault.bufferOutOfBounds('length');
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, count);
}

const NOTHING = Buffer.alloc(0);

function listOf(data: unknown): NodeJS.ArrayBufferView[] {
  if (typeof data === 'string') return [Buffer.from(data)];
  if (isView(data)) return [data];
  if (!Array.isArray(data)) throw fault.invalidBytes('buffer', data);
  if (data.length === 0) return [NOTHING];
  return data.map((part: unknown) => {
    if (typeof part === 'string') return Buffer.from(part);
    if (!isView(part)) throw fault.invalidBytes('buffer list arguments', data);
    return part;
  });
}
