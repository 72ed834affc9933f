// Waits on sockets until it is terminated.
'use strict';
const { parentPort } = require('node:worker_threads');
const S = require('../package.cjs').entry('.');

for (let i = 0; i < 4; i++) {
  const [a, b] = S.socketpair();
  a.sendSync('x');
  b.recv(1)
    .then(() => b.recv(1))
    .catch(() => {});
}
setTimeout(() => parentPort.postMessage('busy'), 5);
