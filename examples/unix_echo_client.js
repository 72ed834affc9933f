// Sends messages over AF_UNIX and prints their echoes. node examples/unix_echo_client.js
// stream|dgram|seqpacket path message...
const { socket, AF_UNIX, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET } = require('bsd-socket');

const TYPES = { stream: SOCK_STREAM, dgram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET };

async function main(type, path, ...messages) {
  const s = socket(AF_UNIX, TYPES[type]);
  try {
    s.settimeout(5);
    if (type === 'dgram') s.bind(''); // autobind: an address of its own, for the answers to come to
    await s.connect(path.replace(/^@/, '\0'));
    for (const message of messages) {
      await s.send(message);
      console.log('Received', (await s.recv(65536)).toString());
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
