// The stack of a promise's error shows frames of the package only, not who called.
import * as S from 'bsd-socket';
import { type AnySocket, closing, failure } from './sockets';

const stream = () => {
  const [a, b] = S.socketpair(S.AF_UNIX, S.SOCK_STREAM);
  closing(b);
  return closing(a) as AnySocket;
};
const listener = () => closing(S.socket().bind(['127.0.0.1', 0]).listen()) as AnySocket;
const batch = () => new S.MessageBatch({ count: 1, size: 10 });
const soon = { timeoutMs: 5 };

/** Fails after a wait: the caller stands in an `at async` frame, as with fs/promises. */
const WAITING: [name: string, call: () => Promise<unknown>][] = [
  ['recv', () => stream().recv(1, soon)],
  ['recv, aborted', () => stream().recv(1, { signal: AbortSignal.timeout(5) })],
  ['recvfrom', () => stream().recvfrom(1, soon)],
  ['recvmsg', () => stream().recvmsg(1, soon)],
  ['recvmmsg', () => stream().recvmmsg(batch(), soon)],
  ['recvFds', () => stream().recvFds(1, 1, soon)],
  ['accept', () => listener().accept(soon)],
  ['wait', () => stream().wait({ read: true }, soon)],
  [
    'poll',
    () => S.poll([{ socket: stream(), read: true }], soon).then(() => Promise.reject(Error())),
  ],
];

/** Fails at once. */
const REFUSED: [name: string, call: () => Promise<unknown>][] = [
  ['recv of a negative size', () => stream().recv(-1)],
  ['recvfrom of a negative size', () => stream().recvfrom(-1)],
  ['recvmsg of a negative size', () => stream().recvmsg(-1)],
  ['recvmmsg into nothing', () => stream().recvmmsg({} as never)],
  ['send of a number', () => stream().send(5 as never)],
  ['sendall of a number', () => stream().sendall(5 as never)],
  ['sendmsg of a number', () => stream().sendmsg(5 as never)],
  ['sendto of a number', () => stream().sendto(5 as never, '/x' as never)],
  ['connect to nobody', () => closing(S.socket()).connect(['127.0.0.1', 1])],
  ['connect to nothing', () => closing(S.socket()).connect(undefined as never)],
  ['connect to no path', () => closing(S.socket(S.AF_UNIX)).connect('/nobody/here')],
  ['send, unconnected', () => closing(S.socket()).send('x')],
  ['recv, unconnected', () => closing(S.socket()).recv(1)],
  ['recvfrom, unconnected', () => closing(S.socket()).recvfrom(1)],
  ['recvmsg, unconnected', () => closing(S.socket()).recvmsg(1)],
  ['accept without listen', () => closing(S.socket()).accept()],
  [
    'a closed socket',
    () => {
      const s = S.socket();
      s.close();
      return s.recv(1);
    },
  ],
  ['sendfile of nothing', () => stream().sendfile(99_999)],
  ['create_connection to nobody', () => S.create_connection(['127.0.0.1', 1])],
  ['wait for nothing', () => stream().wait({})],
];

async function theCallingFunction(call: () => Promise<unknown>): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

const named = (name: string) => expect.stringContaining(name);

describe('after a wait', () => {
  test.failing.each(WAITING)('%s shows the awaiting function', async (_, call) => {
    const { stack } = await theCallingFunction(call);
    expect(stack).toEqual(named('theCallingFunction'));
  });
});

describe('refused', () => {
  test.each(REFUSED)('%s shows the awaiting function', async (_, call) => {
    const { stack } = await theCallingFunction(call);
    expect(stack).toEqual(named('theCallingFunction'));
  });

  test.failing.each(REFUSED)(
    '%s begins with the caller, not with frames of the package',
    async (_, call) => {
      const { stack = '' } = await theCallingFunction(call);
      const [first = ''] = stack.split('\n').filter((line) => /^\s+at /.test(line));
      expect(first).toContain(__filename);
    },
  );
});

describe('the Sync verbs', () => {
  test.each([
    ['recvSync', () => stream().recvSync(-1)],
    ['sendSync', () => stream().sendSync(5 as never)],
    ['bind', () => closing(S.socket()).bind(['127.0.0.1', -1])],
  ])('%s shows its caller', async (_, call) => {
    expect((await failure(call))['stack']).toEqual(named(__filename));
  });
});
