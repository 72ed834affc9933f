// MSG_ZEROCOPY: the kernel reads the pages after the call has returned; memory that was let go by
// then goes out as other data.
import { node } from './sockets';

interface Result {
  /** bytes that arrived and were not those that were sent */
  wrong: number;
  /** bytes that the call took and that never came */
  missing: number;
  /** whether the memory was kept from the collector until the completion came, and let go after it */
  held: boolean;
  freed: boolean;
  /** ids of the completions that errors() or recvmsg(MSG_ERRQUEUE) yielded afterwards */
  completions: number[];
}

const SIZE = 1 << 20;
const gc = { flags: ['--expose-gc'] };

const VERBS = [
  'send',
  'sendSync',
  'trySend',
  'sendall',
  'sendallSync',
  'sendmsg',
  'sendmsgSync',
  'trySendmsg',
  'sendmmsg',
  'sendmmsgSync',
  'trySendmmsg',
];

// The peer does not read, so that most of the data stays in the send queue, as references to pages.
describe.each(['IPv4', 'IPv6'])('TCP over %s', (family) => {
  test.each([...VERBS, 'sendto'])('%s holds its memory', async (verb) => {
    const result = await node<Result>('zerocopy.js', ['tcp', family, verb], gc);
    expect(result).toMatchObject({ wrong: 0, missing: 0, held: true, freed: true });
    expect(result.completions).toContain(0);
  });

  test.each(['send', 'sendSync', 'sendall'])('%s of a string', async (verb) => {
    const result = await node<Result>('zerocopy.js', ['tcp', family, verb, 'string'], gc);
    expect(result).toMatchObject({ wrong: 0, missing: 0 });
  });

  test('without SO_ZEROCOPY the flag is an ordinary send, and nothing is held', async () => {
    const result = await node<Result>('zerocopy.js', ['tcp', family, 'send', 'off'], gc);
    expect(result).toMatchObject({ wrong: 0, missing: 0, held: false, completions: [] });
  });

  test('a descriptor from outside, whose completions do not start at 0', async () => {
    const result = await node<Result>('zerocopy.js', ['tcp', family, 'send', 'adopted'], gc);
    expect(result).toMatchObject({ wrong: 0, missing: 0, held: true, freed: true });
    expect(result.completions).toContain(3);
  });

  describe('close() with completions outstanding', () => {
    test('sends what was taken, then the end', async () => {
      expect(await node('zerocopy-close.js', [family, 'close'], gc)).toEqual({
        fileno: -1,
        wrong: 0,
        received: SIZE,
        end: 'end',
      });
    });

    test('asyncDispose waits for them', async () => {
      expect(await node('zerocopy-close.js', [family, 'asyncDispose'], gc)).toEqual({
        fileno: -1,
        wrong: 0,
        received: SIZE,
        end: 'end',
        early: false,
      });
    });

    test('resets where its environment ends', async () => {
      expect(await node('zerocopy-close.js', [family, 'worker'], gc)).toMatchObject({
        wrong: 0,
        end: 'ECONNRESET',
      });
    });

    test('resets after ten seconds', async () => {
      const result = await node<{ waitedMs: number; end: string }>(
        'zerocopy-close.js',
        [family, 'stuck'],
        { ...gc, timeoutMs: 19_000 },
      );
      expect(result.end).toBe('ECONNRESET');
      expect(result.waitedMs).toBeGreaterThanOrEqual(9_900);
    });
  });
});

// A datagram that MSG_MORE holds back is sent by the next call: until then it is pages, too.
describe.each(['IPv4', 'IPv6'])('UDP over %s', (family) => {
  test.each(['send', 'sendSync', 'trySend', 'sendmsg', 'sendmsgSync', 'sendto'])(
    '%s holds its memory',
    async (verb) => {
      const result = await node<Result>('zerocopy.js', ['udp', family, verb], gc);
      expect(result).toMatchObject({ wrong: 0, missing: 0, held: true, freed: true });
    },
  );
});
