// What others make of our packets: Scapy builds the same bytes, tcpdump prints the same lines,
// tshark finds the same checksums good and bad.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as p from 'bsd-socket/packet';
import { itNeeds, run, temporaryFolder } from '../tools';
import { samples } from './samples';

const all = samples();
const names = Object.keys(all);
const folder = temporaryFolder();
const START = 1_700_000_000_123_456_789n;
const STEP = 1_000_001_000n;

/** A capture file of some frames, a second and a microsecond apart. */
function capture(name: string, frames: readonly Buffer[], linktype = p.LINKTYPE_ETHERNET): string {
  const file = path.join(folder, name);
  const pcap = new p.PcapFile(file, { linktype });
  frames.forEach((data, i) => void pcap.write({ data, timestamp: START + BigInt(i) * STEP }));
  pcap.close();
  return file;
}

/** What is indented belongs to the line before: tcpdump's dump of what it does not know. */
const lines = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\t\s*0x/.test(line));

itNeeds('scapy')('Scapy builds the same bytes', async () => {
  const { stdout } = await run('/usr/bin/python3', [path.join(__dirname, 'build.py')], {
    timeoutMs: 30_000,
  });
  const theirs: Record<string, string> = JSON.parse(stdout);
  expect(Object.keys(theirs).length).toBeGreaterThan(15);
  expect(
    Object.fromEntries(Object.keys(theirs).map((name) => [name, all[name].toString('hex')])),
  ).toEqual(theirs);
});

itNeeds('tcpdump')(
  'tcpdump -nS prints the same lines, and the times that were written',
  async () => {
    const { stdout } = await run('tcpdump', [
      '-nStt',
      '-r',
      capture('lines.pcap', Object.values(all)),
    ]);
    // Where we say more than tcpdump does: VLAN tags, extension headers, fragments; and where it
    // says it otherwise.
    const spoken = names.filter(
      (name) => !/^(vlan|qinq|hopByHop|fragment|laterFragment|other)/.test(name),
    );
    const theirs = lines(stdout);
    expect(theirs.length).toBe(names.length);
    const ours = names.map((name) =>
      p.format(p.decodeFrame(p.LINKTYPE_ETHERNET, all[name])).replace('TCP [', 'Flags ['),
    );
    expect(spoken.map((name) => ours[names.indexOf(name)])).toEqual(
      spoken.map((name) => theirs[names.indexOf(name)].replace(/^\S+ /, '')),
    );
    expect(theirs.map((line) => line.split(' ')[0])).toEqual(
      names.map((_, i) => `${1_700_000_000 + i}.${123456 + i}`),
    );
  },
);

itNeeds('tshark')(
  'tshark finds every checksum good, and bad once a bit is turned',
  async () => {
    const fields = [
      'frame.number',
      'ip.checksum.status',
      'tcp.checksum.status',
      'udp.checksum.status',
      'icmp.checksum.status',
      'icmpv6.checksum.status',
      'frame.time_epoch',
      'frame.len',
    ];
    const check = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'].flatMap(
      (option) => ['-o', `${option}:TRUE`],
    );
    const statuses = async (file: string) => {
      const { stdout } = await run(
        'tshark',
        ['-r', file, ...check, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
        {
          timeoutMs: 30_000,
        },
      );
      return lines(stdout).map((line) => line.split('\t'));
    };
    // One TCP, UDP, ICMP or ICMPv6 header in a whole packet; quoted ones and fragments cannot be
    // checked.
    const whole = [
      'echo',
      'echoReply',
      'udp',
      'udpEmpty',
      'udpOptions',
      'syn',
      'data',
      'sack',
      'finAck',
      'reset',
      'flags',
      'echo6',
      'echoReply6',
      'udp6',
      'tcp6',
      'vlan',
      'qinq',
      'hopByHop',
    ];
    const good = await statuses(
      capture(
        'good.pcap',
        whole.map((name) => all[name]),
      ),
    );
    const GOOD = '1';
    const BAD = '0';
    good.forEach(([number, ip, ...rest], i) => {
      const transport = rest.slice(0, 4).filter((status) => status !== '');
      expect([whole[i], number, ip, ...transport]).toEqual([
        whole[i],
        String(i + 1),
        all[whole[i]].includes('86dd', 'hex') ? '' : GOOD,
        GOOD,
      ]);
      expect(rest.slice(4)).toEqual([
        `${1_700_000_000 + i}.${123456 + i}000`,
        String(all[whole[i]].length),
      ]);
    });
    // The last bit of each packet belongs to its innermost checksum.
    const turned = whole
      .filter((name) => name !== 'udpEmpty')
      .map((name) => {
        const frame = Buffer.from(all[name]);
        frame[frame.length - 1] ^= 1;
        return frame;
      });
    for (const [, , ...rest] of await statuses(capture('bad.pcap', turned)))
      expect(rest.slice(0, 4).filter((status) => status !== '')).toEqual([BAD]);
  },
  60_000,
);

itNeeds('tcpdump')(
  'tcpdump -r reads raw IP and cooked files, and frames cut at the snap length',
  async () => {
    const raw = await run('tcpdump', [
      '-nt',
      '-r',
      capture('raw.pcap', [all.udp.subarray(14), all.udp6.subarray(14)], p.LINKTYPE_RAW),
    ]);
    expect(lines(raw.stdout)).toEqual([
      'IP 10.8.0.1.40000 > 10.8.0.2.40001: UDP, length 5',
      'IP6 fd08::1.40000 > fd08::2.40001: UDP, length 5',
    ]);
    const header = p.SLL2.pack({
      pkttype: 4,
      hatype: 1,
      halen: 6,
      protocol: p.ETHERTYPE_IP,
      ifindex: 1,
    });
    const cooked = await run('tcpdump', [
      '-nt',
      '-r',
      capture('sll2.pcap', [Buffer.concat([header, all.udp.subarray(14)])], p.LINKTYPE_LINUX_SLL2),
    ]);
    expect(cooked.stdout).toMatch(/Out IP 10\.8\.0\.1\.40000 > 10\.8\.0\.2\.40001: UDP, length 5/);
    const file = path.join(folder, 'snap.pcap');
    const pcap = new p.PcapFile(file, { snaplen: 60 });
    pcap.write({ data: all.echo, timestamp: START });
    pcap.close();
    const snapped = await run('tcpdump', ['-nt', '-r', file]);
    expect(snapped.stderr).toContain('snapshot length 60');
    expect(snapped.stdout).toContain('ICMP echo request, id 77, seq 1, length 64');
    expect(fs.statSync(file).size).toBe(24 + 16 + 60);
  },
);

describe('PcapFile', () => {
  it('writes the header at once, each frame by flush() or close(), and refuses writes after it', () => {
    const file = path.join(folder, 'steps.pcap');
    const pcap = new p.PcapFile(file);
    expect(fs.statSync(file).size).toBe(24);
    pcap.write({ data: all.udp, timestamp: 0n });
    pcap.flush();
    expect(fs.statSync(file).size).toBe(24 + 16 + all.udp.length);
    pcap.close();
    pcap.close();
    expect(() => pcap.write({ data: all.udp, timestamp: 0n })).toThrow(/closed/);
  });

  it('refuses a time that is no bigint of nanoseconds, and a path that cannot be', () => {
    expect(() => p.pcapRecord({ data: all.udp, timestamp: 5 as never })).toThrow(
      /timestamp must be a bigint of nanoseconds/,
    );
    expect(() => p.pcapRecord({ data: all.udp, timestamp: -1n })).toThrow(RangeError);
    expect(() => new p.PcapFile('/nonexistent/x.pcap')).toThrow(/ENOENT/);
  });
});
