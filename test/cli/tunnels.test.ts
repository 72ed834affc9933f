// Tunnels of the kernel's own devices, captured live between two namespaces: our lines show the
// tunnel and what is inside, as tcpdump's do. A device that this kernel lacks skips its test.
import { spawnSync } from 'node:child_process';
import { itNeeds, type Netns, netnsPair } from '../tools';
import { lines, startBsdSocket, tcpdump } from './cli';

const remote = (end: number): string => (end === 0 ? '10.8.0.2' : '10.8.0.1');
const local = (end: number): string => (end === 0 ? '10.8.0.1' : '10.8.0.2');
const ends = (end: number): string[] => ['local', local(end), 'remote', remote(end)];

/** The device's type and arguments, and what a line has to show. */
const DEVICES: readonly (readonly [string, (end: number) => string[], RegExp])[] = [
  ['vxlan', (end) => ['vxlan', 'id', '42', 'dstport', '4789', ...ends(end)], /VXLAN, .*vni 42/],
  ['geneve', (end) => ['geneve', 'id', '42', 'remote', remote(end)], /Geneve, .*vni 0x2a/],
  ['gre', (end) => ['gre', ...ends(end), 'key', '7'], /GREv0, key=0x7/],
  ['gretap', (end) => ['gretap', ...ends(end)], /GREv0/],
  ['ipip', (end) => ['ipip', ...ends(end)], /10\.8\.0\.1 > 10\.8\.0\.2: IP 10\.9\.0\.1/],
  ['vlan', () => ['vlan', 'id', '5'], /IP 10\.9\.0\.1 > 10\.9\.0\.2/],
];

/** Whether this kernel makes such a device. */
function makes(args: readonly string[]): boolean {
  const link = args[0] === 'vlan' ? 'ip link add v0 type veth; ' : '';
  const parent = args[0] === 'vlan' ? 'link v0' : '';
  const command = `${link}ip link add t0 ${parent} type ${args.join(' ')}`;
  return spawnSync('unshare', ['-n', 'sh', '-c', command]).status === 0;
}

let a: Netns;
let b: Netns;
const itTunnels = itNeeds('netns', 'tcpdump', 'ping');
beforeAll(() => {
  if (itTunnels === it) [a, b] = netnsPair();
});
afterAll(() => {
  a?.remove();
  b?.remove();
});

for (const [name, args, shown] of DEVICES) {
  const there = itTunnels === it && makes(args(0));
  (there ? it : it.skip)(
    `${name}${there ? '' : ' (skipped: this kernel has no such device)'}`,
    async () => {
      for (const [end, ns] of [a, b].entries()) {
        const parent = name === 'vlan' ? ['link', end === 0 ? 'va' : 'vb'] : [];
        await ns.run('ip', ['link', 'add', ...parent, 'name', 't0', 'type', ...args(end)]);
        await ns.run('ip', ['addr', 'add', `10.9.0.${end + 1}/24`, 'dev', 't0']);
        await ns.run('ip', ['link', 'set', 't0', 'up']);
      }
      const filter = name === 'vlan' ? 'vlan and icmp' : 'host 10.8.0.1 and not icmp';
      const running = startBsdSocket(['capture', '-n', '-i', 'vb', ...filter.split(' ')], b);
      await running.output(/listening on/);
      const watching = await tcpdump(b, ['-i', 'vb', filter]);
      await a.run('ping', ['-n', '-c', '1', '10.9.0.2']);
      await running.output(/echo reply/);
      const { stdout } = await running.stop('SIGINT');
      const theirs = (await watching.stop('SIGINT')).stdout;
      for (const ns of [a, b]) await ns.run('ip', ['link', 'del', 't0']);
      expect(stdout).toMatch(shown);
      expect(stdout).toMatch(/10\.9\.0\.1 > 10\.9\.0\.2: ICMP echo request/);
      // What stands behind time, interface and direction.
      const echoes = (text: string, columns: RegExp) =>
        lines(text)
          .filter((line) => line.includes('ICMP echo'))
          .map((line) => line.replace(columns, ''));
      expect(echoes(stdout, /^\d\S+ +vb +\w+ +/)).toEqual(echoes(theirs, /^\d\S+ +/));
    },
    40_000,
  );
}
