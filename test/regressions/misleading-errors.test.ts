// An error sends its reader the wrong way: the wrong kind, no hint, a hint of something else, or the
// same words twice.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as S from 'bsd-socket';
import { Capture, PcapWriter, sniff } from 'bsd-socket/capture';
import { itNeeds, type Netns, netnsPair, requireTool, root, run, temporaryFolder } from '../tools';
import { closing, failure, program, unhandled } from './sockets';

const { AF_INET, AF_INET6, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } = S;
const anything = (made: unknown) => made as any;
const tcp = () => anything(closing(S.socket()));
const udp = () => anything(closing(S.socket(AF_INET, SOCK_DGRAM)));
const udp6 = () => anything(closing(S.socket(AF_INET6, SOCK_DGRAM)));
const unix = () => anything(closing(S.socket(AF_UNIX, SOCK_STREAM)));

type Row = [name: string, call: () => unknown, expected: RegExp];
const check = async (_name: string, call: () => unknown, expected: RegExp) => {
  expect((await failure(call)).message).toMatch(expected);
};
const messages = (rows: Row[]) => test.each(rows)('%s', check);

describe('an address that is none shows what one looks like', () => {
  const looks = /\[host, port\].*\{ ?address, port ?\}/;
  messages([
    ['bind({ host, port })', () => udp().bind({ host: '127.0.0.1', port: 0 }), looks],
    ['bind({ host, port }) of IPv6', () => udp6().bind({ host: '::1', port: 0 }), looks],
    ['connect({ host, port })', () => tcp().connect({ host: '127.0.0.1', port: 1 }), looks],
    ['connect(80, host)', () => tcp().connect(80, '127.0.0.1'), looks],
    [
      'sendto(data, { host, port })',
      () => udp().sendto('x', { host: '127.0.0.1', port: 1 }),
      looks,
    ],
    [
      'sendmsg({ to: { host, port } })',
      () => udp().sendmsg([Buffer.from('x')], { to: { host: '127.0.0.1', port: 1 } }),
      looks,
    ],
  ]);
  messages([
    ['bind(port)', () => udp().bind(80), looks],
    ['connect(host, 80)', () => tcp().connect('127.0.0.1', 80), looks],
    ['sendto(data, host, port)', () => udp().sendto('x', '127.0.0.1', 80), looks],
    ['sendto(data, port, host)', () => udp().sendto('x', 80, '127.0.0.1'), looks],
    [
      'create_server({ host, port })',
      () => S.create_server(anything({ host: '127.0.0.1', port: 0 })),
      /\[host, port\]/,
    ],
    [
      'create_connection(port, host)',
      () => S.create_connection(anything(80), anything('127.0.0.1')),
      /\[host, port\]/,
    ],
  ]);
});

describe('send on a stream that was never connected says so', () => {
  const says = /not connected/;
  messages([
    ['send', () => tcp().send('x'), says],
    ['sendSync', () => tcp().sendSync('x'), says],
    ['trySend', () => tcp().trySend('x'), says],
    ['sendall', () => tcp().sendall('x'), says],
    ['sendmsg', () => tcp().sendmsg([Buffer.from('x')]), says],
    ['sendmsgSync', () => tcp().sendmsgSync([Buffer.from('x')]), says],
  ]);
  test('and on one whose peer has gone, that', async () => {
    const [a, b] = S.socketpair(AF_UNIX, SOCK_STREAM);
    closing(a);
    b.close();
    expect((await failure(() => a.send('x'))).message).toMatch(/EPIPE.*peer closed/);
  });
});

describe('data that is none: text is listed too', () => {
  const says = /string|text/;
  messages([
    ['send(5)', () => tcp().send(5), says],
    ['sendSync(5)', () => tcp().sendSync(5), says],
    ['trySend(null)', () => tcp().trySend(null), says],
    ['sendall({})', () => tcp().sendall({}), says],
    ['sendto(5, address)', () => udp().sendto(5, ['127.0.0.1', 9]), says],
  ]);
});

describe('a level that is missing', () => {
  const says = /level is missing|first argument.*level/;
  messages([
    ['setsockopt(SO_REUSEADDR, 1)', () => tcp().setsockopt(S.SO_REUSEADDR, 1), says],
    ['setsockopt(IP_TTL, 3)', () => udp().setsockopt(S.IP_TTL, 3), says],
    ['getsockopt(SO_REUSEADDR)', () => tcp().getsockopt(S.SO_REUSEADDR), says],
  ]);
});

describe('a group that is none', () => {
  const says = /multicast/;
  messages([
    [
      'IP_ADD_MEMBERSHIP',
      () => udp().setsockopt(S.IPPROTO_IP, S.IP_ADD_MEMBERSHIP, { group: '10.0.0.1' }),
      says,
    ],
    [
      'IP_ADD_SOURCE_MEMBERSHIP',
      () =>
        udp().setsockopt(S.IPPROTO_IP, S.IP_ADD_SOURCE_MEMBERSHIP, {
          group: '10.0.0.1',
          source: '127.0.0.1',
        }),
      says,
    ],
    [
      'IPV6_JOIN_GROUP',
      () => udp6().setsockopt(S.IPPROTO_IPV6, S.IPV6_JOIN_GROUP, { group: 'fe80::1' }),
      says,
    ],
  ]);
});

describe('sending', () => {
  const peer = () => udp().bind(['127.0.0.1', 0]).getsockname();
  messages([
    [
      'more than 128 segments',
      () => udp().sendmsg([Buffer.alloc(200)], { to: peer(), segmentSize: 1 }),
      /128/,
    ],
    ['port 0 over IPv4', () => udp().sendto('x', ['127.0.0.1', 0]), /port 0/],
    ['port 0 over IPv6', () => udp6().sendto('x', ['::1', 0]), /port 0/],
    ['port 0 of TCP', () => tcp().connect(['127.0.0.1', 0]), /port 0/],
  ]);

  /** The error of one call of programs/refused.js in a network namespace. */
  const refusedIn = async (ns: Netns, ...args: string[]) => {
    const { stdout } = await ns.run(process.execPath, [program('refused.js'), ...args]);
    return JSON.parse(stdout) as { code: string; hint?: string };
  };

  itNeeds('netns', 'ip')('segments longer than the MTU', async () => {
    const [a] = netnsPair();
    const { code, hint } = await refusedIn(a, 'segments', '10.8.0.2');
    // Linux 6.18 returns EMSGSIZE, older ones EINVAL.
    expect(['EINVAL', 'EMSGSIZE']).toContain(code);
    expect(hint).toMatch(/segmentSize.*MTU/s);
  });

  itNeeds('netns', 'ip').each([
    ['prohibit', 'EACCES'],
    ['blackhole', 'EINVAL'],
  ])('%s routes', async (kind, errno) => {
    const [a] = netnsPair();
    await a.run(requireTool('ip'), ['route', 'add', kind, '10.99.1.0/24']);
    for (const call of ['connect TCP', 'connect UDP', 'sendto UDP']) {
      const { code, hint } = await refusedIn(a, call, '10.99.1.1');
      expect(code).toBe(errno);
      expect(hint).toMatch(kind);
    }
  });
});

describe('a path that begins with @, as tools write abstract names', () => {
  const says = /abstract.*\\0/;
  messages([
    ['connect', () => unix().connect('@bsd-socket-nobody'), says],
    ['connectSync', () => unix().connectSync('@bsd-socket-nobody'), says],
    [
      'sendto',
      () => anything(closing(S.socket(AF_UNIX, SOCK_DGRAM))).sendto('x', '@bsd-socket-nobody'),
      says,
    ],
  ]);
});

describe('a state is no range', () => {
  const frame = { data: Buffer.alloc(60), timestamp: 0n };
  const inState: [name: string, call: () => unknown][] = [
    [
      'a second consumer of a capture',
      async () => {
        const capture = closing(new Capture('lo'));
        unhandled(capture[Symbol.asyncIterator]().next());
        await capture.batches()[Symbol.asyncIterator]().next();
      },
    ],
    [
      'a capture file that is closed',
      async () => {
        const writer = new PcapWriter(path.join(temporaryFolder(), 'x.pcap'));
        await writer.end();
        writer.write(frame);
      },
    ],
  ];
  test.failing.each(inState)('%s', async (_, call) => {
    const error = await failure(call);
    expect(error['code']).toBe('ERR_INVALID_STATE');
    expect(error).not.toBeInstanceOf(RangeError);
  });
});

describe('plain words', () => {
  messages([
    ['an unknown member of Socket', () => new S.Socket(anything({ famly: 1 })), /famly.*family/],
    ['sniff without an end', () => sniff('lo'), /^(?!.*told).*count.*timeoutMs.*signal/s],
  ]);

  test.failing('sniff without an end is no range', async () => {
    expect(await failure(() => sniff('lo'))).not.toBeInstanceOf(RangeError);
  });

  test('nothing is said twice', async () => {
    const s = udp();
    const error = await failure(() => s.recv(1, { timeoutMs: 5 }));
    expect(error['code']).toBe('ETIMEDOUT');
    expect(error.message.match(/timed out/g)).toHaveLength(1);
  });
});

// setcap(8) replaces all capabilities of a file.
itNeeds(
  'root',
  'setcap',
  'setpriv',
)('the setcap hint keeps the capabilities that the program has', async () => {
  const folder = temporaryFolder();
  fs.chmodSync(folder, 0o755);
  const node = path.join(folder, 'node');
  fs.copyFileSync(process.execPath, node);
  fs.chmodSync(node, 0o755);
  await run('setcap', ['cap_net_bind_service,cap_sys_ptrace+ep', node]);
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const args = [...nobody, node, program('raw-hint.js')];
  const { stdout } = await run('setpriv', args, { cwd: root });
  const command = /setcap (\S+)\+ep/.exec(stdout)?.[1]?.split(',').sort();
  expect(command).toEqual(['cap_net_bind_service', 'cap_net_raw', 'cap_sys_ptrace']);
});
