// A call that waits for the error queue or for urgent data stands in the way of normal receives, or
// waits behind them.
import {
  AF_INET,
  AF_INET6,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  MessageBatch,
  MSG_ERRQUEUE,
  MSG_OOB,
  SOCK_DGRAM,
  socket,
} from 'bsd-socket';
import * as sys from 'bsd-socket/sys';
import { type AnySocket, closing, failure, PAIRS, STREAMS, unhandled, within } from './sockets';

const batch = () => new MessageBatch({ count: 2, size: 100, control: 512 });
const QUEUE_READERS: [name: string, call: (s: AnySocket) => Promise<unknown>][] = [
  ['recvmsg', (s) => s.recvmsg(100, { flags: MSG_ERRQUEUE, control: 512 })],
  ['recvmmsg', (s) => s.recvmmsg(batch(), { flags: MSG_ERRQUEUE })],
  ['recv', (s) => s.recv(100, MSG_ERRQUEUE)],
  ['recvfrom', (s) => s.recvfrom(100, MSG_ERRQUEUE)],
];
const RECEIVES: [name: string, call: (s: AnySocket) => Promise<unknown>][] = [
  ['recv', (s) => s.recv(10)],
  ['recvfrom', (s) => s.recvfrom(10)],
  ['recvmsg', (s) => s.recvmsg(10)],
  ['recvmmsg', (s) => s.recvmmsg(batch())],
];

// unix sockets have no error queue: MSG_ERRQUEUE is a plain receive to them
const internet = PAIRS.filter(([name]) => /TCP|UDP/.test(name));

describe.each(internet)('%s', (_, pair) => {
  describe.each(QUEUE_READERS)('a %s(MSG_ERRQUEUE) that waits', (_name, queued) => {
    const testing = test;
    testing.each(RECEIVES)('lets a %s have its data', async (_, call) => {
      const [a, b] = await pair();
      unhandled(queued(a));
      const got = unhandled(Promise.resolve().then(() => call(a)));
      await b.send('data');
      await within(got, 'the receive');
    });

    test('lets a recvSync have its data', async () => {
      const [a, b] = await pair();
      unhandled(queued(a));
      await b.send('data');
      a.settimeout(0.2);
      expect(a.recvSync(10).toString()).toBe('data');
    });
  });
});

describe.each([
  ['IPv4', AF_INET, '127.0.0.1', IPPROTO_IP, IP_RECVERR],
  ['IPv6', AF_INET6, '::1', IPPROTO_IPV6, IPV6_RECVERR],
] as const)('UDP over %s', (_, family, host, level, option) => {
  test.each(QUEUE_READERS)(
    '%s(MSG_ERRQUEUE) behind a waiting receive gets its error',
    async (_, call) => {
      const s = closing(socket(family as typeof AF_INET, SOCK_DGRAM).bind([host, 0])) as AnySocket;
      s.setsockopt<number>(level as number, option as number, 1);
      const closed = socket(family as typeof AF_INET, SOCK_DGRAM).bind([host, 0]);
      const { port } = closed.getsockname();
      closed.close();
      const waiting = unhandled(s.recvmsg(10));
      const error = unhandled(call(s));
      await s.sendto('x', [host, port]);
      await within(error, 'the error');
      waiting.catch(() => {}); // ECONNREFUSED, as in C
    },
  );
});

const OUT_OF_BAND: [name: string, call: (s: AnySocket) => unknown][] = [
  ['recv', (s) => s.recv(1, MSG_OOB)],
  ['recvfrom', (s) => s.recvfrom(1, MSG_OOB)],
  ['recvmsg', (s) => s.recvmsg(1, { flags: MSG_OOB })],
  ['recvmmsg', (s) => s.recvmmsg(batch(), { flags: MSG_OOB })],
  ['recvSync', (s) => s.recvSync(1, MSG_OOB)],
];

describe.each(STREAMS)('%s', (stream, pair) => {
  for (const [name, call] of OUT_OF_BAND)
    test(`${name}(MSG_OOB) behind a waiting reader fails as in C`, async () => {
      const [a] = await pair();
      const expected = sys.recv(a.fileno(), Buffer.alloc(1), MSG_OOB);
      expect(expected).toBe(-22); // EINVAL
      unhandled(a.recv(10));
      const error = await failure(() =>
        within(
          Promise.resolve().then(() => call(a)),
          'it',
        ),
      );
      expect(error).toMatchObject({ code: 'EINVAL', errno: expected });
    });

  // A reader of a unix stream that wakes up passes over the urgent byte and drops it, in C as well.
  if (!stream.includes('TCP')) return;
  test('urgent data reaches recv(MSG_OOB) behind a waiting reader', async () => {
    const [a, b] = await pair();
    const reading = unhandled(a.recv(10, { signal: AbortSignal.timeout(2_000) }));
    await b.send('!', MSG_OOB);
    await within(a.wait({ error: true }), 'POLLPRI');
    expect((await within(a.recv(1, MSG_OOB), 'the urgent byte')).toString()).toBe('!');
    reading.catch(() => {});
  });
});
