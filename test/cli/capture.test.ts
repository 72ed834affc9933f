// `bsd-socket capture` beside tcpdump: the same frames, bytes and times; what it prints, what ends
// it, and what it says where it may not.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, type Netns, netns, netnsPair, run, temporaryFolder } from '../tools';
import { asNobody, bsdSocket, lines, main, NODE, startBsdSocket, tcpdump } from './cli';

const folder = temporaryFolder();
const itCaptures = itNeeds('netns', 'tcpdump', 'ping');
let a: Netns;
let b: Netns;
const made: Netns[] = [];
beforeAll(() => {
  if (itCaptures !== it) return;
  [a, b] = netnsPair();
  made.push(a, b);
});
afterAll(() => {
  for (const ns of made) ns.remove();
});

/** A pair where nothing is sent but what a test sends: no IPv6, and neighbours that need no ARP. */
async function quietPair(): Promise<[c: Netns, d: Netns]> {
  const pair = netnsPair();
  made.push(...pair);
  const ends = [
    { ns: pair[0], device: 'va', address: '10.8.0.1' },
    { ns: pair[1], device: 'vb', address: '10.8.0.2' },
  ];
  for (const [i, { ns, device }] of ends.entries()) {
    await ns.run('sysctl', ['-wq', 'net.ipv6.conf.all.disable_ipv6=1']);
    const mac = (await ns.run('cat', [`/sys/class/net/${device}/address`])).stdout.trim();
    const other = ends[1 - i];
    await other.ns.run('ip', [
      'neigh',
      'replace',
      ends[i].address,
      'lladdr',
      mac,
      'dev',
      other.device,
      'nud',
      'permanent',
    ]);
  }
  return pair;
}

async function startCapture(args: readonly string[], ns: Netns) {
  const running = startBsdSocket(['capture', ...args], ns);
  await running.output(/listening on/);
  return running;
}

/**
 * Frames from A that nothing else sends: pings, a UDP datagram, VLAN tags of both kinds, a frame of
 * an unknown type, ARP.
 */
async function traffic(): Promise<void> {
  await a.run('ping', ['-n', '-c', '3', '-i', '0.2', '10.8.0.2']);
  await a.run('ping', ['-n', '-c', '1', '-s', '3000', 'fd08::2']);
  await a.runNode(`
    const { Socket, AF_PACKET, AF_INET, SOCK_RAW, SOCK_DGRAM } = require('bsd-socket');
    const p = require('bsd-socket/packet');
    const macs = { src: '02:00:00:00:00:01', dst: 'ff:ff:ff:ff:ff:ff' };
    const ip = p.ipv4({ src: '10.8.0.1', dst: '10.8.0.2', protocol: 17 }, p.udp({ src: '10.8.0.1', dst: '10.8.0.2', sport: 4000, dport: 40001 }, Buffer.from('tagged')));
    const frames = [
      p.ethernet({ ...macs, vlan: { id: 5, priority: 3 } }, ip),
      p.ethernet({ ...macs, vlan: [{ id: 100, tpid: p.ETHERTYPE_QINQ }, { id: 200 }] }, ip),
      p.ethernet({ ...macs, type: 0x88b5 }, Buffer.alloc(50, 7)),
      p.ethernet({ ...macs, type: p.ETHERTYPE_ARP }, p.arp({ op: p.ARPOP_REQUEST, sha: macs.src, spa: '10.8.0.66', tpa: '10.8.0.77' })),
    ];
    const raw = new Socket(AF_PACKET, SOCK_RAW, 0);
    for (const frame of frames) raw.sendtoSync(frame, ['va', 3]);
    const udp = new Socket(AF_INET, SOCK_DGRAM);
    udp.sendtoSync('hello', ['10.8.0.2', 40001]);`);
}

/**
 * Ours and not the kernel's own chatter (router solicitations, listener reports, ARP refreshes).
 */
const OURS =
  'icmp or icmp6[0] == 128 or icmp6[0] == 129 or ip6 proto 44 or udp port 40001 or vlan or ether proto 0x88b5 or host 10.8.0.77';

itCaptures(
  '-w writes what tcpdump -w writes: the same frames, bytes and times',
  async () => {
    const [ours, theirs] = ['ours.pcap', 'theirs.pcap'].map((name) => path.join(folder, name));
    const capturing = await startCapture(['-w', ours, 'vb'], b);
    const watching = await tcpdump(b, ['-i', 'vb', '-w', theirs]);
    await traffic();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await watching.stop('SIGINT');
    const { stderr, stdout, status } = await capturing.stop('SIGINT');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^listening on vb, link type EN10MB \(Ethernet\), kernel timestamps\n\d+ packets captured\n\d+ packets received by the socket\n0 packets dropped by kernel\n$/,
    );
    const read = async (file: string) =>
      lines((await run('tcpdump', ['-nettx', '-r', file, OURS])).stdout);
    const frames = await read(ours);
    expect(frames).toEqual(await read(theirs));
    const text = frames.join('\n');
    expect(text.match(/ICMP echo request/g)?.length).toBe(3);
    expect(text.match(/ICMP echo reply/g)?.length).toBe(3);
    expect(text).toMatch(/ethertype 802\.1Q \(0x8100\), length 52: vlan 5, p 3, ethertype IPv4/);
    expect(text).toMatch(
      /ethertype 802\.1Q-QinQ \(0x88a8\), length 56: vlan 100, p 0, ethertype 802\.1Q/,
    );
    expect(text).toMatch(/frag \(0\|1448\)/);
    expect(Number(stderr.match(/(\d+) packets captured/)?.[1])).toBe(
      lines((await run('tcpdump', ['-ntt', '-r', ours])).stdout).filter((line) => /^\d/.test(line))
        .length,
    );
  },
  40_000,
);

itNeeds(
  'netns',
  'tcpdump',
  'ping',
  'tshark',
)(
  'tshark reads the file, with the checksums of what came over the cable good',
  async () => {
    const [c, d] = await quietPair();
    const file = path.join(folder, 'tshark.pcap');
    const capturing = await startCapture(['-w', file, '-c', '2', 'vb'], d);
    await c.run('ping', ['-n', '-c', '1', '10.8.0.2']);
    const { status } = await capturing.done;
    expect(status).toBe(0);
    const fields = [
      'ip.src',
      'icmp.type',
      'icmp.checksum.status',
      'ip.checksum.status',
      'frame.len',
    ];
    const { stdout } = await run(
      'tshark',
      [
        '-r',
        file,
        '-o',
        'ip.check_checksum:TRUE',
        '-T',
        'fields',
        ...fields.flatMap((field) => ['-e', field]),
        'icmp',
      ],
      { timeoutMs: 30_000 },
    );
    expect(lines(stdout).map((line) => line.split('\t'))).toEqual([
      ['10.8.0.1', '8', '1', '1', '98'],
      ['10.8.0.2', '0', '1', '1', '98'],
    ]);
  },
  40_000,
);

itCaptures(
  'prints a line a frame, with time, interface, direction and what tcpdump would say, and ends at its count',
  async () => {
    const [c, d] = await quietPair();
    const before = Date.now();
    const capturing = await startCapture(['-c', '2', 'vb'], d);
    const watching = await tcpdump(d, ['-tt', '-i', 'vb', 'icmp']);
    await c.run('ping', ['-n', '-c', '1', '10.8.0.2']);
    const { stdout, stderr, status } = await capturing.done;
    const theirs = lines((await watching.stop('SIGINT')).stdout);
    const ours = lines(stdout);
    expect(ours.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{6} /, ''))).toEqual([
      expect.stringMatching(
        /^vb +In +IP 10\.8\.0\.1 > 10\.8\.0\.2: ICMP echo request, id \d+, seq 1, length 64$/,
      ),
      expect.stringMatching(
        /^vb +Out +IP 10\.8\.0\.2 > 10\.8\.0\.1: ICMP echo reply, id \d+, seq 1, length 64$/,
      ),
    ]);
    // The same microseconds as tcpdump's, of this minute.
    expect(ours.map((line) => line.slice(9, 15))).toEqual(
      theirs.map((line) => line.match(/^\d+\.(\d{6})/)?.[1]),
    );
    expect(Number(theirs[0].split(' ')[0]) * 1000).toBeGreaterThan(before - 1000);
    expect(stderr).toContain('2 packets captured');
    expect(status).toBe(0);
  },
  20_000,
);

itCaptures(
  'without an interface hears them all, loopback once a frame, and -w keeps interface and direction',
  async () => {
    const file = path.join(folder, 'all.pcap');
    const capturing = await startCapture(['-w', file, '--print'], b);
    await b.run('ping', ['-n', '-c', '1', '127.0.0.1']);
    await a.run('ping', ['-n', '-c', '1', '10.8.0.2']);
    await capturing.output(/vb +Out IP 10\.8\.0\.2 > 10\.8\.0\.1: ICMP echo reply/);
    const { stdout, stderr } = await capturing.stop('SIGTERM');
    expect(stderr).toContain('listening on all interfaces, link type LINUX_SLL2 (Linux cooked v2)');
    const said = (text: string) =>
      lines(text)
        .filter((line) => line.includes('ICMP echo'))
        .map((line) => line.replace(/^\S+ /, '').replace(/ +/g, ' '));
    expect(said(stdout)).toEqual([
      expect.stringMatching(/^lo In IP 127\.0\.0\.1 > 127\.0\.0\.1: ICMP echo request/),
      expect.stringMatching(/^lo In IP 127\.0\.0\.1 > 127\.0\.0\.1: ICMP echo reply/),
      expect.stringMatching(/^vb In IP 10\.8\.0\.1/),
      expect.stringMatching(/^vb Out IP 10\.8\.0\.2/),
    ]);
    // tcpdump names interfaces by their number in its own namespace.
    const read = await b.run('tcpdump', ['-n', '-r', file, 'icmp']);
    expect(said(read.stdout)).toEqual(said(stdout));
  },
  20_000,
);

itCaptures(
  'keeps up with a burst: every datagram of a thousand is there, in order',
  async () => {
    const capturing = await startCapture(['vb'], b);
    await a.runNode(`
    const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
    const udp = new Socket(AF_INET, SOCK_DGRAM);
    for (let i = 1; i <= 1000; i++) udp.sendtoSync(Buffer.alloc(i), ['10.8.0.2', 40002]);`);
    await capturing.output(/UDP, length 1000$/m);
    const { stdout, stderr } = await capturing.stop('SIGINT');
    const lengths = lines(stdout)
      .filter((line) => line.includes('.40002: UDP'))
      .map((line) => Number(line.match(/length (\d+)$/)?.[1]));
    expect(lengths).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(stderr).toContain('0 packets dropped by kernel');
  },
  20_000,
);

itCaptures('says so when its interface goes down or away, with status 1', async () => {
  const own = netns();
  made.push(own);
  await own.run('ip', ['link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1']);
  await own.run('ip', ['link', 'set', 'v0', 'up']);
  const down = await startCapture(['v0'], own);
  await own.run('ip', ['link', 'set', 'v0', 'down']);
  const result = await down.done;
  expect([result.status, result.stderr]).toEqual([
    1,
    expect.stringContaining('bsd-socket capture: interface v0 went down'),
  ]);
  await own.run('ip', ['link', 'set', 'v0', 'up']);
  const away = await startCapture(['v0'], own);
  await own.run('ip', ['link', 'del', 'v0']);
  expect((await away.done).status).toBe(1);
});

itCaptures('a reader that goes away ends it quietly', async () => {
  const piped = run(
    ...b.wrap('sh', ['-c', `'${NODE}' '${main()}' capture vb 2>/dev/null | head -n 1`]),
  );
  const pinging = b.start('ping', ['-n', '-i', '0.1', '10.8.0.1']);
  const { stdout } = await piped;
  await pinging.stop();
  expect(lines(stdout).length).toBe(1);
});

itCaptures(
  'once it listens, no thread of it that does anything has a capability left, but what opening the next file takes',
  async () => {
    const capabilities = (pid: number) =>
      fs.readdirSync(`/proc/${pid}/task`).map((task) => {
        const status = fs.readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
        const blocked = BigInt(`0x${/SigBlk:\s*(\w+)/.exec(status)?.[1]}`);
        // Node's thread that waits for a debugger
        return blocked >> 40n === 0n ? /CapPrm:\s*(\w+)/.exec(status)?.[1] : 'deaf';
      });
    for (const [args, left] of [
      [['lo'], '0000000000000000'],
      [['-w', path.join(folder, 'one.pcap'), 'lo'], '0000000000000000'],
      [['-w', path.join(folder, 'rotates.pcap'), '-C', '1', 'lo'], '0000000000000002'],
    ] as const) {
      const capturing = await startCapture(args, b);
      const seen = capabilities(capturing.process.pid as number).filter((one) => one !== 'deaf');
      capturing.process.kill('SIGINT');
      await capturing.done;
      expect(seen.length).toBeGreaterThan(4);
      expect(new Set(seen)).toEqual(new Set([left]));
    }
  },
);

itCaptures('without privileges is refused by the kernel, with a hint, and status 1', async () => {
  const { status, stdout, stderr } = await run(...asNobody(NODE, [main(), 'capture', 'lo']), {
    anyStatus: true,
  });
  expect(stderr).toMatch(/^bsd-socket capture: socket EPERM/);
  expect(stderr).toMatch(/CAP_NET_RAW.*sudo setcap cap_net_raw/);
  expect([status, stdout]).toEqual([1, '']);
});

describe('the command line of capture', () => {
  itCaptures('an interface that is not there is answered with those that are', async () => {
    const { status, stderr } = await bsdSocket(['capture', 'nosuch0'], b);
    expect(stderr).toMatch(
      /^bsd-socket capture: bind ENODEV: no such device - no interface nosuch0; there are lo, .*vb/,
    );
    expect(status).toBe(1);
  });

  itCaptures('--immediate takes no rotation: it goes without the ring', async () => {
    const { status, stderr } = await bsdSocket(
      ['capture', '-i', 'lo', '--immediate', '-C', '1', '-w', path.join(folder, 'immediate')],
      b,
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('-G and -C need the ring')]);
  });

  itCaptures('a file that cannot be written is told, with status 1', async () => {
    const { status, stderr } = await bsdSocket(['capture', '-w', '/nonexistent/x.pcap', 'lo'], b);
    expect(stderr).toMatch(/bsd-socket capture: open ENOENT: no such file or directory.*x\.pcap/);
    expect(status).toBe(1);
    const full = await startCapture(['-w', '/dev/full', 'lo'], b).catch((error: Error) => error);
    expect(String(full)).toMatch(/ENOSPC/);
    const printing = await startCapture(['-w', '/dev/full', '--print', 'lo'], b);
    await b.run('ping', ['-n', '-c', '1', '127.0.0.1']);
    const ended = await printing.stop('SIGINT');
    expect([ended.status, ended.stderr]).toEqual([
      1,
      expect.stringMatching(/\d packets captured\n(?:.*\n)*bsd-socket capture: ENOSPC/),
    ]);
  });

  itCaptures('-w - writes to the standard output', async () => {
    const capturing = await startCapture(['-c', '1', '-w', '-', 'lo'], b);
    await b.run('ping', ['-n', '-c', '1', '127.0.0.1']);
    const { bytes } = await capturing.done;
    const file = path.join(folder, 'stdout.pcap');
    fs.writeFileSync(file, bytes);
    expect((await run('tcpdump', ['-n', '-r', file])).stdout).toMatch(/ICMP echo request/);
  });

  it.each([
    [['capture', '-i', 'lo', '--fanout', 'x'], '--fanout takes a group of 0'],
    [['capture', '-G', '1'], '-G and -C rotate a file'],
    [['capture', '-w', 'x', '-W', '2'], '-W goes with -G or -C'],
    [['capture', '-r', 'x', '-i', 'lo'], '-r reads a file'],
    [['capture', '-r', 'x', '-Q', 'in'], '-r reads a file'],
    [['capture', '-r', 'x', '--fanout', '1'], '-r reads a file'],
    [['capture', '-Q', 'up'], '--direction takes in, out or inout'],
    [['capture', '-c', '0'], '-c takes an integer of 1'],
    [['capture', '-w', '-', '--print'], '-w - and --print cannot share the standard output'],
    [['capture', '-w'], "Option '-w, --write <value>' argument missing"],
  ])('%j is refused with the usage and status 2', async (args, said) => {
    const { status, stderr } = await bsdSocket(args);
    expect(stderr).toContain(`bsd-socket capture: ${said}`);
    expect(stderr).toContain('usage: bsd-socket capture');
    expect(status).toBe(2);
  });
});
