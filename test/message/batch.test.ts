// MessageBatch: recvmmsg and sendmmsg, views that last until the next receive, what is kept, and
// what the loop gets in between.
import {
  AF_INET,
  AF_UNIX,
  CM,
  type InetAddress,
  type Message,
  MessageBatch,
  MSG_TRUNC,
  SOCK_DGRAM,
  Socket,
  socketpair,
  type UnixAddress,
} from 'bsd-socket';
import { itMeasures, runNode } from '../tools';
import { type Batch, filled, made, texts, udp } from './sockets';

test('goes out and comes in, in all verbs', async () => {
  const rx = udp();
  const tx = udp();
  const to = rx.getsockname();
  const batch: Batch = new MessageBatch({ count: 8, size: 100 });
  const verbs: [() => Promise<number> | number, () => Promise<number> | number][] = [
    [() => tx.sendmmsg(filled(['a', '', 'ccc'], to)), () => rx.recvmmsg(batch)],
    [() => tx.sendmmsgSync(filled(['a', '', 'ccc'], to)), () => rx.recvmmsgSync(batch)],
    [() => tx.trySendmmsg(filled(['a', '', 'ccc'], to)), () => rx.tryRecvmmsg(batch)],
  ];
  for (const [send, receive] of verbs) {
    expect(await send()).toBe(3);
    expect(await receive()).toBe(3);
    expect([batch.count, ...texts(batch)]).toEqual([3, 'a', '', 'ccc']);
    expect([...batch.lengths.subarray(0, 3)]).toEqual([1, 0, 3]);
    expect(batch.address(2)).toEqual(tx.getsockname());
    expect(batch.address(2)).toBe(batch.address(0));
    expect(batch.slab.toString('latin1', batch.offsets[2], (batch.offsets[2] as number) + 3)).toBe(
      'ccc',
    );
  }
  expect(rx.tryRecvmmsg(batch)).toBe(0);
  expect(batch.count).toBe(0);
  expect(() => batch.data(0)).toThrow(RangeError);
  rx.settimeout(0.02);
  expect(() => rx.recvmmsgSync(batch)).toThrow(/timed out/);
  await expect(rx.recvmmsg(batch)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  const stop = new AbortController();
  const waiting = rx.recvmmsg(batch, { signal: stop.signal, timeoutMs: null });
  stop.abort();
  await expect(waiting).rejects.toThrow(/abort/);
});

test('what is longer than a slot is cut and says so', async () => {
  const rx = udp();
  await udp().sendto('0123456789', rx.getsockname());
  await udp().sendto('0123456789', rx.getsockname());
  const batch: Batch = new MessageBatch({ count: 1, size: 4 });
  rx.tryRecvmmsg(batch);
  expect([batch.lengths[0], batch.data(0).toString(), batch.message(0).truncated]).toEqual([
    4,
    '0123',
    true,
  ]);
  rx.tryRecvmmsg(batch, MSG_TRUNC);
  expect([batch.lengths[0], batch.data(0).toString(), batch.message(0).length]).toEqual([
    10,
    '0123',
    10,
  ]);
});

test('the cursor moves, message(i) stays, copy() keeps', async () => {
  const rx = udp({ ttl: true });
  const tx = udp();
  await tx.sendmmsg(filled(['one', 'two'], rx.getsockname()));
  const batch: Batch = new MessageBatch({ count: 2, size: 10 });
  rx.tryRecvmmsg(batch);
  const [first, second] = [...batch];
  expect(first).toBe(second);
  const one = batch.message(0);
  const kept = [...batch].length && Array.from(batch, (message) => message.copy());
  await tx.sendmmsg(filled(['six', 'ten'], rx.getsockname()));
  rx.tryRecvmmsg(batch);
  expect(one.data.toString()).toBe('six');
  expect(kept).toHaveLength(2);
  expect((kept as Message[]).map((m) => [m.data.toString(), m.ttl, m.address])).toEqual([
    ['one', 64, tx.getsockname()],
    ['two', 64, tx.getsockname()],
  ]);
});

test('a received batch goes back to where its messages came from', async () => {
  const echo = udp({ ttl: true, pktinfo: true, timestamp: true });
  const [a, b] = [udp(), udp()];
  await a.sendto('from a', echo.getsockname());
  await b.sendto('from b', echo.getsockname());
  const batch = new MessageBatch<InetAddress>({ count: 8, size: 100 });
  expect(await echo.recvmmsg(batch)).toBe(2);
  expect(await echo.sendmmsg(batch)).toBe(2);
  expect((await a.recvfrom(10))[0].toString()).toBe('from a');
  expect((await b.recvfrom(10))[0].toString()).toBe('from b');
});

test('set() gathers, takes bytes in place, and attaches extras; clear() forgets', async () => {
  const rx = udp({ ttl: true, pktinfo: true });
  const tx = made(new Socket(AF_INET, SOCK_DGRAM));
  const to = rx.getsockname();
  const batch: Batch = new MessageBatch({ count: 4, size: 16 });
  batch.set(
    0,
    [
      Buffer.from('ab'),
      new Uint16Array([0x4443]),
      'ef'.length ? new Uint8Array([101, 102]).buffer : Buffer.alloc(0),
    ],
    to,
    {
      ttl: 3,
      from: '127.0.0.4',
    },
  );
  batch.slab.write('in place', batch.offsets[1]);
  batch.set(1, 8, to, { control: [CM.IP_TTL(5)] });
  expect(await tx.sendmmsg(batch)).toBe(2);
  expect(await rx.recvmsg(20)).toMatchObject({
    data: Buffer.from('abCDef'),
    ttl: 3,
    address: { address: '127.0.0.4' },
  });
  expect(await rx.recvmsg(20)).toMatchObject({ data: Buffer.from('in place'), ttl: 5 });
  expect(await tx.sendmmsg(batch)).toBe(2); // it stays as it is
  batch.clear();
  expect(await tx.sendmmsg(batch)).toBe(0);
  expect(() => batch.set(0, Buffer.alloc(17))).toThrow(/16 bytes/);
  expect(() => batch.set(0, 17)).toThrow(RangeError);
  expect(() => batch.set(4, Buffer.alloc(1))).toThrow(RangeError);
  expect(() => batch.set(0, 'text' as never)).toThrow(TypeError);
  batch.set(0, Buffer.alloc(1), ['localhost', 1] as never);
  expect(() => tx.trySendmmsg(batch)).toThrow(/numeric address/);
  batch.set(0, Buffer.alloc(1), to, { control: [{ level: 1, type: 1, data: Buffer.alloc(4000) }] });
  expect(() => tx.trySendmmsg(batch)).toThrow(/control data/);
});

test('a set() that is refused leaves the slot as it was', () => {
  const batch: Batch = new MessageBatch({ count: 2, size: 5 });
  batch.set(0, Buffer.from('hello'));
  expect(() => batch.set(0, [Buffer.from('XX'), 'no bytes' as never])).toThrow(TypeError);
  expect(() => batch.set(0, [Buffer.from('XXXX'), Buffer.from('YY')])).toThrow(/at most 5 bytes/);
  expect(texts(batch)).toEqual(['hello']);
});

test('a partial send says how many went, and sending from there tells why', async () => {
  const rx = udp();
  const tx = udp();
  const batch = filled(['a', 'b', 'c', 'd'], rx.getsockname());
  batch.set(2, Buffer.from('c'), ['127.0.0.1', 0]); // port 0: EINVAL
  expect(await tx.sendmmsg(batch)).toBe(2);
  await expect(tx.sendmmsg(batch, { from: 2 })).rejects.toMatchObject({
    code: 'EINVAL',
    syscall: 'sendmmsg',
  });
  expect(tx.sendmmsgSync(batch, 0, 3)).toBe(1);
  expect(() => tx.trySendmmsg(batch, 0, 5)).toThrow(RangeError);
  const got: Batch = new MessageBatch({ count: 8, size: 10 });
  await rx.recvmmsg(got);
  expect(texts(got)).toEqual(['a', 'b', 'd']);
});

test('a full unix queue makes sendmmsg wait, and it goes on where it stopped', async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  made(a);
  made(b);
  const batch = new MessageBatch<UnixAddress>({ count: 1000, size: 8 });
  for (let i = 0; i < 1000; i++) batch.set(i, Buffer.from(String(i)));
  const sending = a.sendmmsg(batch, { timeoutMs: 10_000 });
  const got: string[] = [];
  for await (const all of b.batches({ count: 16, size: 8 })) {
    got.push(...texts(all));
    if (got.length === 1000) break;
  }
  expect(await sending).toBe(1000);
  expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
});

test('sendmmsg that runs out of time, is aborted or closed tells how many went', async () => {
  const batch = new MessageBatch<UnixAddress>({ count: 1000, size: 8 });
  for (let i = 0; i < 1000; i++) batch.set(i, Buffer.from(String(i)));
  const pair = () =>
    socketpair(AF_UNIX, SOCK_DGRAM).map(made) as [Socket<UnixAddress>, Socket<UnixAddress>];
  const over = new AbortController();
  const ends: ((a: Socket<UnixAddress>) => number | Promise<number>)[] = [
    (a) => a.sendmmsg(batch, { timeoutMs: 20 }),
    (a) => {
      setImmediate(() => over.abort());
      return a.sendmmsg(batch, { signal: over.signal });
    },
    (a) => {
      setImmediate(() => a.close());
      return a.sendmmsg(batch);
    },
    (a) => {
      a.settimeout(0.02);
      return a.sendmmsgSync(batch);
    },
  ];
  for (const end of ends) {
    const [a, b] = pair();
    const went = await end(a);
    const got = new MessageBatch<UnixAddress>({ count: 1000, size: 8 });
    expect(b.tryRecvmmsg(got)).toBe(went);
    expect(went).toBeGreaterThan(0);
    expect(went).toBeLessThan(1000);
  }
  const [a] = pair();
  const went = a.trySendmmsg(batch);
  await expect(a.sendmmsg(batch, { from: went, timeoutMs: 20 })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  });
});

test('a message that the batch no longer holds is refused, whatever is asked of it', async () => {
  const rx = udp();
  const tx = udp();
  await tx.sendmmsg(filled(['1', '2'], rx.getsockname()));
  const batch: Batch = new MessageBatch({ count: 4, size: 10 });
  await rx.recvmmsg(batch);
  const second = batch.message(1);
  const [cursor] = [...batch]; // spread out, one cursor that has come to its end
  await tx.sendto('3', rx.getsockname());
  await rx.recvmmsg(batch);
  for (const gone of [second, cursor as Message]) {
    for (const name of [
      'data',
      'length',
      'flags',
      'address',
      'truncated',
      'control',
      'to',
      'ttl',
      'timestamp',
      'segmentSize',
    ] as const)
      expect(() => gone[name]).toThrow(
        /number of a message must be less than 1: so many the batch holds now, not [12]$/,
      );
    expect(() => gone.copy()).toThrow(RangeError);
  }
});

test('bad batches are refused', () => {
  expect(() => new MessageBatch({ count: 1024, size: 1 << 22 })).toThrow(
    expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
  ); // offsets have 32 bits
  const rx = udp();
  for (const options of [
    { count: 0, size: 1 },
    { count: 1025, size: 1 },
    { count: 1, size: -1 },
    { count: 1, size: 1.5 },
    { count: 1, size: 1, control: -1 },
  ]) {
    expect(() => new MessageBatch(options)).toThrow(RangeError);
  }
  expect(() => new MessageBatch({ count: '1', size: 1 } as never)).toThrow(TypeError);
  expect(() => rx.tryRecvmmsg([] as never)).toThrow(/MessageBatch/);
  const detached: Batch = new MessageBatch({ count: 2, size: 10 });
  const memory = detached.slab.buffer as ArrayBuffer;
  structuredClone(memory, { transfer: [memory] });
  expect(() => rx.tryRecvmmsg(detached)).toThrow(/attached/);
  const lying: Batch = new MessageBatch({ count: 2, size: 10 });
  lying.set(0, 5, rx.getsockname());
  lying.lengths[0] = 4_000_000_000;
  expect(() => rx.trySendmmsg(lying)).toThrow(/columns/);
});

test('messages() has memory of its own for each, and loses none that nobody took', async () => {
  const rx = udp();
  const tx = udp();
  for (const text of ['one', 'two', 'three']) await tx.sendto(text, rx.getsockname());
  const seen: Message[] = [];
  for await (const message of rx.messages({ ttl: true, size: 100 })) {
    seen.push(message);
    if (seen.length === 2) break;
  }
  expect(seen.map((m) => [m.data.toString(), m.ttl])).toEqual([
    ['one', 64],
    ['two', 64],
  ]);
  expect(rx.tryRecv(10)?.toString()).toBe('three');
  const ended = (async () => {
    for await (const _ of rx.messages()) throw new Error('nothing comes');
  })();
  rx.close();
  await ended;
  expect(() => rx.messages({ ttl: true })).toThrow(/EBADF|closed/);
});

test('a signal ends batches() with its reason', async () => {
  const rx = udp();
  await expect(
    (async () => {
      for await (const _ of rx.batches({ signal: AbortSignal.timeout(20) }))
        throw new Error('nothing comes');
    })(),
  ).rejects.toMatchObject({ name: 'TimeoutError' });
});

itMeasures('the lazy path allocates nothing per message', async () => {
  const { stdout } = await runNode(
    `
    const { Socket, MessageBatch, AF_INET, SOCK_DGRAM } = require('bsd-socket');
    const udp = () => new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const [rx, tx] = [udp(), udp()];
    const many = new MessageBatch({ count: 64, size: 16 });
    for (let i = 0; i < 64; i++) many.set(i, 16, rx.getsockname());
    const batch = new MessageBatch({ count: 64, size: 16 });
    const round = () => {
      let seen = 0;
      tx.trySendmmsg(many);
      rx.tryRecvmmsg(batch);
      for (const message of batch) seen += message.length + batch.slab[batch.offsets[0]];
      return seen;
    };
    for (let i = 0; i < 6000; i++) round();
    let least = Infinity;
    for (let sample = 0; sample < 20; sample++) {
      gc();
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 200; i++) round();
      least = Math.min(least, (process.memoryUsage().heapUsed - before) / 200);
    }
    console.log(least);
  `,
    [],
    // The compiler only ever adds to a sample, so the least one counts; a collection would take
    // from it, so there is room for all.
    { flags: ['--expose-gc', '--min-semi-space-size=64'], timeoutMs: 60_000 },
  );
  // For each batch of 64: its iterator, a cursor and a result. One object a message would be 2 KiB
  // at least.
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(1024);
});
