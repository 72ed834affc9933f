// IPPROTO_IP: the options of IPv4 sockets, its multicast routing and the look into its netfilter
// tables.
import type { InetAddress } from '../../address/types';
import { interfaceIndexBe } from '../codecs/interfaces';
import {
  groupMembership,
  groupSource,
  membership4,
  multicastInterface4,
  sourceMembership4,
} from '../codecs/multicast';
import { mfc4, vif4, vifIndex } from '../codecs/multicast-routing';
import { arpTableInfo, ipTableInfo, originalDestination, revision } from '../codecs/netfilter';
import { flag, int, oneOf, unsigned } from '../codecs/numbers';
import { portRange } from '../codecs/ports';
import { blob } from '../codecs/records';
import { sourceFilter4, sourceFilterAny } from '../codecs/source-filter';
import { ro, rw, table, wo } from '../row';

const RAW_OR_ADMIN = 'CAP_NET_RAW or CAP_NET_ADMIN';
const ADMIN = 'CAP_NET_ADMIN';
const GROUP = '239.1.2.4';
const SSM = '232.1.2.4';
const joined = { IP_ADD_MEMBERSHIP: { group: '239.1.2.3', interface: 'lo' } };
const joinedSource = {
  IP_ADD_SOURCE_MEMBERSHIP: { group: '232.1.2.3', source: '127.0.0.2', interface: '127.0.0.1' },
};
const joinedAny = { MCAST_JOIN_GROUP: { group: GROUP, interface: 'lo' } };
const source = { group: '239.1.2.3', source: '127.0.0.2', interface: '127.0.0.1' };

export const ipOptions = table('IPPROTO_IP', {
  IP_TOS: rw(int(-1, 255), '1.0', 'inet', 'The type-of-service byte: DSCP and ECN; -1 is 255.', {
    sample: 16,
    quirk: 'On streams the two ECN bits keep their value; changes SO_PRIORITY too.',
  }),
  IP_TTL: rw(
    int(-1, 255),
    '1.0',
    'inet',
    'Time to live of unicast packets, 1 … 255; -1 takes the default again.',
    { unit: 'hops', sample: 64, quirk: '0 is EINVAL.' },
  ),
  IP_HDRINCL: rw(flag, '2.0', 'inet raw', 'The caller writes the IP header.', {
    quirk:
      'Total length and checksum are always filled in, the source where it is 0, the ' +
      'id where it is 0 and DF is clear; IPPROTO_RAW sockets have it on.',
  }),
  IP_OPTIONS: rw(
    blob(40, 40, Buffer.from([1, 1, 1, 0])),
    '1.0',
    'inet',
    'IP options of every packet sent, as in the header.',
    { reads: (got) => got.length === 4, quirk: 'Rounded up to 4 bytes.' },
  ),
  IP_ROUTER_ALERT: rw(
    flag,
    '2.0',
    'inet raw',
    'Hands packets with the router alert option to this socket.',
    { readSince: '6.12', quirk: 'Set twice: EADDRINUSE.' },
  ),
  IP_RECVOPTS: rw(flag, '2.0', 'inet', 'Adds IP_RECVOPTS, the IP options, to received messages.'),
  IP_RETOPTS: rw(
    flag,
    '2.0',
    'inet',
    'Adds the IP options, reversed for a reply, to received messages (IP_RETOPTS).',
  ),
  IP_RECVRETOPTS: rw(flag, '2.0', 'inet', 'Alias of IP_RETOPTS.'),
  IP_PKTINFO: rw(
    flag,
    '2.2',
    'inet',
    'Adds IP_PKTINFO, where a packet arrived, to received messages.',
  ),
  IP_PKTOPTIONS: ro(
    blob(4096),
    '2.2',
    'inet stream',
    "The control messages of the connection's last packet.",
    { quirk: 'Setting is ENOPROTOOPT; reading works on streams only.' },
  ),
  IP_MTU_DISCOVER: rw(
    oneOf(0, 1, 2, 3, 4, 5),
    '2.2',
    'inet',
    'Path MTU discovery: IP_PMTUDISC_DONT, WANT, DO, PROBE, INTERFACE, OMIT.',
    { sample: 2 },
  ),
  IP_RECVERR: rw(
    flag,
    '2.2',
    'inet',
    'Queues errors with their details in the error queue, which MSG_ERRQUEUE reads.',
    { quirk: 'Setting 0 empties the queue.' },
  ),
  IP_RECVTTL: rw(flag, '2.2', 'inet', 'Adds IP_TTL to received messages.'),
  IP_RECVTOS: rw(flag, '2.2', 'inet', 'Adds IP_TOS, one byte, to received messages.'),
  IP_MTU: ro(int(), '2.2', 'connected', 'The path MTU to the peer.', {
    unit: 'bytes',
    quirk: 'ENOTCONN unless connected; loopback reads 65535.',
  }),
  IP_FREEBIND: rw(flag, '2.4', 'inet', 'Lets bind() take an address that no interface has.'),
  IP_PASSSEC: rw(flag, '2.6.17', 'inet', 'Adds SCM_SECURITY to received messages.'),
  IP_TRANSPARENT: rw(
    flag,
    '2.6.24',
    'inet',
    'Lets the socket use foreign addresses, as a transparent proxy does.',
    { needs: `${RAW_OR_ADMIN} to switch on` },
  ),
  IP_RECVORIGDSTADDR: rw(
    flag,
    '2.6.29',
    'inet',
    'Adds IP_ORIGDSTADDR, the destination before TPROXY, to received messages.',
  ),
  IP_ORIGDSTADDR: rw(flag, '2.6.29', 'inet', 'Alias of IP_RECVORIGDSTADDR.'),
  IP_MINTTL: rw(
    int(0, 255),
    '2.6.34',
    'inet',
    'Drops received packets with a smaller time to live (RFC 5082).',
    { unit: 'hops', sample: 10 },
  ),
  IP_NODEFRAG: rw(
    flag,
    '2.6.36',
    'inet raw',
    'Leaves outgoing fragments as they are in netfilter.',
  ),
  IP_CHECKSUM: rw(
    flag,
    '4.0',
    'inet',
    'Adds IP_CHECKSUM, the sum of the packet, to received messages.',
  ),
  IP_BIND_ADDRESS_NO_PORT: rw(
    flag,
    '4.2',
    'inet',
    'bind() to port 0 leaves the choice of the port to connect().',
  ),
  IP_RECVFRAGSIZE: rw(
    flag,
    '4.14',
    'inet raw, dgram',
    'Adds the size of the largest fragment to received messages.',
  ),
  IP_RECVERR_RFC4884: rw(
    flag,
    '5.9',
    'inet',
    "Adds where an ICMP error's extensions start to messages of the error queue.",
  ),
  IP_MULTICAST_IF: rw(
    multicastInterface4,
    '1.2',
    'inet not stream',
    'The interface that multicast is sent from.',
    { quirk: "Set by index or name it reads '0.0.0.0'." },
  ),
  IP_MULTICAST_TTL: rw(
    int(-1, 255),
    '1.2',
    'inet not stream',
    'Time to live of multicast; -1 takes the default, 1.',
    { unit: 'hops', sample: 4 },
  ),
  IP_MULTICAST_LOOP: rw(
    flag,
    '1.2',
    'inet',
    'Whether multicast that this socket sends is looped back to receivers on this host.',
    { quirk: 'Starts with 1.', sample: 0 },
  ),
  IP_ADD_MEMBERSHIP: wo(membership4, '1.2', 'inet', 'Joins a group on an interface.', {
    quirk: 'ENODEV where no route leads there; ENOBUFS past net.ipv4.igmp_max_memberships.',
  }),
  IP_DROP_MEMBERSHIP: wo(membership4, '1.2', 'inet', 'Leaves a group.', {
    before: joined,
    quirk: 'EADDRNOTAVAIL where not a member.',
  }),
  IP_UNBLOCK_SOURCE: wo(
    sourceMembership4,
    '2.4.22',
    'inet',
    'Unblocks a source that IP_BLOCK_SOURCE blocked.',
    { sample: source, before: { ...joined, IP_BLOCK_SOURCE: source } },
  ),
  IP_BLOCK_SOURCE: wo(sourceMembership4, '2.4.22', 'inet', 'Blocks one source of a joined group.', {
    sample: source,
    before: joined,
  }),
  IP_ADD_SOURCE_MEMBERSHIP: wo(
    sourceMembership4,
    '2.4.22',
    'inet',
    'Joins one source of a group (SSM).',
    { quirk: 'EADDRNOTAVAIL where joined already.' },
  ),
  IP_DROP_SOURCE_MEMBERSHIP: wo(
    sourceMembership4,
    '2.4.22',
    'inet',
    'Leaves one source of a group.',
    { before: joinedSource },
  ),
  IP_MSFILTER: wo(
    sourceFilter4,
    '2.4.22',
    'inet',
    'The whole source list of a joined group; getsourcefilter() reads it.',
    { readBy: 'getsourcefilter()', before: joined },
  ),
  MCAST_JOIN_GROUP: wo(
    groupMembership(GROUP),
    '2.4.22',
    'inet',
    'Joins a group of either family on an interface.',
  ),
  MCAST_BLOCK_SOURCE: wo(
    groupSource(GROUP, '127.0.0.2'),
    '2.4.22',
    'inet',
    'Blocks one source of a joined group.',
    { before: joinedAny },
  ),
  MCAST_UNBLOCK_SOURCE: wo(
    groupSource(GROUP, '127.0.0.2'),
    '2.4.22',
    'inet',
    'Unblocks a source that MCAST_BLOCK_SOURCE blocked.',
    {
      before: {
        ...joinedAny,
        MCAST_BLOCK_SOURCE: { group: GROUP, source: '127.0.0.2', interface: 'lo' },
      },
    },
  ),
  MCAST_LEAVE_GROUP: wo(groupMembership(GROUP), '2.4.22', 'inet', 'Leaves a group.', {
    before: joinedAny,
  }),
  MCAST_JOIN_SOURCE_GROUP: wo(
    groupSource(SSM, '127.0.0.2'),
    '2.4.22',
    'inet',
    'Joins one source of a group (SSM).',
  ),
  MCAST_LEAVE_SOURCE_GROUP: wo(
    groupSource(SSM, '127.0.0.2'),
    '2.4.22',
    'inet',
    'Leaves one source of a group.',
    { before: { MCAST_JOIN_SOURCE_GROUP: { group: SSM, source: '127.0.0.2', interface: 'lo' } } },
  ),
  MCAST_MSFILTER: wo(
    sourceFilterAny(GROUP, '127.0.0.2'),
    '2.4.22',
    'inet',
    'The whole source list of a joined group; getsourcefilter() reads it.',
    { readBy: 'getsourcefilter()', before: joinedAny },
  ),
  IP_MULTICAST_ALL: rw(
    flag,
    '2.6.31',
    'inet',
    'Whether groups that others on this host joined are delivered too.',
    { quirk: 'Starts with 1.', sample: 0 },
  ),
  IP_UNICAST_IF: rw(
    interfaceIndexBe,
    '3.3',
    'inet',
    'The interface that unicast is sent from where no route or address decides.',
    { quirk: "The kernel's bytes are in network order; reads as an index." },
  ),
  IP_LOCAL_PORT_RANGE: rw(
    portRange,
    '6.3',
    'inet',
    'The ports that bind() to port 0 picks from; 0 takes net.ipv4.ip_local_port_range.',
    {
      quirk:
        "The kernel's number has the low port in its low 16 bits. Backported to some " +
        'older kernels.',
    },
  ),
  IP_PROTOCOL: ro(int(), '6.4', 'inet raw', 'The protocol number of a raw socket.', {
    quirk: 'Backported to some older kernels.',
  }),
  SO_ORIGINAL_DST: ro(
    originalDestination<InetAddress>(16),
    '2.4',
    'inet',
    'The destination before netfilter redirected the connection.',
    {
      quirk: 'ENOENT where conntrack knows no such connection, ENOPROTOOPT without conntrack.',
      apart: 'a redirected connection',
    },
  ),
  IPT_SO_GET_INFO: ro(ipTableInfo, '2.4', 'inet', 'The shape of the iptables table "filter".', {
    needs: ADMIN,
    quirk: 'ENOPROTOOPT without ip_tables.',
  }),
  IPT_SO_GET_REVISION_MATCH: ro(
    revision('tcp'),
    '2.6',
    'inet',
    'The revision that the iptables match "tcp" has.',
    { needs: ADMIN },
  ),
  IPT_SO_GET_REVISION_TARGET: ro(
    revision(''),
    '2.6',
    'inet',
    'The revision that the standard iptables target has.',
    { needs: ADMIN },
  ),
  ARPT_SO_GET_INFO: ro(arpTableInfo, '2.4', 'inet', 'Shape of the arptables table "filter".', {
    needs: ADMIN,
    quirk: 'ENOPROTOOPT without arp_tables.',
  }),
  ARPT_SO_GET_REVISION_TARGET: ro(
    revision(''),
    '2.6',
    'inet',
    'The revision that the standard arptables target has.',
    { needs: ADMIN },
  ),
  MRT_INIT: wo(
    int(),
    '1.3',
    'raw igmp',
    'Makes this socket the multicast routing daemon of the namespace.',
    {
      needs: ADMIN,
      sample: 1,
      quirk: 'Lacking the privilege is EACCES; a second daemon EADDRINUSE.',
    },
  ),
  MRT_DONE: wo(int(), '1.3', 'raw igmp', 'Ends multicast routing.', {
    needs: ADMIN,
    sample: 1,
    before: { MRT_INIT: 1 },
  }),
  MRT_ADD_VIF: wo(vif4, '1.3', 'raw igmp', 'Adds a virtual interface.', {
    needs: ADMIN,
    before: { MRT_INIT: 1 },
  }),
  MRT_DEL_VIF: wo(vifIndex, '1.3', 'raw igmp', 'Removes a virtual interface, by its number.', {
    needs: ADMIN,
    before: { MRT_INIT: 1, MRT_ADD_VIF: { vifi: 0, interface: 'lo' } },
  }),
  MRT_ADD_MFC: wo(mfc4, '1.3', 'raw igmp', 'Adds an entry to the forwarding cache.', {
    needs: ADMIN,
    before: { MRT_INIT: 1 },
  }),
  MRT_DEL_MFC: wo(mfc4, '1.3', 'raw igmp', 'Removes an entry of the forwarding cache.', {
    needs: ADMIN,
    before: {
      MRT_INIT: 1,
      MRT_ADD_MFC: { origin: '192.0.2.1', group: '239.1.2.3', parent: 0, ttls: [1] },
    },
  }),
  MRT_VERSION: ro(int(), '1.3', 'raw igmp', 'The version of the interface, 0x0305.'),
  MRT_ASSERT: rw(flag, '1.3', 'raw igmp', 'Reports packets that arrive by the wrong interface.', {
    needs: ADMIN,
  }),
  MRT_PIM: rw(flag, '1.3', 'raw igmp', 'Protocol-independent multicast.', { needs: ADMIN }),
  MRT_TABLE: wo(
    unsigned,
    '2.6.34',
    'raw igmp',
    'The multicast routing table to use, before MRT_INIT.',
    { needs: ADMIN, sample: 1 },
  ),
  MRT_ADD_MFC_PROXY: wo(mfc4, '3.8', 'raw igmp', 'Adds a (*,G) or (*,*) entry.', {
    needs: ADMIN,
    sample: { origin: '0.0.0.0', group: '239.1.2.3', parent: 0, ttls: [1] },
    before: { MRT_INIT: 1 },
  }),
  MRT_DEL_MFC_PROXY: wo(mfc4, '3.8', 'raw igmp', 'Removes a (*,G) or (*,*) entry.', {
    needs: ADMIN,
    sample: { origin: '0.0.0.0', group: '239.1.2.3', parent: 0, ttls: [1] },
    before: {
      MRT_INIT: 1,
      MRT_ADD_MFC_PROXY: { origin: '0.0.0.0', group: '239.1.2.3', parent: 0, ttls: [1] },
    },
  }),
  MRT_FLUSH: wo(int(), '5.1', 'raw igmp', 'Removes entries: a mask of MRT_FLUSH_*.', {
    needs: ADMIN,
    sample: 1,
  }),
});
