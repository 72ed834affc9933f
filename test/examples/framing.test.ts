// Length-prefixed messages: glued together, cut to pieces, against Python in both directions.
import * as net from 'node:net';
import { PAIRS, runExample, startServer } from './programs';

const MESSAGES = ['one', '', 'a longer message, the third', 'ünïcödé', 'x'.repeat(100_000)];
const ANSWERS = MESSAGES.map((message) => `Received ${message.toUpperCase()}\n`).join('');

test.each(PAIRS)(
  '%s server, %s client: messages sent in one piece come back one by one',
  async (server, client) => {
    const framed = await startServer(server, 'framed_server');
    // Python's client also takes how large the pieces are
    const glued = client === 'python' ? [0] : [];
    const { stdout } = await runExample(client, 'framed_client', [
      framed.port,
      ...glued,
      ...MESSAGES,
    ]);
    expect(stdout).toBe(ANSWERS);
    const ended = await framed.done;
    expect([ended.status, ended.stdout]).toEqual([
      0,
      expect.stringContaining(`Messages: ${MESSAGES.length}`),
    ]);
  },
);

test.each([1, 3, 5])('messages cut into pieces of %i bytes', async (cut) => {
  const messages = ['one', '', 'and a third'];
  const framed = await startServer('node', 'framed_server');
  const { stdout } = await runExample('python', 'framed_client', [framed.port, cut, ...messages]);
  expect(stdout).toBe(messages.map((message) => `Received ${message.toUpperCase()}\n`).join(''));
  expect((await framed.done).status).toBe(0);
});

test.each([
  [
    'a stream that ends inside a message',
    Buffer.from([0, 0, 0, 9, 65, 66]),
    /the stream ended inside a message/,
  ],
  ['a length beyond the limit', Buffer.from([255, 255, 255, 255]), /beyond the limit/],
])('%s is an error that says so', async (_, bytes, message) => {
  const framed = await startServer('node', 'framed_server');
  const client = net.connect(framed.port, '127.0.0.1');
  client.on('error', () => {}); // the server resets the connection
  client.end(bytes);
  client.resume();
  const ended = await framed.done;
  expect(ended.status).not.toBe(0);
  expect(ended.stderr).toMatch(message);
});
