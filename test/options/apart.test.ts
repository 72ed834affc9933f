// Options whose round trip needs more than a socket: a redirected connection, an eBPF program, a
// memory cgroup, the module tls. Where the kernel lacks that, the test is skipped and says so.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { allEntries } from '../../lib/options/registry';
import { atEnd, hasNetns, itNeeds, type Netns, netns, requireTool, run } from '../tools';

const programs = path.join(__dirname, '../programs');
const program = (name: string) => path.join(programs, name);

it('every row that is tried apart is tried here', () => {
  const source = fs.readFileSync(__filename, 'utf8');
  const apart = allEntries.filter(({ row }) => row.apart !== undefined).map(({ name }) => name);
  expect(apart.length).toBeGreaterThan(4);
  expect(apart.filter((name) => !source.includes(name))).toEqual([]);
});

/** A network namespace that redirects connections to port 7777; undefined where there is no NAT. */
function redirecting(): Netns | undefined {
  if (!hasNetns()) return undefined;
  const ns = netns();
  const rules = ['ip', 'ip6'].flatMap((family) => [
    `add table ${family} nat`,
    `add chain ${family} nat out { type nat hook output priority -100; }`,
    `add rule ${family} nat out tcp dport 7777 redirect to :8888`,
  ]);
  const [command, ...args] = [...ns.prefix, requireTool('nft'), '-f', '-'];
  const { status } = spawnSync(command as string, args, { input: `${rules.join('\n')}\n` });
  if (status === 0) return ns;
  ns.remove();
  return undefined;
}

const nat = redirecting();
atEnd(() => nat?.remove());
const itRedirects = nat ? it : it.skip;

itRedirects('SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST: where the client connected to', async () => {
  const { stdout } = await (nat as Netns).runNode(`
    const b = require('bsd-socket');
    for (const [family, host, option] of [
      [b.AF_INET, '127.0.0.1', 'SO_ORIGINAL_DST'], [b.AF_INET6, '::1', 'IP6T_SO_ORIGINAL_DST'],
    ]) {
      const server = new b.Socket(family, b.SOCK_STREAM);
      server.bind([host, 8888]);
      server.listen();
      const client = new b.Socket(family, b.SOCK_STREAM);
      client.connectSync([host, 7777]);
      const [conn] = server.acceptSync();
      const { address, port } = conn.options[option];
      console.log(address, port, conn.getsockname().port);
      for (const one of [conn, client, server]) one.close();
    }`);
  expect(stdout).toBe('127.0.0.1 7777 8888\n::1 7777 8888\n');
});

const canLoad = spawnSync('python3', [program('ebpf.py'), '0', 'true']).status === 0;
const itLoadsPrograms = canLoad ? itNeeds('python3') : it.skip;

itLoadsPrograms('SO_ATTACH_BPF: the program decides what is received', async () => {
  const code = `
    const b = require('bsd-socket');
    const [a, c] = b.Socket.pair(b.AF_UNIX, b.SOCK_DGRAM);
    a.setsockopt(b.SOL_SOCKET, b.SO_ATTACH_BPF, 3);
    try { c.sendSync('dropped', b.MSG_DONTWAIT); } catch (e) { console.log(e.code); }
    console.log(a.tryRecv(64));
    a.options.SO_DETACH_FILTER = true;
    c.sendSync('passed');
    console.log(String(a.tryRecv(64)));`;
  const { stdout } = await run('python3', [program('ebpf.py'), '0', process.execPath, '-e', code]);
  expect(stdout.replace(/^EPERM\n/, '')).toBe('null\npassed\n');
});

itLoadsPrograms('SO_ATTACH_REUSEPORT_EBPF: the program picks the socket', async () => {
  const code = `
    const b = require('bsd-socket');
    const group = [0, 1, 2].map(() => {
      const s = new b.Socket(b.AF_INET, b.SOCK_DGRAM);
      s.options.SO_REUSEPORT = true;
      return s;
    });
    group[0].bind(['127.0.0.1', 0]);
    const address = group[0].getsockname();
    for (const s of group.slice(1)) s.bind(address);
    group[0].setsockopt(b.SOL_SOCKET, b.SO_ATTACH_REUSEPORT_EBPF, 3);
    const sender = new b.Socket(b.AF_INET, b.SOCK_DGRAM);
    for (let i = 0; i < 8; i++) sender.sendtoSync('x', address);
    console.log(group.map((s) => { let n = 0; while (s.tryRecv(8)) n++; return n; }).join());`;
  const { stdout } = await run('python3', [program('ebpf.py'), '1', process.execPath, '-e', code]);
  expect(stdout).toBe('0,8,0\n');
});

/** A memory cgroup of cgroup v2 that this process may make, or undefined. */
function memoryCgroup(): string | undefined {
  const root = '/sys/fs/cgroup';
  try {
    if (!fs.readFileSync(`${root}/cgroup.controllers`, 'utf8').includes('memory')) return undefined;
    fs.writeFileSync(`${root}/cgroup.subtree_control`, '+memory');
    const folder = fs.mkdtempSync(`${root}/bsd-socket-`);
    atEnd(() => fs.rmdirSync(folder));
    return folder;
  } catch {
    return undefined;
  }
}

const cgroup = memoryCgroup();
const itReserves = cgroup ? it : it.skip;

itReserves('SO_RESERVE_MEM: reads back in pages', async () => {
  const code = `
    require('fs').writeFileSync(process.argv[1] + '/cgroup.procs', String(process.pid));
    const b = require('bsd-socket');
    const s = new b.Socket(b.AF_INET, b.SOCK_STREAM);
    s.options.SO_RESERVE_MEM = 5000;
    console.log(s.options.SO_RESERVE_MEM);`;
  const { stdout } = await run(process.execPath, ['-e', code, cgroup as string]);
  expect(stdout).toBe('8192\n');
});

const available = '/proc/sys/net/ipv4/tcp_available_ulp';
spawnSync('modprobe', ['-q', 'tls']);
const hasTls = fs.existsSync(available) && fs.readFileSync(available, 'utf8').includes('tls');
const itEncrypts = hasTls ? it : it.skip;

itEncrypts('TCP_ULP, TLS_TX, TLS_RX: what one end encrypts the other decrypts', async () => {
  const code = `
    const b = require('bsd-socket');
    const server = new b.Socket(b.AF_INET, b.SOCK_STREAM);
    server.bind(['127.0.0.1', 0]);
    server.listen();
    const KEYS = { 'aes-128-gcm': [8, 16, 4], 'aes-256-gcm': [8, 32, 4], 'aes-128-ccm': [8, 16, 4],
      'chacha20-poly1305': [12, 32, 0] };
    for (const version of ['TLSv1.2', 'TLSv1.3']) for (const [cipher, [iv, key, salt]] of Object.entries(KEYS)) {
      const client = new b.Socket(b.AF_INET, b.SOCK_STREAM);
      client.connectSync(server.getsockname());
      const [conn] = server.acceptSync();
      console.assert(client.options.supports('TLS_TX') === false, 'no TLS before TCP_ULP');
      for (const s of [client, conn]) s.options.TCP_ULP = 'tls';
      console.assert(client.options.TCP_ULP === 'tls', 'TCP_ULP');
      console.assert(client.options.supports('TLS_TX') === true, 'supports TLS_TX');
      const secret = { version, cipher, iv: Buffer.alloc(iv, 1), key: Buffer.alloc(key, 2),
        salt: Buffer.alloc(salt, 3), recordSequence: Buffer.alloc(8) };
      client.options.TLS_TX = secret;
      conn.options.TLS_RX = secret;
      const { recordSequence, ...kept } = client.options.TLS_TX;
      const { recordSequence: _, ...given } = secret;
      require('assert').deepStrictEqual(kept, given);
      client.sendSync('hello');
      console.log(version, cipher, String(conn.recvSync(64)));
      client.close();
      conn.close();
    }`;
  const { stdout, stderr } = await run(process.execPath, ['-e', code]);
  expect(stderr).toBe('');
  const ciphers = ['aes-128-gcm', 'aes-256-gcm', 'aes-128-ccm', 'chacha20-poly1305'];
  expect(stdout.trim().split('\n')).toEqual(
    ['TLSv1.2', 'TLSv1.3'].flatMap((version) => ciphers.map((name) => `${version} ${name} hello`)),
  );
});
