// Packets that the tests of this room share, built by our own builders.
import * as p from 'bsd-socket/packet';

const MACS = { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
const V4 = { src: '10.8.0.1', dst: '10.8.0.2' };
const V6 = { src: 'fd08::1', dst: 'fd08::2' };
const { TCP, UDP, ICMP, ICMPV6 } = p.PROTOCOL;
const hello = Buffer.from('hello');
const pattern = Buffer.from(Array.from({ length: 56 }, (_, i) => i));

/** Frames of LINKTYPE_ETHERNET, by name. */
export function samples(): Record<string, Buffer> {
  const on4 = (protocol: number, payload: Buffer, fields: Partial<p.Ipv4Fields> = {}) =>
    p.ethernet(MACS, p.ipv4({ ...V4, protocol, id: 1, ...fields }, payload));
  const on6 = (nextHeader: number, payload: Buffer) =>
    p.ethernet(MACS, p.ipv6({ ...V6, nextHeader }, payload));
  const { TH_SYN, TH_ACK, TH_PUSH, TH_FIN, TH_RST, TH_URG, TH_ECE, TH_CWR } = p;
  const ports = { sport: 40000, dport: 40001 };
  const datagram4 = p.udp({ ...V4, ...ports }, hello);
  const datagram6 = p.udp({ ...V6, ...ports }, hello);
  const lost = p.ipv4({ ...V4, protocol: UDP, id: 7 }, datagram4);
  const lost6 = p.ipv6({ ...V6, nextHeader: UDP }, datagram6);
  const lostTcp = p.ipv4(
    { ...V4, protocol: TCP, id: 8 },
    p.tcp({ ...V4, ...ports, seq: 5, flags: TH_SYN }),
  );
  return {
    arpRequest: p.ethernet(
      { ...MACS, dst: 'ff:ff:ff:ff:ff:ff', type: p.ETHERTYPE_ARP },
      p.arp({ op: p.ARPOP_REQUEST, sha: MACS.src, spa: V4.src, tpa: V4.dst }),
    ),
    arpReply: p.ethernet(
      { ...MACS, type: p.ETHERTYPE_ARP },
      p.arp({ op: p.ARPOP_REPLY, sha: MACS.src, spa: V4.src, tha: MACS.dst, tpa: V4.dst }),
    ),
    echo: on4(ICMP, p.icmpEcho({ id: 77, seq: 1 }, pattern), { df: true }),
    echoReply: on4(ICMP, p.icmpEcho({ id: 77, seq: 1, reply: true }, pattern)),
    portUnreachable: on4(ICMP, p.icmp({ type: p.ICMP_UNREACH, code: 3 }, lost)),
    hostUnreachable: on4(ICMP, p.icmp({ type: p.ICMP_UNREACH, code: 1 }, lost)),
    tcpPortUnreachable: on4(
      ICMP,
      p.icmp({ type: p.ICMP_UNREACH, code: 3 }, lostTcp.subarray(0, 28)),
    ),
    needToFrag: on4(ICMP, p.icmp({ type: p.ICMP_UNREACH, code: 4, rest: 1400 }, lost)),
    timeExceeded: on4(ICMP, p.icmp({ type: p.ICMP_TIMXCEED }, lost)),
    udp: on4(UDP, datagram4),
    udpEmpty: on4(UDP, p.udp({ ...V4, ...ports })),
    udpOptions: on4(UDP, datagram4, {
      options: [{ kind: 1 }, { kind: 148, data: Buffer.alloc(2) }],
      tos: 0xb8,
      ttl: 3,
    }),
    syn: on4(
      TCP,
      p.tcp({
        ...V4,
        ...ports,
        seq: 4000000000,
        flags: TH_SYN,
        window: 64240,
        options: [
          { kind: 'mss', value: 1460 },
          { kind: 'sackOK' },
          { kind: 'timestamp', value: [123456789, 0] },
          { kind: 'nop' },
          { kind: 'wscale', value: 7 },
        ],
      }),
    ),
    data: on4(
      TCP,
      p.tcp(
        {
          ...V4,
          ...ports,
          seq: 4294967295,
          ack: 17,
          flags: TH_PUSH | TH_ACK,
          window: 502,
          options: [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'timestamp', value: [1, 2] }],
        },
        hello,
      ),
    ),
    sack: on4(
      TCP,
      p.tcp({
        ...V4,
        ...ports,
        seq: 1,
        ack: 2,
        flags: TH_ACK,
        options: [
          { kind: 'nop' },
          { kind: 'nop' },
          {
            kind: 'sack',
            value: [
              [100, 200],
              [300, 400],
            ],
          },
        ],
      }),
    ),
    finAck: on4(TCP, p.tcp({ ...V4, ...ports, seq: 9, ack: 3, flags: TH_FIN | TH_ACK, window: 1 })),
    reset: on4(TCP, p.tcp({ ...V4, ...ports, seq: 9, flags: TH_RST, window: 0 })),
    flags: on4(
      TCP,
      p.tcp({ ...V4, ...ports, seq: 9, flags: TH_URG | TH_ECE | TH_CWR | TH_ACK, urgent: 5 }),
    ),
    echo6: on6(ICMPV6, p.icmpv6Echo({ ...V6, id: 5, seq: 2 }, pattern)),
    echoReply6: on6(ICMPV6, p.icmpv6Echo({ ...V6, id: 5, seq: 2, reply: true }, pattern)),
    portUnreachable6: on6(ICMPV6, p.icmpv6({ ...V6, type: p.ICMP6_DST_UNREACH, code: 4 }, lost6)),
    udp6: on6(UDP, datagram6),
    tcp6: on6(TCP, p.tcp({ ...V6, ...ports, seq: 1, flags: TH_SYN })),
    vlan: p.ethernet(
      { ...MACS, vlan: { id: 5, priority: 3 } },
      p.ipv4({ ...V4, protocol: UDP, id: 1 }, datagram4),
    ),
    qinq: p.ethernet(
      { ...MACS, vlan: [{ id: 100, tpid: p.ETHERTYPE_QINQ }, { id: 200 }] },
      p.ipv4({ ...V4, protocol: UDP, id: 1 }, datagram4),
    ),
    hopByHop: on6(
      p.PROTOCOL.HOPOPTS,
      Buffer.concat([Buffer.from([UDP, 0, 1, 4, 0, 0, 0, 0]), datagram6]),
    ),
    fragment6: on6(
      p.PROTOCOL.FRAGMENT,
      Buffer.concat([
        p.IPV6_FRAGMENT.pack({ nextHeader: UDP, fragment: 1, id: 0xabcd }),
        p.udp({ ...V6, ...ports }, Buffer.alloc(1000)).subarray(0, 800),
      ]),
    ),
    fragment: on4(UDP, p.udp({ ...V4, ...ports }, Buffer.alloc(2000)).subarray(0, 1480), {
      mf: true,
    }),
    laterFragment: on4(UDP, Buffer.alloc(528), { fragmentOffset: 1480 }),
    tunnel: on4(p.PROTOCOL.IPIP, lost),
    tunnel6: on4(p.PROTOCOL.IPV6, lost6),
    otherProtocol: on4(253, hello),
    otherType: p.ethernet({ ...MACS, type: 0x88b5 }, Buffer.alloc(46)),
  };
}
