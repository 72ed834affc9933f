// Sockets of every family that any kernel has, and each call in its three forms.
'use strict';
const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { S } = require('../tracked.cjs');

const LOOPBACK = ['127.0.0.1', 0];
const text = (bytes) => Buffer.from(bytes).toString();
const later = (call) => setTimeout(call, 10);

function tcp() {
  const server = S.create_server(LOOPBACK);
  const client = S.socket(S.AF_INET, S.SOCK_STREAM);
  return { server, client };
}
async function connected() {
  const { server, client } = tcp();
  const [[conn]] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
  server.close();
  return [conn, client];
}
function udp() {
  const [a, b] = [0, 0].map(() => S.socket(S.AF_INET, S.SOCK_DGRAM).bind(LOOPBACK));
  return [a, b, b.getsockname()];
}
function end(...sockets) {
  for (const socket of sockets) socket.close();
}

module.exports = {
  async 'lifecycle, inet'() {
    const { server, client } = tcp();
    assert.equal(client.connect_exSync(server.getsockname()), 0);
    const [conn, from] = server.acceptSync();
    assert.deepEqual(from.port, client.getsockname().port);
    assert.equal(conn.remoteAddress.port, client.localAddress.port);
    assert.equal(conn.getpeername().port, from.port);
    assert.equal(server.tryAccept(), null);
    client.shutdown(S.SHUT_WR);
    assert.equal((await conn.recv(1)).length, 0);
    end(conn, client, server);
    assert.ok(server.closed);
    assert.equal(server.fileno(), -1);
    assert.throws(() => server.listen(1), { code: 'EBADF' });
  },
  async 'lifecycle, inet6'({ absent }) {
    if (!S.has_ipv6) absent('IPv6');
    const a = S.socket(S.AF_INET6, S.SOCK_DGRAM);
    try {
      a.bind(['::1', 0]);
    } catch (error) {
      if (error.code === 'EADDRNOTAVAIL') absent('::1');
      throw error;
    }
    assert.equal(typeof S.has_dualstack_ipv6(), 'boolean');
    a.sendtoSync('six', a.getsockname());
    assert.equal(text((await a.recvfrom(8))[0]), 'six');
    a.close();
  },
  async 'lifecycle, unix'() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'smoke-'));
    const at = path.join(folder, 'socket');
    const server = S.socket(S.AF_UNIX, S.SOCK_STREAM).bind(at).listen(1);
    const client = S.socket(S.AF_UNIX, S.SOCK_STREAM);
    client.connectSync(at);
    const [conn] = await server.accept();
    assert.equal(conn.trySend('x'), 1);
    assert.equal(text(client.recvSync(8)), 'x');
    assert.equal(client.getsockopt(S.SOL_SOCKET, S.SO_PEERCRED).pid, process.pid);
    end(conn, client, server);
    fs.rmSync(folder, { recursive: true });
  },
  async 'lifecycle, packet and netlink'({ absent }) {
    const netlink = S.socket(S.AF_NETLINK, S.SOCK_RAW, 0).bind({ pid: 0, groups: 0 });
    assert.ok(netlink.getsockname().pid > 0);
    netlink.close();
    if (!S.capabilities().raw) absent('CAP_NET_RAW');
    const raw = S.socket(S.AF_PACKET, S.SOCK_RAW, 0).bind({ ifname: 'lo', protocol: 0 });
    assert.equal(raw.getsockname().ifname, 'lo');
    raw.close();
  },
  async 'accept in three forms, and connections()'() {
    const { server } = tcp();
    const clients = [0, 0, 0, 0].map(() => S.socket(S.AF_INET, S.SOCK_STREAM));
    const waiting = server.accept();
    later(() => clients[0].connectSync(server.getsockname()));
    const conns = [(await waiting)[0]];
    clients[1].connectSync(server.getsockname());
    conns.push(server.acceptSync()[0]);
    clients[2].connectSync(server.getsockname());
    conns.push(server.tryAccept()[0]);
    later(() => clients[3].connect(server.getsockname()));
    for await (const [conn] of server.connections()) {
      conns.push(conn);
      break;
    }
    assert.equal(conns.length, 4);
    end(...conns, ...clients, server);
  },
  async 'connect in its forms'() {
    const { server, client } = tcp();
    const address = server.getsockname();
    await client.connect(address);
    const second = S.socket(S.AF_INET, S.SOCK_STREAM);
    assert.equal(await second.connect_ex(address), 0);
    const third = await S.create_connection(['127.0.0.1', address.port]);
    server.close();
    const refused = S.socket(S.AF_INET, S.SOCK_STREAM);
    await assert.rejects(refused.connect(address), { code: 'ECONNREFUSED', syscall: 'connect' });
    end(client, second, third, refused);
  },
  async 'recv and send in three forms'() {
    const [a, b] = S.socketpair();
    const waiting = b.recv(8);
    later(() => a.send('one'));
    assert.equal(text(await waiting), 'one');
    a.sendSync('two');
    assert.equal(text(b.recvSync(8)), 'two');
    assert.equal(a.trySend('three'), 5);
    assert.equal(text(b.tryRecv(8)), 'three');
    assert.equal(b.tryRecv(8), null);
    end(a, b);
  },
  async 'recvfrom and sendto in three forms'() {
    const [a, b, to] = udp();
    const waiting = b.recvfrom(8);
    later(() => a.sendto('one', to));
    assert.equal(text((await waiting)[0]), 'one');
    a.sendtoSync('two', to);
    assert.equal(b.recvfromSync(8)[1].port, a.getsockname().port);
    assert.equal(a.trySendto('three', to), 5);
    await b.wait({ read: true });
    assert.equal(text(b.tryRecvfrom(8)[0]), 'three');
    end(a, b);
  },
  async 'recvmsg and sendmsg in three forms'() {
    const [a, b, to] = udp();
    const parts = ['on', 'e'].map((part) => Buffer.from(part));
    const waiting = b.recvmsg(8);
    later(() => a.sendmsg(parts, { to }));
    assert.equal(text((await waiting).data), 'one');
    assert.equal(a.sendmsgSync(parts, { to }), 3);
    assert.equal(text(b.recvmsgSync(8).data), 'one');
    assert.equal(a.trySendmsg(parts, { to }), 3);
    await b.wait({ read: true });
    assert.equal(text(b.tryRecvmsg(8).data), 'one');
    end(a, b);
  },
  async 'sendall, sendfile, streams'() {
    const [a, b] = await connected();
    const file = fs.openSync(__filename, 'r');
    const { size } = fs.fstatSync(file);
    const gather = async (least) => {
      let bytes = 0;
      while (bytes < least) bytes += (await b.recv(65536)).length;
      return bytes;
    };
    const all = gather(400_000);
    await a.sendall(Buffer.alloc(400_000));
    assert.equal(await all, 400_000);
    a.sendallSync('done');
    assert.equal(await gather(4), 4);
    assert.equal(await a.sendfile(file, 0, size), size);
    assert.equal(await gather(size), size);
    assert.equal(a.sendfileSync({ fd: file }, 0, 10), 10);
    assert.equal(await gather(10), 10);
    fs.closeSync(file);
    const stream = a.makefile('rw');
    stream.write('through a stream');
    assert.equal(text(await b.recv(32)), 'through a stream');
    b.sendSync('back');
    assert.equal(text((await once(stream, 'data'))[0]), 'back');
    stream.destroy();
    b.close();
    const [c, d] = await connected();
    c.sendSync('iterated');
    c.shutdown(S.SHUT_WR);
    const chunks = [];
    for await (const chunk of d) chunks.push(chunk);
    assert.equal(text(Buffer.concat(chunks)), 'iterated');
    end(c, d);
  },
  async 'timeouts, abort, close'() {
    const [a, b] = S.socketpair();
    const abort = new AbortController();
    later(() => abort.abort(new Error('enough')));
    await assert.rejects(b.recv(1, { signal: abort.signal }), /enough/);
    await assert.rejects(b.recv(1, { timeoutMs: 20 }), { code: 'ETIMEDOUT' });
    b.settimeout(0.02);
    assert.equal(b.gettimeout(), 0.02);
    assert.throws(() => b.recvSync(1), { code: 'ETIMEDOUT' });
    b.setblocking(false);
    assert.equal(b.getblocking(), false);
    assert.throws(() => b.recvSync(1), { code: 'EAGAIN' });
    b.setblocking(true);
    const waiting = b.recv(1);
    later(() => b.close());
    await assert.rejects(waiting, { code: 'EBADF' });
    a.close();
    S.setdefaulttimeout(1);
    assert.equal(S.getdefaulttimeout(), 1);
    S.setdefaulttimeout(null);
    assert.throws(() => S.socket(12345, 1), S.error);
    const failed = await b.connect('/nowhere').catch((error) => error);
    assert.ok(failed instanceof S.SocketError);
    assert.equal(S.isErrno(failed, 'EBADF'), true);
  },
  async poll() {
    const [a, b] = S.socketpair();
    a.sendSync('x');
    assert.deepEqual(S.pollSync([{ socket: b, read: true }], 0), [S.POLLIN]);
    b.recvSync(1);
    later(() => a.sendSync('y'));
    assert.deepEqual(await S.poll([{ socket: b, read: true }], { timeoutMs: 1000 }), [S.POLLIN]);
    assert.equal((await b.wait({ read: true })).read, true);
    end(a, b);
  },
  async 'many waiters at once'() {
    const pairs = Array.from({ length: 200 }, () => S.socketpair());
    const all = Promise.all(pairs.map(([, b]) => b.recv(8)));
    later(() => {
      for (const [i, [a]] of pairs.entries()) a.sendSync(String(i));
    });
    assert.deepEqual(
      (await all).map(text),
      pairs.map((_, i) => String(i)),
    );
    for (const [a, b] of pairs) end(a, b);
  },
};
