// SOL_NETLINK: the options of AF_NETLINK sockets.
import { memberships } from '../codecs/netlink';
import { flag, int } from '../codecs/numbers';
import { ro, rw, table, wo } from '../row';

export const netlinkOptions = table('SOL_NETLINK', {
  NETLINK_ADD_MEMBERSHIP: wo(
    int(),
    '2.6.14',
    'netlink',
    'Joins a multicast group, by its number (RTNLGRP_*).',
    { sample: 1, quirk: 'Bind first: an unbound member gets nothing.' },
  ),
  NETLINK_DROP_MEMBERSHIP: wo(int(), '2.6.14', 'netlink', 'Leaves a multicast group.', {
    sample: 1,
  }),
  NETLINK_PKTINFO: rw(
    flag,
    '2.6.14',
    'netlink',
    'Adds NETLINK_PKTINFO, the group, to received messages.',
  ),
  NETLINK_BROADCAST_ERROR: rw(
    flag,
    '2.6.30',
    'netlink',
    'Tells senders where a broadcast could not be delivered.',
  ),
  NETLINK_NO_ENOBUFS: rw(flag, '2.6.30', 'netlink', 'No ENOBUFS where messages were lost.'),
  NETLINK_LISTEN_ALL_NSID: rw(
    flag,
    '4.2',
    'netlink',
    'Hears the events of all namespaces that this one has an id for.',
    { readSince: '6.12', needs: 'CAP_NET_BROADCAST' },
  ),
  NETLINK_LIST_MEMBERSHIPS: ro(memberships, '4.2', 'netlink', 'The groups joined.'),
  NETLINK_CAP_ACK: rw(flag, '4.3', 'netlink', 'Acknowledgements leave the request out.'),
  NETLINK_EXT_ACK: rw(flag, '4.12', 'netlink', 'Acknowledgements say in words what was wrong.'),
  NETLINK_GET_STRICT_CHK: rw(
    flag,
    '4.20',
    'netlink',
    'Dump requests are checked strictly, and may filter.',
  ),
});
