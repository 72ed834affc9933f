// The installed package at work, in plain JavaScript for any Node.js: a pair, TCP over loopback,
// options, waiting, aborting, sys, a worker.
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const zlib = require('node:zlib');
const S = require('bsd-socket');
const sys = require('bsd-socket/sys');
const { assemble, Capture, disassemble, matches } = require('bsd-socket/capture');

async function work() {
  const [a, b] = S.socketpair();
  const waiting = b.recv(16);
  setTimeout(() => a.sendSync('later'), 20);
  assert.equal(String(await waiting), 'later');
  const control = new AbortController();
  setTimeout(() => control.abort(new Error('enough')), 20);
  await assert.rejects(b.recv(16, { signal: control.signal }), /enough/);
  await assert.rejects(b.recv(16, { timeoutMs: 20 }), { code: 'ETIMEDOUT' });
  assert.equal(b.tryRecv(16), null);
  a.close();
  assert.equal(b.recvSync(16).length, 0);
  b.close();

  const server = S.socket(S.AF_INET, S.SOCK_STREAM).bind(['127.0.0.1', 0]).listen(1);
  const client = new S.Socket({
    family: S.AF_INET,
    type: S.SOCK_STREAM,
    options: { TCP_NODELAY: true },
  });
  const [[conn, from]] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
  assert.equal(from.address, '127.0.0.1');
  assert.equal(client.getsockopt(S.IPPROTO_TCP, S.TCP_NODELAY), 1);
  client.setsockopt(S.SOL_SOCKET, S.SO_LINGER, { onoff: true, linger: 1 });
  assert.deepEqual(client.getsockopt(S.SOL_SOCKET, S.SO_LINGER), { onoff: true, linger: 1 });
  await client.sendall(Buffer.alloc(100_000, 'x'));
  client.shutdown(S.SHUT_WR);
  let bytes = 0;
  for await (const chunk of conn) bytes += chunk.length;
  assert.equal(bytes, 100_000);
  for (const s of [client, conn, server]) s.close();
  assert.throws(() => client.listen(1), { code: 'EBADF' });

  const fd = sys.socket(S.AF_INET, S.SOCK_DGRAM, 0);
  assert.ok(fd >= 0);
  assert.equal(sys.listen(fd, 1), -95);
  assert.equal(sys.close(fd), 0);
  assert.equal(sys.close(fd), -9);

  const program = assemble('ldb [0]\njeq #7, yes, no\nyes: ret #5\nno: ret #0');
  assert.deepEqual(
    [
      disassemble(program).split('\n').length,
      matches(program, Buffer.of(7)),
      matches(program, Buffer.of(8)),
    ],
    [4, 5, 0],
  );
}

/**
 * Recordings compressed by the system's libraries, whose names Node.js exports too, of versions of
 * its own.
 */
async function compress() {
  const file = path.join(os.tmpdir(), `smoke${process.pid}`);
  for (const [kind, unpack] of [
    ['gzip', zlib.gunzipSync],
    ['zstd', zlib.zstdDecompressSync],
  ]) {
    const capture = new Capture('lo', { filter: assemble('ret #-1') });
    const recording = capture.record(file, { compress: kind });
    const sender = S.socket(S.AF_INET, S.SOCK_DGRAM);
    for (let i = 0; i < 500; i++) sender.sendtoSync(Buffer.alloc(900, i), ['127.0.0.1', 40001]);
    sender.close();
    const { bytes, packets } = await recording.stop();
    capture.close();
    assert.ok(packets >= 500n);
    if (unpack !== undefined) assert.equal(unpack(fs.readFileSync(file)).length, Number(bytes));
    fs.unlinkSync(file);
  }
}

async function main() {
  await work();
  if (!isMainThread) return parentPort.postMessage('done');
  if (process.getuid() === 0) await compress();
  assert.equal(
    await new Promise((resolve, reject) =>
      new Worker(__filename).once('message', resolve).once('error', reject),
    ),
    'done',
  );
  const idle = new Worker(
    `require(${JSON.stringify(require.resolve('bsd-socket'))}).socketpair()[0].recv(1)`,
    { eval: true },
  );
  await new Promise((resolve) => idle.once('online', resolve));
  await idle.terminate();
  const loaded = Object.keys(require.cache).filter((file) => file.endsWith('.node'));
  console.log(JSON.stringify({ node: process.version, loaded }));
}

main();
