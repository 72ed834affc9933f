// close(), abort and deadlines do not end a call that is still looking up a name: it fails seconds
// later, and holds the process until then.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, type Netns, netns, run, temporaryFolder } from '../tools';
import { program } from './sockets';

// A name server that never answers: the C library asks it for 5 seconds, twice.
let ns: Netns | undefined;
let folder = '';
const isolated = () => {
  ns ??= netns();
  if (folder === '') {
    folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'resolv.conf'), 'nameserver 127.0.0.53\n');
    fs.writeFileSync(path.join(folder, 'nsswitch.conf'), 'hosts: files dns\n');
  }
  const mounts = ['resolv.conf', 'nsswitch.conf']
    .map((file) => `mount --bind ${path.join(folder, file)} /etc/${file}`)
    .join(' && ');
  return ns.wrap('unshare', ['-m', 'sh', '-c', `${mounts} && exec "$0" "$@"`, process.execPath]);
};

interface Result {
  code: string;
  syscall?: string;
  ms: number;
}

const lookUp = async (...args: string[]): Promise<Result & { wholeMs: number }> => {
  const [file, before] = isolated();
  const start = performance.now();
  const { stdout } = await run(file, [...before, program('lookup.js'), ...args], {
    timeoutMs: 18_000,
  });
  return { ...JSON.parse(stdout), wholeMs: performance.now() - start };
};

const CALLS = ['connect', 'connect UDP', 'sendto', 'sendto UDP', 'sendmsg', 'create_connection'];
const needs = itNeeds('netns', 'ip', 'unshare', 'python3');

needs.each(CALLS.filter((call) => call !== 'create_connection'))(
  'close() ends a %s',
  async (call) => {
    const { code, ms, wholeMs } = await lookUp(call, 'close');
    expect(code).toBe('EBADF');
    expect(ms).toBeLessThan(1_000);
    expect(wholeMs).toBeLessThan(4_000); // and the process ends: the look-up holds no loop
  },
);

needs.each(CALLS)('a signal ends a %s', async (call) => {
  const { code, ms, wholeMs } = await lookUp(call, 'abort');
  expect(code).toBe('ABORT_ERR');
  expect(ms).toBeLessThan(1_000);
  expect(wholeMs).toBeLessThan(4_000);
});

needs.each(CALLS)('a deadline ends a %s', async (call) => {
  const { code, ms, wholeMs } = await lookUp(call, 'deadline');
  expect(code).toBe('ETIMEDOUT');
  expect(ms).toBeLessThan(1_000);
  expect(wholeMs).toBeLessThan(4_000);
});

needs('eight look-ups that hang leave fs its threads, and exit() its way', async () => {
  const { code, ms, wholeMs } = await lookUp('connect', 'fs');
  expect(code).toBe('read');
  expect(ms).toBeLessThan(1_000);
  expect(wholeMs).toBeLessThan(4_000);
});
