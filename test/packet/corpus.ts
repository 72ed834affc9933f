// Frames of every link type, header, option and tunnel that lines are printed for, made for tests:
// by the package's builders where it has one, else byte by byte.
import * as p from 'bsd-socket/packet';

const MACS = { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
const V4 = { src: '10.8.0.1', dst: '10.8.0.2' };
const V6 = { src: 'fd08::1', dst: 'fd08::2' };
const { TCP, UDP, ICMP, ICMPV6 } = p.PROTOCOL;
const hex = (text: string): Buffer => Buffer.from(text.replace(/[^0-9a-f]/gi, ''), 'hex');
const u16 = (...values: number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const b = Buffer.alloc(2);
      b.writeUInt16BE(value & 0xffff);
      return b;
    }),
  );
const u32 = (...values: number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const b = Buffer.alloc(4);
      b.writeUInt32BE(value >>> 0);
      return b;
    }),
  );
const join = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));
const a6 = (text: string): Buffer =>
  p.ipv6({ src: text, dst: text, nextHeader: 59 }).subarray(8, 24);

const ip4 = (protocol: number, payload: Buffer, o: Partial<p.Ipv4Fields> = {}): Buffer =>
  p.ipv4({ ...V4, protocol, id: 7, ...o }, payload);
const ip6 = (nextHeader: number, payload: Buffer, o: Partial<p.Ipv6Fields> = {}): Buffer =>
  p.ipv6({ ...V6, nextHeader, ...o }, payload);
const eth = (payload: Buffer, o: Partial<p.EthernetFields> = {}): Buffer =>
  p.ethernet({ ...MACS, ...o }, payload);
const on4 = (protocol: number, payload: Buffer, o: Partial<p.Ipv4Fields> = {}): Buffer =>
  eth(ip4(protocol, payload, o));
const on6 = (nextHeader: number, payload: Buffer, o: Partial<p.Ipv6Fields> = {}): Buffer =>
  eth(ip6(nextHeader, payload, o));
const udp = (sport: number, dport: number, data: Buffer): Buffer =>
  p.udp({ ...V4, sport, dport }, data);
const tcp = (o: Partial<p.TcpFields>, data: Buffer = Buffer.alloc(0)): Buffer =>
  p.tcp({ ...V4, sport: 40000, dport: 40001, flags: p.TH_ACK, seq: 1000, ack: 2000, ...o }, data);

const datagram = udp(40000, 40001, Buffer.from('hello'));
const inner = ip4(UDP, datagram);
const inner6 = ip6(UDP, p.udp({ ...V6, sport: 40000, dport: 40001 }, Buffer.from('hello')));
const innerFrame = eth(inner);

const dnsName = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
const dnsQuery = join(u16(0x1234, 0x0100, 1, 0, 0, 0), dnsName('www.example.com'), u16(1, 1));
const answer = (type: number, data: Buffer, kind = 1): Buffer =>
  join('c00c', u16(type, kind), u32(3600), u16(data.length), data);
const dnsReply = (flags: number, ...answers: Buffer[]): Buffer =>
  join(
    u16(0x1234, flags, 1, answers.length, 0, 0),
    dnsName('www.example.com'),
    u16(1, 1),
    ...answers,
  );
const records = dnsReply(
  0x8180,
  answer(5, join(Buffer.from([3]), Buffer.from('web'), 'c010')),
  answer(1, hex('c0000201')),
  answer(28, a6('2001:db8::1')),
  answer(15, join(u16(10), dnsName('mx.example'))),
  answer(16, Buffer.from('\x05v=spf\x03all')),
  answer(33, join(u16(1, 2, 443), dnsName('srv.example'))),
  answer(2, dnsName('ns.example')),
  answer(6, join(dnsName('ns.example'), dnsName('root.example'), u32(1, 2, 3, 4, 5))),
);

const nd = (type: number, body: Buffer, code = 0): Buffer =>
  p.icmpv6({ ...V6, type, code, rest: body.readUInt32BE(0) }, body.subarray(4));
const icmp = (type: number, code: number, rest: number, data: Buffer): Buffer =>
  ip4(ICMP, p.icmp({ type, code, rest }, data));
const lost = ip4(UDP, datagram);
const lostTcp = ip4(TCP, tcp({ flags: p.TH_SYN }));
const options = (...list: p.TcpOption[]): Buffer =>
  on4(TCP, tcp({ flags: p.TH_SYN, options: list }));
const raw = (kind: number, data: string): p.TcpOption => ({ kind, data: hex(data) });
const gre = (flags: number, type: number, rest: Buffer, payload: Buffer): Buffer =>
  on4(p.PROTOCOL.GRE, join(u16(flags, type), rest, payload));
const label = (value: number, bottom: boolean): Buffer =>
  u32((value << 12) | (3 << 9) | (bottom ? 0x100 : 0) | 64);
const ext = (next: number, body: string): Buffer => {
  const bytes = hex(body);
  return join(Buffer.from([next, (bytes.length + 2) / 8 - 1]), bytes);
};
const llcFrame = (payload: Buffer): Buffer => eth(payload, { type: payload.length });
const arp = (op: number, o: Partial<p.ArpFields> = {}): Buffer =>
  eth(p.arp({ op, sha: MACS.src, spa: V4.src, tpa: V4.dst, tha: MACS.dst, ...o }), {
    type: p.ETHERTYPE_ARP,
  });

/** Frames of LINKTYPE_ETHERNET by name. */
export const ETHERNET_FRAMES: Readonly<Record<string, Buffer>> = {
  udp: on4(UDP, datagram),
  udp6: eth(inner6),
  udpEmpty: on4(UDP, udp(1, 2, Buffer.alloc(0))),
  udpNoSum: on4(UDP, p.udp({ sport: 1, dport: 2 }, Buffer.from('x'))),
  udpBadSum: on4(UDP, join(datagram.subarray(0, 6), 'dead', datagram.subarray(8))),
  udpBadLength: on4(UDP, join(datagram.subarray(0, 4), '0040', datagram.subarray(6))),
  udpShortLength: on4(UDP, join(datagram.subarray(0, 4), '0004', datagram.subarray(6))),
  udpOptions: on4(UDP, datagram, { options: [{ kind: 148, data: Buffer.alloc(2) }], tos: 0xb9 }),
  recordRoute: on4(UDP, datagram, { options: [{ kind: 7, data: hex('080a0000010a000002') }] }),
  timestamps: on4(UDP, datagram, { options: [{ kind: 68, data: hex('0d000000000100000002') }] }),
  badOption: on4(UDP, datagram, { options: [{ kind: 1 }, { kind: 130, data: hex('0000') }] }).fill(
    0,
    36,
    37,
  ),
  padded: join(on4(UDP, datagram), Buffer.alloc(20)),
  truncatedIp: on4(UDP, datagram).subarray(0, 40),
  badHeaderLength: join(on4(UDP, datagram).subarray(0, 14), '42', on4(UDP, datagram).subarray(15)),
  fragment: on4(UDP, datagram, { mf: true }),
  laterFragment: on4(UDP, Buffer.alloc(64), { fragmentOffset: 1480 }),
  unknownProtocol: on4(253, Buffer.from('hello')),
  syn: options(
    { kind: 'mss', value: 1460 },
    { kind: 'sackOK' },
    { kind: 'timestamp', value: [1, 0] },
    { kind: 'nop' },
    { kind: 'wscale', value: 7 },
  ),
  synAck: on4(TCP, tcp({ flags: p.TH_SYN | p.TH_ACK })),
  data: on4(TCP, tcp({ flags: p.TH_PUSH | p.TH_ACK, seq: 1001 }, Buffer.from('payload'))),
  dataBack: on4(
    TCP,
    p.tcp(
      { src: V4.dst, dst: V4.src, sport: 40001, dport: 40000, flags: 0x18, seq: 2000, ack: 1008 },
      Buffer.from('ok'),
    ),
    { src: V4.dst, dst: V4.src },
  ),
  sack: on4(
    TCP,
    tcp({
      options: [
        { kind: 'nop' },
        { kind: 'nop' },
        {
          kind: 'sack',
          value: [
            [1100, 1200],
            [1300, 1400],
          ],
        },
      ],
    }),
  ),
  fin: on4(TCP, tcp({ flags: p.TH_FIN | p.TH_ACK })),
  urgent: on4(TCP, tcp({ flags: p.TH_URG | p.TH_ECE | p.TH_CWR | p.TH_ACK, urgent: 9 })),
  reset: on4(TCP, tcp({ flags: p.TH_RST })),
  resetText: on4(TCP, tcp({ flags: p.TH_RST }, Buffer.from('go away\n'))),
  badTcpSum: on4(TCP, join(tcp({}).subarray(0, 16), 'beef', tcp({}).subarray(18))),
  badTcpHeader: on4(TCP, join(tcp({}).subarray(0, 12), '40', tcp({}).subarray(13))),
  longTcpHeader: on4(TCP, join(tcp({}).subarray(0, 12), 'f0', tcp({}).subarray(13))),
  tcp6: on6(TCP, p.tcp({ ...V6, sport: 1, dport: 2, flags: p.TH_SYN })),
  tcpFastOpen: options(raw(34, '0011223344556677')),
  tcpFastOpenAsk: options(raw(34, '')),
  tcpFastOpenOld: options(raw(254, 'f9890011223344556677')),
  tcpExperiment: options(raw(254, 'abcd01')),
  tcpAo: options(raw(29, '0102aabbccdd')),
  tcpUserTimeout: options(raw(28, '8005')),
  tcpUnknown: options(raw(200, '010203')),
  tcpEcho: options(raw(6, '00000001'), raw(7, '00000002')),
  tcpBadLength: options(raw(2, '05b400')),
  tcpBroken: on4(TCP, join(tcp({}).subarray(0, 12), '60', tcp({}).subarray(13), '02280000')),
  dnsQuery: on4(UDP, udp(5000, 53, dnsQuery)),
  dnsReply: on4(UDP, udp(53, 5000, records)),
  dnsNoSuchName: on4(UDP, udp(53, 5000, dnsReply(0x8583))),
  dnsOverTcp: on4(TCP, tcp({ dport: 53, flags: 0x18 }, join(u16(dnsQuery.length), dnsQuery))),
  dnsShort: on4(UDP, udp(5000, 53, dnsQuery.subarray(0, 8))),
  mdns: on4(UDP, udp(5353, 5353, dnsQuery)),
  mdnsReply: on4(UDP, udp(5353, 5353, dnsReply(0x8400, answer(1, hex('c0000201'), 0x8001)))),
  echo: eth(icmp(8, 0, 0x004d0001, Buffer.alloc(56))),
  echoReply: eth(icmp(0, 0, 0x004d0001, Buffer.alloc(56))),
  ...Object.fromEntries(
    Array.from({ length: 17 }, (_, code) => [`unreachable${code}`, eth(icmp(3, code, 1400, lost))]),
  ),
  unreachableTcp: eth(icmp(3, 3, 0, lostTcp)),
  unreachableOther: eth(icmp(3, 3, 0, ip4(200, Buffer.alloc(8)))),
  needFragUnknown: eth(icmp(3, 4, 0, lost)),
  ...Object.fromEntries(
    Array.from({ length: 5 }, (_, code) => [
      `redirect${code}`,
      eth(icmp(5, code, 0x0a080009, lost)),
    ]),
  ),
  quench: eth(icmp(4, 0, 0, lost)),
  timeExceeded: eth(icmp(11, 0, 0, lost)),
  reassembly: eth(icmp(11, 1, 0, lost)),
  parameter: eth(icmp(12, 0, 0x05000000, lost)),
  parameterCode: eth(icmp(12, 1, 0, lost)),
  routerAdvert: eth(icmp(9, 0, 0x02020e10, u32(0x0a000001, 5, 0x0a000002, 6))),
  routerSolicit: eth(icmp(10, 0, 0, Buffer.alloc(0))),
  stampQuery: eth(icmp(13, 0, 0x00010002, u32(1, 2, 3))),
  stampReply: eth(icmp(14, 0, 0x00010002, u32(1000, 3_600_000, 86_399_999))),
  mask: eth(icmp(18, 0, 0, u32(0xffffff00))),
  unknownIcmp: eth(icmp(99, 0, 0, Buffer.alloc(4))),
  badIcmpSum: eth(
    join(
      icmp(8, 0, 1, Buffer.alloc(8)).subarray(0, 22),
      '1234',
      icmp(8, 0, 1, Buffer.alloc(8)).subarray(24),
    ),
  ),
  echo6: on6(ICMPV6, nd(128, u32(0x00050002))),
  echoReply6: on6(ICMPV6, nd(129, u32(0x00050002))),
  unreachable6Route: on6(ICMPV6, nd(1, join(u32(0), inner6), 0)),
  unreachable6Admin: on6(ICMPV6, nd(1, join(u32(0), inner6), 1)),
  unreachable6Scope: on6(ICMPV6, nd(1, join(u32(0), inner6), 2)),
  unreachable6Address: on6(ICMPV6, nd(1, join(u32(0), inner6), 3)),
  unreachable6Port: on6(ICMPV6, nd(1, join(u32(0), inner6), 4)),
  tooBig: on6(ICMPV6, nd(2, join(u32(1280), inner6))),
  timeExceeded6: on6(ICMPV6, nd(3, join(u32(0), inner6))),
  reassembly6: on6(ICMPV6, nd(3, join(u32(0), inner6), 1)),
  parameter6: on6(ICMPV6, nd(4, join(u32(40), inner6), 1)),
  mldQuery: on6(ICMPV6, nd(130, join(u16(1000, 0), a6('ff02::5')))),
  mldReport: on6(ICMPV6, nd(131, join(u16(0, 0), a6('ff02::5')))),
  mldDone: on6(ICMPV6, nd(132, join(u16(0, 0), a6('ff02::5')))),
  mld2Query: on6(ICMPV6, nd(130, join(u16(1000, 0), a6('ff02::5'), '027d0001', a6('fd00::9')))),
  mld2Report: on6(
    ICMPV6,
    nd(143, join(u16(0, 2), '04000000', a6('ff02::5'), '03000001', a6('ff02::6'), a6('fd00::9'))),
  ),
  solicitRouter: on6(ICMPV6, nd(133, join(u32(0), '0101020000000001'))),
  advertRouter: on6(
    ICMPV6,
    nd(
      134,
      join(
        '40c80708 00000000 00000000'.replace(/ /g, ''),
        '0101020000000001',
        '0304c0c0',
        u32(2592000, 604800, 0),
        a6('2001:db8::'),
        '05010000000005dc',
        join('19030000', u32(600), a6('2001:db8::53')),
        join('1803400800000e10', a6('2001:db8:1::')),
      ),
    ),
  ),
  solicitNeighbour: on6(ICMPV6, nd(135, join(u32(0), a6('fe80::1'), '0101020000000001'))),
  advertNeighbour: on6(ICMPV6, nd(136, join(u32(0x60000000), a6('fe80::1'), '0201020000000001'))),
  redirect6: on6(ICMPV6, nd(137, join(u32(0), a6('fe80::1'), a6('fd00::2')))),
  badIcmp6Sum: on6(
    ICMPV6,
    join(nd(128, u32(1)).subarray(0, 2), 'abcd', nd(128, u32(1)).subarray(4)),
  ),
  igmpQuery1: on4(2, hex('1100eeff00000000')),
  igmpQuery2: on4(2, hex('1164ee9b00000000')),
  igmpQuery2Group: on4(2, hex('110a0000e0000005')),
  igmpQuery3: on4(2, hex('110a0000e00000050264 0002 0a000001 0a000002')),
  igmpReport1: on4(2, hex('12000000e0000005')),
  igmpReport2: on4(2, hex('16000000e0000005')),
  igmpReport3: on4(2, hex('2200000000000001 04000001 e0000005 0a000001')),
  igmpLeave: on4(2, hex('17000000e0000005')),
  sctpInit: on4(
    132,
    join(u16(1000, 2000), u32(0, 0), '01000014', u32(7, 65536), u16(10, 11), u32(1)),
  ),
  sctpData: on4(
    132,
    join(u16(1000, 2000), u32(9, 0), '00030014', u32(5), u16(1, 2), u32(0), 'abcd0000'),
  ),
  sctpHeartbeat: on4(132, join(u16(1000, 2000), u32(9, 0), '04000008', '00010004')),
  ospf: on4(89, join('02010018', u32(0x0a000001, 0), Buffer.alloc(12))),
  pimHello: on4(103, hex('20000000 00010002 0069')),
  pim1: on4(103, hex('10000000')),
  vrrp2: on4(112, hex('21016401 00010000 0a000001 00000000 00000000'), { ttl: 255 }),
  vrrp3: on4(112, hex('31016401 00640000 0a000001'), { ttl: 255 }),
  vrrpFar: on4(112, hex('31016401 00640000 0a000001'), { ttl: 64 }),
  eigrp: on4(88, join('02050000', Buffer.alloc(16))),
  ipip: on4(4, inner),
  sit: on4(41, inner6),
  ip4in6: on6(4, inner),
  ip6in6: on6(41, inner6),
  gre: gre(0, 0x0800, Buffer.alloc(0), inner),
  greKey: gre(0x3000, 0x86dd, u32(5, 6), inner6),
  greSum: gre(0x8000, 0x0800, u16(0xabcd, 0), inner),
  greBridge: gre(0x2000, 0x6558, u32(0x000a0b00), innerFrame),
  greMpls: gre(0, 0x8847, Buffer.alloc(0), join(label(100, true), inner)),
  greUnknown: gre(0, 0x1234, Buffer.alloc(0), Buffer.alloc(8)),
  pptp: on4(47, join(u16(0x3001, 0x880b, 20, 7), u32(1), 'ff030021', inner)),
  vxlan: on4(UDP, udp(50000, 4789, join('08000000', '00002a00', innerFrame))),
  vxlanGpe4: on4(UDP, udp(50000, 4790, join('0c000001', '00002a00', inner))),
  vxlanGpeEthernet: on4(UDP, udp(50000, 4790, join('0c000003', '00002a00', innerFrame))),
  geneve: on4(UDP, udp(50000, 6081, join('0000655800002a00', innerFrame))),
  geneveOptions: on4(UDP, udp(50000, 6081, join('02400800 00002a00', '0102800100112233', inner))),
  mpls: eth(join(label(100, false), label(200, true), inner), { type: 0x8847 }),
  mpls6: eth(join(label(2, true), inner6), { type: 0x8847 }),
  mplsInUdp: on4(UDP, udp(50000, 6635, join(label(100, true), inner))),
  ah: on4(51, join('11040000', u32(1, 2), Buffer.alloc(12, 0xaa), datagram)),
  esp: on4(50, join(u32(0x1234, 5), Buffer.alloc(24))),
  ipcomp: on4(108, hex('04000002 abcd')),
  hopByHop: on6(0, join(ext(UDP, '050200000100'), p.udp({ ...V6, sport: 1, dport: 2 }))),
  destination: on6(60, join(ext(UDP, '010400000000'), p.udp({ ...V6, sport: 1, dport: 2 }))),
  routing0: on6(
    43,
    join(
      ext(UDP, `000100000000${a6('fd00::9').toString('hex')}`),
      p.udp({ ...V6, sport: 1, dport: 2 }),
    ),
  ),
  segmentRouting: on6(
    43,
    join(
      ext(UDP, `040000000000${a6('fd00::9').toString('hex')}`),
      p.udp({ ...V6, sport: 1, dport: 2 }),
    ),
  ),
  fragment6: on6(
    44,
    join(
      Buffer.from([UDP, 0]),
      u16(1),
      u32(0xabcd),
      p.udp({ ...V6, sport: 1, dport: 2 }, Buffer.alloc(40)),
    ),
  ),
  atomic6: on6(
    44,
    join(Buffer.from([UDP, 0]), u16(0), u32(0xabcd), p.udp({ ...V6, sport: 1, dport: 2 })),
  ),
  laterFragment6: on6(44, join(Buffer.from([UDP, 0]), u16(1480), u32(0xabcd), Buffer.alloc(32))),
  noNext: on6(59, Buffer.alloc(0)),
  flow6: on6(UDP, p.udp({ ...V6, sport: 1, dport: 2 }), { flowLabel: 0x12345, trafficClass: 0xb8 }),
  vlan: eth(inner, { vlan: { id: 5, priority: 3 } }),
  qinq: eth(inner, {
    vlan: [
      { id: 100, tpid: 0x88a8 },
      { id: 200, dropEligible: true },
    ],
  }),
  vlan3: eth(inner, { vlan: [{ id: 1, tpid: 0x88a8 }, { id: 2 }, { id: 3 }] }),
  pppoe: eth(join('11000001', u16(inner.length + 2), '0021', inner), { type: 0x8864 }),
  pppoeDiscovery: eth(join('11090000', u16(12), u16(0x0101, 0, 0x0103, 4), u32(0x01020304)), {
    type: 0x8863,
  }),
  arpRequest: arp(1, { tha: '0:0:0:0:0:0' }),
  arpProbe: arp(1),
  arpReply: arp(2),
  rarpRequest: eth(p.arp({ op: 3, sha: MACS.src, spa: '0.0.0.0', tha: MACS.dst, tpa: '0.0.0.0' }), {
    type: 0x8035,
  }),
  rarpReply: eth(p.arp({ op: 4, sha: MACS.src, spa: '10.0.0.1', tha: MACS.dst, tpa: '10.0.0.9' }), {
    type: 0x8035,
  }),
  arpOtherProtocol: eth(join(u16(1, 0x86dd), '06100001', Buffer.alloc(44)), { type: 0x0806 }),
  stp: llcFrame(
    join(
      '424203',
      '0000000001',
      u16(0x8000),
      hex(MACS.src.replace(/:/g, '')),
      u32(4),
      u16(0x8001),
      hex(MACS.dst.replace(/:/g, '')),
      u16(0x8002, 0x0100, 0x1400, 0x0200, 0x0f00),
    ),
  ),
  stpTopology: llcFrame(hex('42420300000080')),
  rstp: llcFrame(
    join(
      '424203',
      '000002023c',
      u16(0x8000),
      hex(MACS.src.replace(/:/g, '')),
      u32(4),
      u16(0x8001),
      hex(MACS.dst.replace(/:/g, '')),
      u16(0x8002, 0x0100, 0x1400, 0x0200, 0x0f00),
      '00',
    ),
  ),
  snapIp: llcFrame(join('aaaa03000000', u16(0x0800), inner)),
  snapUnknown: llcFrame(join('aaaa03000000', u16(0x1234), '01020304')),
  llcUnknown: llcFrame(hex('f0f003 01020304')),
  llcOther: llcFrame(hex('f0f17f01')),
  llcSupervisory: llcFrame(hex('04040103')),
  unknownType: eth(Buffer.alloc(20, 0x41), { type: 0x88b5 }),
};

const family = (af: number, payload: Buffer, order: 'LE' | 'BE'): Buffer => {
  const head = Buffer.alloc(4);
  if (order === 'LE') head.writeUInt32LE(af);
  else head.writeUInt32BE(af);
  return join(head, payload);
};
const nflog = (af: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(payload.length + 4);
  head.writeUInt16LE(9, 2);
  return join(Buffer.from([af, 0, 0, 1]), '0800 0100 0800 0100', head, payload);
};
const cooked = (pkttype: number, protocol: number, payload: Buffer): Buffer =>
  join(
    p.SLL.pack({
      pkttype,
      hatype: 1,
      halen: 6,
      addressHigh: 0x02000000,
      addressLow: 0x00010000,
      protocol,
    }),
    payload,
  );
const cooked2 = (pkttype: number, protocol: number, payload: Buffer): Buffer =>
  join(
    p.SLL2.pack({
      pkttype,
      hatype: 1,
      halen: 6,
      addressHigh: 0x02000000,
      addressLow: 0x00010000,
      protocol,
      ifindex: 1,
    }),
    payload,
  );
const wlanData = join(
  '08010000',
  '020000000001',
  '020000000002',
  '020000000003',
  '1000',
  'aaaa03000000',
  u16(0x0800),
  inner,
);

/** Frames by link type. */
export const LINK_FRAMES: readonly (readonly [linktype: number, frames: Record<string, Buffer>])[] =
  [
    [1, ETHERNET_FRAMES],
    [
      0,
      {
        v4: family(2, inner, 'LE'),
        bsd6: family(24, inner6, 'LE'),
        free6: family(28, inner6, 'BE'),
        mac6: family(30, inner6, 'LE'),
        other: family(99, inner, 'LE'),
      },
    ],
    [108, { v4: family(2, inner, 'BE'), v6: family(24, inner6, 'BE') }],
    [101, { v4: inner, v6: inner6, bad: hex('f00000') }],
    [12, { v4: inner, v6: inner6 }],
    [228, { v4: inner }],
    [229, { v6: inner6 }],
    [
      9,
      {
        ip: join('ff030021', inner),
        ip6: join('ff030057', inner6),
        lcp: join('ff03c021', '0101000401020304'),
      },
    ],
    [50, { ip: join('ff030021', inner), ip6: join('ff030057', inner6) }],
    [51, { ip: join('11000001', u16(inner.length + 2), '0021', inner) }],
    [
      113,
      {
        in: cooked(0, 0x0800, inner),
        out: cooked(4, 0x86dd, inner6),
        vlan: cooked(0, 0x8100, join(u16(5, 0x0800), inner)),
        other: cooked(3, 0x1234, Buffer.alloc(8)),
      },
    ],
    [
      276,
      {
        in: cooked2(0, 0x0800, inner),
        out: cooked2(4, 0x86dd, inner6),
        other: cooked2(3, 0x1234, Buffer.alloc(8)),
      },
    ],
    [239, { v4: nflog(2, inner), v6: nflog(10, inner6) }],
    [105, { data: wlanData }],
    [127, { data: join('00000800 00000000', wlanData) }],
  ];
