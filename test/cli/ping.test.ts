// `bsd-socket ping` beside iputils' ping: the same words for the same network, and every answer
// checked before it counts.
import { itNeeds, type Netns, netns, netnsPair, run } from '../tools';
import { asNobody, bsdSocket, lines, main, NODE, startBsdSocket, tcpdump } from './cli';

/** Without what differs from run to run: times, and the name of the program. */
const timeless = (text: string): string =>
  text
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/time \d+ms/g, 'time Tms')
    .replace(/= [\d.]+(\/[\d.]+){3} ms/g, '= T ms')
    .replace(/^(bsd-socket )?ping:/gm, 'ping:');

describe('ping between two namespaces', () => {
  const itPings = itNeeds('netns', 'ping', 'tcpdump');
  let a: Netns;
  let b: Netns;
  let far: Netns | undefined;
  const made: Netns[] = [];
  beforeAll(() => {
    if (itPings !== it) return;
    [a, b] = netnsPair();
    made.push(a, b);
  });
  afterAll(() => {
    for (const ns of made) ns.remove();
  });

  /** Ours and iputils', side by side. */
  async function both(args: readonly string[]): Promise<[ours: string, theirs: string]> {
    const [ours, theirs] = await Promise.all([
      bsdSocket(['ping', ...args], a),
      a.run('ping', args, { anyStatus: true }),
    ]);
    return [
      timeless(`${ours.stdout}status ${ours.status}\n`),
      timeless(`${theirs.stdout}status ${theirs.status}\n`),
    ];
  }

  itPings.each([
    ['IPv4', ['-c', '2', '-i', '0.2', '10.8.0.2']],
    ['IPv6', ['-c', '2', '-i', '0.2', 'fd08::2']],
    ['quiet', ['-c', '1', '-q', '10.8.0.2']],
    ['large, in fragments', ['-c', '1', '-s', '4000', '10.8.0.2']],
    ['with an own ttl', ['-c', '1', '-t', '7', 'fd08::2']],
    ['to ourselves', ['-c', '1', '0.0.0.0']],
  ])('prints what ping prints: %s', async (_, args) => {
    const [ours, theirs] = await both(args);
    expect(ours).toBe(theirs);
    expect(ours).toContain('ping statistics');
  });

  itPings(
    'reports a host that does not answer to ARP or neighbour solicitation as ping does',
    async () => {
      const [v4, v6] = await Promise.all([
        both(['-c', '1', '-n', '10.8.0.99']),
        both(['-c', '1', '-n', 'fd08::99']),
      ]);
      expect(v4[0]).toBe(v4[1]);
      expect(v4[0]).toContain('From 10.8.0.1 icmp_seq=1 Destination Host Unreachable');
      expect(v6[0]).toBe(v6[1]);
      expect(v6[0]).toContain(
        'From fd08::1 icmp_seq=1 Destination unreachable: Address unreachable',
      );
    },
    30_000,
  );

  itPings(
    'reports a router that drops for the ttl, and a route that ends, as ping does',
    async () => {
      far = netns();
      made.push(far);
      const ip = (ns: Netns, ...args: string[]) => ns.run('ip', args);
      await ip(b, 'link', 'add', 'vc', 'type', 'veth', 'peer', 'name', 'vd', 'netns', far.name);
      for (const [ns, device, n] of [
        [b, 'vc', 1],
        [far, 'vd', 2],
      ] as const) {
        await ip(ns, 'addr', 'add', `10.9.0.${n}/24`, 'dev', device);
        await ip(ns, '-6', 'addr', 'add', `fd09::${n}/64`, 'dev', device, 'nodad');
        await ip(ns, 'link', 'set', device, 'up');
      }
      await b.run('sysctl', ['-wq', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
      await ip(a, 'route', 'add', '10.9.0.0/16', 'via', '10.8.0.2');
      await ip(a, '-6', 'route', 'add', 'fd09::/32', 'via', 'fd08::2');
      await ip(far, 'route', 'add', 'default', 'via', '10.9.0.1');
      await ip(far, '-6', 'route', 'add', 'default', 'via', 'fd09::1');
      const through = ['-c', '1', '-n'];
      for (const [args, said] of [
        [[...through, '10.9.0.2'], 'ttl=63'],
        [[...through, 'fd09::2'], 'ttl=63'],
        [[...through, '-t', '1', '10.9.0.2'], 'From 10.8.0.2 icmp_seq=1 Time to live exceeded'],
        [[...through, '-t', '1', 'fd09::2'], 'From fd08::2 icmp_seq=1 Time exceeded: Hop limit'],
        [[...through, '10.9.1.1'], 'From 10.8.0.2 icmp_seq=1 Destination Net Unreachable'],
      ] as const) {
        const [ours, theirs] = await both(args);
        expect(ours).toBe(theirs);
        expect(ours).toContain(said);
      }
    },
    60_000,
  );

  itPings('without a route fails with status 2', async () => {
    const { status, stderr } = await bsdSocket(['ping', '-c', '1', '203.0.113.1'], a);
    expect(stderr).toMatch(/^bsd-socket ping: connect ENETUNREACH/);
    expect(status).toBe(2);
  });

  itPings(
    'sends as many requests as it says, and no stray replies: ping(8) the other way at the same time is not confused',
    async () => {
      const watch = await tcpdump(b, ['-i', 'vb', 'icmp']);
      const [ours, theirs] = await Promise.all([
        bsdSocket(['ping', '-c', '5', '-i', '0.1', '10.8.0.2'], a),
        b.run('ping', ['-c', '5', '-i', '0.2', '10.8.0.1']),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { stdout } = await watch.stop('SIGINT');
      expect(ours.stdout).toContain('5 packets transmitted, 5 received, 0% packet loss');
      expect(theirs.stdout).toContain('5 packets transmitted, 5 received, 0% packet loss');
      expect(theirs.stdout).not.toContain('DUP');
      const count = (what: string) => lines(stdout).filter((line) => line.includes(what)).length;
      expect(
        [
          '10.8.0.1 > 10.8.0.2: ICMP echo request',
          '10.8.0.2 > 10.8.0.1: ICMP echo reply',
          '10.8.0.2 > 10.8.0.1: ICMP echo request',
          '10.8.0.1 > 10.8.0.2: ICMP echo reply',
        ].map(count),
      ).toEqual([5, 5, 5, 5]);
      expect(lines(stdout).length).toBe(20);
    },
    30_000,
  );

  itPings(
    'checks id, checksum, sequence and data of what comes back',
    async () => {
      await b.run('sysctl', ['-wq', 'net.ipv4.icmp_echo_ignore_all=1']);
      // Answers by hand: right, then wrong in one way each.
      const answering = b.start(NODE, [
        '-e',
        `
      const { Socket, AF_INET, SOCK_RAW, IPPROTO_ICMP } = require('bsd-socket');
      const p = require('bsd-socket/packet');
      (async () => {
        const raw = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
        console.log('ready');
        for (;;) {
          const [packet, from] = await raw.recvfrom(65536);
          const icmp = packet.subarray(20);
          const { type, id, seq } = p.ICMP_ECHO_HEADER.unpack(icmp);
          if (type !== p.ICMP_ECHO) continue;
          const payload = Buffer.from(icmp.subarray(8));
          const answer = (o = {}, data = payload) => p.icmpEcho({ id, seq, reply: true, ...o }, data);
          const changed = Buffer.from(payload);
          changed[17] ^= 0xff;
          const damaged = answer();
          damaged[2] ^= 0x55;
          const replies = { 1: [answer()], 2: [damaged], 3: [answer(), answer()], 4: [answer({}, changed)], 5: [answer({ id: id ^ 1 })], 6: [answer({ seq: 600 })], 7: [answer({}, payload.subarray(0, 20))] };
          for (const reply of replies[seq] ?? []) await raw.sendto(reply, from);
        }
      })();`,
      ]);
      await answering.output(/ready/);
      const { stdout, status } = await bsdSocket(
        ['ping', '-c', '7', '-i', '0.05', '-W', '0.5', '10.8.0.2'],
        a,
      );
      await answering.stop();
      await b.run('sysctl', ['-wq', 'net.ipv4.icmp_echo_ignore_all=0']);
      const ok = (seq: number, remarks = '', size = 64) =>
        `${size} bytes from 10.8.0.2: icmp_seq=${seq} ttl=64 time=T ms${remarks && ` ${remarks}`}`;
      expect(lines(timeless(stdout)).slice(1)).toEqual([
        ok(1),
        ok(2, '(BAD CHECKSUM)'),
        ok(3),
        ok(3, '(DUP!)'),
        ok(4, 'wrong data byte #17 should be 0x11 but was 0xee'),
        ok(7, '(truncated)', 28),
        '--- 10.8.0.2 ping statistics ---',
        '7 packets transmitted, 4 received, +1 duplicates, +1 corrupted, 42.8571% packet loss, time Tms',
        expect.stringMatching(/^rtt min\/avg\/max\/mdev = T ms/),
      ]);
      expect(status).toBe(0);
    },
    30_000,
  );

  itPings('no reply is status 1', async () => {
    await b.run('sysctl', ['-wq', 'net.ipv4.icmp_echo_ignore_all=1']);
    const [ours, theirs] = await both(['-c', '2', '-i', '0.2', '-W', '0.3', '10.8.0.2']);
    await b.run('sysctl', ['-wq', 'net.ipv4.icmp_echo_ignore_all=0']);
    expect(ours).toBe(theirs);
    expect(ours).toContain(
      '2 packets transmitted, 0 received, 100% packet loss, time Tms\n\nstatus 1\n',
    );
  });

  itPings.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with the statistics', async (signal) => {
    const pinging = startBsdSocket(['ping', '-i', '0.1', '10.8.0.2'], a);
    await pinging.output(/icmp_seq=3/);
    const { stdout, status } = await pinging.stop(signal);
    expect(stdout).toMatch(
      /\n\n--- 10\.8\.0\.2 ping statistics ---\n\d+ packets transmitted, \d+ received, 0% packet loss/,
    );
    expect(status).toBe(0);
  });

  itPings(
    'without privileges uses the ICMP datagram socket where the group range allows, and says what is missing where not',
    async () => {
      const own = netns();
      made.push(own);
      const ping = (host: string) =>
        run(...own.wrap(...asNobody(NODE, [main(), 'ping', '-c', '1', host])), { anyStatus: true });
      const refused = await ping('127.0.0.1');
      expect([refused.status, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toMatch(/bsd-socket ping: socket EACCES.*ping_group_range/s);
      await own.run('sysctl', ['-wq', 'net.ipv4.ping_group_range=0 2147483647']);
      for (const host of ['127.0.0.1', '::1']) {
        const { stdout, status, stderr } = await ping(host);
        expect(stderr).toBe('');
        expect(stdout).toMatch(
          /64 bytes from (127\.0\.0\.1|::1): icmp_seq=1 ttl=64 time=[\d.]+ ms\n/,
        );
        expect(status).toBe(0);
      }
    },
    30_000,
  );

  itPings('without privileges tells ICMP errors too', async () => {
    await a.run('sysctl', ['-wq', 'net.ipv4.ping_group_range=0 2147483647']);
    const { stdout, status } = await run(
      ...a.wrap(...asNobody(NODE, [main(), 'ping', '-c', '1', '-t', '1', '10.9.0.2'])),
      { anyStatus: true },
    );
    expect(stdout).toContain('From 10.8.0.2 icmp_seq=1 Time to live exceeded');
    expect(stdout).toContain('1 packets transmitted, 0 received, +1 errors, 100% packet loss');
    expect(status).toBe(1);
  });
});

describe('the command line of ping', () => {
  it.each([
    [['ping'], 'which host?'],
    [['ping', 'a', 'b'], "one host is enough: 'b' is too many"],
    [['ping', '-4', '-6', 'a'], '-4 and -6 exclude each other'],
    [['ping', '-c', '0', 'a'], '-c takes an integer of 1'],
    [['ping', '-c', '1.5', 'a'], '-c takes an integer of 1'],
    [['ping', '-i', 'x', 'a'], '-i takes a number of 0.002'],
    [['ping', '-s', '65508', 'a'], '-s takes an integer of 0'],
    [['ping', '--frobnicate', 'a'], "Unknown option '--frobnicate'"],
  ])('%j is refused with the usage and status 2', async (args, said) => {
    const { status, stderr, stdout } = await bsdSocket(args);
    expect(stderr).toContain(`bsd-socket ping: ${said}`);
    expect(stderr).toContain('usage: bsd-socket ping');
    expect([status, stdout]).toEqual([2, '']);
  });

  it('a name that does not exist is told as such, with status 2', async () => {
    const { status, stderr } = await bsdSocket(['ping', '-c', '1', 'host.invalid']);
    expect(stderr).toMatch(/^bsd-socket ping: getaddrinfo EAI_/);
    expect(status).toBe(2);
  });
});
