// Echo over AF_UNIX. node examples/unix_echo_server.js stream|dgram|seqpacket path ('@name' is an
// abstract name)
const fs = require('node:fs');
const { socket, AF_UNIX, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = require('bsd-socket');

const TYPES = { stream: SOCK_STREAM, dgram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET };

async function echoDatagrams(s) {
  for (;;) {
    const [data, address] = await s.recvfrom(65536);
    await s.sendto(data, address);
  }
}

async function echoConnection(s) {
  s.listen(1);
  const [conn] = await s.accept();
  try {
    for (;;) {
      const data = await conn.recv(65536); // on a seqpacket socket: one whole message
      if (!data.length) break;
      await conn.sendall(data);
    }
  } finally {
    conn.close();
  }
}

async function main(type, path) {
  const s = socket(AF_UNIX, TYPES[type]);
  try {
    s.bind(path.replace(/^@/, '\0'));
    console.log('Listening on', path);
    await (type === 'dgram' ? echoDatagrams(s) : echoConnection(s));
  } finally {
    s.close();
    if (!path.startsWith('@')) fs.rmSync(path, { force: true });
  }
}

main(...process.argv.slice(2));
