// The iterators of a Socket: who leaves one that waits, who aborts it, and where it ends by itself.
import {
  AF_INET,
  AF_UNIX,
  CM,
  MessageBatch,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  socketpair,
  type UnixAddress,
} from 'bsd-socket';
import { runNode } from '../tools';

const open: Socket<never>[] = [];
function made<S>(sock: S): S {
  open.push(sock as Socket<never>);
  return sock;
}
afterEach(() => {
  for (const sock of open.splice(0)) sock.close();
});

const udp = () => made(new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]));
const listener = () => made(new Socket(AF_INET, SOCK_STREAM).bind(['127.0.0.1', 0]).listen(4));
const turn = () => new Promise(setImmediate);

type Any = AsyncIterableIterator<unknown>;
type Options = { signal?: AbortSignal };

/**
 * Each with a socket that it waits on, the iterator, something that comes by afterwards, and who
 * else takes it.
 */
const KINDS: [
  name: string,
  make: () => {
    sock: Socket;
    begin: (o?: Options) => Any;
    feed: () => Promise<unknown>;
    take: () => unknown;
  },
][] = [
  ...(['messages', 'batches'] as const).map((name): (typeof KINDS)[number] => [
    `${name}()`,
    () => {
      const sock = udp();
      return {
        sock,
        begin: (o) => sock[name](o),
        feed: () => udp().sendto('late', sock.getsockname()),
        take: () => sock.recv(9),
      };
    },
  ]),
  [
    'errors()',
    () => {
      const sock = udp();
      sock.enable({ errqueue: true });
      const gone = udp();
      const to = gone.getsockname();
      gone.close();
      return {
        sock,
        begin: (o) => sock.errors(o),
        feed: () => sock.sendto('nobody', to),
        take: () => sock.errors().next(),
      };
    },
  ],
  [
    'connections()',
    () => {
      const sock = listener();
      return {
        sock,
        begin: (o) => sock.connections(o),
        feed: () => made(new Socket()).connect(sock.getsockname()),
        take: async () => made((await sock.accept())[0]),
      };
    },
  ],
  [
    'chunks',
    () => {
      const [sock, peer] = socketpair().map(made) as unknown as [Socket, Socket];
      return {
        sock,
        begin: () => sock[Symbol.asyncIterator](),
        feed: () => peer.sendall('late'),
        take: () => sock.recv(9),
      };
    },
  ],
];

describe.each(KINDS)('%s', (name, make) => {
  test('return() ends each next() that waits, and takes nothing with it', async () => {
    const { sock, begin, feed, take } = make();
    const iterator = begin();
    const waiting = [iterator.next(), iterator.next()];
    await turn();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    for (const one of waiting) expect(await one).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(sock.closed).toBe(false);
    await feed();
    expect(await take()).toBeDefined();
  });

  if (name !== 'chunks') {
    test('the signal ends each next() that waits with its reason, and the iterator with it', async () => {
      const { begin } = make();
      const over = new AbortController();
      const iterator = begin({ signal: over.signal });
      const waiting = [iterator.next(), iterator.next()];
      await turn();
      const why = new Error('why');
      over.abort(why);
      for (const one of waiting) await expect(one).rejects.toBe(why);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    test('closing the socket ends it', async () => {
      const { sock, begin } = make();
      const iterator = begin();
      const waiting = iterator.next();
      sock.close();
      expect(await waiting).toEqual({ done: true, value: undefined });
    });
  }
});

test('what was left holds no process', async () => {
  const { stdout } = await runNode(`
    const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
    const sock = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const server = new Socket().bind(['127.0.0.1', 0]).listen();
    const all = [sock.messages(), sock.batches(), sock.errors(), server.connections()];
    for (const one of all) one.next();
    setImmediate(async () => { for (const one of all) await one.return(); console.log('left'); });
  `);
  expect(stdout).toBe('left\n');
});

describe.each([
  ['SOCK_STREAM', SOCK_STREAM],
  ['SOCK_SEQPACKET', SOCK_SEQPACKET],
])('when the peer of a %s is gone', (_name, type) => {
  const pair = () =>
    socketpair<UnixAddress>(AF_UNIX, type).map(made) as [Socket<UnixAddress>, Socket<UnixAddress>];

  test('messages() ends', async () => {
    const [a, b] = pair();
    await a.send('last');
    a.close();
    const seen: string[] = [];
    for await (const { data } of b.messages()) if (seen.push(data.toString()) > 1) break;
    expect(seen).toEqual(['last']);
  });

  test('batches() ends', async () => {
    const [a, b] = pair();
    await a.send('last');
    a.close();
    let turns = 0;
    for await (const batch of b.batches({ count: 2, size: 8 })) {
      expect(batch.data(0).toString()).toBe('last');
      if (++turns > 1) break;
    }
    expect(turns).toBe(1);
  });

  test('onBatch is done', async () => {
    const [a, b] = pair();
    await a.send('last');
    a.close();
    let turns = 0;
    const pushing = b.onBatch(() => ++turns > 1 && pushing.stop(), { count: 2, size: 8 });
    await pushing.done;
    expect(turns).toBe(1);
  });
});

test('a SOCK_SEQPACKET message of descriptors alone is no end', async () => {
  const [a, b] = socketpair<UnixAddress>(AF_UNIX, SOCK_SEQPACKET).map(made) as [
    Socket<UnixAddress>,
    Socket<UnixAddress>,
  ];
  b.enable({ credentials: false }); // makes room for control data
  for (let i = 0; i < 3; i++) await a.sendFds(Buffer.alloc(0), [a]);
  a.close();
  const counts: (number | undefined)[] = [];
  const count = (fds: Disposable[] | undefined) => {
    counts.push(fds?.length);
    for (const fd of fds ?? []) fd[Symbol.dispose]();
  };
  for await (const message of b.messages()) {
    count(message.get(CM.SCM_RIGHTS));
    break;
  }
  for await (const batch of b.batches({ count: 1, size: 8 })) {
    expect(batch).toBeInstanceOf(MessageBatch);
    count(batch.message(0).get(CM.SCM_RIGHTS));
    break;
  }
  await b.onBatch((batch) => count(batch.message(0).get(CM.SCM_RIGHTS)), { count: 1, size: 8 })
    .done;
  expect(counts).toEqual([1, 1, 1]);
});
