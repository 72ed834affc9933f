// Results as Markdown tables, and what machine they come from.
const os = require('node:os');
const { spawnSync } = require('node:child_process');

const COLUMNS = ['', 'ns', 'ratio', 'quartiles', 'ns above', 'goal'];

function cells({ name, ns, ratio, low, high, above, goal, note }, isBase) {
  const more = note === undefined ? [] : [note];
  if (isBase) return [name, ns.toFixed(0), '1.00', '', '', '', ...more];
  const verdict =
    goal === undefined ? '' : `<= ${goal.toFixed(2)}: ${ratio <= goal ? 'met' : 'MISSED'}`;
  return [
    name,
    ns.toFixed(0),
    ratio.toFixed(2),
    `${low.toFixed(2)} - ${high.toFixed(2)}`,
    above.toFixed(0),
    verdict,
    ...more,
  ];
}

/** One workload's table; the first line is what the others are compared with. */
function table(title, results) {
  const columns = results.some(({ note }) => note !== undefined) ? [...COLUMNS, 'frames'] : COLUMNS;
  const rows = [columns, ...results.map((result, i) => cells(result, i === 0))];
  const widths = columns.map((_, i) => Math.max(3, ...rows.map((row) => row[i].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [`## ${title}`, '', line(rows[0]), rule, ...rows.slice(1).map(line), ''].join('\n');
}

function firstLine(file, args) {
  return (spawnSync(file, args, { encoding: 'utf8' }).stdout ?? '').split('\n')[0].trim();
}

/** The machine in one line, without its name. */
function machine() {
  const cpus = os.cpus();
  const parts = [
    `${cpus.length} x ${cpus[0].model.trim()}`,
    `${os.type()} ${os.release().split('-')[0]}`,
    `Node.js ${process.version}`,
  ];
  parts.push(firstLine('python3', ['--version']), firstLine('c++', ['--version']));
  return parts.filter(Boolean).join(', ');
}

const INTRODUCTION = `# Benchmark results

Written by \`npm run bench -- --write\`. Every contestant runs once in each round, interleaved, in one process (Python in a child); ratios are medians
of the ratios within a round, against the first line of each table. Nanoseconds drift with the machine; compare ratios.

Round trips run on one core, contestant and C echo peer together, so that software alone is measured. Whether an answer is there when send returns is then
up to the scheduler: it preempts a client the more readily the more CPU that has burnt, so that a frugal client waits more often than a lavish one. In the
table "always waiting" the peer never preempts its client (SCHED_BATCH), and each round trip of everybody takes one turn of the loop.
`;

function document(tables) {
  return `${INTRODUCTION}\nMachine: ${machine()}.\n\n${tables.join('\n')}`;
}

module.exports = { table, document };
