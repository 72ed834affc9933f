// The descriptor beneath a dgram Socket: made at its first use, as libuv makes its own, and called
// the way node calls libuv: every call returns 0 or a negative errno.
import { AsyncResource } from 'node:async_hooks';
import * as dns from 'node:dns';
import * as net from 'node:net';
import type { Address, AddressLike } from '../address';
import * as c from '../constants';
import { SocketError } from '../errors';
import { MessageBatch, type Metadata } from '../message';
import { if_indextoname } from '../names';
import { native } from '../native';
import { type OptionValues, setOption } from '../options';
import { Socket as BsdSocket } from '../socket';
import { badType, invalidArgType } from './node-errors';

export type SocketType = 'udp4' | 'udp6' | 'unix_dgram';
export type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string,
  family: number,
) => void;
export type Lookup = (hostname: string, options: never, callback: LookupCallback) => void;

/** What the kernel refuses, as a negative errno; bad arguments are EINVAL, as in libuv. */
export function attempt(call: () => unknown): number {
  try {
    call();
    return 0;
  } catch (error) {
    return errnoOf(error);
  }
}

export function errnoOf(error: unknown): number {
  if (error instanceof SocketError) return error.errno;
  if (error instanceof TypeError || error instanceof RangeError) return -c.EINVAL;
  throw error;
}

const KINDS = {
  udp4: { family: c.AF_INET, lookup: 4, any: '0.0.0.0', local: '127.0.0.1' },
  udp6: { family: c.AF_INET6, lookup: 6, any: '::', local: '::1' },
  unix_dgram: { family: c.AF_UNIX, lookup: 0, any: '', local: '' },
} as const;

/** Bind flags. */
export interface BindFlags {
  reuseAddr?: boolean;
  reusePort?: boolean;
  ipv6Only?: boolean;
}

/** What node has no name for: applied between socket(2) and bind(2). */
export interface Extras {
  options?: OptionValues;
  enable?: Metadata & { icmp?: boolean };
}

/** A datagram's sender, in node's words, and the metadata that `enable` asked for. */
export interface RemoteInfo {
  address: string;
  family: 'IPv4' | 'IPv6' | 'unix';
  port: number;
  size: number;
  local?: string;
  to?: string;
  ifindex?: number;
  ttl?: number;
  tos?: number;
  timestamp?: bigint;
  hwTimestamp?: bigint;
  drops?: number;
}

export interface Sink {
  message(data: Buffer, rinfo: RemoteInfo): void;
  error(errno: number): void;
  icmp(message: unknown): void;
}

/** Called with a negative errno, or 0 and the bytes sent. */
export type Done = (errno: number, sent: number) => void;

/** A datagram that the send buffer had no space for. */
interface Queued {
  data: Buffer;
  to: AddressLike<Address> | undefined;
  done: Done | undefined;
}

/** Another owner of the descriptor: the handle that a cluster's primary sent. */
export interface CoreHandle {
  readonly fd: number;
  close(...args: unknown[]): void;
}

/** A program that replaces dns.lookup() sees every address, as with node's own dgram. */
const coreLookup = dns.lookup;

const DATAGRAM = 65_536; // no datagram of the internet families is longer
const COUNT = 16; // datagrams a recvmmsg(2): 1 MiB of address space, touched as far as it is used
const MOST_TTL = 255;

/**
 * Runs process.nextTick() callbacks and promise reactions, as node does between two events. Two
 * datagrams of one recvmmsg(2) are two events.
 */
const runTicks = (process as unknown as { _tickCallback?: () => void })._tickCallback;

export class Handle {
  readonly type: SocketType;
  readonly #lookup: (address: string, callback: LookupCallback) => void;
  readonly #extras: Extras;
  readonly #sink: Sink;
  readonly #scope = new AsyncResource('UDPWRAP');
  /** A custom look-up sees every address, numeric ones too. */
  readonly looksUpAll: boolean;
  #bsd: BsdSocket<Address> | undefined;
  #core: CoreHandle | undefined;
  #referenced = true;
  #receiving: { stop(): void } | undefined;
  /** Datagrams that a throwing listener left behind. */
  #left: [Buffer, RemoteInfo][] = [];
  #deferred = false;
  #queue: Queued[] = [];
  #queued = 0;
  #gathering = false;
  #connected = false;
  #closed = false;
  #lastTo: AddressLike<Address> | undefined;
  #lastAddress = '';
  #lastPort = -1;
  #plain = true;

  constructor(type: unknown, lookup: unknown, extras: Extras, sink: Sink) {
    if (typeof type !== 'string' || !Object.hasOwn(KINDS, type)) throw badType();
    this.type = type as SocketType;
    this.looksUpAll = lookup !== undefined || dns.lookup !== coreLookup;
    if (lookup !== undefined && typeof lookup !== 'function')
      throw invalidArgType('lookup', 'of type function', lookup);
    const resolve = (lookup ?? dns.lookup) as (
      host: string,
      family: number,
      done: LookupCallback,
    ) => void;
    const { lookup: family, local } = this.kind;
    this.#lookup = (address, done) => resolve(address || local, family, done);
    this.#extras = extras;
    this.#sink = sink;
  }

  get kind(): (typeof KINDS)[SocketType] {
    return KINDS[this.type];
  }

  /** The Socket beneath, made where there is none. */
  get bsd(): BsdSocket<Address> {
    return (this.#bsd ??= this.#prepare(
      new BsdSocket<Address>({ family: this.kind.family as never, type: c.SOCK_DGRAM }),
    ));
  }

  #prepare(bsd: BsdSocket<Address>): BsdSocket<Address> {
    const { options, enable } = this.#extras;
    try {
      if (options !== undefined) bsd.options.set(options);
      if (enable !== undefined) {
        const { icmp, ...metadata } = enable;
        bsd.enable(icmp ? { ...metadata, errqueue: true } : metadata);
        this.#plain = Object.keys(metadata).length === 0;
        if (icmp) this.#readErrors(bsd);
      }
    } catch (error) {
      bsd.close();
      throw error;
    }
    if (!this.#referenced) bsd.unref();
    return bsd;
  }

  /** A numeric address as it is, everything else by the look-up. */
  lookup(address: string, done: LookupCallback): void {
    if (this.type === 'unix_dgram') process.nextTick(done, null, address, 0);
    else if (!this.looksUpAll && (address === '' || net.isIP(address) !== 0))
      process.nextTick(done, null, address || this.kind.local, this.kind.lookup);
    else this.#lookup(address, done);
  }

  /** Whether `address` goes to the kernel as it is. */
  isNumeric(address: string | null | undefined): boolean {
    if (this.type === 'unix_dgram') return true;
    return !this.looksUpAll && (!address || net.isIP(address) !== 0);
  }

  // --- names

  /** open(): takes the descriptor over. */
  open(fd: number): number {
    return attempt(() => {
      this.#bsd = this.#prepare(BsdSocket.fromFd(fd));
    });
  }

  /** Shares the descriptor of a handle that core made; both are closed together. */
  share(core: CoreHandle): number {
    const fd = native.fcntl(core.fd, c.F_DUPFD_CLOEXEC, 0);
    if (fd < 0) return fd;
    const previous = this.#bsd;
    const errno = this.open(fd);
    if (errno < 0) return errno;
    previous?.close();
    this.#core = core;
    // A cluster that disconnects closes the handles that its workers share.
    const close = core.close;
    core.close = (...args) => {
      if (this.#core === core) {
        this.#core = undefined;
        this.recvStop();
        this.#bsd?.close();
      }
      return close.apply(core, args);
    };
    return 0;
  }

  bind(address: string, port: number, flags: BindFlags): number {
    if (flags.ipv6Only && this.type !== 'udp6') return -c.EINVAL;
    return attempt(() => {
      const { bsd } = this;
      if (flags.reuseAddr) bsd.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1);
      if (flags.reusePort) bsd.setsockopt(c.SOL_SOCKET, c.SO_REUSEPORT, 1);
      if (flags.ipv6Only) bsd.setsockopt(c.IPPROTO_IPV6, c.IPV6_V6ONLY, 1);
      bsd.bind(this.#destination(address, port));
    });
  }

  /** The implicit bind(2) of libuv: any address, any port, SO_REUSEADDR. */
  #bindAny(): void {
    if (this.#bsd === undefined) {
      this.bsd.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1);
      this.bsd.bind(this.#destination(this.kind.any, 0));
    }
  }

  #destination(address: string, port: number): AddressLike<Address> {
    return (this.type === 'unix_dgram' ? address : [address, port]) as AddressLike<Address>;
  }

  connect(address: string, port: number): number {
    this.#flush();
    const errno = attempt(() => this.bsd.connectSync(this.#destination(address, port)));
    this.#connected = errno === 0;
    return errno;
  }

  /** connect(2) with AF_UNSPEC. */
  disconnect(): number {
    this.#flush();
    this.#connected = false;
    return native.connect(this.#fd, new Uint8Array(16), 16);
  }

  getsockname(out: object): number {
    return this.#named(out, (bsd) => bsd.getsockname());
  }

  getpeername(out: object): number {
    return this.#named(out, (bsd) => bsd.getpeername());
  }

  #named(out: object, name: (bsd: BsdSocket<Address>) => Address): number {
    const bsd = this.#bsd;
    if (bsd === undefined) return -c.EBADF;
    return attempt(() => Object.assign(out, namesOf(name(bsd))));
  }

  get #fd(): number {
    return this.#bsd?.fileno() ?? -1;
  }

  // --- options: EBADF before there is a descriptor, as in libuv

  #set(set: (bsd: BsdSocket<Address>) => unknown): number {
    const bsd = this.#bsd;
    return bsd === undefined ? -c.EBADF : attempt(() => set(bsd));
  }

  #setInt(v4: readonly [number, number], v6: readonly [number, number], value: number): number {
    const [level, option] = this.type === 'udp6' ? v6 : v4;
    return this.#set((bsd) => bsd.setsockopt(level, option, value));
  }

  setBroadcast(on: number): number {
    return this.#set((bsd) => bsd.setsockopt(c.SOL_SOCKET, c.SO_BROADCAST, on));
  }

  setTTL(ttl: number): number {
    const hops = ttl | 0;
    if (hops < 1 || hops > MOST_TTL) return -c.EINVAL;
    return this.#setInt([c.IPPROTO_IP, c.IP_TTL], [c.IPPROTO_IPV6, c.IPV6_UNICAST_HOPS], hops);
  }

  setMulticastTTL(ttl: number): number {
    const hops = ttl | 0;
    if (hops < 0 || hops > MOST_TTL) return -c.EINVAL;
    return this.#setInt(
      [c.IPPROTO_IP, c.IP_MULTICAST_TTL],
      [c.IPPROTO_IPV6, c.IPV6_MULTICAST_HOPS],
      hops,
    );
  }

  setMulticastLoopback(on: number): number {
    return this.#setInt(
      [c.IPPROTO_IP, c.IP_MULTICAST_LOOP],
      [c.IPPROTO_IPV6, c.IPV6_MULTICAST_LOOP],
      on,
    );
  }

  /** IP_MULTICAST_IF by an IPv4 address, IPV6_MULTICAST_IF by the scope of an IPv6 address. */
  setMulticastInterface(address: string): number {
    const version = net.isIP(address);
    if (version === 0) return -c.EINVAL;
    return this.#set((bsd) =>
      version === 4
        ? bsd.setsockopt(c.IPPROTO_IP, c.IP_MULTICAST_IF, address)
        : bsd.setsockopt(c.IPPROTO_IPV6, c.IPV6_MULTICAST_IF, scopeOf(address)),
    );
  }

  addMembership(group: string, interfaceAddress: string | undefined): number {
    return this.#membership(true, group, interfaceAddress);
  }

  dropMembership(group: string, interfaceAddress: string | undefined): number {
    return this.#membership(false, group, interfaceAddress);
  }

  #membership(join: boolean, group: string, via: string | undefined): number {
    const version = net.isIP(group);
    if (version === 0 || !isVia(via, version)) return -c.EINVAL;
    return attempt(() => {
      this.#bindAny();
      if (version === 4)
        this.#join(c.IPPROTO_IP, join ? c.IP_ADD_MEMBERSHIP : c.IP_DROP_MEMBERSHIP, {
          group,
          interface: via,
        });
      else
        this.#join(c.IPPROTO_IPV6, join ? c.IPV6_JOIN_GROUP : c.IPV6_LEAVE_GROUP, {
          group,
          interface: via && scopeOf(via),
        });
    });
  }

  #join(level: number, option: number, value: object): void {
    setOption(this.#fd, level, option, value);
  }

  addSourceSpecificMembership(source: string, group: string, via: string | undefined): number {
    return this.#sourceMembership(true, source, group, via);
  }

  dropSourceSpecificMembership(source: string, group: string, via: string | undefined): number {
    return this.#sourceMembership(false, source, group, via);
  }

  #sourceMembership(join: boolean, source: string, group: string, via: string | undefined): number {
    const version = net.isIP(group);
    if (version === 0 || net.isIP(source) !== version) return -c.EINVAL;
    if (!isVia(via, version)) return -c.EINVAL;
    return attempt(() => {
      this.#bindAny();
      if (version === 4)
        this.#join(c.IPPROTO_IP, join ? c.IP_ADD_SOURCE_MEMBERSHIP : c.IP_DROP_SOURCE_MEMBERSHIP, {
          group,
          source,
          interface: via || undefined,
        });
      else
        this.#join(c.IPPROTO_IPV6, join ? c.MCAST_JOIN_SOURCE_GROUP : c.MCAST_LEAVE_SOURCE_GROUP, {
          group,
          source,
          interface: via ? scopeOf(via) : 0,
        });
    });
  }

  /** SO_RCVBUF or SO_SNDBUF in bytes, as the kernel reads it back; 0 asks. Else a negative errno. */
  bufferSize(size: number, send: boolean): number {
    if (size > 0x7fffffff) return -c.EINVAL;
    const bsd = this.#bsd;
    if (bsd === undefined) return -c.EBADF;
    const option = send ? c.SO_SNDBUF : c.SO_RCVBUF;
    try {
      if (size === 0) return bsd.getsockopt(c.SOL_SOCKET, option);
      bsd.setsockopt(c.SOL_SOCKET, option, size);
      return size;
    } catch (error) {
      return errnoOf(error);
    }
  }

  ref(): void {
    this.#referenced = true;
    this.#bsd?.ref();
  }

  unref(): void {
    this.#referenced = false;
    this.#bsd?.unref();
  }

  // --- receiving

  recvStart(): void {
    this.#receiving = this.#push(this.bsd);
  }

  recvStop(): void {
    this.#receiving?.stop();
    this.#receiving = undefined;
    this.#left = [];
  }

  #push(bsd: BsdSocket<Address>): { stop(): void } {
    const push = bsd.onBatch((batch) => this.#scope.runInAsyncScope(() => this.#deliver(batch)), {
      count: COUNT,
      size: DATAGRAM,
    });
    push.done.catch((error: unknown) => process.nextTick(() => this.#failed(push, error)));
    return push;
  }

  /** A refused recvmmsg(2), such as ECONNREFUSED: an event, after which receiving goes on. */
  #failed(push: { stop(): void }, error: unknown): void {
    if (this.#receiving !== push) return;
    this.#receiving = this.#push(this.bsd);
    this.#scope.runInAsyncScope(() => this.#sink.error(errnoOf(error)));
  }

  /** Each datagram is an event of its own: what it schedules runs before the next one. */
  #deliver(batch: MessageBatch<Address>): void {
    const plain = this.#plain;
    for (let i = 0; i < batch.count && this.#receiving !== undefined; i++) {
      const rinfo = remoteOf(batch.address(i), batch.lengthOf(i));
      if (!plain) describe(rinfo, batch, i);
      const size = plain ? 0 : batch.segmentSize(i);
      if (size > 0) {
        const train = batch.copyData(i);
        for (let at = 0; at < train.length; at += size) {
          const data = train.subarray(at, at + size);
          this.#emit(data, { ...rinfo, size: data.length });
        }
      } else this.#emit(batch.copyData(i), rinfo);
    }
  }

  #emit(data: Buffer, rinfo: RemoteInfo): void {
    if (this.#deferred || runTicks === undefined) {
      this.#defer([data, rinfo]);
      return;
    }
    try {
      this.#sink.message(data, rinfo);
      runTicks();
    } catch (error) {
      // An uncaught exception, and the next datagram comes after it.
      process.nextTick(raise, error);
      this.#defer();
    }
  }

  /** Events that may not follow at once come one an event-loop iteration, in order. */
  #defer(event?: [Buffer, RemoteInfo]): void {
    if (event !== undefined) this.#left.push(event);
    if (this.#deferred) return;
    this.#deferred = true;
    setImmediate(() => this.#next());
  }

  #next(): void {
    const event = this.#left.shift();
    this.#deferred = false;
    if (this.#left.length > 0) this.#defer();
    if (event !== undefined) this.#scope.runInAsyncScope(() => this.#sink.message(...event));
  }

  async #readErrors(bsd: BsdSocket<Address>): Promise<void> {
    for await (const message of bsd.errors()) this.#sink.icmp(message);
  }

  // --- sending

  /**
   * sendto(2) at once; what follows in the same tick is gathered and goes out by sendmmsg(2), before
   * the event loop waits. Behind datagrams that wait for space in the send buffer it waits too.
   * Returns the bytes sent or a negative errno; undefined where that comes later, by `done`. The
   * bytes belong to the caller again when it returns.
   */
  send(
    list: readonly NodeJS.ArrayBufferView[],
    port: number,
    address: string | null,
    done: Done | undefined,
  ): number | undefined {
    const to = address === null ? undefined : this.#to(address, port);
    const data = list.length === 1 ? (list[0] as NodeJS.ArrayBufferView) : joined(list);
    if (this.#queue.length > 0) {
      this.#wait(data, to, done);
      return undefined;
    }
    if (this.#gathering && data.byteLength <= GATHERED_SIZE) {
      this.#gather(data, to, done);
      return undefined;
    }
    this.#flush();
    if (!this.#gathering) {
      this.#gathering = true;
      process.nextTick(endTick, this);
    }
    try {
      const { bsd } = this;
      const sent = to === undefined ? bsd.trySend(data) : bsd.trySendto(data, to);
      if (sent !== null) return sent;
    } catch (error) {
      return errnoOf(error);
    }
    this.#wait(data, to, done);
    return undefined;
  }

  /** The last destination again, where it is the same: its bytes are encoded once a batch. */
  #to(address: string, port: number): AddressLike<Address> {
    if (this.#lastPort !== port || this.#lastAddress !== address) {
      this.#lastTo = this.#destination(address, port);
      this.#lastAddress = address;
      this.#lastPort = port;
    }
    return this.#lastTo as AddressLike<Address>;
  }

  #gather(
    data: NodeJS.ArrayBufferView,
    to: AddressLike<Address> | undefined,
    done: Done | undefined,
  ): void {
    const { messages } = gathered;
    if (gathered.owner !== this || gathered.dones.length === messages.capacity) {
      gathered.owner?.flush();
      gathered.owner = this;
    }
    messages.set(gathered.dones.length, data, to);
    gathered.dones.push(done);
    gathered.tos.push(to);
  }

  /** Sends what was gathered. */
  flush(): void {
    this.#flush();
  }

  endTick(): void {
    this.#gathering = false;
    this.#flush();
  }

  #flush(): void {
    if (gathered.owner !== this) return;
    gathered.owner = undefined;
    const { messages, dones, tos } = gathered;
    gathered.dones = [];
    gathered.tos = [];
    const { bsd } = this;
    const connected = this.#connected;
    let from = 0;
    while (from < dones.length) {
      let sent = 0;
      let errno = 0;
      try {
        sent = bsd.trySendmmsg(messages, 0, from);
      } catch (error) {
        errno = errnoOf(error);
      }
      for (const end = from + sent; from < end; from++) {
        const done = dones[from];
        if (done) process.nextTick(settle, this, connected, done, 0, messages.lengths[from]);
      }
      if (errno !== 0) {
        const done = dones[from++];
        if (done) process.nextTick(settle, this, connected, done, errno, 0);
      } else if (sent === 0) break;
    }
    for (; from < dones.length; from++) this.#wait(messages.data(from), tos[from], dones[from]);
    messages.clear();
  }

  /** The send buffer is full, or another datagram waits for it. */
  #wait(
    data: NodeJS.ArrayBufferView,
    to: AddressLike<Address> | undefined,
    done: Done | undefined,
  ): void {
    const bytes = copied(data);
    this.#queue.push({ data: bytes, to, done });
    this.#queued += bytes.length;
    if (this.#queue.length === 1) void this.#sendQueue(this.bsd);
  }

  async #sendQueue(bsd: BsdSocket<Address>): Promise<void> {
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      const { data, to, done } = entry;
      const result = await (to === undefined ? bsd.send(data) : bsd.sendto(data, to)).then(
        (sent) => sent,
        errnoOf,
      );
      if (this.#closed) return;
      this.#queue.shift();
      this.#queued -= data.length;
      if (done !== undefined) process.nextTick(done, Math.min(result, 0), Math.max(result, 0));
    }
  }

  get queueSize(): number {
    return this.#queued;
  }

  get queueCount(): number {
    return this.#queue.length;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What was gathered goes out; what still waits for space ends with ECANCELED. */
  close(): void {
    this.#flush();
    this.#closed = true;
    this.recvStop();
    const rest = this.#queue.splice(0);
    this.#queued = 0;
    const core = this.#core;
    this.#core = undefined;
    this.#bsd?.close();
    core?.close();
    for (const { done } of rest) if (done !== undefined) process.nextTick(done, -c.ECANCELED, 0);
    this.#scope.emitDestroy();
  }
}

const GATHERED_COUNT = 64;
const GATHERED_SIZE = 2048;

/** The datagrams of the socket that sent last: one buffer for the whole thread. */
const gathered = {
  owner: undefined as Handle | undefined,
  dones: [] as (Done | undefined)[],
  tos: [] as (AddressLike<Address> | undefined)[],
  get messages(): MessageBatch<Address> {
    const made = new MessageBatch<Address>({
      count: GATHERED_COUNT,
      size: GATHERED_SIZE,
      control: 0,
    });
    Object.defineProperty(gathered, 'messages', { value: made });
    process.on('exit', () => gathered.owner?.flush());
    return made;
  },
};

function endTick(handle: Handle): void {
  handle.endTick();
}

/** As in node: who sends to an address and closes at once hears nothing more. */
function settle(handle: Handle, connected: boolean, done: Done, errno: number, sent: number): void {
  if (connected || !handle.closed) done(errno, sent);
}

function copied({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView): Buffer {
  return Buffer.from(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
}

function raise(error: unknown): never {
  throw error;
}

function joined(list: readonly NodeJS.ArrayBufferView[]): Buffer {
  return Buffer.concat(
    list.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  );
}

/** Whether an interface is named by an address of the group's family, or left to the kernel. */
function isVia(via: string | null | undefined, version: number): boolean {
  return via === undefined || via === null || net.isIP(via) === version;
}

/** The interface index that an IPv6 address names behind its '%'; 0 where it names none there is. */
function scopeOf(address: string): number {
  const zone = address.split('%')[1];
  if (zone === undefined) return 0;
  const index = Number(zone);
  return Number.isInteger(index) ? index : Math.max(native.if_nametoindex(zone), 0);
}

const LINK_LOCAL = /^fe[89ab]/;

function text6(address: string, scopeId: number): string {
  return scopeId > 0 && LINK_LOCAL.test(address) && !address.includes('%')
    ? `${address}%${if_indextoname(scopeId)}`
    : address;
}

function remoteOf(from: Address, size: number): RemoteInfo {
  switch (from.family) {
    case 'IPv4':
      return { address: from.address, family: 'IPv4', port: from.port, size };
    case 'IPv6':
      return {
        address: from.scopeId === 0 ? from.address : text6(from.address, from.scopeId),
        family: 'IPv6',
        port: from.port,
        size,
      };
    default:
      return { address: pathOf(from), family: 'unix', port: 0, size };
  }
}

function namesOf(address: Address): object {
  const { size: _, ...names } = remoteOf(address, 0);
  return names;
}

function pathOf(address: Address): string {
  if (address.family !== 'unix') return '';
  return (address.abstract ? '\0' : '') + String(address.path);
}

const FIELDS = [
  'local',
  'to',
  'ifindex',
  'ttl',
  'tos',
  'timestamp',
  'hwTimestamp',
  'drops',
] as const;

function describe(rinfo: RemoteInfo, batch: MessageBatch<Address>, i: number): void {
  const message = batch.message(i) as unknown as Record<string, unknown>;
  for (const name of FIELDS) {
    const value = message[name];
    if (value !== undefined) (rinfo as unknown as Record<string, unknown>)[name] = value;
  }
}
