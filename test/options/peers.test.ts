// What we set and read, seen by others: iproute2's ss, /proc, and Python on the same descriptor.
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as S from 'bsd-socket';
import { native } from '../../lib/native';
import { allEntries } from '../../lib/options/registry';
import { itNeeds, run } from '../tools';

const open: { close(): void }[] = [];
function keep<T extends { close(): void }>(socket: T): T {
  open.push(socket);
  return socket;
}
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A TCP connection over loopback, both ends. */
async function connection(
  options: S.OptionValues,
): Promise<[client: S.Socket, server: S.Socket, port: number]> {
  const listener = keep(S.socket().bind(['127.0.0.1', 0]).listen());
  const client = keep(new S.Socket({ family: S.AF_INET, options }));
  const { port } = listener.getsockname();
  const accepted = listener.accept();
  await client.connect(['127.0.0.1', port]);
  const [server] = await accepted;
  return [client, keep(server), port];
}
const ss = async (port: number, ...flags: string[]) =>
  (await run('ss', ['-tnHO', ...flags, `dport = :${port}`])).stdout;

describe('ss', () => {
  itNeeds('root', 'ss')('shows timers, memory, mark and algorithm as we set them', async () => {
    const [client, , port] = await connection({
      SO_KEEPALIVE: true,
      TCP_KEEPIDLE: 100,
      SO_MARK: 0x2a,
      SO_RCVBUF: 50_000,
      SO_SNDBUF: 60_000,
      TCP_CONGESTION: 'reno',
      IP_TOS: 0x10,
    });
    const line = await ss(port, '-o', '-i', '-e', '-m', '--tos');
    expect(line).toMatch(/timer:\(keepalive,1min3\dsec,0\)/);
    expect(line).toMatch(/fwmark:0x2a\b/);
    expect(line).toMatch(/skmem:\(r\d+,rb100000,t\d+,tb120000,/);
    expect(line).toMatch(/\breno\b/);
    expect(line).toMatch(/tos:0x10\b/);
    expect(line).toContain(`sk:${client.options.SO_COOKIE.toString(16)} `);
  });
  itNeeds('ss')('and TCP_INFO tell the same of a connection', async () => {
    const [client, server, port] = await connection({ TCP_MAXSEG: 1000 });
    await client.sendall(Buffer.alloc(5000));
    for (let got = 0; got < 5000; ) got += (await server.recv(5000)).length;
    await server.sendall(Buffer.from('done'));
    await client.recv(10);
    const line = await ss(port, '-i');
    const info = client.options.TCP_INFO;
    const shown = (name: string) => Number(new RegExp(`\\b${name}:([\\d.]+)`).exec(line)?.[1]);
    expect(shown('mss')).toBe(info.sndMss);
    expect(shown('cwnd')).toBe(info.sndCwnd);
    expect(shown('bytes_sent')).toBe(Number(info.bytesSent));
    expect(shown('bytes_acked')).toBe(Number(info.bytesAcked));
    expect(shown('bytes_received')).toBe(Number(info.bytesReceived));
    expect(shown('segs_out')).toBe(info.segsOut);
    expect(shown('segs_in')).toBe(info.segsIn);
    expect(shown('data_segs_out')).toBe(info.dataSegsOut);
    expect(shown('pmtu')).toBe(info.pmtu);
    expect(shown('advmss')).toBe(info.advmss);
    expect(shown('rto')).toBe(info.rto / 1000);
    expect(shown('rtt')).toBeCloseTo(info.rtt / 1000, 2);
    expect(/wscale:(\d+),(\d+)/.exec(line)?.slice(1).map(Number)).toEqual([
      info.sndWscale,
      info.rcvWscale,
    ]);
    expect([info.bytesSent, info.bytesReceived]).toEqual([5000n, 4n]);
  });
  itNeeds('ss')('shows a listener’s fast-open queue, device and v6only', async () => {
    const s = keep(
      new S.Socket({ family: S.AF_INET6, options: { IPV6_V6ONLY: true, SO_BINDTODEVICE: 'lo' } }),
    );
    s.bind(['::1', 0]).listen();
    const { stdout } = await run('ss', ['-tlnHOe', `sport = :${s.getsockname().port}`]);
    expect(stdout).toMatch(/%lo:/);
    expect(stdout).toMatch(/v6only:1/);
  });
});

describe('/proc', () => {
  it('knows the groups that were joined, and their sources', () => {
    const s = keep(S.socket(S.AF_INET, S.SOCK_DGRAM));
    const hex = (address: string) =>
      Buffer.from(address.split('.').map(Number)).reverse().toString('hex').toUpperCase();
    const igmp = () => fs.readFileSync('/proc/net/igmp', 'utf8');
    expect(igmp()).not.toContain(hex('239.44.55.66'));
    s.setsockopt(S.IPPROTO_IP, S.IP_ADD_MEMBERSHIP, { group: '239.44.55.66', interface: 'lo' });
    expect(igmp()).toContain(hex('239.44.55.66'));
    s.setsockopt(S.IPPROTO_IP, S.IP_BLOCK_SOURCE, {
      group: '239.44.55.66',
      source: '192.0.2.7',
      interface: 'lo',
    });
    expect(fs.readFileSync('/proc/net/mcfilter', 'utf8').toLowerCase()).toMatch(
      /lo\s+0xef2c3742\s+0xc0000207\s+0\s+1/,
    );
    s.setsockopt(S.IPPROTO_IP, S.IP_DROP_MEMBERSHIP, { group: '239.44.55.66', interface: 'lo' });
    expect(igmp()).not.toContain(hex('239.44.55.66'));
  });
  it('knows those of IPv6', () => {
    const s = keep(S.socket(S.AF_INET6, S.SOCK_DGRAM));
    s.setsockopt(S.IPPROTO_IPV6, S.IPV6_JOIN_GROUP, { group: 'ff02::4455:6677', interface: 1 });
    expect(fs.readFileSync('/proc/net/igmp6', 'utf8')).toMatch(
      /lo\s+ff020000000000000000000044556677/,
    );
  });
  itNeeds('netns')('an interface is promiscuous for as long as a packet socket wants it', () => {
    const promiscuous = () =>
      (Number(fs.readFileSync('/sys/class/net/lo/flags', 'utf8')) &
        (S.constants.IFF_PROMISC as number)) !==
      0;
    const promiscuity = () => s.getsockopt(S.SOL_PACKET, S.PACKET_STATISTICS);
    const s = new S.Socket(S.AF_PACKET, S.SOCK_RAW);
    expect(promiscuity()).toEqual({ packets: 0, drops: 0, freezeQ: 0 });
    s.setsockopt(S.SOL_PACKET, S.PACKET_ADD_MEMBERSHIP, { ifname: 'lo', type: 'promisc' });
    const during = fs.readFileSync('/proc/net/packet', 'utf8');
    s.setsockopt(S.SOL_PACKET, S.PACKET_DROP_MEMBERSHIP, { ifname: 'lo', type: 'promisc' });
    s.close();
    expect(during.split('\n').length).toBeGreaterThan(2);
    expect(promiscuous()).toBe(false);
  });
});

describe('Python', () => {
  // Reads every (level, option) of the list on descriptor 3.
  const PYTHON = `
import json, socket, sys
s = socket.socket(fileno=3)
out = []
for level, option, size in json.load(sys.stdin):
    try: out.append(s.getsockopt(level, option, size).hex())
    except OSError as e: out.append(-e.errno)
json.dump(out, sys.stdout)
`;
  function python(
    fd: number,
    questions: readonly (readonly number[])[],
  ): Promise<(string | number)[]> {
    return new Promise((resolve, reject) => {
      const child = spawn('python3', ['-c', PYTHON], { stdio: ['pipe', 'pipe', 'inherit', fd] });
      let text = '';
      child.stdout?.on('data', (chunk) => (text += chunk));
      child.on('error', reject).on('close', () => resolve(JSON.parse(text)));
      child.stdin?.end(JSON.stringify(questions));
    });
  }
  /**
   * Between the two readings these move on by themselves, or are made anew; the first takes its
   * question from the buffer, which Python leaves as it is.
   */
  const RESTLESS = new Set([
    'IPV6_FLOWLABEL_MGR',
    'TCP_INFO',
    'TCP_TIMESTAMP',
    'SO_PEERPIDFD',
    'SO_MEMINFO',
    'TCP_CC_INFO',
    'MPTCP_INFO',
    'MPTCP_TCPINFO',
  ]);

  itNeeds('root', 'python3').each(['tcp', 'udp', 'udp6', 'unix'] as const)(
    'reads the same bytes of every option of a %s socket',
    async (kind) => {
      const made = {
        tcp: () => S.socket(),
        udp: () => S.socket(S.AF_INET, S.SOCK_DGRAM),
        udp6: () => S.socket(S.AF_INET6, S.SOCK_DGRAM),
        unix: () => S.socketpair()[0],
      };
      const s = keep(made[kind]());
      s.options.set({
        SO_RCVBUF: 12345,
        SO_LINGER: 3,
        SO_RCVTIMEO: 1234,
        SO_KEEPALIVE: true,
        SO_PRIORITY: 3,
        SO_MARK: 77,
      });
      if (kind === 'tcp')
        s.options.set({
          TCP_CONGESTION: 'reno',
          TCP_KEEPIDLE: 55,
          IP_TTL: 3,
          TCP_USER_TIMEOUT: 99,
        });
      if (kind === 'udp')
        s.options.set({
          IP_MULTICAST_IF: '127.0.0.1',
          IP_OPTIONS: Buffer.from([1, 1, 1, 0]),
          UDP_SEGMENT: 900,
          IP_LOCAL_PORT_RANGE: { low: 40000, high: 40100 },
        });
      if (kind === 'udp6')
        s.options.set({ IPV6_TCLASS: 32, IPV6_UNICAST_IF: 'lo', IPV6_MULTICAST_HOPS: 7 });
      const entries = allEntries.filter(
        (entry) => entry.readable && !entry.codec.typedOnly && !RESTLESS.has(entry.name),
      );
      const questions = entries.map(({ level, optname }) => [level, optname, 256]);
      const theirs = await python(s.fileno(), questions);
      const ours = entries.map(({ level, optname }) => {
        const bytes = Buffer.alloc(256);
        const got = native.getsockopt(s.fileno(), level, optname, bytes, bytes.length);
        return got < 0 ? got : bytes.toString('hex', 0, got);
      });
      expect(Object.fromEntries(entries.map(({ name }, i) => [name, theirs[i]]))).toEqual(
        Object.fromEntries(entries.map(({ name }, i) => [name, ours[i]])),
      );
      expect(ours.filter((answer) => typeof answer === 'string').length).toBeGreaterThan(40);
    },
  );
});
