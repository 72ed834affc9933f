// netns: sockets, interfaces and captures in another network namespace, while this thread stays in
// its own; exact errors.
import * as fs from 'node:fs';
import * as S from '../../lib';
import { itNeeds, type Netns, netnsPair, runNode } from '../tools';

const own = () => fs.readlinkSync('/proc/thread-self/ns/net');

describe('netns', () => {
  let a: Netns;
  let b: Netns;
  const itInside = itNeeds('netns', 'ip');
  beforeAll(() => {
    if (itInside === it) [a, b] = netnsPair();
  });
  afterAll(() => {
    a?.remove();
    b?.remove();
  });

  itInside('makes a socket there, and leaves this thread where it is', async () => {
    const before = own();
    const server = new S.Socket({ family: S.AF_INET, type: S.SOCK_DGRAM, netns: a.name });
    const client = new S.Socket({
      family: S.AF_INET,
      type: S.SOCK_DGRAM,
      netns: `/run/netns/${b.name}`,
    });
    try {
      server.bind(['10.8.0.1', 0]);
      await client.sendto('over the pair', server.getsockname());
      const [data, [host]] = await server.recvfrom(64, { timeoutMs: 3000 });
      expect([String(data), host]).toEqual(['over the pair', '10.8.0.2']);
      const mine = S.socket();
      expect(server.options.SO_NETNS_COOKIE).not.toBe(mine.options.SO_NETNS_COOKIE);
      mine.close();
      expect(own()).toBe(before);
    } finally {
      server.close();
      client.close();
    }
  });

  itInside('takes a process id', async () => {
    const sleeping = a.start('sleep', ['100']);
    try {
      const until = Date.now() + 3000;
      let name = own();
      while (name === own() && Date.now() < until)
        name = fs.readlinkSync(`/proc/${sleeping.pid}/ns/net`);
      const socket = new S.Socket({ type: S.SOCK_DGRAM, netns: sleeping.pid });
      expect(() => socket.bind(['10.8.0.1', 0])).not.toThrow();
      socket.close();
    } finally {
      await sleeping.stop();
    }
  });

  itInside('interface names are those of that namespace', () => {
    expect(() => S.if_nametoindex('va')).toThrow(S.errors.ENODEV);
    const { index } = S.interfaces({ netns: a.name }).find(
      ({ name }) => name === 'va',
    ) as S.Interface;
    const packet = new S.Socket({ family: S.AF_PACKET, type: S.SOCK_RAW, netns: a.name });
    const udp6 = new S.Socket({ family: S.AF_INET6, type: S.SOCK_DGRAM, netns: a.name });
    try {
      packet.bind(['va', 0]);
      expect(packet.getsockname()).toMatchObject({ ifname: 'va', ifindex: index });
      udp6.options.IPV6_MULTICAST_IF = 'va' as never;
      expect(udp6.options.IPV6_MULTICAST_IF).toBe(index);
      udp6.setsockopt(S.IPPROTO_IPV6, S.IPV6_JOIN_GROUP, { group: 'ff02::77', interface: 'va' });
      expect(() => packet.bind(['nonesuch0', 0])).toThrow(S.errors.ENODEV);
    } finally {
      packet.close();
      udp6.close();
    }
    expect(() => S.socket(S.AF_PACKET, S.SOCK_RAW).bind(['va', 0])).toThrow(S.errors.ENODEV);
  });

  itInside('interfaces() is what ip(8) says there', async () => {
    const { stdout } = await a.run('ip', ['-j', 'addr']);
    const theirs = JSON.parse(stdout) as { ifname: string; ifindex: number; mtu: number }[];
    expect(
      S.interfaces({ netns: a.name }).map(({ name, index, mtu }) => [name, index, mtu]),
    ).toEqual(theirs.map(({ ifname, ifindex, mtu }) => [ifname, ifindex, mtu]));
  });

  itInside('errors are of syscall setns', () => {
    const attempt = (given: string | number) => () => new S.Socket({ netns: given });
    const refused = (code: string, hint: RegExp) =>
      expect.objectContaining({ code, syscall: 'setns', hint: expect.stringMatching(hint) });
    expect(attempt('nonesuch')).toThrow(refused('ENOENT', /ip netns list/));
    expect(attempt('/nonesuch/net')).toThrow(refused('ENOENT', /nonesuch/));
    expect(attempt(0x7fffffff)).toThrow(refused('ENOENT', /no process 2147483647/));
    expect(attempt('/etc/passwd')).toThrow(refused('EINVAL', /no network namespace/));
    expect(attempt('/proc/self/ns/uts')).toThrow(refused('EINVAL', /no network namespace/));
    expect(() => S.interfaces({ netns: '/etc/passwd' })).toThrow(
      refused('EINVAL', /no network namespace/),
    );
    expect(attempt('')).toThrow(RangeError);
    expect(attempt('a\0b')).toThrow(RangeError);
    expect(attempt(-1)).toThrow(RangeError);
    expect(attempt(true as never)).toThrow(TypeError);
    expect(() => S.interfaces({ netn: 'x' } as never)).toThrow(/did you mean 'netns'/);
    expect(() => new S.Socket({ fd: 0, netns: 'x' })).toThrow(/netns/);
  });

  itInside('socket(2) refused there is an error of socket', () => {
    expect(
      () => new S.Socket({ family: S.AF_INET, type: S.SOCK_SEQPACKET, netns: a.name }),
    ).toThrow(expect.objectContaining({ syscall: 'socket' }));
  });

  itNeeds('netns', 'setpriv')('is EPERM without CAP_SYS_ADMIN, and says so', async () => {
    const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const code = `try { new (require('bsd-socket').Socket)({ netns: '${a.name}' }) }
      catch (e) { console.log(e.code, e.syscall, e.hint) }`;
    const { stdout } = await runNode(code, [], { prefix });
    expect(stdout).toMatch(/^EPERM setns needs CAP_SYS_ADMIN/);
  });

  itInside('leaves no descriptor and no thread behind', () => {
    const count = (folder: string) => fs.readdirSync(`/proc/self/${folder}`).length;
    const before = [count('fd'), count('task')];
    for (let i = 0; i < 50; i++) {
      new S.Socket({ netns: a.name }).close();
      S.interfaces({ netns: a.name });
      expect(() => new S.Socket({ netns: '/etc/passwd' })).toThrow();
    }
    expect([count('fd'), count('task')]).toEqual(before);
  });

  itInside('an accepted socket and a closed number know where they are', async () => {
    const server = new S.Socket({ family: S.AF_INET6, netns: a.name });
    server.bind(['::1', 0]).listen();
    const client = new S.Socket({ family: S.AF_INET6, netns: a.name });
    await client.connect(server.getsockname());
    const [conn] = await server.accept();
    for (const socket of [server, client, conn]) socket.close();
    const mine = S.socket(S.AF_PACKET, S.SOCK_RAW); // takes one of their numbers
    mine.bind(['lo', 0]);
    expect(mine.getsockname().ifname).toBe('lo');
    mine.close();
  });
});
