// UDP_GRO: trains of 64-byte datagrams, walked one datagram at a time.
const { Socket, MessageBatch, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');
const { roomy } = require('./receiving.js');

const SIZE = 64;

async function setup() {
  const rx = new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { gro: true } }).bind([
    '127.0.0.1',
    0,
  ]);
  const tx = new Socket(AF_INET, SOCK_DGRAM);
  roomy(rx.fileno());
  await tx.connect(rx.getsockname());
  const batch = new MessageBatch({ count: 16, size: 65536 });
  let seen = 0;
  const filled = (run) => (count) => {
    const status = c.gso(tx.fileno(), count, SIZE);
    return status < 0 ? status : run(count);
  };
  const contestants = [
    { name: 'C recvmmsg, trains walked', run: filled((count) => c.gro(rx.fileno(), count)) },
    {
      name: 'batch.datagrams(callback)',
      goal: 35 / 20, // 20 million a second where C makes 35
      run: filled(
        timed((count) => {
          const { slab } = batch;
          let left = count;
          const visit = (offset, length) => {
            seen += slab[offset] + length;
            left--;
          };
          while (left > 0) {
            if (rx.tryRecvmmsg(batch) === 0) throw new Error('a datagram is missing');
            batch.datagrams(visit);
          }
        }),
      ),
    },
    {
      name: 'message.datagrams(), a Buffer each',
      run: filled(
        timed((count) => {
          for (let left = count; left > 0; ) {
            if (rx.tryRecvmmsg(batch) === 0) throw new Error('a datagram is missing');
            for (const message of batch) {
              for (const data of message.datagrams()) {
                seen += data[0] + data.length;
                left--;
              }
            }
          }
        }),
      ),
    },
  ];
  const stop = () => {
    if (seen === 0) throw new Error('nothing was looked at');
    rx.close();
    tx.close();
  };
  return { contestants, stop };
}

module.exports = {
  title: 'UDP_GRO: datagrams of 64 bytes in trains of 64',
  rounds: 60,
  count: 32768,
  setup,
};
