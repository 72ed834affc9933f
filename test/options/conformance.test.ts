// The conformance walk on this kernel, in an own network namespace: complete, deterministic, quick,
// leaving nothing open, and agreeing with Python; and the diff.
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  type ConformanceReport,
  conformance,
  conformanceDiff,
  constants,
  type Difference,
} from 'bsd-socket';
import { kinds } from '../../lib/conformance/kinds';
import { ERRNO_NAMES } from '../../lib/errors';
import { allEntries } from '../../lib/options/registry';
import { untyped } from '../../lib/options/untyped';
import { hasNetns, itNeeds, type Netns, netns } from '../tools';

interface Walk {
  report: ConformanceReport;
  milliseconds: number;
  left: string[];
  owned: number;
}
let walk: Walk & { first: ConformanceReport; second: ConformanceReport };

/** In a namespace each: multicast routing keeps there what was set. */
async function walkIn(where: Netns): Promise<Walk> {
  const { stdout } = await where.run(
    process.execPath,
    [path.join(__dirname, 'conformance-walk.js')],
    { timeoutMs: 90_000 },
  );
  return JSON.parse(stdout);
}
beforeAll(async () => {
  if (!hasNetns()) return;
  const first = await walkIn(netns());
  walk = { ...first, first: first.report, second: (await walkIn(netns())).report };
}, 185_000);
const itInside = itNeeds('netns', 'ip');

/** Kinds of socket that this or another kernel lacks. */
const ABSENT = ['vsock-dgram', 'can-raw', 'tls', 'udplite'];

describe('the walk', () => {
  itInside('is done in less than 30 seconds, leaves no descriptor, and says the same again', () => {
    expect(walk.milliseconds).toBeLessThan(30_000);
    expect([walk.left, walk.owned]).toEqual([[], 0]);
    expect(conformanceDiff(walk.first, walk.second)).toEqual([]);
  });

  itInside('says where it was', () => {
    expect(walk.first).toMatchObject({
      kernel: expect.stringMatching(/^Linux \d/),
      arch: expect.any(String),
      privileged: true,
      namespace: 'own',
    });
  });

  itInside(
    'makes every kind of socket that this kernel is known to have, and says why not another',
    () => {
      const { kinds: made, skipped } = walk.first;
      expect([...made, ...skipped.map(({ what }) => what)].sort()).toEqual([...kinds].sort());
      expect(skipped.map(({ what }) => what).filter((kind) => !ABSENT.includes(kind))).toEqual([]);
    },
  );

  itInside('has every row of the registry and every option without one, by its number', () => {
    const { options } = walk.first;
    const keys = new Map(
      Object.entries(options).map(([key, { levelName, optname }]) => [
        `${levelName} ${key.replace(/^.*\./, '')}`,
        optname,
      ]),
    );
    expect(
      allEntries
        .filter(({ levelName, name, optname }) => keys.get(`${levelName} ${name}`) !== optname)
        .map(({ name }) => name),
    ).toEqual([]);
    expect(Object.keys(untyped).filter((name) => name in constants && !(name in options))).toEqual(
      [],
    );
    for (const name of [
      'SCTP_NODELAY',
      'DCCP_SOCKOPT_CCID',
      'TIPC_IMPORTANCE',
      'CAN_ISOTP_OPTS',
      'ALG_SET_KEY',
      'BT_SECURITY',
      'RDS_RECVERR',
      'LLC_OPT_RETRY',
    ]) {
      expect(options[name]?.optname).toBe((constants as Record<string, number>)[name]);
    }
    expect(options.MCAST_JOIN_GROUP?.levelName).toBe('IPPROTO_IP');
    expect(options['IPPROTO_IPV6.MCAST_JOIN_GROUP']?.levelName).toBe('IPPROTO_IPV6');
  });

  itInside('asks each option on each kind, and answers in the kernel’s names', () => {
    const names = new Set<string>(
      ERRNO_NAMES.filter((name) => !['ENOTSUP', 'EWOULDBLOCK', 'EDEADLOCK'].includes(name)),
    );
    const strange: string[] = [];
    for (const [option, { kinds: on }] of Object.entries(walk.first.options)) {
      expect(Object.keys(on)).toEqual(walk.first.kinds);
      for (const [kind, { get, set, length, value }] of Object.entries(on)) {
        if (get !== 'ok' && !names.has(get)) strange.push(`${option} ${kind} get ${get}`);
        if (set !== 'ok' && set !== 'skipped' && !names.has(set))
          strange.push(`${option} ${kind} set ${set}`);
        if ((get === 'ok') !== (length !== undefined && /^[0-9a-f]*$/.test(value ?? '-')))
          strange.push(`${option} ${kind} ${length} ${value}`);
      }
    }
    expect(strange).toEqual([]);
  });

  itInside('leaves out only what carries pointers', () => {
    const left = Object.entries(walk.first.options).filter(
      ([, { skipped }]) => skipped !== undefined,
    );
    expect(left.length).toBeLessThan(25);
    for (const [name, { skipped }] of left)
      expect([name, skipped]).toEqual([
        expect.stringMatching(/_SO_[GS]ET_|^XDP_UMEM_REG$|^RDS_GET_MR/),
        expect.stringContaining('pointers'),
      ]);
  });

  /** What Linux has said since long ago. */
  itInside.each([
    ['SO_TYPE', 'tcp', { get: 'ok', length: 4, value: '01000000', set: 'ENOPROTOOPT' }],
    ['SO_RCVBUF', 'udp', { get: 'ok', set: 'ok', readBack: '00400000' }],
    [
      'SO_LINGER',
      'tcp',
      { get: 'ok', length: 8, value: '0000000000000000', set: 'ok', readBack: '0100000005000000' },
    ],
    ['SO_COOKIE', 'unix-stream', { get: 'ok', length: 8 }],
    ['SO_NETNS_COOKIE', 'tcp', { get: 'EINVAL', typed: 'ok' }],
    ['SO_PEERNAME', 'tcp', { get: 'ENOTCONN' }],
    ['SO_PEERNAME', 'tcp-connected', { get: 'EINVAL', typed: 'ok' }],
    ['SO_ATTACH_FILTER', 'udp', { set: 'ok' }],
    ['SO_ACCEPTCONN', 'tcp-listening', { get: 'ok', value: '01000000' }],
    ['SO_PEERPIDFD', 'unix-stream-pair', { get: 'ok', length: 4 }],
    ['IP_MTU', 'udp', { get: 'ENOTCONN' }],
    ['IP_MTU', 'udp-connected', { get: 'ok', value: 'ffff0000' }],
    ['IP_DROP_MEMBERSHIP', 'udp', { set: 'EADDRNOTAVAIL', setPrepared: 'ok' }],
    ['IPT_SO_SET_REPLACE', 'tcp', { set: 'skipped' }],
    ['IPV6_V6ONLY', 'tcp6-connected', { get: 'ok', set: 'EINVAL' }],
    ['IPV6_UNICAST_HOPS', 'tcp6', { get: 'ok', value: '40000000', set: 'ok' }],
    ['TCP_NODELAY', 'tcp', { get: 'ok', value: '00000000', set: 'ok', readBack: '01000000' }],
    ['TCP_NODELAY', 'udp6', { get: 'ENOPROTOOPT', set: 'ENOPROTOOPT' }],
    ['TCP_NODELAY', 'unix-stream', { get: 'EOPNOTSUPP', set: 'EOPNOTSUPP' }],
    ['TCP_REPAIR', 'tcp', { get: 'ok', set: 'ok' }],
    ['PACKET_STATISTICS', 'packet-raw', { get: 'ok', length: 8 }],
    ['PACKET_RX_RING', 'packet-dgram', { set: 'ok' }],
    ['MRT_INIT', 'raw-igmp', { set: 'ok' }],
    ['MRT_INIT', 'tcp', { set: 'EOPNOTSUPP' }],
    ['NETLINK_EXT_ACK', 'netlink-route', { get: 'ok', set: 'ok', readBack: '01000000' }],
    ['SCTP_NODELAY', 'tcp', { get: 'EOPNOTSUPP', set: 'ENOPROTOOPT' }],
    ['SO_DONTLINGER', 'tcp', { get: 'ENOPROTOOPT', set: 'ENOPROTOOPT' }],
  ] as const)('%s on %s', (name, kind, expected) =>
    expect(walk.first.options[name]?.kinds[kind]).toMatchObject(expected),
  );

  itInside('knows doubling and clamping by what reads back', () => {
    const { limits } = walk.first.options.SO_RCVBUF!;
    expect(limits).toMatchObject({ '0': 2304, '8192': 16384 });
    expect(limits?.['2147483647']).toBe(limits?.['-1']);
    expect(walk.first.options.IP_TTL!.limits).toMatchObject({
      '0': 'EINVAL',
      '-1': 64,
      '2147483647': 'EINVAL',
      '1': 1,
    });
  });
});

describe('misuse', () => {
  const answers = (
    what: 'closed' | 'file' | 'wrongLevel' | 'unknownName' | 'negativeLength',
    call: 'get' | 'set',
  ) => new Set(Object.values(walk.first.options).map(({ misuse }) => misuse[what]?.[call]));

  itInside('a closed descriptor is EBADF, a file ENOTSOCK, a name that is none ENOPROTOOPT', () => {
    expect(answers('closed', 'get')).toEqual(new Set(['EBADF']));
    expect(answers('closed', 'set')).toEqual(new Set(['EBADF', 'skipped']));
    expect(answers('file', 'get')).toEqual(new Set(['ENOTSOCK']));
    expect(answers('file', 'set')).toEqual(new Set(['ENOTSOCK', 'skipped']));
    expect(answers('unknownName', 'set')).toEqual(new Set(['ENOPROTOOPT']));
    expect(answers('unknownName', 'get')).toEqual(new Set(['ENOPROTOOPT', 'EOPNOTSUPP']));
    expect(answers('wrongLevel', 'set')).toEqual(new Set(['ENOPROTOOPT', 'EOPNOTSUPP']));
    expect(answers('negativeLength', 'set')).toEqual(new Set(['EINVAL', 'skipped']));
  });
  itInside('lengths and pointers, by option', () => {
    const both = (name: string) => {
      const { kind, length0, length1, nullValue } = walk.first.options[name]!.misuse;
      return { kind, length0, length1, nullValue };
    };
    const EINVAL = { get: 'ok', set: 'EINVAL' };
    expect(both('SO_RCVBUF')).toEqual({
      kind: 'tcp',
      length0: EINVAL,
      length1: EINVAL,
      nullValue: { get: 'EFAULT', set: 'EFAULT' },
    });
    expect(both('IP_TTL')).toEqual({
      kind: 'udp',
      length0: { get: 'ok', set: 'EINVAL' },
      length1: { get: 'ok', set: 'ok' },
      nullValue: { get: 'EFAULT', set: 'EFAULT' },
    });
    expect(both('SO_PEERPIDFD').length0?.get).toBe('skipped');
  });
});

/** Options that read their buffer, which Python does not clear. */
const READS_ITS_BUFFER =
  /_SO_GET_|MSFILTER|ZEROCOPY|_AO_|FLOWLABEL_MGR|^SCTP_|^MPTCP_|GET_FILTER|ATTACH_FILTER|PIDFD/;
itNeeds(
  'netns',
  'ip',
  'python3',
)('Python’s getsockopt answers the same, byte for byte', async () => {
  const asked = [
    'tcp',
    'udp',
    'raw-icmp',
    'tcp6',
    'udp6',
    'raw6-icmpv6',
    'unix-stream',
    'netlink-route',
  ] as const;
  const questions = Object.entries(walk.first.options)
    .filter(([name, { varies }]) => !varies && !READS_ITS_BUFFER.test(name))
    .flatMap(([name, { level, optname, kinds: on }]) =>
      asked.map((kind) => ({ name, kind, level, optname, ours: on[kind] })),
    );
  const input = JSON.stringify(questions.map(({ kind, level, optname }) => [kind, level, optname]));
  const untouched = netns(); // multicast routing keeps in a namespace what was set
  const { stdout } = await untouched.run(
    'python3',
    [path.join(__dirname, 'conformance-oracle.py')],
    { input, timeoutMs: 60_000 },
  );
  const theirs: string[] = JSON.parse(stdout);
  expect(questions.length).toBeGreaterThan(3500);
  const different = questions.flatMap(({ name, kind, ours }, i) => {
    const said = ours?.get === 'ok' ? ours.value : ours?.get;
    return said === theirs[i] ? [] : [`${name} on ${kind}: ${said}, Python ${theirs[i]}`];
  });
  expect(different).toEqual([]);
});

describe('the library call', () => {
  it('asks what it is told to ask', () => {
    const { kinds: made, options } = conformance({
      kinds: ['udp', 'tcp'],
      options: ['SO_RCVBUF', 'IPPROTO_UDP'],
    });
    expect(made).toEqual(['tcp', 'udp']);
    expect(Object.keys(options)).toEqual([
      'SO_RCVBUF',
      'UDP_CORK',
      'UDP_ENCAP',
      'UDP_NO_CHECK6_TX',
      'UDP_NO_CHECK6_RX',
      'UDP_SEGMENT',
      'UDP_GRO',
    ]);
    expect(options.UDP_GRO!.kinds).toMatchObject({
      tcp: { get: 'EOPNOTSUPP', set: 'ENOPROTOOPT' },
      udp: { get: 'ok', set: 'ok', readBack: '01000000' },
    });
  });
  it('leaves the namespace of others alone', () => {
    const { options, skipped } = conformance({ kinds: ['tcp'], options: ['MRT_INIT', 'SO_TYPE'] });
    expect(options.MRT_INIT).toMatchObject({
      kinds: { tcp: { set: 'skipped' } },
      skipped: expect.stringContaining('namespace'),
    });
    expect(skipped).toEqual([
      { what: 'setting MRT_INIT', why: expect.stringContaining('namespace') },
    ]);
  });
  it('refuses what is no kind and no option', () => {
    expect(() => conformance({ kinds: ['tcq' as 'tcp'] })).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_VALUE',
        message: expect.stringContaining("did you mean 'tcp'"),
      }),
    );
    expect(() => conformance({ options: ['SO_RCVBUFF'] })).toThrow(/did you mean 'SO_RCVBUF'/);
    expect(() => conformance({ kind: ['tcp'] } as never)).toThrow(/did you mean 'kinds'/);
    for (const bad of [null, 5, { kinds: 'tcp' }, { options: 'SO_TYPE' }, { kinds: [Symbol('x')] }])
      expect(() => conformance(bad as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      );
  });
});

describe('the diff', () => {
  const report = () =>
    conformance({ kinds: ['tcp', 'udp'], options: ['SO_KEEPALIVE', 'SO_COOKIE', 'IP_TTL'] });
  const changed = (change: (copy: ConformanceReport) => void): Difference[] => {
    const a = report();
    const b = structuredClone(a);
    change(b);
    return conformanceDiff(a, b);
  };
  it('is empty where two reports agree, though cookies differ', () =>
    expect(conformanceDiff(report(), report())).toEqual([]));
  it('tells of an answer, of bytes, of misuse, of limits', () => {
    const found = changed(({ options }) => {
      options.SO_KEEPALIVE!.kinds.tcp!.set = 'EPERM';
      options.SO_KEEPALIVE!.kinds.udp!.value = '01000000';
      options.IP_TTL!.misuse.length0!.set = 'ok';
      options.IP_TTL!.limits!['1'] = 2;
    });
    expect(found).toEqual([
      { option: 'SO_KEEPALIVE', kind: 'tcp', what: 'set', a: 'ok', b: 'EPERM' },
      { option: 'SO_KEEPALIVE', kind: 'udp', what: 'value', a: '00000000', b: '01000000' },
      { option: 'IP_TTL', what: 'misuse.length0.set', a: 'EINVAL', b: 'ok' },
      { option: 'IP_TTL', what: 'limits.1', a: '1', b: '2' },
    ]);
  });
  it('names what is no report', () => {
    const good = report();
    const refusal = (message: string) =>
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: expect.stringContaining(message),
      });
    expect(() => conformanceDiff(null as never, good)).toThrow(
      refusal('conformanceDiff: a is no conformance report: not an object'),
    );
    expect(() => conformanceDiff(good, {} as never)).toThrow(
      refusal('b is no conformance report: no kernel or arch'),
    );
    const odd = { ...good, options: { SO_ODD: { kinds: { tcp: 5 } } } };
    expect(() => conformanceDiff(good, odd as never)).toThrow(
      refusal('SO_ODD lacks get or set on tcp'),
    );
  });
  it('tells of kinds and options that one has', () => {
    const found = changed((copy) => {
      copy.kinds = ['tcp'];
      for (const option of Object.values(copy.options)) delete option.kinds.udp;
      delete copy.options.SO_COOKIE;
    });
    expect(found).toEqual([
      { kind: 'udp', what: 'kind', a: 'made', b: undefined },
      { option: 'SO_COOKIE', what: 'option', a: 'present', b: undefined },
    ]);
  });
});

describe('docs/conformance.md', () => {
  const read = (...names: string[]) =>
    fs.readFileSync(path.join(__dirname, '../..', ...names), 'utf8');
  const page = read('docs', 'conformance.md');
  it('shows the suite of setsockopt.test.ts as it is', () => {
    const shown = page.match(/```ts\n([^`]*)```/)?.[1];
    expect(shown).toBe(read('test', 'options', 'setsockopt.test.ts').replace(/^.*\n/, ''));
    expect([
      ...new Set([...(shown ?? '').matchAll(/from '(.*)'/g)].map((match) => match[1])),
    ]).toEqual(['bsd-socket']);
  });
  it('names every kind', () =>
    expect(kinds.filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]));
});
