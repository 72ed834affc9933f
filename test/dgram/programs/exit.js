// Sends ten datagrams to the port that is named and exits in the same tick.
'use strict';
const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4');
socket.bind(0, '127.0.0.1', () => {
  for (let i = 0; i < 10; i++) socket.send(`${i}`, Number(process.argv[2]), '127.0.0.1');
  process.exit(0);
});
