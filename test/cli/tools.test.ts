// `bsd-socket capture -r`, rotation, pipes and privileges; `replay`; `interfaces`.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { quietPair, tells } from '../capture/helpers';
import { itNeeds, type Netns, run, temporaryFolder } from '../tools';
import { bsdSocket, lines, main, NODE, startBsdSocket } from './cli';

const itRuns = itNeeds('netns', 'tcpdump', 'tshark');
const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
let a: Netns;
let b: Netns;
beforeAll(async () => {
  if (itRuns !== it) return;
  [a, b] = await quietPair();
  await tells(
    a,
    `const w = new C.PcapWriter(${JSON.stringify(file('made.pcapng'))}, { format: 'pcapng' }); for (let i = 0; i < 20; i++) w.write({ data: frame(i, { port: 40001 + (i % 2) }), timestamp: 1700000000000000000n + BigInt(i) * 1000000n, interface: 'eth0' }); await w.end();`,
  );
});

async function capturing(args: readonly string[]) {
  const running = startBsdSocket(['capture', ...args], b);
  await running.output(/listening on/);
  return running;
}

itRuns('-r reads a file, filters it, prints it and writes it on', async () => {
  const all = await bsdSocket(['capture', '-r', file('made.pcapng')]);
  expect(lines(all.stdout).length).toBe(20);
  // the file does not say whether frames came in or went out
  expect(all.stdout).toMatch(/eth0 +IP 10\.8\.0\.1\.30000 > 10\.8\.0\.2\.40001: UDP, length 60/);
  const some = await bsdSocket([
    'capture',
    '-r',
    file('made.pcapng'),
    '-c',
    '3',
    '-e',
    '-x',
    'udp',
    'port',
    '40002',
  ]);
  expect(
    some.stdout.match(
      /02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype IPv4 \(0x0800\), length 102: /g,
    )?.length,
  ).toBe(3);
  expect(some.stdout).toMatch(/\t0x0000: {2}4500 0058/);
  await bsdSocket([
    'capture',
    '-r',
    file('made.pcapng'),
    '-w',
    file('some.pcap'),
    'udp',
    'port',
    '40002',
  ]);
  expect(lines((await run('tcpdump', ['-nr', file('some.pcap')])).stdout).length).toBe(10);
  const piped = await run('sh', [
    '-c',
    `'${NODE}' '${main()}' capture -r - -w - < '${file('made.pcapng')}' | tcpdump -nr - 2>/dev/null | wc -l`,
  ]);
  expect(piped.stdout.trim()).toBe('20');
  const bad = await bsdSocket(['capture', '-r', __filename]);
  expect([bad.status, bad.stderr]).toEqual([1, expect.stringContaining('neither pcap nor pcapng')]);
});

itRuns(
  '-r in -w out: a copy loses nothing, an empty one is a file too, a damaged one keeps what could be read',
  async () => {
    await tells(
      a,
      `const w = new C.PcapWriter(${JSON.stringify(file('nano.pcapng'))}, { nanoseconds: true }); for (let i = 0; i < 5; i++) w.write({ data: frame(i), timestamp: 1700000000123456789n + BigInt(i), interface: 'eth0', comment: 'frame ' + i, direction: 'outgoing' }); await w.end();`,
    );
    const fields = [
      '-T',
      'fields',
      '-e',
      'frame.time_epoch',
      '-e',
      'frame.comment',
      '-e',
      'frame.interface_name',
      '-e',
      'frame.packet_flags',
      '-e',
      'udp.payload',
    ];
    const shown = async (name: string) =>
      (await run('tshark', ['-r', file(name), ...fields])).stdout;
    const copy = async (...args: string[]) => {
      const { status, stdout, stderr } = await bsdSocket(['capture', ...args]);
      return [status, stdout, stderr];
    };
    expect(await copy('-r', file('nano.pcapng'), '-w', file('copy.pcapng'), 'udp')).toEqual([
      0,
      '',
      '',
    ]);
    expect(lines(await shown('copy.pcapng')).length).toBe(5);
    expect(await shown('copy.pcapng')).toBe(await shown('nano.pcapng'));
    for (const name of ['none.pcap', 'none.pcapng']) {
      fs.writeFileSync(file(name), 'what was there before');
      expect(await copy('-r', file('nano.pcapng'), '-w', file(name), 'tcp')).toEqual([0, '', '']);
      expect((await run('capinfos', ['-c', file(name)])).stdout).toMatch(/packets: +0\n/);
      expect(await copy('-r', file(name), '-w', file('empty.pcap'))).toEqual([0, '', '']);
    }
    fs.writeFileSync(file('cut.pcapng'), fs.readFileSync(file('nano.pcapng')).subarray(0, -60));
    expect(await copy('-r', file('cut.pcapng'), '-w', file('whole.pcapng'))).toEqual([
      1,
      '',
      expect.stringContaining('it ends in the middle'),
    ]);
    expect(lines(await shown('whole.pcapng')).length).toBe(4);
    expect(
      await copy('-r', file('nano.pcapng'), '-w', file('short.pcap'), '-s', '50', '--print'),
    ).toEqual([0, expect.stringMatching(/^(.*UDP.*\n){5}$/), '']);
    expect(
      (
        await run('tshark', [
          '-r',
          file('short.pcap'),
          '-T',
          'fields',
          '-e',
          'frame.cap_len',
          '-e',
          'frame.len',
        ])
      ).stdout,
    ).toBe('50\t102\n'.repeat(5));
    const before = fs.readFileSync(file('nano.pcapng'));
    expect((await copy('-r', file('nano.pcapng'), '-w', file('nano.pcapng')))[2]).toMatch(
      /name the same file/,
    );
    expect(fs.readFileSync(file('nano.pcapng'))).toEqual(before);
    expect((await copy('-r', file('not there'), '-w', file('never.pcap')))[0]).toBe(1);
    expect(fs.existsSync(file('never.pcap'))).toBe(false);
  },
);

itRuns('-r - ends at the first Ctrl-C though nothing comes, with what had come', async () => {
  const reading = startBsdSocket(['capture', '-r', '-', '-w', file('begun.pcapng'), '--print']);
  // the last frame is not whole
  reading.process.stdin?.write(fs.readFileSync(file('made.pcapng')).subarray(0, -4));
  await reading.output(/(.*UDP.*\n){19}/);
  const { status, stderr } = await reading.stop('SIGINT');
  expect([status, stderr]).toEqual([0, '']);
  expect(lines((await run('tcpdump', ['-nr', file('begun.pcapng')])).stdout).length).toBe(19);
});

itRuns(
  '-w - pipes into tshark -r -',
  async () => {
    const piping = b.start('sh', [
      '-c',
      `'${NODE}' '${main()}' capture -i vb -c 5 -w - udp port 40001 | tshark -r - -T fields -e udp.dstport`,
    ]);
    await piping.output(/listening on vb/);
    await tells(a, "await blast('va', 5)");
    expect(lines((await piping.done).stdout)).toEqual(Array(5).fill('40001'));
  },
  40_000,
);

itRuns('rotates with -C and -W, keeps -s bytes, ends at -c', async () => {
  const rotating = await capturing([
    '-i',
    'vb',
    '-s',
    '60',
    '-C',
    '0.001',
    '-W',
    '3',
    '-w',
    file('ring.pcap'),
    'udp',
    'port',
    '40001',
  ]);
  await tells(a, "await blast('va', 100)");
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { stderr } = await rotating.stop('SIGINT');
  expect(stderr).toMatch(
    /^100 packets captured\n100 packets received by the socket\n0 packets dropped by kernel\n/m,
  );
  const files = fs
    .readdirSync(folder)
    .filter((name) => name.startsWith('ring.pcap'))
    .sort();
  expect(files).toEqual(['ring.pcap0', 'ring.pcap1', 'ring.pcap2']);
  for (const name of files) expect(fs.statSync(file(name)).size).toBeLessThanOrEqual(1000);
  const limited = await capturing(['-i', 'vb', '-c', '10', '-w', file('ten.pcapng')]);
  await tells(a, "await blast('va', 30)");
  expect((await limited.done).status).toBe(0);
  expect(lines((await run('tcpdump', ['-nr', file('ten.pcapng')])).stdout).length).toBe(10);
});

itRuns('--direction and --fanout', async () => {
  const out = await capturing(['-i', 'vb', '--direction', 'out', 'udp', 'or', 'icmp']);
  const sharing = [
    await capturing(['-i', 'vb', '--fanout', '9:hash', 'udp port 40001']),
    await capturing(['-i', 'vb', '--fanout', '9:hash', 'udp port 40001']),
  ];
  await tells(a, "await blast('va', 64)");
  await b.run('ping', ['-n', '-c', '1', '10.8.0.1']);
  await out.output(/echo request/);
  const shares = await Promise.all(
    sharing.map(async (one) => lines((await one.stop('SIGINT')).stdout).length),
  );
  expect(shares[0] + shares[1]).toBe(64);
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(lines((await out.stop('SIGINT')).stdout).every((line) => / Out /.test(line))).toBe(true);
});

itRuns('gives its capabilities up once its sockets are open', async () => {
  for (const args of [
    ['-i', 'vb'],
    ['-i', 'vb', '-w', file('nobody.pcap')],
  ]) {
    const running = await capturing(args);
    const node =
      Number(
        (
          await run('sh', ['-c', `cat /proc/${running.pid}/task/${running.pid}/children`])
        ).stdout.trim(),
      ) || running.pid;
    const effective = [
      ...fs.readFileSync(`/proc/${node}/status`, 'utf8').matchAll(/^Cap(?:Eff|Prm):\s+(\w+)/gm),
    ].map((match) => Number(`0x${match[1]}`));
    expect(effective).toEqual([0, 0]);
    await running.stop('SIGINT');
  }
});

itRuns('without colours where nobody looks, with them on a terminal', async () => {
  const script = (extra: string) =>
    b.run('script', [
      '-qec',
      `${extra} '${NODE}' '${main()}' capture -r '${file('made.pcapng')}' -c 1`,
      '/dev/null',
    ]);
  expect((await bsdSocket(['capture', '-r', file('made.pcapng'), '-c', '1'])).stdout).not.toContain(
    '\x1b[',
  );
  expect((await script('')).stdout).toContain('\x1b[');
  expect((await script('NO_COLOR=1')).stdout).not.toContain('\x1b[');
});

itRuns('replay puts a file back on the wire, at its pace or at top speed', async () => {
  const watching = await capturing(['-i', 'vb', '-c', '40', '-w', file('replayed.pcap')]);
  const fast = await bsdSocket(['replay', '-i', 'va', '-t', file('made.pcapng')], a);
  expect(fast.stdout).toMatch(/^20 frames, 2040 bytes in /);
  // 19 ms become 190
  const paced = await bsdSocket(['replay', '-i', 'va', '-x', '0.1', file('made.pcapng')], a);
  expect(Number(/in ([\d.]+) s/.exec(paced.stdout)?.[1])).toBeGreaterThan(0.18);
  await watching.done;
  const frames = async (name: string) => (await run('tcpdump', ['-ntxr', file(name)])).stdout;
  const once = await frames('made.pcapng');
  expect(await frames('replayed.pcap')).toBe(once + once);
  expect((await bsdSocket(['replay', file('made.pcapng')])).status).toBe(2);
  expect((await bsdSocket(['replay', '-i', 'nosuch', file('made.pcapng')], a)).stderr).toMatch(
    /^bsd-socket replay: bind ENODEV: no such device - no interface nosuch; there are lo, va/,
  );
});

itRuns('interfaces lists what there is', async () => {
  const { stdout } = await bsdSocket(['interfaces'], a);
  expect(stdout).toMatch(/^ +\d+ va +mtu 1500 +[0-9a-f:]{17} UP,.*10\.8\.0\.1\/24$/m);
  expect(stdout).toMatch(/^ +any /m);
  const json = JSON.parse((await bsdSocket(['interfaces', '--json'], a)).stdout) as {
    name: string;
  }[];
  expect(json.map(({ name }) => name)).toContain('lo');
});

itRuns('a filter that is none is told in libpcap’s words', async () => {
  const { status, stderr } = await bsdSocket(['capture', '-i', 'vb', 'tcp', 'and', 'and'], b);
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^bsd-socket capture: filter 'tcp and and': .*syntax error/),
  ]);
});
