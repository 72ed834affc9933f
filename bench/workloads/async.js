// A round trip through the event loop: 64 bytes to the C echo peer and back, both on one core.
// Under ordinary scheduling part of the answers are there when send returns, and how many depends
// on how much CPU a contestant burns; async-wait.js has none of that.
const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const { c } = require('../native/build.js');
const { timedAsync } = require('../paired.js');
const { dgramSocket } = require('../peers.js');

async function setup({ echo }) {
  const sock = new Socket(AF_INET, SOCK_DGRAM);
  await sock.connect(['127.0.0.1', echo.port]);
  const other = await dgramSocket(echo.port);
  const message = Buffer.alloc(64, 'x');
  const target = Buffer.alloc(2048);

  const contestants = [
    { name: 'node dgram, connected', run: timedAsync((count) => pingDgram(other, message, count)) },
    {
      name: 'await send + await recv(target)',
      goal: 1,
      run: timedAsync(async (count) => {
        for (let i = 0; i < count; i++) {
          await sock.send(message);
          await sock.recv(target);
        }
      }),
    },
    {
      name: 'await send + await recv(size)',
      run: timedAsync(async (count) => {
        for (let i = 0; i < count; i++) {
          await sock.send(message);
          await sock.recv(2048);
        }
      }),
    },
    {
      name: 'trySend + await recv(target)',
      run: timedAsync(async (count) => {
        for (let i = 0; i < count; i++) {
          sock.trySend(message);
          await sock.recv(target);
        }
      }),
    },
    { name: 'C send + epoll_wait + recv', run: (count) => c.roundTripEpoll(sock.fileno(), count) },
  ];
  const stop = () => {
    sock.close();
    other.close();
  };
  return { contestants, stop };
}

function pingDgram(socket, message, count) {
  return new Promise((resolve, reject) => {
    let left = count;
    const onMessage = () => {
      if (--left > 0) return socket.send(message);
      socket.off('message', onMessage).off('error', reject);
      resolve();
    };
    socket.on('message', onMessage).on('error', reject);
    socket.send(message);
  });
}

module.exports = {
  title: 'async round trip: UDP, 64 bytes, one core',
  rounds: 200,
  count: 300,
  onOneCore: true,
  setup,
};
