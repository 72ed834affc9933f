// Sets sockets up so that something could keep the event loop awake, then counts its iterations
// over a second in which nothing happens.
const { performance } = require('node:perf_hooks');
const S = require('bsd-socket');

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const kept = [];
const udp = () => S.socket(S.AF_INET, S.SOCK_DGRAM).bind(['127.0.0.1', 0]);

const SETUPS = {
  async 'error queue'() {
    const s = S.socket(S.AF_INET, S.SOCK_DGRAM);
    s.setsockopt(S.IPPROTO_IP, S.IP_RECVERR, 1);
    const free = udp();
    const to = free.getsockname();
    free.close();
    const waiting = s.recv(10).catch((error) => error);
    await s.sendto('x', to);
    const error = await waiting;
    if (error.code !== 'ECONNREFUSED') throw error;
    s.recv(10);
    s.recvfrom(10);
    if (s.tryRecvmsg(10, 200, S.MSG_ERRQUEUE | S.MSG_PEEK) === null)
      throw new Error('the error queue is empty');
    kept.push(s);
  },

  async 'hung-up peer'() {
    const [a, b] = S.socketpair();
    const first = a.recv(1);
    await b.send('x');
    await first;
    await b.send('y');
    b.close();
    const listener = S.create_server(['127.0.0.1', 0]);
    const client = await S.create_connection(['127.0.0.1', listener.getsockname().port]);
    const [conn] = await listener.accept();
    const received = client.recv(1);
    await conn.send('z');
    await received;
    conn.options.SO_LINGER = 0;
    conn.close();
    kept.push(a, listener, client);
  },

  async 'surviving duplicate'() {
    const [a, b] = S.socketpair();
    const copy = a.dup();
    const waiting = a.recv(1).catch((error) => error);
    await sleep(10);
    a.close();
    const error = await waiting;
    if (error.code !== 'EBADF') throw error;
    for (let i = 0; i < 100; i++) b.trySend('x');
    kept.push(copy, b);
  },

  async 'unread flood'() {
    const receiver = udp();
    const first = receiver.recv(1);
    const sender = S.socket(S.AF_INET, S.SOCK_DGRAM);
    await sender.connect(receiver.getsockname());
    await sender.send('x');
    await first;
    for (let i = 0; i < 1000; i++) sender.trySend('x');
    kept.push(receiver, sender);
  },
};

void (async () => {
  await SETUPS[process.argv[2]]();
  await sleep(300);
  const { loopCount } = performance.nodeTiming.uvMetricsInfo;
  await sleep(1000);
  const iterations = performance.nodeTiming.uvMetricsInfo.loopCount - loopCount;
  process.stdout.write(JSON.stringify({ iterations }), () => process.exit(0));
})();
