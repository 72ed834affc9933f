// Closes a TCP socket whose MSG_ZEROCOPY send is still in the send queue: what its peer then reads,
// and how the connection ends.
const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');
const S = require('bsd-socket');

const SIZE = 1 << 20;
const [familyName, mode] = isMainThread ? process.argv.slice(2) : workerData;
const v6 = familyName === 'IPv6';
const family = v6 ? S.AF_INET6 : S.AF_INET;
const host = v6 ? '::1' : '127.0.0.1';
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function sender(to) {
  const a = S.socket(family, S.SOCK_STREAM);
  a.setsockopt(S.SOL_SOCKET, S.SO_SNDBUFFORCE, 16 << 20);
  await a.connect(to);
  a.setsockopt(S.SOL_SOCKET, S.SO_ZEROCOPY, true);
  await a.send(Buffer.from(new ArrayBuffer(SIZE)).fill('A'), S.MSG_ZEROCOPY);
  return a;
}

async function collect() {
  for (let i = 0; i < 10; i++) {
    globalThis.gc();
    await turn();
    for (let j = 0; j < 4; j++) Buffer.from(new ArrayBuffer(SIZE)).fill('B');
  }
}

/** All that comes until the end, or the error. */
async function drain(b) {
  let wrong = 0;
  let received = 0;
  for (;;) {
    let chunk;
    try {
      chunk = await b.recv(1 << 16);
    } catch (error) {
      return { wrong, received, end: error.code };
    }
    if (chunk.length === 0) return { wrong, received, end: 'end' };
    received += chunk.length;
    for (const byte of chunk) if (byte !== 0x41) wrong += 1;
  }
}

async function main() {
  const listener = S.socket(family, S.SOCK_STREAM);
  listener.setsockopt(S.SOL_SOCKET, S.SO_RCVBUF, 65536);
  listener.bind([host, 0]).listen();
  const to = listener.getsockname();
  const accepted = listener.accept();
  let result;
  if (mode === 'worker') {
    const worker = new Worker(__filename, { workerData: [familyName, [...to]] });
    await new Promise((resolve) => worker.once('message', resolve));
    const [b] = await accepted;
    await worker.terminate();
    await collect();
    result = await drain(b);
  } else {
    const a = await sender(to);
    const [b] = await accepted;
    if (mode === 'stuck') {
      const start = performance.now();
      a.close();
      const { error } = await b.wait({ error: true });
      const waitedMs = performance.now() - start;
      result = { ...(await drain(b)), error, waitedMs };
    } else if (mode === 'close') {
      a.close();
      const fileno = a.fileno();
      await collect();
      result = { fileno, ...(await drain(b)) };
    } else {
      let done = false;
      const disposed = a[Symbol.asyncDispose]().then(() => {
        done = true;
      });
      const fileno = a.fileno();
      await collect();
      const early = done;
      result = { fileno, ...(await drain(b)), early };
      await disposed;
    }
  }
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

if (isMainThread) void main();
else
  void sender(mode).then((a) => {
    globalThis.kept = a;
    parentPort.postMessage('sent');
    setInterval(() => {}, 1_000);
  });
