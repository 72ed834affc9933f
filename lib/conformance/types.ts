// The shapes of a conformance report's JSON.
import type { ErrnoName } from '../errors';
import type { Kind } from '../options/row';

/** A kind of socket that options are tried on: `tcp`, `udp6`, `unix-stream` and so on. */
export type SocketKind = Kind;
/** An errno by the kernel's name: 95 is EOPNOTSUPP, 11 is EAGAIN. */
export type Outcome = 'ok' | ErrnoName;

/** One option on one kind of socket. */
export interface KindReport {
  /** getsockopt with a buffer of 1024 bytes. */
  get: Outcome;
  /** What the kernel reported as the length. */
  length?: number;
  /** The bytes it gave, in hexadecimal: the default value, as the socket is fresh. */
  value?: string;
  /**
   * Where `get` is refused but the typed getter works, because it passes exactly the length that
   * the kernel wants.
   */
  typed?: 'ok';
  /** setsockopt with the sample value on a fresh socket. */
  set: Outcome | 'skipped';
  /** The same after the options that have to come first (a group joined before it is left). */
  setPrepared?: Outcome;
  /** The bytes that getsockopt returns after a `set` that is 'ok', in hexadecimal. */
  readBack?: string;
}

/** Both calls with the same mistake; 'skipped' where the bytes would hold a pointer. */
export interface Both {
  get: Outcome | 'skipped';
  set: Outcome | 'skipped';
}
/**
 * What the kernel returns for misuse. What needs a socket is tried on one of the kind `kind`, and
 * is absent where there is none.
 */
export interface Misuse {
  /** A number that no descriptor has. */
  closed: Both;
  /** The descriptor of a file. */
  file: Both;
  kind?: SocketKind;
  /** The option's number at a level that does not exist. */
  wrongLevel?: Both;
  /** A number at the option's level that no option has. */
  unknownName?: Both;
  length0?: Both;
  length1?: Both;
  negativeLength?: Both;
  /** A NULL pointer with a length of 4. */
  nullValue?: Both;
}

/** The outcome of one option on one kind of socket. */
export interface OptionReport {
  level: number;
  levelName: string;
  optname: number;
  /**
   * The value that `set` writes, as JavaScript shows it; absent where the option cannot be set by
   * design, and the int 1 is tried.
   */
  sample?: string;
  kinds: Partial<Record<SocketKind, KindReport>>;
  misuse: Misuse;
  /**
   * Of an int: what reads back after writing these numbers, or the errno. Shows clamping, doubling
   * and rounding.
   */
  limits?: Record<string, number | Outcome>;
  /**
   * Reading gives another value each time (a cookie, a timer, a port): a diff leaves the bytes out.
   */
  varies?: true;
  /** Why `set` is skipped. */
  skipped?: string;
}

/** What conformance() returns: every option on every kind of socket, as JSON. */
export interface ConformanceReport {
  /** `Linux 6.18.0`. */
  kernel: string;
  /** `x86_64`. */
  arch: string;
  /** Whether CAP_NET_ADMIN and CAP_NET_RAW were effective. */
  privileged: boolean;
  /**
   * Where it ran: a network namespace of its own, one of a user namespace of its own, or the
   * caller's.
   */
  namespace: 'own' | 'user' | 'current';
  /** The kinds of socket that could be made. */
  kinds: SocketKind[];
  /** What was left out, and why. */
  skipped: { what: string; why: string }[];
  /**
   * By name; of a name that stands at two levels, the second is `IPPROTO_IPV6.MCAST_JOIN_GROUP`.
   */
  options: Record<string, OptionReport>;
}

/** What conformance() is to try. */
export interface ConformanceRequest {
  /**
   * Only these kinds of socket (default: all). Nothing is tried on another kind, so that the kernel
   * loads no module for one.
   */
  kinds?: readonly SocketKind[];
  /** Only options with these names or of these levels (default: all). */
  options?: readonly string[];
  /**
   * Whose network namespace this process is in (default: 'current', which leaves out setting what
   * changes the namespace: multicast routing).
   */
  namespace?: ConformanceReport['namespace'];
}
