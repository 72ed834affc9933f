// The hint of a raw socket that this process may not open.
const { AF_INET, SOCK_RAW, IPPROTO_ICMP, socket } = require('bsd-socket');

try {
  socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
} catch (error) {
  console.log(error.hint);
}
