// Builders: what they refuse; what they build is held against scapy in peers.test.ts.
import {
  arp,
  ethernet,
  icmp,
  icmpEcho,
  icmpv6,
  icmpv6Echo,
  ipv4,
  ipv6,
  tcp,
  udp,
} from 'bsd-socket/packet';

test('a builder without its header says what is missing', () => {
  const builders = { arp, ethernet, icmp, icmpEcho, icmpv6, icmpv6Echo, ipv4, ipv6, tcp, udp };
  for (const [name, build] of Object.entries(builders)) {
    for (const nothing of [undefined, null, 1]) {
      const refused = expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: expect.stringContaining(`${name}: fields must be an object`),
      });
      expect(() => (build as (fields: unknown) => Buffer)(nothing)).toThrow(refused);
    }
  }
});
