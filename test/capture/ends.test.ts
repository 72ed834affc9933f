// What ends a capture, and what must not crash: interfaces that go, rings closed under readers,
// memory that travels, workers that are terminated.
import { atEnd, itNeeds, type Netns, netns } from '../tools';
import { starts, tells } from './helpers';

const itCaptures = itNeeds('netns');
let ns: Netns;
beforeAll(async () => {
  if (itCaptures !== it) return;
  ns = netns();
  atEnd(() => ns.remove());
});

const PAIR = (
  name: string,
) => `const { execFileSync } = require('node:child_process'); const ip = (...args) => execFileSync('ip', args);
  ip('link', 'add', '${name}', 'type', 'veth', 'peer', 'name', '${name}p'); ip('link', 'set', '${name}', 'up'); ip('link', 'set', '${name}p', 'up'); await sleep(50);`;

itCaptures.each([
  ['down', 'ENETDOWN', '{}'],
  ['away', 'ENODEV', '{}'],
  ['down', 'ENETDOWN', '{ ring: false }'],
  ['away', 'ENODEV', '{ ring: false }'],
])(
  'an interface that goes %s is %s (%s), after the frames before it',
  async (how, code, options) => {
    const name = `e${how}${options.length}`;
    const go =
      how === 'down' ? `ip('link', 'set', '${name}', 'down')` : `ip('link', 'del', '${name}')`;
    const [told] = await tells(
      ns,
      `${PAIR(name)} const c = new Capture('${name}', { filter: 'udp port 40001', ...${options} }); let n = 0;
    const loop = (async () => { for await (const f of c) n++; })(); await blast('${name}p', 50); ${go};
    try { await loop; tell('ended'); } catch (e) { tell([e.code, n, c.closed, typeof c.stats().received]); } c.close();`,
    );
    expect(told).toEqual([code, 50, false, 'string'].with(3, 'bigint'));
  },
);

itCaptures('record() ends with the same error, its counts, and a file that reads', async () => {
  const [told] = await tells(
    ns,
    `${PAIR('r1')} const c = new Capture('r1', { filter: 'udp port 40001' }); const r = c.record('/dev/shm/' + process.pid + '.pcapng'); await blast('r1p', 50); ip('link', 'del', 'r1');
    let out; try { await r.done; } catch (e) { out = [e.code, Number(e.stats.packets), Number(e.stats.received)]; }
    let n = 0; for await (const f of C.readPcap('/dev/shm/' + process.pid + '.pcapng')) n++; tell([...out, n]); fs.unlinkSync('/dev/shm/' + process.pid + '.pcapng'); c.close();`,
  );
  expect(told).toEqual(['ENODEV', 50, 50, 50]);
});

itCaptures(
  'close while frames arrive, in every state, a hundred times: no crash, no descriptor left',
  async () => {
    const [told] = await tells<number[]>(
      ns,
      `const fds = () => fs.readdirSync('/proc/self/fd').length; const s = S.socket(S.AF_INET, S.SOCK_DGRAM); const send = () => { for (let i = 0; i < 50; i++) s.sendtoSync('x', ['127.0.0.1', 40001]); };
    new Capture('lo').close(); const before = fds();
    for (let i = 0; i < 100; i++) {
      const c = new Capture('lo', { ring: { blockSize: 65536, blocks: 4, timeoutMs: 1 } });
      send();
      if (i % 5 === 0) c.close();
      else if (i % 5 === 1) { const loop = (async () => { for await (const f of c) { f.data[0]; c.close(); } })(); send(); await loop; }
      else if (i % 5 === 2) { c.onBatch((b) => { for (const f of b) { f.caplen; } c.close(); }); send(); await sleep(3); c.close(); }
      else if (i % 5 === 3) { const r = c.record('/dev/null'); send(); c.close(); await r.done; }
      else { const b = c.tryBatch(); c.close(); try { if (b) [...b].forEach((f) => f.data); } catch (e) { if (e.code !== 'ERR_OUT_OF_RANGE') throw e; } }
    }
    tell([fds() - before]); s.close();`,
    );
    expect(told).toEqual([0]);
  },
);

itCaptures(
  'memory of the ring transferred away or copied by a view, then closed, then read: no crash, and no frame',
  async () => {
    const told = await tells<unknown[]>(
      ns,
      `const ways = { clone: (b) => structuredClone(b, { transfer: [b] }), channel: (b) => { const { port1, port2 } = new MessageChannel(); port1.postMessage(b, [b]); const { message } = require('node:worker_threads').receiveMessageOnPort(port2); port1.close(); port2.close(); return message; } };
    if (ArrayBuffer.prototype.transfer) ways.transfer = (b) => b.transfer();
    for (const [name, way] of Object.entries(ways)) {
      const c = new Capture('lo', { filter: 'udp', ring: { blocks: 4 } }); await blast('lo', 20); await sleep(60); const batch = c.tryBatch(); const { buffer } = batch.slab; const first = batch.frame(0);
      let view; try { view = new Uint8Array(way(buffer)); } catch (e) { view = new Uint8Array(buffer); }
      c.close(); let sum = 0; for (let round = 0; round < 3; round++) { global.gc?.(); await sleep(5); for (let i = 0; i < view.length; i += 4096) sum += view[i]; }
      try { view.fill(7); } catch {} let over; try { first.data; } catch (e) { over = e.code; } tell([buffer.byteLength, over, sum >= 0]);
    }`,
    );
    expect(told.length).toBeGreaterThan(1);
    for (const one of told) expect(one).toEqual([0, 'ERR_OUT_OF_RANGE', true]);
  },
);

itCaptures(
  'garbage that JavaScript writes into the ring is walked by the recorder and by prepare(), and nothing beyond it is touched',
  async () => {
    const told = await tells<boolean>(
      ns,
      `const s = S.socket(S.AF_INET, S.SOCK_DGRAM); const send = () => { for (let i = 0; i < 20; i++) s.sendtoSync('some bytes', ['127.0.0.1', 40001]); };
    let seed = 1; const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0); const pick = (all) => all[random() % all.length];
    const ring = { blockSize: 65536, blocks: 4, timeoutMs: 1 }; const open = async (device) => { const c = new Capture(device, { filter: 'udp port 40001', ring }); send(); await sleep(20); const { buffer } = c.tryBatch().slab; c.tryBatch(); return [c, new Uint32Array(buffer)]; };
    const spoil = (words) => { for (let block = 0; block < 4 * 16384; block += 16384) { words[block + 3] = pick([200, 200, 100000]); words[block + 4] = pick([48, 48, 48, random() % 70000, 0xfffffff8]);
      for (let i = 0; i < 400; i++) words[block + 12 + (random() % 600)] = pick([random(), random() % 200, 0xffffffff, 0x7fffffff, 8, 144, 65535]); words[block + 2] = 1; } };
    for (const device of ['lo', 'any']) {
      const [c, words] = await open(device);
      for (let round = 0; round < 100; round++) { spoil(words); for (let b = c.tryBatch(), n = 0; b !== null && n < 8; b = c.tryBatch(), n++); }
      c.close();
      for (const o of [{ format: 'pcap' }, { format: 'pcapng', nanoseconds: true }, { format: 'pcap', rotate: { bytes: 5000, files: 2 } }]) {
        const [d, more] = await open(device); const r = d.record(o.rotate ? '/dev/shm/garbage' + process.pid + '-' : '/dev/null', o);
        for (let round = 0; round < 60; round++) { spoil(more); send(); await sleep(1); }
        const stats = await r.stop(); tell(stats.packets >= 0n); d.close(); for (const i of [0, 1]) fs.rmSync('/dev/shm/garbage' + process.pid + '-' + i, { force: true });
      }
    }
    s.close();`,
    );
    expect(told).toEqual(Array(6).fill(true));
  },
);

itCaptures(
  'memory of the ring transferred to another thread outlives the thread that captured',
  async () => {
    const worker = `const { parentPort } = require('node:worker_threads'); const { Capture } = require('bsd-socket/capture'), S = require('bsd-socket'); const c = new Capture('lo', { ring: { blocks: 4 } });
    const s = S.socket(S.AF_INET, S.SOCK_DGRAM); s.sendtoSync('x', ['127.0.0.1', 40001]);
    c.batches().next().then(({ value }) => { let { buffer } = value.slab; try { buffer = buffer.transfer(); parentPort.postMessage(buffer, [buffer]); } catch (e) { parentPort.postMessage(e.name); } if (CLOSE) c.close(); }); setInterval(() => {}, 1000);`;
    for (const close of [false, true]) {
      const { stdout } = await ns.run(process.execPath, [
        ...(process.version.startsWith('v20.') ? ['--harmony-rab-gsab-transfer'] : []),
        '-e',
        `const { Worker } = require('node:worker_threads'); const w = new Worker(${JSON.stringify(worker.replace('CLOSE', String(close)))}, { eval: true, execArgv: [] });
      w.once('message', async (buffer) => { await w.terminate(); const view = new Uint8Array(buffer); let sum = 0; for (let i = 0; i < view.length; i += 4096) sum += view[i]; console.log(view.length, sum); });`,
      ]);
      expect(stdout.trim()).toBe(`${4 << 20} 0`);
    }
  },
);

itCaptures('a capture that is forgotten while open gives its socket back', async () => {
  const { stdout } = await ns.run(process.execPath, [
    '--expose-gc',
    '-e',
    `const { Capture } = require('bsd-socket/capture'); const fs = require('node:fs'); const open = () => fs.readFileSync('/proc/net/packet', 'utf8').trim().split('\\n').length - 1;
    process.on('warning', () => {}); (() => { for (let i = 0; i < 5; i++) new Capture('lo', { ring: { blocks: 2 } }); })(); const before = open();
    (async () => { for (let i = 0; i < 50 && open() > 0; i++) { gc(); await new Promise((r) => setTimeout(r, 20)); } console.log(before, open()); })();`,
  ]);
  expect(stdout.trim()).toBe('5 0');
});

itCaptures(
  'workers terminated while they capture and record: clean, again and again',
  async () => {
    const worker = `const { Capture } = require('bsd-socket/capture'); const { workerData, parentPort } = require('node:worker_threads');
    const c = new Capture('lo', { ring: { blockSize: 65536, blocks: 8, timeoutMs: 1 } }); if (workerData % 2) c.record('/dev/null'); else c.onBatch((b) => { for (const f of b) f.data; }); parentPort.postMessage('up');`;
    const running = starts(
      ns,
      `const { Worker } = require('node:worker_threads'); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); let on = true;
    (async () => { while (on) { for (let i = 0; i < 100; i++) s.sendtoSync('x', ['127.0.0.1', 40001]); await new Promise(setImmediate); } s.close(); })();
    const packets = () => fs.readFileSync('/proc/net/packet', 'utf8').trim().split('\\n').length - 1;
    for (let i = 0; i < 20; i++) { const w = new Worker(${JSON.stringify(worker)}, { eval: true, workerData: i }); await new Promise((resolve, reject) => w.once('message', resolve).once('error', reject)); await sleep(i % 4); await w.terminate(); }
    on = false; await sleep(50); tell(packets());`,
    );
    const { status, stdout } = await running.done;
    expect([status, stdout.trim()]).toEqual([0, '0']);
  },
  40_000,
);

itCaptures(
  'a recorder that has ended leaves its ring to the next one, also when it is closed',
  async () => {
    const told = await tells(
      ns,
      `const native = require('./build/Release/bsd_socket.node'); const s = S.socket(S.AF_PACKET, S.SOCK_RAW); const ring = native.ring_open(s.fileno(), 4096, 2, 1, 0, null);
    const record = () => native.recorder_open(Int32Array.of(ring), new Uint8Array(native.layouts.recorder_settings.size), '/dev/null', new Uint8Array(0));
    const first = record(); native.recorder_stop(first, 1); const second = record(); native.recorder_close(first); tell([native.ring_release(ring, 0), native.ring_close(ring)].map((status) => status === -S.constants.EBUSY));
    native.recorder_close(second); tell([native.ring_release(ring, 0), native.ring_close(ring)]); s.close();`,
    );
    expect(told).toEqual([
      [true, true],
      [0, 0],
    ]);
  },
);

itCaptures('what JavaScript writes into the ring harms no recorder', async () => {
  const told = await tells(
    ns,
    `const native = require('./build/Release/bsd_socket.node'); const size = 4096, blocks = 4, out = new Uint8Array(24), sender = S.socket(S.AF_INET, S.SOCK_DGRAM);
    for (const format of [0, 1]) {
      const s = S.socket(S.AF_PACKET, S.SOCK_RAW, S.htons(S.ETH_P_ALL)); let memory; const ring = native.ring_open(s.fileno(), size, blocks, 1, 0, (it) => { memory = it; });
      const words = new Uint32Array(memory), settings = new Uint8Array(native.layouts.recorder_settings.size); settings[40] = format; settings[48] = 1;
      const recorder = native.recorder_open(Int32Array.of(ring), settings, '/dev/null', new Uint8Array(0));
      const odd = [0, 8, 48, 68, 96, size - 8, size, 0x7fffffff, 0xfffffff8, 0xffffffff];
      const any = () => odd[Math.floor(Math.random() * odd.length)];
      for (let turn = 0; turn < 100; turn++) {
        for (let i = 0; i < 2000; i++) {
          const block = (i % blocks) * (size / 4), first = block + 12 + 2 * (i % 20);
          // step, length, tag, where the frame begins
          words[first] = any(); words[first + 3] = any(); words[first + 5] = i % 2 ? 0x50 : 0; words[first + 6] = (any() << 16) | 68;
          // how many, where, and whose the block is
          words[block + 3] = i % 3 ? 1000 : any(); words[block + 4] = 4 * (first - block); words[block + 2] = turn & 1;
        }
        for (let i = 0; i < 40; i++) sender.sendtoSync('x', ['127.0.0.1', 40001]);
        await sleep(1);
      }
      native.recorder_stop(recorder, 1); tell([native.recorder_counts(recorder, out), new BigUint64Array(out.buffer)[0] > 100n]); native.recorder_close(recorder); native.ring_close(ring); s.close();
    }
    sender.close();`,
  );
  expect(told).toEqual([
    [0, true],
    [0, true],
  ]);
});

itCaptures('close() while a signal, a timer or an abort does it', async () => {
  const told = await tells(
    ns,
    `let c = new Capture('lo', { signal: AbortSignal.timeout(50) }); let n = 0; for await (const f of c) n++; tell([c.closed, n]);
    const aborted = AbortSignal.abort(new Error('before')); try { new Capture('lo', { signal: aborted }); } catch (e) { tell(e.message); }
    c = new Capture('lo'); setTimeout(() => c.close(), 20); for await (const b of c.batches()); tell('ended');
    { await using d = new Capture('lo').constructor ? new Capture('lo') : null; } `.replace(
      /\{ await using[^}]*\} $/,
      "c = new Capture('lo'); await c[Symbol.asyncDispose](); tell(c.closed);",
    ),
  );
  expect(told).toEqual([[true, 0], 'before', 'ended', true]);
});

itCaptures('replay by an interface without a carrier gives up', async () => {
  const told = await tells(
    ns,
    `${PAIR('n1')} ip('link', 'set', 'n1p', 'down'); const file = '/dev/shm/' + process.pid + '.pcap'; const w = new C.PcapWriter(file); w.write({ data: frame(1), timestamp: 1n }); await w.end();
    try { await C.replay('n1', file); } catch (e) { tell([e.code, e.hint]); } fs.unlinkSync(file);`,
  );
  expect(told).toEqual([['ENOBUFS', 'n1 took nothing for 5 seconds: has it a carrier?']]);
});

itCaptures('a signal that outlives captures holds none of them', async () => {
  const [told] = await tells<number[]>(
    ns,
    `const { signal } = new AbortController(); const listeners = () => require('node:events').getEventListeners(signal, 'abort').length; const c = new Capture('lo', { signal }); const open = listeners(); c.close();
    for (let i = 0; i < 15; i++) await C.sniff('lo', { signal, timeoutMs: 1 }); tell([open, listeners()]);`,
  );
  expect(told).toEqual([1, 0]);
});

itCaptures('a stopped onBatch, and one whose function throws', async () => {
  const told = await tells<string>(
    ns,
    `process.on('uncaughtException', (e) => tell('uncaught ' + e.message)); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); const send = () => s.sendtoSync('x', ['127.0.0.1', 40001]);
    const c = new Capture('lo'); c.onBatch(() => { throw new Error('mine'); }); send(); await sleep(100);
    c.onBatch(() => { throw new Error('told'); }, { onError: (e) => tell('onError ' + e.message) }); send(); await sleep(100);
    const h = c.onBatch(() => tell('never')); h.stop(); await sleep(10); tell(c.tryBatch() === null ? 'free' : 'batch'); c.close(); s.close();`,
  );
  expect(told.slice(0, 2)).toEqual(['uncaught mine', 'onError told']);
  expect(told[2]).toMatch(/free|batch/);
});
