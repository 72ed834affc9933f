// capabilities() and conformance(): true against CPython and /proc, and no kernel module is loaded
// that nobody asked for.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { capabilities, has_ipv6 } from '../../lib/names';
import { FEATURES } from '../../lib/names/capabilities';
import { loadsModules, registered } from '../../lib/names/families';
import { itNeeds, run, runNode } from '../tools';

const text = (file: string): string => fs.readFileSync(file, 'utf8').trim();

describe('capabilities()', () => {
  const found = capabilities();

  it('has the members that the API promises, and no others', () => {
    expect(Object.keys(found).sort()).toEqual(
      (
        'admin backend bindService effective families icmpDgram kernel lacks libpcap pingGroups ' +
        'raw ring'
      ).split(' '),
    );
    expect(found.kernel).toBe(os.release());
    expect(found.families.includes('AF_INET6')).toBe(has_ipv6);
  });

  it('names what waits for readiness', async () => {
    const code = "console.log(require('bsd-socket').capabilities().backend)";
    const by = async (BSD_SOCKET_LOOP?: string) =>
      (await runNode(code, [], { env: { BSD_SOCKET_LOOP } })).stdout;
    expect(await by('thread')).toBe('thread\n');
    expect(await by()).toBe('libuv\n');
  });

  it('reports ping groups and effective capabilities as /proc has them', () => {
    expect(found.pingGroups.join('\t')).toBe(text('/proc/sys/net/ipv4/ping_group_range'));
    const mask = /^CapEff:\s*(\w+)$/m.exec(text('/proc/thread-self/status'))?.[1] as string;
    expect(found.effective.length).toBe(BigInt(`0x${mask}`).toString(2).replaceAll('0', '').length);
    const [CAP_NET_ADMIN, CAP_NET_RAW] = [12n, 13n];
    const has = (bit: bigint) => ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
    expect(found.effective.includes('CAP_NET_ADMIN')).toBe(has(CAP_NET_ADMIN));
    expect(found.effective.includes('CAP_NET_RAW')).toBe(has(CAP_NET_RAW));
    expect(found.admin).toBe(has(CAP_NET_ADMIN));
  });

  itNeeds('capsh')('names capabilities as capsh(1) does', async () => {
    const mask = /^CapEff:\s*(\w+)$/m.exec(text('/proc/thread-self/status'))?.[1] as string;
    const { stdout } = await run('capsh', [`--decode=${mask}`]);
    const names = stdout.trim().split('=')[1]?.split(',').filter(Boolean) ?? [];
    expect([...found.effective].map((name) => name.toLowerCase()).sort()).toEqual(names.sort());
  });

  itNeeds('python3')('lacks what CPython is refused too', () => {
    const code = `
import json, socket, sys
kinds = {'tcp': (socket.AF_INET, socket.SOCK_STREAM), 'udp': (socket.AF_INET, socket.SOCK_DGRAM),
         'unix': (socket.AF_UNIX, socket.SOCK_STREAM)}
lacks = []
for name, on, level, option in json.load(sys.stdin):
    with socket.socket(*kinds[on]) as s:
        try: s.getsockopt(level, option, 256)
        except OSError as e:
            if e.errno in (92, 95): lacks.append(name)
print(json.dumps(lacks))`;
    const lacks = JSON.parse(
      execFileSync('python3', ['-c', code], { input: JSON.stringify(FEATURES) }).toString(),
    ) as string[];
    expect(found.lacks.filter((name) => !name.startsWith('IPPROTO_'))).toEqual(lacks);
  });

  it('refuses what is no family, with the nearest that is', () => {
    expect(() => capabilities({ probe: ['AF_VSOK'] })).toThrow(/AF_VSOCK/);
    expect(() => capabilities({ prob: [] } as never)).toThrow(/probe/);
  });

  itNeeds('python3')('probes what is named', () => {
    const code = `
import socket
try: socket.socket(40, socket.SOCK_STREAM).close(); print(0)
except OSError as e: print(e.errno)`;
    const EAFNOSUPPORT = 97;
    const errno = Number(execFileSync('python3', ['-c', code]));
    expect(capabilities({ probe: ['AF_VSOCK'] }).families.includes('AF_VSOCK')).toBe(
      errno !== EAFNOSUPPORT,
    );
  });
});

it('registered() has what /proc/net/protocols has, and no empty name', () => {
  const names = registered();
  expect(names.has('')).toBe(false);
  expect(names.has('TCP') && names.has('UNIX') && names.has('NETLINK')).toBe(true);
});

/** Where socket(2) can load modules: a generic kernel as root's or anybody's, no container. */
const itLoads = loadsModules() && fs.existsSync('/proc/modules') ? it : it.skip;

describe(`modules (${itLoads === it.skip ? 'this kernel loads none on demand' : 'counted'})`, () => {
  const loaded = () => text('/proc/modules').split('\n').length;

  itLoads('capabilities() lists what is registered, as trying would', async () => {
    const { families } = capabilities();
    const { families: tried } = capabilities({ probe: families });
    expect(tried).toEqual(families);
    expect(families).not.toContain('AF_ASH');
  });

  itLoads('capabilities() loads none', async () => {
    const before = loaded();
    await runNode("require('bsd-socket').capabilities()");
    expect(loaded()).toBe(before);
  });

  itLoads('conformance() of chosen kinds loads none for others', async () => {
    await runNode("require('bsd-socket').conformance({ kinds: ['udp'], options: ['SO_RCVBUF'] })");
    const before = loaded();
    await runNode(`require('bsd-socket').conformance({ kinds: ['udp'],
      options: ['SO_RCVBUF', 'AF_VSOCK', 'SOL_XDP', 'SOL_PACKET', 'SOL_NETLINK'] })`);
    expect(loaded()).toBe(before);
  });
});
