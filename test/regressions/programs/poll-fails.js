// A blocking verb that must wait, in a process whose poll(2) fails: the code of its error. A
// deadline of half a second ends a verb that spins.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const S = require('bsd-socket');

const [a, _b] = S.socketpair(S.AF_UNIX, S.SOCK_STREAM);
const listener = S.socket().bind(['127.0.0.1', 0]).listen();
const client = S.socket();
const file = fs.openSync(__filename, 'r');
const batch = new S.MessageBatch({ count: 1, size: 10 });
const filledBatch = new S.MessageBatch({ count: 1, size: 10 });
filledBatch.set(0, Buffer.from('x'));

/** The address of a listener whose accept queue is full: SYNs to it go unanswered. */
function unanswered() {
  const full = S.socket().bind(['127.0.0.1', 0]).listen(0);
  const to = full.getsockname();
  for (let i = 0; i < 3; i++)
    S.socket()
      .connect(to)
      .catch(() => {});
  return to;
}

const VERBS = {
  recvSync: [a, () => a.recvSync(1)],
  'recvSync MSG_WAITALL': [a, () => a.recvSync(2, S.MSG_WAITALL)],
  recvfromSync: [a, () => a.recvfromSync(1)],
  recvmsgSync: [a, () => a.recvmsgSync(1)],
  recvmmsgSync: [a, () => a.recvmmsgSync(batch)],
  sendSync: [a, () => a.sendSync('x')],
  sendallSync: [a, () => a.sendallSync('x')],
  sendmsgSync: [a, () => a.sendmsgSync([Buffer.from('x')])],
  sendmmsgSync: [a, () => a.sendmmsgSync(filledBatch)],
  sendfileSync: [a, () => a.sendfileSync(file, 0, 1)],
  acceptSync: [listener, () => listener.acceptSync()],
  connectSync: [client, () => client.connectSync(to)],
  pollSync: [a, () => S.pollSync([{ socket: a, read: true }], 500)],
};
const verb = process.argv[2];
const [sock, call] = VERBS[verb];
const to = verb === 'connectSync' ? unanswered() : undefined;
if (verb.startsWith('send')) {
  while (a.trySend(Buffer.alloc(65536)) !== null);
  while (a.trySend('x') !== null);
}
sock.settimeout(0.5);
execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=0:']);
let code = 'none';
try {
  call();
} catch (error) {
  code = error.code;
}
fs.writeSync(1, JSON.stringify({ code }));
process.exit(0);
