// vitest, in threads and in forks: a call that waits.
import { socketpair } from 'bsd-socket';
import { expect, test } from 'vitest';

test('waits', async () => {
  const [a, b] = socketpair();
  const waiting = b.recv(16);
  a.sendSync('hello');
  expect(String(await waiting)).toBe('hello');
  a.close();
  b.close();
});
