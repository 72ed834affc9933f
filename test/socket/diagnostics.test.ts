// What can be observed: diagnostics_channel, NODE_DEBUG, console.log(), AsyncLocalStorage, lost
// sockets.
import { AsyncLocalStorage } from 'node:async_hooks';
import * as diagnostics from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { AF_INET, AF_INET6, AF_UNIX, create_server, SOCK_DGRAM, Socket } from 'bsd-socket';
import { runNode } from '../tools';

it('diagnostics_channel: what is opened, closed, and refused', async () => {
  const seen: unknown[] = [];
  const names = ['bsd-socket:open', 'bsd-socket:close', 'bsd-socket:error'];
  const listener = (message: unknown, name: string | symbol) => seen.push([name, message]);
  for (const name of names) diagnostics.subscribe(name, listener);
  const [a, b] = Socket.pair();
  const [fd, other] = [a.fileno(), b.fileno()];
  await a.send('four');
  a.close();
  expect(() => b.listen()).toThrow();
  b.detach();
  for (const name of names) diagnostics.unsubscribe(name, listener);
  const socket = { family: AF_UNIX, type: 1, proto: 0 };
  expect(seen).toMatchObject([
    ['bsd-socket:open', { fd, ...socket }],
    ['bsd-socket:open', { fd: other, ...socket }],
    ['bsd-socket:close', { fd, ...socket, stats: { bytesWritten: 4 } }],
    ['bsd-socket:error', { error: { code: 'EINVAL', syscall: 'listen' } }],
    ['bsd-socket:close', { fd: other, ...socket }],
  ]);
  Socket.fromFd(other).close();
});

it('NODE_DEBUG=bsd-socket: a line a call, with what it returned', async () => {
  const code = `
    const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
    const socket = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    socket.tryRecv(64);
    try { socket.bind(['127.0.0.1', 0]) } catch {}
    socket.close();`;
  const lines = (await runNode(code, [], { env: { NODE_DEBUG: 'bsd-socket' } })).stderr;
  expect(lines).toMatch(/^BSD-SOCKET \d+: socket\(2, \d+, 0\) = \d+$/m);
  expect(lines).toMatch(/^BSD-SOCKET \d+: recv\(\d+, <\d+ bytes>, 0, 64, 64\) = -EAGAIN$/m);
  expect(lines).toMatch(/^BSD-SOCKET \d+: bind\(\d+, <16 bytes>, 16\) = -EINVAL$/m);
  expect((await runNode(code, [], { env: { NODE_DEBUG: 'net' } })).stderr).toBe('');
});

it('console.log() shows a line as of ss(8)', async () => {
  const server = create_server(['127.0.0.1', 0]);
  const { port } = server.getsockname();
  const fd = server.fileno();
  expect(inspect(server)).toBe(
    `Socket <tcp LISTEN 127.0.0.1:${port}, fd ${fd}, recv-q 0, send-q 0>`,
  );
  const client = new Socket();
  await client.connect(['127.0.0.1', port]);
  const [conn] = await server.accept();
  await client.sendall('12345');
  await conn.wait({ read: true });
  expect(inspect(conn)).toContain(`tcp ESTAB 127.0.0.1:${port} -> 127.0.0.1:`);
  expect(inspect(conn)).toContain('recv-q 5');
  conn.close();
  expect(inspect(conn)).toBe('Socket <tcp closed>');
  expect(inspect({ conn }, { depth: 0 })).toBe('{ conn: [Socket] }');
  const udp = new Socket({ family: AF_INET6, type: SOCK_DGRAM }).bind(['::1', 0]);
  expect(inspect(udp)).toContain(`udp6 UNCONN [::1]:${udp.getsockname().port}, fd`);
  const [a, b] = Socket.pair();
  expect(inspect(a)).toContain('u_str ESTAB');
  expect(inspect({ deep: { er: { a: { b: { socket: a } } } } }, { depth: 1 })).not.toContain(
    'u_str',
  );
  for (const socket of [server, client, udp, a, b]) (socket as Socket<never>).close();
});

it('AsyncLocalStorage holds over every await and callback', async () => {
  const storage = new AsyncLocalStorage<string>();
  const [a, b] = [new Socket(AF_INET, SOCK_DGRAM), new Socket(AF_INET, SOCK_DGRAM)];
  for (const socket of [a, b]) socket.bind(['127.0.0.1', 0]);
  const to = b.getsockname();
  const stores: (string | undefined)[] = [];
  const waited = storage.run('recv', async () => {
    await b.recv(10);
    stores.push(storage.getStore());
    for await (const _ of b.messages()) {
      stores.push(storage.getStore());
      break;
    }
  });
  await new Promise((resolve) => setImmediate(resolve));
  storage.run('sender', () => a.trySendto('x', to));
  await new Promise((resolve) => setTimeout(resolve, 20));
  storage.run('sender', () => a.trySendto('y', to));
  await waited;
  await new Promise<void>((resolve) => {
    const push = storage.run('onBatch', () =>
      b.onBatch(() => {
        stores.push(storage.getStore());
        push.stop();
        resolve();
      }),
    );
    storage.run('sender', () => a.trySendto('z', to));
  });
  expect(stores).toEqual(['recv', 'recv', 'onBatch']);
  a.close();
  b.close();
});

it('a lost socket: with BSD_SOCKET_TRACE=1 the warning shows where it was opened', async () => {
  const code = `
    const { Socket } = require('bsd-socket');
    function whereItWasOpened() { new Socket(); }
    whereItWasOpened();
    const timer = setInterval(() => { gc(); }, 10);
    process.on('warning', (warning) => {
      console.log(warning.code, /whereItWasOpened/.test(warning.detail), warning.detail);
      clearInterval(timer);
    });`;
  const run = (env: object) =>
    runNode(code, [], { flags: ['--expose-gc'], env: env as Record<string, string> });
  expect((await run({ BSD_SOCKET_TRACE: '1' })).stdout).toContain('BSD_SOCKET_LOST true');
  expect((await run({ BSD_SOCKET_TRACE: '' })).stdout).toContain(
    'BSD_SOCKET_LOST false BSD_SOCKET_TRACE=1 shows where it was opened',
  );
});
