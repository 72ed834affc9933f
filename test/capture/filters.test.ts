// Filters let in what tcpdump's let in: fifty expressions on the same traffic, on an interface and
// on all of them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, type Netns, run, temporaryFolder } from '../tools';
import { EXPRESSIONS } from './expressions';
import { quietPair, starts, tells } from './helpers';

const itFilters = itNeeds('netns', 'tcpdump');
let a: Netns;
let b: Netns;
beforeAll(async () => {
  if (itFilters === it) [a, b] = await quietPair();
});

/** Every kind of frame that the expressions tell apart, and some of our own that go out. */
const TRAFFIC = `
  const macs = { src: '02:00:00:00:00:01', dst: 'ff:ff:ff:ff:ff:ff' }; const ip = { src: '10.8.0.1', dst: '10.8.0.2' };
  const tcp = (flags, dport) => P.ethernet(macs, P.ipv4({ ...ip, protocol: 6 }, P.tcp({ ...ip, sport: 5000, dport, flags, seq: 1, ack: 0, window: 100 })));
  const ip6 = { src: 'fd08::1', dst: 'fd08::2' };
  const frames = [frame(1), frame(2, { port: 40002 }), frame(3, { vlan: { id: 5 } }), frame(4, { vlan: { id: 100 } }), frame(5, { size: 200 }), tcp(2, 80), tcp(16, 81), tcp(18, 443),
    P.ethernet({ ...macs, type: 0x88b5 }, Buffer.alloc(50, 7)), P.ethernet({ ...macs, type: 0x0806 }, P.arp({ op: 1, sha: macs.src, spa: '10.8.0.66', tpa: '10.8.0.77' })),
    P.ethernet({ ...macs, dst: '01:00:5e:00:00:01' }, P.ipv4({ ...ip, dst: '224.0.0.1', protocol: 17 }, P.udp({ ...ip, dst: '224.0.0.1', sport: 9, dport: 9 }, Buffer.alloc(8)))),
    P.ethernet({ ...macs, dst: '33:33:00:00:00:01' }, P.ipv6({ ...ip6, nextHeader: 17 }, P.udp({ ...ip6, sport: 9, dport: 40001 }, Buffer.alloc(8)))),
    P.ethernet(macs, P.ipv4({ ...ip, protocol: 1 }, P.icmpEcho({ type: 8, id: 1, seq: 1 }, Buffer.alloc(20))))];
  const out = new Capture(DEVICE, { filter: [{ code: 6, jt: 0, jf: 0, k: 0 }], ring: false });
  for (let round = 0; round < 3; round++) for (const one of frames) out.inject(one);
  out.close();`;

/** The frames of a file, as bytes in hex. */
async function framesOf(file: string): Promise<string[]> {
  const { stdout } = await run('tcpdump', ['-nr', file, '-t', '-xx', '-q'], { timeoutMs: 30_000 });
  const rows = stdout.split('\n');
  const frames: string[] = [];
  for (const row of rows) {
    const hex = /^\t0x[0-9a-f]+:\s+([0-9a-f ]+)$/.exec(row);
    if (hex) frames[frames.length - 1] += hex[1].replace(/ /g, '');
    else if (row !== '') frames.push('');
  }
  return frames.sort();
}

itFilters.each([
  ['vb', EXPRESSIONS],
  [
    'any',
    EXPRESSIONS.filter(
      (expression) => !/^(ether|not vlan|vlan|udp port 40001 or vlan)/.test(expression),
    ),
  ],
])(
  'on %s',
  async (device, expressions) => {
    const folder = temporaryFolder();
    const theirs = expressions.map((expression, i) =>
      b.start('tcpdump', [
        '-i',
        device,
        '-U',
        '--immediate-mode',
        '-n',
        '-s',
        '262144',
        '-p',
        '-w',
        path.join(folder, `t${i}`),
        expression,
      ]),
    );
    await Promise.all(theirs.map((one) => one.output(/listening on/, 60_000)));
    const ours = starts(
      b,
      `const all = ${JSON.stringify(expressions)}.map((filter, i) => { const c = new Capture('${device}', { filter, vlan: ${JSON.stringify(device === 'any' ? 'strip' : 'reinsert')}, ring: { blockSize: 65536, blocks: 8 } }); return [c, c.record(${JSON.stringify(folder)} + '/o' + i)]; });
    console.log('"ready"'); process.stdin.once('data', async () => { await Promise.all(all.map(([, r]) => r.stop())); for (const [c] of all) c.close(); process.exit(0); });`,
    );
    await ours.output(/ready/, 30_000);
    await tells(a, `const DEVICE = 'va';${TRAFFIC}`);
    // what goes out of the interface that is watched
    await tells(b, `const DEVICE = 'vb';${TRAFFIC}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    ours.process.stdin?.write('stop\n');
    await ours.done;
    await Promise.all(theirs.map((one) => one.stop('SIGINT')));
    const different: string[] = [];
    let some = 0;
    for (const [i, expression] of expressions.entries()) {
      const [we, they] = await Promise.all([
        framesOf(path.join(folder, `o${i}`)),
        framesOf(path.join(folder, `t${i}`)),
      ]);
      if (they.length > 0) some++;
      // tcpdump's first frames pass libpcap's own interpreter too, which knows no directions: they
      // are received, and then lost. Each frame is sent three times.
      const received = Number(/(\d+) packets? received by filter/.exec(theirs[i].stderr())?.[1]);
      const captured = Number(/(\d+) packets? captured/.exec(theirs[i].stderr())?.[1]);
      const rest = [...we];
      const foreign = they.filter(
        (one) => rest.splice(rest.indexOf(one), rest.includes(one) ? 1 : 0).length === 0,
      );
      if (foreign.length > 0 || we.length !== received || rest.length !== received - captured) {
        different.push(
          `${expression}: ${we.length} and ${they.length} frames, not ours ${foreign}; ${theirs[i].stderr()}`,
        );
      }
      for (const one of ['o', 't']) fs.rmSync(path.join(folder, `${one}${i}`));
    }
    expect(different).toEqual([]);
    expect(some).toBeGreaterThan(expressions.length * 0.75);
  },
  180_000,
);

itFilters('the output of tcpdump -ddd is a filter', async () => {
  const { stdout: ddd } = await b.run('tcpdump', ['-i', 'vb', '-ddd', 'udp port 40002']);
  const [told] = await tells(
    b,
    `const c = new Capture('lo', { filter: ${JSON.stringify(ddd)} }); await blast('lo', 3); await blast('lo', 4, { port: 40002 }); await sleep(60); let n = 0; for (let x = c.tryBatch(); x; x = c.tryBatch()) n += x.count; tell(n); c.close();`,
  );
  expect(told).toBe(4);
});

itFilters(
  'where the interface cannot be asked, what depends on it is refused, and the rest compiles',
  async () => {
    const told = await tells(
      b,
      `const c = new Capture('lo', { filter: 'udp' }); const native = require('./build/Release/bsd_socket.node'); native.drop_capabilities(0, new Int32Array(8));
    for (const filter of ['vlan 5', 'inbound', 'udp port 40002']) { try { c.setFilter(filter); tell('set'); } catch (e) { tell([e.code, /cannot open/.test(e.message)]); } } c.close();`,
    );
    expect(told).toEqual([['ERR_INVALID_FILTER', true], ['ERR_INVALID_FILTER', true], 'set']);
  },
);

itFilters(
  'without libpcap an expression is refused with what to install; instructions work',
  async () => {
    const script = `const C = require('bsd-socket/capture'); try { C.compile('ip'); } catch (e) { console.log(e.code, e.hint); }
    const c = new C.Capture('lo', { filter: C.assemble('ret #0') }); console.log(c.stats().received); c.close();`;
    const empty = '/usr/lib/x86_64-linux-gnu/libpcap.so.0.8';
    const { stdout } = await run(
      'unshare',
      [
        '-n',
        '-m',
        'sh',
        '-c',
        `for f in /usr/lib/*/libpcap.so*; do mount --bind /dev/null "$f" 2>/dev/null; done; ip link set lo up; exec "$0" -e "$1"`,
        process.execPath,
        script,
      ],
      { env: { UNUSED: empty } },
    );
    expect(stdout).toMatch(
      /^ELIBACC filter expressions are compiled by libpcap, which is not installed: apt-get install libpcap0\.8/,
    );
    expect(stdout).toMatch(/\n0n\n$/);
  },
);
