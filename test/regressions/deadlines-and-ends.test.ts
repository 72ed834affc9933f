// The kernel's ETIMEDOUT of a dead connection looks like a deadline of the caller's; a call that
// close() ends rejects with another call's name; iteration rejects where it should end.
import * as S from 'bsd-socket';
import { itNeeds, netnsPair, requireTool } from '../tools';
import {
  type AnySocket,
  closing,
  failure,
  PAIRS,
  program,
  STREAMS,
  settled,
  unhandled,
  within,
} from './sockets';

const batch = () => new S.MessageBatch({ count: 1, size: 10 });
const DEADLINES: [name: string, call: (s: AnySocket) => unknown][] = [
  ['recv', (s) => s.recv(1, { timeoutMs: 5 })],
  ['recvfrom', (s) => s.recvfrom(1, { timeoutMs: 5 })],
  ['recvmsg', (s) => s.recvmsg(1, { timeoutMs: 5 })],
  ['recvmmsg', (s) => s.recvmmsg(batch(), { timeoutMs: 5 })],
  ['wait', (s) => s.wait({ read: true }, { timeoutMs: 5 })],
  ['poll', (s) => S.poll([{ socket: s, read: true }], { timeoutMs: 5 })],
];

describe.each(PAIRS)('%s', (_, pair) => {
  test.each(DEADLINES)('a deadline of %s is a timeout', async (_, call) => {
    const [a] = await pair();
    expect(await failure(() => call(a))).toMatchObject({ code: 'ETIMEDOUT', isTimeout: true });
  });

  test('settimeout() is one too, of Sync verbs and promises', async () => {
    const [a] = await pair();
    a.settimeout(0.005);
    for (const call of [() => a.recvSync(1), () => a.recv(1), () => a.recvmsgSync(1)])
      expect(await failure(call)).toMatchObject({ code: 'ETIMEDOUT', isTimeout: true });
  });

  test('SO_RCVTIMEO is none: it is the kernel’s EAGAIN', async () => {
    const [a] = await pair();
    a.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, 10);
    expect(await failure(() => a.recvSync(1))).toMatchObject({ code: 'EAGAIN', isTimeout: false });
  });
});

itNeeds('netns', 'ip')('the kernel’s own ETIMEDOUT is no deadline', async () => {
  const [a, b] = netnsPair();
  await b.run(requireTool('ip'), ['link', 'set', 'vb', 'down']);
  await a.run(requireTool('ip'), [
    ...['neigh', 'replace', '10.8.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'va'],
  ]);
  const { stdout } = await a.run(process.execPath, [program('dead-peer.js'), '10.8.0.2']);
  expect(JSON.parse(stdout)).toEqual({ code: 'ETIMEDOUT', isTimeout: false, timed: true });
});

const PENDING: [syscall: string, call: (s: AnySocket) => Promise<unknown>][] = [
  ['recv', (s) => s.recv(1)],
  ['recv', (s) => s.recv(2, S.MSG_WAITALL)],
  ['recvfrom', (s) => s.recvfrom(1)],
  ['recvmsg', (s) => s.recvmsg(1)],
  ['recvmmsg', (s) => s.recvmmsg(batch())],
  ['poll', (s) => s.wait({ read: true })],
];

describe.each(PAIRS)('%s', (_, pair) => {
  test.each(PENDING)('close() ends %s with its own name', async (syscall, call) => {
    const [a] = await pair();
    const pending = unhandled(call(a));
    expect(await settled(pending)).toBe(false);
    a.close();
    const error = await failure(() => within(pending, 'the call'));
    expect(error).toMatchObject({ code: 'EBADF', syscall });
    expect(error.message).toMatch(new RegExp(`^${syscall} EBADF`));
  });

  test('detach() too', async () => {
    const [a] = await pair();
    const pending = unhandled(a.recv(1));
    const owner = S.Socket.fromFd(a.detach());
    expect(await failure(() => pending)).toMatchObject({ code: 'EBADF', syscall: 'recv' });
    owner.close();
  });

  const OVER: [name: string, over: (s: AnySocket) => AsyncIterator<unknown>][] = [
    ['for await', (s: AnySocket) => s[Symbol.asyncIterator]()],
    ['messages()', (s: AnySocket) => s.messages()],
    ['batches()', (s: AnySocket) => s.batches()],
  ];
  test.each(OVER)('%s ends quietly on the own close()', async (_, over) => {
    const [a] = await pair();
    const next = over(a).next();
    expect(await settled(next)).toBe(false);
    a.close();
    expect(await within(next, 'next()')).toEqual({ value: undefined, done: true });
    expect(await over(a).next()).toEqual({ value: undefined, done: true });
  });
});

test('accept and connections()', async () => {
  const listener = closing(S.socket().bind(['127.0.0.1', 0]).listen());
  const accepting = unhandled(listener.accept());
  const iterator = listener.connections();
  const next = iterator.next();
  await settled(next);
  listener.close();
  expect(await failure(() => accepting)).toMatchObject({ code: 'EBADF', syscall: 'accept' });
  expect(await next).toEqual({ value: undefined, done: true });
});

test.each(STREAMS)('%s: sendall says sendall', async (_, pair) => {
  const [a] = await pair();
  const pending = unhandled(a.sendall(Buffer.alloc(32 << 20)));
  expect(await settled(pending)).toBe(false);
  a.close();
  expect(await failure(() => pending)).toMatchObject({
    code: 'EBADF',
    syscall: expect.stringMatching(/^send/),
  });
});
