// Echoes one TCP connection until its peer has finished. node examples/tcp_echo_server.js [port]
// [host]
const {
  socket,
  AF_INET,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_REUSEADDR,
  IPPROTO_TCP,
  TCP_NODELAY,
} = require('bsd-socket');

async function main(port = '50007', host = '') {
  const s = socket(AF_INET, SOCK_STREAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    s.bind([host, Number(port)]);
    s.listen(1);
    console.log('Listening on port', s.getsockname()[1]);
    const [conn, addr] = await s.accept();
    try {
      console.log('Connected by', addr[0]);
      conn.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
      for (;;) {
        const data = await conn.recv(1024);
        if (!data.length) break;
        await conn.sendall(data);
      }
    } finally {
      conn.close();
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
