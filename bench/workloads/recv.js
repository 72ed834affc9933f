// Draining a socket that holds datagrams of 64 bytes, one call each.
const { Socket, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF } = require('bsd-socket');
// taken out once, as import does: a property of a module's exports costs 10 ns a call
const { recv, recvfrom } = require('bsd-socket/sys');
const { c } = require('../native/build.js');
const { timed, timedAsync } = require('../paired.js');
const { dgramSocket } = require('../peers.js');

const SIZE = 64;

async function setup({ python }) {
  const rx = new Socket(AF_INET, SOCK_DGRAM);
  const tx = new Socket(AF_INET, SOCK_DGRAM);
  rx.setsockopt(SOL_SOCKET, SO_RCVBUF, 1 << 20);
  rx.bind(['127.0.0.1', 0]);
  await tx.connect(rx.getsockname());
  const other = await dgramSocket();
  const otherTx = new Socket(AF_INET, SOCK_DGRAM);
  await otherTx.connect(['127.0.0.1', other.address().port]);

  const fd = rx.fileno();
  const target = Buffer.alloc(2048);
  const sockaddr = Buffer.alloc(128);
  const addrlen = new Int32Array(1);
  const full = (n) => {
    if (n !== SIZE) throw new Error(`received ${n} bytes`);
  };
  /** The contestant after its datagrams are there. */
  const filled = (run) => (count) => {
    const status = c.fill(tx.fileno(), count, SIZE);
    return status < 0 ? status : run(count);
  };

  const contestants = [
    { name: 'C recvfrom', run: filled((count) => c.recvfrom(fd, count)) },
    { name: 'C recv', run: filled((count) => c.recv(fd, count)) },
    {
      name: 'sys.recv(fd, target)',
      goal: 1.2,
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) full(recv(fd, target, 0));
        }),
      ),
    },
    {
      name: 'sys.recvfrom(fd, target, sockaddr)',
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) {
            addrlen[0] = 128;
            full(recvfrom(fd, target, 0, sockaddr, addrlen));
          }
        }),
      ),
    },
    {
      name: 'tryRecv(target)',
      goal: 1.2,
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) full(rx.tryRecv(target));
        }),
      ),
    },
    {
      name: 'tryRecv(size)',
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) full(rx.tryRecv(2048).length);
        }),
      ),
    },
    {
      name: 'tryRecvfrom(target), address read',
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) {
            const [n, address] = rx.tryRecvfrom(target);
            full(address.port > 0 ? n : -1);
          }
        }),
      ),
    },
    {
      name: 'recvSync(target)',
      run: filled(
        timed((count) => {
          for (let i = 0; i < count; i++) full(rx.recvSync(target));
        }),
      ),
    },
    {
      name: 'await recv(target)',
      run: filled(
        timedAsync(async (count) => {
          for (let i = 0; i < count; i++) full(await rx.recv(target));
        }),
      ),
    },
    { name: "node dgram, 'message'", run: (count) => drainDgram(other, otherTx, count) },
  ];
  if (python)
    contestants.push(
      { name: 'Python recvfrom', run: python.run('recvfrom') },
      { name: 'Python recv_into', run: python.run('recv_into') },
    );
  const stop = () => {
    for (const socket of [rx, tx, other, otherTx]) socket.close();
  };
  return { contestants, stop };
}

function drainDgram(socket, tx, count) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('node dgram lost datagrams')), 5000);
    const status = c.fill(tx.fileno(), count, SIZE);
    if (status < 0) reject(new Error(`fill: ${status}`));
    const start = process.hrtime.bigint();
    let left = count;
    const onMessage = () => {
      if (--left > 0) return;
      const ns = Number(process.hrtime.bigint() - start);
      clearTimeout(late);
      socket.off('message', onMessage);
      resolve(ns);
    };
    socket.on('message', onMessage);
  });
}

// 256 datagrams of 64 bytes fit into a receive buffer of the usual size, dgram's and Python's
// included.
module.exports = { title: 'recvfrom: 64 bytes, prefilled', rounds: 250, count: 256, setup };
