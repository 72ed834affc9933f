// Readiness by libuv's event loop and by a thread, side by side: `node bench/backends.js [ROUNDS]`.
// Fresh processes, interleaved; medians. Wake-up: from send to the resumed receive on a socket pair.
// Throughput: datagrams of 64 bytes, each received by a call that waits.
'use strict';
const { spawnSync } = require('node:child_process');

const BACKENDS = { libuv: '', thread: 'thread' };

async function measure() {
  const { socketpair, AF_UNIX, SOCK_DGRAM } = require('bsd-socket');
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  const times = [];
  for (let i = 0; i < 3000; i++) {
    const waiting = b.recv(64);
    await new Promise(setImmediate); // the receive waits
    const start = process.hrtime.bigint();
    a.sendSync('x');
    await waiting;
    if (i >= 1000) times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  times.sort((x, y) => x - y);
  const count = 20_000;
  const payload = Buffer.alloc(64);
  const start = process.hrtime.bigint();
  const sending = (async () => {
    for (let i = 0; i < count; i++) await a.send(payload);
  })();
  for (let i = 0; i < count; i++) await b.recv(64);
  await sending;
  const perSecond = count / (Number(process.hrtime.bigint() - start) / 1e9);
  const at = (share) => times[Math.floor(share * times.length)];
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99), perSecond }));
  a.close();
  b.close();
}

function compare(rounds) {
  const runs = Object.fromEntries(Object.keys(BACKENDS).map((name) => [name, []]));
  for (let i = 0; i < rounds; i++)
    for (const [name, value] of Object.entries(BACKENDS)) {
      const { stdout } = spawnSync(process.execPath, [__filename, 'measure'], {
        encoding: 'utf8',
        env: { ...process.env, BSD_SOCKET_LOOP: value },
      });
      runs[name].push(JSON.parse(stdout));
    }
  const median = (values) => values.sort((x, y) => x - y)[values.length >> 1];
  console.log('readiness   wake-up p50, us   p99, us   datagrams/s');
  for (const [name, all] of Object.entries(runs)) {
    const [p50, p99, perSecond] = ['p50', 'p99', 'perSecond'].map((key) =>
      median(all.map((one) => one[key])),
    );
    console.log(
      `${name.padEnd(10)} ${p50.toFixed(1).padStart(16)} ${p99.toFixed(1).padStart(9)} ${perSecond.toFixed(0).padStart(13)}`,
    );
  }
}

if (process.argv[2] === 'measure') measure();
else compare(Number(process.argv[2] ?? 5));
