// The phantom types that make the classic call typed: a level, an option, and what may be read from
// it and written to it.
import type { Bytes } from '../bytes';
import type { LEVEL, OPT } from './brand';

/** A protocol level: a number that remembers its own name. */
export type Level<L extends string> = number & { readonly [LEVEL]: L };

/**
 * An option: a number that remembers its level, what reading gives, and what writing takes
 * (`never`: read-only, write-only).
 */
export type Option<L extends string, Get, Set = Get> = number & {
  readonly [OPT]: { level: L; get: Get; set: Set };
};

/** Keeps branded numbers out of the plain-number escape hatch. */
// biome-ignore lint/suspicious/noExplicitAny: any brand at all
export type Plain<N extends number> = N extends { readonly [OPT]: any } ? never : N;
/** What reading an option gives; never: write-only. */
export type GetOf<O> = O extends { readonly [OPT]: { get: infer G } } ? G : never;
/** What writing an option takes; never: read-only. */
export type SetOf<O> = O extends { readonly [OPT]: { set: infer S } } ? S : never;
/** What a flag takes. */
export type Flag = boolean | 0 | 1;

/**
 * What the classic call takes for a set type: never stays never (read-only), and what carries a
 * pointer takes only its typed form.
 */
export type Classic<S> = [S] extends [never]
  ? never
  : [S] extends [TypedOnly]
    ? S
    : S | Bytes | ([boolean] extends [S] ? number : never);
type TypedOnly = BpfProgram | SourceFilter;

/** struct linger: seconds. `{ onoff: true, linger: 0 }` makes close() reset a TCP connection. */
export interface Linger {
  onoff: boolean;
  linger: number;
}

/** struct ucred. */
export interface Ucred {
  pid: number;
  uid: number;
  gid: number;
}

/**
 * struct ip_mreqn and ip_mreq_source. `interface`: a name, an index, or an address of it; left out,
 * the kernel chooses by route.
 */
export interface MembershipV4 {
  group: string;
  interface?: string | number;
  source?: string;
}
/** struct ipv6_mreq. */
export interface MembershipV6 {
  group: string;
  interface?: string | number;
}
/** struct group_source_req and group_req: either family. */
export interface GroupMembership {
  group: string;
  interface?: string | number;
}
/** struct group_source_req: one source of a group, either family. */
export interface SourceMembership extends GroupMembership {
  source: string;
}
/** struct group_filter, ip_msfilter: the whole source list of one group. */
export interface SourceFilter extends GroupMembership {
  mode: 'include' | 'exclude';
  sources: readonly string[];
}

/** struct sock_filter. */
export interface BpfInstruction {
  code: number;
  jt: number;
  jf: number;
  k: number;
}
/** Instructions, or their bytes, eight each. */
export type BpfProgram = readonly BpfInstruction[] | Buffer;

/** struct packet_mreq. */
export interface PacketMembership {
  ifname: string | number;
  type: 'promisc' | 'allmulti' | 'multicast' | 'unicast';
  address?: string;
}
/** What PACKET_FANOUT takes: the group, its mode and flags. */
export interface Fanout {
  group: number;
  mode: 'hash' | 'lb' | 'cpu' | 'rollover' | 'rnd' | 'qm' | 'cbpf' | 'ebpf';
  defrag?: boolean;
  rolloverFlag?: boolean;
  uniqueId?: boolean;
}

export type { FlowLabel, FlowLabelRequest } from './codecs/flow-label';
export type { IcmpTypes } from './codecs/icmp-filters';
export type { Subflow } from './codecs/mptcp';
export type { Mfc, Mfc6, Mif, Vif } from './codecs/multicast-routing';
export type { IpTableInfo } from './codecs/netfilter';
export type { RingRequest } from './codecs/packet';
export type { PortRange } from './codecs/ports';
export type { CongestionInfo, TcpInfo } from './codecs/tcp-info';
export type { AoDelete, AoInfo, AoKey, AoListedKey, AoSettings, Md5Key } from './codecs/tcp-keys';
export type { RepairOption } from './codecs/tcp-repair';
export type { TlsCryptoInfo } from './codecs/tls';
