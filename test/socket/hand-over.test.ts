// Sockets that change hands: to core and back, and between threads.
import * as nodeDgram from 'node:dgram';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  create_server,
  isErrno,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-socket';
import { dist, root, run, temporaryFolder } from '../tools';

const openFds = () => fs.readdirSync('/proc/self/fd').length;
const code = (call: () => unknown) => {
  try {
    call();
    return 'no error';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of stream) all.push(chunk);
  return String(Buffer.concat(all));
}

describe('toServer', () => {
  it('serves connections; the Socket is closed and what waited is rejected', async () => {
    const listener = create_server(['127.0.0.1', 0], { options: { TCP_DEFER_ACCEPT: 1 } });
    const { port } = listener.getsockname();
    const waiting = listener.accept();
    const server = listener.toServer();
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF', syscall: 'accept' });
    expect([listener.fileno(), listener.closed]).toEqual([-1, true]);
    expect(server.address()).toMatchObject({ port, address: '127.0.0.1' });
    server.on('connection', (socket) => socket.resume().end('served'));
    const client = net.connect(port, '127.0.0.1');
    client.write('x'); // TCP_DEFER_ACCEPT wakes the listener with the first data
    expect(await text(client)).toBe('served');
    server.close();
    await once(server, 'close');
  });

  it('an http server answers on a listener that this package prepared', async () => {
    const listener = create_server(['127.0.0.1', 0], { reusePort: true });
    const { port } = listener.getsockname();
    const server = listener.toServer();
    const web = http.createServer((_request, response) => response.end('over a prepared socket'));
    server.on('connection', (socket) => web.emit('connection', socket));
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { connection: 'close' },
    });
    expect(await response.text()).toBe('over a prepared socket');
    expect(Socket.from(server).getsockopt(SOL_SOCKET, SO_REUSEPORT)).toBe(1);
    server.close();
    web.closeAllConnections();
    await once(server, 'close');
  });

  it('the backlog is what listen() was given, else 511, unless toServer() is told', async () => {
    const limit = Number(fs.readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
    const backlogOf = (server: net.Server) => {
      const socket = Socket.from(server);
      // tcpi_sacked of a listener is its backlog
      const { sacked } = socket.options.TCP_INFO as unknown as { sacked: number };
      socket.close();
      return sacked;
    };
    for (const [listened, told, expected] of [
      [7, undefined, 7],
      [undefined, undefined, 511],
      [7, 9, 9],
    ] as const) {
      const socket = new Socket(AF_INET, SOCK_STREAM).bind(['127.0.0.1', 0]);
      if (listened !== undefined) socket.listen(listened);
      const server = socket.toServer(told === undefined ? {} : { backlog: told });
      await once(server, 'listening');
      expect(backlogOf(server)).toBe(Math.min(expected, limit));
      server.close();
    }
  });

  it('unix streams too', async () => {
    const file = path.join(temporaryFolder(), 'server');
    const server = new Socket({ family: AF_UNIX, type: SOCK_STREAM }).bind(file).toServer();
    server.on('connection', (socket) => socket.end('by path'));
    expect(await text(net.connect(file))).toBe('by path');
    server.close();
  });
});

describe('toNet', () => {
  it('a connected stream goes on in core, half-open where it is told', async () => {
    const [a, b] = Socket.pair();
    const waiting = a.recv(1);
    const stream = a.toNet();
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF', syscall: 'recv' });
    await b.sendall('to core');
    expect(String((await once(stream, 'data'))[0])).toBe('to core');
    stream.end('from core');
    expect(String(await b.recv(100))).toBe('from core');
    b.close();
    await once(stream, 'close');
  });

  it('an unconnected one connects there, with the options that it has', async () => {
    const server = net.createServer((socket) => socket.end(`${socket.remotePort}`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = new Socket({
      family: AF_INET,
      type: SOCK_STREAM,
      options: { SO_BINDTODEVICE: 'lo' },
    }).bind(['127.0.0.1', 0]);
    const { port } = socket.getsockname();
    const stream = socket.toNet();
    stream.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    expect(await text(stream)).toBe(`${port}`);
    server.close();
  });
});

describe('toDgram', () => {
  it.each([
    [AF_INET, '127.0.0.1'],
    [AF_INET6, '::1'],
  ] as const)('a bound UDP socket of family %s receives in core', async (family, host) => {
    const socket = new Socket({ family: family as never, type: SOCK_DGRAM });
    socket.bind([host, 0] as never);
    const { port } = socket.getsockname();
    const waiting = socket.recv(1);
    const core = socket.toDgram();
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF' });
    expect(core).toBeInstanceOf(nodeDgram.Socket);
    expect(core.address().port).toBe(port);
    core.send('x', port, host);
    expect(String((await once(core, 'message'))[0])).toBe('x');
    core.close();
  });
});

it('what core does not serve is ENOTSUP with an alternative, and the socket is as it was', async () => {
  const [seqpacket, peer] = Socket.pair(AF_UNIX, SOCK_SEQPACKET);
  const unix = new Socket({ family: AF_UNIX, type: SOCK_DGRAM });
  const udp = new Socket({ family: AF_INET, type: SOCK_DGRAM });
  const listener = create_server(['127.0.0.1', 0]);
  const [stream, other] = Socket.pair();
  const connected = new Socket({ family: AF_INET, type: SOCK_DGRAM });
  await connected.connect(['127.0.0.1', 9]);
  const refused: [Socket<never>, 'toNet' | 'toServer' | 'toDgram', RegExp][] = [
    [seqpacket as never, 'toNet', /makefile/],
    [seqpacket as never, 'toServer', /makefile/],
    [unix as never, 'toDgram', /bsd-socket\/dgram/],
    [udp as never, 'toNet', /makefile/],
    [listener as never, 'toNet', /toServer/],
    [listener as never, 'toDgram', /onBatch/],
    [stream as never, 'toServer', /toNet/],
    [connected as never, 'toDgram', /connect\(\)/],
  ];
  const waiting = seqpacket.recv(100);
  for (const [socket, method, hint] of refused) {
    const fd = socket.fileno();
    let error: unknown;
    try {
      socket[method]();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'ENOTSUP', syscall: method });
    expect((error as { hint: string }).hint).toMatch(hint);
    expect(socket.fileno()).toBe(fd);
  }
  await peer.send('still there');
  expect(String(await waiting)).toBe('still there');
  for (const socket of [seqpacket, peer, unix, udp, listener, stream, other, connected])
    (socket as Socket<never>).close();
  expect(code(() => seqpacket.toNet())).toBe('EBADF');
});

it('Socket.from: a duplicate of what core made, and core keeps its own', async () => {
  const server = net.createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  const copy = Socket.from(client);
  expect(copy.remoteAddress).toMatchObject({ port: client.remotePort });
  copy.close();
  client.write('still connected');
  expect(String((await once(client, 'data'))[0])).toBe('still connected');
  client.destroy();
  server.close();
  const unbound = nodeDgram.createSocket('udp4');
  expect(code(() => Socket.from(unbound))).toBe('EBADF');
  unbound.close();
});

describe('transfer', () => {
  it('a ticket is good once; the original is closed and its waiting call rejected', async () => {
    const [a, b] = Socket.pair();
    const waiting = a.recv(1);
    const ticket = a.transfer();
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF', syscall: 'recv' });
    expect(a.fileno()).toBe(-1);
    const adopted = Socket.adopt(structuredClone(ticket));
    expect(adopted).toMatchObject({ family: AF_UNIX, type: SOCK_STREAM });
    await b.send('x');
    expect(String(await adopted.recv(1))).toBe('x');
    expect(code(() => Socket.adopt(ticket))).toBe('ENOENT');
    for (const id of [0n, -1n, 1n << 60n])
      expect(code(() => Socket.adopt({ id }))).toBe('ERR_OUT_OF_RANGE');
    expect(code(() => Socket.adopt({ id: 5 } as never))).toBe('ERR_INVALID_ARG_TYPE');
    adopted.close();
    b.close();
  });

  it('10,000 transfers to a worker and back leave the count of descriptors as it was', async () => {
    const worker = new Worker(path.join(__dirname, 'programs', 'adopts.js'), {
      workerData: { entry: dist('index.js') },
    });
    await once(worker, 'online');
    const move = async (socket: Socket<never>): Promise<Socket<never>> => {
      const answer = once(worker, 'message');
      worker.postMessage(socket.transfer());
      return Socket.adopt((await answer)[0]);
    };
    let [a, b] = Socket.pair() as unknown as [Socket<never>, Socket<never>];
    a = await move(a);
    const before = openFds();
    for (let i = 0; i < 5000; i++) a = await move(a);
    expect(openFds()).toBe(before);
    await b.send('still connected');
    expect(String(await a.recv(100))).toBe('still connected');
    a.close();
    b.close();
    worker.postMessage('end');
    await once(worker, 'exit');
  }, 60_000);
});

it('in a cluster worker toServer() serves on the very socket, and toDgram() on its own', async () => {
  const program = path.join(__dirname, 'programs', 'cluster-servers.js');
  const { stdout } = await run(process.execPath, [program], { cwd: root });
  const report = JSON.parse(stdout) as { served: string[] };
  expect(report.served).toEqual(['worker', 'worker by path', 'datagram']);
});

it('errors of a hand-over are SocketErrors', () => {
  const socket = new Socket(AF_INET, SOCK_STREAM);
  socket.close();
  try {
    socket.toServer();
  } catch (error) {
    expect(isErrno(error, 'EBADF')).toBe(true);
  }
});
