// Lines beside tcpdump's: every frame of the corpus, whole and cut at every length, with each letter
// that changes lines.
import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import * as p from 'bsd-socket/packet';
import * as fc from 'fast-check';
import { itNeeds, temporaryFolder } from '../tools';
import { ETHERNET_FRAMES, LINK_FRAMES } from './corpus';

const folder = temporaryFolder();
type Row = readonly [name: string, data: Buffer, length: number];

/** What tcpdump prints of each frame, without time and number. */
function theirs(linktype: number, rows: readonly Row[], letters: string): string[] {
  const file = path.join(folder, 'corpus.pcap');
  const pcap = new p.PcapFile(file, { linktype });
  rows.forEach(
    ([, data, len], i) => void pcap.write({ data, timestamp: BigInt(i) * 10n ** 9n, len }),
  );
  pcap.close();
  const text = execFileSync('tcpdump', [letters, '-#', '-t', '-r', file], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();
  const lines = text.split(/^ *\d+ {2}/m).slice(1);
  // The columns of a cooked header are those of FrameLines, not of the printer.
  return lines.map((line) => line.replace(/\n$/, '').replace(/^lo +(In|Out|P) +/, ''));
}

function compared(rows: readonly Row[], linktype: number, letters: string): string[] {
  const count = (letter: string) => letters.split(letter).length - 1;
  const printer = new p.FramePrinter({
    verbose: count('v'),
    link: count('e') > 0,
    quiet: count('q') > 0,
    absolute: count('S') > 0,
    unverified: count('K') > 0,
    dump: true,
  });
  const lines = theirs(linktype, rows, letters);
  expect(lines.length).toBe(rows.length);
  return rows.flatMap(([name, data, length], i) => {
    const ours = printer.print(linktype, data, length);
    return ours === lines[i] ? [] : [`${name}\n  ${lines[i]}\n  ${ours}`];
  });
}

/** Printed in one line here, and in several by tcpdump -v. */
const ONE_LINE = ['ospf', 'pimHello', 'eigrp', 'lcp', 'sctpData'];

itNeeds('tcpdump').each(['-n', '-nS', '-ne', '-nq', '-nv', '-nvv', '-nvK', '-nev'])(
  'tcpdump %s prints the same lines of the corpus',
  (letters) => {
    for (const [linktype, frames] of LINK_FRAMES) {
      const rows = Object.entries(frames)
        .filter(([name]) => !letters.includes('v') || !ONE_LINE.includes(name))
        .map(([name, data]): Row => [name, data, data.length]);
      expect(compared(rows, linktype, letters)).toEqual([]);
    }
  },
);

/** Where a frame ends within these headers, tcpdump prints a little more, or less, of them. */
const CUT_OTHERWISE = ['mdnsReply', 'ospf', 'pimHello', 'lcp', 'in', 'out', 'sctpData', 'dccp'];

itNeeds('tcpdump')(
  'frames cut at every length print as tcpdump prints them',
  () => {
    for (const [linktype, frames] of LINK_FRAMES) {
      const rows = Object.entries(frames)
        .filter(([name]) => !CUT_OTHERWISE.includes(name))
        .flatMap(([name, data]): Row[] =>
          Array.from(
            { length: data.length - 1 },
            (_, i): Row => [`${name}:${i + 1}`, data.subarray(0, i + 1), data.length],
          ),
        );
      expect(compared(rows, linktype, '-n')).toEqual([]);
    }
  },
  60_000,
);

describe('hostile bytes', () => {
  const every = LINK_FRAMES.flatMap(([linktype, frames]) =>
    Object.values(frames).map((data): [number, Buffer] => [linktype, data]),
  );
  const style = fc.record({
    verbose: fc.integer({ min: 0, max: 3 }),
    link: fc.boolean(),
    quiet: fc.boolean(),
    dump: fc.boolean(),
  });
  const change = fc.record({ at: fc.nat(200), value: fc.nat(255) });

  it('never throw, and nothing behind the end is read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...every),
        fc.array(change, { maxLength: 6 }),
        fc.nat(200),
        style,
        fc.nat(70_000),
        ([linktype, data], changes, end, how, more) => {
          const bytes = Buffer.from(data.subarray(0, end));
          for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
          const line = new p.FramePrinter(how).print(linktype, bytes, bytes.length + more);
          // The same bytes with others behind them print the same line.
          const room = Buffer.concat([bytes, Buffer.alloc(300, 0xee)]).subarray(0, bytes.length);
          expect(new p.FramePrinter(how).print(linktype, room, bytes.length + more)).toBe(line);
        },
      ),
      { numRuns: 6000 },
    );
  }, 60_000);

  it('of any kind take bounded time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LINK_FRAMES.map(([linktype]) => linktype), 9999),
        fc.uint8Array({ maxLength: 400 }),
        style,
        (linktype, bytes, how) => {
          const line = new p.FramePrinter(how).print(linktype, bytes, 70_000);
          expect(line.length).toBeLessThan(200_000);
        },
      ),
      { numRuns: 5000 },
    );
  }, 60_000);

  it('tunnels in tunnels end', () => {
    let packet = p.ipv4({ src: '1.1.1.1', dst: '2.2.2.2', protocol: 253 });
    for (let i = 0; i < 200; i++)
      packet = p.ipv4({ src: '1.1.1.1', dst: '2.2.2.2', protocol: 4 }, packet);
    expect(new p.FramePrinter().print(101, packet)).toMatch(/\[more than 32 headers\]$/);
  });
});

it('a frame of an unknown link type says which it is', () => {
  expect(new p.FramePrinter({}, { 147: 'USER0' }).print(147, ETHERNET_FRAMES.udp)).toBe(
    '[USER0 is not decoded], length 47',
  );
});
