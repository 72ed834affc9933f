// Control data: every row of CM goes out and comes back, and any bytes at all are read within their
// bounds.
import { AF_INET, AF_INET6, CM, type CmsgType, inet_ntop, inet_pton } from 'bsd-socket';
import * as fc from 'fast-check';
import {
  buildControl,
  CMSG_LEN,
  CMSG_SPACE,
  type Cmsg,
  parseControl,
  Received,
} from '../../lib/message';
import { findControl, spanOf } from '../../lib/message/cmsg';
import { native } from '../../lib/native';

const NOBODY = { family: 'other', af: 0, bytes: Buffer.alloc(0) } as const;
const messageWith = (control: Uint8Array) => new Received(Buffer.alloc(0), control, 0, NOBODY);

const i32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u8 = fc.integer({ min: 0, max: 255 });
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const bytes = fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b));
const text = fc.string({ maxLength: 30 }).filter((s) => !s.includes('\0'));
const ns = fc.bigInt({ min: 0n, max: 1n << 62n });
const us = ns.map((t) => (t / 1000n) * 1000n);
const ip4 = fc.ipV4();
const ip6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => inet_ntop(AF_INET6, b));
const v4 = fc
  .tuple(ip4, u16)
  .map(([address, port]) => ({ family: 'IPv4' as const, address, port }));
const v6 = fc.record({
  family: fc.constant('IPv6' as const),
  address: ip6,
  port: u16,
  flowinfo: u32,
  scopeId: u32,
});
const stamps = fc.record(
  { software: ns.filter(Boolean), hardware: ns.filter(Boolean) },
  { requiredKeys: [] },
);
const dmabuf = fc.record({
  fragOffset: u64,
  fragSize: u32,
  fragToken: u32,
  dmabufId: u32,
  flags: u32,
});
const errorRecord = (offender: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      errno: fc.constantFrom('ECONNREFUSED', 'EHOSTUNREACH', 'EMSGSIZE', 'ENOMSG', 'E4000'),
      origin: fc.constantFrom(
        'none',
        'local',
        'icmp',
        'icmp6',
        'timestamping',
        'zerocopy',
        'txtime',
      ),
      type: u8,
      code: u8,
      info: u32,
      data: u32,
      offender,
    },
    { requiredKeys: ['origin', 'type', 'code', 'info', 'data'] },
  );

/** What each row is given, and gives back. */
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  SCM_CREDENTIALS: fc.record({ pid: i32, uid: u32, gid: u32 }),
  SCM_SECURITY: text,
  SCM_TIMESTAMP: us,
  SCM_TIMESTAMPNS: ns,
  SCM_TIMESTAMPING: stamps,
  SO_TIMESTAMPING: u32,
  SO_TIMESTAMP_NEW: us,
  SO_TIMESTAMPNS_NEW: ns,
  SO_TIMESTAMPING_NEW: stamps,
  SCM_TIMESTAMPING_NEW: stamps,
  SO_MARK: u32,
  SO_PRIORITY: u32,
  SO_RXQ_OVFL: u32,
  SCM_WIFI_STATUS: i32,
  SCM_TIMESTAMPING_OPT_STATS: fc.array(fc.record({ type: u16, data: bytes }), { maxLength: 5 }),
  SCM_TIMESTAMPING_PKTINFO: fc.record({
    ifIndex: u32,
    pktLength: u32,
    reserved: fc.tuple(u32, u32),
  }),
  SCM_TXTIME: u64,
  SCM_TS_OPT_ID: u32,
  SCM_DEVMEM_LINEAR: dmabuf,
  SCM_DEVMEM_DMABUF: dmabuf,
  SCM_INQ: i32,
  IP_PKTINFO: fc.record({ ifindex: i32, specDst: ip4, addr: ip4 }),
  IP_TTL: i32,
  IP_TOS: u8,
  IP_RECVOPTS: bytes,
  IP_RETOPTS: bytes,
  IP_RECVERR: errorRecord(v4),
  IP_ORIGDSTADDR: v4,
  IP_CHECKSUM: u32,
  IP_RECVFRAGSIZE: i32,
  IP_PASSSEC: text,
  IP_PROTOCOL: i32,
  IPV6_PKTINFO: fc.record({ ifindex: u32, addr: ip6 }),
  IPV6_2292PKTINFO: fc.record({ ifindex: u32, addr: ip6 }),
  IPV6_HOPLIMIT: i32,
  IPV6_2292HOPLIMIT: i32,
  IPV6_TCLASS: i32,
  IPV6_FLOWINFO: u32,
  IPV6_HOPOPTS: bytes,
  IPV6_DSTOPTS: bytes,
  IPV6_RTHDR: bytes,
  IPV6_RTHDRDSTOPTS: bytes,
  IPV6_DONTFRAG: i32,
  IPV6_PATHMTU: fc.record({ address: v6, mtu: u32 }),
  IPV6_RECVERR: errorRecord(v6),
  IPV6_ORIGDSTADDR: v6,
  IPV6_RECVFRAGSIZE: i32,
  UDP_SEGMENT: u16,
  UDP_GRO: i32,
  TCP_CM_INQ: i32,
  PACKET_AUXDATA: fc.record({
    status: fc.constant(0x50),
    len: u32,
    snaplen: u32,
    mac: u16,
    net: u16,
    vlanTci: u16,
    vlanTpid: u16,
  }),
  PACKET_TX_TIMESTAMP: errorRecord(v4),
  NETLINK_PKTINFO: fc.record({ group: u32 }),
  NETLINK_LISTEN_ALL_NSID: i32,
  VSOCK_RECVERR: errorRecord(v4),
  ALG_SET_IV: bytes,
  ALG_SET_OP: u32,
  ALG_SET_AEAD_ASSOCLEN: u32,
  TLS_SET_RECORD_TYPE: u8,
  TLS_GET_RECORD_TYPE: u8,
  SCTP_INIT: fc.record({
    numOstreams: u16,
    maxInstreams: u16,
    maxAttempts: u16,
    maxInitTimeo: u16,
  }),
  SCTP_SNDRCV: fc.record({
    stream: u16,
    ssn: u16,
    flags: u16,
    ppid: u32,
    context: u32,
    timetolive: u32,
    tsn: u32,
    cumtsn: u32,
    assocId: i32,
  }),
  SCTP_SNDINFO: fc.record({ sid: u16, flags: u16, ppid: u32, context: u32, assocId: i32 }),
  SCTP_RCVINFO: fc.record({
    sid: u16,
    ssn: u16,
    flags: u16,
    ppid: u32,
    tsn: u32,
    cumtsn: u32,
    context: u32,
    assocId: i32,
  }),
  SCTP_NXTINFO: fc.record({ sid: u16, flags: u16, ppid: u32, length: u32, assocId: i32 }),
  SCTP_PRINFO: fc.record({ policy: u16, value: u32 }),
  SCTP_AUTHINFO: fc.record({ keynumber: u16 }),
  SCTP_DSTADDRV4: ip4,
  SCTP_DSTADDRV6: ip6,
};
// fds.test.ts: what comes back are owners, not numbers
const OF_DESCRIPTORS = ['SCM_RIGHTS', 'SCM_PIDFD'];

const all = CM as unknown as Record<string, CmsgType<string, unknown>>;
/** Addresses as plain objects: as they are given, and as JSON shows what comes back. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}n` : part)));

test('every row has a value here', () => {
  expect([...Object.keys(VALUES), ...OF_DESCRIPTORS].sort()).toEqual(Object.keys(all).sort());
});

test.each(Object.keys(VALUES))('%s goes out and comes back', (name) => {
  const type = all[name] as CmsgType<string, unknown>;
  fc.assert(
    fc.property(VALUES[name] as fc.Arbitrary<unknown>, (value) => {
      const built = type(value);
      expect([built.level, built.type]).toEqual([type.level, type.type]);
      const message = messageWith(
        buildControl([{ level: 999, type: 1, data: Buffer.from('x') }, built]),
      );
      expect(plain(message.get(type))).toEqual(plain(value));
    }),
    { numRuns: 50 },
  );
});

test.each(Object.keys(VALUES))('%s that was cut short is no value, and no crash', (name) => {
  const type = all[name] as CmsgType<string, unknown>;
  const [value] = fc.sample(VALUES[name] as fc.Arbitrary<unknown>, 1);
  const { level, type: number, data } = type(value);
  for (let length = 0; length < data.length; length++)
    messageWith(buildControl([{ level, type: number, data: data.subarray(0, length) }])).get(type);
});

const cmsgs = fc.array(fc.record({ level: i32, type: i32, data: bytes }), { maxLength: 12 });

test('any control messages go out and come back', () => {
  fc.assert(
    fc.property(cmsgs, (messages) => {
      const built = buildControl(messages as Cmsg[]);
      expect(built.length).toBe(
        messages.reduce((sum, { data }) => sum + CMSG_SPACE(data.length), 0),
      );
      expect(parseControl(built)).toEqual(messages);
    }),
  );
});

test('any bytes at all are read within their bounds', () => {
  const rows = Object.values(all);
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // real control data with lengths that lie
    fc
      .tuple(cmsgs, fc.array(fc.tuple(fc.nat(300), u8), { maxLength: 6 }))
      .map(([messages, lies]) => {
        const built = buildControl(messages as Cmsg[]);
        for (const [at, value] of lies) if (at < built.length) built[at] = value;
        return new Uint8Array(built);
      }),
    // right levels and types, any payload
    fc.tuple(fc.nat(rows.length - 1), fc.uint8Array({ maxLength: 80 })).map(([row, data]) => {
      const { level, type } = rows[row] as CmsgType<string, unknown>;
      return new Uint8Array(buildControl([{ level, type, data: Buffer.from(data) }]));
    }),
  );
  fc.assert(
    fc.property(hostile, fc.nat(7), (control, offset) => {
      // In the middle of other memory: nothing of that may be read.
      const memory = new Uint8Array(offset + control.length + 64).fill(0xa5);
      memory.set(control, offset);
      const within = memory.subarray(offset, offset + control.length);
      for (const { data } of parseControl(within)) {
        expect(data.byteOffset).toBeGreaterThanOrEqual(within.byteOffset);
        expect(data.byteOffset + data.length).toBeLessThanOrEqual(
          within.byteOffset + within.length,
        );
      }
      const message = messageWith(within);
      for (const row of rows) message.get(row);
      void [
        message.to,
        message.ifindex,
        message.ttl,
        message.tos,
        message.timestamp,
        message.hwTimestamp,
        message.drops,
        message.segmentSize,
        message.error,
      ];
      expect([...message.datagrams()].length).toBeGreaterThan(0);
      // The walk finds what the look-up finds.
      const { view, at, end } = spanOf(within);
      const [first] = parseControl(within);
      if (first)
        expect(findControl(view, at, end, first.level, first.type)).toBe(
          first.data.byteOffset - within.byteOffset,
        );
    }),
    { numRuns: 2000 },
  );
});

test('lengths are those of the C macros', () => {
  const { size } = native.layouts.cmsghdr as { size: number };
  for (const wrong of [-1, 1.5, 2 ** 31, Number.NaN])
    for (const macro of [CMSG_LEN, CMSG_SPACE]) expect(() => macro(wrong)).toThrow(RangeError);
  expect(() => CMSG_SPACE('4' as never)).toThrow(TypeError);
  expect([CMSG_LEN(1), CMSG_SPACE(1), CMSG_SPACE(8), CMSG_SPACE(0)]).toEqual([
    size + 1,
    size + 8,
    size + 8,
    size,
  ]);
});

test.each([null, undefined, 7, 'ttl'])(
  'control data that is no control message is refused: %p',
  (bad) => {
    expect(() => buildControl([CM.IP_TTL(3), bad as never])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
  },
);

test('what cannot be sent is refused with the name of the row', () => {
  expect(() => CM.IP_TTL(1.5)).toThrow(/IP_TTL/);
  expect(() => CM.IP_TOS(256)).toThrow(RangeError);
  expect(() => CM.SCM_RIGHTS([])).toThrow(/SCM_RIGHTS/);
  expect(() => CM.SCM_RIGHTS([-1])).toThrow(/SCM_RIGHTS\[0\]/);
  expect(() => CM.SCM_TIMESTAMPNS(1 as never)).toThrow(TypeError);
  expect(() => CM.IP_PKTINFO({ specDst: 'nowhere' })).toThrow();
  expect(CM.IP_PKTINFO({ ifindex: 3 }).data.readInt32LE(0)).toBe(3);
  expect(inet_pton(AF_INET, '1.2.3.4')).toEqual(CM.SCTP_DSTADDRV4('1.2.3.4').data);
});
