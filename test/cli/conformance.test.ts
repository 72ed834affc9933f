// `bsd-socket conformance` and its diff, as root and as nobody: the report, the table, the exit
// status.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ConformanceReport, Difference } from 'bsd-socket';
import { itNeeds, run, temporaryFolder } from '../tools';
import { asNobody, bsdSocket, lines, main, NODE } from './cli';

const itWalks = itNeeds('netns', 'unshare', 'setpriv');
const PATIENCE = { timeoutMs: 90_000 };
const folder = temporaryFolder();
fs.chmodSync(folder, 0o755);
const file = (name: string, report: unknown): string => {
  const full = path.join(folder, name);
  fs.writeFileSync(full, typeof report === 'string' ? report : JSON.stringify(report));
  return full;
};
const walk = async (...args: string[]): Promise<ConformanceReport> => {
  const { status, stdout } = await bsdSocket(
    ['conformance', '--json', ...args],
    undefined,
    PATIENCE,
  );
  expect(status).toBe(0);
  return JSON.parse(stdout);
};

itWalks(
  'as root: a whole report from a namespace of its own, whose connections nobody outside sees',
  async () => {
    const { status, stdout, stderr } = await bsdSocket(
      ['conformance', '--json'],
      undefined,
      PATIENCE,
    );
    const report: ConformanceReport = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report).toMatchObject({ privileged: true, namespace: 'own' });
    expect(report.kinds).toEqual(
      expect.arrayContaining([
        'tcp-connected',
        'raw-icmp',
        'ping',
        'packet-raw-bound',
        'udp6-connected',
      ]),
    );
    expect(Object.keys(report.options).length).toBeGreaterThan(600);
    expect(report.options.MRT_INIT?.kinds['raw-igmp']?.set).toBe('ok');
    expect(stderr).toBe(
      report.skipped
        .map(({ what, why }) => `bsd-socket conformance: left out ${what}: ${why}\n`)
        .join(''),
    );
    const { status: same, stdout: said } = await bsdSocket([
      'conformance',
      'diff',
      file('a.json', report),
      file('b.json', report),
    ]);
    expect([same, lines(said).at(-1)]).toEqual([0, 'no difference']);
  },
  100_000,
);

itWalks(
  'the table fits 100 columns, and has every level',
  async () => {
    const { status, stdout, stderr } = await bsdSocket(['conformance'], undefined, PATIENCE);
    expect([status, stderr]).toEqual([0, '']);
    expect(lines(stdout).filter((line) => line.length > 100)).toEqual([]);
    expect(stdout).toMatch(
      /^Linux \S+ \S+, privileged, in a network namespace of its own\n\d+ options on \d+ kinds of socket: tcp /,
    );
    expect(stdout).toMatch(/\nSOL_SOCKET: \d+ of \d+ options\n/);
    expect(stdout).toMatch(/\nSO_RCVBUF +ok \d+ +ok \d+ +\d+ +8192 > 16384\n/);
    expect(stdout).toMatch(/\n {2}a closed descriptor\n {4}get EBADF \d+\n/);
  },
  100_000,
);

itWalks('asks only for the kinds and names that it is told', async () => {
  const { kinds, options } = await walk(
    '--kind',
    'udp',
    '--kind',
    'unix-stream',
    'SO_PEERCRED',
    'IPPROTO_UDPLITE',
  );
  expect(kinds).toEqual(['udp', 'unix-stream']);
  expect(Object.keys(options)).toEqual(['SO_PEERCRED', 'UDPLITE_SEND_CSCOV', 'UDPLITE_RECV_CSCOV']);
});

itWalks(
  'as nobody: stays where it is, and says what it left out and why',
  async () => {
    const { status, stdout, stderr } = await run(
      ...asNobody(NODE, [main(), 'conformance', '--json']),
      { ...PATIENCE, anyStatus: true },
    );
    const report: ConformanceReport = JSON.parse(stdout);
    expect([status, report.privileged, report.namespace]).toEqual([0, false, 'current']);
    expect(report.kinds).not.toContain('raw-icmp');
    expect(report.skipped).toEqual(
      expect.arrayContaining([
        { what: 'a network namespace of our own', why: expect.stringMatching(/permitted/) },
        { what: 'packet-raw', why: 'socket: EPERM' },
        {
          what: expect.stringContaining('setting MRT_INIT'),
          why: expect.stringContaining('namespace'),
        },
      ]),
    );
    expect(stderr).toContain('left out packet-raw: socket: EPERM');
    expect(report.options.SO_MARK?.kinds.tcp?.set).toBe('EPERM');
    const root = await walk('--kind', 'tcp', 'SOL_SOCKET');
    const differences: Difference[] = JSON.parse(
      (
        await bsdSocket([
          'conformance',
          'diff',
          '--json',
          file('root.json', root),
          file('nobody.json', { ...report, kinds: ['tcp'] }),
        ])
      ).stdout,
    );
    expect(differences).toContainEqual({
      option: 'SO_MARK',
      kind: 'tcp',
      what: 'set',
      a: 'ok',
      b: 'EPERM',
    });
  },
  100_000,
);

itWalks('--namespace user: root of a user namespace, with raw sockets', async () => {
  const line = asNobody(NODE, [
    main(),
    'conformance',
    '--json',
    '--namespace',
    'user',
    '--kind',
    'raw-icmp',
    'SO_TYPE',
    'SO_RCVBUFFORCE',
  ]);
  const { stdout } = await run(...line, PATIENCE);
  expect(JSON.parse(stdout)).toMatchObject({
    namespace: 'user',
    kinds: ['raw-icmp'],
    options: { SO_RCVBUFFORCE: { kinds: { 'raw-icmp': { set: 'EPERM' } } } },
  });
});

describe('diff', () => {
  const base = {
    kernel: 'Linux 1',
    arch: 'x86_64',
    privileged: true,
    namespace: 'own',
    kinds: ['tcp', 'udp'],
    skipped: [],
  };
  const option = (set: string) => ({
    level: 1,
    levelName: 'SOL_SOCKET',
    optname: 9,
    kinds: {
      tcp: { get: 'ok', length: 4, value: '00000000', set },
      udp: { get: 'ok', length: 4, value: '00000000', set },
    },
    misuse: { closed: { get: 'EBADF', set: 'EBADF' }, file: { get: 'ENOTSOCK', set: 'ENOTSOCK' } },
  });
  it('tells what differs in a line for all kinds alike, with status 1', async () => {
    const a = file('old.json', {
      ...base,
      options: { SO_KEEPALIVE: option('ok'), SO_OLD: option('ok') },
    });
    const b = file('new.json', {
      ...base,
      kernel: 'Linux 2',
      options: { SO_KEEPALIVE: option('EPERM') },
    });
    const { status, stdout } = await bsdSocket(['conformance', 'diff', a, b]);
    expect([status, lines(stdout)]).toEqual([
      1,
      [
        'a: Linux 1 x86_64, privileged, namespace own',
        'b: Linux 2 x86_64, privileged, namespace own',
        'SO_KEEPALIVE set: ok | EPERM  (tcp udp)',
        'SO_OLD option: present | -',
        '3 differences',
      ],
    ]);
  });
  it('compares what others made with no more than the keys that every report has', async () => {
    const plain = (set: string) => ({
      kernel: 'Linux 1',
      arch: 'x86_64',
      privileged: true,
      kinds: ['tcp'],
      options: {
        SO_KEEPALIVE: {
          level: 1,
          levelName: 'SOL_SOCKET',
          optname: 9,
          kinds: { tcp: { get: 'ok', set } },
        },
      },
    });
    const { status, stdout } = await bsdSocket([
      'conformance',
      'diff',
      file('a.json', plain('ok')),
      file('b.json', plain('EPERM')),
    ]);
    const title = 'Linux 1 x86_64, privileged';
    expect([status, lines(stdout)]).toEqual([
      1,
      [`a: ${title}`, `b: ${title}`, 'SO_KEEPALIVE set: ok | EPERM  (tcp)', '1 difference'],
    ]);
  });
  it('what cannot be read is status 2', async () => {
    const good = file('good.json', { ...base, options: {} });
    for (const bad of [
      file('bad.json', '{'),
      file('other.json', '[]'),
      file('null.json', 'null'),
      path.join(folder, 'none.json'),
    ]) {
      const { status, stderr } = await bsdSocket(['conformance', 'diff', good, bad]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(path.basename(bad))]);
    }
    const odd = {
      SO_NONE: null,
      SO_BARE: {},
      SO_FIVE: { kinds: { tcp: 5 } },
      SO_HALF: { kinds: { tcp: { get: 'ok' } } },
    };
    for (const [name, option] of Object.entries(odd)) {
      const { status, stderr } = await bsdSocket([
        'conformance',
        'diff',
        file('odd.json', { ...base, options: { [name]: option } }),
        good,
      ]);
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining(`odd.json is no report of bsd-socket conformance --json: ${name} `),
      ]);
    }
    for (const files of [[], [good], [good, good, good]])
      expect((await bsdSocket(['conformance', 'diff', ...files])).status).toBe(2);
  });
});

it('a command line that cannot be meant is status 2, and names what was meant', async () => {
  const said = async (...args: string[]) => {
    const { status, stderr } = await bsdSocket(['conformance', ...args]);
    expect(status).toBe(2);
    return lines(stderr)[0];
  };
  expect(await said('SO_RCVBUFF')).toMatch(
    /no option or level 'SO_RCVBUFF'; did you mean SO_RCVBUF/,
  );
  expect(await said('--kind', 'tpc')).toMatch(/no kind of socket 'tpc'; did you mean tcp/);
  expect(await said('--namespace', 'mine')).toMatch(
    /--namespace takes own, user, current, not 'mine'/,
  );
  expect(await said('--jason')).toMatch(/--jason/);
});
