// What bsd-socket/dgram offers beyond node:dgram, and the whole programs that it serves.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { optionsOf } from 'bsd-socket';
import { createSocket, type RemoteInfo, type Socket } from 'bsd-socket/dgram';
import { dist, temporaryFolder } from '../tools';

const run = promisify(execFile);
const program = (name: string) => path.join(__dirname, 'programs', `${name}.js`);
const register = () => dist('dgram', 'register.js');

/** A program that requires node:dgram, with ours in its place; its standard output. */
async function redirected(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    ['--require', register(), program(name), ...args],
    { timeout: 15_000 },
  );
  return stdout;
}

async function bound(options: Parameters<typeof createSocket>[0]): Promise<Socket> {
  const socket = createSocket(options);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

const next = async (socket: Socket) =>
  (await once(socket, 'message')) as [Buffer, RemoteInfo & Record<string, unknown>];

it('the arrival interface, the destination and the TTL stand beside the datagram', async () => {
  const socket = await bound({ type: 'udp4', enable: { pktinfo: true, ttl: true } });
  const arrives = next(socket);
  socket.setTTL(33);
  socket.send('x', socket.address().port, '127.0.0.1');
  const [, rinfo] = await arrives;
  expect(rinfo).toMatchObject({ to: '127.0.0.1', ttl: 33, size: 1, family: 'IPv4' });
  expect(rinfo.ifindex).toBe(1);
  socket.close();
});

it('options are set between socket(2) and bind(2)', async () => {
  const socket = await bound({ type: 'udp4', options: { SO_BINDTODEVICE: 'lo', IP_TOS: 0x20 } });
  expect(socket.bsd.options.SO_BINDTODEVICE).toBe('lo');
  expect(optionsOf(socket as never).IP_TOS).toBe(0x20);
  socket.close();
});

it('GRO: a train arrives as the datagrams that it is made of', async () => {
  const [a, b] = [await bound('udp4'), await bound({ type: 'udp4', enable: { gro: true } })];
  const arrived: number[] = [];
  b.on('message', (data, rinfo) => {
    expect(rinfo.size).toBe(data.length);
    arrived.push(data.length);
  });
  const address = ['127.0.0.1', b.address().port] as const;
  await a.bsd.sendmsg([Buffer.alloc(1050, 'x')], { to: address as never, segmentSize: 100 });
  while (arrived.length < 11) await once(b, 'message');
  expect(arrived).toEqual([...new Array(10).fill(100), 50]);
  a.close();
  b.close();
});

it('ICMP errors: the event icmp with the error and its destination, and nothing is fatal', async () => {
  const gone = await bound('udp4');
  const { port } = gone.address();
  gone.close();
  const socket = await bound({ type: 'udp4', enable: { icmp: true } });
  socket.on('error', (error) => {
    throw error;
  });
  const reported = once(socket, 'icmp');
  socket.send('x', port, '127.0.0.1');
  const [message] = await reported;
  expect(message.error).toMatchObject({ errno: 'ECONNREFUSED', origin: 'icmp' });
  expect(message.address.port).toBe(port);
  socket.close();
});

it('unix_dgram: paths instead of ports, in bind, send, connect and rinfo', async () => {
  const folder = temporaryFolder();
  const [server, client] = [createSocket('unix_dgram'), createSocket({ type: 'unix_dgram' })];
  server.bind(path.join(folder, 'server'));
  client.bind(path.join(folder, 'client'));
  await Promise.all([once(server, 'listening'), once(client, 'listening')]);
  expect(server.address()).toEqual({
    address: path.join(folder, 'server'),
    family: 'unix',
    port: 0,
  });
  server.on('message', (data, rinfo) => server.send(`re: ${data}`, rinfo.address));
  const answer = next(client);
  client.send('by path', path.join(folder, 'server'));
  const [data, rinfo] = await answer;
  expect([String(data), rinfo.address]).toEqual(['re: by path', path.join(folder, 'server')]);
  const again = next(client);
  await new Promise<void>((resolve) => client.connect(path.join(folder, 'server'), resolve));
  client.send('connected');
  expect(String((await again)[0])).toBe('re: connected');
  const refused = new Promise((resolve) => server.send('x', path.join(folder, 'no'), resolve));
  expect(await refused).toMatchObject({ code: 'ENOENT', syscall: 'send' });
  server.close();
  client.close();
});

it('the bytes belong to the caller when send() returns: bound, unbound and gathered', async () => {
  const sink = await bound('udp4');
  const { port } = sink.address();
  for (const sender of [createSocket('udp4'), await bound('udp4')]) {
    const arrived: string[] = [];
    sink.removeAllListeners('message').on('message', (data) => arrived.push(String(data)));
    const buffer = Buffer.alloc(4);
    for (let i = 0; i < 100; i++) {
      buffer.write(`${1000 + i}`);
      sender.send(buffer, port, '127.0.0.1');
    }
    buffer.fill('!');
    while (arrived.length < 100) await once(sink, 'message');
    expect(arrived).toEqual(Array.from({ length: 100 }, (_, i) => `${1000 + i}`));
    sender.close();
  }
  sink.close();
});

it('what was gathered goes out before close() and disconnect()', async () => {
  const [sink, other] = [await bound('udp4'), await bound('udp4')];
  const sender = await bound('udp4');
  const arrived: string[] = [];
  sink.on('message', (data) => arrived.push(String(data)));
  sender.connect(sink.address().port, '127.0.0.1');
  await once(sender, 'connect');
  for (let i = 0; i < 5; i++) sender.send(`${i}`);
  sender.disconnect();
  for (let i = 5; i < 10; i++) sender.send(`${i}`, sink.address().port, '127.0.0.1');
  sender.close();
  while (arrived.length < 10) await once(sink, 'message');
  expect(arrived).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
  sink.close();
  other.close();
});

it('a refused datagram among gathered ones fails alone', async () => {
  const [sink, sender] = [await bound('udp4'), await bound('udp4')];
  const { port } = sink.address();
  const results = await Promise.all(
    [port, 9, port].map(
      (to, i) =>
        new Promise((resolve) => {
          const address = i === 1 ? '127.255.255.255' : '127.0.0.1'; // EACCES: no SO_BROADCAST
          sender.send('x', to, address, (error: Error | null, bytes: number) =>
            resolve(error?.message ?? bytes),
          );
        }),
    ),
  );
  expect(results).toEqual([1, 'send EACCES 127.255.255.255:9', 1]);
  sink.close();
  sender.close();
});

describe('node --require bsd-socket/dgram/register', () => {
  it('process.exit() loses nothing that was sent', async () => {
    const sink = await bound('udp4');
    const arrived: string[] = [];
    sink.on('message', (data) => arrived.push(String(data)));
    await redirected('exit', `${sink.address().port}`);
    while (arrived.length < 10) await once(sink, 'message');
    expect(arrived).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
    sink.close();
  });

  it('a listener that throws: an uncaught exception after each datagram, none is lost', async () => {
    const expected = Array.from({ length: 10 }, (_, i) => [`datagram ${i}`, `thrown at ${i}`]);
    expect(JSON.parse(await redirected('throws'))).toEqual(expected.flat());
  });

  it('a cluster shares one port, and ends by itself', async () => {
    expect(JSON.parse(await redirected('cluster'))).toEqual({
      marked: true,
      ports: 1,
      facade: true,
    });
  });
});
