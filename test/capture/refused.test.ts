// What a sandbox or another runtime refuses: the ring, recvmmsg, memory that is shared with
// JavaScript. The frames are the same.
import { itNeeds, type Netns, requireTool } from '../tools';
import { HEAD, quietPair, tells } from './helpers';

const itRefuses = itNeeds('netns', 'strace');
let a: Netns;
beforeAll(async () => {
  if (itRefuses === it) [a] = await quietPair();
});

const TAKE = `const take = async (c) => { await blast('va', 0); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); for (let i = 0; i < 200; i++) { const b = Buffer.alloc(8); b.writeUInt32BE(i); s.sendtoSync(b, ['10.8.0.2', 40001]); } s.close(); await sleep(100);
  const seen = []; for (let b = c.tryBatch(); b; b = c.tryBatch()) for (const f of b) if (f.caplen === 50 && f.data.readUInt16BE(36) === 40001) seen.push(f.data.readUInt32BE(42)); return seen; };`;
const all = Array.from({ length: 200 }, (_, i) => i);

/** Runs a program under strace, which makes the kernel refuse some calls. */
async function refusing(rules: readonly string[], code: string): Promise<unknown[]> {
  const inject = rules.flatMap((rule) => ['-e', `inject=${rule}`]);
  const traced = [...new Set(rules.map((rule) => rule.split(':')[0]))].join(',');
  const { stdout } = await a.run(
    requireTool('strace'),
    [
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `trace=${traced}`,
      ...inject,
      process.execPath,
      '-e',
      `${HEAD}${TAKE}(async () => {${code}})().catch((error) => { console.error(error); process.exit(1); });`,
    ],
    { timeoutMs: 30_000 },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

itRefuses.each(['ENOPROTOOPT', 'EINVAL', 'EPERM'])(
  'a ring refused with %s: recvmmsg takes its place',
  async (code) => {
    const told = await refusing(
      [`setsockopt:error=${code}:when=1`],
      "const c = new Capture('va'); tell(c.ring); tell(await take(c)); c.close();",
    );
    expect(told).toEqual([false, all]);
  },
);

itRefuses('no memory for the ring: a smaller one; for one of your own sizes, ENOMEM', async () => {
  // setsockopt is asked for PACKET_VERSION, PACKET_RESERVE and PACKET_RX_RING: the third is
  // refused.
  const told = await refusing(
    ['setsockopt:error=ENOMEM:when=3'],
    "const c = new Capture('va'); tell([c.ring, (await take(c)).length]); c.close();",
  );
  expect(told).toEqual([[true, 200]]);
  const own = await refusing(
    ['setsockopt:error=ENOMEM:when=3'],
    "try { new Capture('va', { ring: { blocks: 8 } }); } catch (e) { tell([e.code, e.syscall]); }",
  );
  expect(own).toEqual([['ENOMEM', 'setsockopt']]);
});

itRefuses('no recvmmsg: recvmsg, one by one', async () => {
  const told = await refusing(
    ['recvmmsg:error=ENOSYS'],
    "const c = new Capture('va', { ring: false, filter: 'udp port 40001' }); tell(await take(c)); c.close();",
  );
  expect(told).toEqual([all]);
});

itRefuses('EINTR everywhere is nobody’s business', async () => {
  const told = await refusing(
    ['setsockopt:error=EINTR:when=1+7'],
    "const c = new Capture('va', { filter: C.assemble(`ldh [12]\\njne #0x800, no\\nldb [23]\\njne #17, no\\nret #-1\\nno: ret #0`) }); tell(await take(c)); tell(c.stats().received); c.close();",
  );
  expect(told).toEqual([all, '200']);
});

itRefuses(
  'a runtime that takes no external memory: blocks are copied, tags put back in the copy',
  async () => {
    const told = await tells(
      a,
      `${TAKE} const native = require('./build/Release/bsd_socket.node'); const open = native.ring_open; native.ring_open = (fd, size, blocks, ms, cooked, mapped) => (mapped === null ? open(fd, size, blocks, ms, cooked, null) : -S.EOPNOTSUPP);
    let c = new Capture('va', { filter: 'udp port 40001' }); tell([c.ring, (await take(c)).length]); const s = c.stats(); tell([s.received, s.dropped]);
    const f = c.tryBatch(); tell(f); c.close();
    c = new Capture('any', { filter: 'udp port 40001' }); let n = 0; const x = S.socket(S.AF_INET, S.SOCK_DGRAM); x.sendtoSync('hi', ['10.8.0.2', 40001]); for await (const g of c) { tell([g.data.toString('latin1', 48), g.linktype]); break; } x.close(); c.close();`,
    );
    expect(told).toEqual([[true, 200], ['200', '0'], null, ['hi', 276]]);
  },
);
