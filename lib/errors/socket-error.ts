// SocketError and its subclass for each errno: what a refusal of the kernel looks like in
// JavaScript.
import type { Address } from '../address/types';
import { constants } from '../constants';
import { membersOnce } from '../lazy';
import { ALIASES, type Errno, type ErrnoAlias, TEXTS } from './table';

export interface OptionRef {
  readonly level: string;
  readonly name: string;
}

/** What the caller knows about the call that failed. */
export interface Detail {
  readonly address?: Address;
  readonly option?: OptionRef;
  readonly hint?: string;
  /**
   * A deadline of the caller's (settimeout(), timeoutMs) has passed: isTimeout.
   */
  readonly timedOut?: boolean;
  /** What the call asked for, from which a hint is chosen (lib/errors/hints). */
  readonly hintContext?: HintContext;
}

export interface HintContext {
  readonly family?: number;
  readonly type?: number;
  readonly proto?: number;
  readonly value?: unknown;
  /** The socket, still open: what the kernel knows of it may tell which cause it is. */
  readonly fd?: number;
  /** Of a send with UDP_SEGMENT: bytes of a segment, and of all. */
  readonly segmentSize?: number;
  readonly length?: number;
  /** The source address that a message was to be sent from. */
  readonly from?: string;
}

/** Python's errno.errorcode: the name of each positive number, in node's spelling. */
export const errorcode: Readonly<Record<number, Errno>> = Object.freeze(
  Object.fromEntries((Object.keys(TEXTS) as Errno[]).map((code) => [numberOf(code), code])),
);

function numberOf(code: Errno | ErrnoAlias): number {
  return constants[code];
}

/** `127.0.0.1:80`, `[::1]:80`, `/run/x.sock`, `eth0`: an address as a message shows it. */
function showAddress(address: Address): string {
  switch (address.family) {
    case 'IPv4':
      return `${address.address}:${address.port}`;
    case 'IPv6':
      return `[${address.address}]:${address.port}`;
    case 'unix':
      return `${address.abstract ? '@' : ''}${address.path}`;
    case 'packet':
      return address.ifname || `interface ${address.ifindex}`;
    case 'netlink':
      return `netlink ${address.pid}`;
    case 'vsock':
      return `vsock ${address.cid}:${address.port}`;
    case 'can':
      return address.ifname;
    default:
      return `family ${address.af}`;
  }
}

/**
 * A system call that the kernel refused. `code` is the errno's name (`ECONNREFUSED`; `E999` where it
 * has none) and `errno` its negative number, so that util.getSystemErrorName(e.errno)
 * works.
 *
 * structuredClone and postMessage keep only `name`, `message` and `stack` of any Error, in every
 * engine: to send one to a worker, send `{ ...e, message: e.message }`. `code` and `errno` are own
 * properties, and so survive that, two copies of this package, and JSON.
 */
export class SocketError<C extends Errno = Errno> extends Error {
  /** The name of the errno: `ECONNREFUSED`. */
  readonly code: C;
  /** The negative number, as Node has it: util.getSystemErrorName(e.errno) is `code`. */
  readonly errno: number;
  /** The C call: `setsockopt`. */
  readonly syscall: string;
  /** Of bind, connect, sendto. */
  declare readonly address?: Address;
  /** Of setsockopt, getsockopt. */
  declare readonly option?: OptionRef;
  /** What to do about it, where there is something to do. */
  declare readonly hint?: string;
  /** Whether a limit of ours ran out; see isTimeout. */
  declare readonly timedOut?: true;

  /** `errno`: either sign. */
  constructor(errno: number, syscall: string, detail: Detail = {}) {
    const number = Math.abs(errno);
    const known: Errno | undefined = errorcode[number];
    const code = known ?? `E${number}`;
    const said = known ? TEXTS[known] : 'unknown error';
    const where = detail.option
      ? ` (${detail.option.level} ${detail.option.name})`
      : detail.address
        ? ` ${showAddress(detail.address)}`
        : '';
    super(`${syscall} ${code}: ${said}${where}${detail.hint ? ` - ${detail.hint}` : ''}`);
    this.errno = -number;
    this.code = code as C;
    this.syscall = syscall;
    if (detail.address) this.address = detail.address;
    if (detail.option) this.option = detail.option;
    if (detail.hint) this.hint = detail.hint;
    if (detail.timedOut) this.timedOut = true;
  }

  /** EAGAIN (EWOULDBLOCK), EINPROGRESS, EALREADY: Python's BlockingIOError. */
  get isBlocking(): boolean {
    return this.code === 'EAGAIN' || this.code === 'EINPROGRESS' || this.code === 'EALREADY';
  }
  /**
   * A deadline of settimeout() or timeoutMs has passed. The kernel's own ETIMEDOUT, of a connection
   * whose peer does not respond, is none: the connection is gone.
   */
  get isTimeout(): boolean {
    return this.timedOut === true;
  }
  /** EPERM, EACCES: Python's PermissionError. */
  get isPermission(): boolean {
    return this.code === 'EPERM' || this.code === 'EACCES';
  }
  /** ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE: Python's ConnectionError. */
  get isConnection(): boolean {
    return this.code === 'EPIPE' || this.code.startsWith('ECONN');
  }
}
Object.defineProperty(SocketError.prototype, 'name', {
  value: 'SocketError',
  configurable: true,
  writable: true,
});

export interface SocketErrorClass<C extends Errno> {
  new (...a: never): SocketError<C>;
  readonly errno: number;
}
type Classes = { readonly [C in Errno]: SocketErrorClass<C> };
type Concrete = new (errno: number, syscall: string, detail?: Detail) => SocketError;

/**
 * `errors.ECONNREFUSED` and so on: a class for each errno, for `instanceof`; its static `errno` is
 * negative. EWOULDBLOCK is EAGAIN's, EOPNOTSUPP is ENOTSUP's.
 */
export const errors = membersOnce(
  [...Object.values(errorcode), ...(Object.keys(ALIASES) as ErrnoAlias[])],
  (name): SocketErrorClass<Errno> => {
    if (isAlias(name)) return errors[ALIASES[name]];
    const Class = { [name]: class extends SocketError {} }[name];
    Object.defineProperty(Class, 'errno', { value: -numberOf(name), enumerable: true });
    return Class as unknown as SocketErrorClass<Errno>;
  },
) as Classes & { readonly [A in ErrnoAlias]: Classes[(typeof ALIASES)[A]] };

const isAlias = (name: Errno | ErrnoAlias): name is ErrnoAlias => Object.hasOwn(ALIASES, name);

/** The error of the class that fits, with no hint looked up. */
export function makeError(errno: number, syscall: string, detail?: Detail): SocketError {
  const code = errorcode[Math.abs(errno)];
  const Class = (code === undefined ? SocketError : errors[code]) as Concrete;
  return new Class(errno, syscall, detail);
}

const NOTSUP = numberOf('ENOTSUP');

type Canonical<C> = C extends ErrnoAlias ? (typeof ALIASES)[C] : C extends Errno ? C : never;

/**
 * Whether `e` carries one of these errnos. Compares numbers, so an alias works, and node's own
 * system errors do too. The kernel's ENOTSUPP (524) counts as EOPNOTSUPP.
 */
export function isErrno<C extends Errno | ErrnoAlias>(
  e: unknown,
  ...codes: C[]
): e is SocketError<Canonical<C>> {
  if (typeof e !== 'object' || e === null) return false;
  const { errno } = e as { errno?: unknown };
  if (typeof errno !== 'number') return false;
  const has = (code: Errno | ErrnoAlias) => numberOf(code) === -errno;
  return codes.some(has) || (has('ENOTSUPP') && codes.some((code) => numberOf(code) === NOTSUP));
}
