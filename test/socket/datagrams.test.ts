// Datagrams: UDP and unix, Python's two orders of sendto, recvmsg and sendmsg with control data.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  CM,
  errors,
  MSG_PEEK,
  MSG_TRUNC,
  SO_PASSCRED,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  socket,
  socketpair,
} from 'bsd-socket';

test('sendto takes its arguments in both orders, in all verbs', async () => {
  const a = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const b = socket(AF_INET, SOCK_DGRAM).bind(['', 0]);
  const to = a.getsockname();
  expect(await b.sendto('1', to)).toBe(1);
  expect(await b.sendto('2', 0, to)).toBe(1);
  expect(b.sendtoSync('3', ['127.0.0.1', to.port])).toBe(1);
  expect(b.sendtoSync('4', 0, { address: '127.0.0.1', port: to.port })).toBe(1);
  expect(b.trySendto('5', to)).toBe(1);
  expect(b.trySendto('6', 0, to)).toBe(1);
  expect(await b.sendto('7', ['localhost', to.port])).toBe(1);
  expect(() => b.trySendto('8', ['localhost', to.port])).toThrow(TypeError);
  for (const digit of '1234567') {
    const [data, from] = await a.recvfrom(10);
    expect(data.toString()).toBe(digit);
    expect(from.port).toBe(b.getsockname().port);
  }
  expect(a.tryRecvfrom(1)).toBeNull();
  a.close();
  b.close();
});

test('a datagram longer than its room is cut, and MSG_TRUNC says how long it was', async () => {
  const a = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const b = socket(AF_INET, SOCK_DGRAM);
  await b.connect(a.getsockname());
  await b.send('0123456789');
  const target = Buffer.alloc(4);
  expect(await a.recv(target, MSG_TRUNC | MSG_PEEK)).toBe(10);
  expect(target.toString()).toBe('0123');
  expect((await a.recv(4, MSG_TRUNC | MSG_PEEK)).toString()).toBe('0123');
  const message = await a.recvmsg(4);
  expect(message.data.toString()).toBe('0123');
  expect(message.truncated).toBe(true);
  expect(message.address).toEqual(b.getsockname());
  a.close();
  b.close();
});

test('an empty datagram is a datagram', async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  await a.send('');
  await a.send('x');
  expect(await b.recv(10)).toHaveLength(0);
  expect((await b.recv(10)).toString()).toBe('x');
  a.close();
  b.close();
});

test('IPv6 addresses carry flow info and scope', async () => {
  const a = socket(AF_INET6, SOCK_DGRAM).bind(['::1', 0]);
  const b = socket(AF_INET6, SOCK_DGRAM).bind(['::1', 0, 0, 0]);
  await b.sendto('six', a.getsockname());
  const [, from] = await a.recvfrom(10);
  expect(from).toEqual(b.getsockname());
  expect(from).toMatchObject({ family: 'IPv6', address: '::1', flowinfo: 0, scopeId: 0 });
  a.close();
  b.close();
});

test('gather and scatter, with SCM_CREDENTIALS and SCM_RIGHTS as raw control data', async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
  const fd = fs.openSync('/dev/null', 'r');
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(fd);
  await a.sendmsg([Buffer.from('ab'), new Uint8Array([99, 100, 101])], {
    control: [{ level: SOL_SOCKET, type: 1, data: rights }],
  });
  const [first, second] = [Buffer.alloc(3), Buffer.alloc(10)];
  const message = await b.recvmsg([first, second], { control: 128 });
  expect(message.data.toString()).toBe('abcde');
  expect(first.toString()).toBe('abc');
  expect(second.toString('latin1', 0, 2)).toBe('de');
  const got = message.control.map(({ level, type, data }) => [level, type, data.length]);
  expect(got).toContainEqual([SOL_SOCKET, 1, 4]);
  const received = message.control.find(({ type }) => type === 1)?.data.readInt32LE() as number;
  expect(fs.fstatSync(received).rdev).toBe(fs.fstatSync(fd).rdev);
  expect(message.get(CM.SCM_RIGHTS)?.map((owned) => owned.release())).toEqual([received]); // it was the message's, and is ours now
  fs.closeSync(received);
  fs.closeSync(fd);
  a.close();
  b.close();
});

describe('unix sockets', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-'));
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  test('paths, abstract names, autobind and unnamed ones', async () => {
    const file = path.join(directory, 'd');
    const a = socket(AF_UNIX, SOCK_DGRAM).bind(file);
    expect(a.getsockname()).toMatchObject({ family: 'unix', path: file, abstract: false });
    const b = socket(AF_UNIX, SOCK_DGRAM).bind('\0bsd-socket-test');
    expect(b.getsockname()).toMatchObject({ path: 'bsd-socket-test', abstract: true });
    await b.sendto('hi', file);
    const [data, from] = await a.recvfrom(10);
    expect(data.toString()).toBe('hi');
    expect(from).toMatchObject({ path: 'bsd-socket-test', abstract: true });
    const c = socket(AF_UNIX, SOCK_DGRAM).bind('');
    expect(c.getsockname()).toMatchObject({ abstract: true });
    await socket(AF_UNIX, SOCK_DGRAM).sendto('anonymous', file);
    expect((await a.recvfrom(20))[1]).toMatchObject({ family: 'unix', path: '' });
    for (const s of [a, b, c]) s.close();
  });

  test('a full datagram queue makes the sender wait, and room wakes it though it is not connected', async () => {
    const file = path.join(directory, 'full');
    const a = socket(AF_UNIX, SOCK_DGRAM).bind(file);
    const [b, c] = [socket(AF_UNIX, SOCK_DGRAM), socket(AF_UNIX, SOCK_DGRAM)];
    let filled = 0;
    while (b.trySendto('x', file) !== null) filled += 1;
    const waiting = c.sendto('late', file, { timeoutMs: 3000 });
    setTimeout(() => {
      for (let i = 0; i < filled; i++) a.tryRecv(10);
    }, 30);
    expect(await waiting).toBe(4);
    for (const s of [a, b, c]) s.close();
  });

  test('a full backlog makes connect wait', async () => {
    const file = path.join(directory, 'backlog');
    const listener = socket(AF_UNIX, SOCK_STREAM).bind(file).listen(0);
    const first = socket(AF_UNIX, SOCK_STREAM);
    await first.connect(file);
    const second = socket(AF_UNIX, SOCK_STREAM);
    const connecting = second.connect(file, { timeoutMs: 3000 });
    setTimeout(() => listener.tryAccept()?.[0].close(), 30);
    await connecting;
    const third = socket(AF_UNIX, SOCK_STREAM);
    await expect(third.connect(file, { timeoutMs: 40 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      isTimeout: true,
    });
    for (const s of [listener, first, second, third]) s.close();
  });

  test('seqpacket keeps boundaries', async () => {
    const [a, b] = Socket.pair(AF_UNIX, SOCK_SEQPACKET);
    await a.send('one');
    await a.send('two');
    const seen: string[] = [];
    a.close();
    for await (const data of b) seen.push(data.toString());
    expect(seen).toEqual(['one', 'two']);
    b.close();
  });

  test('a missing path is ENOENT with the address', async () => {
    const s = socket(AF_UNIX, SOCK_STREAM);
    const refusal = await s.connect(path.join(directory, 'none')).catch((e) => e);
    expect(refusal).toBeInstanceOf(errors.ENOENT);
    expect(refusal.address.path).toBe(path.join(directory, 'none'));
    s.close();
  });
});
