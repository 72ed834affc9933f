// Sends small datagrams to a port of loopback, as many as it can, until it is ended.
const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4');
const message = Buffer.alloc(64);
socket.connect(Number(process.argv[2]), '127.0.0.1', function more() {
  for (let i = 0; i < 200; i++) socket.send(message);
  setImmediate(more);
});
socket.on('error', () => process.exit(0)); // the receiver has gone
