// The type test of the registry: what each shape of option takes and gives, and how users add to it.
// biome-ignore-all lint: what is declared here is only looked at by the compiler
import * as S from 'bsd-socket';
import { native } from '../../lib/native';

declare module 'bsd-socket' {
  interface OptionRegistry {
    SO_MINE: S.Option<'SOL_SOCKET', string, string>;
  }
}

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_yes: Same<A, B>): void => {};

/** Each entry is exactly this, so that no edit of a table changes a type unseen. */
export function registry(): void {
  same<S.OptionRegistry['SO_ERROR'], S.Option<'SOL_SOCKET', number, never>>(true);
  same<S.OptionRegistry['SO_LINGER'], S.Option<'SOL_SOCKET', S.Linger, S.Linger | number | null>>(
    true,
  );
  same<S.OptionRegistry['SO_KEEPALIVE'], S.Option<'SOL_SOCKET', number, S.Flag>>(true);
  same<S.OptionRegistry['SO_RCVBUF'], S.Option<'SOL_SOCKET', number, number>>(true);
  same<S.OptionRegistry['SO_RCVTIMEO'], S.Option<'SOL_SOCKET', number, number>>(true);
  same<S.OptionRegistry['SO_DONTLINGER'], S.Option<'SOL_SOCKET', number, S.Flag>>(true);
  same<S.OptionRegistry['SO_BINDTODEVICE'], S.Option<'SOL_SOCKET', string, string | null>>(true);
  same<S.OptionRegistry['SO_ATTACH_FILTER'], S.Option<'SOL_SOCKET', never, S.BpfProgram>>(true);
  same<S.OptionRegistry['SO_DETACH_FILTER'], S.Option<'SOL_SOCKET', never, S.Flag>>(true);
  same<S.OptionRegistry['SO_PEERCRED'], S.Option<'SOL_SOCKET', S.Ucred, never>>(true);
  same<S.OptionRegistry['SO_COOKIE'], S.Option<'SOL_SOCKET', bigint, never>>(true);
  same<S.OptionRegistry['SO_TIMESTAMPING'], S.Option<'SOL_SOCKET', number, number>>(true);
  same<S.OptionRegistry['IP_MTU_DISCOVER'], S.Option<'IPPROTO_IP', number, 0 | 1 | 2 | 3 | 4 | 5>>(
    true,
  );
  same<S.OptionRegistry['IP_MULTICAST_IF'], S.Option<'IPPROTO_IP', string, string | number>>(true);
  same<S.OptionRegistry['IP_ADD_MEMBERSHIP'], S.Option<'IPPROTO_IP', never, S.MembershipV4>>(true);
  same<S.OptionRegistry['IPV6_JOIN_GROUP'], S.Option<'IPPROTO_IPV6', never, S.MembershipV6>>(true);
  same<S.OptionRegistry['SO_ORIGINAL_DST'], S.Option<'IPPROTO_IP', S.InetAddress, never>>(true);
  same<S.OptionRegistry['TCP_INFO'], S.Option<'IPPROTO_TCP', S.TcpInfo, never>>(true);
  same<S.OptionRegistry['TCP_CONGESTION'], S.Option<'IPPROTO_TCP', string, string>>(true);
  same<S.OptionRegistry['PACKET_FANOUT'], S.Option<'SOL_PACKET', number, S.Fanout>>(true);
  same<
    S.OptionRegistry['PACKET_STATISTICS'],
    S.Option<'SOL_PACKET', { packets: number; drops: number; freezeQ: number }, never>
  >(true);
  same<
    S.OptionRegistry['CAN_RAW_FILTER'],
    S.Option<'SOL_CAN_RAW', never, readonly { id: number; mask: number }[]>
  >(true);
  same<
    S.OptionRegistry['MCAST_JOIN_GROUP'],
    S.Option<'IPPROTO_IP' | 'IPPROTO_IPV6', never, S.GroupMembership>
  >(true);
  // @ts-expect-error a level that is not the row's
  same<S.OptionRegistry['TCP_NODELAY'], S.Option<'SOL_SOCKET', number, S.Flag>>(true);
}

export function classic(s: S.Socket): void {
  const group = { group: '239.0.0.1', interface: 'lo' };
  s.setsockopt(S.IPPROTO_IP, S.MCAST_JOIN_GROUP, group).setsockopt(
    S.IPPROTO_IPV6,
    S.MCAST_JOIN_GROUP,
    group,
  );
  s.setsockopt(S.AF_VSOCK, S.SO_VM_SOCKETS_BUFFER_SIZE, 65536n);
  s.setsockopt(S.SOL_TCP, S.TCP_NODELAY, true).setsockopt(S.SOL_IP, S.IP_TTL, 3);
  const filter: S.BpfInstruction[] = s.getsockopt(S.SOL_SOCKET, S.SO_GET_FILTER);
  s.setsockopt(S.SOL_SOCKET, S.SO_ATTACH_FILTER, filter);
  const mine = S.defineOption({
    name: 'SO_MINE',
    level: S.SOL_SOCKET,
    optname: 999,
    encode: (value: string) => Buffer.from(value),
    decode: (bytes) => bytes.toString(),
  });
  const text: string = s.getsockopt(S.SOL_SOCKET, mine);
  s.setsockopt(S.SOL_SOCKET, mine, text);
  s.options.SO_MINE = 'x';
  // @ts-expect-error a group is not a TCP option
  s.setsockopt(S.IPPROTO_TCP, S.MCAST_JOIN_GROUP, group);
  // @ts-expect-error a source filter goes typed only
  s.setsockopt(S.IPPROTO_IP, S.IP_MSFILTER, Buffer.alloc(20));
  // @ts-expect-error the defined option takes text
  s.setsockopt(S.SOL_SOCKET, mine, 3);
  // @ts-expect-error a flag is no text
  s.options.SO_KEEPALIVE = 'yes';
  // @ts-expect-error write-only
  s.options.get('IP_ADD_MEMBERSHIP');
  // @ts-expect-error read-only
  s.options.set({ SO_TYPE: 1 });
}

/** The generated constants have the types that the tables have. */
type Tables = import('../../lib/options/row').Entries<
  typeof import('../../lib/options/tables').TABLES[number]
>;
type Wrong = {
  [K in keyof Tables]: [Tables[K], K extends keyof typeof S ? (typeof S)[K] : never] extends [
    infer Row,
    infer Constant,
  ]
    ? [Row] extends [Constant]
      ? [Constant] extends [Row]
        ? never
        : K
      : K
    : never;
}[keyof Tables];
same<Wrong, never>(true);

/** A misspelt constant does not compile, wherever it is read. */
export function misspelt(): void {
  const { constants } = S;
  // @ts-expect-error
  constants.ENOPROTOOPTT;
  // @ts-expect-error
  S.SO_RCVBUFF;
  // @ts-expect-error
  native.constants.ENOPROTOOPTT;
}

/** A batch made of sizes alone fits a socket of any family. */
export function batches(udp: S.Socket, local: S.Socket<S.UnixAddress>): void {
  const batch = new S.MessageBatch({ count: 8, size: 2048 });
  const counts: number[] = [udp.tryRecvmmsg(batch), local.tryRecvmmsg(batch)];
  void [udp.recvmmsg(batch), udp.recvmmsgSync(batch), udp.sendmmsg(batch), counts];
}
