// What one row of the registry says of an option, and the three words (rw, ro, wo) that rows are
// written with.
import type { ConstantName } from '../constants';
import type { Option } from './types';

/** How a value becomes the kernel's bytes and back. `what` names the option in errors. */
export interface Codec<G, S = G> {
  /** For the documents: `flag`, `int`, `struct linger`. */
  readonly type: string;
  /** How much room reading needs; where the kernel has more to say, it is asked again with more. */
  readonly size: number;
  /** A C int (`int`) or an unsigned one (`u32`): takes the path on which nothing is allocated. */
  readonly int?: 'int' | 'u32';
  readonly min?: number;
  readonly max?: number;
  /** Whether sock.options shows it as a boolean. */
  readonly boolean?: true;
  /** Raw bytes are refused: the kernel would follow a pointer in them, or write past them. */
  readonly typedOnly?: true;
  /** What a round trip writes where the row names nothing else. */
  readonly sample?: S;
  decode(bytes: Buffer): G;
  encode(value: S, what: string): Uint8Array;
  /** Where one getsockopt is not enough, or needs input. */
  get?(fd: number, level: number, option: number): number | { value: G };
  /** Where the value does not fit in bytes alone. Answers what setsockopt answers. */
  set?(fd: number, level: number, option: number, value: S, what: string): number;
}

/** The socket kinds that options are read and tried on. */
// biome-ignore format: a list
export type Kind =
  | 'tcp' | 'tcp-listening' | 'tcp-connected' | 'udp' | 'udp-connected' | 'raw-icmp' | 'raw-igmp' | 'raw-raw' | 'raw-udp' | 'ping' | 'udplite'
  | 'mptcp' | 'mptcp-connected' | 'tls' | 'tcp6' | 'tcp6-connected' | 'tcp6-mapped' | 'udp6' | 'udp6-connected' | 'raw6-icmpv6' | 'raw6-raw' | 'raw6-udp'
  | 'unix-stream' | 'unix-dgram' | 'unix-seqpacket' | 'unix-stream-pair' | 'unix-dgram-pair' | 'packet-raw' | 'packet-dgram' | 'packet-raw-bound'
  | 'netlink-route' | 'vsock-stream' | 'vsock-dgram' | 'vsock-seqpacket' | 'xdp' | 'can-raw';

/** Where an option applies, in words, and the kind of socket that stands for it. */
export const GROUPS = {
  all: ['every socket', 'tcp'],
  inet: ['AF_INET', 'udp'],
  'inet not stream': ['AF_INET, not SOCK_STREAM', 'udp'],
  'inet stream': ['AF_INET SOCK_STREAM', 'tcp'],
  'inet raw': ['AF_INET SOCK_RAW', 'raw-icmp'],
  'inet raw, dgram': ['AF_INET SOCK_RAW and SOCK_DGRAM', 'udp'],
  'raw icmp': ['AF_INET SOCK_RAW IPPROTO_ICMP', 'raw-icmp'],
  'raw igmp': ['AF_INET SOCK_RAW IPPROTO_IGMP', 'raw-igmp'],
  inet6: ['AF_INET6', 'udp6'],
  'inet6 not stream': ['AF_INET6, not SOCK_STREAM', 'udp6'],
  'inet6 stream': ['AF_INET6 SOCK_STREAM', 'tcp6'],
  'inet6 raw': ['AF_INET6 SOCK_RAW', 'raw6-raw'],
  'raw icmpv6': ['AF_INET6 SOCK_RAW IPPROTO_ICMPV6', 'raw6-icmpv6'],
  'inet, inet6': ['AF_INET and AF_INET6', 'tcp'],
  connected: ['connected sockets', 'tcp-connected'],
  tcp: ['TCP', 'tcp'],
  'tcp, udp': ['TCP and UDP', 'udp'],
  'tcp connected': ['connected TCP', 'tcp-connected'],
  udp: ['UDP', 'udp'],
  udp6: ['UDP over IPv6', 'udp6'],
  udplite: ['UDP-Lite', 'udplite'],
  datagram: ['datagram and raw sockets', 'udp'],
  unix: ['AF_UNIX', 'unix-stream'],
  'unix stream': ['AF_UNIX SOCK_STREAM', 'unix-stream'],
  'unix connected': ['connected AF_UNIX', 'unix-stream-pair'],
  'unix, netlink': ['AF_UNIX and AF_NETLINK', 'unix-dgram'],
  packet: ['AF_PACKET', 'packet-raw'],
  'packet raw': ['AF_PACKET SOCK_RAW', 'packet-raw'],
  'packet bound': ['bound AF_PACKET', 'packet-raw-bound'],
  netlink: ['AF_NETLINK', 'netlink-route'],
  vsock: ['AF_VSOCK', 'vsock-stream'],
  mptcp: ['MPTCP', 'mptcp'],
  xdp: ['AF_XDP', 'xdp'],
  'can raw': ['AF_CAN SOCK_RAW CAN_RAW', 'can-raw'],
  tls: ['TCP with TCP_ULP "tls"', 'tls'],
} as const satisfies Record<string, readonly [words: string, kind: Kind]>;
export type Group = keyof typeof GROUPS;

/** A method, so that rows of every type can stand in one table. */
interface Judge<G> {
  judge(got: G): boolean;
}

export interface More<G, S> {
  /** The privilege that the kernel asks for. */
  readonly needs?: string;
  /** The first Linux that can read it, where that is later than `since`. */
  readonly readSince?: string;
  /** The first Linux without it. */
  readonly until?: string;
  /** The unit of the number: bytes, milliseconds. */
  readonly unit?: string;
  /** What the kernel does that one would not expect. */
  readonly quirk?: string;
  /**
   * What the round-trip test writes (default: the codec's own sample), and what it then reads
   * (default: the same).
   */
  readonly sample?: S;
  readonly reads?: G | Judge<G>['judge'];
  /** The round trip writes back what it read: only that fits. */
  readonly again?: true;
  /** Why what was written cannot be read back. */
  readonly unread?: string;
  /** What reads it where getsockopt cannot. */
  readonly readBy?: string;
  /** The kind of socket to try it on, where the group's is not it. */
  readonly kind?: Kind;
  /** Options to set first, by name. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** Why reading changes something: dump() leaves it out. */
  readonly readingChanges?: string;
  /** What the round trip needs beside a socket: it is a test of its own. */
  readonly apart?: string;
  /** Why no kernel at hand makes the round trip. */
  readonly untried?: string;
  /** The number, where the headers have no such name. */
  readonly optname?: number;
}

export interface Row<G = unknown, S = unknown> extends More<G, S> {
  readonly access: 'rw' | 'ro' | 'wo';
  readonly codec: Codec<G, S>;
  readonly since: string;
  readonly on: Group;
  readonly doc: string;
}

/** Read and write. `since`: the first Linux that has it. */
export const rw = <G, S>(
  codec: Codec<G, S>,
  since: string,
  on: Group,
  doc: string,
  more?: More<NoInfer<G>, NoInfer<S>>,
): Row<G, S> => ({
  access: 'rw',
  codec,
  since,
  on,
  doc,
  ...more,
});
/** Read only. */
export const ro = <G>(
  codec: Codec<G, any>,
  since: string,
  on: Group,
  doc: string,
  more?: More<NoInfer<G>, never>,
): Row<G, never> => ({
  access: 'ro',
  codec: codec as Codec<G, never>,
  since,
  on,
  doc,
  ...more,
});
/** Write only. */
export const wo = <S>(
  codec: Codec<any, S>,
  since: string,
  on: Group,
  doc: string,
  more?: More<never, NoInfer<S>>,
): Row<never, S> => ({
  access: 'wo',
  codec: codec as Codec<never, S>,
  since,
  on,
  doc,
  ...more,
});

/** Names that are ours: of another system, or of none. */
type OwnName = 'SO_DONTLINGER';
type Rows<R> = {
  readonly [K in keyof R]: K extends ConstantName | OwnName ? Row<any, any> : never;
};

export interface Table<L extends string, R> {
  readonly level: L;
  readonly rows: R;
}

/** The options of one level. A row that names no constant of the headers does not compile. */
export const table = <L extends ConstantName, R extends Rows<R>>(
  level: L,
  rows: R,
): Table<L, R> => ({ level, rows });

type NamesOf<T> = T extends Table<string, infer R> ? keyof R : never;
type LevelOf<T, K> = T extends Table<infer L, infer R> ? (K extends keyof R ? L : never) : never;
type RowOf<T, K> = T extends Table<string, infer R> ? (K extends keyof R ? R[K] : never) : never;
type Typed<L extends string, R> = R extends Row<infer G, infer S> ? Option<L, G, S> : never;

/**
 * What the rows of all tables say, for the compiler. A name at two levels (MCAST_JOIN_GROUP) is one
 * entry that either takes.
 */
export type Entries<T> = { [K in NamesOf<T>]: Typed<LevelOf<T, K>, RowOf<T, K>> };
