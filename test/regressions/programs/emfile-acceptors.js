// Two acceptors of one listener, two clients, and a process that has no descriptor left for a
// while: what each acceptor gets.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { socket } = require('bsd-socket');

const listener = socket().bind(['127.0.0.1', 0]).listen();
const clients = [socket(), socket()];

const outcome = (promise) =>
  Promise.race([
    promise.then(
      () => 'accepted',
      (error) => error.code,
    ),
    new Promise((resolve) => setTimeout(() => resolve('it still waits'), 1_000)),
  ]);

void (async () => {
  for (const client of clients) await client.connect(listener.getsockname());
  execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=100']);
  const spent = [];
  for (;;) {
    try {
      spent.push(fs.openSync('/dev/null'));
    } catch {
      break;
    }
  }
  const first = outcome(listener.connections().next()); // EMFILE: it pauses
  await new Promise((resolve) => setImmediate(resolve));
  const second = outcome(listener.accept());
  await new Promise((resolve) => setImmediate(resolve));
  for (const fd of spent) fs.closeSync(fd);
  console.log(JSON.stringify({ first: await first, second: await second }));
  process.exit(0);
})();
