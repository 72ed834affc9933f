// Processor time a frame: `bsd-socket capture -n -r` beside `tcpdump -n -r`, paired, both into a
// pipe that cat reads; and decodeFrame() alone. Run by hand: node bench/print.js [pairs]
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const p = require('../dist/packet.js');

const FRAMES = 300_000;
const PAIRS = Number(process.argv[2] ?? 9);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-socket-print-'));
const file = path.join(folder, 'mixed.pcap');

/** TCP with timestamps, UDP over IPv4, UDP over IPv6. */
function frame(i) {
  const macs = { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
  const v4 = { src: '10.8.0.1', dst: '10.8.0.2' };
  const v6 = { src: 'fd08::1', dst: 'fd08::2' };
  if (i % 4 < 2) {
    const options = [{ kind: 'nop' }, { kind: 'nop' }, { kind: 'timestamp', value: [i, i + 1] }];
    const ports = { sport: 40000 + (i % 50), dport: 443, seq: i * 100, ack: i, flags: 0x18 };
    const segment = p.tcp({ ...v4, ...ports, options }, Buffer.alloc(100));
    return p.ethernet(macs, p.ipv4({ ...v4, protocol: 6 }, segment));
  }
  const ends = i % 4 === 2 ? v4 : v6;
  const datagram = p.udp({ ...ends, sport: 5000, dport: 6000 }, Buffer.alloc(80));
  return p.ethernet(
    macs,
    ends === v4
      ? p.ipv4({ ...v4, protocol: 17 }, datagram)
      : p.ipv6({ ...v6, nextHeader: 17 }, datagram),
  );
}

function write() {
  const pcap = new p.PcapFile(file);
  const start = 1_700_000_000_000_000_000n;
  for (let i = 0; i < FRAMES; i++)
    pcap.write({ data: frame(i), timestamp: start + BigInt(i) * 1_000_000n });
  pcap.close();
}

/** Nanoseconds of processor time a frame, user and system, of the command alone. */
function cost(command) {
  const script = `TIMEFORMAT='%U %S'; { time ${command} 2>/dev/null; } | cat > /dev/null`;
  const { stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  const [user, system] = stderr.trim().split('\n').pop().split(' ').map(Number);
  return ((user + system) / FRAMES) * 1e9;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

write();
try {
  const main = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
  const rows = Array.from({ length: PAIRS }, () => [
    cost(`tcpdump -n -r ${file}`),
    cost(`${process.execPath} ${main} capture -n -r ${file}`),
  ]);
  const frames = Array.from({ length: 10_000 }, (_, i) => frame(i));
  const decode = Array.from({ length: 15 }, () => {
    const before = process.cpuUsage();
    let layers = 0;
    for (let round = 0; round < 10; round++)
      for (const one of frames) layers += p.decodeFrame(1, one).layers.length;
    const { user, system } = process.cpuUsage(before);
    if (layers === 0) throw new Error('nothing was decoded');
    return ((user + system) * 1000) / (10 * frames.length);
  });
  const theirs = median(rows.map(([one]) => one));
  const say = (name, ns, ratio, goal) =>
    process.stdout.write(
      `${name.padEnd(24)} ${ns.toFixed(0).padStart(6)} ns a frame  ${ratio.toFixed(2)}  ${goal}\n`,
    );
  say('tcpdump -n', theirs, 1, '');
  say(
    'bsd-socket capture -n',
    median(rows.map(([, one]) => one)),
    median(rows.map(([t, o]) => o / t)),
    '<= 1.50',
  );
  say('decodeFrame()', median(decode), median(decode) / theirs, '<= 1.00');
} finally {
  fs.rmSync(folder, { recursive: true });
}
