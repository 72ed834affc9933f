// Interfaces, a silent name server and privileges, each in a network namespace or process of its
// own.
import * as fs from 'node:fs';
import { constants } from '../../lib/constants';
import * as names from '../../lib/names';
import { itNeeds, type Netns, netns, requireTool, runNode } from '../tools';
import { type NamedNetns, namedNetns, python } from './peers';

const api =
  "const S = require('bsd-socket'); const show = (value) => console.log(JSON.stringify(value));";
const parsed = <T>({ stdout }: { stdout: string }) => JSON.parse(stdout) as T;

interface IpLink {
  ifindex: number;
  ifname: string;
  mtu: number;
  address?: string;
  flags: string[];
  addr_info: {
    family: string;
    local: string;
    address?: string;
    prefixlen: number;
    broadcast?: string;
    label?: string;
  }[];
}

describe('interfaces()', () => {
  let ns: Netns;
  afterEach(() => ns?.remove());

  itNeeds('ip', 'netns')('is what ip(8) says', async () => {
    ns = netns();
    const ip = (...args: string[]) => ns.run(requireTool('ip'), args);
    await ip(
      'link',
      'add',
      'va',
      'mtu',
      '1400',
      'address',
      '02:00:00:00:00:0a',
      'type',
      'veth',
      'peer',
      'name',
      'vb',
    );
    await ip('addr', 'add', '10.8.0.1/20', 'broadcast', '10.8.15.255', 'dev', 'va');
    await ip('addr', 'add', '10.9.0.1/32', 'dev', 'va', 'label', 'va:alias');
    await ip('addr', 'add', '10.10.0.1', 'peer', '10.10.0.2/31', 'dev', 'vb');
    await ip('-6', 'addr', 'add', 'fd08::1/77', 'dev', 'va', 'nodad');
    await ip('link', 'set', 'va', 'up');
    await ip('link', 'set', 'vb', 'up', 'promisc', 'on');
    await ip('link', 'add', 'tunnel0', 'type', 'veth', 'peer', 'name', 'down0');

    const links = parsed<IpLink[]>(await ip('-j', 'addr'));
    const ours = parsed<names.Interface[]>(await ns.runNode(`${api} show(S.interfaces())`));
    expect(ours.map(({ name }) => name).sort()).toEqual(['down0', 'lo', 'tunnel0', 'va', 'vb']);
    const inet6Last = (a: { family: number }, b: { family: number }) => a.family - b.family;
    for (const link of links) {
      const { flags, addresses, ...rest } = ours.find(
        ({ index }) => index === link.ifindex,
      ) as names.Interface;
      expect(rest).toEqual({
        index: link.ifindex,
        name: link.ifname,
        mtu: link.mtu,
        mac: link.address,
      });
      // ip hides RUNNING and adds words of its own
      expect(flags.filter((flag) => flag !== 'RUNNING').sort()).toEqual(
        link.flags.filter((flag) => !['NO-CARRIER', 'M-DOWN'].includes(flag)).sort(),
      );
      expect([...addresses].sort(inet6Last)).toEqual(
        link.addr_info
          .map(({ family, local, prefixlen, broadcast }) => ({
            family: family === 'inet' ? constants.AF_INET : constants.AF_INET6,
            address: local,
            prefix: prefixlen,
            ...(broadcast && { broadcast }),
          }))
          .sort(inet6Last),
      );
    }
    const all = parsed<unknown>(
      await ns.runNode(`${api} show(S.if_nameindex().map(({ index, name }) => [index, name]))`),
    );
    expect([{ said: all }]).toEqual(await python([['if_nameindex']], ns.run));
  });

  itNeeds('ip', 'netns')('holds many', async () => {
    ns = netns();
    const lines = Array.from({ length: 100 }, (_, i) => `link add d${i} type veth peer name p${i}`);
    lines.push(...Array.from({ length: 100 }, (_, i) => `addr add 10.8.${i}.1/24 dev d${i}`));
    await ns.run(requireTool('ip'), ['-batch', '-'], { input: `${lines.join('\n')}\n` });
    const ours = parsed<names.Interface[]>(await ns.runNode(`${api} show(S.interfaces())`));
    expect(ours).toHaveLength(201);
    for (let i = 0; i < 100; i++)
      expect(ours.find(({ name }) => name === `d${i}`)?.addresses).toMatchObject([
        { address: `10.8.${i}.1`, prefix: 24 },
      ]);
  });
});

describe('a name server that never answers', () => {
  let named: NamedNetns;
  afterEach(() => named?.stop());

  itNeeds(
    'ip',
    'netns',
    'socat',
  )('leaves the loop turning, and the answer is EAI_AGAIN', async () => {
    named = await namedNetns('127.0.0.1 localhost\n', async (ns) =>
      ns.start(requireTool('socat'), [
        '-u',
        'UDP4-RECVFROM:53,fork,bind=127.0.0.1',
        'OPEN:/dev/null',
      ]),
    );
    const code = `${api}
      let turns = 0; const timer = setInterval(() => turns++, 10); const t = Date.now();
      for (let i = 0; i < 8; i++) S.getaddrinfo('slow.test', 80).catch((e) => { if (i > 0) return; clearInterval(timer);
        show({ code: e.code, hostname: e.hostname, turns, ms: Date.now() - t, read }); process.exit(); });
      let read = Infinity; require('node:fs').readFile('/proc/self/status', () => { read = Date.now() - t; });`;
    const { turns, ms, read, ...error } = parsed<{ turns: number; ms: number; read: number }>(
      await named.ns.runNode(code),
    );
    expect(read).toBeLessThan(ms / 2); // however many look-ups wait, files are read
    expect(error).toEqual({ code: 'EAI_AGAIN', hostname: 'slow.test' });
    expect(ms).toBeGreaterThan(900);
    expect(turns).toBeGreaterThan(ms / 40);
  });
});

describe('capabilities()', () => {
  test('of this process', () => {
    const found = names.capabilities();
    expect(found.families).toEqual(expect.arrayContaining(['AF_UNIX', 'AF_INET', 'AF_NETLINK']));
    expect(found.families).not.toContain('AF_UNSPEC');
    expect(found.families.includes('AF_INET6')).toBe(names.has_ipv6);
    expect(found.backend).toBe('libuv');
    if (process.getuid?.() === 0) expect(found).toMatchObject({ raw: true, bindService: true });
  });

  test('leaves no descriptor open', () => {
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 20; i++) {
      names.capabilities();
      names.has_dualstack_ipv6();
      names.interfaces();
    }
    expect(open()).toBe(before);
  });

  itNeeds('setpriv', 'netns')('of a process that has none', async () => {
    const ns = netns();
    try {
      const code = `${api} show(S.capabilities())`;
      const bare = [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        '--inh-caps=-all',
      ];
      const ask = async () =>
        parsed<names.Capabilities>(await runNode(code, [], { prefix: [...ns.prefix, ...bare] }));
      const set = (name: string, value: string) =>
        ns.run('sh', ['-c', `echo "${value}" > /proc/sys/net/ipv4/${name}`]);
      await set('ping_group_range', '1 0');
      await set('ip_unprivileged_port_start', '1024');
      expect(await ask()).toMatchObject({
        raw: false,
        admin: false,
        bindService: false,
        icmpDgram: false,
      });
      await set('ping_group_range', '0 65534');
      await set('ip_unprivileged_port_start', '0');
      expect(await ask()).toMatchObject({
        raw: false,
        admin: false,
        bindService: true,
        icmpDgram: true,
      });
      const rich = parsed<names.Capabilities>(await ns.runNode(code));
      expect(rich).toMatchObject({ raw: true, admin: true, bindService: true });
    } finally {
      ns.remove();
    }
  });

  itNeeds('netns')('has_dualstack_ipv6 is what CPython finds', async () => {
    const [reply] = await python([['has_dualstack_ipv6']]);
    expect(names.has_dualstack_ipv6()).toBe((reply as { said: unknown }).said);
  });
});
