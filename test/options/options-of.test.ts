// optionsOf: the same view on node's own sockets, with no warning and no guess; prepareSocket:
// options before connect.
import * as dgram from 'node:dgram';
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { PassThrough } from 'node:stream';
import * as tls from 'node:tls';
import * as S from 'bsd-socket';
import { native } from '../../lib/native';
import { itNeeds, root, run } from '../tools';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server(
  onConnection: (socket: net.Socket) => void = () => {},
): Promise<net.Server & { port: number }> {
  const made = net.createServer(onConnection).listen(0, '127.0.0.1');
  closing.push(() => made.close());
  await once(made, 'listening');
  return Object.assign(made, { port: (made.address() as net.AddressInfo).port });
}
async function client(port: number): Promise<net.Socket> {
  const made = net.connect(port, '127.0.0.1');
  closing.push(() => made.destroy());
  await once(made, 'connect');
  return made;
}

it('net.Socket and net.Server', async () => {
  const listener = await server();
  const socket = await client(listener.port);
  const options = S.optionsOf(socket);
  options.TCP_USER_TIMEOUT = 5000;
  options.SO_KEEPALIVE = true;
  expect([options.TCP_USER_TIMEOUT, options.SO_KEEPALIVE, options.SO_TYPE]).toEqual([
    5000,
    true,
    S.SOCK_STREAM,
  ]);
  expect(options.SO_PEERNAME).toMatchObject({
    family: 'IPv4',
    address: '127.0.0.1',
    port: listener.port,
  });
  expect(options.TCP_INFO.state).toBe(1);
  expect(S.optionsOf(listener).SO_ACCEPTCONN).toBe(true);
  options.set({ IP_TOS: 0xb8, TCP_NODELAY: true });
  expect(S.optionsOf(socket).dump()).toMatchObject({ IP_TOS: 0xb8, TCP_NODELAY: 1 });
});

it('unix sockets, and descriptors', async () => {
  const [a, b] = S.socketpair();
  closing.push(() => [a.close(), b.close()]);
  const options = S.optionsOf(a.fileno());
  options.SO_PASSCRED = true;
  expect(a.options.SO_PASSCRED).toBe(true);
  expect(S.optionsOf(b).SO_PEERCRED.pid).toBe(process.pid);
  for (const bad of [-1, 1.5, Number.NaN]) expect(() => S.optionsOf(bad)).toThrow(TypeError);
  expect(() => S.optionsOf(987654).SO_TYPE).toThrow(S.errors.EBADF);
});

it('tls.TLSSocket, both ends', async () => {
  const pem = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    '-',
    '-out',
    '-',
  ];
  const { stdout: key } = await run('openssl', [
    'req',
    '-x509',
    ...pem,
    '-subj',
    '/CN=localhost',
    '-days',
    '2',
  ]);
  const cert = key;
  const listener = tls.createServer({ key, cert }).listen(0, '127.0.0.1');
  closing.push(() => listener.close());
  await once(listener, 'listening');
  const accepted = once(listener, 'secureConnection');
  const socket = tls.connect({
    port: (listener.address() as net.AddressInfo).port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
  });
  closing.push(() => socket.destroy());
  await once(socket, 'secureConnect');
  const [other] = (await accepted) as [tls.TLSSocket];
  closing.push(() => other.destroy());
  S.optionsOf(socket).TCP_USER_TIMEOUT = 4321;
  expect(S.optionsOf(socket).TCP_USER_TIMEOUT).toBe(4321);
  expect(S.optionsOf(other).TCP_INFO.state).toBe(1);
  expect(S.optionsOf(listener).SO_ACCEPTCONN).toBe(true);
});

it('the socket of an http request', async () => {
  const seen: number[] = [];
  const listener = http.createServer((request, response) => {
    S.optionsOf(request.socket).TCP_USER_TIMEOUT = 1234;
    seen.push(S.optionsOf(request.socket).TCP_USER_TIMEOUT);
    response.end('ok');
  });
  listener.listen(0, '127.0.0.1');
  closing.push(() => listener.close());
  await once(listener, 'listening');
  const request = http.get({
    port: (listener.address() as net.AddressInfo).port,
    host: '127.0.0.1',
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  seen.push(S.optionsOf(response.socket).SO_TYPE);
  response.resume();
  await once(response, 'close');
  expect(seen).toEqual([1234, S.SOCK_STREAM]);
});

describe('dgram.Socket', () => {
  it('once bound', async () => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    closing.push(() => socket.close());
    await once(socket, 'listening');
    S.optionsOf(socket).IP_TOS = 0xb8;
    expect([S.optionsOf(socket).IP_TOS, S.optionsOf(socket).SO_TYPE]).toEqual([0xb8, S.SOCK_DGRAM]);
  });
  it('before that it says how: bind({ fd })', async () => {
    const socket = dgram.createSocket('udp4');
    expect(() => S.optionsOf(socket)).toThrow(/EBADF.*bind\(\{ fd \}\)/);
    const made = new S.Socket({
      family: S.AF_INET,
      type: S.SOCK_DGRAM,
      options: { SO_REUSEPORT: true, IP_TTL: 9 },
    });
    made.bind(['127.0.0.1', 0]);
    socket.bind({ fd: made.detach() }); // node says 'listening' at once
    expect(S.optionsOf(socket).IP_TTL).toBe(9);
    const options = S.optionsOf(socket);
    socket.close();
    await once(socket, 'close');
    expect(() => options.IP_TTL).toThrow(/EBADF.*the dgram socket is closed/);
  });
});

it('a handle without a descriptor, and a closed one, are clear errors', async () => {
  const listener = await server();
  expect(() => S.optionsOf(new net.Socket())).toThrow(/EBADF.*prepareSocket\(\)/);
  expect(() => S.optionsOf(net.createServer())).toThrow(/EBADF.*neither connecting nor listening/);
  const socket = await client(listener.port);
  const options = S.optionsOf(socket);
  expect(options.SO_TYPE).toBe(S.SOCK_STREAM);
  socket.destroy();
  await once(socket, 'close');
  expect(() => options.SO_TYPE).toThrow(S.errors.EBADF);
  for (const bad of [null, undefined, 'x', {}, [], Symbol('x')])
    expect(() => S.optionsOf(bad as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
});

it('the socket of an http2 session', async () => {
  const listener = http2
    .createServer((_request, response) => response.end())
    .listen(0, '127.0.0.1');
  closing.push(() => listener.close());
  await once(listener, 'listening');
  const session = http2.connect(`http://127.0.0.1:${(listener.address() as net.AddressInfo).port}`);
  closing.push(() => session.destroy());
  await once(session, 'connect');
  S.optionsOf(session.socket as net.Socket).TCP_USER_TIMEOUT = 4321;
  expect(S.optionsOf(session.socket as net.Socket).TCP_USER_TIMEOUT).toBe(4321);
});
it('a handle without a descriptor says so', () => {
  const over = new tls.TLSSocket(new PassThrough() as never);
  closing.push(() => over.destroy());
  expect(() => S.optionsOf(over)).toThrow(
    /EBADF.*its handle has no descriptor.*TLS over a stream that is no socket/,
  );
});

it('prints no warning', async () => {
  const code = `require('./tools/load-ts.js');
    const { optionsOf, prepareSocket } = require('./lib/index.ts');
    const net = require('node:net'), dgram = require('node:dgram');
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1', () => {
      optionsOf(socket).IP_TTL = 3;
      const server = net.createServer((c) => c.end()).listen(0, '127.0.0.1', () => {
        optionsOf(server).SO_ACCEPTCONN;
        const client = prepareSocket({ TCP_NODELAY: true }).connect(server.address().port, '127.0.0.1');
        client.on('connect', () => optionsOf(client).dump()).resume().on('close', () => { server.close(); socket.close(); });
      });
    });`;
  const { stdout, stderr } = await run(
    process.execPath,
    ['--pending-deprecation', '--trace-warnings', '-e', code],
    { cwd: root },
  );
  expect(stdout + stderr).toBe('');
});

describe('prepareSocket', () => {
  itNeeds('root')('sets options on a socket that node then connects', async () => {
    const listener = await server((socket) => socket.end('hello'));
    const socket = S.prepareSocket({ TCP_USER_TIMEOUT: 777, SO_MARK: 5, TCP_MAXSEG: 900 });
    closing.push(() => socket.destroy());
    expect(S.optionsOf(socket).TCP_USER_TIMEOUT).toBe(777);
    socket.connect(listener.port, '127.0.0.1');
    await once(socket, 'connect');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
    expect([S.optionsOf(socket).SO_MARK, S.optionsOf(socket).TCP_USER_TIMEOUT]).toEqual([5, 777]);
    expect(S.optionsOf(socket).TCP_MAXSEG).toBeLessThanOrEqual(900);
  });
  it('goes under http and tls', async () => {
    const listener = http
      .createServer((_request, response) => response.end('made'))
      .listen(0, '127.0.0.1');
    closing.push(() => listener.close());
    await once(listener, 'listening');
    const { port } = listener.address() as net.AddressInfo;
    const request = http.get({
      port,
      host: '127.0.0.1',
      createConnection: () => S.prepareSocket({ IP_TOS: 8 }).connect(port, '127.0.0.1'),
    });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(S.optionsOf(response.socket).IP_TOS).toBe(8);
    response.resume();
    await once(response, 'end');
  });
  it('leaves nothing open where an option is refused', () => {
    const before = native.owned();
    expect(() => S.prepareSocket({ IPV6_V6ONLY: true })).toThrow(S.errors.ENOPROTOOPT);
    expect(native.owned()).toBe(before);
    const v6 = S.prepareSocket({ IPV6_V6ONLY: true }, S.AF_INET6);
    expect(S.optionsOf(v6).IPV6_V6ONLY).toBe(true);
    v6.destroy();
  });
});
