// The examples of capture and raw packets, against real peers in own namespaces: kernels that
// answer ARP and SYN, dnsmasq for DNS and DHCP.
import * as path from 'node:path';
import { atEnd, itNeeds, type Netns, netnsPair, requireTool, root } from '../tools';

const itRuns = itNeeds('netns', 'dnsmasq');
let a: Netns;
let b: Netns;
beforeAll(() => {
  if (itRuns !== it) return;
  [a, b] = netnsPair();
  atEnd(() => a.remove());
  atEnd(() => b.remove());
});
const example = (name: string): string => path.join(root, 'examples', name);

/** dnsmasq as the peers' name and DHCP server, in B. */
async function server() {
  const flags =
    '-k --no-resolv --no-hosts --conf-file=/dev/null --port=5353 --listen-address=10.8.0.2 --bind-interfaces --interface=vb --address=/x.test/192.0.2.5 --dhcp-range=10.8.0.50,10.8.0.60,1m --no-ping --dhcp-leasefile=/dev/null --log-facility=- --pid-file= --user=root';
  const running = b.start(requireTool('dnsmasq'), flags.split(' '));
  await running.output(/started/);
  return running;
}

itRuns('arp_scan.js finds the host at the other end, and nobody else', async () => {
  const { stdout } = await a.run(process.execPath, [example('arp_scan.js'), 'va']);
  const mac = (await b.run('cat', ['/sys/class/net/vb/address'])).stdout.trim();
  expect(stdout).toBe(`10.8.0.2        ${mac}\n1 answered\n`);
  const usage = await a.run(process.execPath, [example('arp_scan.js'), 'nosuch'], {
    anyStatus: true,
  });
  expect([usage.status, usage.stdout]).toEqual([1, expect.stringContaining('usage')]);
});

itRuns('syn_scan.js tells open ports from closed ones', async () => {
  const listener = b.start(process.execPath, [
    '-e',
    "require('node:net').createServer().listen(7001, '10.8.0.2', () => console.log('up'))",
  ]);
  await listener.output(/up/);
  const { stdout } = await a.run(process.execPath, [
    example('syn_scan.js'),
    '10.8.0.1',
    '10.8.0.2',
    '7001',
    '7002',
  ]);
  expect(stdout).toBe('7001 open\n7002 closed\n');
  await listener.stop();
});

itRuns('dns_logger.js logs what a name server answers', async () => {
  const dns = await server();
  const logging = a.start(process.execPath, [example('dns_logger.js'), 'va', '1', '5353']);
  await logging.output(/listening on va/);
  const query = Buffer.concat([
    Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.from('\x03www\x01x\x04test\0\0\x01\0\x01', 'latin1'),
  ]);
  await a.runNode(
    `const S = require('bsd-socket'); const s = S.socket(S.AF_INET, S.SOCK_DGRAM); s.sendtoSync(Buffer.from('${query.toString('hex')}', 'hex'), ['10.8.0.2', 5353]); s.settimeout(3); s.recvSync(512); s.close();`,
  );
  expect((await logging.done).stdout).toMatch(
    /\d{4}-\d\d-\d\dT[\d:.]+Z www\.x\.test A 192\.0\.2\.5\n/,
  );
  await dns.stop();
});

itRuns('dhcp_discover.js is offered a lease', async () => {
  const dhcp = await server();
  const { stdout } = await a.run(process.execPath, [example('dhcp_discover.js'), 'va']);
  expect(stdout).toMatch(/^10\.8\.0\.2 offers 10\.8\.0\.(5\d|60) mask 255\.255\.255\.0\n/);
  await dhcp.stop();
});
