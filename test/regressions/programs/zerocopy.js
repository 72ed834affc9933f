// One MSG_ZEROCOPY send whose memory nobody else holds: what arrived once the collector has run and
// the heap was filled with other bytes, and for how long the memory was kept.
const S = require('bsd-socket');
const sys = require('bsd-socket/sys');

const [kind, familyName, verb, mode] = process.argv.slice(2);
const v6 = familyName === 'IPv6';
const family = v6 ? S.AF_INET6 : S.AF_INET;
const host = v6 ? '::1' : '127.0.0.1';
const SIZE = kind === 'udp' ? 8000 : 1 << 20;
const flags = S.MSG_ZEROCOPY | (kind === 'udp' ? S.MSG_MORE : 0);

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function connected() {
  if (kind === 'udp') {
    const [a, b] = [0, 0].map(() => S.socket(family, S.SOCK_DGRAM).bind([host, 0]));
    await a.connect(b.getsockname());
    return [a, b];
  }
  const listener = S.socket(family, S.SOCK_STREAM);
  listener.setsockopt(S.SOL_SOCKET, S.SO_RCVBUF, 65536);
  listener.bind([host, 0]).listen();
  const a = S.socket(family, S.SOCK_STREAM);
  a.setsockopt(S.SOL_SOCKET, S.SO_SNDBUFFORCE, 16 << 20);
  const [[b]] = await Promise.all([listener.accept(), a.connect(listener.getsockname())]);
  return [a, b];
}

/** What the call returned: bytes, or messages of a batch; sendall returns nothing. */
let sent;

/** Sends SIZE bytes of 'A' and keeps nothing but a weak reference to their memory. */
async function send(a, b) {
  if (mode === 'string') {
    sent = await a[verb]('A'.repeat(SIZE), flags);
    return undefined;
  }
  const data = Buffer.from(new ArrayBuffer(SIZE)).fill('A');
  const batch = () => {
    const made = new S.MessageBatch({ count: 1, size: SIZE });
    made.set(0, data);
    return made;
  };
  const CALLS = {
    send: () => a.send(data, flags),
    sendSync: () => a.sendSync(data, flags),
    trySend: () => a.trySend(data, flags),
    sendall: () => a.sendall(data, flags),
    sendallSync: () => a.sendallSync(data, flags),
    sendto: () => a.sendto(data, flags, b.getsockname()),
    sendmsg: () => a.sendmsg([data.subarray(0, 100), data.subarray(100)], { flags }),
    sendmsgSync: () => a.sendmsgSync([data], { flags }),
    trySendmsg: () => a.trySendmsg([data], { flags }),
    sendmmsg: () => a.sendmmsg(batch(), { flags }),
    sendmmsgSync: () => a.sendmmsgSync(batch(), flags),
    trySendmmsg: () => a.trySendmmsg(batch(), flags),
  };
  if (verb.includes('mmsg')) {
    let made = batch();
    const held = new WeakRef(made.slab.buffer);
    const call = { sendmmsg: () => a.sendmmsg(made, { flags }) };
    call.sendmmsgSync = () => a.sendmmsgSync(made, flags);
    call.trySendmmsg = () => a.trySendmmsg(made, flags);
    await call[verb]();
    made = undefined;
    return held;
  }
  sent = await CALLS[verb]();
  return new WeakRef(data.buffer);
}

const others = [];

/** Runs the collector, and puts other bytes into what it freed. */
async function collect() {
  for (let i = 0; i < 10; i++) {
    globalThis.gc();
    await turn();
    for (let j = 0; j < 4; j++) others.push(Buffer.from('B'.repeat(SIZE)));
  }
}

void (async () => {
  let [a, b] = await connected();
  if (mode !== 'off') a.setsockopt(S.SOL_SOCKET, S.SO_ZEROCOPY, true);
  let before = 0;
  if (mode === 'adopted') {
    for (; before < 3; before++) sys.send(a.fileno(), Buffer.alloc(1), S.MSG_ZEROCOPY);
    a = S.Socket.fromFd(a.detach());
  }
  const held = await send(a, b);
  await collect();
  const wasHeld = held?.deref() !== undefined;
  if (kind === 'udp') await a.send('');
  let wrong = 0;
  let received = -before;
  const expected = sent > 1 ? sent : SIZE;
  while (received < expected) {
    const chunk = await b.recv(1 << 16);
    received += chunk.length;
    for (const byte of received <= 0 ? [] : chunk) if (byte !== 0x41 && byte !== 0) wrong += 1;
  }
  const completions = [];
  const deadline = Date.now() + 2_000;
  while (mode !== 'off' && Date.now() < deadline) {
    const message = a.tryRecvmsg(0, 512, S.MSG_ERRQUEUE);
    if (message === null) {
      if (completions.length > before) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    const { info, data } = message.get(S.CM.IP_RECVERR) ?? message.get(S.CM.IPV6_RECVERR);
    for (let id = info; id <= data; id++) completions.push(id);
  }
  await turn();
  await collect();
  const freed = held?.deref() === undefined;
  process.stdout.write(
    JSON.stringify({ wrong, missing: expected - received, held: wasHeld, freed, completions }),
    () => process.exit(0),
  );
})();
