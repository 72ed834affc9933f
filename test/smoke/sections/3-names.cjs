// Names, the calls on integers, packets.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { S, sys, packet } = require('../tracked.cjs');

const text = (bytes) => Buffer.from(bytes).toString();

module.exports = {
  async names() {
    assert.equal(
      (await S.getaddrinfo('127.0.0.1', 80, S.AF_INET, S.SOCK_STREAM))[0].address.port,
      80,
    );
    assert.equal(S.getaddrinfoSync('127.0.0.1', 80)[0].address.address, '127.0.0.1');
    await assert.rejects(S.getaddrinfo('256.1.1.1', 1, 0, 0, 0, S.AI_NUMERICHOST), S.GaiError);
    const numeric = S.NI_NUMERICHOST | S.NI_NUMERICSERV;
    assert.deepEqual(await S.getnameinfo(['127.0.0.1', 80], numeric), ['127.0.0.1', '80']);
    assert.deepEqual(S.getnameinfoSync(['127.0.0.1', 80], numeric), ['127.0.0.1', '80']);
    assert.equal(await S.gethostbyname('127.0.0.1'), '127.0.0.1');
    assert.equal(S.gethostbynameSync('127.0.0.1'), '127.0.0.1');
    assert.deepEqual((await S.gethostbyname_ex('127.0.0.1'))[2], ['127.0.0.1']);
    assert.deepEqual(S.gethostbyname_exSync('127.0.0.1')[2], ['127.0.0.1']);
    for (const ask of [
      () => S.gethostbyaddr('127.0.0.1'),
      async () => S.gethostbyaddrSync('127.0.0.1'),
    ])
      await ask().catch((error) => assert.ok(error instanceof S.error)); // no /etc/hosts, perhaps
    assert.ok(S.gethostname().length > 0);
    assert.equal(typeof (await S.getfqdn('127.0.0.1')), 'string');
    assert.equal(typeof S.getfqdnSync('127.0.0.1'), 'string');
    for (const ask of [
      () => S.getservbyname('http'),
      () => S.getservbyport(80),
      () => S.getprotobyname('tcp'),
    ]) {
      try {
        ask();
      } catch (error) {
        assert.ok(error instanceof Error); // no /etc/services
      }
    }
    assert.equal(S.if_indextoname(S.if_nametoindex('lo')), 'lo');
    assert.ok(S.if_nameindex().some(({ name }) => name === 'lo'));
    assert.ok(S.interfaces().some(({ name }) => name === 'lo'));
  },
  async 'byte order and addresses'() {
    assert.equal(S.ntohs(S.htons(0x1234)), 0x1234);
    assert.equal(S.ntohl(S.htonl(0x12345678)), 0x12345678);
    assert.equal(S.inet_ntoa(S.inet_aton('10.0.0.1')), '10.0.0.1');
    assert.equal(S.inet_ntop(S.AF_INET6, S.inet_pton(S.AF_INET6, '::1')), '::1');
  },
  async capabilities() {
    const { kernel, backend } = S.capabilities();
    assert.ok(kernel.length > 0);
    const own =
      process.versions.bun || process.versions.deno || process.env.BSD_SOCKET_LOOP === 'thread';
    assert.equal(backend, own ? 'thread' : 'libuv');
    const report = S.conformance({ kinds: ['udp'] });
    assert.ok(S.conformanceDiff(report, report) !== undefined);
  },
  async sys() {
    const c = sys.constants;
    const fds = new Int32Array(2);
    assert.equal(sys.socketpair(c.AF_UNIX, c.SOCK_STREAM, 0, fds), 0);
    const [a, b] = fds;
    assert.equal(sys.send(a, Buffer.from('abc'), 0), 3);
    const into = Buffer.alloc(3);
    assert.equal(sys.poll(new Int32Array([b, c.POLLIN, 0]), 0), 1);
    assert.equal(sys.recv(b, into, 0), 3);
    assert.equal(sys.sendto(a, Buffer.from('abc'), 0), 3);
    assert.equal(sys.recvfrom(b, into, 0), 3);
    assert.equal(sys.sendmsg(a, { iov: [Buffer.from('abc')] }, 0), 3);
    assert.equal(sys.recvmsg(b, { iov: [into] }, 0), 3);
    const lengths = new Int32Array(1);
    assert.equal(sys.sendmmsg(a, [{ iov: [Buffer.from('abc')] }], lengths, 0), 1);
    assert.equal(sys.recvmmsg(b, [{ iov: [into] }], lengths, 0), 1);
    assert.equal(text(into), 'abc');
    assert.equal(sys.fcntl(a, c.F_GETFD, 0), 0);
    assert.equal(sys.ioctl(b, c.FIONREAD, Buffer.alloc(4)), 0);
    assert.equal(sys.owns(a), 1);
    const value = Buffer.alloc(4);
    assert.equal(sys.setsockopt(a, c.SOL_SOCKET, c.SO_REUSEADDR, Buffer.from([1, 0, 0, 0])), 0);
    assert.equal(sys.getsockopt(a, c.SOL_SOCKET, c.SO_REUSEADDR, value), 4);
    assert.equal(sys.get_blank(a, c.SOL_SOCKET, c.SO_TYPE, value), 4);
    assert.equal(sys.get_filter(a, null), 0);
    const accepting = Buffer.from([6, 0, 0, 0, 0xff, 0xff, 0, 0]);
    assert.equal(sys.attach_filter(a, c.SOL_SOCKET, c.SO_ATTACH_FILTER, accepting), 0);
    const filter = Buffer.alloc(64);
    assert.ok(sys.get_source_filter(a, c.IPPROTO_IP, c.IP_MSFILTER, filter) < 0);
    assert.ok(sys.get_ao_keys(a, Buffer.alloc(400), 400) < 0);
    assert.ok(sys.get_table(a, c.IPPROTO_IP, c.IPT_SO_GET_INFO, Buffer.alloc(84)) < 0);
    const copy = sys.dup(a);
    assert.equal(sys.dup3(copy, b, 0), b);
    assert.equal(sys.shutdown(a, c.SHUT_RDWR), 0);
    const file = fs.openSync(__filename, 'r');
    assert.ok(sys.sendfile(b, file, 0, 1) < 0); // shut down
    assert.equal(sys.adopt(file), 0);
    assert.equal(sys.release(file), 0);
    fs.closeSync(file);
    const pipe = new Int32Array(2);
    assert.equal(sys.pipe2(pipe, c.O_CLOEXEC), 0);
    for (const fd of [a, b, copy, ...pipe]) assert.equal(sys.close(fd), 0);

    const name = Buffer.from([2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    const length = new Int32Array([16]);
    const [server, client] = [0, 0].map(() => sys.socket(c.AF_INET, c.SOCK_STREAM, 0));
    assert.equal(sys.bind(server, name), 0);
    assert.equal(sys.listen(server, 1), 0);
    assert.equal(sys.getsockname(server, name, length), 0);
    assert.equal(sys.connect(client, name), 0);
    const conn = sys.accept4(server, 0);
    assert.equal(sys.getpeername(client, name, length), 0);
    for (const fd of [server, client, conn]) assert.equal(sys.close(fd), 0);

    assert.deepEqual([...sys.nlmsgs(Buffer.alloc(0))], []);
    assert.deepEqual([...sys.attributes(Buffer.alloc(0))], []);
    const out = Buffer.alloc(4096);
    assert.equal(sys.if_indextoname(sys.if_nametoindex('lo'), out), 2);
    assert.ok(sys.getifaddrs(Buffer.alloc(65536)) > 0);
    assert.ok(sys.getaddrinfo('127.0.0.1', '80', 0, 0, 0, 0, out) > 0);
    assert.ok(sys.getnameinfo(name, c.NI_NUMERICHOST, out) > 0);
    assert.ok(sys.gethostbyname('127.0.0.1', c.AF_INET, out) > 0);
    assert.equal(typeof sys.gethostbyaddr(Buffer.from([127, 0, 0, 1]), c.AF_INET, out), 'number');
    assert.equal(typeof sys.getservbyname('http'), 'number');
    assert.equal(typeof sys.getservbyport(80, 'tcp', out), 'number');
    assert.equal(typeof sys.getprotobyname('tcp'), 'number');
  },
  async packets() {
    const ip = { src: '10.0.0.1', dst: '10.0.0.2' };
    const six = { src: 'fd00::1', dst: 'fd00::2' };
    const mac = { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' };
    const P = packet;
    const datagram = P.udp({ ...ip, sport: 1, dport: 2 }, Buffer.from('x'));
    const frame = P.ethernet(mac, P.ipv4({ ...ip, protocol: 17 }, datagram));
    const segment = P.tcp({ ...ip, sport: 1, dport: 2, flags: 2 });
    const others = [
      P.ethernet(mac, P.ipv4({ ...ip, protocol: 6 }, segment)),
      P.ethernet(mac, P.ipv4({ ...ip, protocol: 1 }, P.icmpEcho({ id: 1, seq: 2 }))),
      P.ethernet(mac, P.ipv6({ ...six, next: 58 }, P.icmpv6Echo({ ...six, id: 1, seq: 2 }))),
      P.ethernet(
        { ...mac, type: 0x0806 },
        P.arp({ op: 1, sha: mac.src, spa: ip.src, tha: mac.dst, tpa: ip.dst }),
      ),
    ];
    for (const one of [frame, ...others]) assert.ok(P.format(P.decodeFrame(1, one)).length > 0);
    assert.equal(typeof P.tcpChecksum(ip.src, ip.dst, segment), 'number');
    assert.equal(typeof P.udpChecksum(ip.src, ip.dst, datagram), 'number');
    assert.equal(P.checksum(Buffer.alloc(2)), 0xffff);
    assert.equal(P.sum(Buffer.of(1, 2)), 0x102);
    assert.ok(P.pseudoHeader(ip.src, ip.dst, 6, 20) > 0);
    assert.equal(typeof P.icmpChecksum(P.icmp({ type: 8, code: 0 })), 'number');
    assert.equal(
      typeof P.icmpv6Checksum(six.src, six.dst, P.icmpv6({ ...six, type: 128, code: 0 })),
      'number',
    );
    const views = [
      [P.EthernetView, frame],
      [P.Ipv4View, frame.subarray(14)],
      [P.UdpView, datagram],
      [P.TcpView, segment],
      [P.ArpView, others[3].subarray(14)],
      [P.Ipv6View, others[2].subarray(14)],
      [P.IcmpEchoView, others[1].subarray(34)],
      [P.VlanView, Buffer.alloc(4)],
      [P.viewOf(P.UDP), datagram],
    ];
    for (const [View, bytes] of views) assert.ok(new View().at(bytes) !== undefined);
    const options = P.packTcpOptions([{ kind: 'mss', value: 1460 }]);
    assert.ok(P.unpackTcpOptions(options, 0, options.length) !== undefined);
    assert.ok(P.unpackIpv4Options(P.packIpv4Options([]), 0, 0) !== undefined);
    assert.equal(typeof P.walkOptions(options, 0, options.length, () => {}), 'boolean');
    assert.equal(P.layerOf(P.decodeFrame(1, frame), 'udp').dport, 2);
    assert.equal(P.linktypeOf(1), 1);
    assert.equal(P.dltOf(1), 1);
    assert.ok(P.sameLinktype(1, 1));
    assert.equal(P.cookedDirection(1, frame), undefined);
    assert.equal(P.pcapHeader(1).length, 24);
    assert.equal(P.pcapRecord({ data: frame, timestamp: 0n }).length, 16 + frame.length);
    assert.equal(typeof new P.FramePrinter(), 'object');
    const file = new P.PcapFile('/dev/null');
    file.write({ data: frame, timestamp: 0n });
    file.close();
  },
};
