// Runs cases in this process, one after another, and reports each on descriptor 3. Started by
// tools/cases.js in a network namespace of its own.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const sys = require('bsd-socket/sys');
const { setUp } = require('./environment.js');
const { keep, perform } = require('./calls.js');
const { expect } = require('./expectations.js');
const { Scope } = require('./values.js');

const REPORT = 3;

function report(line) {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(REPORT, bytes, at);
}

/** The descriptors of this process; the one that the listing itself took is gone again. */
const openFds = () =>
  fs
    .readdirSync('/proc/self/fd')
    .filter((fd) => fs.existsSync(`/proc/self/fd/${fd}`))
    .map(Number);

/** What failed in a case, or null. */
function run(steps, folder) {
  const scope = new Scope(folder);
  for (const [i, step] of steps.entries()) {
    try {
      const outcome = perform(scope, step);
      expect(scope, step, outcome);
      keep(scope, step, outcome);
    } catch (error) {
      return {
        step: i + 1,
        call: step.call,
        message: error.message,
        ...(error.what === undefined && { stack: error.stack }),
      };
    }
  }
  return null;
}

/** Closes every descriptor that the case left open; those that were there before are not ours. */
function cleanUp(before) {
  for (const fd of openFds()) if (!before.has(fd)) sys.close(fd);
}

/** Set a file at `argv[2]`: {folder, cases}. */
function main() {
  const { folder, cases } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  process.umask(0o022);
  setUp();
  const before = new Set(openFds());
  for (const [i, { steps }] of cases.entries()) {
    const own = path.join(folder, String(i));
    fs.mkdirSync(own);
    fs.chmodSync(own, 0o777);
    process.chdir(own);
    report({ begin: i });
    report({ end: i, failure: run(steps, own) });
    if (steps.some(({ call }) => call === 'dropPrivileges')) break;
    cleanUp(before);
  }
}

main();
