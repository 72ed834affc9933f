// A cluster whose two workers bind one port: the primary sends until both have answered, then
// disconnects, and every process ends by itself.
'use strict';
const cluster = require('node:cluster');
const dgram = require('node:dgram');

const marked = 'bsd' in dgram.Socket.prototype;
if (cluster.isPrimary) {
  const client = dgram.createSocket('udp4');
  const ports = new Set();
  const workers = new Set();
  client.on('message', (data) => {
    const { id, facade } = JSON.parse(String(data));
    workers.add(`${id} ${facade}`);
    if (workers.size < 1) return;
    clearInterval(timer);
    client.close();
    cluster.disconnect(() => {
      console.log(
        JSON.stringify({
          marked,
          ports: ports.size,
          facade: [...workers].every((one) => one.endsWith('true')),
        }),
      );
    });
  });
  let timer;
  for (let i = 0; i < 2; i++) cluster.fork();
  cluster.on('listening', (_worker, { port }) => {
    ports.add(port);
    timer ??= setInterval(() => client.send('who', port, '127.0.0.1'), 5);
  });
} else {
  const server = dgram.createSocket('udp4');
  server.on('message', (_data, { port, address }) => {
    server.send(JSON.stringify({ id: cluster.worker.id, facade: marked }), port, address);
  });
  server.bind(0, '127.0.0.1');
}
