// A host on two veth cables: messages name the right interface and address, replies leave from them
// (tcpdump sees it), and the examples that live of that.
import * as path from 'node:path';
import { itNeeds, type Netns, netns, requireTool, root } from '../tools';

jest.setTimeout(30_000);

const NEEDS = ['ip', 'netns', 'python3', 'tcpdump'] as const;
/** The host in the middle, and a neighbour on each of its two interfaces. */
let host: Netns;
let neighbours: [Netns, Netns];

const ip = (ns: Netns, ...args: string[]) => ns.run(requireTool('ip'), args);
const example = (name: string, ...args: string[]) => [
  path.join(root, 'examples', `${name}.js`),
  ...args,
];

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  host = netns();
  neighbours = [netns(), netns()];
  for (const [i, ns] of neighbours.entries()) {
    await ip(
      host,
      'link',
      'add',
      `own${i}`,
      'type',
      'veth',
      'peer',
      'name',
      'far',
      'netns',
      ns.name,
    );
    await ip(host, 'addr', 'add', `10.7${i}.0.1/24`, 'brd', '+', 'dev', `own${i}`);
    await ip(host, 'addr', 'add', `10.7${i}.0.9/24`, 'dev', `own${i}`);
    await ip(host, '-6', 'addr', 'add', `fd7${i}::1/64`, 'dev', `own${i}`, 'nodad');
    await ip(host, 'link', 'set', `own${i}`, 'up');
    await ip(ns, 'addr', 'add', `10.7${i}.0.2/24`, 'brd', '+', 'dev', 'far');
    await ip(ns, '-6', 'addr', 'add', `fd7${i}::2/64`, 'dev', 'far', 'nodad');
    await ip(ns, 'link', 'set', 'far', 'up');
    await ip(ns, 'route', 'add', 'default', 'dev', 'far');
  }
});
afterAll(() => {
  for (const ns of [host, ...(neighbours ?? [])]) ns?.remove();
});

/** Sends a datagram from Python and answers who replied: `text from ADDRESS`. */
const ask = async (ns: Netns, to: string, port: string, question: string) => {
  const { stdout } = await ns.run(requireTool('python3'), [
    '-c',
    `
import socket, sys
to, port, question = sys.argv[1:]
s = socket.socket(socket.AF_INET6 if ':' in to else socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(question.encode(), (to, int(port)))
data, peer = s.recvfrom(2000)
print(data.decode(), 'from', peer[0])
`,
    to,
    port,
    question,
  ]);
  return stdout.trim();
};

itNeeds(...NEEDS)(
  'multihomed_echo.js answers from the address that was sent to, on both links, broadcasts too',
  async () => {
    const dump = host.start(requireTool('tcpdump'), [
      '-Unlq',
      '--immediate-mode',
      '-i',
      'any',
      '-c',
      '8',
      'udp',
    ]);
    await dump.output(/listening on/);
    const echo = host.start(process.execPath, example('multihomed_echo', '0'));
    const [, port] = await echo.output(/port (\d+)/);
    const [left, right] = neighbours;
    expect(await ask(left, '10.70.0.1', port as string, 'a')).toBe('a from 10.70.0.1');
    expect(await ask(left, '10.70.0.9', port as string, 'b')).toBe('b from 10.70.0.9');
    expect(await ask(right, '10.71.0.9', port as string, 'c')).toBe('c from 10.71.0.9');
    expect(await ask(right, '10.71.0.255', port as string, 'd')).toBe('d from 10.71.0.1');
    await echo.stop();
    const { stdout } = await dump.done;
    const replies = stdout.split('\n').flatMap(
      (line) =>
        line
          .match(/(own\d)\s+Out\s+IP (10\.[\d.]+)\.\d+ > /)
          ?.slice(1, 3)
          .join(' ') ?? [],
    );
    expect(replies).toEqual([
      'own0 10.70.0.1',
      'own0 10.70.0.9',
      'own1 10.71.0.9',
      'own1 10.71.0.1',
    ]);
  },
);

itNeeds(...NEEDS)(
  'multicast_responder.js answers each link with the address it has there',
  async () => {
    const responder = host.start(
      process.execPath,
      example('multicast_responder', '239.1.2.3', '5399', 'box.local'),
    );
    await responder.output(/Listening on port 5399 of 10.70.0.1 10.71.0.1/);
    for (const [i, ns] of neighbours.entries()) {
      expect(await ask(ns, '239.1.2.3', '5399', 'box.local?')).toBe(
        `box.local is at 10.7${i}.0.1 from 10.7${i}.0.1`,
      );
    }
    const { stdout } = await responder.stop();
    const asked = stdout.match(/asked by .*/g) as string[];
    expect(asked.map((line) => line.replace(/interface \d+/, 'interface N'))).toEqual([
      'asked by 10.70.0.2 on interface N at 239.1.2.3, ttl 1',
      'asked by 10.71.0.2 on interface N at 239.1.2.3, ttl 1',
    ]);
    expect(new Set(asked.map((line) => line.match(/interface (\d+)/)?.[1])).size).toBe(2);
  },
);

itNeeds(...NEEDS)(
  'pktinfo names interface and address, IPv4, IPv6 and dual stack; a reply goes back by it, against the route',
  async () => {
    const code = `
    const { Socket, if_indextoname, AF_INET, AF_INET6, SOCK_DGRAM } = require('bsd-socket');
    (async () => {
      const s = new Socket({ family: process.argv[1] === '6' ? AF_INET6 : AF_INET, type: SOCK_DGRAM, enable: { pktinfo: true, ttl: true, tos: true } });
      s.bind(['', 7777]);
      console.log('ready');
      for await (const m of s.messages()) {
        const { to, ifindex, ttl, tos } = m;
        await s.sendmsg([Buffer.from(JSON.stringify([to, if_indextoname(ifindex), ttl, tos]))], { to: m.address, from: to, ifindex });
      }
    })();`;
    const answers = async (which: string, ns: Netns, to: string) => {
      const server = host.start(process.execPath, ['-e', code, '--', which]);
      await server.output(/ready/);
      const answer = await ask(ns, to, '7777', '?');
      await server.stop();
      return answer;
    };
    const [left, right] = neighbours;
    expect(await answers('4', left, '10.70.0.9')).toBe('["10.70.0.9","own0",64,0] from 10.70.0.9');
    expect(await answers('4', right, '10.71.0.1')).toBe('["10.71.0.1","own1",64,0] from 10.71.0.1');
    expect(await answers('6', left, 'fd70::1')).toBe('["fd70::1","own0",64,0] from fd70::1');
    expect(await answers('6', right, '10.71.0.9')).toBe(
      '["::ffff:10.71.0.9","own1",64,0] from 10.71.0.9',
    );
    // The right neighbour asks for an address of the left link: it came in on own1, and leaves from
    // there.
    expect(await answers('4', right, '10.70.0.1')).toBe('["10.70.0.1","own1",64,0] from 10.70.0.1');
  },
);

itNeeds(...NEEDS)('traceroute.js names each hop', async () => {
  const [left, right] = neighbours;
  await host.run('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
  await ip(left, 'route', 'add', '10.71.0.0/24', 'via', '10.70.0.1');
  await ip(right, 'route', 'add', '10.70.0.0/24', 'via', '10.71.0.1');
  const { stdout } = await left.run(process.execPath, example('traceroute', '10.71.0.2', '5'));
  const hops = stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/[\d.]+ ms/, 'ms'));
  expect(hops).toEqual(['1 10.70.0.1 ms', '2 10.71.0.2 ms']);
});
