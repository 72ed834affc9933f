// A user's program, CommonJS: a pair of sockets, an option, a typed error; prints what it saw.
const { AF_UNIX, errors, SO_TYPE, SOCK_DGRAM, SOL_SOCKET, socketpair } = require('bsd-socket');

const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
a.sendSync('hello');
const text = String(b.recvSync(16));
let refusal;
try {
  a.listen(1);
} catch (error) {
  refusal = error instanceof errors.EOPNOTSUPP;
}
console.log(JSON.stringify([text, a.getsockopt(SOL_SOCKET, SO_TYPE) === SOCK_DGRAM, refusal]));
a.close();
b.close();
