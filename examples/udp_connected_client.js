// A connected UDP socket: send and recv need no address, and a port that nobody listens on is an
// error.
//   node examples/udp_connected_client.js [port] [host] [message]
const { socket, isErrno, AF_INET, SOCK_DGRAM } = require('bsd-socket');

async function main(port = '50008', host = 'localhost', message = 'Hello, world') {
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.settimeout(5);
    await s.connect([host, Number(port)]);
    await s.send(message);
    console.log('Received', (await s.recv(65535)).toString());
  } catch (error) {
    if (!isErrno(error, 'ECONNREFUSED')) throw error;
    console.log('Nobody listens on port', port);
    process.exitCode = 1;
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
