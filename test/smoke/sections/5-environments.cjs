// Workers, descriptors and threads over many of them, the end of a process.
'use strict';
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { S } = require('../tracked.cjs');

const PROGRAMS = path.join(__dirname, '..', 'programs');
const count = (what) => fs.readdirSync(`/proc/self/${what}`).length;

function run(file, end) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(PROGRAMS, file));
    worker.on('error', reject);
    worker.on('message', (message) => end(worker, message));
    worker.on('exit', () => resolve());
  });
}

module.exports = {
  async 'a worker, and a descriptor handed over'() {
    const [a, b] = S.socketpair();
    let reply;
    await run('worker.cjs', (worker, message) => {
      if (message === 'ready') worker.postMessage(b.transfer());
      else {
        reply = message;
        worker.postMessage('end');
      }
    });
    assert.equal(reply, 'taken over');
    assert.equal(String(a.recvSync(16)), 'from the worker');
    a.close();
  },
  async 'workers that end leave no descriptor and no thread'() {
    const cycle = async () => {
      for (let i = 0; i < 4; i++) await run('busy-worker.cjs', (worker) => worker.terminate());
    };
    await cycle();
    await cycle();
    const before = [count('fd'), count('task')];
    for (let i = 0; i < 5; i++) await cycle();
    const after = [count('fd'), count('task')];
    // A runtime's own pools may have grown by a thread or two; not by one a worker.
    assert.ok(after[0] - before[0] <= 2, `descriptors ${before[0]} -> ${after[0]}`);
    assert.ok(after[1] - before[1] <= 4, `threads ${before[1]} -> ${after[1]}`);
  },
  async 'opening and closing leaves nothing'() {
    const cycle = async () => {
      const [a, b] = S.socketpair();
      const waiting = b.recv(1);
      a.sendSync('x');
      await waiting;
      a.close();
      b.close();
    };
    for (let i = 0; i < 100; i++) await cycle();
    const before = [count('fd'), count('task')];
    for (let i = 0; i < 2000; i++) await cycle();
    // Fewer: what earlier sections left to the garbage collector. A leak is one a cycle, 2000 in all.
    const [fds, threads] = [count('fd') - before[0], count('task') - before[1]];
    assert.ok(fds <= 2 && threads <= 4, `${fds} descriptors and ${threads} threads more`);
  },
  async 'a process ends by itself, and with calls waiting'() {
    for (const how of ['idle', 'exit', 'throw']) {
      const args = process.versions.deno ? ['run', '-A'] : [];
      const { status, signal } = spawnSync(
        process.execPath,
        [...args, path.join(PROGRAMS, 'ends.cjs'), how],
        { stdio: 'ignore', timeout: 20_000 },
      );
      assert.deepEqual([how, status, signal], [how, { idle: 0, exit: 3, throw: 1 }[how], null]);
    }
  },
};
