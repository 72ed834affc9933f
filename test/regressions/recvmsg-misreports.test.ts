// recvmsg reports flags that the caller did not ask for, or the cut length of a datagram.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_UDP,
  MessageBatch,
  MSG_CMSG_CLOEXEC,
  MSG_TRUNC,
  type OwnedFd,
  SO_PEERNAME,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  socket,
} from 'bsd-socket';
import * as sys from 'bsd-socket/sys';
import { itNeeds } from '../tools';
import { type AnySocket, closing, DATAGRAMS, PAIRS, SEQPACKET } from './sockets';

describe.each(PAIRS)('%s: the flags of a message are the kernel’s own', (_, pair) => {
  // close-on-exec is the package's own wish on unix sockets, not part of the message
  const flagsOfPlainRecvmsg = (s: AnySocket) => {
    const head = { iov: [Buffer.alloc(10)], flags: -1 };
    expect(sys.recvmsg(s.fileno(), head, 0)).toBe(1);
    return head.flags;
  };

  test('of recvmsg, recvmsgSync and tryRecvmsg', async () => {
    const [a, b] = await pair();
    b.sendSync('x');
    const expected = flagsOfPlainRecvmsg(a);
    expect(expected & MSG_CMSG_CLOEXEC).toBe(0);
    b.sendSync('x');
    expect((await a.recvmsg(10)).flags).toBe(expected);
    b.sendSync('x');
    expect(a.recvmsgSync(10).flags).toBe(expected);
    b.sendSync('x');
    expect(a.tryRecvmsg(10)?.flags).toBe(expected);
  });

  test('of batches', async () => {
    const [a, b] = await pair();
    b.sendSync('x');
    const expected = flagsOfPlainRecvmsg(a);
    b.sendSync('x');
    const batch = new MessageBatch({ count: 1, size: 10 });
    expect(await a.recvmmsg(batch)).toBe(1);
    expect([batch.flags[0], batch.message(0).flags]).toEqual([expected, expected]);
  });
});

test.each(PAIRS.filter(([name]) => name.includes('unix')))(
  '%s: the flags of recvFds are the kernel’s own',
  async (_, pair) => {
    const [a, b] = await pair();
    b.sendFdsSync(Buffer.from('x'), [0]);
    const { flags, fds } = await a.recvFds(10, 1);
    closing(fds[0] as OwnedFd);
    expect(flags).toBe(a.type === SOCK_SEQPACKET ? flags & ~MSG_CMSG_CLOEXEC : 0);
    expect(flags & MSG_CMSG_CLOEXEC).toBe(0);
  },
);

/** recvmsg(MSG_TRUNC) returns the real length of a datagram that was cut (recv(2)). */
const lengths = async (a: AnySocket, send: () => void) => {
  send();
  const promised = await a.recvmsg(4, { flags: MSG_TRUNC });
  send();
  const blocking = a.recvmsgSync(4, 0, MSG_TRUNC);
  send();
  const tried = a.tryRecvmsg(4, 0, MSG_TRUNC);
  return [promised, blocking, tried].map((message) => ({
    length: message?.length,
    data: message?.data.length,
    truncated: message?.truncated,
  }));
};
const cut = (length: number) => ({ length, data: 4, truncated: true });

describe.each([...DATAGRAMS, ...SEQPACKET])('%s', (_, pair) => {
  test('recvmsg(MSG_TRUNC) gives the real length', async () => {
    const [a, b] = await pair();
    expect(await lengths(a, () => b.sendSync('0123456789'))).toEqual(Array(3).fill(cut(10)));
  });

  test('without MSG_TRUNC the length is that of the data', async () => {
    const [a, b] = await pair();
    b.sendSync('0123456789');
    const message = await a.recvmsg(4);
    expect(message).toMatchObject({ length: 4, truncated: true });
    b.sendSync('01');
    expect(await a.recvmsg(4)).toMatchObject({ length: 2, truncated: false });
  });

  test('recvmmsg(MSG_TRUNC) gives the real lengths', async () => {
    const [a, b] = await pair();
    const batch = new MessageBatch({ count: 2, size: 4 });
    b.sendSync('0123456789');
    b.sendSync('01');
    expect(await a.recvmmsg(batch, { flags: MSG_TRUNC })).toBe(2);
    expect([...batch.lengths.subarray(0, 2)]).toEqual([10, 2]);
  });

  test('recvmmsg(MSG_TRUNC): so do its messages', async () => {
    const [a, b] = await pair();
    const batch = new MessageBatch({ count: 1, size: 4 });
    b.sendSync('0123456789');
    await a.recvmmsg(batch, { flags: MSG_TRUNC });
    const [message] = batch;
    expect({ length: message?.length, data: message?.data.toString() }).toEqual({
      length: 10,
      data: '0123',
    });
  });
});

itNeeds('root').each([
  ['IPv4', AF_INET, '127.0.0.1', 20],
  ['IPv6', AF_INET6, '::1', 0],
] as const)('raw sockets over %s: recvmsg(MSG_TRUNC) gives the real length', async (...given) => {
  const [, family, host, header] = given;
  const raw = closing(socket(family as typeof AF_INET, SOCK_RAW, IPPROTO_UDP));
  const receiver = closing(socket(family as typeof AF_INET, SOCK_DGRAM).bind([host, 0]));
  const sender = closing(socket(family as typeof AF_INET, SOCK_DGRAM).bind([host, 0]));
  raw.bind([host, 0]);
  await raw.connect([host, 0]);
  await sender.connect(receiver.getsockname());
  const expected = header + 8 + 333;
  for (;;) {
    sender.sendSync(Buffer.alloc(333));
    const message = await raw.recvmsg(4, { flags: MSG_TRUNC });
    // others' datagrams on this loopback come to a raw socket too
    if (message.length === expected || message.length === undefined || message.length === 4) {
      expect(message.length).toBe(expected);
      return;
    }
  }
});

const FAMILIES = [
  ['IPv4', AF_INET, ['0.0.0.0', 0], { family: 'IPv4', address: '0.0.0.0', port: 0 }],
  ['IPv6', AF_INET6, ['::', 0, 0, 0], { family: 'IPv6', address: '::', port: 0 }],
] as const;

describe.each(FAMILIES)('a TCP socket over %s that never had a peer', (_, family, tuple, named) => {
  const shut = () => {
    const s = closing(socket(family as typeof AF_INET, SOCK_STREAM));
    expect(() => s.shutdown(0)).toThrow(); // ENOTCONN, but it takes effect: recv(2) returns 0
    return s;
  };

  test('gives recvfrom an address of the type that it promises', async () => {
    for (const received of [
      await shut().recvfrom(4),
      shut().recvfromSync(4),
      shut().tryRecvfrom(4),
    ]) {
      const [data, address] = received as [Buffer, object];
      expect(data).toHaveLength(0);
      expect([...(address as unknown as unknown[])]).toEqual([...tuple]);
      expect(address).toMatchObject(named);
    }
  });

  test('gives recvmsg one, too', async () => {
    for (const message of [await shut().recvmsg(4), shut().recvmsgSync(4), shut().tryRecvmsg(4)])
      expect(message?.address).toMatchObject(named);
  });
});

describe.each([
  ['TCP over IPv4', AF_INET, SOCK_STREAM],
  ['TCP over IPv6', AF_INET6, SOCK_STREAM],
  ['UDP over IPv4', AF_INET, SOCK_DGRAM],
  ['UDP over IPv6', AF_INET6, SOCK_DGRAM],
  ['unix streams', AF_UNIX, SOCK_STREAM],
  ['unix datagrams', AF_UNIX, SOCK_DGRAM],
  ['unix seqpacket', AF_UNIX, SOCK_SEQPACKET],
] as const)('%s without a peer', (_, family, type) => {
  test('SO_PEERNAME is the kernel’s ENOTCONN', () => {
    const s = closing(socket(family as typeof AF_INET, type));
    const expected = sys.getsockopt(s.fileno(), SOL_SOCKET, SO_PEERNAME, Buffer.alloc(128));
    expect(expected).toBe(-107);
    const notConnected = expect.objectContaining({ code: 'ENOTCONN', syscall: 'getsockopt' });
    expect(() => s.getsockopt(SOL_SOCKET, SO_PEERNAME)).toThrow(notConnected);
    expect(() => s.getsockopt(SOL_SOCKET, SO_PEERNAME, 128)).toThrow(notConnected);
    expect(() => s.options.SO_PEERNAME).toThrow(notConnected);
    expect(() => s.options.get('SO_PEERNAME')).toThrow(notConnected);
  });
});
