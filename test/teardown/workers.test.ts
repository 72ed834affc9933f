// Environments that end in the middle of things: nothing of theirs stays open, nothing aborts, and
// two never own one descriptor.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, run, temporaryFolder } from '../tools';
import { HEAD, program } from './programs';

const quoted = (code: string): string =>
  JSON.stringify(`${HEAD}${code}\nrequire('node:worker_threads').parentPort.postMessage('ready');`);

/** What a worker is doing when it ends. */
const BUSY: Readonly<Record<string, string>> = {
  'open sockets':
    'for (let i = 0; i < 5; i++) udp(); pair(); native.pipe2(new Int32Array(2), 0); native.dup(0);',
  'a poll pending, holding the loop': `const poller = native.poller_open(() => {}, events); native.poller_ref(poller, 1);
    native.poller_set(poller, udp(), c.EPOLLIN, 1); native.poller_set(poller, pair()[0], c.EPOLLIN, 2);`,
  'a poller that is called all the time': `const [a, b] = pair(), poller = native.poller_open(() => native.poller_set(poller, a, c.EPOLLOUT, 1), events);
    native.poller_ref(poller, 1); native.poller_set(poller, a, c.EPOLLOUT, 1);`,
  'three pollers':
    'for (let i = 0; i < 3; i++) { const p = native.poller_open(() => {}, events); native.poller_set(p, udp(), c.EPOLLIN, 1); native.poller_ref(p, 1); }',
  'look-ups pending': `for (let i = 0; i < 8; i++) { native.getaddrinfo('localhost', null, 0, 0, 0, 0, () => {}); native.gethostbyname('localhost', c.AF_INET, () => {}); }
    udp(); setInterval(() => {}, 1000);`,
  'a descriptor in flight to itself': `const [a, b] = pair(), control = new Uint8Array(24), view = new DataView(control.buffer);
    view.setBigUint64(0, 20n, true); view.setInt32(8, c.SOL_SOCKET, true); view.setInt32(12, c.SCM_RIGHTS, true); view.setInt32(16, a, true);
    native.sendmsg(a, [new Uint8Array(1)], null, 0, control, 24, 0, 0);
    native.recvmsg(b, [new Uint8Array(1)], null, new Uint8Array(64), new Int32Array([0, 64, 0]), 0);`,
};

const ENDS: Readonly<Record<string, [inside: string, outside: string]>> = {
  'is terminated': ['setInterval(() => {}, 1000);', 'await worker.terminate();'],
  exits: ['setTimeout(() => process.exit(), 2);', ''],
  'throws what nobody catches': ['setTimeout(() => { throw new Error("of the test"); }, 2);', ''],
};

/** Runs 20 workers, five at a time, and answers the descriptors and threads before and after. */
const cycle = (inside: string, outside: string): string => `
  const { Worker } = require('node:worker_threads');
  const one = () => new Promise((resolve) => {
    const worker = new Worker(${quoted(inside)}, { eval: true, stderr: true });
    worker.on('error', () => {});
    worker.on('exit', resolve);
    worker.on('message', async () => { ${outside} });
  });
  (async () => {
    await Promise.all([one(), one()]); // what is made once
    const before = [fdCount(), threadCount()];
    for (let i = 0; i < 4; i++) await Promise.all(Array.from({ length: 5 }, one));
    await sleep(20);
    console.log(JSON.stringify({ before, after: [fdCount(), threadCount()], owned: native.owned() }));
  })();`;

interface Counts {
  before: [fds: number, threads: number];
  after: [fds: number, threads: number];
  owned: number;
}

describe.each(Object.entries(BUSY))('20 workers with %s', (_, busy) => {
  it.each(Object.entries(ENDS))('leave nothing when each %s', async (__, [inside, outside]) => {
    const { before, after, owned } = await program<Counts>(cycle(busy + inside, outside));
    expect(after[0]).toBe(before[0]);
    // the threads of look-ups are the process's: at most 8, whatever becomes of who asked
    const lookUpThreads = busy.includes('getaddrinfo') ? 8 : 0;
    expect(after[1]).toBeLessThanOrEqual(before[1] + lookUpThreads);
    expect(owned).toBe(0);
  });
});

itNeeds('netns')(
  'a worker that ends while the resolver hangs ends at once, and nothing is left once that gives up',
  async () => {
    // In an own network and mount namespace, the name server is a socket that never answers.
    const folder = temporaryFolder();
    const resolv = path.join(folder, 'resolv.conf');
    fs.writeFileSync(resolv, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
    const inside = `native.getaddrinfo('a.name.that.nobody.answers', null, 0, c.AF_INET, 0, 0, () => {}); udp(); setInterval(() => {}, 1000);`;
    const code = `${HEAD}
    const { Worker } = require('node:worker_threads');
    const server = udp(), address = loopback();
    address[3] = 53;
    if (native.bind(server, address, 16) !== 0) throw new Error('no port 53');
    const one = () => new Promise((resolve) => {
      const worker = new Worker(${quoted(inside)}, { eval: true });
      worker.on('message', async () => { await sleep(100); await worker.terminate(); resolve(); });
    });
    (async () => {
      const holding = setInterval(() => {}, 1000); // a look-up holds no loop
      await new Promise((resolve) => native.getaddrinfo('localhost', null, 0, 0, 0, 0, resolve));
      const { readlinkSync } = require('node:fs');
      const isSocket = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd).startsWith('socket:'); } catch { return false; } };
      const sockets = () => readdirSync('/proc/self/fd').filter(isSocket).length;
      const before = sockets(), start = Date.now();
      await Promise.all([one(), one(), one()]);
      const ms = Date.now() - start;
      const question = native.recv(server, new Uint8Array(512), 0, 512, 0);
      while (sockets() > before) await sleep(20); // the resolver's own sockets
      clearInterval(holding);
      console.log(JSON.stringify({ question, ms }));
    })();`;
    const { stdout } = await run('unshare', [
      '-n',
      '-m',
      'sh',
      '-c',
      `mount --bind ${resolv} /etc/resolv.conf && ip link set lo up && exec "$0" -e "$1"`,
      process.execPath,
      code,
    ]);
    const { question, ms } = JSON.parse(stdout) as { question: number; ms: number };
    expect(question).toBeGreaterThan(12); // it really asked
    expect(ms).toBeLessThan(900); // and the worker did not wait the second that the resolver does
  },
);

describe('between environments', () => {
  it('one addon serves the main thread and several workers, each with its own state', async () => {
    const answers = await program<number[][]>(`
      const { Worker } = require('node:worker_threads');
      const mine = udp();
      const one = () => new Promise((resolve) => new Worker(${JSON.stringify(`${HEAD}
        const { parentPort, workerData } = require('node:worker_threads');
        const own = udp();
        parentPort.postMessage([native.owned(), native.owns(own), native.owns(workerData), native.close(workerData), native.adopt(workerData), native.getsockopt_int(own, c.SOL_SOCKET, c.SO_TYPE)]);`)},
        { eval: true, workerData: mine }).on('message', resolve));
      (async () => {
        const all = await Promise.all([one(), one(), one()]);
        console.log(JSON.stringify([...all, [native.owned(), native.owns(mine), native.close(mine)]]));
      })();`);
    const [EBADF, EBUSY] = [9, 16];
    expect(answers).toEqual([
      ...Array.from({ length: 3 }, () => [1, 1, 0, -EBADF, -EBUSY, 2]),
      [1, 1, 0],
    ]);
  });

  it('a ticket moves a socket once, and outlives the worker that gave it', async () => {
    const answers = await program<number[]>(`
      const { Worker } = require('node:worker_threads');
      new Worker(${JSON.stringify(`${HEAD}
        const fd = udp();
        const ticket = native.transfer(fd);
        require('node:worker_threads').parentPort.postMessage([fd, ticket, native.owns(fd), native.close(fd), native.adopt(fd), native.transfer(fd)]);`)}, { eval: true })
        .on('message', (told) => { globalThis.told = told; })
        .on('exit', () => {
          const [fd, ticket, ...inside] = globalThis.told;
          console.log(JSON.stringify([...inside, native.owns(fd), native.redeem(ticket) === fd, native.owns(fd), native.redeem(ticket), native.redeem(0),
            native.getsockname(fd, new Uint8Array(16), new Int32Array([16])), native.close(fd)]));
        });`);
    const [EBADF, EBUSY, ENOENT] = [9, 16, 2];
    expect(answers).toEqual([0, -EBADF, -EBUSY, -EBADF, 0, true, 1, -ENOENT, -ENOENT, 0, 0]);
  });

  it('a worker may be terminated in the middle of a call that a signal cannot end', async () => {
    // poll(2) for 100 ms: termination waits for it, and then leaves nothing.
    const { before, after } = await program<Counts>(
      cycle(
        'udp(); setTimeout(() => native.poll(new Int32Array(0), 100), 1); setInterval(() => {}, 1000);',
        'await sleep(10); await worker.terminate();',
      ),
    );
    expect(after).toEqual(before);
  });
});
