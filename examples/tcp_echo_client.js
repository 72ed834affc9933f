// Sends one message over TCP and prints its echo. node examples/tcp_echo_client.js [port] [host]
// [message]
const { socket, AF_INET, SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY, SHUT_WR } = require('bsd-socket');

async function main(port = '50007', host = 'localhost', message = 'Hello, world') {
  const s = socket(AF_INET, SOCK_STREAM);
  try {
    s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    await s.connect([host, Number(port)]);
    await s.sendall(message);
    s.shutdown(SHUT_WR);
    const chunks = [];
    for (;;) {
      const data = await s.recv(1024);
      if (!data.length) break;
      chunks.push(data);
    }
    console.log('Received', Buffer.concat(chunks).toString());
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
