// create_connection(): Happy Eyeballs (RFC 8305), against a firewall that drops what it is told.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { create_connection } from 'bsd-socket';
import { itNeeds, netns, root, temporaryFolder } from '../tools';

const RULES = `table inet filter {
  chain output {
    type filter hook output priority 0;
    ip6 daddr ::1 tcp dport 7 drop
    tcp dport 9 drop
  }
}
`;

itNeeds('netns', 'nft')('families take turns, the first that connects wins', async () => {
  const ns = netns();
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'hosts'), '::1 both\n127.0.0.1 both\n');
  fs.writeFileSync(path.join(folder, 'rules'), RULES);
  await ns.run('nft', ['-f', path.join(folder, 'rules')]);
  const program = path.join(__dirname, 'programs', 'happy-eyeballs.js');
  const script = `mount --bind "${folder}/hosts" /etc/hosts && exec "${process.execPath}" "${program}"`;
  const { stdout } = await ns.run('unshare', ['-m', 'sh', '-c', script], { cwd: root });
  const report = JSON.parse(stdout);

  expect(report.dropped[0]).toBe('IPv4');
  expect(report.dropped[1]).toBeGreaterThanOrEqual(245);
  expect(report.sooner[0]).toBe('IPv4');
  expect(report.sooner[1]).toBeLessThan(245);
  // the next attempt begins when one fails, not after the delay
  expect(report.refusedFirst[0]).toBe('IPv4');
  expect(report.refusedFirst[1]).toBeLessThan(245);

  const refused = { code: 'ECONNREFUSED', syscall: 'connect', refused: true, left: 0 };
  expect(report.all).toMatchObject({
    ...refused,
    name: 'AggregateError',
    errno: -111,
    isTimeout: false,
    errors: [
      ['ECONNREFUSED', 'IPv6'],
      ['ECONNREFUSED', 'IPv4'],
    ],
  });
  expect(report.one).toMatchObject(refused);
  expect(report.one.errors).toBeUndefined();
  expect(report.deadline).toMatchObject({
    name: 'AggregateError',
    code: 'ETIMEDOUT',
    isTimeout: true,
    timedOut: true,
    left: 0,
  });
  expect(report.aborted).toMatchObject({ name: 'Error', left: 0 });
  expect(report.aborted.code).toBeUndefined();
});

it.each([9, NaN, Infinity, -1])('attemptDelayMs %p is refused', async (attemptDelayMs) => {
  await expect(create_connection(['127.0.0.1', 9], { attemptDelayMs })).rejects.toMatchObject({
    code: 'ERR_OUT_OF_RANGE',
  });
});
