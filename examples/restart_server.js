// Why servers set SO_REUSEADDR: the side that closes first leaves its port in TIME_WAIT for a
// minute.
//   node examples/restart_server.js [port] [reuse: 1 or 0]     connect once, then start it again on the same port
const { socket, isErrno, AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = require('bsd-socket');

async function main(port = '50011', reuse = '1') {
  const s = socket(AF_INET, SOCK_STREAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, Number(reuse));
    s.bind(['127.0.0.1', Number(port)]);
    s.listen(1);
    console.log('Listening on port', s.getsockname()[1]);
    const [conn] = await s.accept();
    try {
      await conn.sendall('Goodbye\n');
    } finally {
      conn.close();
    }
  } catch (error) {
    if (!isErrno(error, 'EADDRINUSE')) throw error;
    console.log(error.code, error.hint);
    process.exitCode = 1;
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
