// Sending 64 datagrams of 64 bytes in a call, to a socket that nobody reads.
const { Socket, MessageBatch, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');

const SIZE = 64;
const COUNT = 64;

async function setup() {
  const sink = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const connected = new Socket(AF_INET, SOCK_DGRAM);
  const to = sink.getsockname();
  await connected.connect(to);
  const batch = new MessageBatch({ count: COUNT, size: 2048, control: 0 });
  const { offsets } = batch;
  // fill() takes 25 ns a call, a loop over words five
  const words = new Uint32Array(batch.slab.buffer, batch.slab.byteOffset, batch.slab.length >> 2);
  const fd = connected.fileno();
  /** Each message is filled anew and in place, as in the C loop. */
  const sending = (socket) =>
    timed((count) => {
      for (let left = count; left > 0; ) {
        for (let i = 0; i < COUNT; i++) {
          const begin = offsets[i] >> 2;
          for (let k = begin; k < begin + (SIZE >> 2); k++) words[k] = i * 0x01010101;
          batch.set(i, SIZE);
        }
        for (let from = 0; from < COUNT; ) from += socket.trySendmmsg(batch, 0, from);
        left -= COUNT;
      }
    });
  const contestants = [
    { name: 'C sendmmsg, connected', run: (count) => c.sendmmsg(fd, count) },
    { name: 'trySendmmsg, connected', run: sending(connected), goal: 1 / 0.98 },
    { name: 'C send, connected', run: (count) => c.send(fd, count) },
  ];
  const stop = () => {
    for (const socket of [sink, connected]) socket.close();
  };
  return { contestants, stop };
}

module.exports = { title: 'sendmmsg: 64 bytes', rounds: 60, count: 1024, setup };
