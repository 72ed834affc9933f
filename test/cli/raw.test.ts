// Packets built by hand on real interfaces: IP_HDRINCL arrives as built, and SO_BINDTODEVICE
// decides which interface a datagram leaves from.
import { itNeeds, type Netns, netnsPair } from '../tools';
import { lines, tcpdump } from './cli';

const itSends = itNeeds('netns', 'tcpdump', 'python3');
let a: Netns;
let b: Netns;
const made: Netns[] = [];
beforeAll(async () => {
  if (itSends !== it) return;
  [a, b] = netnsPair();
  made.push(a, b);
  // A second cable between the same two.
  await a.run('ip', ['link', 'add', 'va2', 'type', 'veth', 'peer', 'name', 'vb2', 'netns', b.name]);
  for (const [ns, device, n] of [
    [a, 'va2', 1],
    [b, 'vb2', 2],
  ] as const) {
    await ns.run('ip', ['addr', 'add', `10.9.0.${n}/24`, 'dev', device]);
    await ns.run('ip', ['link', 'set', device, 'up']);
  }
});
afterAll(() => {
  for (const ns of made) ns.remove();
});

const HEADER = `
  const S = require('bsd-socket');
  const p = require('bsd-socket/packet');
`;

/** A Python UDP server in B that prints what one datagram was, and from whom. */
async function pythonServer(family: string, port: number) {
  const running = b.start('python3', [
    '-u',
    '-c',
    `import socket
s = socket.socket(socket.${family}, socket.SOCK_DGRAM)
s.bind(('', ${port}))
print('ready')
data, address = s.recvfrom(2048)
print(data.decode(), address[0], address[1])`,
  ]);
  await running.output(/ready/);
  return running;
}

itSends(
  'a UDP datagram built by hand, IP header and all, reaches a Python socket; the checksum and every field are ours',
  async () => {
    const server = await pythonServer('AF_INET', 40001);
    const watch = await tcpdump(b, ['-vv', '-i', 'vb', 'udp', 'port', '40001']);
    await a.runNode(`${HEADER}
    const raw = new S.Socket(S.AF_INET, S.SOCK_RAW, S.IPPROTO_RAW);
    raw.setsockopt(S.IPPROTO_IP, S.IP_HDRINCL, 1);
    const ends = { src: '10.8.0.77', dst: '10.8.0.2' };
    raw.sendtoSync(p.ipv4({ ...ends, protocol: p.PROTOCOL.UDP, ttl: 42, tos: 0x28, id: 0x1234, df: true }, p.udp({ ...ends, sport: 1234, dport: 40001 }, Buffer.from('by hand'))), ['10.8.0.2', 0]);`);
    const { stdout } = await server.done;
    expect(lines(stdout)[1]).toBe('by hand 10.8.0.77 1234');
    await watch.output(/by hand|length 7/);
    const seen = (await watch.stop('SIGINT')).stdout.replace(/\s+/g, ' ');
    expect(seen).toMatch(
      /\(tos 0x28, ttl 42, id 4660, offset 0, flags \[DF\], proto UDP \(17\), length 35\) 10\.8\.0\.77\.1234 > 10\.8\.0\.2\.40001: \[udp sum ok\] UDP, length 7/,
    );
  },
);

itSends(
  'a wrong UDP checksum is dropped by the receiving kernel: it is our checksum that lets a datagram through',
  async () => {
    const server = await pythonServer('AF_INET', 40002);
    await a.runNode(`${HEADER}
    const raw = new S.Socket(S.AF_INET, S.SOCK_RAW, S.IPPROTO_RAW);
    const ends = { src: '10.8.0.1', dst: '10.8.0.2' };
    const send = (text, change) => {
      const datagram = p.udp({ ...ends, sport: 1234, dport: 40002 }, Buffer.from(text));
      change?.(datagram);
      raw.sendtoSync(p.ipv4({ ...ends, protocol: p.PROTOCOL.UDP }, datagram), ['10.8.0.2', 0]);
    };
    send('wrong', (datagram) => { datagram[6] ^= 0xff; });
    send('right');`);
    expect(lines((await server.done).stdout)[1]).toBe('right 10.8.0.1 1234');
  },
);

itSends(
  'a TCP handshake begun by hand is answered by the kernel of the other side, with our sequence number acknowledged',
  async () => {
    const listener = b.start('python3', [
      '-u',
      '-c',
      "import socket\ns = socket.create_server(('', 40003))\nprint('ready')\ns.accept()",
    ]);
    await listener.output(/ready/);
    const { stdout } = await a.runNode(`${HEADER}
    // From an address that is no socket's, so that this kernel answers nothing of its own.
    const ends = { src: '10.8.0.77', dst: '10.8.0.2' };
    const cable = new S.Socket(S.AF_PACKET, S.SOCK_RAW, S.htons(S.constants.ETH_P_ALL));
    cable.bind(['va', S.constants.ETH_P_ALL]);
    const raw = new S.Socket(S.AF_INET, S.SOCK_RAW, S.IPPROTO_RAW);
    const mac = require('node:fs').readFileSync('/sys/class/net/va/address', 'utf8').trim();
    const syn = p.tcp({ ...ends, sport: 4444, dport: 40003, seq: 1000, flags: p.TH_SYN, options: [{ kind: 'mss', value: 1400 }] });
    raw.sendtoSync(p.ipv4({ ...ends, protocol: p.PROTOCOL.TCP }, syn), ['10.8.0.2', 0]);
    (async () => {
      const until = AbortSignal.timeout(5000);
      for (;;) {
        const [bytes, from] = await cable.recvfrom(2048, { signal: until });
        if (from.pkttype === 'outgoing') continue;
        const frame = p.decodeFrame(p.LINKTYPE_ETHERNET, bytes);
        const arp = p.layerOf(frame, 'arp');
        // We answer for our address ourselves.
        if (arp && arp.op === p.ARPOP_REQUEST && arp.tpa === ends.src) {
          cable.sendtoSync(p.ethernet({ dst: arp.sha, src: mac, type: p.ETHERTYPE_ARP }, p.arp({ op: p.ARPOP_REPLY, sha: mac, spa: ends.src, tha: arp.sha, tpa: arp.spa })), ['va']);
          continue;
        }
        const tcp = p.layerOf(frame, 'tcp');
        if (tcp && tcp.sport === 40003) { console.log(tcp.flags, tcp.ack); process.exit(0); }
      }
    })();`);
    await listener.stop();
    expect(stdout.trim()).toBe('18 1001');
  },
  20_000,
);

itSends('SO_BINDTODEVICE decides which of two interfaces a datagram leaves from', async () => {
  const watch = await tcpdump(b, ['-i', 'any', 'udp', 'port', '40004']);
  const { stdout } = await a.runNode(`${HEADER}
    for (const device of ['va', 'va2', 'va']) {
      const udp = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
      udp.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, device);
      udp.setsockopt(S.SOL_SOCKET, S.SO_BROADCAST, 1);
      console.log(udp.getsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE));
      udp.sendtoSync('from ' + device, ['255.255.255.255', 40004]);
      udp.close();
    }`);
  expect(lines(stdout)).toEqual(['va', 'va2', 'va']);
  await watch.output(/length 7[\s\S]*length 8[\s\S]*length 7/);
  const seen = lines((await watch.stop('SIGINT')).stdout).map((line) =>
    line.match(/ (vb2?) +B +IP (\S+)\.\d+ > .* length (\d)$/)?.slice(1, 4),
  );
  expect(seen).toEqual([
    ['vb', '10.8.0.1', '7'],
    ['vb2', '10.9.0.1', '8'],
    ['vb', '10.8.0.1', '7'],
  ]);
});

itSends('SO_BINDTODEVICE decides which of two interfaces a datagram is heard from', async () => {
  const { stdout } = await b.runNode(`${HEADER}
    const { spawnSync } = require('node:child_process');
    const udp = new S.Socket({ family: S.AF_INET, type: S.SOCK_DGRAM, options: { SO_BINDTODEVICE: 'vb2' } });
    udp.bind(['', 40005]);
    for (const [ip, text] of [['10.8.0.2', 'by vb'], ['10.9.0.2', 'by vb2']]) {
      const code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'" + text + "', ('" + ip + "', 40005))";
      spawnSync('nsenter', ['--net=/run/netns/${a.name}', 'python3', '-c', code], { stdio: 'inherit' });
    }
    console.log(udp.recvSync(100).toString(), udp.tryRecv(100));`);
  expect(stdout.trim()).toBe('by vb2 null');
});
