// Sends one datagram with sendto and prints the answer. node examples/udp_client.js [port] [host]
// [message]
const { socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');

async function main(port = '50008', host = 'localhost', message = 'Hello, world') {
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.settimeout(5);
    await s.sendto(message, [host, Number(port)]);
    const [data, addr] = await s.recvfrom(65535);
    console.log('Received', data.toString(), 'from', `${addr[0]}:${addr[1]}`);
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
