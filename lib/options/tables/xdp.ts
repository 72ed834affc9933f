// SOL_XDP: the options of AF_XDP sockets.
import { int, unsigned } from '../codecs/numbers';
import { mmapOffsets, xdpOptionsStruct, xdpStatistics } from '../codecs/xdp';
import { ro, table, wo } from '../row';

export const xdpOptions = table('SOL_XDP', {
  XDP_MMAP_OFFSETS: ro(
    mmapOffsets,
    '4.18',
    'xdp',
    'Where producer, consumer, descriptors and flags of each ring lie in its mapping.',
    { unit: 'bytes' },
  ),
  XDP_RX_RING: wo(
    unsigned,
    '4.18',
    'xdp',
    'How many descriptors the receiving ring has: a power of two.',
    { sample: 64 },
  ),
  XDP_TX_RING: wo(
    unsigned,
    '4.18',
    'xdp',
    'How many descriptors the sending ring has: a power of two.',
    { sample: 64 },
  ),
  XDP_UMEM_FILL_RING: wo(
    unsigned,
    '4.18',
    'xdp',
    'How many descriptors the fill ring has: a power of two.',
    { sample: 64 },
  ),
  XDP_UMEM_COMPLETION_RING: wo(
    unsigned,
    '4.18',
    'xdp',
    'How many descriptors the completion ring has: a power of two.',
    { sample: 64 },
  ),
  XDP_STATISTICS: ro(xdpStatistics, '4.18', 'xdp', 'What was dropped, and why.', {
    unit: 'descriptors',
  }),
  XDP_OPTIONS: ro(
    xdpOptionsStruct,
    '5.3',
    'xdp',
    'XDP_OPTIONS_ZEROCOPY (1) where the socket runs without copies.',
  ),
  XDP_MAX_TX_SKB_BUDGET: wo(int(1), '6.17', 'xdp', 'How many descriptors one send call takes.', {
    unit: 'descriptors',
    sample: 32,
    before: { XDP_TX_RING: 64 },
    quirk: 'From 32 to the length of the sending ring, which comes first; EACCES otherwise.',
  }),
});
