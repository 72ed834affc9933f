// Closes a Socket's descriptor behind its back, lets something else have the number, then lets the
// stale owner go: whether that closed the newcomer.
const fs = require('node:fs');
const S = require('bsd-socket');
const sys = require('bsd-socket/sys');

const [way, successor] = process.argv.slice(2);
const kept = [];
const keep = (thing) => {
  kept.push(thing);
  return thing;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

// What a successor needs is opened before the stale number is free.
const listener = keep(S.socket().bind(['127.0.0.1', 0]).listen());
const client = keep(S.socket());
const original = keep(S.socket());
const [left, right] = S.socketpair(S.AF_UNIX, S.SOCK_DGRAM);
keep([left, right]);

const SUCCESSORS = {
  Socket: () => keep(S.socket()).fileno(),
  accepted: () => keep(listener.acceptSync()[0]).fileno(),
  dup: () => keep(original.dup()).fileno(),
  pair: () => {
    const [one] = keep(S.socketpair(S.AF_UNIX, S.SOCK_STREAM));
    return one.fileno();
  },
  OwnedFd: () => {
    const [fd] = keep(right.recvFdsSync(1, 1).fds);
    return fd.fd;
  },
  listener: () => keep(S.create_server(['127.0.0.1', 0])).fileno(),
  sys: () => sys.socket(S.AF_INET, S.SOCK_STREAM, 0),
  file: () => fs.openSync(__filename),
};

function stale() {
  if (way === 'stale OwnedFd') {
    const [owned] = right.recvFdsSync(1, 1).fds;
    return { fd: owned.fd, go: () => owned.close() };
  }
  let sock = S.socket();
  const fd = sock.fileno();
  const WAYS = {
    close: () => sock.close(),
    dispose: () => sock[Symbol.dispose](),
    transfer: () => sock.transfer(),
    toNet: () => sock.toNet().destroy(),
    collected: async () => {
      sock = undefined;
      for (let i = 0; i < 20; i++) {
        globalThis.gc();
        await turn();
      }
    },
  };
  return { fd, go: WAYS[way] };
}

void (async () => {
  await client.connect(listener.getsockname());
  for (let i = 0; i < 2; i++) left.sendFdsSync(Buffer.from('x'), [0]);
  const owner = stale();
  await turn();
  fs.closeSync(owner.fd);
  const fd = SUCCESSORS[successor]();
  const { ino } = fs.fstatSync(fd);
  let code;
  try {
    await owner.go();
    await turn();
  } catch (error) {
    code = error.code;
  }
  let intact = false;
  try {
    intact = fs.fstatSync(fd).ino === ino;
  } catch {}
  process.stdout.write(JSON.stringify({ reused: fd === owner.fd, intact, code }), () =>
    process.exit(0),
  );
})();
