// The benchmark runs: every workload with tiny counts, the arithmetic of the pairs, and refusals
// that say what is wrong.
import * as path from 'node:path';
import { dist, itNeeds, root, run } from '../tools';

interface Line {
  name: string;
  goal?: number;
  ns: number;
  ratio: number;
  low: number;
  high: number;
  above: number;
}
const { paired } = require('../../bench/paired.js') as {
  paired(
    contestants: readonly { name: string; goal?: number; run(count: number): number }[],
    o: { rounds: number; count: number; warmup?: number },
  ): Promise<Line[]>;
};
const bench = (...args: string[]) =>
  run(process.execPath, [path.join(root, 'bench/run.js'), ...args], {
    anyStatus: true,
    timeoutMs: 120_000,
  });

test('every workload, in tiny', async () => {
  dist('index.js');
  const { status, stdout, stderr } = await bench('--rounds', '3', '--count', '10');
  expect([status, stderr]).toEqual([0, '']);
  const titles = stdout.match(/^## .+$/gm) ?? [];
  expect(titles.map((title) => title.slice(3).split(':')[0])).toEqual([
    'recvfrom',
    'sendto',
    'option pair',
    'sync round trip',
    'async round trip',
    'async round trip, always waiting',
    'recvmmsg',
    'recvmmsg',
    'events',
    'events',
    'UDP_GRO',
    'sendmmsg',
    'sendmmsg',
    'UDP_SEGMENT',
    'Loading',
  ]);
  const [pairs = '', loading = ''] = stdout.split('## Loading');
  expect(loading.match(/^\| \w.*<= [\d.]+: (met|MISSED)/gm)?.length).toBe(4);
  const rows = pairs.split('\n').filter((line) => /^\| \S/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    const [, , ns, ratio] = row.split('|').map((cell) => cell.trim());
    expect([row, Number(ns) > 0, Number(ratio) > 0]).toEqual([row, true, true]);
  }
}, 120_000);

test('ratios are taken within a round, and their median counts', async () => {
  // The machine grows slower from round to round, and one round has a hiccup: neither tells
  // anything about b.
  const scripted = (values: number[]) => {
    let next = 0;
    return (count: number) => values[next++] * count;
  };
  const [, line] = await paired(
    [
      { name: 'a', run: scripted([100, 200, 400]) },
      { name: 'b', run: scripted([150, 300, 4000]) },
    ],
    { rounds: 3, count: 7, warmup: 0 },
  );
  expect(line).toMatchObject({ ns: 300, ratio: 1.5, low: 1.5, high: 5.75, above: 100 });
});

test('a contestant that fails stops the measurement, by name', async () => {
  await expect(
    paired([{ name: 'C recv', run: () => -11 }], { rounds: 1, count: 1 }),
  ).rejects.toThrow('C recv failed: -11');
});

test.each([
  [['nonesuch'], /no such workload: nonesuch/],
  [['--count', '0'], /not a count: 0/],
  [['--rounds', 'x'], /not a count: x/],
])('bench %p is refused', async (args, message) => {
  const { status, stderr } = await bench(...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
});

itNeeds('netns', 'tcpdump')(
  'the capture workloads, in tiny: every capturer gets every frame',
  async () => {
    const { status, stdout, stderr } = await bench('capture', '--rounds', '1', '--count', '2000');
    expect([status, stderr]).toEqual([0, '']);
    for (const name of ['C ring loop', 'record()', 'tcpdump -w', 'onBatch(), each frame']) {
      const row = stdout.split('\n').find((line) => line.startsWith(`| ${name}`)) ?? '';
      expect([name, row]).toEqual([name, expect.stringContaining('0 of 2000 lost')]);
    }
    expect(stdout).toMatch(/record\(\) takes \d+\.\d+ of tcpdump's processor time a frame/);
  },
  120_000,
);
