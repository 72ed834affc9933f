// What a message carries besides its bytes does not arrive, or in the wrong form.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as S from 'bsd-socket';
import { itNeeds, root } from '../tools';
import { closing, failure, python, within } from './sockets';

test.each([
  ['datagrams', S.SOCK_DGRAM],
  ['seqpacket', S.SOCK_SEQPACKET],
  ['a stream', S.SOCK_STREAM],
])('messages({ control }) of unix %s yields descriptors', async (_, type) => {
  const [a, b] = S.socketpair(S.AF_UNIX, type).map(closing) as [
    S.Socket<S.UnixAddress>,
    S.Socket<S.UnixAddress>,
  ];
  const file = fs.openSync(__filename, 'r');
  await a.sendFds(Buffer.from('x'), [file]);
  const options = { control: S.CM.SCM_RIGHTS === undefined ? 0 : 64 };
  const messages = b.messages(options as object)[Symbol.asyncIterator]();
  const { value } = await within(messages.next(), 'next()');
  const [fd] = value.get(S.CM.SCM_RIGHTS) ?? [];
  expect(value.controlTruncated).toBe(false);
  expect(fs.fstatSync(closing(fd as S.OwnedFd).fd).ino).toBe(fs.fstatSync(file).ino);
  fs.closeSync(file);
});

test('SO_PEERPIDFD is an OwnedFd', () => {
  const [a] = S.socketpair(S.AF_UNIX, S.SOCK_STREAM).map(closing) as [S.Socket<S.UnixAddress>];
  const got = a.getsockopt(S.SOL_SOCKET, S.SO_PEERPIDFD) as unknown;
  expect(got).toBeInstanceOf(S.OwnedFd);
  const owned = closing(got as S.OwnedFd);
  const info = fs.readFileSync(`/proc/self/fdinfo/${owned.fd}`, 'utf8');
  expect(info).toMatch(new RegExp(`^Pid:\\s+${process.pid}$`, 'm')); // proc(5)
});

test('a zero-copy completion is no error: it has no errno', async () => {
  const listener = closing(S.socket().bind(['127.0.0.1', 0]).listen());
  const a = closing(S.socket());
  const [[b]] = await Promise.all([listener.accept(), a.connect(listener.getsockname())]);
  closing(b);
  a.setsockopt(S.SOL_SOCKET, S.SO_ZEROCOPY, true);
  await a.send(Buffer.alloc(1000), S.MSG_ZEROCOPY);
  const message = await a.recvmsg(0, { flags: S.MSG_ERRQUEUE, control: 512 });
  const error = message.get(S.CM.IP_RECVERR);
  expect(error?.origin).toBe('zerocopy');
  expect(error?.errno).toBeUndefined();
});

test.failing('a timestamp of what was sent has no errno', async () => {
  const s = closing(S.socket(S.AF_INET, S.SOCK_DGRAM).bind(['127.0.0.1', 0]));
  const TX_SOFTWARE = 1 << 1;
  const SOFTWARE = 1 << 4;
  s.setsockopt(S.SOL_SOCKET, S.SO_TIMESTAMPING, TX_SOFTWARE | SOFTWARE);
  await s.sendto('x', s.getsockname());
  const message = await s.recvmsg(100, { flags: S.MSG_ERRQUEUE, control: 512 });
  expect(message.get(S.CM.IP_RECVERR)?.origin).toBe('timestamping');
  expect(message.get(S.CM.IP_RECVERR)?.errno).toBeUndefined(); // ENOMSG by construction, socket(7)
});

test.each([
  ['IPv4', S.AF_INET, '127.0.0.1'],
  ['IPv6', S.AF_INET6, '::1'],
] as const)(
  'enable({ gro }): a slot of batches() over %s holds a train',
  async (_, family, host) => {
    const init = { family: family as typeof S.AF_INET, type: S.SOCK_DGRAM };
    const receiver = closing(new S.Socket({ ...init, enable: { gro: true } }).bind([host, 0]));
    const sender = closing(new S.Socket(init));
    const data = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));
    await sender.sendmsg([data], { to: receiver.getsockname(), segmentSize: 1000 });
    const { value } = await within(receiver.batches()[Symbol.asyncIterator]().next(), 'next()');
    const [message] = value;
    expect(message.truncated).toBe(false);
    expect(message.data.equals(data)).toBe(true);
    expect(message.segmentSize).toBe(1000);
  },
);

itNeeds('root')('an overrun of a netlink socket says what to do', async () => {
  const NETLINK_ROUTE = 0;
  const s = closing(S.socket(S.AF_NETLINK, S.SOCK_RAW, NETLINK_ROUTE).bind([0, 1]));
  s.setsockopt(S.SOL_SOCKET, S.SO_RCVBUF, 1);
  // RTM_GETLINK with NLM_F_REQUEST | NLM_F_DUMP: answers that the receive buffer cannot hold
  const request = Buffer.alloc(32);
  request.writeUInt32LE(32, 0);
  request.writeUInt16LE(18, 4);
  request.writeUInt16LE(0x301, 6);
  const error = await failure(async () => {
    for (let i = 0; i < 200; i++) {
      s.trySend(request);
      s.tryRecv(1, S.MSG_PEEK);
    }
    while (s.tryRecv(1) !== null);
    throw Object.assign(new Error('no overrun'), { code: 'none' });
  });
  expect(error['code']).toBe('ENOBUFS');
  expect(error['hint']).toMatch(/lost|overrun/);
});

describe('pages of options', () => {
  const page = (name: string) => {
    const text = fs.readFileSync(path.join(root, 'docs/options/SOL_SOCKET.md'), 'utf8');
    return text.split(`## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
  };
  const firstParagraph = (name: string) => page(name).trim().split('\n\n')[0] ?? '';

  test('SO_LINGER: close() then blocks the whole process', () => {
    expect(page('SO_LINGER')).toMatch(/close\(\).*blocks.*(process|thread)/s);
  });
  test('SO_RCVLOWAT begins with what it does to receives here', () => {
    expect(firstParagraph('SO_RCVLOWAT')).toMatch(/queued/);
  });
  test('SO_RCVTIMEO begins with what it bounds here', () => {
    expect(firstParagraph('SO_RCVTIMEO')).toMatch(/Sync.*timeoutMs.*settimeout/s);
  });
});

describe('SO_RCVLOWAT of TCP', () => {
  const connected = async () => {
    const listener = closing(S.socket().bind(['127.0.0.1', 0]).listen());
    const a = closing(S.socket());
    const [[b]] = await Promise.all([listener.accept(), a.connect(listener.getsockname())]);
    return [a, closing(b)] as const;
  };

  test('what is queued is returned, as by a non-blocking recv(2)', async () => {
    const expected = await python('rcvlowat.py');
    const [a, b] = await connected();
    a.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10);
    await b.send('ab');
    await b.send('c'); // the first has arrived once the second is sent over loopback
    expect({ queued: (await a.recv(10)).length }).toEqual(expected);
  });

  test('a waiting receive wakes from that many bytes on', async () => {
    const [a, b] = await connected();
    a.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 5);
    const waiting = a.recv(10);
    await b.send('abc');
    await b.send('de');
    expect((await waiting).toString()).toBe('abcde');
  });
});
