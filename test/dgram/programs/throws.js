// A listener that throws at each datagram: what is seen of ten of them.
'use strict';
const dgram = require('node:dgram');

const seen = [];
const [a, b] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
process.on('uncaughtException', (error) => {
  seen.push(error.message);
  if (seen.length < 20) return;
  console.log(JSON.stringify(seen));
  process.exit(0);
});
b.on('message', (data) => {
  seen.push(`datagram ${data}`);
  throw new Error(`thrown at ${data}`);
});
b.bind(0, '127.0.0.1', () => {
  for (let i = 0; i < 10; i++) a.send(`${i}`, b.address().port, '127.0.0.1');
});
