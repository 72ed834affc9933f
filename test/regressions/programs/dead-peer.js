// A connect to a peer that never responds, until the kernel itself gives up (TCP_USER_TIMEOUT).
const S = require('bsd-socket');

const [host] = process.argv.slice(2);
const sock = S.socket();
sock.setsockopt(S.IPPROTO_TCP, S.TCP_SYNCNT, 1);
sock.setsockopt(S.IPPROTO_TCP, S.TCP_USER_TIMEOUT, 500);
const start = performance.now();
sock.connect([host, 9]).catch(({ code, isTimeout }) => {
  const timed = performance.now() - start > 400;
  console.log(JSON.stringify({ code, isTimeout, timed }));
});
