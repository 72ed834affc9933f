// A pair of calls: set SO_RCVBUF, read it back.
const { Socket, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF } = require('bsd-socket');
const sys = require('bsd-socket/sys');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');
const { dgramSocket } = require('../peers.js');

const BYTES = 65536;

async function setup({ python }) {
  const sock = new Socket(AF_INET, SOCK_DGRAM);
  const other = await dgramSocket();
  const fd = sock.fileno();
  const value = Buffer.from(Int32Array.of(BYTES).buffer);
  const answer = Buffer.alloc(4);

  const contestants = [
    { name: 'C setsockopt + getsockopt', run: (count) => c.options(fd, count, BYTES) },
    {
      name: 'sys.setsockopt + sys.getsockopt',
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          sys.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, value);
          sys.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, answer);
        }
      }),
    },
    {
      name: 'setsockopt + getsockopt, typed',
      goal: 1.35,
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          sock.setsockopt(SOL_SOCKET, SO_RCVBUF, BYTES);
          if (sock.getsockopt(SOL_SOCKET, SO_RCVBUF) < BYTES)
            throw new Error('SO_RCVBUF was not set');
        }
      }),
    },
    {
      name: 'options.SO_RCVBUF = ..., and read',
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          sock.options.SO_RCVBUF = BYTES;
          if (sock.options.SO_RCVBUF < BYTES) throw new Error('SO_RCVBUF was not set');
        }
      }),
    },
    {
      name: 'node dgram set/getRecvBufferSize',
      run: timed((count) => {
        for (let i = 0; i < count; i++) {
          other.setRecvBufferSize(BYTES);
          other.getRecvBufferSize();
        }
      }),
    },
  ];
  if (python)
    contestants.push({ name: 'Python setsockopt + getsockopt', run: python.run('options') });
  const stop = () => {
    sock.close();
    other.close();
  };
  return { contestants, stop };
}

module.exports = { title: 'option pair: set and get SO_RCVBUF', rounds: 200, count: 1000, setup };
