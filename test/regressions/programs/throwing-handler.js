// A handler of a stream that throws: makefile()'s, or node's own net.Socket. Prints how the process
// heard of it.
const net = require('node:net');
const S = require('bsd-socket');

const [kind, where] = process.argv.slice(2);
process.on('uncaughtException', (error) => done('uncaughtException', error));
process.on('unhandledRejection', (error) => done('unhandledRejection', error));

function done(how, error) {
  console.log(`${how}: ${error.message}`);
  process.exit(0);
}

function fail() {
  throw new Error('thrown by the handler');
}

function listen(file, peer) {
  if (where === 'data') {
    file.on('data', fail);
    peer.write('x');
  } else if (where === 'end') {
    file.on('end', fail).resume();
    peer.end();
  } else if (where === 'error') {
    file.on('error', fail).resume();
    peer.reset();
  } else file.write('x', fail);
}

const server = net.createServer((conn) => {
  const peer = {
    write: (text) => conn.write(text),
    end: () => conn.end(),
    reset: () => conn.resetAndDestroy(),
  };
  listen(file, peer);
});
let file;
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  if (kind === 'net') file = net.connect(port, '127.0.0.1');
  else {
    const sock = S.socket();
    const connected = sock.connect(['127.0.0.1', port]);
    file = sock.makefile();
    await connected;
  }
});
