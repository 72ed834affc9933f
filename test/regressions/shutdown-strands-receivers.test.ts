// shutdown() of a datagram socket leaves receives waiting for ever, where a blocking recv(2)
// returns 0.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_ICMP,
  IPPROTO_UDP,
  isErrno,
  MessageBatch,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RAW,
  socket,
} from 'bsd-socket';
import { itNeeds } from '../tools';
import {
  type AnySocket,
  closing,
  DATAGRAMS,
  python,
  settled,
  unhandled,
  unixPath,
  within,
} from './sockets';

/** shutdown(2), which takes effect on an unconnected socket although it is ENOTCONN. */
function shutDown(sock: AnySocket, how: 0 | 1 | 2): void {
  try {
    sock.shutdown(how);
  } catch (error) {
    if (!isErrno(error, 'ENOTCONN')) throw error;
  }
}

type Made = () => Promise<AnySocket> | AnySocket;
const first =
  (pair: () => Promise<[AnySocket, AnySocket]>): Made =>
  async () =>
    (await pair())[0];
const bound = (family: typeof AF_INET | typeof AF_INET6, host: string, type: number, proto = 0) =>
  closing(socket(family as typeof AF_INET, type, proto).bind([host, 0]));

/** By the names that programs/shutdown.py knows them by. */
const KINDS: [name: string, make: Made][] = [
  ...DATAGRAMS.map(([name, pair]): [string, Made] => [`connected ${name}`, first(pair)]),
  ['unconnected UDP over IPv4', () => bound(AF_INET, '127.0.0.1', SOCK_DGRAM)],
  ['unconnected UDP over IPv6', () => bound(AF_INET6, '::1', SOCK_DGRAM)],
  ['unconnected unix datagrams', () => closing(socket(AF_UNIX, SOCK_DGRAM).bind(unixPath()))],
];
const RAW: [name: string, make: Made][] = [
  ['raw ICMP', () => bound(AF_INET, '127.0.0.9', SOCK_RAW, IPPROTO_ICMP)],
  ['raw UDP over IPv6', () => bound(AF_INET6, '::1', SOCK_RAW, IPPROTO_UDP)],
];

const batch = () => new MessageBatch({ count: 2, size: 100 });

/** Each receiving promise verb, and how many bytes (messages) it got. */
const CALLS: [name: string, call: (s: AnySocket) => Promise<number>][] = [
  ['recv', async (s) => (await s.recv(10)).length],
  ['recv into a target', (s) => s.recv(Buffer.alloc(10))],
  ['recvfrom', async (s) => (await s.recvfrom(10))[0].length],
  ['recvfrom into a target', async (s) => (await s.recvfrom(Buffer.alloc(10)))[0]],
  ['recvmsg', async (s) => (await s.recvmsg(10)).data.length],
  ['recvmmsg', (s) => s.recvmmsg(batch())],
];

const SYNC: [name: string, call: (s: AnySocket) => number][] = [
  ['recvSync', (s) => s.recvSync(10).length],
  ['recvSync into a target', (s) => s.recvSync(Buffer.alloc(10))],
  ['recvfromSync', (s) => s.recvfromSync(10)[0].length],
  ['recvmsgSync', (s) => s.recvmsgSync(10).data.length],
  ['recvmmsgSync', (s) => s.recvmmsgSync(batch())],
];

const ITERATIONS: [name: string, over: (s: AnySocket) => AsyncIterable<unknown>][] = [
  ['messages()', (s) => s.messages()],
  ['batches()', (s) => s.batches()],
];

function cases(kinds: typeof KINDS, testing: jest.It): void {
  describe.each(kinds)('%s', (_, make) => {
    describe.each([
      ['SHUT_RD', SHUT_RD],
      ['SHUT_RDWR', SHUT_RDWR],
    ] as const)('%s', (_, how) => {
      testing.each(CALLS)('ends a waiting %s', async (_, call) => {
        const s = await make();
        const waiting = unhandled(call(s));
        await settled(waiting);
        shutDown(s, how);
        expect(await within(waiting, 'the call')).toBe(0);
      });

      testing.each(CALLS)('ends a %s that is called after it', async (_, call) => {
        const s = await make();
        shutDown(s, how);
        expect(await within(unhandled(call(s)), 'the call')).toBe(0);
        expect(await within(unhandled(call(s)), 'the second call')).toBe(0);
      });

      testing.each(SYNC)('ends a %s', async (_, call) => {
        const s = await make();
        shutDown(s, how);
        s.settimeout(0.1); // it would throw ETIMEDOUT
        expect(call(s)).toBe(0);
      });

      testing.each(ITERATIONS)('ends %s', async (_, over) => {
        const s = await make();
        const waiting = over(s)[Symbol.asyncIterator]().next();
        await settled(waiting);
        shutDown(s, how);
        expect(await within(waiting, 'next()')).toEqual({ value: undefined, done: true });
        const again = over(s)[Symbol.asyncIterator]().next();
        expect(await within(again, 'next()')).toEqual({ value: undefined, done: true });
      });

      test('leaves the try verbs null', async () => {
        const s = await make();
        shutDown(s, how);
        expect([s.tryRecv(1), s.tryRecvfrom(1), s.tryRecvmsg(1), s.tryRecvmmsg(batch())]).toEqual([
          null,
          null,
          null,
          0,
        ]);
      });
    });

    test('SHUT_WR ends no receive', async () => {
      const s = await make();
      const waiting = unhandled(s.recv(10));
      shutDown(s, SHUT_WR);
      expect(await settled(waiting)).toBe(false);
    });
  });
}

cases(KINDS, test);
cases(RAW, itNeeds('root'));

test.each(DATAGRAMS)('%s: what is queued comes first, then the end', async (_, pair) => {
  const [a, b] = await pair();
  await b.send('queued');
  shutDown(a, SHUT_RD);
  expect((await a.recv(10)).toString()).toBe('queued');
  expect(await within(a.recv(10), 'recv')).toHaveLength(0);
});

test.each(DATAGRAMS)('%s: onBatch() ends, and holds the loop no more', async (_, pair) => {
  const [a, b] = await pair();
  const got: number[] = [];
  a.onBatch((messages: MessageBatch) => got.push(messages.count));
  await b.send('one');
  await within(
    until(() => got.length === 1),
    'the first batch',
  );
  shutDown(a, SHUT_RDWR);
  // Once it has ended, another reader is the first in the queue, and its receive ends as well.
  expect(await within(a.recv(10), 'recv')).toHaveLength(0);
  expect(got).toEqual([1]);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

// What the cases above expect is what blocking calls return.
it('a blocking recv(2) returns 0 on all of these', async () => {
  const expected = await python<Record<string, number[]>>('shutdown.py');
  expect(Object.values(expected).length).toBeGreaterThanOrEqual(KINDS.length);
  for (const [kind, lengths] of Object.entries(expected))
    expect([kind, lengths]).toEqual([kind, [0, 0]]);
});
