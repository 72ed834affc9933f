// A capture, or a recording, with one system call made to fail: at its first occurrence, its
// second, until it is not reached any more. strace(1) attaches to this process for each. Prints one
// JSON line: how many faults were injected, and what each that left something behind left.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { Capture, compile } = require('bsd-socket/capture');
const { socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');

const [what, compression, call, errno] = process.argv.slice(2);
const compress = compression === 'none' ? undefined : compression;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'injected-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));

const turns = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const descriptors = () => fs.readdirSync('/proc/self/fd').length - 1; // without that of readdir
const threads = () => fs.readdirSync('/proc/self/task').length;
const status = fs.openSync('/proc/self/status');
/** Whether strace has attached; without open(2), and a fault in this very read says so too. */
const attached = () => {
  const text = Buffer.alloc(1024);
  try {
    return !/^TracerPid:\t0$/m.test(
      text.toString('latin1', 0, fs.readSync(status, text, 0, 1024, 0)),
    );
  } catch {
    return true;
  }
};

const udp = socket(AF_INET, SOCK_DGRAM);
const traffic = () => {
  for (let i = 0; i < 20; i++) udp.trySendto('x', ['127.0.0.1', 40001]);
};
const ring = { blockSize: 4096, blocks: 16, timeoutMs: 5 };
const open = () => new Capture('lo', { filter: 'udp port 40001', ring, promiscuous: true });

/** Runs `body` with the fault in place: whether it was reached. */
async function traced(occurrence, file, body) {
  const output = path.join(folder, 'strace');
  const inject = `inject=${call}:error=${errno}:when=${occurrence}`;
  const strace = spawn(
    'strace',
    [
      ['-f', '-qq', '-o', output, '-e', `trace=${call}`, '-e', inject],
      // of write(2) those to the file: the event loop's own to its eventfds cannot fail
      call === 'write' ? ['-P', file] : [],
      ['-p', String(process.pid)],
    ].flat(),
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => strace.on('exit', resolve));
  while (!attached()) await turns(2);
  await turns(5); // the other threads
  try {
    await body();
  } finally {
    strace.kill('SIGTERM');
    await ended;
  }
  return fs.readFileSync(output, 'latin1').includes('(INJECTED)');
}

/** What is left of a recording after the fault: the size of its file must not change any more. */
async function growing(file) {
  const size = () => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  traffic();
  await turns(30);
  return size() - before;
}

const bodies = {
  async open() {
    let capture;
    try {
      capture = open();
    } catch (error) {
      return { error: error.code };
    }
    capture.close();
    return {};
  },
  async record(file) {
    const capture = this.capture;
    let recording;
    try {
      recording = capture.record(file, { compress });
      traffic();
      await recording.stop();
    } catch (error) {
      return { error: error.code };
    }
    return {};
  },
};

async function main() {
  // What is made once: the poller, libraries, threads of the pool.
  const first = open();
  for (const kind of ['gzip', 'zstd', undefined])
    await first.record(path.join(folder, 'first'), { compress: kind }).stop();
  first.close();
  await fs.promises.readFile(__filename);
  compile('udp');
  await turns(20);

  const wrong = [];
  const errors = [];
  let injected = 0;
  for (let occurrence = 1; occurrence < 40; occurrence++) {
    const file = path.join(folder, `${occurrence}`);
    if (what === 'record') bodies.capture = open();
    const before = { descriptors: descriptors(), threads: threads() };
    let outcome;
    const reached = await traced(occurrence, file, async () => {
      outcome = await bodies[what](file);
    });
    await turns(5);
    const left = {
      descriptors: descriptors() - before.descriptors,
      threads: threads() - before.threads,
      grew: what === 'record' ? await growing(file) : 0,
    };
    if (left.descriptors !== 0 || left.threads !== 0 || left.grew !== 0)
      wrong.push({ occurrence, ...outcome, ...left });
    bodies.capture?.close();
    await turns(2);
    if (!reached) break;
    errors.push(outcome.error);
    injected++;
  }
  udp.close();
  console.log(JSON.stringify({ injected, wrong, errors: [...new Set(errors)] }));
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
