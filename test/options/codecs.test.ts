// The codecs of the registry: what they write the kernel's structs say, and what they read is what
// was written.

import * as S from 'bsd-socket';
import * as fc from 'fast-check';
import { instructions, programBytes } from '../../lib/options/codecs/bpf';
import { filters } from '../../lib/options/codecs/can';
import { icmp6Filter, icmpFilter } from '../../lib/options/codecs/icmp-filters';
import { membership4, membership6, sourceMembership4 } from '../../lib/options/codecs/multicast';
import { memberships } from '../../lib/options/codecs/netlink';
import { flag, int, long, timeval, unsigned, unsigned16 } from '../../lib/options/codecs/numbers';
import { fanout, packetMembership } from '../../lib/options/codecs/packet';
import { portRange } from '../../lib/options/codecs/ports';
import { linger, name } from '../../lib/options/codecs/records';
import { tcpInfo } from '../../lib/options/codecs/tcp-info';
import { cryptoInfo } from '../../lib/options/codecs/tls';
import { allEntries } from '../../lib/options/registry';
import type { Codec } from '../../lib/options/row';

/** Out and in again. */
function there<G, S>(codec: Codec<G, S>, value: S): G {
  return codec.decode(Buffer.from(codec.encode(value, 'OPTION')));
}
const property = <T>(values: fc.Arbitrary<T>, check: (value: T) => void) =>
  fc.assert(fc.property(values, check));

it('numbers', () => {
  property(fc.integer(), (value) => expect(there(int(), value)).toBe(value));
  property(fc.nat(0xffffffff), (value) => expect(there(unsigned, value)).toBe(value));
  property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) =>
    expect(there(long, value)).toBe(value),
  );
  property(fc.boolean(), (value) => expect(there(flag, value)).toBe(value ? 1 : 0));
});
it('a number of two bytes is two bytes, out and in', () => {
  property(fc.nat(0xffff), (value) => {
    expect(unsigned16.encode(value, 'OPTION')).toEqual(
      Buffer.from(new Uint16Array([value]).buffer),
    );
    expect(there(unsigned16, value)).toBe(value);
  });
  expect(() => unsigned16.encode(65536, 'OPTION')).toThrow(RangeError);
  const tls = allEntries.find((entry) => entry.name === 'TLS_TX_MAX_PAYLOAD_LEN');
  expect(tls).toMatchObject({ int: false, codec: { size: 2 } });
});
it('a negative number becomes unsigned as in C', () => {
  expect(there(unsigned, -1)).toBe(0xffffffff);
  expect(there(long, -1)).toBe(2n ** 64n - 1n);
  expect(there(long, -1n)).toBe(2n ** 64n - 1n);
});
it.each([
  ['flag', flag],
  ['int', int()],
  ['unsigned', unsigned],
  ['unsigned16', unsigned16],
  ['long', long],
] as [string, Codec<number | bigint, never>][])('%s reads all bytes or none', (_, codec) => {
  const short = (...bytes: number[]) => Number(codec.decode(Buffer.from(bytes)));
  const native16 = new Uint16Array(Uint8Array.of(0x12, 0x34).buffer)[0];
  expect([short(0xfe), short(0x12, 0x34)]).toEqual([0xfe, native16]);
  for (const length of [0, 3, 5, 7])
    expect(() => codec.decode(Buffer.alloc(length, 1))).toThrow(RangeError);
});
it('any value is encoded or refused with a code, and nothing else happens', () => {
  const codecs: Codec<unknown, never>[] = [
    flag,
    int(0, 9),
    unsigned,
    long,
    timeval,
    linger,
    name(15, 'x'),
    portRange,
    fanout,
    membership4,
    icmpFilter,
    filters,
    cryptoInfo,
  ] as never;
  property(fc.anything(), (value) => {
    for (const codec of codecs) {
      try {
        expect(codec.encode(value as never, 'OPTION')).toBeInstanceOf(Uint8Array);
      } catch (error) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/),
          message: expect.stringContaining('OPTION'),
        });
      }
    }
  });
});
it('milliseconds down to a microsecond', () => {
  property(fc.integer({ min: 0, max: 2 ** 40 }), (microseconds) =>
    expect(there(timeval, microseconds / 1000)).toBeCloseTo(microseconds / 1000, 2),
  );
  expect(there(timeval, 1e-9)).toBe(0.001);
});
it('linger', () => {
  property(fc.record({ onoff: fc.boolean(), linger: fc.nat(0x7fffffff) }), (value) =>
    expect(there(linger, value)).toEqual(value),
  );
  property(fc.nat(0x7fffffff), (seconds) =>
    expect(there(linger, seconds)).toEqual({ onoff: true, linger: seconds }),
  );
});
it('port ranges', () => {
  property(fc.record({ low: fc.nat(65535), high: fc.nat(65535) }), (value) =>
    expect(there(portRange, value)).toEqual(value),
  );
  expect(there(portRange, 0)).toEqual({ low: 0, high: 0 });
});
it('BPF programs', () => {
  const one = fc.record({
    code: fc.nat(0xffff),
    jt: fc.nat(0xff),
    jf: fc.nat(0xff),
    k: fc.nat(0xffffffff),
  });
  property(fc.array(one, { minLength: 1, maxLength: 50 }), (program) => {
    const bytes = programBytes(program, 'filter');
    expect(bytes).toHaveLength(8 * program.length);
    expect(instructions(bytes)).toEqual(program);
    expect(programBytes(Buffer.from(bytes), 'filter')).toEqual(Buffer.from(bytes));
  });
});
it('ICMP types', () => {
  const types = (most: number) =>
    fc.uniqueArray(fc.nat(most)).map((list) => list.sort((a, b) => a - b));
  property(types(31), (value) => expect(there(icmpFilter, value)).toEqual(value));
  property(types(255), (value) => expect(there(icmp6Filter, value)).toEqual(value));
  expect(() => icmpFilter.encode([32], 'ICMP_FILTER')).toThrow(
    'ICMP_FILTER[] must be an integer of 0 … 31, not 32',
  );
});
it('netlink groups from the bitmap', () => {
  property(fc.uniqueArray(fc.integer({ min: 1, max: 96 })), (groups) => {
    const words = new Uint32Array(3);
    for (const group of groups)
      words[(group - 1) >> 5] = (words[(group - 1) >> 5] as number) | (1 << ((group - 1) & 31));
    expect(memberships.decode(Buffer.from(words.buffer))).toEqual(
      [...groups].sort((a, b) => a - b),
    );
  });
});
it('memberships are the kernel’s structs, member by member', () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(hex(membership4.encode({ group: '239.1.2.3', interface: 'lo' }, 'x'))).toBe(
    'ef01020300000000' + '01000000',
  );
  expect(hex(membership4.encode({ group: '239.1.2.3', interface: '192.0.2.1' }, 'x'))).toBe(
    'ef010203c0000201' + '00000000',
  );
  expect(hex(membership4.encode({ group: '239.1.2.3' }, 'x'))).toBe('ef0102030000000000000000');
  expect(
    hex(
      sourceMembership4.encode({ group: '232.1.2.3', source: '192.0.2.9', interface: 'lo' }, 'x'),
    ),
  ).toBe('e8010203' + '7f000001' + 'c0000209');
  expect(hex(membership6.encode({ group: 'ff02::1', interface: 1 }, 'x'))).toBe(
    'ff020000000000000000000000000001' + '01000000',
  );
  expect(
    hex(
      packetMembership.encode(
        { ifname: 'lo', type: 'multicast', address: '01:00:5e:00:00:01' },
        'x',
      ),
    ),
  ).toBe('01000000' + '0000' + '0600' + '01005e0000010000');
  for (const bad of [
    {},
    { group: 'x' },
    { group: '1.2.3' },
    { group: 5 },
    { group: '239.1.1.1', interface: -1 },
    { group: '239.1.1.1', interface: {} },
  ]) {
    expect(() => membership4.encode(bad as never, 'IP_ADD_MEMBERSHIP')).toThrow(
      /IP_ADD_MEMBERSHIP\.(group|interface) must be/,
    );
  }
  expect(() =>
    membership4.encode({ group: '239.1.1.1', interface: 'nosuch0' }, 'IP_ADD_MEMBERSHIP'),
  ).toThrow(/ENODEV.*IP_ADD_MEMBERSHIP\.interface: no interface "nosuch0"/);
});
it('fanout is group, mode and flags in one number', () => {
  expect(there(fanout, { group: 0x1234, mode: 'lb' })).toBe(0x00011234);
  expect(
    there(fanout, { group: 1, mode: 'hash', defrag: true, uniqueId: true, rolloverFlag: true }),
  ).toBe((0xb000 << 16) | 1);
  expect(() => fanout.encode({ group: 65536, mode: 'lb' }, 'PACKET_FANOUT')).toThrow(
    'PACKET_FANOUT.group must be an integer of 0 … 65535, not 65536',
  );
  expect(() => fanout.encode({ group: 1, mode: 'none' as never }, 'PACKET_FANOUT')).toThrow(
    /^PACKET_FANOUT\.mode must be hash, lb/,
  );
});
it('tcp_info is as long as the kernel makes it', () => {
  const old = tcpInfo(Buffer.alloc(104));
  expect([old.totalRetrans, old.rcvWscale, old.pacingRate]).toEqual([0, 0, undefined]);
  const some = Buffer.alloc(280);
  some[6] = 0x7a;
  some[7] = 0x05;
  expect(tcpInfo(some)).toMatchObject({
    sndWscale: 10,
    rcvWscale: 7,
    deliveryRateAppLimited: 1,
    fastopenClientFail: 2,
    pacingRate: 0n,
    ecnMode: 0,
  });
});
it('keys of kernel TLS', () => {
  const info = {
    version: 'TLSv1.3',
    cipher: 'chacha20-poly1305',
    iv: Buffer.alloc(12, 1),
    key: Buffer.alloc(32, 2),
    salt: Buffer.alloc(0),
    recordSequence: Buffer.alloc(8, 3),
  } as const;
  expect(there(cryptoInfo, info)).toEqual(info);
  expect(cryptoInfo.encode(info, 'TLS_TX')).toHaveLength(56);
  expect(() => cryptoInfo.encode({ ...info, key: Buffer.alloc(31) }, 'TLS_TX')).toThrow(
    'TLS_TX.key must be 32 bytes, not 31',
  );
});

describe('source filters', () => {
  const open: S.Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  it.each([
    [
      'IP_MSFILTER',
      S.AF_INET,
      S.IPPROTO_IP,
      S.IP_MSFILTER,
      '239.7.7.7',
      (i: number) => `10.9.${i >> 8}.${i & 255}`,
    ],
    [
      'MCAST_MSFILTER',
      S.AF_INET,
      S.IPPROTO_IP,
      S.MCAST_MSFILTER,
      '239.7.7.8',
      (i: number) => `10.9.${i >> 8}.${i & 255}`,
    ],
    [
      'MCAST_MSFILTER',
      S.AF_INET6,
      S.IPPROTO_IPV6,
      S.MCAST_MSFILTER,
      'ff02::77',
      (i: number) => `2001:db8::${(i + 1).toString(16)}`,
    ],
  ] as const)(
    '%s writes what getsourcefilter reads, however long',
    (_name, family, level, option, group, source) => {
      const s = new S.Socket({ family: family as S.Family, type: S.SOCK_DGRAM }) as S.Socket;
      open.push(s);
      s.options.set({ MCAST_JOIN_GROUP: { group, interface: 'lo' } });
      for (const count of [0, 1, 10]) {
        const sources = Array.from({ length: count }, (_, i) => source(i));
        s.setsockopt(
          level as never,
          option as never,
          { group, interface: 'lo', mode: 'exclude', sources } as never,
        );
        const read = S.getsourcefilter(s, 'lo', group);
        expect([read.mode, read.sources.sort()]).toEqual(['exclude', sources.sort()]);
      }
      expect(() =>
        s.setsockopt(
          level as never,
          option as never,
          { group, mode: 'both', sources: [] } as never,
        ),
      ).toThrow(/mode must be 'include' or 'exclude'/);
    },
  );
});

describe('members that mean something cannot be left out', () => {
  const OPTIONAL = new Set([
    'interface',
    'flags',
    'label',
    'share',
    'prefix',
    'aoRequired',
    'addr',
    'ifindex',
  ]);
  const refusal = (name: string) =>
    expect.objectContaining({
      code: expect.stringMatching(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/),
      message: expect.stringContaining(name),
    });
  const shapes = allEntries.flatMap(
    ({
      name,
      levelName,
      writable,
      codec,
      row,
    }): [string, string, (value: object) => unknown, object][] => {
      const sample = row.sample ?? codec.sample;
      const one: unknown = Array.isArray(sample) ? sample[0] : sample;
      if (!writable || typeof one !== 'object' || one === null || ArrayBuffer.isView(one))
        return [];
      return [
        [
          levelName,
          name,
          (value) => codec.encode(Array.isArray(sample) ? [value] : value, name),
          one,
        ],
      ];
    },
  );
  it('stands for many', () => expect(shapes.length).toBeGreaterThan(40));
  it.each(shapes)('%s %s', (_level, name, encode, whole) => {
    expect(encode(whole)).toBeInstanceOf(Uint8Array);
    for (const key of Object.keys(whole).filter((one) => !OPTIONAL.has(one))) {
      const { [key as never]: _, ...rest } = whole;
      expect(() => encode(rest)).toThrow(refusal(name));
      for (const bad of [null, Symbol('x'), {}, 2 ** 53])
        expect(() => encode({ ...whole, [key]: bad })).toThrow(refusal(name));
    }
  });
});
