// A thread stays privileged though the capabilities were dropped: all threads lose theirs, whatever
// signals they block, or the call says which have not.
import * as path from 'node:path';
import { builtAddon } from '../native/guard';
import { dist, itNeeds, run } from '../tools';
import { program } from './programs';

interface Outcome {
  result: number;
  left: number[];
  /** Of every thread: CapEff, CapPrm and NoNewPrivs of /proc/self/task/TID/status. */
  threads: Record<string, [effective: string, permitted: string, noNewPrivs: string]>;
  special: number[];
}

const DROP = `
  const fs = require('node:fs');
  const left = new Int32Array(8);
  const drop = (keep) => {
    const result = native.drop_capabilities(keep, left);
    const field = (text, name) => text.match(new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm'))[1];
    const threads = Object.fromEntries(readdirSync('/proc/self/task').map((id) => {
      const text = fs.readFileSync('/proc/self/task/' + id + '/status', 'utf8');
      return [id, [field(text, 'CapEff'), field(text, 'CapPrm'), field(text, 'NoNewPrivs')]];
    }));
    console.log(JSON.stringify({ result, left: [...left.subarray(0, Math.max(0, result))], threads, special }));
    process.exit(0);
  };`;

const NONE = ['0000000000000000', '0000000000000000', '1'];

describe('dropping capabilities', () => {
  itNeeds('root')('reaches a thread that blocks every signal', async () => {
    const { result, threads, special } = await program<Outcome>(`
      const { blocking } = require(${JSON.stringify(builtAddon('threads'))});
      const special = [blocking(false), blocking(false)];
      ${DROP} drop(0);`);
    expect(result).toBe(0);
    expect(Object.keys(threads)).toEqual(expect.arrayContaining(special.map(String)));
    for (const [id, state] of Object.entries(threads)) expect([id, state]).toEqual([id, NONE]);
  });

  itNeeds('root')('reaches workers, threads of the pool, and keeps what is to stay', async () => {
    const { result, threads } = await program<Outcome>(`
      const special = [];
      const { Worker } = require('node:worker_threads');
      ${DROP}
      require('node:dns').lookup('localhost', () => {
        const workers = Array.from({ length: 3 }, () => new Worker('setInterval(() => {}, 100)', { eval: true }));
        let online = 0;
        for (const worker of workers) worker.on('online', () => ++online === 3 && drop(1 << 13));
      });`);
    expect(result).toBe(0);
    expect(Object.keys(threads).length).toBeGreaterThan(7);
    const rawOnly = ['0000000000002000', '0000000000002000', '1'];
    for (const [id, state] of Object.entries(threads)) expect([id, state]).toEqual([id, rawOnly]);
  });

  itNeeds('root')('names a thread that nothing reaches', async () => {
    const { result, left, threads, special } = await program<Outcome>(`
      const { blocking } = require(${JSON.stringify(builtAddon('threads'))});
      const special = [blocking(true)];
      ${DROP} drop(0);`);
    expect([result, left]).toEqual([1, special]);
    const others = Object.entries(threads).filter(([id]) => !special.includes(Number(id)));
    for (const [id, state] of others) expect([id, state]).toEqual([id, NONE]);
  });

  itNeeds('root')('leaves setuid(2), which uses the same signal, as it was', async () => {
    const outcome = await program<{ uids: string[] }>(`
      native.drop_capabilities(1 << 7, new Int32Array(8));
      process.setuid(65534);
      const uid = (id) => require('node:fs').readFileSync('/proc/self/task/' + id + '/status', 'utf8').match(/^Uid:\\s*(\\d+)/m)[1];
      console.log(JSON.stringify({ uids: [...new Set(readdirSync('/proc/self/task').map(uid))] }));`);
    expect(outcome).toEqual({ uids: ['65534'] });
  });
});

describe('the command line', () => {
  itNeeds('root')('exits 1 and names the thread that keeps its capabilities', async () => {
    const preload = path.join(__dirname, 'programs', 'blocking-thread.js');
    const { status, stderr } = await run(
      process.execPath,
      ['-r', preload, dist('cli', 'main.js'), 'capture', '-i', 'lo', '-c', '1', '-w', '/dev/null'],
      { anyStatus: true, env: { ...process.env, THREADS_ADDON: builtAddon('threads') } },
    );
    expect(stderr).toMatch(/these threads keep their capabilities: \d+ \(blocks-raw\)/);
    expect(status).toBe(1);
  });
});
