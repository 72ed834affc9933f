// pcapng whole, and what files know and don't: blocks and options, directions, times, versions,
// filters; libpcap, tcpdump and tshark say what is right.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import {
  type Block,
  Capture,
  commentsOf,
  compile,
  compileAsync,
  type FileFrame,
  matches,
  namedOptions,
  PcapWriter,
  readBlocks,
  readPcap,
} from 'bsd-socket/capture';
import * as p from 'bsd-socket/packet';
import fc from 'fast-check';
import { bsdSocket, lines, main, NODE } from '../cli/cli';
import { itNeeds, run, temporaryFolder } from '../tools';
import { everyBlock, PcapngFile } from './pcapng';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
const ends = { src: '10.0.0.1', dst: '10.0.0.2' };
const ip4 = p.ipv4({ ...ends, protocol: 17 }, p.udp({ ...ends, sport: 1000, dport: 2000 }));
const ends6 = { src: 'fd00::1', dst: 'fd00::2' };
const datagram6 = p.udp({ ...ends6, sport: 1000, dport: 2000 });
const ip6 = p.ipv6({ ...ends6, nextHeader: 17 }, datagram6);
const ethernet = p.ethernet({ src: '2:0:0:0:0:1', dst: '2:0:0:0:0:2' }, ip4);

const write = (name: string, bytes: Buffer): string => {
  fs.writeFileSync(file(name), bytes);
  return file(name);
};
async function blocksOf(source: string | Readable): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of readBlocks(source)) blocks.push(block);
  return blocks;
}
async function framesOf(source: string | Readable): Promise<FileFrame[]> {
  const frames: FileFrame[] = [];
  for await (const frame of readPcap(source)) frames.push(frame);
  return frames;
}

/** A classic file of this machine's byte order, or of the other one. */
function classic(
  linktype: number,
  frames: readonly Buffer[],
  { swapped = false, version = [2, 4], time = 1_700_000_000 } = {},
): Buffer {
  const put = (size: 2 | 4, value: number) => {
    const b = Buffer.alloc(size);
    if (swapped) b.writeUIntBE(value, 0, size);
    else b.writeUIntLE(value, 0, size);
    return b;
  };
  const words = (...values: number[]) => Buffer.concat(values.map((value) => put(4, value)));
  return Buffer.concat([
    words(0xa1b2c3d4),
    put(2, version[0]),
    put(2, version[1]),
    words(0, 0, 262144, linktype),
    ...frames.flatMap((data, i) => [words(time + i, i, data.length, data.length), data]),
  ]);
}

const KINDS = 'section interface interface packet packet packet packet packet names statistics';
const MORE = 'secrets custom custom other other section interface packet';

describe.each([true, false])('every block, little endian %s', (little) => {
  const source = everyBlock(little, ethernet);

  it('is read, with all its options by name', async () => {
    const blocks = await blocksOf(Readable.from([source]));
    expect(blocks.map(({ type }) => type).join(' ')).toBe(`${KINDS} ${MORE}`);
    const [section, eth0, tun0, first, second] = blocks;
    expect(namedOptions(section)).toEqual({
      hardware: ['a machine'],
      os: ['an os'],
      application: ['a program'],
      comment: ['of the section'],
    });
    expect(namedOptions(eth0)).toMatchObject({
      name: ['eth0'],
      description: ['a description'],
      speed: [1_000_000_000n],
      filter: ['tcp port 80'],
      resolution: [9],
      custom: [{ code: 2988, enterprise: 32473, value: Buffer.from('custom text') }],
    });
    expect(commentsOf(first)).toEqual(['first', 'second']);
    expect(namedOptions(second)).toMatchObject({ drops: [3n], packetId: [7n] });
    const frames = blocks.filter((block): block is FileFrame => block.type === 'packet');
    expect(
      frames.map(({ format, timestamp, ifindex, interfaceName, direction, linktype, drops }) => [
        format,
        timestamp,
        ifindex,
        interfaceName,
        direction,
        linktype,
        drops,
      ]),
    ).toEqual([
      ['enhanced', 1_700_000_000_123_456_789n, 0, 'eth0', 'outgoing', 1, 0xffff],
      ['enhanced', 1n, 0, 'eth0', undefined, 1, 0xffff],
      ['enhanced', -4_999_999_999_000_000_000n, 1, 'tun0', undefined, 101, 0xffff],
      ['simple', undefined, 0, 'eth0', undefined, 1, 0xffff],
      ['obsolete', 77n, 0, 'eth0', 'host', 1, 9],
      ['enhanced', 5000n, 2, 'wlan0', 'outgoing', 113, 0xffff],
    ]);
    expect(frames[5].interface).toMatchObject({ section: 1, number: 0, index: 2 });
    expect((tun0 as { offset: bigint }).offset).toBe(-5_000_000_000n);
    expect(blocks.find(({ type }) => type === 'names')).toMatchObject({
      records: [
        { kind: 1, value: Buffer.from('\x0a\0\0\x01a.de\0', 'latin1') },
        { kind: 2, value: Buffer.concat([Buffer.alloc(16, 1), Buffer.from('b\0c\0')]) },
      ],
    });
    expect(blocks.find(({ type }) => type === 'secrets')).toMatchObject({
      kind: 0x544c534b,
      data: Buffer.from('CLIENT_RAND'),
    });
    const statistics = blocks.find(({ type }) => type === 'statistics') as Block;
    expect(namedOptions(statistics)).toEqual({
      received: [10n],
      dropped: [1n],
      start: [(1n << 32n) | 2n],
    });
  });

  it('is written by writeBlock() byte for byte, and by its members alike', async () => {
    const blocks = await blocksOf(Readable.from([source]));
    const verbatim = new PcapWriter(file('verbatim.pcapng'));
    for (const block of blocks) verbatim.writeBlock(block);
    await verbatim.end();
    expect(fs.readFileSync(file('verbatim.pcapng')).equals(source)).toBe(true);
    const rebuilt = new PcapWriter(file('rebuilt.pcapng'));
    for (const block of blocks)
      rebuilt.writeBlock(
        block.type === 'packet' || block.type === 'other' || block.type === 'interface'
          ? block
          : { ...block, body: undefined },
      );
    await rebuilt.end();
    expect(fs.readFileSync(file('rebuilt.pcapng')).equals(source)).toBe(true);
  });

  it('survives capture -r a -w b, and a filter takes packets alone', async () => {
    const from = write(`every-${little}.pcapng`, source);
    expect((await bsdSocket(['capture', '-r', from, '-w', file('copy.pcapng')])).stderr).toBe('');
    expect(fs.readFileSync(file('copy.pcapng')).equals(source)).toBe(true);
    await bsdSocket(['capture', '-r', from, '-w', file('some.pcapng'), 'udp and less 43']);
    const [all, some] = await Promise.all([from, file('some.pcapng')].map(blocksOf));
    const others = (blocks: Block[]) =>
      blocks.filter(({ type }) => type !== 'packet').map(({ type, body }) => [type, body]);
    expect(others(some)).toEqual(others(all));
    expect(some.filter(({ type }) => type === 'packet').length).toBe(5);
  });

  itNeeds('tshark')('tshark reads the copy as the file', async () => {
    const from = write(`shark-${little}.pcapng`, source);
    await bsdSocket(['capture', '-r', from, '-w', file('shark-copy.pcapng')]);
    const fields = ['frame.time_epoch', 'frame.comment', 'frame.interface_name', 'frame.len'];
    const read = async (name: string) =>
      (
        await run(
          'tshark',
          ['-r', name, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
          { timeoutMs: 30_000 },
        )
      ).stdout;
    const theirs = await read(from);
    expect(lines(theirs)[0]).toContain('first,second');
    expect(await read(file('shark-copy.pcapng'))).toBe(theirs);
  });
});

it('what writeBlock() cannot write is refused', async () => {
  const [section, eth0] = await blocksOf(Readable.from([everyBlock(true, ethernet)]));
  const swapped = await blocksOf(Readable.from([everyBlock(false, ethernet)]));
  const writer = new PcapWriter(file('refused.pcapng'));
  writer.writeBlock(section);
  expect(() => writer.writeBlock(swapped[1])).toThrow("byteOrder of a block must be 'LE'");
  writer.writeBlock(eth0);
  // Our own interfaces come behind those that were copied.
  writer.write({ data: ethernet, timestamp: 5n, interface: 'own', comments: ['a', 'b'] });
  await writer.end();
  const [frame] = await framesOf(file('refused.pcapng'));
  expect([frame.interface.number, frame.interfaceName, frame.comments]).toEqual([
    1,
    'own',
    ['a', 'b'],
  ]);
  const pcap = new PcapWriter(file('refused.pcap'));
  expect(() => pcap.writeBlock(section)).toThrow('written to pcapng files');
  await pcap.end();
});

it('frames of any time, with any comments and direction, come back', async () => {
  const time = fc.oneof(
    fc.bigInt({ min: -(10n ** 19n), max: 10n ** 20n }),
    fc.constantFrom(-1n, 0n, -1_000_000_000n, (1n << 32n) * 1_000_000_000n),
  );
  const frame = fc.record({
    data: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    timestamp: time,
    comments: fc.array(fc.string(), { maxLength: 3 }),
    direction: fc.constantFrom('host', 'outgoing', 'broadcast', 'multicast', undefined),
    interface: fc.constantFrom('eth0', 'lo'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 8 }), async (frames) => {
      const chunks: Buffer[] = [];
      const stream = new (await import('node:stream')).PassThrough();
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      const writer = new PcapWriter(stream, { format: 'pcapng', nanoseconds: true });
      for (const one of frames) writer.write(one);
      await writer.end();
      const read = await framesOf(Readable.from([Buffer.concat(chunks)]));
      expect(
        read.map(({ data, timestamp, comments, direction, interfaceName }) => ({
          data,
          timestamp,
          comments,
          direction,
          interface: interfaceName,
        })),
      ).toEqual(frames);
    }),
    { numRuns: 200 },
  );
});

describe('times outside 1970 to 2106', () => {
  const times = [-5_000_000_001n, 4_294_967_296_123_456_789n, 7_000_000_000_000_000_001n];
  it('are refused by pcap, and kept by pcapng', async () => {
    const pcap = new PcapWriter(file('times.pcap'));
    for (const timestamp of times)
      expect(() => pcap.write({ data: ethernet, timestamp })).toThrow('pcapng has no such limit');
    await pcap.end();
    const writer = new PcapWriter(file('times.pcapng'), { nanoseconds: true });
    for (const timestamp of times) writer.write({ data: ethernet, timestamp });
    await writer.end();
    expect((await framesOf(file('times.pcapng'))).map(({ timestamp }) => timestamp)).toEqual(times);
  });

  it('are printed as times of day', async () => {
    const { stdout } = await bsdSocket(['capture', '-r', file('times.pcapng')], undefined);
    const day = (timestamp: bigint) => {
      const seconds = (timestamp - (((timestamp % 10n ** 9n) + 10n ** 9n) % 10n ** 9n)) / 10n ** 9n;
      return new Date(Number(seconds) * 1000).toTimeString().slice(0, 8);
    };
    expect(lines(stdout).map((line) => line.slice(0, 15))).toEqual([
      `${day(times[0])}.999999`,
      `${day(times[1])}.123456`,
      `${day(times[2])}.000000`,
    ]);
  });
});

describe('direction', () => {
  it('is what the file says, else unknown: in lines, in copies', async () => {
    const plain = write('plain.pcap', classic(1, [ethernet]));
    expect((await framesOf(plain))[0].direction).toBeUndefined();
    const { stdout } = await bsdSocket(['capture', '-r', plain]);
    expect(stdout).not.toMatch(/\b(In|Out)\b/);
    await bsdSocket(['capture', '-r', plain, '-w', file('plain.pcapng')]);
    const [copied] = await framesOf(file('plain.pcapng'));
    expect([copied.direction, copied.options]).toEqual([undefined, []]);
  });

  itNeeds('tcpdump')('of cooked frames is that of the header, as tcpdump prints it', async () => {
    const types = [0, 1, 2, 3, 4];
    const frames = types.map((pkttype) =>
      Buffer.concat([
        p.SLL2.pack({ pkttype, hatype: 1, halen: 6, protocol: 0x800, ifindex: 1 }),
        ip4,
      ]),
    );
    const cooked = write('cooked.pcap', classic(276, frames));
    const ways = ['host', 'broadcast', 'multicast', 'otherhost', 'outgoing'];
    expect((await framesOf(cooked)).map(({ direction }) => direction)).toEqual(ways);
    const column = (text: string) => lines(text).map((line) => line.split(/ +/)[2]);
    const theirs = await run('tcpdump', ['-nr', cooked]);
    const ours = await bsdSocket(['capture', '-r', cooked]);
    expect(column(ours.stdout)).toEqual(column(theirs.stdout));
    const v1 = types.map((pkttype) =>
      Buffer.concat([p.SLL.pack({ pkttype, hatype: 1, halen: 6, protocol: 0x800 }), ip4]),
    );
    const old = await framesOf(write('cooked1.pcap', classic(113, v1)));
    expect(old.map(({ direction }) => direction)).toEqual(ways);
  });

  itNeeds('tcpdump').each(['inbound', 'outbound', 'udp and inbound', 'ifindex 3'])(
    '%s on a file of Ethernet is refused in the words of tcpdump',
    async (filter) => {
      const plain = write('ethernet.pcap', classic(1, [ethernet]));
      const theirs = await run('tcpdump', ['-nr', plain, filter], { anyStatus: true });
      const why = /tcpdump: (.* when reading savefiles)/.exec(theirs.stderr)?.[1] as string;
      const ours = await bsdSocket(['capture', '-r', plain, ...filter.split(' ')]);
      expect([ours.status, ours.stdout, ours.stderr]).toEqual([
        1,
        '',
        expect.stringContaining(why),
      ]);
    },
  );

  it('is used by filters where pcapng says it', async () => {
    const f = new PcapngFile(true);
    f.section().interface(1);
    for (const flags of [1, 2, 5, 2, 13]) f.packet(0, 0n, ethernet, [2, f.u32(flags)]);
    const known = write('flags.pcapng', f.bytes());
    const count = async (...filter: string[]) =>
      lines((await bsdSocket(['capture', '-r', known, ...filter])).stdout).length;
    expect([await count('inbound'), await count('outbound')]).toEqual([3, 2]);
    expect(await count('outbound', 'and', 'udp')).toBe(2);
  });

  it('has to be given to matches(), which invents none', () => {
    const program = compile('inbound');
    expect(() => matches(program, ethernet)).toThrow('metadata.pkttype must be given');
    expect(matches(program, ethernet, { pkttype: 0 })).toBeGreaterThan(0);
    expect(matches(program, ethernet, { pkttype: 4 })).toBe(0);
  });
});

describe('filters decide as tcpdump does', () => {
  const both = async (from: string, filter: string) => {
    const [theirs, ours] = await Promise.all([
      run('tcpdump', ['-nttr', from, filter]),
      bsdSocket(['capture', '-r', from, '-w', file('filtered.pcap'), filter]),
    ]);
    expect(ours.stderr).toBe('');
    const kept = await framesOf(file('filtered.pcap'));
    return [
      kept.map(({ timestamp }) => Number((timestamp as bigint) / 1_000_000_000n)),
      lines(theirs.stdout).flatMap((line) => /^\d+/.exec(line)?.map(Number) ?? []),
    ];
  };

  const family = (af: number, swapped: boolean, packet: Buffer) => {
    const head = Buffer.alloc(4);
    if (swapped) head.writeUInt32BE(af);
    else head.writeUInt32LE(af);
    return Buffer.concat([head, packet]);
  };

  itNeeds('tcpdump').each([
    [0, false],
    [0, true],
    [108, false],
    [108, true],
  ])('on loopback files of every system: link type %d, swapped %s', async (linktype, swapped) => {
    const order = linktype === 108 ? true : swapped;
    const frames = [family(2, order, ip4), ...[24, 28, 30, 10].map((af) => family(af, order, ip6))];
    const from = write(`null-${linktype}-${swapped}.pcap`, classic(linktype, frames, { swapped }));
    for (const filter of ['ip', 'ip6', 'udp', 'not ip6', 'ip6 host fd00::1', 'udp port 1000']) {
      const [ours, theirs] = await both(from, filter);
      expect([filter, ours]).toEqual([filter, theirs]);
    }
  });

  const chain = (headers: number, last: number) => {
    let packet = datagram6;
    let next = last;
    for (let i = 0; i < headers; i++) {
      packet = Buffer.concat([Buffer.from([next, 0, 1, 4, 0, 0, 0, 0]), packet]);
      next = p.PROTOCOL.DSTOPTS;
    }
    return p.ethernet(
      { src: '2:0:0:0:0:1', dst: '2:0:0:0:0:2' },
      p.ipv6({ ...ends6, nextHeader: next }, packet),
    );
  };
  const protochain = ['ip6 protochain 17', 'ip6 protochain 6', 'protochain \\udp', 'udp'];

  itNeeds('tcpdump')('protochain, whose programs jump back', async () => {
    const frames = [0, 1, 2, 5].flatMap((headers) => [chain(headers, 17), chain(headers, 6)]);
    const from = write('chain.pcap', classic(1, [...frames, ethernet]));
    for (const filter of protochain) {
      const [ours, theirs] = await both(from, filter);
      expect([filter, ours]).toEqual([filter, theirs]);
    }
  });

  itNeeds('root')('protochain is refused where the kernel is to run it, with the reason', () => {
    expect(() => new Capture('lo', { filter: protochain[0] })).toThrow(/needs a loop/);
  });

  it('a program without end is stopped', () => {
    const endless = [
      { code: 5, jt: 0, jf: 0, k: 0xffffffff },
      { code: 6, jt: 0, jf: 0, k: 1 },
    ];
    expect(() => matches(endless, ethernet)).toThrow('must be done after');
  });

  it('compileAsync() gives what compile() gives, and the event loop goes on', async () => {
    const expression = Array.from({ length: 150 }, (_, i) => `host 10.0.${i}.1`);
    let iterations = 0;
    let running = true;
    const spin = () => {
      iterations += 1;
      if (running) setImmediate(spin);
    };
    setImmediate(spin);
    const program = await compileAsync(expression.join(' or ')).finally(() => {
      running = false;
    });
    expect(iterations).toBeGreaterThan(10);
    expect(program).toEqual(compile(expression.join(' or ')));
    expect(program.length).toBeGreaterThan(150);
    await expect(compileAsync('tcp and and')).rejects.toMatchObject({
      code: 'ERR_INVALID_FILTER',
    });
    await expect(compileAsync(7 as never)).rejects.toThrow(TypeError);
    expect(await compileAsync('inbound')).toEqual(compile('inbound'));
  });
});

itNeeds('tcpdump').each([
  [2, 4],
  [2, 3],
  [2, 2],
  [2, 1],
  [2, 0],
  [2, 5],
  [3, 0],
  [1, 4],
  [543, 0],
  [543, 1],
])('version %d.%d of pcap is read where libpcap reads it', async (major, minor) => {
  const bytes = classic(1, [ethernet], { version: [major, minor] });
  const from = write('version.pcap', bytes);
  const theirs = await run('tcpdump', ['-nr', from], { anyStatus: true });
  const ours = await framesOf(from).catch((error: Error) => error);
  if (theirs.status === 0) expect(ours).toMatchObject([{ len: ethernet.length }]);
  else expect(ours).toMatchObject({ code: 'ERR_INVALID_CAPTURE_FILE' });
});

itNeeds('tcpdump')('lengths stand the other way round before version 2.3', async () => {
  const bytes = classic(1, [ethernet.subarray(0, 30)], { version: [2, 2] });
  bytes.writeUInt32LE(60, 24 + 8);
  const [frame] = await framesOf(write('swapped.pcap', bytes));
  expect([frame.caplen, frame.len]).toEqual([30, 60]);
  const { stdout } = await run('tcpdump', ['-enr', file('swapped.pcap')]);
  expect(stdout).toContain('length 60:');
});

it('versions of pcapng that are not known are refused', async () => {
  for (const [major, minor] of [
    [1, 1],
    [2, 0],
    [0, 0],
  ]) {
    const bytes = new PcapngFile(true).section().bytes();
    bytes.writeUInt16LE(major, 12);
    bytes.writeUInt16LE(minor, 14);
    await expect(framesOf(Readable.from([bytes]))).rejects.toThrow('supported is 1.0');
  }
});

it('a copy of mixed link types to pcap leaves no file', async () => {
  const from = write('mixed.pcapng', everyBlock(true, ethernet));
  const { status, stderr } = await bsdSocket(['capture', '-r', from, '-w', file('mixed.pcap')]);
  expect([status, stderr]).toEqual([2, expect.stringContaining('one link type')]);
  expect(fs.existsSync(file('mixed.pcap'))).toBe(false);
});

it('a copy of nanoseconds to pcap keeps them', async () => {
  const writer = new PcapWriter(file('nano.pcap'), { nanoseconds: true });
  writer.write({ data: ethernet, timestamp: 1_700_000_000_123_456_789n });
  await writer.end();
  await bsdSocket(['capture', '-r', file('nano.pcap'), '-w', file('nano-copy.pcap')]);
  expect(fs.readFileSync(file('nano-copy.pcap')).equals(fs.readFileSync(file('nano.pcap')))).toBe(
    true,
  );
});

describe('files that are created', () => {
  it('are readable by their owner alone, unless told, and no symbolic link is followed', async () => {
    const mode = (name: string) => fs.statSync(name).mode & 0o777;
    await new PcapWriter(file('own.pcap')).end();
    await new PcapWriter(file('group.pcap'), { mode: 0o640 }).end();
    new p.PcapFile(file('sync.pcap')).close();
    expect([mode(file('own.pcap')), mode(file('group.pcap')), mode(file('sync.pcap'))]).toEqual([
      0o600, 0o640, 0o600,
    ]);
    fs.writeFileSync(file('target'), 'precious');
    fs.symlinkSync(file('target'), file('link.pcap'));
    expect(() => new PcapWriter(file('link.pcap'))).toThrow('ELOOP');
    expect(() => new p.PcapFile(file('link.pcap'))).toThrow('ELOOP');
    expect(fs.readFileSync(file('target'), 'utf8')).toBe('precious');
    await new PcapWriter(file('link.pcap'), { followSymlinks: true }).end();
    expect(fs.statSync(file('target')).size).toBe(24);
    fs.symlinkSync('/dev/null', file('null.pcap'));
    await new PcapWriter(file('null.pcap')).end();
    expect(() => new PcapWriter(file('own.pcap'), { mode: 0o100000 })).toThrow(RangeError);
  });

  it('/dev/stdout is a path like another', async () => {
    const from = write('out.pcap', classic(1, [ethernet]));
    const command = `'${NODE}' '${main()}' capture -r '${from}' -w /dev/stdout | cat`;
    const copy = await run('sh', ['-c', command]);
    expect((await framesOf(Readable.from([copy.bytes]))).length).toBe(1);
  });
});

describe('options', () => {
  it('that are unknown are refused with the nearest name', () => {
    expect(() => new PcapWriter(file('x.pcap'), { nanosecond: true } as never)).toThrow(
      "did you mean 'nanoseconds'",
    );
    expect(() => new p.PcapFile(file('x.pcap'), { snaplenn: 5 } as never)).toThrow(
      "did you mean 'snaplen'",
    );
    expect(() => compile('ip', { linkType: 1 } as never)).toThrow("did you mean 'linktype'");
    expect(() => new Capture('lo', { fliter: 'ip' } as never)).toThrow("did you mean 'filter'");
  });

  it('that stand on Object.prototype are not read', async () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    polluted.format = 'pcapng';
    polluted.linktype = 101;
    polluted.mode = 0o666;
    try {
      await new PcapWriter(file('clean.pcap')).end();
      expect(compile('ip')).toEqual(compile('ip', { linktype: 1 }));
    } finally {
      delete polluted.format;
      delete polluted.linktype;
      delete polluted.mode;
    }
    const bytes = fs.readFileSync(file('clean.pcap'));
    expect([bytes.length, bytes.readUInt32LE(20)]).toEqual([24, 1]);
    expect(fs.statSync(file('clean.pcap')).mode & 0o777).toBe(0o600);
  });
});
