// UDP_SEGMENT: 64 datagrams of 64 bytes in one payload, to a socket that nobody reads.
const { Socket, MessageBatch, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');

const SIZE = 64;
const SEGMENTS = 64;

async function setup() {
  const sink = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const tx = new Socket(AF_INET, SOCK_DGRAM);
  await tx.connect(sink.getsockname());
  const payload = new Uint8Array(SIZE * SEGMENTS);
  const batch = new MessageBatch({ count: 1, size: payload.length });
  const extras = { segmentSize: SIZE };
  const contestants = [
    { name: 'C sendmsg, UDP_SEGMENT', run: (count) => c.gso(tx.fileno(), count, SIZE) },
    {
      name: 'trySendmsg({ segmentSize })',
      goal: 1 / 0.95,
      run: timed((count) => {
        for (let left = count; left > 0; left -= SEGMENTS) {
          payload.fill(left);
          tx.trySendmsg([payload], extras);
        }
      }),
    },
    {
      name: 'trySendmmsg, { segmentSize }',
      goal: 1 / 0.95,
      run: timed((count) => {
        for (let left = count; left > 0; left -= SEGMENTS) {
          payload.fill(left);
          batch.set(0, payload, undefined, extras);
          tx.trySendmmsg(batch);
        }
      }),
    },
  ];
  const stop = () => {
    sink.close();
    tx.close();
  };
  return { contestants, stop };
}

module.exports = {
  title: 'UDP_SEGMENT: datagrams of 64 bytes, 64 in a call',
  rounds: 60,
  count: 4096,
  setup,
};
