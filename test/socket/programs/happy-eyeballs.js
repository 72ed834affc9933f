// create_connection() to a name with an IPv6 and an IPv4 address, in a namespace of its own whose
// firewall drops TCP to port 7 of ::1 and to port 9 of both.
'use strict';
const fs = require('node:fs');
const { AF_INET, create_connection, create_server, isErrno } = require('bsd-socket');

const openFds = () => fs.readdirSync('/proc/self/fd').length;
const seen = (error) => ({
  name: error.constructor.name,
  code: error.code,
  errno: error.errno,
  syscall: error.syscall,
  isTimeout: error.isTimeout,
  timedOut: isErrno(error, 'ETIMEDOUT'),
  refused: isErrno(error, 'ECONNREFUSED'),
  errors: error.errors?.map(({ code, address }) => [code, address?.family]),
});

async function failing(...args) {
  const before = openFds();
  const started = performance.now();
  const error = await create_connection(...args).then(
    (socket) => new Error(`connected to ${socket.remoteAddress.address}`),
    (reason) => reason,
  );
  return { ...seen(error), ms: performance.now() - started, left: openFds() - before };
}

async function main() {
  const report = {};
  const server = create_server(['127.0.0.1', 7]);
  const v4only = create_server(['127.0.0.1', 8]);
  const started = performance.now();
  const late = await create_connection(['both', 7]);
  report.dropped = [late.remoteAddress.family, performance.now() - started];
  const soon = performance.now();
  const quick = await create_connection(['both', 7], { attemptDelayMs: 20 });
  report.sooner = [quick.remoteAddress.family, performance.now() - soon];
  const again = performance.now();
  const next = await create_connection(['both', 8]);
  report.refusedFirst = [next.remoteAddress.family, performance.now() - again];
  for (const socket of [late, quick, next, server, v4only]) socket.close();
  report.all = await failing(['both', 10]);
  report.one = await failing(['127.0.0.1', 10]);
  report.deadline = await failing(['both', 9], { timeoutMs: 400 });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 300);
  report.aborted = await failing(['both', 9], { signal: stop.signal });
  report.family = AF_INET;
  console.log(JSON.stringify(report));
}

main();
