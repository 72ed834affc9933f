// makefile(): what a handler throws gets lost in a promise, and fields of the stream's own hide
// properties that others set or read.
import { Duplex } from 'node:stream';
import { run } from '../tools';
import { closing, PAIRS, program, STREAMS } from './sockets';

test.each(['data', 'end', 'write callback', 'error'])(
  'a throw in a handler (%s) is an uncaughtException, as with net.Socket',
  async (where) => {
    for (const kind of ['makefile', 'net'])
      expect([
        kind,
        (await run('node', [program('throwing-handler.js'), kind, where])).stdout,
      ]).toEqual([kind, 'uncaughtException: thrown by the handler\n']);
  },
);

test.each(PAIRS)('%s: the stream has no enumerable state of its own', async (_, pair) => {
  const [a] = await pair();
  const own = Object.keys(a.makefile());
  const plain = Object.keys(new Duplex());
  expect(own.filter((name) => !plain.includes(name))).toEqual([]);
});

test.each(STREAMS)('%s: readline reads lines from it', async (_, pair) => {
  const [a, b] = await pair();
  const { createInterface } = await import('node:readline');
  const lines: string[] = [];
  b.sendSync('one\ntwo\nthree');
  b.close();
  const file = closing(Object.assign(a.makefile('r'), { close() {} }));
  for await (const line of createInterface({ input: file })) lines.push(line);
  expect(lines).toEqual(['one', 'two', 'three']);
});
