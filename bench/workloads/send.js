// Sending datagrams of 64 bytes over loopback to a socket that nobody reads.
const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const sys = require('bsd-socket/sys');
const { c } = require('../native/build.js');
const { timed, timedAsync } = require('../paired.js');
const { dgramSocket } = require('../peers.js');
const { sockaddrIn } = require('./addresses.js');

async function setup({ python }) {
  const sink = new Socket(AF_INET, SOCK_DGRAM);
  const tx = new Socket(AF_INET, SOCK_DGRAM);
  const connected = new Socket(AF_INET, SOCK_DGRAM);
  sink.bind(['127.0.0.1', 0]);
  tx.bind(['127.0.0.1', 0]);
  const to = sink.getsockname();
  await connected.connect(to);
  const other = await dgramSocket();

  const fd = tx.fileno();
  const message = Buffer.alloc(64, 'x');
  const sockaddr = sockaddrIn(to.port);
  const tuple = ['127.0.0.1', to.port];

  const contestants = [
    { name: 'C sendto', run: (count) => c.sendto(fd, count, to.port) },
    { name: 'C send, connected', run: (count) => c.send(connected.fileno(), count) },
    {
      name: 'sys.sendto(fd, data, sockaddr)',
      run: timed((count) => {
        for (let i = 0; i < count; i++) sys.sendto(fd, message, 0, sockaddr);
      }),
    },
    {
      name: 'trySendto(data, address)',
      run: timed((count) => {
        for (let i = 0; i < count; i++) tx.trySendto(message, to);
      }),
    },
    {
      name: 'trySendto(data, [host, port])',
      run: timed((count) => {
        for (let i = 0; i < count; i++) tx.trySendto(message, tuple);
      }),
    },
    {
      name: 'trySend(data), connected',
      run: timed((count) => {
        for (let i = 0; i < count; i++) connected.trySend(message);
      }),
    },
    {
      name: 'await sendto(data, address)',
      run: timedAsync(async (count) => {
        for (let i = 0; i < count; i++) await tx.sendto(message, to);
      }),
    },
    {
      name: 'node dgram send',
      run: timedAsync(
        (count) =>
          new Promise((resolve, reject) => {
            const done = (error) => (error ? reject(error) : resolve());
            for (let i = 1; i < count; i++) other.send(message, to.port, '127.0.0.1');
            other.send(message, to.port, '127.0.0.1', done);
          }),
      ),
    },
  ];
  if (python) contestants.push({ name: 'Python sendto', run: python.run('sendto', to.port) });
  const stop = () => {
    for (const socket of [sink, tx, connected, other]) socket.close();
  };
  return { contestants, stop };
}

module.exports = { title: 'sendto: 64 bytes', rounds: 120, count: 250, setup };
