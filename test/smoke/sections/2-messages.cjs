// Options, control messages, batches, the error queue, descriptors, other sockets of the runtime.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const { S, dgram } = require('../tracked.cjs');

const LOOPBACK = ['127.0.0.1', 0];
const text = (bytes) => Buffer.from(bytes).toString();
const later = (call) => setTimeout(call, 10);
const udp = () => S.socket(S.AF_INET, S.SOCK_DGRAM).bind(LOOPBACK);
function end(...sockets) {
  for (const socket of sockets) socket.close();
}

module.exports = {
  async options() {
    const s = udp();
    s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, true);
    assert.ok(s.getsockopt(S.SOL_SOCKET, S.SO_REUSEADDR));
    s.options.IP_TTL = 7;
    assert.equal(s.options.IP_TTL, 7);
    assert.equal(s.ioctl(S.FIONREAD), 0);
    s.set_inheritable(true);
    assert.equal(s.get_inheritable(), true);
    s.attachFilter([{ code: 6, jt: 0, jf: 0, k: 0xffff }]);
    s.attachFilter(null);
    assert.ok(s.stats.syscalls >= 0);
    const encode = (value) => Buffer.from(Int32Array.of(value).buffer);
    S.defineOption({ name: 'SO_SMOKE', level: 60000, optname: 1, encode });
    assert.deepEqual(S.timestampingFlags(S.timestamping('RX_SOFTWARE')), ['RX_SOFTWARE']);
    const group = udp();
    group.setsockopt(S.IPPROTO_IP, S.IP_ADD_MEMBERSHIP, { group: '239.1.2.3', interface: 'lo' });
    assert.equal(S.getsourcefilter(group, 'lo', '239.1.2.3').mode, 'exclude');
    group.close();
    s.close();
    assert.equal(S.CMSG_LEN(4), 20);
    assert.equal(S.CMSG_SPACE(4), 24);
    assert.ok(S.socketKinds().length > 0);
    assert.ok(S.socketOptions().length > 0);
  },
  async 'control messages'() {
    const [a, b] = [udp(), udp()];
    b.enable({ pktinfo: true, ttl: true, timestamp: true });
    a.sendmsgSync([Buffer.from('x')], { to: b.getsockname(), ttl: 9 });
    const message = await b.recvmsg(8);
    assert.equal(message.to, '127.0.0.1');
    assert.equal(message.ttl, 9);
    assert.equal(typeof message.timestamp, 'bigint');
    end(a, b);
  },
  async 'batches, iteration'() {
    const [a, b] = [udp(), udp()];
    const to = b.getsockname();
    const out = new S.MessageBatch({ count: 4, size: 64 });
    const fill = () => {
      out.clear();
      for (let i = 0; i < 4; i++) out.set(i, Buffer.from(`m${i}`), to);
    };
    fill();
    assert.equal(await a.sendmmsg(out), 4);
    const into = new S.MessageBatch({ count: 8, size: 64 });
    assert.equal(await b.recvmmsg(into), 4);
    assert.deepEqual(
      Array.from(into, (message) => text(message.data)),
      ['m0', 'm1', 'm2', 'm3'],
    );
    assert.equal(into.address(0).port, a.getsockname().port);
    fill();
    assert.equal(a.sendmmsgSync(out), 4);
    assert.equal(b.recvmmsgSync(into), 4);
    fill();
    assert.equal(a.trySendmmsg(out), 4);
    assert.equal(b.tryRecvmmsg(into), 4);
    later(() => a.sendtoSync('iterated', to));
    for await (const message of b.messages()) {
      assert.equal(text(message.data), 'iterated');
      break;
    }
    later(() => a.sendtoSync('batched', to));
    for await (const batch of b.batches()) {
      assert.equal(batch.count, 1);
      break;
    }
    await new Promise((resolve) => {
      const subscription = b.onBatch((batch) => {
        subscription.stop();
        resolve(batch.count);
      });
      later(() => a.sendtoSync('pushed', to));
    });
    end(a, b);
  },
  async 'error queue'() {
    const s = S.socket(S.AF_INET, S.SOCK_DGRAM).enable({ errqueue: true });
    const gone = udp();
    const to = gone.getsockname();
    gone.close();
    s.connectSync(to);
    s.sendSync('nobody');
    for await (const error of s.errors()) {
      assert.equal(error.error.errno, 'ECONNREFUSED');
      break;
    }
    s.close();
  },
  async descriptors() {
    const [a, b] = S.socketpair();
    const file = fs.openSync('/dev/null', 'r');
    a.sendFdsSync(Buffer.from('f'), [file]);
    const { fds } = await b.recvFds(8, 1);
    fds[0].close();
    await a.sendFds(Buffer.from('f'), [file]);
    const again = b.recvFdsSync(8, 1);
    const owned = again.fds[0];
    const number = owned.fd;
    assert.equal(owned.release(), number);
    new S.OwnedFd(number).close();
    S.OwnedFd.dup(file).handOver((fd) => new S.OwnedFd(fd).close());
    fs.closeSync(file);
    const twin = a.dup();
    twin.sendSync('twin');
    assert.equal(text(b.recvSync(8)), 'twin');
    const fd = twin.detach();
    const back = S.Socket.fromFd(fd);
    back.sendSync('back');
    assert.equal(text(b.recvSync(8)), 'back');
    const moved = S.Socket.adopt(back.transfer());
    moved.unref().ref();
    end(moved, a, b);
    const [c, d] = S.Socket.pair();
    end(c, d);
  },
  async 'other sockets of the runtime'({ absent }) {
    if (process.versions.bun || process.versions.deno)
      absent('net.Socket over a descriptor, which this runtime does not have', [
        ...['toNet', 'toServer', 'toDgram'].map((name) => `Socket.prototype.${name}`),
        ...['Socket.from', '. optionsOf', '. prepareSocket'],
      ]);
    const server = S.create_server(LOOPBACK);
    const { port } = server.getsockname();
    const listening = server.toServer();
    listening.on('connection', (socket) => socket.end('from net'));
    const client = S.socket(S.AF_INET, S.SOCK_STREAM);
    await client.connect(['127.0.0.1', port]);
    assert.equal(text(await client.recv(16)), 'from net');
    client.close();
    listening.close();
    const s = udp();
    const other = s.toDgram();
    other.close();
    const [a, b] = S.socketpair();
    const stream = a.toNet();
    stream.end('x');
    assert.equal(text(await b.recv(8)), 'x');
    b.close();
    const plain = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => plain.on('listening', resolve));
    assert.equal(S.optionsOf(plain).SO_REUSEADDR, true);
    const view = S.Socket.from(plain);
    assert.equal(view.getsockname().port, plain.address().port);
    view.close();
    plain.close();
    S.prepareSocket({ TCP_NODELAY: true }, S.AF_INET).destroy();
  },
  async dgram() {
    const a = dgram.createSocket('udp4');
    const bound = new Promise((resolve) => a.bind(0, '127.0.0.1', resolve));
    await bound;
    const message = new Promise((resolve) => a.on('message', resolve));
    a.send('by dgram', a.address().port, '127.0.0.1');
    assert.equal(text(await message), 'by dgram');
    await new Promise((resolve) => a.close(resolve));
    new dgram.Socket('udp4').close();
  },
};
