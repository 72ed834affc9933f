// copyData(): payloads in memory of their own, of every length and at every place, and memory that
// nobody can take away.
import { MessageBatch } from 'bsd-socket';

const pattern = (length: number, salt: number) =>
  Buffer.from(Array.from({ length }, (_, k) => (k * 7 + salt * 31 + 1) & 0xff));

test.each([64, 61, 131, 300, 5000])(
  'a copy has the bytes of its message, and no later copy touches it: slots of %i bytes',
  (size) => {
    const batch = new MessageBatch({ count: 16, size, control: 0 });
    const kept: [copy: Buffer, wanted: Buffer][] = [];
    const step = size > 1000 ? 97 : 1;
    for (let length = 0, turn = 0; length <= size; length += step, turn++) {
      const i = turn % 16;
      for (let k = 0; k <= i; k++) batch.set(k, pattern(length, turn + k));
      for (const k of [0, i]) kept.push([batch.copyData(k), pattern(length, turn + k)]);
      batch.slab.fill(0xee);
    }
    for (const [copy, wanted] of kept) expect(copy.equals(wanted)).toBe(true);
  },
);

test('writing to a copy changes no other copy, and not the batch', () => {
  const batch = new MessageBatch({ count: 3, size: 33 });
  for (let i = 0; i < 3; i++) batch.set(i, pattern(33, i));
  const copies = [0, 1, 2].map((i) => batch.copyData(i));
  copies[1].fill(0);
  expect(copies[0].equals(pattern(33, 0))).toBe(true);
  expect(copies[2].equals(pattern(33, 2))).toBe(true);
  expect(batch.data(1).equals(pattern(33, 1))).toBe(true);
});

test('data() and copyData() are Buffers like any other', () => {
  const batch = new MessageBatch({ count: 1, size: 32 });
  batch.set(0, Buffer.from('Grüße'));
  for (const bytes of [batch.data(0), batch.copyData(0), batch.slab]) {
    expect(Buffer.isBuffer(bytes)).toBe(true);
    expect(bytes.constructor).toBe(Buffer);
    expect(Object.getPrototypeOf(bytes)).toBe(Buffer.prototype);
  }
  expect(batch.data(0).toString()).toBe('Grüße');
  expect(batch.data(0).buffer).toBe(batch.slab.buffer);
  expect(batch.slab).toHaveLength(32);
});

test('the memory that copies share cannot be transferred away', () => {
  const batch = new MessageBatch({ count: 1, size: 32 });
  batch.set(0, Buffer.from('stays'));
  const copy = batch.copyData(0);
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(copy.buffer, [copy.buffer as ArrayBuffer]);
  } catch (error) {
    // Node.js before 21 leaves it silently where it is
    expect((error as Error).name).toBe('DataCloneError');
  } finally {
    port1.close();
    port2.close();
  }
  expect(copy.toString()).toBe('stays');
});
