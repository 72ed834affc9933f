// A worker blocks in recvSync(); then the process exits with status 7.
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { socketpair } = require('bsd-socket');

if (isMainThread) new Worker(__filename).on('message', () => process.exit(7));
else {
  const [a, b] = socketpair();
  globalThis.kept = b;
  parentPort.postMessage('blocks next');
  a.recvSync(1);
}
