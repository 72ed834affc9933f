// What loading costs: CPU time and memory of fresh processes, one program each, interleaved.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { median } = require('./paired.js');

const PROBE = path.join(__dirname, 'load/probe.cjs');
const program = (name) => [path.join(__dirname, 'load', name)];
const PROGRAMS = {
  'empty program': program('empty.cjs'),
  'empty ES module': program('empty.mjs'),
  "require('node:net')": program('net.cjs'),
  "import 'node:net'": program('net.mjs'),
  "require('bsd-socket')": program('root.cjs'),
  "require('bsd-socket/sys')": program('sys.cjs'),
  "import 'bsd-socket'": program('root.mjs'),
  'bsd-socket --help': [path.join(__dirname, '../dist/cli/main.js'), '--help'],
};

/** Runs a program once: the CPU milliseconds and MiB that it took. */
function run(args) {
  const { status, stderr, output } = spawnSync(process.execPath, ['--require', PROBE, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  const { cpu, rss } = JSON.parse(output[3]);
  return { ms: cpu / 1000, mib: rss / 2 ** 20 };
}

/** What `rounds` runs of each program took, in the same order; each round begins with another one. */
function measure(rounds) {
  const entries = Object.entries(PROGRAMS);
  const samples = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (let k = 0; k < entries.length; k++) {
      const [name, args] = entries[(k + round) % entries.length];
      samples[name].push(run(args));
    }
  return samples;
}

/** Each row: what is compared with what, the ratio of CPU time and the MiB more, with their goals. */
function compare(samples) {
  const medianOf = (name, key) => median(samples[name].map((sample) => sample[key]));
  // Within a round both ran in the same weather.
  const above = (name, empty) => {
    const more = (key) =>
      median(samples[name].map((sample, round) => sample[key] - samples[empty][round][key]));
    return { ms: more('ms'), mib: more('mib') };
  };
  const net = above("require('node:net')", 'empty program');
  const root = above("require('bsd-socket')", 'empty program');
  const sys = above("require('bsd-socket/sys')", 'empty program');
  const netImport = above("import 'node:net'", 'empty ES module');
  const rootImport = above("import 'bsd-socket'", 'empty ES module');
  const row = (name, cost, against, base, goal, memory) => ({
    name,
    ...cost,
    against,
    base,
    ratio: cost.ms / base,
    goal,
    memory,
  });
  const help = {
    ms: medianOf('bsd-socket --help', 'ms'),
    mib: medianOf('bsd-socket --help', 'mib'),
  };
  return [
    row("require('bsd-socket')", root, "require('node:net')", net.ms, 4, 5),
    row("require('bsd-socket/sys')", sys, "require('node:net')", net.ms, 2.5, 3),
    row("import 'bsd-socket'", rootImport, 'import net + our require', netImport.ms + root.ms, 1.3),
    row('bsd-socket --help', help, 'empty program', medianOf('empty program', 'ms'), 1.6),
  ];
}

const verdict = (value, goal) =>
  goal === undefined ? '' : `<= ${goal}: ${value <= goal ? 'met' : 'MISSED'}`;

/** The table of `rounds` fresh processes a program. */
function table(rounds) {
  const rows = compare(measure(rounds)).map(
    ({ name, ms, mib, against, base, ratio, goal, memory }) => [
      name,
      ms.toFixed(1),
      against,
      base.toFixed(1),
      ratio.toFixed(2),
      verdict(ratio, goal),
      mib.toFixed(1),
      verdict(mib, memory),
    ],
  );
  return [
    `## Loading: CPU time over an empty program, medians of ${rounds} fresh processes`,
    '',
    '| | ms | against | ms | ratio | goal | MiB | goal |',
    '|---|---:|---|---:|---:|---|---:|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    'The command line is compared as a whole, with the start of node in it.',
    '',
  ].join('\n');
}

module.exports = { table };
