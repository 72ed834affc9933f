// npm run bench [-- NAME...]: our calls beside the same loops in C, Python and node's dgram.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { c } = require('./native/build.js');
const { paired } = require('./paired.js');
const peers = require('./peers.js');
const load = require('./load.js');
const report = require('./report.js');

const WORKLOADS = [
  'recv',
  'send',
  'options',
  'sync',
  'async',
  'async-wait',
  'recvmmsg',
  'recvmmsg1400',
  'events',
  'events1400',
  'gro',
  'sendmmsg',
  'sendmmsg_to',
  'gso',
  'load',
];
const ON_DEMAND = ['capture', 'capture-lo', 'capture-walk']; // they need root
const LOADS = 21; // fresh processes of each kind
const USAGE = `usage: npm run bench [-- NAME... --rounds N --count N --write]
  NAME      ${WORKLOADS.join(', ')} (all unless told); ${ON_DEMAND.join(', ')} (root)
  --rounds  how often each contestant runs
  --count   operations in each run
  --write   also writes bench/results.md`;

/** One workload from its peers' start to their end. */
async function measure(name, options) {
  if (name === 'load') return load.table(options.rounds ?? LOADS);
  const workload = require(`./workloads/${name}.js`);
  const cpu = workload.onOneCore ? peers.lastCpu() : undefined;
  const started = [];
  try {
    if (cpu !== undefined) {
      if (c.pin(cpu) < 0) throw new Error(`cannot use core ${cpu}`);
      started.push({ stop: () => c.unpin() });
    }
    const python = peers.hasPython() ? peers.python(cpu) : undefined;
    if (python) started.push(python);
    const echo = await peers.echo(cpu, workload.batchPeer);
    started.push(echo);
    const { contestants, stop } = await workload.setup({ python, echo });
    started.push({ stop });
    const { rounds = workload.rounds, count = workload.count } = options;
    const results = await paired(contestants, { rounds, count, warmup: workload.warmup });
    return report.table(workload.title, results) + (workload.comment?.(results) ?? '');
  } finally {
    for (const one of started.reverse()) await one.stop();
  }
}

const positive = (text) => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`not a count: ${text}\n${USAGE}`);
  return Number(text);
};

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string' },
      count: { type: 'string' },
      write: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  if (values.help) return console.log(USAGE);
  const unknown = positionals.filter(
    (name) => !WORKLOADS.includes(name) && !ON_DEMAND.includes(name),
  );
  if (unknown.length > 0) throw new Error(`no such workload: ${unknown.join(', ')}\n${USAGE}`);
  const options = { rounds: positive(values.rounds), count: positive(values.count) };
  const tables = [];
  for (const name of positionals.length > 0 ? positionals : WORKLOADS) {
    const table = await measure(name, options);
    console.log(table);
    tables.push(table);
  }
  if (values.write) fs.writeFileSync(path.join(__dirname, 'results.md'), report.document(tables));
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
