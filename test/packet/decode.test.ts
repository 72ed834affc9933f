// Built packets decode to what went in, and no bytes whatever make the decoder or the printer
// throw.
import * as assert from 'node:assert/strict';
import * as p from 'bsd-socket/packet';
import * as fc from 'fast-check';
import { samples } from './samples';

const { PROTOCOL } = p;
const decode = (frame: Uint8Array, length?: number) =>
  p.decodeFrame(p.LINKTYPE_ETHERNET, frame, length);
const kinds = (frame: p.Frame) => frame.layers.map((layer) => layer.layer).join(' ');

describe('decodeFrame', () => {
  const all = samples();

  it('names the layers of every sample', () => {
    const seen = Object.fromEntries(
      Object.entries(all).map(([name, frame]) => [
        name,
        kinds(decode(frame)).replace(/^ethernet /, ''),
      ]),
    );
    expect(seen).toMatchObject({
      arpRequest: 'arp',
      echo: 'ipv4 icmp payload',
      portUnreachable: 'ipv4 icmp',
      udp: 'ipv4 udp payload',
      udpEmpty: 'ipv4 udp',
      syn: 'ipv4 tcp',
      data: 'ipv4 tcp payload',
      echo6: 'ipv6 icmpv6 payload',
      vlan: 'vlan ipv4 udp payload',
      qinq: 'vlan vlan ipv4 udp payload',
      hopByHop: 'ipv6 ipv6ext udp payload',
      fragment6: 'ipv6 ipv6ext udp payload',
      laterFragment: 'ipv4 payload',
      tunnel: 'ipv4 ipv4 udp payload',
      tunnel6: 'ipv4 ipv6 udp payload',
      otherProtocol: 'ipv4 payload',
      otherType: 'payload',
    });
    expect(Object.values(seen).join(' ')).not.toContain('malformed');
  });

  it('gives back every field that a builder was given', () => {
    const options: p.TcpOption[] = [
      { kind: 'mss', value: 1460 },
      { kind: 'wscale', value: 7 },
      { kind: 'timestamp', value: [1, 4294967295] },
      { kind: 'eol' },
    ];
    const tcp = {
      sport: 1,
      dport: 65535,
      seq: 4294967295,
      ack: 5,
      flags: p.TH_SYN | p.TH_CWR,
      window: 3,
      urgent: 4,
      options,
    };
    const ip = {
      src: '1.2.3.4',
      dst: '255.0.0.1',
      protocol: PROTOCOL.TCP,
      ttl: 1,
      tos: 255,
      id: 65535,
      df: true,
      fragmentOffset: 0,
    };
    const router = [{ kind: 148, data: Buffer.from([0, 0]) }];
    const frame = p.ethernet(
      {
        src: 'a:b:c:d:e:f',
        dst: Buffer.alloc(6, 255),
        vlan: { id: 4095, priority: 7, dropEligible: true },
      },
      p.ipv4(
        { ...ip, options: router },
        p.tcp({ ...tcp, src: ip.src, dst: ip.dst }, Buffer.from('data')),
      ),
    );
    const { layers } = decode(frame);
    expect(layers).toMatchObject([
      {
        layer: 'ethernet',
        offset: 0,
        size: 14,
        src: '0a:0b:0c:0d:0e:0f',
        dst: 'ff:ff:ff:ff:ff:ff',
        type: 0x8100,
      },
      {
        layer: 'vlan',
        offset: 14,
        size: 4,
        id: 4095,
        priority: 7,
        dropEligible: true,
        type: 0x0800,
      },
      { layer: 'ipv4', offset: 18, size: 24, ...ip, mf: false, length: 24 + 40 + 4 },
      {
        layer: 'tcp',
        offset: 42,
        size: 40,
        ...tcp,
        length: 4,
        options: [...options.slice(0, 3), { kind: 'eol' }],
      },
      { layer: 'payload', offset: 82, size: 4, length: 4 },
    ]);
    expect(p.layerOf(decode(frame), 'ipv4')?.options).toEqual(
      router.map(({ kind, data }) => ({ kind, data: Buffer.from(data) })),
    );
    const v6 = {
      src: 'fe80::1',
      dst: 'ff02::1',
      nextHeader: PROTOCOL.UDP,
      hopLimit: 255,
      trafficClass: 0xab,
      flowLabel: 0xfffff,
    };
    const raw = p.decodeFrame(
      p.LINKTYPE_RAW,
      p.ipv6(v6, p.udp({ src: v6.src, dst: v6.dst, sport: 5353, dport: 5353 })),
    );
    expect(raw.layers).toMatchObject([
      { layer: 'ipv6', length: 8, ...v6 },
      { layer: 'udp', sport: 5353, dport: 5353, length: 8 },
    ]);
  });

  it('reads what an ICMP error quotes, however little of it', () => {
    const quoted = p.layerOf(decode(all.tcpPortUnreachable), 'icmp')?.quoted;
    expect(quoted).toMatchObject([
      { layer: 'ipv4', dst: '10.8.0.2' },
      { layer: 'tcp', sport: 40000, dport: 40001, seq: 5 },
    ]);
    const error = (inner: Buffer) =>
      p.ipv4(
        { src: '10.0.0.1', dst: '10.0.0.2', protocol: PROTOCOL.ICMP },
        p.icmp({ type: p.ICMP_UNREACH, code: 1 }, inner),
      );
    let nested = error(Buffer.alloc(0));
    for (let i = 0; i < 1000; i++) nested = error(nested);
    const outer = p.layerOf(p.decodeFrame(p.LINKTYPE_RAW, nested), 'icmp');
    expect(outer?.quoted).toMatchObject([
      { layer: 'ipv4' },
      { layer: 'icmp' },
      { layer: 'payload' },
    ]);
  });

  it('says where and why it stops', () => {
    const last = (frame: Uint8Array) => decode(frame).layers.at(-1);
    expect(last(Buffer.alloc(13))).toEqual({
      layer: 'malformed',
      offset: 0,
      size: 13,
      what: 'Ethernet header cut short',
    });
    expect(last(all.syn.subarray(0, 14 + 20 + 19))).toMatchObject({
      what: 'TCP header cut short',
      offset: 34,
    });
    const wrong = (name: string, at: number, value: number) => {
      const frame = Buffer.from(all[name]);
      frame[at] = value;
      return last(frame);
    };
    expect(wrong('udp', 14, 0x65)).toMatchObject({ what: 'IPv4 header of version 6' });
    expect(wrong('udp', 14, 0x44)).toMatchObject({ what: 'IPv4 header length 16' });
    expect(wrong('udp', 17, 19)).toMatchObject({ what: "IPv4 length 19 below its header's 20" });
    expect(wrong('syn', 14 + 20 + 12, 0x40)).toMatchObject({ what: 'TCP header length 16' });
    expect(wrong('syn', 14 + 20 + 21, 0)).toMatchObject({ what: 'TCP options' });
    expect(wrong('udp', 14 + 20 + 5, 7)).toMatchObject({ what: 'UDP length 7' });
    let tunnel = p.ipv4({ src: '1.1.1.1', dst: '2.2.2.2', protocol: 253 });
    for (let i = 0; i < 40; i++)
      tunnel = p.ipv4({ src: '1.1.1.1', dst: '2.2.2.2', protocol: PROTOCOL.IPIP }, tunnel);
    expect(p.decodeFrame(p.LINKTYPE_RAW, tunnel).layers.at(-1)).toMatchObject({
      what: 'more than 32 headers',
    });
  });

  it('tells padding from payload, and a frame cut short from a short one', () => {
    const padded = Buffer.concat([all.udpEmpty, Buffer.alloc(18)]);
    expect(kinds(decode(padded))).toBe('ethernet ipv4 udp');
    const cut = decode(all.echo.subarray(0, 50), all.echo.length);
    expect(cut.layers.at(-1)).toMatchObject({ layer: 'payload', size: 8, length: 56 });
    expect(p.format(cut)).toBe(
      'IP 10.8.0.1 > 10.8.0.2: ICMP echo request, id 77, seq 1, length 64 [captured 50 of 98 bytes]',
    );
  });

  it('reads cooked captures and raw IP, and leaves other link types alone', () => {
    const ip = all.udp.subarray(14);
    const sll = Buffer.concat([
      p.SLL.pack({ pkttype: 4, hatype: 1, halen: 6, protocol: p.ETHERTYPE_IP }),
      ip,
    ]);
    const sll2 = Buffer.concat([
      p.SLL2.pack({ pkttype: 4, hatype: 1, halen: 6, protocol: p.ETHERTYPE_IP, ifindex: 3 }),
      ip,
    ]);
    expect(kinds(p.decodeFrame(p.LINKTYPE_LINUX_SLL, sll))).toBe('cooked ipv4 udp payload');
    expect(p.layerOf(p.decodeFrame(p.LINKTYPE_LINUX_SLL2, sll2), 'cooked')).toMatchObject({
      ifindex: 3,
      pkttype: 4,
    });
    expect(kinds(p.decodeFrame(p.LINKTYPE_RAW, ip))).toBe('ipv4 udp payload');
    expect(p.format(p.decodeFrame(147, ip))).toBe('link type 147, length 33');
    expect(p.format(decode(Buffer.alloc(0)))).toBe('[Ethernet header cut short], 0 bytes left');
  });
});

describe('hostile bytes', () => {
  const linktype = fc.constantFrom(
    p.LINKTYPE_ETHERNET,
    p.LINKTYPE_RAW,
    p.LINKTYPE_LINUX_SLL,
    p.LINKTYPE_LINUX_SLL2,
    0,
    9999,
  );
  /** One line, layers in order and inside the frame. */
  const holds = (frame: p.Frame) => {
    assert.match(p.format(frame), /^[\x20-\x7e]+$/);
    for (const { offset, size } of frame.layers)
      assert.ok(offset >= 0 && offset <= frame.bytes.length && size >= 0);
  };

  it('of any kind never throw', () => {
    fc.assert(
      fc.property(
        linktype,
        fc.uint8Array({ maxLength: 200 }),
        fc.option(fc.nat(70000), { nil: undefined }),
        (link, bytes, length) => holds(p.decodeFrame(link, bytes, length)),
      ),
      { numRuns: 5000 },
    );
  });

  it('that begin like a packet never throw: samples changed and cut anywhere', () => {
    const frames = Object.values(samples());
    const change = fc.record({ at: fc.nat(120), value: fc.nat(255) });
    fc.assert(
      fc.property(
        fc.constantFrom(...frames),
        fc.array(change, { maxLength: 6 }),
        fc.nat(200),
        (frame, changes, end) => {
          const bytes = Buffer.from(frame.subarray(0, end));
          for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
          holds(decode(bytes));
          holds(p.decodeFrame(p.LINKTYPE_RAW, bytes.subarray(14)));
        },
      ),
      { numRuns: 20000 },
    );
  });

  it('that are no bytes at all are a TypeError', () => {
    for (const value of [undefined, null, 5, 'frame', {}, []]) {
      expect(() => p.decodeFrame(1, value as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      );
    }
  });
});

describe('builders refuse what a header cannot hold', () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      'a port',
      () => p.udp({ sport: 65536, dport: 1 }),
      /udp\.sport must be an integer of 0 … 65535, not 65536/,
    ],
    [
      'a fraction',
      () => p.ipv4({ src: '1.1.1.1', dst: '1.1.1.1', protocol: 1.5 }),
      /ipv4\.protocol/,
    ],
    [
      'an address of the other family',
      () => p.ipv4({ src: '::1', dst: '1.1.1.1', protocol: 1 }),
      /ipv4\.src must be an IPv4 address/,
    ],
    [
      'a hardware address',
      () => p.ethernet({ src: '1:2:3', dst: '1:2:3:4:5:6', type: 1 }),
      /ethernet\.src must be a hardware address/,
    ],
    [
      'a fragment offset',
      () => p.ipv4({ src: '1.1.1.1', dst: '1.1.1.1', protocol: 1, fragmentOffset: 4 }),
      /multiple of 8/,
    ],
    [
      'too much payload',
      () => p.ipv4({ src: '1.1.1.1', dst: '1.1.1.1', protocol: 1 }, Buffer.alloc(65516)),
      /at most 65515 bytes/,
    ],
    [
      'too many options',
      () =>
        p.tcp({ sport: 1, dport: 1, flags: 0, options: [{ kind: 200, data: Buffer.alloc(40) }] }),
      /at most 40 bytes/,
    ],
    [
      'an unknown option',
      () => p.tcp({ sport: 1, dport: 1, flags: 0, options: [{ kind: 'msss' as 'mss', value: 1 }] }),
      /options\[0\]\.kind must be a number or one of/,
    ],
    [
      'a payload of no bytes',
      () => p.icmp({ type: 8 }, 'ping' as never),
      /payload must be a Buffer/,
    ],
    [
      'one address of two',
      () => p.udp({ sport: 1, dport: 1, src: '1.1.1.1' }),
      /dst must be an IPv4 or IPv6 address/,
    ],
    [
      'an unknown payload without a type',
      () => p.ethernet({ src: '1:2:3:4:5:6', dst: '1:2:3:4:5:6' }, Buffer.alloc(20)),
      /type must be given/,
    ],
  ];
  it.each(cases)('%s', (_, build, message) => {
    expect(build).toThrow(message);
    expect(build).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/),
      }),
    );
  });
});

describe('options between two places', () => {
  const bytes = Buffer.from([1, 2, 4, 5, 180, 0]);

  it('are walked within the bytes alone', () => {
    expect(p.unpackTcpOptions(bytes, 0, 6)).toEqual({
      options: [{ kind: 'nop' }, { kind: 'mss', value: 1460 }, { kind: 'eol' }],
      complete: true,
    });
    expect(p.unpackTcpOptions(bytes, 1, 4).complete).toBe(false);
  });

  it.each([
    [0, 7],
    [-1, 6],
    [5, 4],
    [0, Number.POSITIVE_INFINITY],
    [undefined, undefined],
    ['', 'x'],
  ])('places outside them are refused: %p to %p', (at, end) => {
    for (const unpack of [p.unpackTcpOptions, p.unpackIpv4Options]) {
      expect(() => unpack(bytes, at as number, end as number)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_/) }),
      );
    }
  });
});
