// A call that carries MSG_DONTWAIT waits, or joins a queue behind calls that do.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  MessageBatch,
  MSG_DONTWAIT,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
} from 'bsd-socket';
import {
  type AnySocket,
  closing,
  failure,
  fill,
  PAIRS,
  python,
  unhandled,
  within,
} from './sockets';

const batch = (filled: boolean) => {
  const made = new MessageBatch({ count: 2, size: 100 });
  if (filled) made.set(0, Buffer.from('x'));
  return made;
};
const flags = MSG_DONTWAIT;

/** Each receiving call with MSG_DONTWAIT. */
const RECEIVING: [name: string, call: (s: AnySocket) => unknown][] = [
  ['recv', (s) => s.recv(10, flags)],
  ['recv with options', (s) => s.recv(10, { flags })],
  ['recv into a target', (s) => s.recv(Buffer.alloc(10), flags)],
  ['recvfrom', (s) => s.recvfrom(10, flags)],
  ['recvmsg', (s) => s.recvmsg(10, { flags })],
  ['recvmmsg', (s) => s.recvmmsg(batch(false), { flags })],
  ['recvSync', (s) => s.recvSync(10, flags)],
  ['recvSync into a target', (s) => s.recvSync(Buffer.alloc(10), flags)],
  ['recvfromSync', (s) => s.recvfromSync(10, flags)],
  ['recvmsgSync', (s) => s.recvmsgSync(10, 0, flags)],
  ['recvmmsgSync', (s) => s.recvmmsgSync(batch(false), flags)],
];

/** Each sending call with MSG_DONTWAIT. */
const SENDING: [name: string, call: (s: AnySocket) => unknown][] = [
  ['send', (s) => s.send('x', flags)],
  ['send with options', (s) => s.send('x', { flags })],
  ['sendmsg', (s) => s.sendmsg([Buffer.from('x')], { flags })],
  ['sendmmsg', (s) => s.sendmmsg(batch(true), { flags })],
  ['sendSync', (s) => s.sendSync('x', flags)],
  ['sendmsgSync', (s) => s.sendmsgSync([Buffer.from('x')], { flags })],
  ['sendmmsgSync', (s) => s.sendmmsgSync(batch(true), flags)],
];

// UDP's send buffer empties into the peer's receive queue, which drops: a send never waits there.
const FILLABLE = PAIRS.filter(([name]) => !name.startsWith('UDP'));

describe.each(PAIRS)('%s', (_, pair) => {
  test.each(RECEIVING)('%s fails with EAGAIN where nothing is queued', async (_, call) => {
    const [a] = await pair();
    a.settimeout(0.05); // a Sync verb that waits ends with ETIMEDOUT
    const error = await failure(() =>
      within(
        Promise.resolve().then(() => call(a)),
        'the call',
      ),
    );
    expect(error).toMatchObject({ code: 'EAGAIN', isBlocking: true });
  });

  test.each(RECEIVING)('%s is made at once behind a waiting call', async (_, call) => {
    const [a, b] = await pair();
    a.settimeout(0.05);
    const first = unhandled(a.recv(10, { timeoutMs: null }));
    const error = await failure(() =>
      within(
        Promise.resolve().then(() => call(a)),
        'the call',
      ),
    );
    expect(error).toMatchObject({ code: 'EAGAIN' });
    await b.send('data');
    expect((await first).toString()).toBe('data');
  });

  test('the try verbs return null', async () => {
    const [a] = await pair();
    expect(a.tryRecv(1, flags)).toBeNull();
    expect(a.tryRecvfrom(1, flags)).toBeNull();
    expect(a.tryRecvmsg(1, 0, flags)).toBeNull();
    expect(a.tryRecvmmsg(batch(false), flags)).toBe(0);
  });

  test('what is queued is received', async () => {
    const [a, b] = await pair();
    await b.send('now');
    expect((await a.recv(10, flags)).toString()).toBe('now');
  });
});

describe.each(FILLABLE)('%s', (_, pair) => {
  test.each(SENDING)('%s fails with EAGAIN where the queue is full', async (_, call) => {
    const [a, b] = await pair();
    await fill(a, b);
    a.settimeout(0.05);
    const error = await failure(() =>
      within(
        Promise.resolve().then(() => call(a)),
        'the call',
      ),
    );
    expect(error).toMatchObject({ code: 'EAGAIN' });
  });

  test.each(SENDING)('%s is made at once behind a waiting send', async (_, call) => {
    const [a, b] = await pair();
    await fill(a, b);
    a.settimeout(0.05);
    unhandled(a.send('first', { timeoutMs: null }));
    const error = await failure(() =>
      within(
        Promise.resolve().then(() => call(a)),
        'the call',
      ),
    );
    expect(error).toMatchObject({ code: 'EAGAIN' });
  });
});

describe('SOCK_NONBLOCK in a type is settimeout(0), as in CPython', () => {
  const KINDS = [
    ['AF_INET', 'SOCK_STREAM', AF_INET, SOCK_STREAM],
    ['AF_INET6', 'SOCK_DGRAM', AF_INET6, SOCK_DGRAM],
    ['AF_UNIX', 'SOCK_SEQPACKET', AF_UNIX, SOCK_SEQPACKET],
  ] as const;

  test.each(KINDS)('%s %s', async (familyName, typeName, family, type) => {
    const expected = await python('nonblock.py', familyName, typeName);
    const bits = type | SOCK_NONBLOCK;
    for (const s of [
      closing(new Socket(family as typeof AF_INET, bits)),
      closing(new Socket({ family: family as typeof AF_INET, type: bits })),
    ])
      expect({ timeout: s.gettimeout(), blocking: s.getblocking(), type: s.type }).toEqual(
        expected,
      );
  });

  test('of both ends of a pair', () => {
    for (const s of Socket.pair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK)) {
      closing(s);
      expect(s.gettimeout()).toBe(0);
      expect(() => s.recvSync(1)).toThrow(expect.objectContaining({ code: 'EAGAIN' }));
    }
  });
});
