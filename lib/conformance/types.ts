// What a conformance report says: the shapes of its JSON.
import type { ErrnoName } from '../errors';
import type { Kind } from '../options/row';

export type SocketKind = Kind;
/** An errno by the kernel's name: 95 is EOPNOTSUPP, 11 is EAGAIN. */
export type Answer = 'ok' | ErrnoName;

/** What one kind of socket says to one option. */
export interface KindReport {
  /** getsockopt with 1024 bytes of room. */
  get: Answer;
  /** What the kernel reported as the length. */
  length?: number;
  /** The bytes it gave, in hexadecimal: the default value, as the socket is fresh. */
  value?: string;
  /**
   * Where `get` is refused but the typed getter works, which asks for exactly the length that the
   * kernel wants.
   */
  typed?: 'ok';
  /** setsockopt with the sample value on a fresh socket. */
  set: Answer | 'skipped';
  /** The same after the options that have to come first (a group joined before it is left). */
  setPrepared?: Answer;
  /** What reading gives after a `set` that was taken. */
  readBack?: string;
}

/**
 * The same question to both calls; 'skipped' where the bytes may not cross (they hold a pointer).
 */
export interface Both {
  get: Answer | 'skipped';
  set: Answer | 'skipped';
}
/**
 * What the kernel says to what is wrong. Those that need a socket are asked on one of the kind
 * `kind`, and are absent where there is none.
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
   * Of an int: what reads back after writing these numbers raw, or the refusal. Shows clamping,
   * doubling and rounding.
   */
  limits?: Record<string, number | Answer>;
  /**
   * Reading gives something else each time (a cookie, a timer, a port): a diff leaves the bytes
   * out.
   */
  varies?: true;
  /** Why `set` is skipped. */
  skipped?: string;
}

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

export interface ConformanceRequest {
  /** Only these kinds of socket; all unless told. */
  kinds?: readonly SocketKind[];
  /** Only options with these names or of these levels; all unless told. */
  options?: readonly string[];
  /**
   * Whose network namespace this process is in; 'current' leaves out what changes more than the
   * socket (multicast routing).
   */
  namespace?: ConformanceReport['namespace'];
}
