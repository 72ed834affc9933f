// AF_UNIX echo in all three types, by path and by abstract name, against Python in both directions
// and against socat.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, requireTool, run, start, temporaryFolder } from '../tools';
import { PAIRS, runExample, startUnixServer } from './programs';

const folder = temporaryFolder();
const TYPES = ['stream', 'dgram', 'seqpacket'] as const;
const MESSAGES = ['one', 'two, ünïcödé', 'three '.repeat(500)];
const ECHOES = MESSAGES.map((message) => `Received ${message}\n`).join('');
let made = 0;
const fresh = (kind: 'path' | 'abstract') =>
  kind === 'path' ? path.join(folder, `s${made++}`) : `@bsd-socket-${process.pid}-${made++}`;

describe.each(PAIRS)('%s server, %s client', (server, client) => {
  test.each(TYPES.flatMap((type) => [[type, 'path'] as const, [type, 'abstract'] as const]))(
    '%s, %s',
    async (type, kind) => {
      const place = fresh(kind);
      const echo = await startUnixServer(server, type, place);
      try {
        const { stdout } = await runExample(client, 'unix_echo_client', [type, place, ...MESSAGES]);
        expect(stdout).toBe(ECHOES);
        if (type !== 'dgram') {
          expect((await echo.done).status).toBe(0);
          if (kind === 'path') expect(fs.existsSync(place)).toBe(false);
        }
      } finally {
        await echo.stop();
      }
    },
  );
});

describe('socat', () => {
  itNeeds('socat')('speaks to our servers', async () => {
    for (const [type, socktype] of [
      ['stream', 1],
      ['seqpacket', 5],
    ] as const) {
      const place = fresh('path');
      const echo = await startUnixServer('node', type, place);
      const { stdout } = await run(
        requireTool('socat'),
        ['-t5', '-', `UNIX-CONNECT:${place},type=${socktype}`],
        { input: 'through socat' },
      );
      expect([type, stdout]).toEqual([type, 'through socat']);
      await echo.done;
    }
    const place = fresh('path');
    const echo = await startUnixServer('node', 'dgram', place);
    try {
      const { stdout } = await run(
        requireTool('socat'),
        ['-t1', '-', `UNIX-SENDTO:${place},bind=${fresh('path')}`],
        { input: 'a datagram' },
      );
      expect(stdout).toBe('a datagram');
    } finally {
      await echo.stop();
    }
  });

  itNeeds('socat')('is spoken to by our client', async () => {
    for (const [type, address] of [
      ['stream', (place: string) => `UNIX-LISTEN:${place}`],
      ['seqpacket', (place: string) => `UNIX-LISTEN:${place},type=5`],
      ['dgram', (place: string) => `UNIX-RECVFROM:${place}`], // answers one datagram
    ] as const) {
      const place = fresh('path');
      const socat = start(requireTool('socat'), ['-d', '-d', address(place), 'PIPE']);
      try {
        await socat.output(/listening on|receiving on/);
        const { stdout } = await runExample('node', 'unix_echo_client', [type, place, 'hello']);
        expect([type, stdout]).toEqual([type, 'Received hello\n']);
      } finally {
        await socat.stop();
      }
    }
  });
});
