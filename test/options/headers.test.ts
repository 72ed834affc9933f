// Nothing is left out: every option name of the system's headers has a row, or stands on the list
// of those that need none.
import { execFileSync } from 'node:child_process';
import { constants } from '../../lib/constants';
import { allEntries, entriesOf } from '../../lib/options/registry';
import { untyped } from '../../lib/options/untyped';

const HEADERS = [
  ...[
    'sys/socket.h',
    'linux/socket.h',
    'linux/in.h',
    'linux/in6.h',
    'linux/tcp.h',
    'linux/udp.h',
    'linux/if_packet.h',
    'linux/netlink.h',
  ],
  ...[
    'linux/vm_sockets.h',
    'linux/if_xdp.h',
    'linux/can/raw.h',
    'linux/tls.h',
    'linux/mroute.h',
    'linux/mroute6.h',
    'linux/mptcp.h',
    'linux/icmp.h',
    'linux/icmpv6.h',
  ],
  ...[
    'linux/netfilter_ipv4.h',
    'linux/netfilter_ipv6.h',
    'linux/netfilter_ipv4/ip_tables.h',
    'linux/netfilter_ipv6/ip6_tables.h',
  ],
  ...['linux/netfilter_arp/arp_tables.h', 'linux/netfilter_bridge/ebtables.h', 'linux/ip_vs.h'],
];
const OTHER_HEADERS = ['netinet/in.h', 'netinet/tcp.h', 'netinet/udp.h'];
const NAME =
  /^(SO|IP|IPV6|TCP|UDP|UDPLITE|PACKET|NETLINK|MCAST|MRT|MRT6|MPTCP|XDP|CAN_RAW|TLS|ICMP|ICMPV6|IPT_SO|IP6T_SO|ARPT_SO|EBT_SO)_[A-Z0-9_]+$/;

/** Names that begin like options and are something else. */
const NO_OPTIONS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the last of a range', /_(MAX|BASE|BASE_CTL)$/],
  ['message types and codes', /^ICMP_(?!FILTER$)|^ICMPV6_(?!FILTER$)/],
  ['how a filter is built', /^ICMPV6_FILTER_/],
  ['values of IP_MTU_DISCOVER', /^IP(V6)?_PMTUDISC/],
  ['values of IPV6_ADDR_PREFERENCES', /^IPV6_PREFER_SRC_/],
  ['members of a flow label request', /^IPV6_FL_[AFS]_/],
  ['bits of the flow info', /^IPV6_(FLOWINFO_(FLOWLABEL|PRIORITY)|PRIORITY_)/],
  ['kinds of headers and header options', /^IPV6_(TLV|RTHDR_(LOOSE|STRICT|TYPE))/],
  [
    'defaults and limits',
    /^(IP_DEFAULT_|IP_MAX_MEMBERSHIPS|CAN_RAW_FILTER_MAX|TCP_MSS|TCP_MAXWIN$|TCP_MAX_WINSHIFT$|TCP_MD5SIG_MAXKEYLEN|TCP_COOKIE_(MIN|MAX|PAIR))/,
  ],
  ['filter modes', /^MCAST_(INCLUDE|EXCLUDE)$/],
  ['flags, states and lengths of the virtual server', /^IP_VS_(?!SO_)/],
  ['flags and attributes of MPTCP', /^MPTCP_(ATTR|INFO_FLAG|PM|RST|SUBFLOW_(ATTR|FLAG))_/],
  ['values of MRT_FLUSH and MRT6_FLUSH', /^MRT6?_FLUSH_/],
  [
    'netlink protocols',
    /^NETLINK_(AUDIT|CONNECTOR|CRYPTO|DNRTMSG|ECRYPTFS|FIB_LOOKUP|FIREWALL|GENERIC|INET_DIAG|IP6_FW|ISCSI|KOBJECT_UEVENT|NETFILTER|NFLOG|RDMA|ROUTE|SCSITRANSPORT|SELINUX|SMC|SOCK_DIAG|UNUSED|USERSOCK|XFRM)$/,
  ],
  [
    'packet types',
    /^PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE)$/,
  ],
  ['values of PACKET_FANOUT', /^PACKET_FANOUT_(HASH|LB|CPU|ROLLOVER|RND|QM|CBPF|EBPF|FLAG_\w+)$/],
  ['membership types', /^PACKET_MR_/],
  [
    'values and flags of TCP options',
    /^TCP_(ENCAP_ESPINTCP|MD5SIG_FLAG_\w+|RECEIVE_ZEROCOPY_\w+|REPAIR_(ON|OFF|OFF_NO_WP)|COOKIE_(IN_ALWAYS|OUT_NEVER)|S_DATA_(IN|OUT))$/,
  ],
  [
    'versions, ciphers and record types of TLS',
    /^TLS_(1_|CIPHER_|CONF_|INFO_|(GET|SET)_RECORD_TYPE)/,
  ],
  ['values of UDP_ENCAP', /^UDP_ENCAP_/],
  [
    'flags and offsets of XDP',
    /^XDP_(COPY|ZEROCOPY|SHARED_UMEM|USE_NEED_WAKEUP|OPTIONS_ZEROCOPY|RING_NEED_WAKEUP|PGOFF_\w+|UMEM_PGOFF_\w+|UMEM_UNALIGNED\w+|UMEM_TX_\w+|TX\w*METADATA\w*|TXMD_\w+|PKT_CONTD)$/,
  ],
];

function defined(headers: readonly string[]): string[] {
  const source = headers.map((header) => `#include <${header}>\n`).join('');
  const macros = execFileSync('cc', ['-E', '-dM', '-xc', '-'], {
    input: `#include <sys/types.h>\n${source}`,
    encoding: 'utf8',
  });
  return [...macros.matchAll(/^#define (\w+) /gm)]
    .map(([, name]) => name as string)
    .filter((name) => NAME.test(name));
}
const inHeaders = [...new Set([...defined(HEADERS), ...defined(OTHER_HEADERS)])].sort();
const isOption = (name: string) => !NO_OPTIONS.some(([, pattern]) => pattern.test(name));

it('every option of the headers has a row, or a reason to have none', () => {
  expect(inHeaders.length).toBeGreaterThan(700);
  expect(
    inHeaders.filter(
      (name) => isOption(name) && entriesOf(name).length === 0 && !(name in untyped),
    ),
  ).toEqual([]);
});
it('nothing has both', () =>
  expect(Object.keys(untyped).filter((name) => entriesOf(name).length > 0)).toEqual([]));
it('no row is taken for something else', () =>
  expect(allEntries.filter(({ name }) => !isOption(name)).map(({ name }) => name)).toEqual([]));
it('the list holds names that exist, each with its reason', () => {
  const known = new Set([...Object.keys(constants), ...inHeaders]);
  expect(Object.keys(untyped).filter((name) => !known.has(name))).toEqual([]);
  expect(Object.values(untyped).every((because) => because.length > 15)).toBe(true);
});
