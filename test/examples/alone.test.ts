// The examples that need no partner, and what keeps all of them small and plain.
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { itNeeds, netns, root, run } from '../tools';
import { runExample, startServer } from './programs';

test('nonblocking.js', async () => {
  const { stdout, stderr } = await runExample('node', 'nonblocking');
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'tryRecv with nothing there: null',
    'tryRecv with a datagram there: one',
    'timeoutMs: ETIMEDOUT',
    'settimeout: ETIMEDOUT true',
    'signal: enough',
    'recvSync, not blocking: EAGAIN',
    'closed: EBADF',
    '',
  ]);
});

test('makefile_lines.js', async () => {
  const server = await startServer('node', 'makefile_lines');
  const client = net.connect(server.port, '127.0.0.1');
  client.setEncoding('utf8');
  let text = '';
  client.on('data', (chunk) => {
    text += chunk;
  });
  client.write('hello wor');
  client.write('ld\r\nadd 1 2');
  client.write(' 3\ntoString\nquit\n');
  await new Promise((resolve) => client.once('close', resolve));
  expect(text).toBe('hello world\n6\nwhat is toString?\nbye\n');
  const ended = await server.done;
  expect([ended.status, ended.stderr]).toEqual([0, '']);
});

describe('what needs privileges', () => {
  const inside = (file: string, ...args: string[]) => [path.join(root, 'examples', file), ...args];

  itNeeds('netns')('raw_icmp_ping.js, hdrincl.js, bindtodevice.js', async () => {
    const ns = netns();
    try {
      const ping = await ns.run(process.execPath, inside('raw_icmp_ping.js'));
      expect(ping.stdout).toMatch(
        /^18 bytes from 127\.0\.0\.1: icmp_seq=1 ttl=64 time=\d+\.\d{3} ms\n$/,
      );
      const hdrincl = await ns.run(process.execPath, inside('hdrincl.js', '127.9.8.7'));
      expect(hdrincl.stdout).toBe('built by hand from 127.9.8.7:4242\n');
      const device = await ns.run(process.execPath, inside('bindtodevice.js'));
      expect(device.stdout).toBe('Bound to lo\nUnbound: ""\n');
      const none = await ns.run(process.execPath, inside('bindtodevice.js', 'nosuch0'), {
        anyStatus: true,
      });
      expect(none.status).toBe(1);
      expect(none.stdout).toMatch(/^ENODEV: .+/);
    } finally {
      ns.remove();
    }
  });

  itNeeds('netns', 'setpriv')('say what is missing', async () => {
    const drop = ['--inh-caps=-all', '--bounding-set=-all', '--reuid=65534', '--clear-groups'];
    for (const file of ['raw_icmp_ping.js', 'hdrincl.js']) {
      const refused = await run('setpriv', [...drop, process.execPath, ...inside(file)], {
        anyStatus: true,
      });
      expect([file, refused.status]).toEqual([file, 1]);
      expect(refused.stdout).toMatch(/^EPERM: .*CAP_NET_RAW/);
    }
  });
});

test('an example is plain JavaScript of at most 90 lines, and says what it does in its first', () => {
  const folder = path.join(root, 'examples');
  const programs = fs.readdirSync(folder).filter((name) => name.endsWith('.js'));
  const readme = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
  expect(programs.length).toBeGreaterThan(15);
  for (const name of programs) {
    const lines = fs.readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n');
    expect([name, lines.length <= 90, lines[0].startsWith('// ')]).toEqual([name, true, true]);
    expect(readme).toContain(`\`${name}\``);
  }
});
