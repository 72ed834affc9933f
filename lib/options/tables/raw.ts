// SOL_RAW and IPPROTO_ICMPV6: what raw ICMP sockets let in.
import { icmp6Filter, icmpFilter } from '../codecs/icmp-filters';
import { rw, table } from '../row';

export const rawOptions = table('SOL_RAW', {
  ICMP_FILTER: rw(icmpFilter, '2.2', 'raw icmp', 'The ICMP types 0 … 31 to keep out.', {
    quirk: 'EOPNOTSUPP on raw sockets of another protocol.',
  }),
});

export const icmpv6Options = table('IPPROTO_ICMPV6', {
  ICMPV6_FILTER: rw(icmp6Filter, '2.2', 'raw icmpv6', 'The ICMPv6 types 0 … 255 to keep out.', {
    quirk: 'EOPNOTSUPP on raw sockets of another protocol.',
  }),
});
