// npm run cases -- [FILE...]: runs conformance cases through bsd-socket/sys, each file in the
// language of test/conformance/README.md. Without FILE: the project's own.
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { wayIn } = require('./cases/environment.js');

const LANES = 2; // processes at a time
const BATCH = 40; // cases in a row in one process
/** Emulated machines are slow: how many times the usual limits. */
const FACTOR = Number(process.env.BSD_SOCKET_TIME_FACTOR) || 1;
const LIMIT_MS = 8000 * FACTOR; // for one case
const START_MS = 20_000 * FACTOR; // for a process to set up its namespace

const own = path.join(__dirname, '../test/conformance');
const LIST = path.join(own, 'inexpressible.json');

// --- reading -------------------------------------------------------------------------------------

/**
 * Integers too large for a double become strings, which the language takes as digits. Strings stay
 * as they are.
 */
const exact = (text) =>
  text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d{16,})(?![\d.eE])/g,
    (_, string, digits) => string ?? `"${digits}"`,
  );

/** A file that holds no cases: status 2. */
class Unreadable extends Error {}

function casesOf(file) {
  let content;
  try {
    content = JSON.parse(exact(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Unreadable(
      error.syscall ? `${file}: ${error.message}` : `${file} is not JSON: ${error.message}`,
    );
  }
  const cases = Array.isArray(content) ? content : content?.cases;
  if (!Array.isArray(cases))
    throw new Unreadable(`${file}: neither an array of cases nor {cases: [...]}`);
  return cases;
}

function read(file) {
  const cases = casesOf(file);
  const wrong = cases.findIndex(
    (each) => typeof each?.id !== 'string' || !Array.isArray(each.steps),
  );
  if (wrong >= 0) throw new Unreadable(`${file}: case ${wrong + 1} is not {id, steps: [...]}`);
  return cases.map((each) => ({ ...each, area: each.area ?? path.basename(file, '.json') }));
}

const ownFiles = () =>
  fs
    .readdirSync(path.join(own, 'cases'))
    .sort()
    .map((name) => path.join(own, 'cases', name));

/** Members whose text is text, whatever it says. */
const TEXTS = new Set(['text', 'path', 'abstract', 'hex', 'ip4', 'ip6']);

/** The first place where a case wants a pointer that points nowhere: no JavaScript value is one. */
function badPointer(value, place = '') {
  if (value === 'bad') return place;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, inner] of Object.entries(value)) {
    if (TEXTS.has(key)) continue;
    if ((key === 'badptr' || key === 'iovBad') && inner) return `${place}.${key}`;
    const found = badPointer(inner, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

function whySkipped({ steps }) {
  for (const [i, { call, args }] of steps.entries()) {
    const place = badPointer(args ?? {});
    if (place !== null)
      return `step ${i + 1}: ${call}${place} is a bad pointer, which no JavaScript buffer is`;
  }
  return null;
}

/** What this kernel lacks of the needs of the cases, each with the reason. */
function unmetNeeds(way, cases) {
  const needs = [...new Set(cases.flatMap(({ needs: some = [] }) => some))];
  const [command, ...args] = [...way, process.execPath, path.join(__dirname, 'cases/needs.js')];
  const done = spawnSync(command, [...args, JSON.stringify(needs)], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`needs.js: ${done.stderr}`);
  return new Map(Object.entries(JSON.parse(done.stdout)));
}

// --- running -------------------------------------------------------------------------------------

const isAlone = ({ steps }) => steps.some(({ call }) => call === 'dropPrivileges');

/** Groups of cases that share a process: what drops privileges gets its own. */
function batches(cases) {
  const all = [];
  const open = [];
  for (const each of cases) {
    if (isAlone(each)) all.push([each]);
    else if (open.push(each) === BATCH) all.push(open.splice(0));
  }
  return open.length > 0 ? [...all, open] : all;
}

/**
 * Runs `cases` in one process and answers their failures, in order; fewer than the cases where the
 * process ended before.
 */
function runProcess(way, cases, folder) {
  fs.mkdirSync(folder);
  const job = path.join(folder, 'job.json');
  fs.writeFileSync(job, JSON.stringify({ folder, cases: cases.map(({ steps }) => ({ steps })) }));
  const [command, ...args] = [
    ...way,
    process.execPath,
    path.join(__dirname, 'cases/worker.js'),
    job,
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const failures = [];
  let running = null;
  let isLate = false;
  let noise = '';
  let unread = '';
  let timer;
  const limit = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, ms);
  };
  limit(START_MS);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (noise += chunk));
  child.stdio[3].on('data', (chunk) => {
    const lines = (unread + chunk).split('\n');
    unread = lines.pop();
    for (const line of lines.map((text) => JSON.parse(text))) {
      running = line.begin ?? null;
      if (line.begin === undefined) failures.push(line.failure);
      limit(LIMIT_MS);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      const ended = isLate
        ? `no end after ${LIMIT_MS / 1000} s`
        : signal
          ? `the process died of ${signal}`
          : `the process ended with status ${status}`;
      if (running !== null)
        failures.push({ step: 0, call: '', message: `${ended}\n${noise}`.trim() });
      else if (failures.length === 0) reject(new Error(`${command}: ${ended}\n${noise}`));
      resolve(failures);
    });
  });
}

/** All cases, a few processes at a time; answers a failure or null for each. */
async function runAll(way, cases, folder) {
  const results = new Map();
  const waiting = batches(cases);
  let runs = 0;
  async function lane() {
    for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
      const failures = await runProcess(way, batch, path.join(folder, String(runs++)));
      for (const [i, failure] of failures.entries()) results.set(batch[i], failure);
      if (failures.length < batch.length) waiting.push(batch.slice(failures.length));
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

// --- telling -------------------------------------------------------------------------------------

const indented = (text) => text.replaceAll('\n', '\n    ');

function tell(cases, results, skipped) {
  const areas = new Map();
  const tally = (area, which) => {
    if (!areas.has(area)) areas.set(area, { passed: 0, failed: 0, skipped: 0 });
    areas.get(area)[which]++;
  };
  for (const each of cases) {
    const reason = skipped.get(each);
    const failure = results.get(each);
    if (reason) console.log(`skip ${each.id}: ${reason}`);
    else if (failure) {
      console.log(
        `FAIL ${each.id} step ${failure.step} ${failure.call}: ${indented(failure.stack ?? failure.message)}`,
      );
      console.log(
        `     ${each.description ?? ''}${each.needs?.length ? ` (needs ${each.needs.join(', ')})` : ''}`,
      );
    }
    tally(each.area, reason ? 'skipped' : failure ? 'failed' : 'passed');
  }
  for (const [area, { passed, failed, skipped: left }] of areas)
    console.log(`${area.padEnd(12)} ${passed} passed, ${failed} failed, ${left} skipped`);
}

/** On the project's own table, what may be skipped stands in a list: anything else fails. */
function checkList(skipped) {
  const listed = Object.keys(JSON.parse(fs.readFileSync(LIST, 'utf8')));
  const found = new Set(Array.from(skipped.keys(), ({ id }) => id));
  const wrong = [
    ...Array.from(found).filter((id) => !listed.includes(id)),
    ...listed.filter((id) => !found.has(id)),
  ];
  for (const id of wrong)
    console.log(
      `FAIL ${id}: ${found.has(id) ? 'skipped, but not' : 'not skipped, but'} on ${path.relative(process.cwd(), LIST)}`,
    );
  return wrong.length;
}

/** Cases may leave a folder that nobody may write to. */
function remove(folder) {
  for (const run of fs.readdirSync(folder)) {
    for (const entry of fs.readdirSync(path.join(folder, run), { withFileTypes: true })) {
      if (entry.isDirectory()) fs.chmodSync(path.join(folder, run, entry.name), 0o700);
    }
  }
  fs.rmSync(folder, { recursive: true, force: true });
}

async function main(files) {
  const isOwn = files.length === 0;
  const cases = (isOwn ? ownFiles() : files).flatMap(read);
  const way = wayIn();
  if (!way)
    throw new Error(
      'the cases need a network namespace of their own: run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)',
    );
  const skipped = new Map(cases.map((each) => [each, whySkipped(each)]).filter(([, why]) => why));
  const inexpressible = new Map(skipped);
  const unmet = unmetNeeds(way, cases);
  for (const each of cases) {
    const need = each.needs?.find((one) => unmet.has(one));
    if (need !== undefined) skipped.set(each, `this kernel ${unmet.get(need)}`);
  }
  const folder = fs.mkdtempSync(
    path.join(os.tmpdir().length < 40 ? os.tmpdir() : '/tmp', 'cases-'),
  );
  fs.chmodSync(folder, 0o755);
  const results = await runAll(
    way,
    cases.filter((each) => !skipped.has(each)),
    folder,
  ).finally(() => remove(folder));
  tell(cases, results, skipped);
  const failed =
    Array.from(results.values()).filter(Boolean).length + (isOwn ? checkList(inexpressible) : 0);
  if (failed > 0 && way[1] !== '-n')
    console.log(
      'Run as root for all: in a user namespace there is no second user id, and no capability over the machine itself.',
    );
  console.log(
    `${Array.from(results.values()).filter((failure) => failure === null).length} passed, ${failed} failed, ${skipped.size} skipped`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = error instanceof Unreadable ? 2 : 1;
});
