// record(): what the native thread writes, its limits and rotation, and a disk or a reader that is
// no more.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { atEnd, itNeeds, type Netns, netns, run, temporaryFolder } from '../tools';
import { HEAD, tells } from './helpers';

const itRecords = itNeeds('netns', 'tcpdump', 'capinfos');
const folder = temporaryFolder();
let ns: Netns;
beforeAll(() => {
  if (itRecords !== it) return;
  ns = netns();
  atEnd(() => ns.remove());
});

const at = (name: string) => JSON.stringify(path.join(folder, name));
const READ = `const read = async (file) => { const numbers = []; for await (const f of C.readPcap(file)) numbers.push(f.data.readUInt32BE(42)); return numbers; };`;

itRecords.each([
  ['a.pcap', '{}', 'pcap', 6],
  ['b.pcap', '{ nanoseconds: true }', 'nsecpcap', 9],
  ['c.pcapng', '{}', 'pcapng', 6],
  ['d.pcapng', '{ nanoseconds: true }', 'pcapng', 9],
  ['e.pcapng.gz', "{ compress: 'gzip' }", 'pcapng', 6],
])(
  '%s %s: every frame, as capinfos, tcpdump and readPcap see it',
  async (name, options, kind, precision) => {
    const [told] = await tells<{ numbers: number[]; stats: Record<string, string> }>(
      ns,
      `${READ} const c = new Capture('lo', { filter: 'udp port 40001' }); const r = c.record(${at(name)}, ${options}); for (let i = 0; i < 5; i++) { await blast('lo', 400); await sleep(5); } const stats = await r.stop(); tell({ numbers: await read(${at(name)}), stats }); c.close();`,
    );
    expect(told.numbers).toEqual(
      Array.from({ length: 5 }, () => Array.from({ length: 400 }, (_, i) => i)).flat(),
    );
    expect(told.stats).toMatchObject({
      received: '2000',
      dropped: '0',
      packets: '2000',
      files: '1',
    });
    const infos = (await run('capinfos', [path.join(folder, name)])).stdout;
    expect(infos).toMatch(/Number of packets: +2000\n/);
    expect(infos).toMatch(new RegExp(`precision: +\\w+ \\(${precision}\\)`));
    expect(infos).toMatch(
      kind === 'pcapng' ? /pcapng/ : kind === 'pcap' ? /tcpdump\/\.\.\. - pcap/ : /nanosecond/,
    );
    if (!name.endsWith('.gz'))
      expect(
        (await run('tcpdump', ['-nr', path.join(folder, name)])).stdout.trim().split('\n').length,
      ).toBe(2000);
  },
);

itRecords('zstd, and all interfaces', async () => {
  const [told] = await tells<string[]>(
    ns,
    `const c = new Capture('any', { filter: 'udp port 40001' }); const r = c.record(${at('z.pcapng.zst')}, { compress: 'zstd' }); await blast('lo', 100); const s = await r.stop(); tell([s.packets, c.linktype]); c.close();`,
  );
  expect(told).toEqual(['100', 276]);
  const magic = fs.readFileSync(path.join(folder, 'z.pcapng.zst')).readUInt32LE(0);
  expect(magic).toBe(0xfd2fb528);
});

itRecords('ends by itself: packets, bytes, seconds', async () => {
  const told = await tells<unknown>(
    ns,
    `const c = new Capture('lo', { filter: 'udp port 40001' });
    let r = c.record(${at('p')}, { packets: 7 }); await blast('lo', 50); let s = await r.done; tell([s.packets, s.bytes, String(fs.statSync(${at('p')}).size)]);
    r = c.record(${at('q')}, { bytes: 24 + 118 * 3 + 5 }); await blast('lo', 50); s = await r.done; tell([s.packets, s.bytes, String(fs.statSync(${at('q')}).size)]);
    const start = Date.now(); r = c.record(${at('s')}, { seconds: 0.3 }); await r.done; const took = Date.now() - start; tell(took >= 290 && took < 10000);
    const of = (o, p = ${at('x')}) => { try { c.record(p, o); return 'recording'; } catch (e) { return e.code; } };
    tell([of({ packets: 0 }), of({ format: 'x' }), of({ compress: 'lzma' }), of({ rotate: { files: 3 } }), of({ seconds: -1 }), of({}, ''), of({}, 7), of({}, '/nonexistent/file'), of({}, '/dev/full'), of({ rotate: { bytes: 5 } }, '-'), of({ rotate: null }), of({ rotate: { seconds: 1, files: 2 } }, '/tmp/%s')]);
    const d = new Capture('lo', { ring: false }); try { d.record(${at('x')}); } catch (e) { tell(e.code); } d.close(); c.close();`,
  );
  expect(told).toEqual([
    ['7', String(24 + 7 * 118), String(24 + 7 * 118)],
    ['3', String(24 + 3 * 118), String(24 + 3 * 118)],
    true,
    [
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_OUT_OF_RANGE',
      'ERR_INVALID_ARG_TYPE',
      'ENOENT',
      'ENOSPC',
      'ERR_OUT_OF_RANGE',
      'ERR_INVALID_ARG_TYPE',
      'ERR_OUT_OF_RANGE',
    ],
    'ENOTSUP',
  ]);
});

itRecords(
  'rotation by size keeps every frame, or only the newest files; by time names them',
  async () => {
    const told = await tells<unknown>(
      ns,
      `${READ} const dir = ${at('rotate')}; fs.mkdirSync(dir); const c = new Capture('lo', { filter: 'udp port 40001' });
    const files = () => fs.readdirSync(dir).sort((x, y) => x.length - y.length || (x < y ? -1 : 1)); const clean = () => files().forEach((f) => fs.unlinkSync(dir + '/' + f));
    let r = c.record(dir + '/f', { rotate: { bytes: 24 + 118 * 10 } }); await blast('lo', 35); let s = await r.stop(); const order = ['f', 'f1', 'f2', 'f3'];
    tell([files(), (await Promise.all(order.map((f) => read(dir + '/' + f)))).map((n) => n.length), s.files]); clean();
    r = c.record(dir + '/f', { rotate: { bytes: 24 + 118 * 10, files: 3 } }); await blast('lo', 55); s = await r.stop(); tell([files(), (await Promise.all(files().map((f) => read(dir + '/' + f)))).map((n) => n[0]), s.files]); clean();
    r = c.record(dir + '/%Y-%s.pcapng', { rotate: { seconds: 1 } }); for (let i = 0; i < 3; i++) { await blast('lo', 10); await sleep(1100); } s = await r.stop();
    tell([files().every((f) => /^\\d{4}-\\d+\\.pcapng$/.test(f)), (await Promise.all(files().map((f) => read(dir + '/' + f)))).flat().length, files().length >= 2]); c.close();`,
    );
    expect(told).toEqual([
      [['f', 'f1', 'f2', 'f3'], [10, 10, 10, 5], '4'],
      [['f0', 'f1', 'f2'], [30, 40, 50], '6'],
      [true, 30, true],
    ]);
  },
  30_000,
);

itRecords(
  'files of one time are numbered; a next file that cannot be opened is told, with the counts and the files so far',
  async () => {
    const told = await tells<unknown>(
      ns,
      `${READ} const dir = ${at('dated')}; fs.mkdirSync(dir); const c = new Capture('lo', { filter: 'udp port 40001' });
    let r = c.record(dir + '/%Y.pcap', { rotate: { seconds: 100, bytes: 24 + 118 * 10 } }); await blast('lo', 25); let s = await r.stop(); const files = fs.readdirSync(dir).sort((x, y) => x.length - y.length || (x < y ? -1 : 1));
    tell([files.map((f) => f.replace(/^\\d{4}/, 'Y')), (await Promise.all(files.map((f) => read(dir + '/' + f)))).map((n) => n.length), s.files]);
    r = c.record(dir + '/f', { rotate: { bytes: 24 + 118 * 10 } }); fs.renameSync(dir, dir + '2'); await blast('lo', 25); try { await r.done; } catch (e) { tell([e.code, e.syscall, e.stats.packets, e.stats.files, (await read(dir + '2/f')).length]); } c.close();`,
    );
    expect(told).toEqual([
      [['Y.pcap', 'Y.pcap1', 'Y.pcap2'], [10, 10, 5], '3'],
      ['ENOENT', 'open', '10', '1', 10],
    ]);
  },
);

itRecords(
  'a full disk is ENOSPC, with the counts so far and a file that ends with a whole frame',
  async () => {
    const mount = path.join(folder, 'small');
    fs.mkdirSync(mount);
    const program = `${READ} const c = new Capture('lo', { filter: 'udp port 40001' });
    for (const [name, o] of [['x.pcap', {}], ['x.pcapng', {}]]) { const file = ${JSON.stringify(mount)} + '/' + name; const r = c.record(file, o); let failed; r.done.catch((e) => { failed = e; });
      while (!failed) { await blast('lo', 500); await sleep(30); } const numbers = await read(file); tell([failed.code, failed.syscall, Number(failed.stats.packets) === numbers.length, numbers.length > 1000, fs.statSync(file).size <= 300 * 1024]); fs.unlinkSync(file); } c.close();`;
    const { stdout } = await ns.run(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs -o size=300k none '${mount}' && exec "$0" -e "$1"`,
        process.execPath,
        `${HEAD}(async () => {${program}})().catch((error) => { console.error(error); process.exit(1); });`,
      ],
      { timeoutMs: 30_000 },
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      ['ENOSPC', 'write', true, true, true],
      ['ENOSPC', 'write', true, true, true],
    ]);
  },
  40_000,
);

itRecords('a stalled event loop loses nothing', async () => {
  const [told] = await tells<unknown[]>(
    ns,
    `const { spawn } = require('node:child_process'); const c = new Capture('lo', { filter: 'udp port 40001', ring: { blockSize: 65536, blocks: 16, timeoutMs: 5 } }); const r = c.record(${at('stalled')});
    const sender = spawn(process.execPath, ['-e', "const S=require('bsd-socket');const s=S.socket(S.AF_INET,S.SOCK_DGRAM);let n=0;const go=()=>{for(let i=0;i<100;i++)s.sendtoSync(Buffer.alloc(60),['127.0.0.1',40001]);if((n+=100)<20000)setTimeout(go,4);};go();"], { stdio: 'inherit' });
    // JavaScript is busy: the ring alone would have held a fraction of it
    const until = Date.now() + 2500; while (Date.now() < until);
    await new Promise((resolve) => sender.once('exit', resolve)); const s = await r.stop(); tell([s.packets, s.dropped]); c.close();`,
  );
  expect(told).toEqual(['20000', '0']);
});

itRecords('a reader of the standard output that goes away is EPIPE', async () => {
  const { stderr } = await ns.run('sh', [
    '-c',
    `"$0" -e "$1" | head -c 1000 > /dev/null`,
    process.execPath,
    `const C = require('bsd-socket/capture'), S = require('bsd-socket'); const c = new C.Capture('lo'); const r = c.record('-'); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); const t = setInterval(() => s.sendtoSync('x', ['127.0.0.1', 40001]), 2);
    r.done.catch((e) => { clearInterval(t); console.error(e.code); c.close(); s.close(); });`,
  ]);
  expect(stderr.trim()).toBe('EPIPE');
});

/**
 * Records compressible or not to a standard output that nobody reads: stop() is asked for, then
 * close().
 */
const STUCK = (
  options: string,
) => `${HEAD}(async () => { const c = new Capture('lo', { filter: 'udp port 40001' }); const r = c.record('-', ${options}); let ended = 'not'; r.done.catch((e) => { ended = e.code; });
  const s = S.socket(S.AF_INET, S.SOCK_DGRAM); for (let i = 0; i < 3000; i++) s.sendtoSync(require('node:crypto').randomBytes(400), ['127.0.0.1', 40001]); s.close();
  await sleep(200); void r.stop().catch(() => undefined); await sleep(100); const before = process.cpuUsage(); await sleep(800); const { user, system } = process.cpuUsage(before);
  const idle = user + system < 400000 && ended === 'not'; c.close(); await sleep(200); console.error(JSON.stringify([idle, ended])); })();`;

itRecords.each(['{}', "{ compress: 'gzip' }", "{ compress: 'zstd' }"])(
  'a reader of the standard output that stands still: stop() waits for it without work, close() does not (%s)',
  async (options) => {
    const { stderr } = await ns.run('sh', [
      '-c',
      `"$0" -e "$1" | { sleep 4; wc -c > /dev/null; }`,
      process.execPath,
      STUCK(options),
    ]);
    expect(JSON.parse(stderr)).toEqual([true, 'ECANCELED']);
    // Standard output as Node.js gives it to its children: a socket.
    const { stderr: fromSocket } = await ns.runNode(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', process.argv[1]], { stdio: ['ignore', 'pipe', 'inherit'] }); child.stdout.pause(); child.once('exit', () => child.stdout.destroy());`,
      [STUCK(options)],
    );
    expect(JSON.parse(fromSocket)).toEqual([true, 'ECANCELED']);
  },
  30_000,
);

itRecords('a pipe that is full before the recording begins holds nobody up', async () => {
  const told = await tells<unknown>(
    ns,
    `const fifo = ${at('fifo')}; require('node:child_process').execFileSync('mkfifo', [fifo]); const reader = fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
    let filled = 0; try { for (;;) filled += fs.writeSync(reader, Buffer.alloc(4096)); } catch (e) { tell(e.code); }
    for (const compress of [undefined, 'gzip', 'zstd']) { const c = new Capture('lo', { filter: 'udp port 40001' }); const r = c.record(fifo, { compress }); await blast('lo', 5); await sleep(50); c.close(); await r.done.catch((e) => tell(e.code)); }
    const c = new Capture('lo', { filter: 'udp port 40001' }); const r = c.record(fifo); const all = Buffer.alloc(filled + 24);
    for (let at = 0; at < all.length; ) try { at += fs.readSync(reader, all, at, all.length - at, null); } catch { await sleep(5); }
    tell(all.readUInt32LE(filled) === 0xa1b2c3d4); c.close(); await r.done;`,
  );
  expect(told).toEqual(['EAGAIN', 'ECANCELED', 'ECANCELED', 'ECANCELED', true]);
});

itRecords('a reader of compressed frames has them before the end', async () => {
  const told = await tells<number>(
    ns,
    `const { spawn } = require('node:child_process'); const zlib = require('node:zlib');
    for (const kind of ['gzip', 'zstd']) {
      const child = spawn(process.execPath, ['-e', "const { Capture } = require('bsd-socket/capture'); new Capture('lo', { filter: 'udp port 40001' }).record('-', { compress: '" + kind + "' }); process.stdin.once('data', () => process.exit());"], { stdio: ['pipe', 'pipe', 'inherit'] });
      const out = kind === 'gzip' ? child.stdout.pipe(zlib.createGunzip()) : child.stdout; let bytes = 0; out.on('data', (chunk) => { bytes += chunk.length; }).on('error', () => undefined);
      while (bytes < 100) { await blast('lo', 1); await sleep(50); } tell(bytes); child.stdin.end('over'); await new Promise((resolve) => child.once('exit', resolve));
    }`,
  );
  expect(told).toEqual([expect.any(Number), expect.any(Number)]);
});

itRecords(
  'setFilter() while it records: no frame is missed that both filters let in, and the next file names the new one',
  async () => {
    const told = await tells<unknown>(
      ns,
      `const { Worker } = require('node:worker_threads'); const keep = (k) => [{ code: 6, jt: 0, jf: 0, k }]; const c = new Capture('lo', { filter: keep(4096) }); let r = c.record(${at('both')});
    const sender = new Worker("const S = require('bsd-socket'); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); for (let i = 0; i < 30000; i++) s.sendtoSync('x', ['127.0.0.1', 40001]); s.close();", { eval: true });
    let over = false, times = 0; sender.once('exit', () => { over = true; }); for (; !over; times++) { c.setFilter(keep(4096 + times % 2)); await new Promise(setImmediate); }
    let s = await r.stop(); tell([times > 10, (s.packets + s.dropped) / 2n, s.packets === s.received]);
    c.setFilter('udp port 40002'); r = c.record(${at('named.pcapng')}); c.setFilter('udp port 40003'); await blast('lo', 3, { port: 40002 }); await blast('lo', 5, { port: 40003 }); s = await r.stop();
    tell([s.packets, fs.readFileSync(${at('named.pcapng')}).includes('udp port 40002')]); c.close();`,
    );
    // With no one there to take them each datagram is answered: an ICMP error goes with it.
    expect(told).toEqual([
      [true, '30000', true],
      ['5', true],
    ]);
  },
);

itRecords('close() after stop() does not wait for the block that stop() waits for', async () => {
  const told = await tells<unknown>(
    ns,
    `const c = new Capture('lo', { filter: 'udp port 40001', ring: { blockSize: 4096, blocks: 2, timeoutMs: 20000 } }); const r = c.record(${at('patient')}); let ended = 'not'; r.done.then(() => { ended = 'ended'; });
    await blast('lo', 1); void r.stop(); await sleep(100); tell(ended); c.close(); await r.done; tell(ended);`,
    { timeoutMs: 15_000 },
  );
  expect(told).toEqual(['not', 'ended']);
});

itRecords('frames that never cease: seconds and stop() end it all the same', async () => {
  const told = await tells<boolean>(
    ns,
    `const { Worker } = require('node:worker_threads'); const flood = new Worker("const S = require('bsd-socket'); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); const data = Buffer.alloc(1000); for (;;) s.sendtoSync(data, ['127.0.0.1', 40001]);", { eval: true });
    const ring = { blockSize: 4096, blocks: 2, timeoutMs: 1 }; const c = new Capture('lo', { filter: 'udp port 40001', ring });
    let s = await c.record(${at('flood.pcapng.gz')}, { seconds: 0.5, compress: 'gzip' }).done; tell(s.packets > 0n);
    const r = c.record(${at('flood.pcapng.gz')}, { compress: 'gzip' }); await sleep(300); s = await r.stop(); tell(s.packets > 0n); c.close(); await flood.terminate();`,
  );
  expect(told).toEqual([true, true]);
});

itRecords('limits in bytes hold for pcapng too, whose files end with statistics', async () => {
  const told = await tells<unknown>(
    ns,
    `const dir = ${at('limits')}; fs.mkdirSync(dir); const sizes = () => fs.readdirSync(dir).map((f) => fs.statSync(dir + '/' + f).size); const c = new Capture('lo', { filter: 'udp port 40001' });
    let r = c.record(dir + '/a.pcapng', { bytes: 2000 }); await blast('lo', 50); let s = await r.done; tell([sizes()[0] === Number(s.bytes), s.bytes <= 2000n, s.bytes > 1800n]); fs.unlinkSync(dir + '/a.pcapng');
    r = c.record(dir + '/b.pcapng', { bytes: 5000, rotate: { bytes: 1500 } }); await blast('lo', 50); s = await r.done;
    tell([sizes().every((size) => size <= 1500), sizes().reduce((x, y) => x + y) === Number(s.bytes), s.bytes <= 5000n, s.files]); c.close();`,
  );
  expect(told).toEqual([
    [true, true, true],
    [true, true, true, '4'],
  ]);
});

itRecords(
  'a standard output that was written to before keeps what it had where the disk is full',
  async () => {
    const mount = path.join(folder, 'begun');
    fs.mkdirSync(mount);
    const { stdout } = await ns.run(
      'unshare',
      [
        '-m',
        'sh',
        '-c',
        `mount -t tmpfs -o size=300k none '${mount}' && { head -c 5000 /dev/zero; "$0" -e "$1"; } > '${mount}/x'; tail -c +5001 '${mount}/x' | tcpdump -nr - 2>/dev/null | wc -l; stat -c %s '${mount}/x'`,
        process.execPath,
        `${HEAD}(async () => { const c = new Capture('lo', { filter: 'udp port 40001' }); const r = c.record('-'); let failed; r.done.catch((e) => { failed = e; }); while (!failed) { await blast('lo', 500); await sleep(30); }
      fs.writeFileSync(${at('counted')}, String(failed.stats.packets)); c.close(); })();`,
      ],
      { timeoutMs: 30_000, anyStatus: true },
    );
    const packets = Number(fs.readFileSync(path.join(folder, 'counted'), 'utf8'));
    expect(packets).toBeGreaterThan(1000);
    expect(stdout.trim().split('\n').map(Number)).toEqual([packets, 5000 + 24 + packets * 118]);
  },
);
