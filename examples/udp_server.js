// Answers every datagram with the same bytes, until it is stopped. node examples/udp_server.js
// [port] [host]
const { socket, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR } = require('bsd-socket');

async function main(port = '50008', host = '') {
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    s.bind([host, Number(port)]);
    console.log('Listening on port', s.getsockname()[1]);
    for (;;) {
      const [data, addr] = await s.recvfrom(65535);
      console.log(data.length, 'bytes from', addr[0]);
      await s.sendto(data, addr);
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
