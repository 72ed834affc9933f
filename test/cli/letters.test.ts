// tcpdump's letters on `bsd-socket capture`: the same files through both, the same output.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { PcapWriter } from 'bsd-socket/capture';
import { PcapFile } from 'bsd-socket/packet';
import { LINK_FRAMES } from '../packet/corpus';
import { itNeeds, run, temporaryFolder } from '../tools';
import { bsdSocket, lines, startBsdSocket } from './cli';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
const PLAIN = [
  'udp',
  'syn',
  'data',
  'dataBack',
  'echo',
  'arpReply',
  'dnsQuery',
  'vlan',
  'gre',
  'unknownType',
];
const NAMED = LINK_FRAMES[0][1];

function corpus(name: string, frames: readonly Buffer[], linktype = 1, nanoseconds = true): string {
  const pcap = new PcapFile(file(name), { linktype, nanoseconds });
  frames.forEach((data, i) => {
    const timestamp = 1_700_000_000_123_456_789n + BigInt(i * i) * 1_234_567_891n;
    pcap.write({ data, timestamp });
  });
  pcap.close();
  return file(name);
}
const source = corpus(
  'letters.pcap',
  PLAIN.map((name) => NAMED[name]),
);

itNeeds('tcpdump').each([
  '-n',
  '-nt',
  '-ntt',
  '-nttt',
  '-ntttt',
  '-nttttt',
  '-nv',
  '-nvv',
  '-nq',
  '-nS',
  '-ne',
  '-nx',
  '-nxx',
  '-nX',
  '-nXX',
  '-nA',
  '-nAA',
  '-n#',
  '-nK',
  '-nn',
  '-nl',
  '-nU',
  '-n --nano',
  '-ntt --nano',
  '-nttt --nano',
  '-n --time-stamp-precision=nano',
  '-nc 3',
  '-n --count',
  '-n --number',
])('capture %s prints what tcpdump prints', async (letters) => {
  const args = [...letters.split(' '), '-r', source];
  const [ours, theirs] = await Promise.all([bsdSocket(['capture', ...args]), run('tcpdump', args)]);
  expect(ours.stderr).toBe('');
  expect(lines(ours.stdout)).toEqual(lines(theirs.stdout));
});

itNeeds('tcpdump').each(LINK_FRAMES.map(([linktype]) => linktype).filter((one) => one !== 113))(
  'link type %d prints what tcpdump prints',
  async (linktype) => {
    const frames = LINK_FRAMES.find(([one]) => one === linktype)?.[1] ?? {};
    const from = corpus(`link-${linktype}.pcap`, Object.values(frames), linktype);
    const [ours, theirs] = await Promise.all([
      bsdSocket(['capture', '-n', '-r', from]),
      run('tcpdump', ['-n', '-r', from]),
    ]);
    expect(lines(ours.stdout)).toEqual(lines(theirs.stdout));
  },
);

itNeeds('tcpdump').each([
  ['-d', 'tcp port 80 and host 10.0.0.1'],
  ['-dd', 'udp'],
  ['-ddd', 'vlan 5 and tcp[13] & 2 != 0'],
  ['-d', 'ip6 protochain 17'],
  ['-d', 'ip[8] < 65 or arp[6:2] = 1'],
  ['-d', 'greater 90 and ether[0] & 1 = 0'],
])('%s prints the program that tcpdump prints: %s', async (letter, filter) => {
  const args = [letter, '-r', source, filter];
  const [ours, theirs] = await Promise.all([bsdSocket(['capture', ...args]), run('tcpdump', args)]);
  // -O and the form of a file's program are the same; the header line goes to stderr.
  expect(lines(ours.stdout)).toEqual(lines(theirs.stdout));
});

itNeeds('tcpdump', 'root')('-d of an interface is that of a live capture', async () => {
  for (const filter of ['inbound', 'vlan 5', 'udp port 53']) {
    const args = ['-d', '-i', 'lo', filter];
    const [ours, theirs] = await Promise.all([
      bsdSocket(['capture', ...args]),
      run('tcpdump', args),
    ]);
    expect(lines(ours.stdout)).toEqual(lines(theirs.stdout));
  }
});

it('-F takes the filter from a file', async () => {
  fs.writeFileSync(file('filter'), 'udp and\n port 53\n');
  const { stdout } = await bsdSocket(['capture', '-n', '-r', source, '-F', file('filter')]);
  expect(lines(stdout)).toEqual([expect.stringContaining('A? www.example.com.')]);
});

itNeeds('root')('-D and -L list interfaces and link types', async () => {
  expect((await bsdSocket(['capture', '-D'])).stdout).toMatch(/^\d+\.lo \[.*Loopback.*\]$/m);
  expect((await bsdSocket(['capture', '-L', '-i', 'lo'])).stdout).toBe(
    'Data link types for lo (use option -y to set):\n  EN10MB (Ethernet)\n',
  );
  const wrong = await bsdSocket(['capture', '-i', 'lo', '-y', 'RAW', '-c', '1']);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('lo has EN10MB')]);
});

it('--version names the package and libpcap', async () => {
  expect((await bsdSocket(['capture', '--version'])).stdout).toMatch(
    /^bsd-socket \d+\.\d+\.\d+\nlibpcap version/,
  );
});

it('-w x.gz compresses a copy, and -r reads it', async () => {
  const { stderr } = await bsdSocket(['capture', '-r', source, '-w', file('copy.pcap.gz')]);
  expect(stderr).toBe('');
  const bytes = zlib.gunzipSync(fs.readFileSync(file('copy.pcap.gz')));
  expect(bytes.equals(fs.readFileSync(source))).toBe(true);
  const { stdout } = await bsdSocket(['capture', '-r', file('copy.pcap.gz'), '--count']);
  expect(stdout).toBe(`${PLAIN.length} packets\n`);
});

it('--comments prints the comments of pcapng', async () => {
  const writer = new PcapWriter(file('comments.pcapng'));
  writer.write({ data: NAMED.udp, timestamp: 0n, comments: ['one', 'two\nlines'] });
  await writer.end();
  const { stdout } = await bsdSocket([
    'capture',
    '-t',
    '--comments',
    '-r',
    file('comments.pcapng'),
  ]);
  expect(lines(stdout).slice(1)).toEqual(['\t# one', '\t# two', '\t# lines']);
});

it.each(['E', 'H', 'I', 'J', 'M', 'T', 'V', 'b', 'f', 'm', 'N', 'u'])(
  "tcpdump's -%s says that it is not here, and what to use",
  async (letter) => {
    const { status, stderr } = await bsdSocket(['capture', `-${letter}`, '-r', source]);
    expect(stderr).toContain(`tcpdump's -${letter} is not here: `);
    expect(status).toBe(2);
  },
);

it('a frame shorter than its IP length says how many bytes are missing', async () => {
  const short = corpus('short.pcap', [NAMED.truncatedIp]);
  const { stdout } = await bsdSocket(['capture', '-nt', '-r', short]);
  expect(stdout).toMatch(/^IP truncated-ip - \d+ bytes missing! /);
});

itNeeds('root')('SIGHUP sums up as SIGINT does', async () => {
  for (const signal of ['SIGHUP', 'SIGINT'] as const) {
    const running = startBsdSocket(['capture', '-i', 'lo', '-w', file('hup.pcap'), 'port 9']);
    await running.output(/listening on/);
    const { status, stderr } = await running.stop(signal);
    expect([status, stderr]).toEqual([0, expect.stringContaining('0 packets captured')]);
  }
  expect(fs.statSync(file('hup.pcap')).mode & 0o777).toBe(0o600);
});

itNeeds('root')('-Z becomes another user once all is open', async () => {
  const running = startBsdSocket(['capture', '-i', 'lo', '-Z', 'nobody', 'port 9']);
  await running.output(/listening on/);
  const status = fs.readFileSync(`/proc/${running.pid}/status`, 'utf8');
  await running.stop('SIGINT');
  expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534/m);
});
