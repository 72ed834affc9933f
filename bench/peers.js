// The contestants that are other processes or other libraries: Python in a child, node's dgram, the
// C echo peer; and the core they share.
const dgram = require('node:dgram');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { echoPeer } = require('./native/build.js');

/** A child process and its output, line by line. */
function child(file, args) {
  const running = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = readline.createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${path.basename(file)} ended`);
      return value;
    },
    write: (text) => running.stdin.write(text),
    async stop() {
      if (running.exitCode !== null || running.signalCode !== null) return;
      running.kill();
      await once(running, 'exit');
    },
  };
}

/** Whether there is a Python 3; where there is none its lines are left out. */
function hasPython() {
  return spawnSync('python3', ['-c', '']).status === 0;
}

/** Python's own loops (peer.py): `run('recv_into')` is a contestant's run. */
function python(cpu) {
  const peer = child('python3', [
    path.join(__dirname, 'peer.py'),
    ...(cpu === undefined ? [] : [String(cpu)]),
  ]);
  return {
    run:
      (what, port = 0) =>
      async (count) => {
        peer.write(`${what} ${count} ${port}\n`);
        return Number(await peer.line());
      },
    stop: peer.stop,
  };
}

/**
 * A UDP echo server in C: answers with its port. A `batch` one runs only while its client waits.
 */
async function echo(cpu, batch = false) {
  const peer = child(echoPeer, cpu === undefined ? [] : [String(cpu), ...(batch ? ['batch'] : [])]);
  return { port: Number(await peer.line()), stop: peer.stop };
}

/** node's dgram, bound to loopback, and connected where a port is given. */
async function dgramSocket(port) {
  const socket = dgram.createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  if (port !== undefined) {
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
  }
  return socket;
}

/** The last core that this process may use. */
function lastCpu() {
  const allowed = /^Cpus_allowed_list:\s*(\S+)/m.exec(
    fs.readFileSync('/proc/self/status', 'utf8'),
  )[1];
  return Number(/\d+$/.exec(allowed)[0]);
}

module.exports = { hasPython, python, echo, dgramSocket, lastCpu };
