// IPPROTO_UDP and IPPROTO_UDPLITE: the options of UDP and UDP-Lite sockets.
import { flag, int } from '../codecs/numbers';
import { rw, table } from '../row';

export const udpOptions = table('IPPROTO_UDP', {
  UDP_CORK: rw(
    flag,
    '2.5.44',
    'udp',
    'Collects what is sent into one datagram, which goes out when taken off.',
  ),
  UDP_ENCAP: rw(
    int(0),
    '2.5.67',
    'udp',
    'What is carried inside: UDP_ENCAP_ESPINUDP is 2, UDP_ENCAP_L2TPINUDP 3.',
    { sample: 2, quirk: 'An unknown kind is ENOPROTOOPT; for good once set.' },
  ),
  UDP_NO_CHECK6_TX: rw(flag, '3.16', 'udp', 'Sends over IPv6 without checksums.'),
  UDP_NO_CHECK6_RX: rw(flag, '3.16', 'udp', 'Takes datagrams over IPv6 that have no checksum.'),
  UDP_SEGMENT: rw(
    int(0, 65535),
    '4.18',
    'udp',
    'Cuts one long send into datagrams of this size (GSO); 0 does not.',
    { unit: 'bytes', sample: 1000 },
  ),
  UDP_GRO: rw(
    flag,
    '5.0',
    'udp',
    'Receives several datagrams of one size as one, with UDP_GRO saying the size.',
  ),
});

export const udpliteOptions = table('IPPROTO_UDPLITE', {
  UDPLITE_SEND_CSCOV: rw(
    int(),
    '2.6.20',
    'udplite',
    'How much of a sent datagram the checksum covers; 0 is all.',
    {
      until: '7.3',
      unit: 'bytes',
      sample: 8,
      quirk: '1 … 7 become 8, more than 65535 becomes 65535; UDP-Lite is gone from Linux 7.',
    },
  ),
  UDPLITE_RECV_CSCOV: rw(
    int(),
    '2.6.20',
    'udplite',
    'The least coverage that a received datagram must have.',
    { until: '7.3', unit: 'bytes', sample: 8, quirk: '1 … 7 become 8.' },
  ),
});
