// Readiness that costs nothing while nothing happens, and callbacks that throw, exit, or close
// everything.

import { itMeasures, runNode } from '../tools';
import { HEAD, program } from './programs';

interface Idle {
  /** Percent of a core. */
  cpu: number;
  wakeups: number;
}

/** Measures a second in which nobody does anything, after `code` has set things up. */
const idle = (code: string) =>
  program<Idle>(`
    let wakeups = 0;
    const poller = native.poller_open(() => { wakeups++; }, events);
    native.poller_ref(poller, 1);
    (async () => {
      ${code}
      await sleep(100);
      const before = process.cpuUsage(), woken = wakeups;
      await sleep(1000);
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({ cpu: (user + system) / 10_000, wakeups: wakeups - woken }));
      process.exit();
    })();`);

const ALL = 'c.EPOLLIN | c.EPOLLOUT | c.EPOLLRDHUP';

describe('an idle poller takes less than 1 % of a core, and wakes nobody', () => {
  itMeasures('with an error queue that nobody drains', async () => {
    // An ICMP error stands in the queue: POLLERR is level, and stays.
    const { cpu, wakeups } = await idle(`
      const fd = udp();
      native.setsockopt_int(fd, c.IPPROTO_IP, c.IP_RECVERR, 1);
      const gone = udp(), address = bound(gone);
      native.close(gone);
      native.poller_set(poller, fd, ${ALL}, 1);
      native.sendto(fd, new Uint8Array(8), 0, 8, 0, address, 16);
      await sleep(50);
      const triple = new Int32Array([fd, 0, 0]);
      native.poll(triple, 0);
      if ((triple[2] & c.POLLERR) === 0 || wakeups === 0) throw new Error('no error is queued');`);
    expect(wakeups).toBe(0);
    expect(cpu).toBeLessThan(1);
  });

  itMeasures('with a peer that has hung up and bytes that nobody reads', async () => {
    const { cpu, wakeups } = await idle(`
      const [a, b] = pair();
      native.poller_set(poller, a, ${ALL}, 1);
      native.send(b, new Uint8Array(8), 0, 8, 0);
      native.close(b);
      await sleep(50);
      if (wakeups === 0) throw new Error('the hang-up was not told');`);
    expect(wakeups).toBe(0);
    expect(cpu).toBeLessThan(1);
  });

  itMeasures('after a registered descriptor was closed that has a surviving dup', async () => {
    const { cpu, wakeups } = await idle(`
      const [a, b] = pair();
      const copy = native.dup(a);
      native.poller_set(poller, a, ${ALL}, 1);
      await sleep(20);
      native.close(a);
      const told = wakeups;
      native.send(b, new Uint8Array(8), 0, 8, 0);
      await sleep(50);
      if (wakeups !== told) throw new Error('a phantom was told');
      if (native.poll(new Int32Array([copy, c.POLLIN, 0]), 0) !== 1) throw new Error('the dup has nothing to read');`);
    expect(wakeups).toBe(0);
    expect(cpu).toBeLessThan(1);
  });

  it('after release and transfer, which leave the descriptor open', async () => {
    const { wakeups } = await idle(`
      const [a, b] = pair(), [d, e] = pair();
      native.poller_set(poller, a, ${ALL}, 1);
      native.poller_set(poller, d, ${ALL}, 2);
      await sleep(20);
      native.release(a);
      native.transfer(d);
      const told = wakeups;
      native.send(b, new Uint8Array(8), 0, 8, 0);
      native.send(e, new Uint8Array(8), 0, 8, 0);
      await sleep(50);
      if (wakeups !== told) throw new Error('a phantom was told');`);
    expect(wakeups).toBe(0);
  });

  itMeasures('whose lent array was detached: it says so once, and does not spin', async () => {
    const { cpu } = await program<Idle & { said: number[] }>(`
      const said = [], lent = new Int32Array(8);
      const poller = native.poller_open((n) => said.push(n), lent);
      native.poller_ref(poller, 1);
      structuredClone(lent.buffer, { transfer: [lent.buffer] });
      const [a] = pair();
      native.poller_set(poller, a, c.EPOLLOUT, 1);
      (async () => {
        await sleep(50);
        const before = process.cpuUsage();
        await sleep(500);
        const { user, system } = process.cpuUsage(before);
        if (said.join() !== '-4097') throw new Error(said.join());
        console.log(JSON.stringify({ cpu: (user + system) / 5000 }));
        process.exit();
      })();`);
    expect(cpu).toBeLessThan(2);
  });
});

describe('delivery', () => {
  it('is one call for all that is ready, with the token of each, up to what the array holds', async () => {
    const calls = await program<number[][]>(`
      const calls = [], lent = new Int32Array(2 * 3);
      const poller = native.poller_open((n) => {
        calls.push([...lent.subarray(0, 2 * n)].filter((_, i) => i % 2 === 0));
        if (calls.flat().length === 5) { console.log(JSON.stringify(calls)); process.exit(); }
      }, lent);
      native.poller_ref(poller, 1);
      for (const token of [7, 0, 0xffffffff, 9, 11]) native.poller_set(poller, pair()[0], c.EPOLLOUT, token);`);
    expect(calls.map((call) => call.length)).toEqual([3, 2]);
    expect(calls.flat()).toEqual([7, 0, -1, 9, 11]);
  });

  it('of a new registration tells of an edge that was there before', async () => {
    const told = await program<number[]>(`
      const told = [], [a, b] = pair();
      native.send(b, new Uint8Array(1), 0, 1, 0);
      const poller = native.poller_open((n) => {
        for (let i = 0; i < n; i++) told.push(events[2 * i]);
        // again, unread: MOD looks anew
        if (told.length === 1) native.poller_set(poller, a, c.EPOLLIN, 2);
        else { console.log(JSON.stringify(told)); process.exit(); }
      }, events);
      native.poller_ref(poller, 1);
      native.poller_set(poller, a, c.EPOLLIN, 1);`);
    expect(told).toEqual([1, 2]);
  });

  it('answers the kernel: a regular file EPERM, nothing open EBADF, nothing registered ENOENT', async () => {
    const answers = await program<number[]>(`
      const { openSync } = require('node:fs');
      const file = openSync(process.execPath), poller = native.poller_open(() => {}, events);
      console.log(JSON.stringify([native.poller_set(poller, file, c.EPOLLIN, 1), native.poller_set(poller, 1021, c.EPOLLIN, 1),
        native.poller_drop(poller, udp()), native.poller_set(poller + 1, udp(), c.EPOLLIN, 1), native.poller_set(-1, 0, 0, 0)]));`);
    expect(answers).toEqual([-1, -9, -2, -9, -9]);
  });

  it('does not hold the loop unless told to', async () => {
    const { status, stdout } = await runNode(`${HEAD}
      const poller = native.poller_open(() => {}, events);
      native.poller_set(poller, pair()[0], c.EPOLLIN, 1);
      console.log('end');`);
    expect([status, stdout.trim()]).toEqual([0, 'end']);
  });
});

/** A program whose callback runs `body`, on a socket that is ready. */
const callback = (body: string, more = ''): string => `${HEAD}
  ${more}
  const [a, b] = pair();
  let n = 0;
  const poller = native.poller_open(() => { n++; ${body} }, events);
  native.poller_ref(poller, 1);
  native.poller_set(poller, a, c.EPOLLOUT, 1);`;

describe.each([
  ['the main thread', (code: string) => code],
  [
    'a worker',
    (code: string) =>
      `new (require('node:worker_threads').Worker)(${JSON.stringify(code)}, { eval: true })`,
  ],
])('in %s, a callback', (_, where) => {
  it('that throws reaches uncaughtException, and the next one is called', async () => {
    const code = callback(
      'if (n < 3) { native.poller_set(poller, a, c.EPOLLOUT, 1); throw new Error("thrown " + n); } console.log("third"); process.exit();',
      'process.on("uncaughtException", (error) => console.log(error.message));',
    );
    const { stdout } = await runNode(where(code));
    expect(stdout.trim().split('\n')).toEqual(['thrown 1', 'thrown 2', 'third']);
  });

  it('that throws where nobody listens ends the process, with its own message', async () => {
    const { status, stderr } = await runNode(
      where(callback('throw new Error("nobody listens");')),
      [],
      { anyStatus: true },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('nobody listens');
  });

  it('that throws what is no error is told of that', async () => {
    const code = callback(
      'throw null;',
      'process.on("uncaughtException", (error) => { console.log(String(error)); process.exit(); });',
    );
    expect((await runNode(where(code))).stdout.trim()).toBe('null');
  });

  it('that exits the process does', async () => {
    const { status, stdout, stderr } = await runNode(where(callback('process.exit(7);')), [], {
      anyStatus: true,
    });
    expect([stdout, stderr]).toEqual(['', '']);
    expect([0, 7]).toContain(status); // of a worker, process.exit ends only the worker
  });

  it('that closes all there is goes on', async () => {
    const code = callback(
      'native.close(a); native.close(b); console.log(native.owned()); native.poller_ref(poller, 0);',
    );
    const { status, stdout } = await runNode(where(code));
    expect([status, stdout.trim()]).toEqual([0, '0']);
  });

  it('that collects garbage goes on', async () => {
    const code = callback(
      'gc(); native.poller_ref(poller, 0); console.log("fine");',
      'if (typeof gc !== "function") throw new Error("no gc");',
    );
    expect((await runNode(where(code), [], { flags: ['--expose-gc'] })).stdout.trim()).toBe('fine');
  });
});
