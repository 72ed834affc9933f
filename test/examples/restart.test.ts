// A server restarted while its port is in TIME_WAIT: with SO_REUSEADDR it binds, without it gets
// EADDRINUSE; across both languages.

import { once } from 'node:events';
import * as net from 'node:net';
import { runExample, startServer } from './programs';

/** Connects and closes second, which leaves the server's port in TIME_WAIT. */
async function visit(port: number): Promise<string> {
  const client = net.connect(port, '127.0.0.1');
  let text = '';
  client.on('data', (chunk) => {
    text += chunk;
  });
  await once(client, 'close');
  return text;
}

test.each([
  ['node', 'node'],
  ['node', 'python'],
  ['python', 'node'],
] as const)('first %s, then %s', async (first, second) => {
  const before = await startServer(first, 'restart_server', [0, 1]);
  expect(await visit(before.port)).toBe('Goodbye\n');
  expect((await before.done).status).toBe(0);

  const refused = await runExample(second, 'restart_server', [before.port, 0], true);
  expect(refused.status).toBe(1);
  expect(refused.stdout).toMatch(/^EADDRINUSE/);
  // the hint names the remedy
  if (second === 'node') expect(refused.stdout).toMatch(/SO_REUSEADDR/);

  const after = await startServer(second, 'restart_server', [before.port, 1]);
  expect(await visit(after.port)).toBe('Goodbye\n');
  expect((await after.done).status).toBe(0);
});
