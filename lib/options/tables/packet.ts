// SOL_PACKET: the options of AF_PACKET sockets.
import { program } from '../codecs/bpf';
import { flag, int, unsigned } from '../codecs/numbers';
import {
  fanout,
  headerLength,
  packetMembership,
  ring,
  rolloverStatistics,
  statistics,
} from '../codecs/packet';
import { ro, rw, table, wo } from '../row';

const joined = { PACKET_ADD_MEMBERSHIP: { ifname: 'lo', type: 'promisc' } };

export const packetOptions = table('SOL_PACKET', {
  PACKET_ADD_MEMBERSHIP: wo(
    packetMembership,
    '2.2',
    'packet',
    'Puts an interface into promiscuous or all-multicast mode, or adds an address, ' +
      'for as long as the socket lives.',
  ),
  PACKET_DROP_MEMBERSHIP: wo(
    packetMembership,
    '2.2',
    'packet',
    'Takes back PACKET_ADD_MEMBERSHIP.',
    { before: joined },
  ),
  PACKET_RX_RING: wo(
    ring,
    '2.4',
    'packet',
    'A ring of frames to receive into, shared by mmap(2).',
    { quirk: 'frames must be blocks x (blockSize / frameSize); EBUSY once mapped.' },
  ),
  PACKET_STATISTICS: ro(
    statistics,
    '2.4',
    'packet',
    'How many packets came and how many were dropped since the last look.',
    { unit: 'packets', readingChanges: 'resets the counters' },
  ),
  PACKET_COPY_THRESH: rw(
    int(),
    '2.4',
    'packet',
    'Frames longer than this are queued whole beside the ring.',
    { readSince: '6.12', unit: 'bytes', sample: 1 },
  ),
  PACKET_AUXDATA: rw(
    flag,
    '2.6.21',
    'packet',
    'Adds PACKET_AUXDATA (lengths, status, VLAN), to received messages.',
  ),
  PACKET_ORIGDEV: rw(
    flag,
    '2.6.21',
    'packet',
    'sll_ifindex is the interface that the packet came in by, not the one above it.',
  ),
  PACKET_VERSION: rw(
    int(0, 2),
    '2.6.27',
    'packet',
    "The ring's frame format: TPACKET_V1 is 0, V2 1, V3 2.",
    { sample: 1, quirk: 'EBUSY once there is a ring.' },
  ),
  PACKET_HDRLEN: ro(
    headerLength,
    '2.6.27',
    'packet',
    "The length of a frame header in the socket's format.",
    { unit: 'bytes', quirk: 'The kernel takes the format from the buffer.' },
  ),
  PACKET_RESERVE: rw(
    unsigned,
    '2.6.27',
    'packet',
    'Room left before the packet in each frame of the ring.',
    { unit: 'bytes', sample: 16, quirk: 'EBUSY once there is a ring.' },
  ),
  PACKET_TX_RING: wo(ring, '2.6.31', 'packet', 'A ring of frames to send from, shared by mmap(2).'),
  PACKET_LOSS: rw(
    flag,
    '2.6.31',
    'packet',
    'A malformed frame of the sending ring is skipped, not the end.',
    { quirk: 'EBUSY once there is a ring.' },
  ),
  PACKET_VNET_HDR: rw(
    flag,
    '2.6.33',
    'packet raw',
    'A struct virtio_net_hdr stands before each frame.',
    { quirk: 'SOCK_RAW only; EBUSY once there is a ring.' },
  ),
  PACKET_TIMESTAMP: rw(
    int(),
    '2.6.36',
    'packet',
    'Which timestamps the ring carries: a mask of SOF_TIMESTAMPING_*.',
    { sample: 16 },
  ),
  PACKET_FANOUT: rw(
    fanout,
    '3.1',
    'packet bound',
    'Shares the packets out among the sockets of a group.',
    {
      reads: 0x1234,
      quirk:
        'EINVAL unless bound; reads as the number: group, and mode and flags 16 bits ' + 'higher.',
    },
  ),
  PACKET_TX_HAS_OFF: rw(
    flag,
    '3.9',
    'packet',
    'Frames of the sending ring say where their data starts.',
  ),
  PACKET_QDISC_BYPASS: rw(
    flag,
    '3.14',
    'packet',
    'Sends straight to the driver, past the queueing discipline.',
  ),
  PACKET_ROLLOVER_STATS: ro(
    rolloverStatistics,
    '4.2',
    'packet bound',
    'How often a fanout group rolled over to the next socket.',
    {
      unit: 'packets',
      before: { PACKET_FANOUT: { group: 77, mode: 'rollover' } },
      quirk: 'EINVAL outside such a group.',
    },
  ),
  PACKET_FANOUT_DATA: wo(
    program,
    '4.3',
    'packet bound',
    "A classic BPF program that picks the socket of a 'cbpf' group.",
    { before: { PACKET_FANOUT: { group: 78, mode: 'cbpf' } } },
  ),
  PACKET_IGNORE_OUTGOING: rw(flag, '4.20', 'packet', 'Leaves out what this host sends.', {
    quirk: 'Other than 0 and 1 is EINVAL.',
  }),
  PACKET_VNET_HDR_SZ: rw(
    int(0, 12),
    '6.6',
    'packet raw',
    'The length of the struct virtio_net_hdr before each frame: 0, 10 or 12.',
    { unit: 'bytes', sample: 12 },
  ),
});
