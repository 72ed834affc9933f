// Capture files: written here and read by others, written by others and read here, cut anywhere,
// and hostile.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import * as zlib from 'node:zlib';
import { type FileFrame, PcapWriter, readPcap } from 'bsd-socket/capture';
import { ethernet, ipv4, udp } from 'bsd-socket/packet';
import fc from 'fast-check';
import { itNeeds, root, run, temporaryFolder } from '../tools';

const folder = temporaryFolder();
const file = (name: string): string => path.join(folder, name);
const START = 1_700_000_000_123_456_789n;

const packet = (n: number): Buffer => {
  const ip = { src: '10.0.0.1', dst: '10.0.0.2' };
  return ethernet(
    { src: '02:00:00:00:00:01', dst: '02:00:00:00:00:02' },
    ipv4({ ...ip, protocol: 17 }, udp({ ...ip, sport: 1000, dport: 2000 }, Buffer.alloc(n, n))),
  );
};
const FRAMES = Array.from({ length: 50 }, (_, i) => ({
  data: packet(i),
  timestamp: START + BigInt(i) * 1_234_567_891n,
}));

async function all(source: string | Readable): Promise<FileFrame[]> {
  const frames: FileFrame[] = [];
  for await (const frame of readPcap(source)) frames.push(frame);
  return frames;
}
const shown = (frames: readonly FileFrame[]) =>
  frames.map(({ data, timestamp, len }) => [data.toString('hex'), timestamp, len]);
const expected = (nanoseconds: boolean) =>
  FRAMES.map(({ data, timestamp }) => [
    data.toString('hex'),
    nanoseconds ? timestamp : (timestamp / 1000n) * 1000n,
    data.length,
  ]);

async function write(
  name: string,
  o: ConstructorParameters<typeof PcapWriter>[1],
): Promise<string> {
  const writer = new PcapWriter(file(name), o);
  for (const frame of FRAMES) writer.write(frame);
  await writer.end();
  return file(name);
}

const KINDS = [
  ['pcap', false],
  ['pcap', true],
  ['pcapng', false],
  ['pcapng', true],
] as const;

describe.each(KINDS)('%s, nanoseconds %s', (format, nanoseconds) => {
  const name = `${format}${nanoseconds}`;
  it('comes back as it was written, however it is cut', async () => {
    const bytes = fs.readFileSync(await write(name, { format, nanoseconds }));
    expect(shown(await all(file(name)))).toEqual(expected(nanoseconds));
    for (const size of [1, 7, 100, 4096]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(shown(await all(Readable.from(pieces)))).toEqual(expected(nanoseconds));
    }
    expect(shown(await all(Readable.from([zlib.gzipSync(bytes)])))).toEqual(expected(nanoseconds));
  });

  itNeeds('tcpdump', 'tshark', 'capinfos')(
    'tcpdump, tshark and capinfos read the same frames, times and bytes',
    async () => {
      const where = await write(`peers-${name}`, { format, nanoseconds });
      const { stdout: times } = await run(
        'tshark',
        [
          '-r',
          where,
          '-T',
          'fields',
          '-e',
          'frame.time_epoch',
          '-e',
          'frame.len',
          '-e',
          'udp.length',
        ],
        {
          timeoutMs: 30_000,
        },
      );
      const rows = times
        .trim()
        .split('\n')
        .map((row) => row.split('\t'));
      expect(
        rows.map(([time, length]) => [
          BigInt(time.replace('.', '').padEnd(19, '0')),
          Number(length),
        ]),
      ).toEqual(expected(nanoseconds).map(([, time, length]) => [time, length]));
      expect((await run('capinfos', ['-Tmrc', where])).stdout.trim().split(',').at(-1)).toBe('50');
      const { stdout } = await run('tcpdump', ['-nr', where, '-tt', '--nano']);
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => BigInt(line.split(' ')[0].replace('.', ''))),
      ).toEqual(expected(nanoseconds).map(([, time]) => time));
    },
    40_000,
  );
});

itNeeds('editcap')('files of others: other byte orders, other formats', async () => {
  const where = await write('origin.pcap', { nanoseconds: true });
  for (const kind of ['pcap', 'nsecpcap', 'pcapng', 'modpcap']) {
    await run('editcap', ['-F', kind, where, file(`edited-${kind}`)], { timeoutMs: 30_000 });
    expect(shown(await all(file(`edited-${kind}`)))).toEqual(
      expected(kind === 'nsecpcap' || kind === 'pcapng'),
    );
  }
  // The same classic file as a machine of the other byte order writes it.
  for (const nanoseconds of [false, true]) {
    const bytes = fs.readFileSync(await write(`swap${nanoseconds}`, { nanoseconds }));
    const swap = (at: number, size: number) => bytes.subarray(at, at + size).reverse();
    for (const [at, size] of [
      [0, 4],
      [4, 2],
      [6, 2],
      [8, 4],
      [12, 4],
      [16, 4],
      [20, 4],
    ])
      swap(at, size);
    for (let at = 24; at < bytes.length; ) {
      const caplen = bytes.readUInt32LE(at + 8);
      for (let i = 0; i < 4; i++) swap(at + 4 * i, 4);
      at += 16 + caplen;
    }
    expect(shown(await all(Readable.from([bytes])))).toEqual(expected(nanoseconds));
  }
});

it('pcapng of the other byte order, other resolutions, offsets, simple packets, several sections', async () => {
  const block = (type: number, ...body: Buffer[]) => {
    const length = 12 + body.reduce((sum, part) => sum + part.length, 0);
    const ends = be(type, length, length);
    return Buffer.concat([ends.subarray(0, 8), ...body, ends.subarray(8)]);
  };
  const be = (...words: number[]) =>
    Buffer.concat(
      words.map((word) => {
        const b = Buffer.alloc(4);
        b.writeUInt32BE(word >>> 0);
        return b;
      }),
    );
  const option = (code: number, value: Buffer) => {
    const b = Buffer.alloc(4 + ((value.length + 3) & ~3));
    b.writeUInt16BE(code);
    b.writeUInt16BE(value.length, 2);
    value.copy(b, 4);
    return b;
  };
  const section = block(0x0a0d0d0a, be(0x1a2b3c4d, 0x00010000, 0xffffffff, 0xffffffff));
  const offset = Buffer.alloc(8);
  offset.writeBigInt64BE(100n);
  const bytes = Buffer.concat([
    section,
    block(
      1,
      be(0x00010000, 0),
      option(2, Buffer.from('eth7')),
      option(9, Buffer.from([0x8a])),
      option(14, offset),
      be(0),
    ), // 2^-10 s, 100 s later
    // milliseconds, SLL2, snaplen 8
    block(1, be(0x01140000, 8), option(9, Buffer.from([3])), be(0)),
    block(
      6,
      be(0, 0, 1536, 3, 60),
      Buffer.from([1, 2, 3, 0]),
      option(1, Buffer.from('hello')),
      be(0),
    ),
    block(0x0bad, be(1, 2, 3)),
    block(6, be(1, 0, 5, 2, 2), Buffer.from([9, 8, 0, 0])),
    block(3, be(2), Buffer.from([7, 7, 0, 0])),
    section,
    block(1, be(0x00010000, 0)),
    block(2, be(0, 0, 1_000_000, 1, 1), Buffer.from([5, 0, 0, 0])),
  ]);
  const frames = await all(Readable.from([bytes]));
  expect(
    frames.map((f) => [
      f.timestamp,
      f.data.toString('hex'),
      f.len,
      f.linktype,
      f.interfaceName,
      f.comment,
    ]),
  ).toEqual([
    [101_500_000_000n, '010203', 60, 1, 'eth7', 'hello'],
    [5_000_000n, '0908', 2, 276, undefined, undefined],
    [undefined, '0707', 2, 1, 'eth7', undefined],
    [1_000_000_000n, '05', 1, 1, undefined, undefined],
  ]);
});

describe('PcapWriter', () => {
  it('pcapng keeps interfaces, comments, directions, statistics', async () => {
    const writer = new PcapWriter(file('rich.pcapng'), { nanoseconds: true });
    writer.write({
      data: packet(1),
      timestamp: START,
      interface: 'eth0',
      comment: 'first',
      direction: 'outgoing',
    });
    writer.write({
      data: packet(2),
      timestamp: START,
      interface: 'wlan0',
      direction: 'multicast',
      len: 500,
    });
    writer.write({ data: Buffer.alloc(24), timestamp: START, interface: 'any', linktype: 276 });
    writer.statistics({ received: 3n, dropped: 4n }, 'eth0');
    await writer.end();
    const frames = await all(file('rich.pcapng'));
    expect(frames.map((f) => [f.interfaceName, f.comment, f.direction, f.len, f.linktype])).toEqual(
      [
        ['eth0', 'first', 'outgoing', packet(1).length, 1],
        ['wlan0', undefined, 'multicast', 500, 1],
        ['any', undefined, 'host', 24, 276],
      ],
    );
    const { stdout } = await run('capinfos', [file('rich.pcapng')]);
    expect(stdout).toMatch(/Number of interfaces in file: 3/);
    expect(stdout).toMatch(/Number of stat entries = 1/);
  });

  it('refuses what cannot be written, and tells what the destination refuses', async () => {
    const pass = new PassThrough();
    pass.resume();
    const writer = new PcapWriter(pass, { snaplen: 10 });
    expect(writer.write({ data: packet(5), timestamp: START })).toBe(true);
    for (const bad of [
      { data: packet(1), timestamp: -1n },
      { data: packet(1), timestamp: 1n << 70n },
      { data: packet(9), timestamp: START, len: 3 },
      { data: packet(1), timestamp: START, comment: 'x' },
    ]) {
      expect(() => writer.write(bad)).toThrow(RangeError);
    }
    expect(() => writer.write({ data: 'x' as never, timestamp: START })).toThrow(TypeError);
    expect(() => writer.write({ data: packet(1), timestamp: 5 as never })).toThrow(TypeError);
    await writer.end();
    expect(() => writer.write({ data: packet(1), timestamp: START })).toThrow('ended');
    expect(() => new PcapWriter(file('nowhere/x'))).toThrow('ENOENT');
    expect(() => new PcapWriter(7 as never)).toThrow(TypeError);
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    const failing = new PcapWriter(full);
    failing.write({ data: packet(1), timestamp: START });
    await expect(failing.end()).rejects.toMatchObject({ code: 'ENOSPC' });
    const { bytes, stderr } = await run(
      process.execPath,
      [
        '-e',
        `const w = new (require('bsd-socket/capture').PcapWriter)(process.stdout); w.end().then(() => w.end()).then(() => console.error('twice'))`,
      ],
      { cwd: root },
    );
    expect([bytes.length, stderr]).toEqual([24, 'twice\n']);
  });
});

describe('hostile files', () => {
  const tell = async (bytes: Buffer): Promise<string> => {
    try {
      return `${(await all(Readable.from([bytes]))).length} frames`;
    } catch (error) {
      const { code, offset } = error as { code?: string; offset?: number };
      if (
        code !== 'ERR_INVALID_CAPTURE_FILE' ||
        !(Number(offset) >= 0 && Number(offset) <= bytes.length + 16)
      )
        throw error;
      return `refused at ${offset}`;
    }
  };

  it('are refused with the offset', async () => {
    const classic = fs.readFileSync(await write('h.pcap', {}));
    const words = (at: number, ...values: number[]) => {
      const copy = Buffer.from(classic);
      values.forEach((value, i) => {
        copy.writeUInt32LE(value, at + 4 * i);
      });
      return copy;
    };
    expect(await tell(Buffer.alloc(0))).toBe('refused at 0');
    expect(await tell(Buffer.from('hello world, no capture'))).toBe('refused at 0');
    expect(await tell(words(32, 0xffffffff))).toBe('refused at 32');
    expect(await tell(words(4, 0x00040009))).toBe('refused at 4');
    expect(await tell(classic.subarray(0, 100))).toMatch('refused at 100');
    const modern = fs.readFileSync(await write('h.pcapng', {}));
    const bad = Buffer.from(modern);
    bad.writeUInt32LE(5, 4);
    expect(await tell(bad)).toBe('refused at 4');
    await expect(all(file('not there'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(all(7 as never)).rejects.toThrow(TypeError);
  });

  it('compressed ones that are cut or damaged too, after the frames before that', async () => {
    const whole = zlib.gzipSync(fs.readFileSync(await write('z.pcap', {})));
    expect(await tell(whole)).toBe('50 frames');
    const limits = fs.readFileSync(file('z.pcap')).length;
    for (const bad of [
      whole.subarray(0, -9),
      whole.subarray(0, 30),
      Buffer.concat([whole.subarray(0, 100), Buffer.alloc(2000, 7)]),
    ]) {
      const told = await all(Readable.from([bad])).catch(
        (error: Error & { code: string; offset: number }) => [error.code, error.offset <= limits],
      );
      expect(told).toEqual(['ERR_INVALID_CAPTURE_FILE', true]);
    }
  });

  it('names of interfaces do not fill the memory; times beyond every calendar are numbers', async () => {
    const block = (type: number, body: Buffer) => {
      const ends = Buffer.alloc(8);
      ends.writeUInt32LE(type, 0);
      ends.writeUInt32LE(body.length + 12, 4);
      return Buffer.concat([ends, body, ends.subarray(4)]);
    };
    const option = (code: number, value: Buffer) =>
      Buffer.concat([Buffer.from([code, 0, value.length & 255, value.length >> 8]), value]);
    const section = block(0x0a0d0d0a, Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex'));
    const described = (...options: Buffer[]) =>
      block(1, Buffer.concat([Buffer.from('0100000000000400', 'hex'), ...options]));
    const long = described(option(2, Buffer.alloc(65_532, 'x')));
    expect(await tell(Buffer.concat([section, ...Array(60).fill(long)]))).toBe('0 frames');
    expect(await tell(Buffer.concat([section, ...Array(65).fill(long)]))).toMatch('refused at');
    expect(
      await tell(
        Buffer.concat([section, ...Array(60).fill(long), section, ...Array(60).fill(long)]),
      ),
    ).toBe('0 frames');
    const when = async (resolution: number, offset: bigint) => {
      const seconds = Buffer.alloc(8);
      seconds.writeBigInt64LE(offset);
      const packet = block(
        6,
        Buffer.concat([Buffer.alloc(4), Buffer.alloc(8, 0xff), Buffer.alloc(8)]),
      );
      const clock = [option(9, Buffer.from([resolution, 0, 0, 0])), option(14, seconds)];
      const [{ timestamp }] = await all(
        Readable.from([Buffer.concat([section, described(...clock), packet])]),
      );
      return timestamp;
    };
    expect(await when(0, 0n)).toBe((2n ** 64n - 1n) * 10n ** 9n);
    expect(await when(127, 0n)).toBe(0n);
    expect(await when(0xff, -(2n ** 63n))).toBe(-(2n ** 63n) * 10n ** 9n);
  });

  it('never crash, hang or take memory: any bytes, and real files with bytes changed', async () => {
    const seeds = await Promise.all(
      KINDS.map(async ([format, nanoseconds]) =>
        fs.readFileSync(await write(`seed-${format}${nanoseconds}`, { format, nanoseconds })),
      ),
    );
    const before = process.memoryUsage().rss;
    let refused = 0;
    const count = async (bytes: Buffer) => {
      if ((await tell(bytes)).startsWith('refused')) refused++;
    };
    const change = fc.record({
      at: fc.nat(),
      value: fc.integer({ min: 0, max: 0xffffffff }),
      wide: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        async (seed, changes, cut) => {
          const bytes = Buffer.from(
            seed.subarray(0, cut % 3 === 0 ? cut % seed.length : seed.length),
          );
          if (bytes.length < 4) return;
          for (const { at, value, wide } of changes) {
            if (wide) bytes.writeUInt32LE(value, at % (bytes.length - 3));
            else bytes[at % bytes.length] = value;
          }
          await count(bytes);
        },
      ),
      { numRuns: 3000 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...seeds),
        async (bytes, seed) => count(Buffer.concat([seed.subarray(0, 28), bytes])),
      ),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20);
  }, 60_000);
});
