// onBatch: when it calls, how much it takes before the loop turns, how it ends.
import { MessageBatch } from 'bsd-socket';
import { type Batch, filled, texts, udp } from './sockets';

test('calls for each batch, never before it has returned, until stopped', async () => {
  const rx = udp();
  const tx = udp();
  await tx.sendmmsg(filled(['1', '2', '3'], rx.getsockname()));
  const got: string[] = [];
  const pushing = rx.onBatch((batch) => got.push(...texts(batch)), { count: 2, size: 10 });
  expect(got).toEqual([]);
  while (got.length < 3) await new Promise(setImmediate);
  expect(got).toEqual(['1', '2', '3']);
  await tx.sendto('4', rx.getsockname());
  while (got.length < 4) await new Promise(setImmediate);
  pushing.stop();
  await pushing.done;
  await tx.sendto('5', rx.getsockname());
  expect((await rx.recv(10)).toString()).toBe('5');
  expect(got).toHaveLength(4);
});

test('lets the loop turn after `budget` messages', async () => {
  const rx = udp();
  const tx = udp();
  const many: Batch = new MessageBatch({ count: 100, size: 1 });
  for (let i = 0; i < 100; i++) many.set(i, 1, rx.getsockname());
  expect(tx.trySendmmsg(many)).toBe(100);
  let got = 0;
  const perTurn: number[] = [];
  const pushing = rx.onBatch((batch) => (got += batch.count), { count: 5, size: 1, budget: 10 });
  for (let last = 0; got < 100; last = got) {
    await new Promise(setImmediate);
    perTurn.push(got - last);
  }
  pushing.stop();
  expect(Math.max(...perTurn.slice(1))).toBe(10);
});

test('lets the loop turn after 4 milliseconds, however few messages they were', async () => {
  const rx = udp();
  const tx = udp();
  await tx.sendmmsg(filled(Array(10).fill('x'), rx.getsockname()));
  const turns: number[] = [];
  let turn = 0;
  const pushing = rx.onBatch(
    () => {
      turns.push(turn);
      for (const end = performance.now() + 5; performance.now() < end; );
    },
    { count: 1 },
  );
  while (turns.length < 10) await new Promise(setImmediate).then(() => turn++);
  pushing.stop();
  expect(new Set(turns).size).toBe(10);
});

test.each([
  [10, 4],
  [7, 64],
  [100, 64],
])('never passes a budget of %i with batches of %i', async (budget, count) => {
  const rx = udp();
  const tx = udp();
  const many: Batch = new MessageBatch({ count: 200, size: 1 });
  for (let i = 0; i < 200; i++) many.set(i, 1, rx.getsockname());
  expect(tx.trySendmmsg(many)).toBe(200);
  let got = 0;
  const perTurn: number[] = [];
  const pushing = rx.onBatch((batch) => (got += batch.count), { count, size: 1, budget });
  for (let last = 0; got < 200; last = got) {
    await new Promise(setImmediate);
    perTurn.push(got - last);
  }
  pushing.stop();
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(budget);
});

test('a budget of nothing is refused', () => {
  for (const budget of [0, -1, 0.5, Number.NaN])
    expect(() => udp().onBatch(() => {}, { budget })).toThrow(RangeError);
  expect(() => udp().onBatch(() => {}, { budget: 'x' as never })).toThrow(/a number of messages/);
});

test('a flood does not starve timers', async () => {
  const rx = udp();
  const tx = udp();
  const many: Batch = new MessageBatch({ count: 64, size: 1 });
  for (let i = 0; i < 64; i++) many.set(i, 1, rx.getsockname());
  tx.trySendmmsg(many);
  let turns = 0;
  const pushing = rx.onBatch(
    () => {
      turns += 1;
      tx.trySendmmsg(many); // there is always more
    },
    { budget: 64 },
  );
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(turns).toBeGreaterThan(0);
  pushing.stop();
  await pushing.done;
});

test('an exception and a refusal end it through `done`; close ends it quietly', async () => {
  const rx = udp();
  const tx = udp();
  await tx.sendto('x', rx.getsockname());
  await expect(
    rx.onBatch(() => {
      throw new Error('mine');
    }).done,
  ).rejects.toThrow('mine');
  await tx.sendto('x', rx.getsockname());
  await rx.onBatch(() => rx.close()).done;
  expect(() => rx.onBatch(() => {})).toThrow(/EBADF/);
  const waits = tx.onBatch(() => {});
  tx.close();
  await waits.done;
  expect(() => udp().onBatch(1 as never)).toThrow(TypeError);
});
