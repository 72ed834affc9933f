// Filters, capture files, live capture, the recorder.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { S, capture: C, packet: P } = require('../tracked.cjs');

const later = (call) => setTimeout(call, 10);
const ring = { blockSize: 4096, blocks: 16, timeoutMs: 5 };
const PORT = 40123;

function frame(n) {
  const ip = { src: '127.0.0.1', dst: '127.0.0.1' };
  const mac = { src: '00:00:00:00:00:00', dst: '00:00:00:00:00:00' };
  const payload = Buffer.alloc(18);
  payload.writeUInt32BE(n);
  const datagram = P.udp({ ...ip, sport: PORT, dport: PORT }, payload);
  return P.ethernet(mac, P.ipv4({ ...ip, protocol: 17 }, datagram));
}
function traffic(count = 5) {
  const s = S.socket(S.AF_INET, S.SOCK_DGRAM);
  for (let i = 0; i < count; i++) s.trySendto(Buffer.from(`n${i}`), ['127.0.0.1', PORT]);
  s.close();
}
const live = (absent) => {
  if (!S.capabilities().raw) absent('CAP_NET_RAW');
  return new C.Capture('lo', { filter: `udp dst port ${PORT}`, ring });
};
async function inFolder(body) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'smoke-'));
  try {
    return await body((name) => path.join(folder, name));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = {
  async filters({ absent }) {
    const program = C.assemble('ldb [0]\njeq #7, yes, no\nyes: ret #5\nno: ret #0');
    assert.equal(C.disassemble(program).split('\n').length, 4);
    assert.equal(C.matches(program, Buffer.of(7)), 5);
    if (S.capabilities().libpcap === null) absent('libpcap');
    assert.ok(C.matches(C.compile(`udp port ${PORT}`), frame(0)) > 0);
    assert.equal(C.matches(await C.compileAsync('tcp'), frame(0)), 0);
  },
  files: () =>
    inFolder(async (at) => {
      const file = at('a.pcapng');
      const writer = new C.PcapWriter(file, { linktype: 1, format: 'pcapng' });
      for (let i = 0; i < 3; i++)
        writer.write({ data: frame(i), timestamp: 1_700_000_000_000_000_000n });
      writer.statistics({ received: 3n, dropped: 0n });
      writer.flush();
      await writer.end();
      let count = 0;
      for await (const one of C.readPcap(file)) {
        assert.equal(one.len, frame(0).length);
        count++;
      }
      assert.equal(count, 3);
      const copy = new C.PcapWriter(at('b.pcapng'), { linktype: 1, format: 'pcapng' });
      let blocks = 0;
      for await (const block of C.readBlocks(file)) {
        assert.deepEqual(C.commentsOf(block), []);
        assert.equal(typeof C.namedOptions(block), 'object');
        blocks++;
        if (block.type === 'statistics') copy.writeBlock({ ...block, interface: undefined });
      }
      assert.ok(blocks >= 5);
      await copy.end();
    }),
  async 'live capture'({ absent }) {
    const capture = live(absent);
    traffic();
    for await (const batch of capture.batches()) {
      assert.ok(batch.count >= 1);
      break;
    }
    later(traffic);
    for await (const one of capture) {
      assert.equal(one.linktype, 1);
      break;
    }
    await new Promise((resolve) => {
      const subscription = capture.onBatch(() => {
        subscription.stop();
        resolve();
      });
      later(traffic);
    });
    const stream = capture.stream();
    later(traffic);
    assert.ok((await stream[Symbol.asyncIterator]().next()).value.data.length > 0);
    stream.destroy();
    await new Promise((resolve) => stream.on('close', resolve));
    capture.setFilter(null);
    capture.tryBatch();
    assert.ok(capture.stats().received > 0n);
    assert.ok(capture.inject(frame(1)) > 0);
    assert.equal(capture.injectMany([frame(1), frame(2)]), 2);
    capture.close();
    later(traffic);
    assert.equal(
      (await C.sniff('lo', { filter: `udp dst port ${PORT}`, count: 1, ring })).length,
      1,
    );
  },
  recorder: ({ absent }) =>
    inFolder(async (at) => {
      const capture = live(absent);
      for (const name of ['r.pcap', 'r.pcapng']) {
        const recording = capture.record(at(name));
        traffic(5);
        const { packets } = await recording.stop();
        assert.ok(packets >= 5n);
        let count = 0;
        for await (const _ of C.readPcap(at(name))) count++;
        assert.equal(BigInt(count), packets);
      }
      const limited = capture.record(at('limit.pcap'), { packets: 2 });
      traffic(5);
      assert.equal((await limited.done).packets, 2n);
      capture.close();
      const { frames } = await C.replay('lo', at('r.pcap'), { speed: Number.POSITIVE_INFINITY });
      assert.ok(frames >= 5);
    }),
};
