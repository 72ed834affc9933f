// A call that leaves the head of its queue (deadline, abort, out of descriptors) leaves the next
// one asleep, though what that one waits for is there.
import { MessageBatch, MSG_PEEK, MSG_WAITALL, SO_SNDBUF, SOL_SOCKET } from 'bsd-socket';
import { itNeeds } from '../tools';
import { type AnySocket, node, SEQPACKET, STREAMS, unhandled, within } from './sockets';

/** How a waiting call comes to leave: by its deadline, by its signal. */
const LEAVING: [name: string, leave: () => { timeoutMs?: number; signal?: AbortSignal }][] = [
  ['its deadline', () => ({ timeoutMs: 40 })],
  ['its signal', () => ({ signal: AbortSignal.timeout(40) })],
];

/** Who waits behind it, and how many bytes it got. */
const READERS: [name: string, call: (s: AnySocket) => Promise<number>][] = [
  ['recv', async (s) => (await s.recv(5)).length],
  ['recv into a target', (s) => s.recv(Buffer.alloc(5))],
  ['recvfrom', async (s) => (await s.recvfrom(5))[0].length],
  ['recvmsg', async (s) => (await s.recvmsg(5)).data.length],
  [
    'recvmmsg',
    async (s) => {
      const batch = new MessageBatch({ count: 1, size: 5 });
      await s.recvmmsg(batch);
      return batch.lengths[0] as number;
    },
  ],
  ['iteration', async (s) => (await s[Symbol.asyncIterator]().next()).value.length],
];

const WRITERS: [name: string, call: (s: AnySocket) => Promise<unknown>][] = [
  ['send', (s) => s.send('small')],
  ['sendall', (s) => s.sendall('small')],
  ['sendmsg', (s) => s.sendmsg([Buffer.from('small')])],
  [
    'sendmmsg',
    (s) => {
      const batch = new MessageBatch({ count: 1, size: 5 });
      batch.set(0, Buffer.from('small'));
      return s.sendmmsg(batch);
    },
  ],
];

// The kernel itself holds five bytes back from nobody: only the head wants ten, or nothing.
describe.each(STREAMS)('%s', (_, pair) => {
  describe.each(LEAVING)('a head that leaves by %s', (_, leave) => {
    test.each(READERS)('lets the %s behind it have what is queued', async (_, call) => {
      const [a, b] = await pair();
      unhandled(a.recv(10, { flags: MSG_WAITALL | MSG_PEEK, ...leave() }));
      const next = call(a);
      await b.send('12345');
      expect(await within(next, 'the next call')).toBe(5);
    });
  });
});

describe.each(SEQPACKET)('%s', (_, pair) => {
  describe.each(LEAVING)(
    'a head whose message is too long for the room and leaves by %s',
    (_, leave) => {
      test.each(WRITERS)('lets the %s behind it go', async (_, call) => {
        const [a, b] = await pair();
        a.setsockopt(SOL_SOCKET, SO_SNDBUF, 20_000);
        while (a.trySend(Buffer.alloc(8_000)) !== null);
        const head = unhandled(a.send(Buffer.alloc(16_000), leave()));
        const next = unhandled(call(a));
        await b.recv(8_000); // room for a small message, none for the long one
        await head.catch(() => {});
        await within(next, 'the next call');
      });
    },
  );
});

itNeeds('prlimit')(
  'connections() that pauses for EMFILE lets the accept() behind it have its connection',
  async () => {
    const { first, second } = await node<Record<string, string>>('emfile-acceptors.js');
    expect(first).toBe('accepted');
    expect(['accepted', 'EMFILE']).toContain(second); // EMFILE where it was tried at once
  },
);
