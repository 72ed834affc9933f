// Recordings (or compilations of a filter) with only so many free descriptors, from none to enough.
// Prints one JSON line: the outcome of each, and how many threads were left behind.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Capture, compile } = require('bsd-socket/capture');

const [what, compression] = process.argv.slice(2);
const compress = compression === 'none' ? undefined : compression;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'few-descriptors-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));

const threads = () => fs.readdirSync('/proc/self/task').length;
/** Takes every free descriptor. */
function fill() {
  const taken = [];
  for (;;) {
    try {
      taken.push(fs.openSync('/dev/null'));
    } catch (error) {
      if (error.code === 'EMFILE') return taken;
      throw error;
    }
  }
}

async function main() {
  const capture = new Capture('lo', { ring: { blockSize: 4096, blocks: 8, timeoutMs: 5 } });
  const before = threads();
  const outcomes = [];
  for (let free = 0; free <= 12; free++) {
    const taken = fill();
    for (let i = 0; i < free; i++) fs.closeSync(taken.pop());
    let outcome = 'done';
    try {
      if (what === 'compile') compile('udp port 53');
      else await capture.record(path.join(folder, `${free}`), { compress }).stop();
    } catch (error) {
      outcome = error.code;
    }
    outcomes.push(outcome);
    for (const fd of taken) fs.closeSync(fd);
  }
  capture.close();
  console.log(JSON.stringify({ outcomes, threads: threads() - before }));
}
main();
