// IPPROTO_IPV6: the options of IPv6 sockets, its multicast routing and the look into its netfilter
// tables.
import type { Inet6Address } from '../../address/types';
import { flowLabel } from '../codecs/flow-label';
import { interfaceIndex, interfaceIndexBe } from '../codecs/interfaces';
import { groupMembership, groupSource, membership6, stickySource } from '../codecs/multicast';
import { mfc6, mif6 } from '../codecs/multicast-routing';
import { ipTableInfo, originalDestination, revision } from '../codecs/netfilter';
import { flag, int, oneOf, unsigned } from '../codecs/numbers';
import { pathMtu } from '../codecs/path-mtu';
import { blob } from '../codecs/records';
import { sourceFilterAny } from '../codecs/source-filter';
import { ro, rw, table, wo } from '../row';

const RAW_OR_ADMIN = 'CAP_NET_RAW or CAP_NET_ADMIN';
const ADMIN = 'CAP_NET_ADMIN';
const GROUP = 'ff02::1235';
const SSM = 'ff32::1235';
const joined = { IPV6_JOIN_GROUP: { group: 'ff02::1234', interface: 'lo' } };
const joinedAny = { MCAST_JOIN_GROUP: { group: GROUP, interface: 'lo' } };
const empty = Buffer.alloc(0);

export const ipv6Options = table('IPPROTO_IPV6', {
  IPV6_ADDRFORM: rw(
    int(),
    '2.2',
    'inet6',
    'AF_INET turns a socket that is connected to a mapped address into an IPv4 one.',
    { kind: 'tcp6-mapped', sample: 2, unread: 'the socket is an IPv4 one then' },
  ),
  IPV6_2292PKTINFO: rw(flag, '2.2', 'inet6', 'IPV6_RECVPKTINFO as RFC 2292 had it.'),
  IPV6_2292HOPOPTS: rw(flag, '2.2', 'inet6', 'IPV6_RECVHOPOPTS as RFC 2292 had it.'),
  IPV6_2292DSTOPTS: rw(flag, '2.2', 'inet6', 'IPV6_RECVDSTOPTS as RFC 2292 had it.'),
  IPV6_2292RTHDR: rw(flag, '2.2', 'inet6', 'IPV6_RECVRTHDR as RFC 2292 had it.'),
  IPV6_2292PKTOPTIONS: rw(
    blob(4096, 4096, empty),
    '2.2',
    'inet6',
    'Control messages that go with every packet; reading gives those of the last one ' +
      'received.',
    { kind: 'tcp6', quirk: 'Reading works on streams only.' },
  ),
  IPV6_CHECKSUM: rw(
    int(),
    '2.2',
    'inet6 raw',
    'Where in the packet the kernel puts and checks the checksum; -1 is nowhere.',
    { unit: 'bytes', sample: 2, quirk: 'Odd offsets are EINVAL; always 2 on ICMPv6.' },
  ),
  IPV6_2292HOPLIMIT: rw(flag, '2.2', 'inet6', 'IPV6_RECVHOPLIMIT as RFC 2292 had it.'),
  IPV6_FLOWINFO: rw(flag, '2.2', 'inet6', 'Adds IPV6_FLOWINFO to received messages.'),
  IPV6_UNICAST_HOPS: rw(
    int(-1, 255),
    '2.2',
    'inet6',
    'Hop limit of unicast; -1 takes the default again.',
    { unit: 'hops', sample: 64 },
  ),
  IPV6_MULTICAST_IF: rw(
    interfaceIndex,
    '2.2',
    'inet6 not stream',
    'The interface that multicast leaves by; 0 leaves it to the route.',
  ),
  IPV6_MULTICAST_HOPS: rw(
    int(-1, 255),
    '2.2',
    'inet6 not stream',
    'Hop limit of multicast; -1 takes the default, 1.',
    { unit: 'hops', sample: 4 },
  ),
  IPV6_MULTICAST_LOOP: rw(
    flag,
    '2.2',
    'inet6',
    'Whether multicast that this socket sends is looped back to receivers on this host.',
    { quirk: 'Starts with 1; other than 0 and 1 is EINVAL.', sample: 0 },
  ),
  IPV6_JOIN_GROUP: wo(membership6, '2.2', 'inet6', 'Joins a group on an interface.'),
  IPV6_ADD_MEMBERSHIP: wo(membership6, '2.2', 'inet6', 'Alias of IPV6_JOIN_GROUP.'),
  IPV6_LEAVE_GROUP: wo(membership6, '2.2', 'inet6', 'Leaves a group.', { before: joined }),
  IPV6_DROP_MEMBERSHIP: wo(membership6, '2.2', 'inet6', 'Alias of IPV6_LEAVE_GROUP.', {
    before: joined,
  }),
  IPV6_ROUTER_ALERT: rw(
    int(),
    '2.2',
    'inet6 raw',
    'Hands packets with this router alert value to the socket; a negative one ends it.',
    {
      readSince: '6.12',
      sample: 0,
      quirk: 'IPPROTO_RAW sockets only. Reads 1 after any value but 0, a negative one included.',
    },
  ),
  IPV6_MTU_DISCOVER: rw(
    oneOf(0, 1, 2, 3, 4, 5),
    '2.2',
    'inet6',
    'Path MTU discovery: IPV6_PMTUDISC_DONT, WANT, DO, PROBE, INTERFACE, OMIT.',
    { sample: 2 },
  ),
  IPV6_MTU: rw(
    int(0),
    '2.2',
    'inet6',
    'Read: the path MTU to the peer. Set: the largest fragment to send.',
    {
      unit: 'bytes',
      kind: 'udp6-connected',
      sample: 1400,
      reads: (mtu) => mtu >= 1280,
      quirk:
        'Reading is ENOTCONN unless connected; setting less than 1280, other than 0, is ' +
        'EINVAL.',
    },
  ),
  IPV6_RECVERR: rw(
    flag,
    '2.2',
    'inet6',
    'Queues errors with their details in the error queue, which MSG_ERRQUEUE reads.',
  ),
  IPV6_V6ONLY: rw(flag, '2.4.21', 'inet6', 'Keeps IPv4 out of the socket.', {
    quirk: 'EINVAL once bound.',
  }),
  IPV6_JOIN_ANYCAST: wo(membership6, '2.4', 'inet6', 'Joins an anycast group.', {
    needs: ADMIN,
    quirk: 'EADDRNOTAVAIL unless an address of the same prefix is on that interface.',
    sample: { group: '2001:db8::1', interface: 'lo' },
  }),
  IPV6_LEAVE_ANYCAST: wo(membership6, '2.4', 'inet6', 'Leaves an anycast group.', {
    sample: { group: '2001:db8::1', interface: 'lo' },
    before: { IPV6_JOIN_ANYCAST: { group: '2001:db8::1', interface: 'lo' } },
  }),
  IPV6_MULTICAST_ALL: rw(
    flag,
    '4.20',
    'inet6',
    'Whether groups that others on this host joined are delivered too.',
    { quirk: 'Starts with 1.', sample: 0 },
  ),
  IPV6_ROUTER_ALERT_ISOLATE: rw(flag, '5.3', 'inet6', 'Router alerts of the own namespace only.'),
  IPV6_RECVERR_RFC4884: rw(
    flag,
    '5.9',
    'inet6',
    "Adds where an ICMP error's extensions start to messages of the error queue.",
  ),
  IPV6_FLOWLABEL_MGR: rw(
    flowLabel,
    '2.2',
    'inet6',
    'Takes, renews and gives back flow labels; reading tells of the one in use.',
    {
      needs: `${ADMIN} for some kinds of sharing`,
      unread: 'it tells of the label that connect() put in use, else ENOENT',
    },
  ),
  IPV6_FLOWINFO_SEND: rw(flag, '2.2', 'inet6', 'Sends the flow label of the address.'),
  IPV6_HDRINCL: rw(flag, '4.5', 'inet6 raw', 'The caller writes the IPv6 header.'),
  MCAST_JOIN_GROUP: wo(
    groupMembership(GROUP),
    '2.6',
    'inet6',
    'Joins a group of either family on an interface.',
  ),
  MCAST_BLOCK_SOURCE: wo(
    groupSource(GROUP, '::2'),
    '2.6',
    'inet6',
    'Blocks one source of a joined group.',
    { before: joinedAny },
  ),
  MCAST_UNBLOCK_SOURCE: wo(
    groupSource(GROUP, '::2'),
    '2.6',
    'inet6',
    'Unblocks a source that MCAST_BLOCK_SOURCE blocked.',
    {
      before: {
        ...joinedAny,
        MCAST_BLOCK_SOURCE: { group: GROUP, source: '::2', interface: 'lo' },
      },
    },
  ),
  MCAST_LEAVE_GROUP: wo(groupMembership(GROUP), '2.6', 'inet6', 'Leaves a group.', {
    before: joinedAny,
  }),
  MCAST_JOIN_SOURCE_GROUP: wo(
    groupSource(SSM, '::2'),
    '2.6',
    'inet6',
    'Joins one source of a group (SSM).',
  ),
  MCAST_LEAVE_SOURCE_GROUP: wo(
    groupSource(SSM, '::2'),
    '2.6',
    'inet6',
    'Leaves one source of a group.',
    { before: { MCAST_JOIN_SOURCE_GROUP: { group: SSM, source: '::2', interface: 'lo' } } },
  ),
  MCAST_MSFILTER: wo(
    sourceFilterAny(GROUP, '::2'),
    '2.6',
    'inet6',
    'The whole source list of a joined group; getsourcefilter() reads it.',
    { readBy: 'getsourcefilter()', before: joinedAny },
  ),
  IPV6_RECVPKTINFO: rw(
    flag,
    '2.6.14',
    'inet6',
    'Adds IPV6_PKTINFO, where a packet arrived, to received messages.',
  ),
  IPV6_PKTINFO: wo(
    stickySource,
    '2.6.14',
    'inet6',
    "Source address and interface of all that is sent; '::' and 0 clear.",
  ),
  IPV6_RECVHOPLIMIT: rw(flag, '2.6.14', 'inet6', 'Adds IPV6_HOPLIMIT to received messages.'),
  IPV6_RECVHOPOPTS: rw(flag, '2.6.14', 'inet6', 'Adds IPV6_HOPOPTS to received messages.'),
  IPV6_HOPOPTS: rw(
    blob(2048, 2048, empty),
    '2.6.14',
    'inet6',
    'The hop-by-hop header of every packet sent; empty takes it off.',
    { needs: 'CAP_NET_RAW' },
  ),
  IPV6_RXHOPOPTS: rw(blob(2048, 2048, empty), '2.6.14', 'inet6', 'Alias of IPV6_HOPOPTS.', {
    needs: 'CAP_NET_RAW',
  }),
  IPV6_RTHDRDSTOPTS: rw(
    blob(2048, 2048, empty),
    '2.6.14',
    'inet6',
    'The destination options before the routing header; empty takes them off.',
    { needs: 'CAP_NET_RAW' },
  ),
  IPV6_RECVRTHDR: rw(flag, '2.6.14', 'inet6', 'Adds IPV6_RTHDR to received messages.'),
  IPV6_RTHDR: rw(
    blob(2048, 2048, empty),
    '2.6.14',
    'inet6',
    'The routing header of every packet sent; empty takes it off.',
    { needs: 'CAP_NET_RAW for segment routing' },
  ),
  IPV6_RECVDSTOPTS: rw(flag, '2.6.14', 'inet6', 'Adds IPV6_DSTOPTS to received messages.'),
  IPV6_DSTOPTS: rw(
    blob(2048, 2048, empty),
    '2.6.14',
    'inet6',
    'The destination options of every packet sent; empty takes them off.',
    { needs: 'CAP_NET_RAW' },
  ),
  IPV6_RXDSTOPTS: rw(blob(2048, 2048, empty), '2.6.14', 'inet6', 'Alias of IPV6_DSTOPTS.', {
    needs: 'CAP_NET_RAW',
  }),
  IPV6_RECVPATHMTU: rw(flag, '2.6.35', 'inet6', 'Adds IPV6_PATHMTU to received messages.'),
  IPV6_PATHMTU: ro(pathMtu, '2.6.35', 'inet6', 'The path MTU to the peer.', {
    unit: 'bytes',
    kind: 'udp6-connected',
    quirk: 'ENOTCONN unless connected.',
  }),
  IPV6_DONTFRAG: rw(flag, '2.6.35', 'inet6', 'EMSGSIZE in place of fragmenting.'),
  IP6T_SO_GET_INFO: ro(ipTableInfo, '2.4', 'inet6', 'Shape of the ip6tables table "filter".', {
    needs: ADMIN,
    quirk: 'ENOPROTOOPT without ip6_tables.',
  }),
  IP6T_SO_GET_REVISION_MATCH: ro(
    revision('tcp'),
    '2.6',
    'inet6',
    'The revision that the ip6tables match "tcp" has.',
    { needs: ADMIN },
  ),
  IP6T_SO_GET_REVISION_TARGET: ro(
    revision(''),
    '2.6',
    'inet6',
    'The revision that the standard ip6tables target has.',
    { needs: ADMIN },
  ),
  IPV6_RECVTCLASS: rw(flag, '2.6.14', 'inet6', 'Adds IPV6_TCLASS to received messages.'),
  IPV6_TCLASS: rw(
    int(-1, 255),
    '2.6.14',
    'inet6',
    'The traffic class: DSCP and ECN; -1 takes the default, 0.',
    { sample: 32, quirk: 'On streams the two ECN bits keep their value.' },
  ),
  IPV6_AUTOFLOWLABEL: rw(flag, '3.17', 'inet6', 'Flow labels made from the addresses and ports.', {
    sample: 0,
  }),
  IPV6_ADDR_PREFERENCES: rw(
    int(),
    '2.6.26',
    'inet6',
    'Which source addresses to prefer: a mask of IPV6_PREFER_SRC_* (RFC 5014).',
    {
      sample: 2,
      reads: (mask) => (mask & 2) !== 0,
      quirk: 'Reads back with the bits that were left to the default.',
    },
  ),
  IPV6_MINHOPCOUNT: rw(
    int(0, 255),
    '2.6.35',
    'inet6',
    'Drops packets with a smaller hop limit (RFC 5082).',
    { unit: 'hops', sample: 10 },
  ),
  IPV6_RECVORIGDSTADDR: rw(
    flag,
    '2.6.37',
    'inet6',
    'Adds IPV6_ORIGDSTADDR, the destination before TPROXY, to received messages.',
  ),
  IPV6_ORIGDSTADDR: rw(flag, '2.6.37', 'inet6', 'Alias of IPV6_RECVORIGDSTADDR.'),
  IPV6_TRANSPARENT: rw(
    flag,
    '2.6.37',
    'inet6',
    'Lets the socket use foreign addresses, as a transparent proxy does.',
    { needs: `${RAW_OR_ADMIN} to switch on` },
  ),
  IPV6_UNICAST_IF: rw(
    interfaceIndexBe,
    '3.3',
    'inet6',
    'The interface that unicast is sent from where no route or address decides.',
    { quirk: "The kernel's bytes are in network order; reads as an index." },
  ),
  IPV6_RECVFRAGSIZE: rw(
    flag,
    '4.14',
    'inet6',
    'Adds the size of the largest fragment to received messages.',
  ),
  IPV6_FREEBIND: rw(flag, '4.15', 'inet6', 'Lets bind() take an address that no interface has.'),
  IP6T_SO_ORIGINAL_DST: ro(
    originalDestination<Inet6Address>(28),
    '3.7',
    'inet6',
    'The destination before netfilter redirected the connection.',
    { apart: 'a redirected connection' },
  ),
  MRT6_INIT: wo(
    int(),
    '2.6.26',
    'raw icmpv6',
    'Makes this socket the IPv6 multicast routing daemon of the namespace.',
    { needs: ADMIN, sample: 1 },
  ),
  MRT6_DONE: wo(int(), '2.6.26', 'raw icmpv6', 'Ends multicast routing.', {
    needs: ADMIN,
    sample: 1,
    before: { MRT6_INIT: 1 },
  }),
  MRT6_ADD_MIF: wo(mif6, '2.6.26', 'raw icmpv6', 'Adds a virtual interface.', {
    needs: ADMIN,
    before: { MRT6_INIT: 1 },
  }),
  MRT6_DEL_MIF: wo(int(), '2.6.26', 'raw icmpv6', 'Removes a virtual interface, by its number.', {
    needs: ADMIN,
    sample: 0,
    before: { MRT6_INIT: 1, MRT6_ADD_MIF: { mifi: 0, interface: 'lo' } },
  }),
  MRT6_ADD_MFC: wo(mfc6, '2.6.26', 'raw icmpv6', 'Adds an entry to the forwarding cache.', {
    needs: ADMIN,
    before: { MRT6_INIT: 1 },
  }),
  MRT6_DEL_MFC: wo(mfc6, '2.6.26', 'raw icmpv6', 'Removes an entry of the forwarding cache.', {
    needs: ADMIN,
    before: {
      MRT6_INIT: 1,
      MRT6_ADD_MFC: { origin: '2001:db8::1', group: 'ff05::1234', parent: 0, interfaces: [1] },
    },
  }),
  MRT6_VERSION: ro(int(), '2.6.26', 'raw icmpv6', 'The version of the interface, 0x0305.'),
  MRT6_ASSERT: rw(
    flag,
    '2.6.26',
    'raw icmpv6',
    'Reports packets that arrive by the wrong interface.',
    { needs: ADMIN },
  ),
  MRT6_PIM: rw(flag, '2.6.26', 'raw icmpv6', 'Protocol-independent multicast.', { needs: ADMIN }),
  MRT6_TABLE: wo(
    unsigned,
    '2.6.37',
    'raw icmpv6',
    'The multicast routing table to use, before MRT6_INIT.',
    { needs: ADMIN, sample: 1 },
  ),
  MRT6_ADD_MFC_PROXY: wo(mfc6, '3.8', 'raw icmpv6', 'Adds a (*,G) or (*,*) entry.', {
    needs: ADMIN,
    sample: { origin: '::', group: 'ff05::1234', parent: 0, interfaces: [1] },
    before: { MRT6_INIT: 1 },
  }),
  MRT6_DEL_MFC_PROXY: wo(mfc6, '3.8', 'raw icmpv6', 'Removes a (*,G) or (*,*) entry.', {
    needs: ADMIN,
    sample: { origin: '::', group: 'ff05::1234', parent: 0, interfaces: [1] },
    before: {
      MRT6_INIT: 1,
      MRT6_ADD_MFC_PROXY: { origin: '::', group: 'ff05::1234', parent: 0, interfaces: [1] },
    },
  }),
  MRT6_FLUSH: wo(int(), '5.1', 'raw icmpv6', 'Removes entries: a mask of MRT6_FLUSH_*.', {
    needs: ADMIN,
    sample: 1,
  }),
});
