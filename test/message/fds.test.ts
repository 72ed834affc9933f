// Descriptors and credentials over AF_UNIX: both ways against Python, who owns what arrives, and
// that nothing leaks.
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  AF_INET,
  AF_UNIX,
  CM,
  CMSG_SPACE,
  constants,
  MessageBatch,
  MSG_CTRUNC,
  MSG_PEEK,
  OwnedFd,
  SO_PASSCRED,
  SO_PASSPIDFD,
  SO_PEERCRED,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  socketpair,
} from 'bsd-socket';
import { itNeeds, requireTool, runNode, start, temporaryFolder } from '../tools';
import { made } from './sockets';

const folder = temporaryFolder();
const file = path.join(folder, 'note');
fs.writeFileSync(file, 'what the file says');
const descriptors = () => fs.readdirSync('/proc/self/fd').length;
const inode = (fd: number) => fs.fstatSync(fd).ino;

function pair(type: number = SOCK_STREAM) {
  const both = socketpair(AF_UNIX, type);
  both.forEach(made);
  return both;
}

describe('OwnedFd', () => {
  test('closes what it owns, and gives away what is released', () => {
    const before = descriptors();
    const fd = fs.openSync(file, 'r');
    const owned = new OwnedFd(fd);
    const copy = OwnedFd.dup(owned);
    expect(copy.fd).not.toBe(fd);
    expect(inode(copy.fd)).toBe(inode(fd));
    copy.close();
    copy.close();
    expect([copy.fd, owned.fd]).toEqual([-1, fd]);
    expect(owned.release()).toBe(fd);
    expect(() => owned.release()).toThrow(/EBADF/);
    owned.close();
    expect(inode(fd)).toBeGreaterThan(0);
    fs.closeSync(fd);
    {
      using scoped = new OwnedFd(fs.openSync(file, 'r'));
      expect(scoped.fd).toBeGreaterThan(2);
    }
    expect(descriptors()).toBe(before);
    expect(() => new OwnedFd(1.5)).toThrow(TypeError);
    expect(() => new OwnedFd(1020)).toThrow(/EBADF/);
  });

  test('becomes a Socket, a net.Socket, or a file', async () => {
    const [a, b] = pair();
    const [c, d] = pair();
    const [e, f] = pair();
    using note = new OwnedFd(fs.openSync(file, 'r'));
    await a.sendFds(Buffer.from('!'), [c, e, note]);
    const { fds } = await b.recvFds(1, 8);
    const [asSocket, asNet, asFile] = fds as [OwnedFd, OwnedFd, OwnedFd];
    const sock = Socket.fromFd(asSocket);
    expect([asSocket.fd, sock.family, sock.type]).toEqual([-1, AF_UNIX, SOCK_STREAM]);
    await sock.send('to d');
    expect((await d.recv(10)).toString()).toBe('to d');
    sock.close();
    const stream = new net.Socket({ fd: asNet.release(), readable: true, writable: true });
    stream.end('to f');
    expect((await f.recv(10)).toString()).toBe('to f');
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    // A FileHandle is only to be had by opening the file once more.
    const handle = await fs.promises.open(`/proc/self/fd/${asFile.fd}`);
    expect(await handle.readFile('utf8')).toBe('what the file says');
    await handle.close();
    expect(await text(fs.createReadStream('', { fd: asFile.release() }))).toBe(
      'what the file says',
    );
  });
});

test('sendFds takes numbers, OwnedFds, Sockets and net.Sockets, and they stay open', async () => {
  const [a, b] = pair();
  const [own] = pair();
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  await new Promise((resolve) => client.once('connect', resolve));
  const number = fs.openSync(file, 'r');
  const owned = new OwnedFd(fs.openSync(file, 'r'));
  expect(a.sendFdsSync(Buffer.from('four'), [number, owned, own, client])).toBe(4);
  const { data, fds, flags } = b.recvFdsSync(100, 4);
  expect([data.toString(), fds.length, flags & MSG_CTRUNC]).toEqual(['four', 4, 0]);
  expect(fds.slice(0, 3).map(({ fd }) => inode(fd))).toEqual(
    [number, owned.fd, own.fileno()].map(inode),
  );
  const connection = Socket.fromFd(fds[3] as OwnedFd);
  expect(connection.family).toBe(AF_INET);
  connection.close();
  for (const fd of fds) fd.close();
  owned.close();
  fs.closeSync(number);
  client.destroy();
  // what lingers would be counted by the next test
  await new Promise((resolve) => server.close(resolve));
  expect(() => a.sendFdsSync(Buffer.alloc(0), [0])).toThrow(/one byte/);
  await expect(a.sendFds(Buffer.from('x'), [owned])).rejects.toThrow(/SCM_RIGHTS\[0\]/);
  await expect(a.sendFds(Buffer.from('x'), [900])).rejects.toMatchObject({ code: 'EBADF' });
  await expect(b.recvFds(1, 0)).rejects.toThrow(RangeError);
  await expect(b.recvFds(1, 254)).rejects.toThrow(RangeError);
});

test.each([
  ['stream', SOCK_STREAM],
  ['datagram', SOCK_DGRAM],
])('descriptors arrive through messages({ control }) of a %s socket', async (_, type) => {
  const [a, b] = pair(type);
  await a.sendFds(Buffer.from('x'), [0, 0]);
  for await (const message of b.messages({ control: CMSG_SPACE(8) })) {
    const fds = message.get(CM.SCM_RIGHTS) ?? [];
    expect(fds.map(({ fd }) => inode(fd))).toEqual([inode(0), inode(0)]);
    for (const fd of fds) fd.close();
    break;
  }
  expect(() => b.messages({ contrl: 64 } as never)).toThrow(/did you mean 'control'/);
});

test('nothing leaks: no room, too little room, a peek, a batch that nobody reads', async () => {
  const [a, b] = pair(SOCK_DGRAM);
  const before = descriptors();
  const three = [0, 1, 2].map((fd) => OwnedFd.dup(fd));
  const send = () => a.sendFds(Buffer.from('x'), three);
  await send();
  await b.recv(10);
  await send();
  expect((await b.recvmsg(10)).controlTruncated).toBe(true);
  await send();
  const cut = await b.recvFds(10, 2);
  expect([cut.fds.length, (cut.flags & MSG_CTRUNC) !== 0]).toEqual([2, true]);
  for (const fd of cut.fds) fd.close();
  await send();
  for (const flags of [MSG_PEEK, 0])
    for (const fd of (await b.recvFds(10, 3, { flags })).fds) fd.close();
  const batch = new MessageBatch({ count: 4, size: 10 });
  await send();
  await send();
  expect(b.tryRecvmmsg(batch as never)).toBe(2);
  const [taken] = batch.message(0).get(CM.SCM_RIGHTS) as OwnedFd[];
  expect(batch.message(0).get(CM.SCM_RIGHTS)?.[0]).toBe(taken);
  const kept = batch.message(1).copy();
  await send();
  // the first two are forgotten: what was not taken is closed
  expect(b.tryRecvmmsg(batch as never)).toBe(1);
  batch.clear();
  expect(inode(taken?.fd as number)).toBeGreaterThan(0);
  const copied = kept.get(CM.SCM_RIGHTS) as OwnedFd[];
  expect(copied.map(({ fd }) => inode(fd))).toEqual(three.map(({ fd }) => inode(fd)));
  expect(descriptors() - before).toBe(3 + 3 + 3);
  for (const fd of [...copied, ...three]) fd.close();
  taken?.close();
  expect(descriptors() - before).toBe(2); // the two that came with `taken`, asked for and never closed: the collector's
});

test('a message that nobody keeps closes its descriptors when it is collected, and says so', async () => {
  const { stdout, stderr } = await runNode(
    `
    const { socketpair, OwnedFd, AF_UNIX } = require('bsd-socket');
    const fs = require('node:fs');
    const count = () => fs.readdirSync('/proc/self/fd').length;
    (async () => {
      const [a, b] = socketpair(AF_UNIX);
      process.emitWarning('the first warning opens what warnings need');
      await new Promise(setImmediate);
      const before = count();
      await a.sendFds(Buffer.from('x'), [1, 2]);
      await (async () => { await b.recvmsg(10, { control: 100 }); })();
      const during = count();
      for (let i = 0; i < 20 && count() > before; i++) { await new Promise((r) => setTimeout(r, 10)); gc(); }
      console.log(during - before, count() - before);
      a.close(); b.close();
    })();
  `,
    [],
    { flags: ['--expose-gc'] },
  );
  expect(stdout.trim()).toBe('2 0');
  expect(stderr).toMatch(/BSD_SOCKET_LOST.*OwnedFd/);
});

test('descriptors arrive close-on-exec', async () => {
  const [a, b] = pair();
  await a.sendFds(Buffer.from('x'), [0]);
  const { fds } = await b.recvFds(1, 1);
  const flags = fs
    .readFileSync(`/proc/self/fdinfo/${fds[0]?.fd}`, 'utf8')
    .match(/flags:\s*(\d+)/)?.[1] as string;
  expect(Number.parseInt(flags, 8) & constants.O_CLOEXEC).not.toBe(0);
  fds[0]?.close();
});

test('credentials: of the peer, with each message, and as a pidfd', async () => {
  const me = { pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() };
  const [a, b] = pair(SOCK_DGRAM);
  expect(b.getsockopt(SOL_SOCKET, SO_PEERCRED)).toEqual(me);
  b.enable({ credentials: true });
  b.setsockopt(SOL_SOCKET, SO_PASSPIDFD as number, 1);
  await a.send('x');
  const message = await b.recvmsg(10);
  expect(message.get(CM.SCM_CREDENTIALS)).toEqual(me);
  const pidfd = message.get(CM.SCM_PIDFD) as OwnedFd;
  expect(fs.readFileSync(`/proc/self/fdinfo/${pidfd.fd}`, 'utf8')).toMatch(
    new RegExp(`^Pid:\\s+${process.pid}$`, 'm'),
  );
  pidfd.close();
  await a.sendmsg([Buffer.from('x')], {
    control: [CM.SCM_CREDENTIALS(me as { pid: number; uid: number; gid: number })],
    fds: [1],
  });
  const { fds } = await b.recvFds(10, 1);
  expect(fds).toHaveLength(1); // the credentials stand before it
  fds[0]?.close();
  expect(SO_PASSCRED).toBeGreaterThan(0);
});

describe('Python', () => {
  const place = path.join(folder, 'python');

  itNeeds('python3')('sends us descriptors and credentials', async () => {
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind(place).listen();
    const peer = start(requireTool('python3'), [
      '-c',
      `
import os, socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
f = open(sys.argv[2])
socket.send_fds(s, [b'two'], [f.fileno(), 1])
s.recv(1)
s.sendmsg([b'me'], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack('3i', os.getpid(), os.getuid(), os.getgid()))])
s.recv(1)
`,
      place,
      file,
    ]);
    const [conn] = await listener.accept();
    const { data, fds } = await conn.recvFds(10, 5);
    expect([data.toString(), fds.length, fs.readFileSync((fds[0] as OwnedFd).fd, 'utf8')]).toEqual([
      'two',
      2,
      'what the file says',
    ]);
    conn.enable({ credentials: true });
    await conn.send('.');
    const message = await conn.recvmsg(10);
    expect(message.get(CM.SCM_CREDENTIALS)).toEqual({
      pid: peer.pid,
      uid: process.getuid?.(),
      gid: process.getgid?.(),
    });
    await conn.send('.');
    for (const fd of fds) fd.close(); // one is Python's output, which ends only now
    expect((await peer.done).status).toBe(0);
    conn.close();
    listener.close();
  });

  itNeeds('python3')('takes descriptors and credentials from us', async () => {
    const at = `${place}2`;
    const listener = new Socket(AF_UNIX, SOCK_STREAM).bind(at).listen();
    const peer = start(requireTool('python3'), [
      '-c',
      `
import os, socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.connect(sys.argv[1])
data, control, flags, _ = s.recvmsg(10, 200)
for level, kind, payload in control:
    if kind == socket.SCM_RIGHTS:
        fds = struct.unpack('%di' % (len(payload) // 4), payload)
        print(data.decode(), len(fds), os.read(fds[0], 100).decode())
    if kind == socket.SCM_CREDENTIALS:
        print(*struct.unpack('3i', payload))
`,
      at,
    ]);
    const [conn] = await listener.accept();
    const fd = fs.openSync(file, 'r');
    await conn.sendFds(Buffer.from('here'), [fd, 0]);
    const { stdout } = await peer.done;
    expect(stdout.trim().split('\n').sort()).toEqual(
      [
        `${process.pid} ${process.getuid?.()} ${process.getgid?.()}`,
        'here 2 what the file says',
      ].sort(),
    );
    fs.closeSync(fd);
    conn.close();
    listener.close();
  });
});

test('a descriptor has one owner', () => {
  const [a] = pair();
  const busy = expect.objectContaining({ code: 'EBUSY', syscall: 'adopt' });
  expect(() => new OwnedFd(a.fileno())).toThrow(busy);
  const note = new OwnedFd(fs.openSync(file, 'r'));
  expect(() => new OwnedFd(note.fd)).toThrow(busy);
  const end = OwnedFd.dup(a);
  expect(() => Socket.fromFd(end.fd)).toThrow(busy);
  const sock = Socket.fromFd(end);
  expect(() => new OwnedFd(sock.fileno())).toThrow(busy);
  // Given away, it may be taken over again; what could not be handed over stays.
  expect(() => Socket.fromFd(note)).toThrow(expect.objectContaining({ code: 'ENOTSOCK' }));
  using again = new OwnedFd(note.release());
  expect(inode(again.fd)).toBe(fs.statSync(file).ino);
  using detached = new OwnedFd(sock.detach());
  expect(detached.fd).toBeGreaterThan(2);
});

test('a descriptor that was closed behind its owner is taken over when its number comes again', async () => {
  const [a, b] = pair();
  const lost = OwnedFd.dup(0);
  const number = lost.fd;
  await a.sendFds(Buffer.from('x'), [0]);
  fs.closeSync(number);
  const { fds } = await b.recvFds(1, 1);
  expect(fds.map(({ fd }) => fd)).toEqual([number]);
  expect(() => lost.release()).toThrow(expect.objectContaining({ code: 'EBADF' }));
  lost.close();
  expect(fs.fstatSync(number)).toBeDefined(); // it is the new owner's
  fds[0]?.close();
});
