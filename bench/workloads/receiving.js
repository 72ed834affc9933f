// Draining a socket that holds thousands of datagrams, 64 in a call: C's recvmmsg, batches in their
// forms, events as node's dgram has them, node, Python.
const { EventEmitter } = require('node:events');
const { Socket, MessageBatch, isErrno, optionsOf, AF_INET, SOCK_DGRAM } = require('bsd-socket');
const { c } = require('../native/build.js');
const { timed } = require('../paired.js');
const { dgramSocket } = require('../peers.js');

const ROOM = 1 << 26; // bytes of receive buffer: nothing is dropped

/** As much room as this process may have: what does not fit is missed, and said. */
function roomy(socket) {
  try {
    optionsOf(socket).SO_RCVBUFFORCE = ROOM;
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw error;
    optionsOf(socket).SO_RCVBUF = ROOM;
  }
}

/** A receiver with room, and a sender connected to it. */
async function pair(sockets) {
  const rx = new Socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const tx = new Socket(AF_INET, SOCK_DGRAM);
  sockets.push(rx, tx);
  roomy(rx.fileno());
  await tx.connect(rx.getsockname());
  return [rx, tx];
}

/**
 * The workload for datagrams of `size` bytes: by the batch against C recvmmsg, or as events against
 * C recvfrom. Goals are ratios to that.
 */
function receiving(size, goals, pythonLoop, asEvents = false) {
  async function setup({ python }) {
    const sockets = [];
    const [rx, tx] = await pair(sockets);
    const other = await dgramSocket();
    roomy(other);
    const otherTx = new Socket(AF_INET, SOCK_DGRAM);
    await otherTx.connect(['127.0.0.1', other.address().port]);
    const fd = rx.fileno();
    const batch = new MessageBatch({ count: 64, size: 2048 });
    const emitter = new EventEmitter();
    let seen = 0;
    emitter.on('message', (data, rinfo) => {
      seen += data.length + data[0] + rinfo.port;
    });

    const filled = (run) => (count) => {
      const status = c.fill(tx.fileno(), count, size);
      return status < 0 ? status : run(count);
    };
    /** Each message of the batch, lazily decoded. */
    const look = (all) => {
      for (const message of all) seen += message.length + all.slab[message.offset];
    };
    const columns = ({ count, slab, offsets, lengths }) => {
      for (let i = 0; i < count; i++) seen += lengths[i] + slab[offsets[i]];
    };
    /** What node's dgram does for each datagram. */
    const emit = (all) => {
      for (let i = 0; i < all.count; i++) emitter.emit('message', all.copyData(i), all.address(i));
    };
    const drain = (visit) =>
      filled(
        timed((count) => {
          for (let left = count; left > 0; left -= batch.count) {
            if (rx.tryRecvmmsg(batch) === 0) throw new Error('a datagram is missing');
            visit(batch);
          }
        }),
      );
    /**
     * A socket of its own that is drained by the event loop all the time: the datagrams come while
     * JavaScript runs, and the loop finds them.
     */
    const push = async (visit) => {
      const [socket, fill] = await pair(sockets);
      let left = 0;
      let done;
      socket.onBatch((all) => {
        visit(all);
        left -= all.count;
        if (left === 0) done();
      });
      return async (count) => {
        const status = c.fill(fill.fileno(), count, size);
        if (status < 0) return status;
        left = count;
        const start = process.hrtime.bigint();
        await new Promise((resolve) => {
          done = resolve;
        });
        return Number(process.hrtime.bigint() - start);
      };
    };
    const iterate = async (visit) => {
      const [socket, fill] = await pair(sockets);
      const all = socket.batches();
      return async (count) => {
        const status = c.fill(fill.fileno(), count, size);
        if (status < 0) return status;
        const start = process.hrtime.bigint();
        for (let left = count; left > 0; ) {
          const { value } = await all.next();
          visit(value);
          left -= value.count;
        }
        return Number(process.hrtime.bigint() - start);
      };
    };

    const dgram = {
      name: "node dgram, 'message'",
      run: (count) => drainDgram(other, otherTx, count),
    };
    const recvfrom = { name: 'C recvfrom', run: filled((count) => c.recvfrom(fd, count)) };
    const contestants = asEvents
      ? [
          recvfrom,
          {
            name: "onBatch, 'message' with copied Buffer and address",
            run: await push(emit),
            goal: goals.event,
          },
          dgram,
        ]
      : [
          { name: 'C recvmmsg', run: filled((count) => c.recvmmsg(fd, count)) },
          recvfrom,
          { name: 'tryRecvmmsg, columns read', run: drain(columns), goal: goals.lazy },
          { name: 'tryRecvmmsg, a lazy message each', run: drain(look), goal: goals.lazy },
          { name: 'onBatch, a lazy message each', run: await push(look), goal: goals.loop },
          { name: 'batches(), a lazy message each', run: await iterate(look), goal: goals.loop },
          dgram,
        ];
    if (python) contestants.push({ name: 'Python recvfrom', run: python.run(pythonLoop) });
    const stop = () => {
      // which also keeps it from being optimised away
      if (seen === 0) throw new Error('nothing was looked at');
      for (const socket of [...sockets, other, otherTx]) socket.close();
    };
    return { contestants, stop };
  }

  function drainDgram(socket, tx, count) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('node dgram lost datagrams')), 10000);
      const status = c.fill(tx.fileno(), count, size);
      if (status < 0) reject(new Error(`fill: ${status}`));
      const start = process.hrtime.bigint();
      let left = count;
      let seen = 0;
      const onMessage = (data, rinfo) => {
        seen += data.length + data[0] + rinfo.port;
        if (--left > 0) return;
        const ns = Number(process.hrtime.bigint() - start);
        clearTimeout(late);
        socket.off('message', onMessage);
        resolve(seen > 0 ? ns : 0);
      };
      socket.on('message', onMessage);
    });
  }

  return {
    title: `${asEvents ? 'events' : 'recvmmsg'}: ${size} bytes, prefilled`,
    rounds: 40,
    count: 4096,
    setup,
  };
}

module.exports = { receiving, roomy };
