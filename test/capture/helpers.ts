// Shared by the tests of capture: quiet cables, programs that capture inside a namespace, and a
// generator that counts.
import { atEnd, type Netns, netnsPair } from '../tools';

/** A pair where nothing is sent but what a test sends. */
export async function quietPair(): Promise<[a: Netns, b: Netns]> {
  const [a, b] = netnsPair();
  atEnd(() => a.remove());
  atEnd(() => b.remove());
  for (const [ns, device, address, other, peer] of [
    [a, 'va', '10.8.0.1', b, 'vb'],
    [b, 'vb', '10.8.0.2', a, 'va'],
  ] as const) {
    await ns.run('sysctl', ['-wq', 'net.ipv6.conf.all.disable_ipv6=1']);
    const mac = (await ns.run('cat', [`/sys/class/net/${device}/address`])).stdout.trim();
    await other.run('ip', [
      'neigh',
      'replace',
      address,
      'lladdr',
      mac,
      'dev',
      peer,
      'nud',
      'permanent',
    ]);
  }
  return [a, b];
}

/** What every program of these tests has at hand. */
export const HEAD = `
  const C = require('bsd-socket/capture'), S = require('bsd-socket'), P = require('bsd-socket/packet');
  const { Capture } = C;
  const fs = require('node:fs');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const big = (_, value) => (typeof value === 'bigint' ? String(value) : value);
  const tell = (value) => console.log(JSON.stringify(value, big));
  /** Frames of a UDP flow each, numbered. */
  const frame = (n, { port = 40001, size = 60, vlan } = {}) => {
    const ip = { src: '10.8.0.1', dst: '10.8.0.2' };
    const payload = Buffer.alloc(size); payload.writeUInt32BE(n, 0);
    return P.ethernet({ src: '02:00:00:00:00:01', dst: 'ff:ff:ff:ff:ff:ff', vlan }, P.ipv4({ ...ip, protocol: 17 }, P.udp({ ...ip, sport: 30000 + (n % 64), dport: port }, payload)));
  };
  /** Sends them by a device, all of them, however often its queue is full. */
  const blast = async (device, count, how) => {
    const out = new Capture(device, { filter: [{ code: 6, jt: 0, jf: 0, k: 0 }], ring: false });
    for (let sent = 0; sent < count; ) {
      const some = Array.from({ length: Math.min(64, count - sent) }, (_, i) => frame(sent + i, how));
      for (let at = 0; at < some.length; ) { at += out.injectMany(some.slice(at)); if (at < some.length) await sleep(1); }
      sent += some.length;
      if (sent % 2048 === 0) await new Promise(setImmediate);
    }
    out.close();
  };
`;

/** Runs a program inside the namespace, and answers the JSON lines it told. */
export async function tells<T = unknown>(
  ns: Netns,
  code: string,
  o: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<T[]> {
  const { stdout } = await ns.runNode(
    `${HEAD}(async () => {${code}})().catch((error) => { console.error(error); process.exit(1); });`,
    [],
    {
      timeoutMs: 30_000,
      ...o,
    },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** The same, started beside the test: `ready` once it told something. */
export function starts(ns: Netns, code: string) {
  return ns.start(process.execPath, [
    '-e',
    `${HEAD}(async () => {${code}})().catch((error) => { console.error(error); process.exit(1); });`,
  ]);
}
