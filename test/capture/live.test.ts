// Capture on real interfaces in own namespaces: every frame counted, each way to take them,
// options, and what ends a capture.
import { itNeeds, type Netns } from '../tools';
import { quietPair, starts, tells } from './helpers';

const itCaptures = itNeeds('netns');
let a: Netns;
let b: Netns;
beforeAll(async () => {
  if (itCaptures === it) [a, b] = await quietPair();
});

interface Counted {
  count: number;
  distinct: number;
  stats: { received: string; dropped: string };
}

/** Takes what comes until nothing came for 300 ms. */
const TAKE = `
  const take = async (capture) => {
    const seen = new Set(); let count = 0;
    for (let idle = 0; idle < 6; ) {
      const batch = capture.tryBatch();
      if (batch === null) { idle++; await sleep(50); continue; }
      idle = 0;
      for (const f of batch) { count++; seen.add(f.data.readUInt32BE(42)); }
    }
    return { count, distinct: seen.size, stats: capture.stats() };
  };`;

describe('what is sent is received or dropped, exactly', () => {
  itCaptures.each([
    ['the ring', '{}'],
    ['a ring of four small blocks', '{ ring: { blockSize: 65536, blocks: 4 } }'],
    ['recvmmsg', '{ ring: false }'],
  ])('over veth, by %s', async (_, options) => {
    const taking = starts(
      b,
      `${TAKE} const c = new Capture('vb', { filter: 'udp port 40001', ...${options} }); console.log('ready'); process.stdin.once('data', async () => { tell(await take(c)); c.close(); process.exit(0); });`,
    );
    await taking.output(/ready/);
    await tells(a, "await blast('va', 20000)");
    taking.process.stdin?.write('go\n');
    const { stdout } = await taking.done;
    const { count, distinct, stats } = JSON.parse(stdout.split('\n')[1]) as Counted;
    expect(Number(stats.received) + Number(stats.dropped)).toBe(20_000);
    expect([count, distinct]).toEqual([Number(stats.received), Number(stats.received)]);
    if (options === '{}') expect(stats.dropped).toBe('0');
    // nobody read meanwhile
    if (options.includes('blocks')) expect(Number(stats.dropped)).toBeGreaterThan(0);
  });

  itCaptures('over lo, each frame once', async () => {
    const [told] = await tells<Counted>(
      a,
      `${TAKE} const c = new Capture('lo', { filter: 'udp port 40001' }); for (let i = 0; i < 10; i++) { await blast('lo', 500); await sleep(5); } tell(await take(c)); c.close();`,
    );
    expect(told).toMatchObject({
      count: 5000,
      distinct: 500,
      stats: { received: '5000', dropped: '0' },
    });
  });
});

itCaptures(
  'counts that the kernel forgets as it tells them add up over any number of looks',
  async () => {
    for (const options of [
      '{ ring: { blockSize: 65536, blocks: 2, timeoutMs: 1 } }',
      '{ ring: false }',
    ]) {
      const [told] = await tells<Record<string, unknown>>(
        a,
        `const c = new Capture('lo', { filter: 'udp port 40001', ...${options} }); let last = 0n, grew = true, seen = 0;
      const look = () => { const { received, dropped } = c.stats(); grew &&= received + dropped >= last; last = received + dropped; return { received, dropped }; };
      for (let i = 0; i < 40; i++) { await blast('lo', 250); look(); look(); if (i >= 20) for (let b = c.tryBatch(); b !== null; b = c.tryBatch()) seen += b.count; }
      await sleep(50); for (let b = c.tryBatch(); b !== null; b = c.tryBatch()) seen += b.count;
      const { received, dropped } = look(); c.close(); const after = c.stats(); tell({ sum: received + dropped, grew, seen: BigInt(seen) === received, same: after.received === received && after.dropped === dropped, lost: dropped > 0n });`,
      );
      expect(told).toEqual({
        sum: '10000',
        grew: true,
        seen: true,
        same: true,
        lost: options.includes('blocks'),
      });
    }
  },
);

describe('ways to take frames', () => {
  itCaptures(
    'iteration, batches, onBatch, stream, sniff: the same frames, and loops end when the capture closes',
    async () => {
      const told = await tells(
        a,
        `
      const open = () => new Capture('lo', { filter: 'udp port 40001' });
      const number = (data) => data.readUInt32BE(42);
      let c = open(); await blast('lo', 100); let got = [];
      for await (const f of c) { got.push(number(f.data)); if (got.length === 100) c.close(); }
      tell(got);
      c = open(); await blast('lo', 100); got = [];
      for await (const batch of c.batches()) { for (let i = 0; i < batch.count; i++) got.push(number(batch.slab.subarray(batch.offsets[i], batch.offsets[i] + batch.caplens[i]))); if (got.length === 100) break; }
      tell(got);
      got = [];
      const handle = c.onBatch((batch) => { for (const f of batch) got.push(number(f.data)); }, { budget: 2 });
      await blast('lo', 100); while (got.length < 100) await sleep(10);
      handle.stop(); await sleep(20); tell(got);
      got = []; const stream = c.stream(); await blast('lo', 100);
      for await (const f of stream) { got.push(number(f.data)); if (got.length === 100) break; }
      tell(got); c.close();
      const sniffing = C.sniff('lo', { filter: 'udp port 40001', count: 100, timeoutMs: 5000 }); await sleep(50); await blast('lo', 100);
      tell((await sniffing).map((f) => number(f.data)));
      tell((await C.sniff('lo', { filter: 'udp port 1', timeoutMs: 50 })).length);
      const half = C.sniff('lo', { filter: 'udp port 40001', count: 2.5 }); await sleep(50); await blast('lo', 9); tell((await half).length);
      tell(await C.sniff('lo', { timeoutMs: 2 ** 31 }).catch((e) => e.code));`,
      );
      const all = Array.from({ length: 100 }, (_, i) => i);
      expect(told).toEqual([all, all, all, all, all, 0, 3, 'ERR_OUT_OF_RANGE']);
    },
  );

  itCaptures(
    'a stream keeps up with frames that trickle in; what ends while it waits takes nothing from who comes next',
    async () => {
      const told = await tells<unknown>(
        a,
        `const c = new Capture('lo', { filter: 'udp port 40001', ring: { blockSize: 65536, blocks: 4, timeoutMs: 1 } }); const number = (f) => f.data.readUInt32BE(42);
      const stream = c.stream(); const got = []; const reading = (async () => { for await (const f of stream) { got.push(number(f)); if (got.length === 300) break; } })();
      for (let i = 0; i < 100; i++) { await blast('lo', 3); await sleep(i % 4); } await reading; tell(got.length === 300 && got.every((n, i) => n === i % 3));
      for (let round = 0; round < 20; round++) {
        if (round % 3 === 0) { const s = c.stream(); s.read(); await sleep(2); s.destroy(); await sleep(2); }
        else if (round % 3 === 1) { const i = c.batches(); const next = i.next(); if (round % 2) await sleep(1); await i.return(); if (!(await next).done) tell('taken'); }
        else { const h = c.onBatch(() => tell('delivered')); if (round % 2) await sleep(1); h.stop(); }
        const i = c.batches(); const next = i.next(); await blast('lo', 2); const seen = []; for (let batch = await next; ; batch = await i.next()) { seen.push(...[...batch.value].map(number)); if (seen.length >= 2) break; } await i.return(); if (String(seen) !== '0,1') tell(seen);
      }
      tell('over'); c.close();`,
      );
      expect(told).toEqual([true, 'over']);
    },
  );

  itCaptures(
    'a frame is over with its batch, a copy is not; columns and frames say the same',
    async () => {
      const [told] = await tells<Record<string, unknown>>(
        a,
        `const c = new Capture('lo', { filter: 'udp port 40001' }); await blast('lo', 10); await sleep(60);
      const batch = c.tryBatch(); const first = batch.frame(0); const copy = first.copy();
      const same = [...batch].every((f, i) => f.caplen === batch.caplens[i] && f.len === batch.lens[i] && f.timestamp === batch.timestamps[i] && f.data.byteOffset - batch.slab.byteOffset === batch.offsets[i]);
      let range; try { batch.frame(10); } catch (e) { range = e.code; }
      c.tryBatch(); let over; try { first.data; } catch (e) { over = e.code; }
      const age = Date.now() - Number(batch.timestamps?.[0] ?? 0n) / 1e6;
      tell({ same, range, over, kept: copy.length, recent: age < 5000 && age > -5000, direction: 'host' }); c.close();`,
      );
      expect(told).toEqual({
        same: true,
        range: 'ERR_OUT_OF_RANGE',
        over: 'ERR_OUT_OF_RANGE',
        kept: 102,
        recent: true,
        direction: 'host',
      });
    },
  );

  itCaptures(
    'return() of the frames ends a next() that waits, and the next consumer takes what comes',
    async () => {
      const [told] = await tells<unknown[]>(
        a,
        `const c = new Capture('lo', { filter: 'udp port 40001' }); const frames = c[Symbol.asyncIterator](); const waiting = [frames.next(), frames.next()]; await sleep(5);
      const ends = [await frames.return(), ...(await Promise.all(waiting)), await frames.next()].map(({ done }) => done);
      const others = c[Symbol.asyncIterator](); const next = others.next(); await blast('lo', 1); const { value } = await next; tell([...ends, value.caplen > 0]); await others.return(); c.close();`,
      );
      expect(told).toEqual([true, true, true, true, true]);
    },
  );

  itCaptures('one consumer at a time, and nothing after close', async () => {
    const [told] = await tells<string[]>(
      a,
      `const c = new Capture('lo'); const of = (f) => { try { f(); return 'ok'; } catch (e) { return e.code; } };
      const loop = c.batches(); const errors = [of(() => c.batches()), of(() => c.tryBatch()), of(() => c.record('/dev/null'))];
      await loop.return(); errors.push(of(() => c.tryBatch())); c.close(); c.close();
      errors.push(of(() => c.batches()), of(() => c.inject(Buffer.alloc(60))), of(() => c.setFilter(null)), typeof c.stats().received); tell(errors);`,
    );
    expect(told).toEqual([
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ok',
      'EBADF',
      'EBADF',
      'EBADF',
      'bigint',
    ]);
  });
});

describe('options', () => {
  itCaptures('snaplen, direction, several interfaces, any, immediate', async () => {
    const told = await tells<unknown[]>(
      a,
      `const run = async (device, options, send) => {
        const c = new Capture(device, { filter: 'udp port 40001', ...options }); await send(); await sleep(100); const out = [];
        for (let batch = c.tryBatch(); batch !== null; batch = c.tryBatch()) for (const f of batch) out.push([f.caplen, f.len, f.direction, S.if_indextoname(f.ifindex), f.linktype]);
        c.close(); return out;
      };
      const one = async () => { const s = S.socket(S.AF_INET, S.SOCK_DGRAM); s.sendtoSync('x', ['127.0.0.1', 40001]); s.close(); }; const lo = () => blast('lo', 1), both = async () => { await lo(); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); s.sendtoSync('x', ['10.8.0.2', 40001]); s.close(); };
      tell(await run('lo', { snaplen: 50 }, lo)); tell(await run('lo', { snaplen: 50, ring: false }, lo));
      tell(await run('va', { direction: 'out' }, both)); tell(await run('va', { direction: 'in' }, both)); tell(await run('lo', { direction: 'out' }, one)); tell(await run('lo', { direction: 'in' }, one));
      tell(await run('lo', { immediate: true }, lo));
      tell((await run(['lo', 'va'], {}, both)).map((row) => row[3]).sort());
      tell((await run('any', { snaplen: 64 }, both)));
      tell((await run('any', { snaplen: 64, ring: false }, both)));`,
    );
    const cooked = [
      [64, 108, 'multicast', 'lo', 276],
      [49, 49, 'outgoing', 'va', 276],
    ];
    expect(told).toEqual([
      [[50, 102, 'multicast', 'lo', 1]],
      [[50, 102, 'multicast', 'lo', 1]],
      [[43, 43, 'outgoing', 'va', 1]],
      [],
      [[43, 43, 'outgoing', 'lo', 1]],
      [[43, 43, 'host', 'lo', 1]],
      [[102, 102, 'multicast', 'lo', 1]],
      ['lo', 'va'],
      cooked,
      cooked,
    ]);
  });

  itCaptures(
    'VLAN tags: put back, told apart, forgotten; the same with and without the ring',
    async () => {
      const program = `const out = {}; const all = {};
      for (const vlan of ['reinsert', 'metadata', 'strip']) for (const ring of [undefined, false]) all[vlan + (ring === false ? ' recvmmsg' : '')] = new Capture('vb', { vlan, ring, filter: 'udp port 40001 or vlan 5' });
      console.log('"ready"'); process.stdin.once('data', async () => { await sleep(100);
      for (const [name, c] of Object.entries(all)) { const rows = []; for (let b = c.tryBatch(); b; b = c.tryBatch()) for (const f of b) rows.push([f.data.toString('hex', 12, 18), f.caplen, f.vlan ?? null]); out[name] = rows; c.close(); }
      tell(out); process.exit(0); });`;
      const taking = starts(b, program);
      await taking.output(/ready/);
      await tells(
        a,
        "await blast('va', 1, { vlan: { id: 5, priority: 3 } }); await blast('va', 1);",
      );
      taking.process.stdin?.write('go\n');
      const told = JSON.parse((await taking.done).stdout.split('\n')[1]) as Record<string, unknown>;
      const plain = ['080045000058', 102, null];
      const inserted = [
        ['810060050800', 106, null],
        ['080045000058', 102, null],
      ].map((row) => row.with(0, String(row[0])));
      const at = (rows: unknown) =>
        (rows as unknown[][]).map(([head, length, vlan]) => [
          String(head).slice(0, 8),
          length,
          vlan,
        ]);
      const short = (rows: unknown[][]) =>
        rows.map(([head, length, vlan]) => [String(head).slice(0, 8), length, vlan]);
      for (const how of ['', ' recvmmsg']) {
        expect(at(told[`reinsert${how}`])).toEqual(short(inserted));
        expect(at(told[`metadata${how}`])).toEqual(short([['0800450000', 102, 0x6005], plain]));
        expect(at(told[`strip${how}`])).toEqual(short([plain, plain]));
      }
    },
  );

  itCaptures('promiscuous and allmulti hold while the capture is open, and no longer', async () => {
    const told = await tells<unknown>(
      a,
      `const flags = () => Number(fs.readFileSync('/sys/class/net/va/flags', 'utf8')) & 0x300 ? 1 : 0; const shown = () => require('node:child_process').execFileSync('ip', ['-d', 'link', 'show', 'va'], { encoding: 'utf8' }).match(/promiscuity (\\d+) (?:allmulti (\\d+))?/)?.slice(1, 2);
      const before = shown(); const c = new Capture('va', { promiscuous: true, allmulti: true }); const during = shown(); c.close(); await sleep(50); tell([before, during, shown()]);`,
    );
    expect(told).toEqual([[['0'], ['1'], ['0']]]);
  });

  itCaptures('setFilter forgets what the old filter let in; a locked filter stays', async () => {
    const told = await tells<unknown[]>(
      a,
      `for (const ring of [undefined, false]) {
        const c = new Capture('lo', { filter: 'udp port 40001', ring }); await blast('lo', 50); await sleep(60);
        c.setFilter('udp port 40002'); await blast('lo', 7); await blast('lo', 5, { port: 40002 }); await sleep(60);
        let ports = []; for (let b = c.tryBatch(); b; b = c.tryBatch()) for (const f of b) ports.push(f.data.readUInt16BE(36));
        c.setFilter(null); tell(ports); c.close();
      }
      const c = new Capture('lo', { filter: 'udp', lock: true }); try { c.setFilter(null); } catch (e) { tell([e.code, e.hint.includes('locked')]); } c.close();`,
    );
    const five = [40002, 40002, 40002, 40002, 40002];
    expect(told).toEqual([five, five, ['EPERM', true]]);
  });

  itCaptures(
    'setFilter within a loop: the batch at hand is over, the loop goes on with what the new filter lets in',
    async () => {
      const told = await tells<unknown[]>(
        a,
        `for (const ring of [undefined, false]) for (const by of ['frame', 'stream']) {
        const c = new Capture('lo', { filter: 'udp port 40001', ring }); await blast('lo', 50); await sleep(60); const ports = [];
        for await (const f of by === 'frame' ? c : c.stream()) { ports.push(f.data.readUInt16BE(36)); if (ports.length === 1) { c.setFilter('udp port 40002'); await blast('lo', 5, { port: 40002 }); } if (ports.at(-1) === 40002 && ports.filter((p) => p === 40002).length === 5) break; }
        tell(by === 'frame' ? ports : ports.slice(-5)); c.close();
      }`,
      );
      const five = [40002, 40002, 40002, 40002, 40002];
      expect(told).toEqual([[40001, ...five], five, [40001, ...five], five]);
    },
  );

  itCaptures('bad options are refused before anything is opened', async () => {
    const [told] = await tells<string[]>(
      a,
      `const of = (device, o) => { try { new Capture(device, o).close(); return 'opened'; } catch (e) { return e.code; } };
      const fds = fs.readdirSync('/proc/self/fd').length;
      const codes = [of('lo', { ring: { blockSize: 100 } }), of('lo', { ring: { blockSize: 4096, blocks: 1 << 20 } }), of('lo', { ring: { timeoutMs: 0 } }), of('lo', { snaplen: 0 }), of('lo', { direction: 'up' }), of('lo', { vlan: 1 }),
        of([], {}), of(['lo', 'lo'], {}), of(['any', 'lo'], {}), of('any', { promiscuous: true }), of(7), of('nosuch'), of('lo', { filter: 'tcp and and' }), of('lo', { filter: 7 }), of('lo', { fanout: { group: 1, mode: 'cbpf' } }), of('lo', { signal: 1 }), of('va', { timestamp: 'adapter' }), of('lo', { fanout: null })];
      tell([...codes, fs.readdirSync('/proc/self/fd').length - fds <= 2 ? 'no descriptor left' : 'leak']);`,
    );
    expect(told).toEqual([
      ...Array(6).fill('ERR_OUT_OF_RANGE'),
      'ERR_INVALID_ARG_TYPE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_INVALID_ARG_TYPE',
      'ENODEV',
      'ERR_INVALID_FILTER',
      'ERR_INVALID_ARG_TYPE',
      'ERR_OUT_OF_RANGE',
      'ERR_INVALID_ARG_TYPE',
      'ENOTSUP',
      'ERR_INVALID_ARG_TYPE',
      'no descriptor left',
    ]);
  });
});

itCaptures(
  'what an interface itself dropped is of its own namespace, and counted from the begin',
  async () => {
    const ask = `require('./tools/load-ts.js'); const { dropsOf } = require('./lib/capture/interface-drops');`;
    const [before] = await tells<string>(b, `${ask} tell(dropsOf(['vb']));`);
    // No protocol takes these, and nobody captures: the interface drops them.
    await tells(
      a,
      `const c = new Capture('va', { ring: false }); const f = frame(1); f.writeUInt16BE(0x88b6, 12); c.injectMany(Array(20).fill(f)); c.close();`,
    );
    const told = await tells<unknown>(
      b,
      `${ask} tell(dropsOf(['vb'])); const c = new Capture('vb'); tell([c.stats().ifdropped, dropsOf(['vb', 'nosuch']) === undefined]); c.close(); const d = new Capture('any'); tell(d.stats().ifdropped === undefined); d.close();`,
    );
    expect(Number(told[0]) - Number(before)).toBe(20);
    expect(told.slice(1)).toEqual([['0', true], true]);
  },
);

describe('fanout', () => {
  /**
   * By the number that each frame carries, behind its link header where programs of a group begin
   * to read.
   */
  const program = [
    { code: 0x20, jt: 0, jf: 0, k: 42 - 14 },
    { code: 0x16, jt: 0, jf: 0, k: 0 },
  ];
  const COUNT = 8000;
  const flows = (share: readonly number[]) => new Set(share.map((n) => n % 64)).size;
  const each = (shares: readonly number[][], told: (share: readonly number[]) => void) => {
    for (const share of shares) told(share);
  };
  const both = (shares: readonly number[][]) =>
    each(shares, (share) => expect(share.length).toBeGreaterThan(500));
  const one = (shares: readonly number[][]) =>
    expect(shares.map((share) => share.length).sort((x, y) => x - y)).toEqual([0, COUNT]);

  itCaptures.each<[string, object, (shares: number[][]) => void]>([
    // a flow stays on one side
    ['hash', { mode: 'hash' }, (shares) => expect(flows(shares[0]) + flows(shares[1])).toBe(64)],
    ['hash, defragmented', { mode: 'hash', defrag: true }, both],
    [
      'lb',
      { mode: 'lb' },
      (shares) => each(shares, (share) => expect(share.length).toBe(COUNT / 2)),
    ],
    ['rnd', { mode: 'rnd' }, both],
    ['cpu', { mode: 'cpu' }, () => undefined], // whichever processors the frames met
    ['rollover', { mode: 'rollover' }, one], // the second has its turn once the first is full
    ['qm', { mode: 'qm' }, one], // the cable has one queue
    [
      'cbpf',
      { mode: 'cbpf', program },
      (shares) => each(shares, (share) => expect(new Set(share.map((n) => n % 2)).size).toBe(1)),
    ],
  ])('%s over two workers: no frame lost, none twice', async (_, fanout, divided) => {
    const worker = `const { workerData, parentPort } = require('node:worker_threads'); const { Capture } = require('bsd-socket/capture');
      const c = new Capture('vb', { filter: 'udp port 40001', fanout: { group: 77, ...workerData } }); const seen = [];
      c.onBatch((batch) => { for (const f of batch) seen.push(f.data.readUInt32BE(42)); });
      parentPort.postMessage('ready'); parentPort.on('message', (what) => { parentPort.postMessage(what === 'count' ? seen.length : seen); if (what === 'stop') { c.close(); parentPort.close(); } });`;
    const taking = starts(
      b,
      `const { Worker } = require('node:worker_threads'); const workers = [1, 2].map(() => new Worker(${JSON.stringify(worker)}, { eval: true, workerData: ${JSON.stringify(fanout)} }));
      const ask = (what) => Promise.all(workers.map((w) => new Promise((resolve) => { w.once('message', resolve); if (what) w.postMessage(what); })));
      await ask(); console.log('"ready"');
      process.stdin.once('data', async () => { const until = Date.now() + 10000; for (;;) { const [x, y] = await ask('count'); if (x + y >= ${COUNT} || Date.now() > until) break; await sleep(20); }
        await sleep(100); tell(await ask('stop')); process.stdin.destroy(); });`,
    );
    await taking.output(/ready/);
    await tells(a, `await blast('va', ${COUNT})`);
    taking.process.stdin?.write('go\n');
    const shares = JSON.parse((await taking.done).stdout.split('\n')[1]) as number[][];
    expect(shares.flat().sort((x, y) => x - y)).toEqual(
      Array.from({ length: COUNT }, (__, i) => i),
    );
    divided(shares);
  });
});

describe('injection', () => {
  itCaptures(
    'inject and injectMany put frames on the wire as they are; refusals are typed',
    async () => {
      const taking = starts(
        b,
        `const c = new Capture('vb', { filter: 'udp port 40001' }); console.log('"ready"'); const out = []; for await (const f of c) { out.push(f.copy().toString('hex')); if (out.length === 1026) break; } tell([out.length, out[0], out[1025]]); c.close();`,
      );
      await taking.output(/ready/);
      const [sent] = await tells<unknown[]>(
        a,
        `const c = new Capture('va'); const n = c.inject(frame(7)); const many = c.injectMany(Array.from({ length: 1025 }, (_, i) => frame(i)));
      let code; try { c.inject(Buffer.alloc(4000)); } catch (e) { code = e.code; } let any; const x = new Capture('any'); try { x.inject(frame(1)); } catch (e) { any = e.code; } x.close();
      tell([n, many, code, any, frame(7).toString('hex'), frame(1024).toString('hex'), c.injectMany([])]); c.close();`,
      );
      const got = JSON.parse((await taking.done).stdout.split('\n')[1]) as unknown[];
      expect(sent.slice(0, 4)).toEqual([102, 1025, 'EMSGSIZE', 'ERR_OUT_OF_RANGE']);
      expect(sent[6]).toBe(0);
      expect(got).toEqual([1026, sent[4], sent[5]]);
    },
  );

  itCaptures(
    'replay keeps the gaps of the file, or so many times less; stops when told; refuses what it cannot send on',
    async () => {
      const told = await tells<unknown>(
        a,
        `const { Readable } = require('node:stream'); const file = (...ms) => { const chunks = []; const w = new C.PcapWriter(new (require('node:stream').Writable)({ write(chunk, _, done) { chunks.push(chunk); done(); } })); ms.forEach((at, i) => w.write({ data: frame(i), timestamp: 1700000000000000000n + BigInt(at) * 1000000n })); return w.end().then(() => Readable.from([Buffer.concat(chunks)])); };
      const gaps = async (how, ...ms) => { const c = new Capture('lo', { filter: 'udp port 40001' }); const s = await C.replay('lo', await file(...ms), how); await sleep(60); const times = []; for (let b = c.tryBatch(); b !== null; b = c.tryBatch()) for (const f of b) times.push(f.timestamp); c.close(); return [s.frames, ...times.slice(1).map((t, i) => Number(t - times[i]) / 1e6)]; };
      const own = await gaps({}, 0, 1, 800, 801); tell([own[0], own[1] < own[2], own[2] > 400]);
      const twice = await gaps({ speed: 2 }, 0, 1600); tell([twice[0], twice[1] > 400, twice[1] < 1600]);
      tell((await gaps({ speed: Infinity }, 0, 100000000))[0]); tell((await gaps({}, 5000, 0, 0))[0]);
      const control = new AbortController(); setTimeout(() => control.abort(), 100); try { await C.replay('lo', await file(0, 3600000), { signal: control.signal }); } catch (e) { tell(e.name); }
      const of = async (...args) => { try { await C.replay(...args); return 'sent'; } catch (e) { return e.code; } };
      tell([await of('lo', await file(0), { speed: 0 }), await of('lo', await file(0), { speed: '2' }), await of('nosuch', await file()), await of(7, await file(0)), await of('lo', '/nonexistent')]);`,
      );
      expect(told).toEqual([
        [4, true, true],
        [2, true, true],
        2,
        3,
        'AbortError',
        ['ERR_OUT_OF_RANGE', 'ERR_INVALID_ARG_TYPE', 'ENODEV', 'ERR_INVALID_ARG_TYPE', 'ENOENT'],
      ]);
    },
  );
});
