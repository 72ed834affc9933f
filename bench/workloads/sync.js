// A blocking round trip: 64 bytes to the C echo peer and back, both on one core, so that software
// alone is measured.
const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const sys = require('bsd-socket/sys');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');
const { sockaddrIn } = require('./addresses.js');

async function setup({ python, echo }) {
  const sock = new Socket(AF_INET, SOCK_DGRAM);
  await sock.connect(['127.0.0.1', echo.port]);
  const fd = sys.socket(AF_INET, SOCK_DGRAM, 0); // a blocking one
  if (fd < 0 || sys.connect(fd, sockaddrIn(echo.port)) < 0) throw new Error('no blocking socket');
  const message = Buffer.alloc(64, 'x');
  const target = Buffer.alloc(2048);

  const contestants = [
    { name: 'C send + recv, blocking', run: (count) => c.roundTrip(fd, count) },
    {
      name: 'sys.send + sys.recv, blocking',
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          sys.send(fd, message, 0);
          sys.recv(fd, target, 0);
        }
      }),
    },
    {
      name: 'sendSync + recvSync(target)',
      goal: 1.15,
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          sock.sendSync(message);
          sock.recvSync(target);
        }
      }),
    },
  ];
  if (python)
    contestants.push({ name: 'Python send + recv_into', run: python.run('round_trip', echo.port) });
  const stop = () => {
    sock.close();
    sys.close(fd);
  };
  return { contestants, stop };
}

module.exports = {
  title: 'sync round trip: UDP, 64 bytes, one core',
  rounds: 200,
  count: 300,
  onOneCore: true,
  setup,
};
