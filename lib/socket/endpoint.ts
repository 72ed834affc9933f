// A socket's calls that never wait: names, options, shutdown.
import { type InspectOptions, inspect } from 'node:util';
import { type Address, type AddressLike, decodeAddress, type Family } from '../address';
import type { Bytes } from '../bytes';
import {
  AF_INET6,
  SO_ATTACH_FILTER,
  SO_DETACH_FILTER,
  SO_LOCK_FILTER,
  SOL_SOCKET,
  SOMAXCONN,
} from '../constants';
import { badRange, badType, check, fail } from '../errors';
import { native } from '../native';
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
import { Descriptor } from './descriptor';
import { resolveSync } from './resolve';

type Naming = (fd: number, sockaddr: Uint8Array, addrlen: Int32Array) => number;

const SOCKADDR_ROOM = 128;

export abstract class Endpoint<A extends Address> extends Descriptor {
  private view: SocketOptions | undefined;

  protected constructor(
    fd: number,
    /** AF_* */
    readonly family: Family<A>,
    /** SOCK_* */
    readonly type: number,
    /** IPPROTO_*, ETH_P_* in network order, NETLINK_*; 0 where the family has one only */
    readonly proto: number,
  ) {
    super(fd);
  }

  /**
   * bind(2). '' is the unspecified address, port 0 lets the kernel choose; a name is looked up, as
   * in Python. EADDRINUSE, EADDRNOTAVAIL, EACCES (port < 1024, no CAP_NET_BIND_SERVICE), EINVAL
   * (already bound).
   */
  bind(address: AddressLike<A>): this {
    const fd = this.open('bind');
    const target = resolveSync(this.family, address);
    const result = native.bind(fd, target.bytes, target.bytes.length);
    if (result < 0) fail(result, 'bind', { address: target.address });
    return this;
  }

  /** listen(2). The kernel caps `backlog` at net.core.somaxconn; n admits n + 1 connections. */
  listen(backlog: number = SOMAXCONN): this {
    const fd = this.open('listen');
    if (typeof backlog !== 'number') throw badType('listen: backlog', 'a number', backlog);
    if (!Number.isInteger(backlog) || Math.abs(backlog) > 0x7fffffff)
      throw badRange('listen: backlog', 'a 32-bit integer', backlog);
    check(native.listen(fd, Math.max(backlog, 0)), 'listen');
    return this;
  }

  /** getsockname(2): the local address. */
  getsockname(): A {
    return this.named('getsockname', native.getsockname);
  }

  /** getpeername(2): the address at the other end; ENOTCONN where there is none. */
  getpeername(): A {
    return this.named('getpeername', native.getpeername);
  }

  /** getsockname(), or null where the kernel has no answer. */
  get localAddress(): A | null {
    return this.closed ? null : this.namedOrNull(native.getsockname);
  }

  /** getpeername(), or null while not connected. */
  get remoteAddress(): A | null {
    return this.closed ? null : this.namedOrNull(native.getpeername);
  }

  /**
   * The peer's sockaddr as the kernel writes it, for a message of an IPv6 socket that names no
   * destination: it may be an IPv4 address.
   */
  protected get peerBytes(): Uint8Array | undefined {
    if (this.family !== AF_INET6) return undefined;
    const sockaddr = new Uint8Array(SOCKADDR_ROOM);
    const length = new Int32Array([SOCKADDR_ROOM]);
    return native.getpeername(this.channel.fd, sockaddr, length) < 0
      ? undefined
      : sockaddr.subarray(0, length[0]);
  }

  private named(syscall: string, call: Naming): A {
    const sockaddr = new Uint8Array(SOCKADDR_ROOM);
    const length = new Int32Array([SOCKADDR_ROOM]);
    check(call(this.open(syscall), sockaddr, length), syscall);
    return decodeAddress(sockaddr, length[0], this.family) as A;
  }

  private namedOrNull(call: Naming): A | null {
    const sockaddr = new Uint8Array(SOCKADDR_ROOM);
    const length = new Int32Array([SOCKADDR_ROOM]);
    return call(this.channel.fd, sockaddr, length) < 0
      ? null
      : (decodeAddress(sockaddr, length[0], this.family) as A);
  }

  /**
   * getsockopt(2). With an option constant: its typed value. With a plain number: an int. With
   * `buflen`: the bytes that the kernel gave. ENOPROTOOPT where the option does not exist at this
   * level of this socket: the error's hint says where it does.
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
    return getOption(this.open('getsockopt'), level, option, buflen);
  }

  /**
   * setsockopt(2). The option's typed value; packed bytes (Python's struct.pack) for any option
   * that may be written so; null with a length (Python's None). A flag takes any integer here. A
   * bad value is refused before the call; the kernel's refusal names option and level.
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
    setOption(this.open('setsockopt'), level, option, value, optlen);
    return this;
  }

  /** The options as properties: flags are booleans, read-only ones have no setter. */
  get options(): SocketOptions {
    this.view ??= optionsView(this);
    return this.view;
  }

  /** SO_ATTACH_FILTER, or SO_DETACH_FILTER for null; `lock` makes it final (SO_LOCK_FILTER). */
  attachFilter(program: BpfProgram | null, o?: { lock?: boolean }): this {
    if (program === null) this.setsockopt(SOL_SOCKET, SO_DETACH_FILTER, 1);
    else this.setsockopt(SOL_SOCKET, SO_ATTACH_FILTER, program);
    if (o?.lock) this.setsockopt(SOL_SOCKET, SO_LOCK_FILTER, 1);
    return this;
  }

  /** shutdown(2): SHUT_RD, SHUT_WR or SHUT_RDWR. */
  shutdown(how: 0 | 1 | 2): void {
    const fd = this.open('shutdown');
    if (how !== 0 && how !== 1 && how !== 2)
      throw badRange('shutdown: how', 'SHUT_RD, SHUT_WR or SHUT_RDWR', how);
    check(native.shutdown(fd, how), 'shutdown');
  }

  /** What console.log() shows: the socket as Python's repr() does, and nothing of the inside. */
  [inspect.custom](depth: number, options: InspectOptions): string {
    if (depth < 0) return '[Socket]';
    const { family, type, proto, localAddress, remoteAddress } = this;
    return `Socket ${inspect({ fd: this.fileno(), family, type, proto, localAddress, remoteAddress }, options)}`;
  }
}
