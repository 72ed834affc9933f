// The error queue: ICMP errors as data with their offender, and sockets that go on working under a
// storm of them.
import {
  AF_INET,
  AF_INET6,
  type ErrorMessage,
  type InetAddress,
  SOCK_DGRAM,
  Socket,
} from 'bsd-socket';
import { itMeasures, itNeeds, type Netns, netns, requireTool } from '../tools';
import { made, udp } from './sockets';

/** A port of loopback that nobody listens on. */
function closedPort(): number {
  const sock = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const { port } = sock.getsockname();
  sock.close();
  return port;
}
const turn = () => new Promise(setImmediate);

test('an ICMP error comes as data: what was sent, where to, what went wrong, who said so', async () => {
  const sock = udp({ errqueue: true });
  const port = closedPort();
  await sock.sendto('hello', ['127.0.0.1', port]);
  const { value } = await sock.errors({ signal: AbortSignal.timeout(5000) }).next();
  const { data, address, error, flags } = value as ErrorMessage<InetAddress>;
  expect(data.toString()).toBe('hello');
  expect(address).toMatchObject({ address: '127.0.0.1', port });
  expect(error).toMatchObject({
    errno: 'ECONNREFUSED',
    origin: 'icmp',
    type: 3,
    code: 3,
    offender: { address: '127.0.0.1' },
  });
  expect(flags).toBeGreaterThan(0);
});

test('IPv6, and IPv4 on a dual-stack socket', async () => {
  const sock = made(new Socket({ family: AF_INET6, type: SOCK_DGRAM, enable: { errqueue: true } }));
  const errors = sock.errors({ signal: AbortSignal.timeout(5000) });
  await sock.sendto('six', ['::1', closedPort()]);
  expect((await errors.next()).value.error).toMatchObject({
    errno: 'ECONNREFUSED',
    origin: 'icmp6',
    offender: { address: '::1' },
  });
  await sock.sendto('four', ['::ffff:127.0.0.1', closedPort()]);
  expect((await errors.next()).value.error).toMatchObject({
    errno: 'ECONNREFUSED',
    origin: 'icmp',
    offender: { address: '::ffff:127.0.0.1' },
  });
});

test('without errqueue a connected socket is told by the next call, as in C; with it no call fails', async () => {
  const port = closedPort();
  const plain = udp();
  await plain.connect(['127.0.0.1', port]);
  await plain.send('x');
  await expect(plain.send('y')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const sock = udp({ errqueue: true });
  await sock.connect(['127.0.0.1', port]);
  for (let i = 0; i < 20; i++) expect(await sock.send(`x${i}`)).toBe(`x${i}`.length);
  expect(sock.tryRecv(10)).toBeNull();
  await expect(sock.recv(10, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  const seen: string[] = [];
  for await (const { data } of sock.errors({ signal: AbortSignal.timeout(5000) })) {
    seen.push(data.toString());
    if (seen.length === 20) break;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `x${i}`));
});

test('errors that come while nobody iterates are kept, and told to whoever iterates next', async () => {
  const sock = udp({ errqueue: true });
  for (let i = 0; i < 5; i++) {
    await sock.sendto(String(i), ['127.0.0.1', closedPort()]);
    sock.tryRecv(1);
  }
  const errors = sock.errors({ signal: AbortSignal.timeout(5000) });
  for (let i = 0; i < 5; i++) expect((await errors.next()).value.data.toString()).toBe(String(i));
  const next = errors.next(); // waits
  await turn();
  await sock.sendto('late', ['127.0.0.1', closedPort()]);
  sock.tryRecv(1); // takes the error out of the kernel while errors() waits for its event
  expect((await next).value.data.toString()).toBe('late');
});

test('closing ends errors() quietly, a signal with its reason', async () => {
  const sock = udp({ errqueue: true });
  const waiting = sock.errors().next();
  const aborted = sock.errors({ signal: AbortSignal.timeout(10) }).next();
  await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' });
  sock.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(() => sock.errors()).toThrow(/EBADF/);
});

describe('a storm', () => {
  const STORM = 100_000;

  /** Sends to a closed port until `count` datagrams went, as fast as the loop allows. */
  async function storm(sock: Socket, count: number): Promise<void> {
    const to = ['127.0.0.1', closedPort()] as const;
    const payload = Buffer.from('storm');
    for (let i = 0; i < count; i++) {
      sock.trySendto(payload, to);
      if (i % 256 === 0) await turn();
    }
  }

  test.each([
    ['errors() iterating', true],
    ['nobody iterating', false],
  ])(
    'of 100,000 errors, %s: the socket works, no waiter stalls, nothing spins',
    async (_name, iterating) => {
      const sock = udp({ errqueue: true });
      const peer = udp();
      const address = sock.getsockname();
      let errors = 0;
      const reading = (async () => {
        if (!iterating) return;
        for await (const { error } of sock.errors()) {
          expect(error.errno).toBe('ECONNREFUSED');
          errors += 1;
        }
      })();
      // A waiter of each kind, and traffic for it all the while.
      const got: number[] = [];
      const receiving = (async () => {
        for (let next = 0; next < 200; next++) got.push(Number((await sock.recv(10)).toString()));
      })();
      const sending = (async () => {
        for (let i = 0; i < 200; i++) {
          await peer.sendto(String(i), address);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })();
      await storm(sock, STORM);
      await sending;
      await receiving;
      expect(got).toEqual(Array.from({ length: 200 }, (_, i) => i));
      // faster than they are read: the oldest go
      if (iterating) expect(errors).toBeGreaterThan(STORM / 20);

      // Quiet again: a waiter on a socket whose queue was full costs no processor time.
      const waiting = sock.recv(10, { timeoutMs: 5000 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const calls = sock.stats.syscalls;
      const cpu = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { user, system } = process.cpuUsage(cpu);
      expect(sock.stats.syscalls - calls).toBeLessThan(5);
      expect(user + system).toBeLessThan(200_000); // microseconds; a spinning loop takes 300,000
      await peer.sendto('after', address);
      expect((await waiting).toString()).toBe('after');
      sock.close();
      await reading;
    },
    60_000,
  );

  test('onBatch and batches() go on through it', async () => {
    const sock = udp({ errqueue: true });
    const peer = udp();
    let got = 0;
    const pushing = sock.onBatch((batch) => {
      got += batch.count;
    });
    const to = ['127.0.0.1', closedPort()] as const;
    for (let i = 0; i < 5000; i++) {
      sock.trySendto('x', to);
      if (i % 50 === 0) {
        await peer.sendto('data', sock.getsockname());
        await turn();
      }
    }
    while (got < 100) await turn();
    pushing.stop();
    await pushing.done;
    const batches = sock.batches();
    const next = batches.next();
    for (let i = 0; i < 100; i++) sock.trySendto('x', to);
    await turn();
    await peer.sendto('last', sock.getsockname());
    expect((await next).value.data(0).toString()).toBe('last');
  });

  itMeasures('an undrained queue does not make Sync verbs fail or spin', () => {
    const sock = udp({ errqueue: true });
    sock.settimeout(0.1);
    for (let i = 0; i < 50; i++) sock.sendtoSync('x', ['127.0.0.1', closedPort()]);
    const cpu = process.cpuUsage();
    expect(() => sock.recvSync(10)).toThrow(/timed out/);
    const { user, system } = process.cpuUsage(cpu);
    expect(user + system).toBeLessThan(90_000);
  });
});

describe('a router', () => {
  let left: Netns;
  let router: Netns;
  beforeAll(() => {
    if (process.getuid?.() !== 0) return;
    left = netns();
    router = netns();
  });
  afterAll(() => {
    left?.remove();
    router?.remove();
  });

  itNeeds('ip', 'netns')(
    'says EHOSTUNREACH and EMSGSIZE, and is named as the offender',
    async () => {
      const ip = (ns: Netns, ...args: string[]) => ns.run(requireTool('ip'), args);
      await ip(
        left,
        'link',
        'add',
        'up0',
        'type',
        'veth',
        'peer',
        'name',
        'down0',
        'netns',
        router.name,
      );
      await ip(left, 'addr', 'add', '10.91.0.1/24', 'dev', 'up0');
      await ip(left, 'link', 'set', 'up0', 'up');
      await ip(router, 'addr', 'add', '10.91.0.254/24', 'dev', 'down0');
      await ip(router, 'link', 'set', 'down0', 'up');
      await ip(
        router,
        'link',
        'add',
        'far0',
        'mtu',
        '1000',
        'type',
        'veth',
        'peer',
        'name',
        'far1',
      );
      await ip(router, 'addr', 'add', '10.92.0.254/24', 'dev', 'far0');
      await ip(router, 'link', 'set', 'far0', 'up');
      await ip(router, 'link', 'set', 'far1', 'up');
      await ip(left, 'route', 'add', 'default', 'via', '10.91.0.254');
      await router.run('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
      await ip(router, 'route', 'add', 'unreachable', '10.93.0.0/24');
      const { stdout } = await left.runNode(
        `
      const { Socket, AF_INET, SOCK_DGRAM, IPPROTO_IP, IP_MTU_DISCOVER } = require('bsd-socket');
      (async () => {
        const sock = new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { errqueue: true } });
        sock.setsockopt(IPPROTO_IP, IP_MTU_DISCOVER, 2); // IP_PMTUDISC_DO
        const errors = sock.errors({ signal: AbortSignal.timeout(10000) });
        const show = async (what) => {
          const { value: { error, address } } = await errors.next();
          console.log(JSON.stringify([what, error.errno, error.origin, error.type, error.code, error.info, error.offender.address, address.address]));
        };
        await sock.sendto('x', ['10.93.0.1', 9]);
        await show('unreachable');
        await sock.sendto(Buffer.alloc(1300), ['10.92.0.1', 9]);
        await show('too long');
        await sock.sendmsg([Buffer.from('x')], { to: ['10.92.0.1', 9], ttl: 1 });
        await show('ttl');
        sock.close();
      })();
    `,
      );
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual([
        ['unreachable', 'EHOSTUNREACH', 'icmp', 3, 1, 0, '10.91.0.254', '10.93.0.1'],
        ['too long', 'EMSGSIZE', 'icmp', 3, 4, 1000, '10.91.0.254', '10.92.0.1'],
        ['ttl', 'EHOSTUNREACH', 'icmp', 11, 0, 0, '10.91.0.254', '10.92.0.1'],
      ]);
    },
  );
});
