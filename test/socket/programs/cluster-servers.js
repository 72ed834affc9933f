// A cluster's worker serves on sockets that it prepared itself; the primary asks it.
'use strict';
const cluster = require('node:cluster');
const dgram = require('node:dgram');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { AF_INET, AF_UNIX, create_server, Socket, SOCK_DGRAM, SOCK_STREAM } = require('bsd-socket');

async function asked(...to) {
  const socket = net.connect(...to);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

async function primary() {
  const worker = cluster.fork();
  const [{ port, file, udp }] = await once(worker, 'message');
  const served = [await asked(port, '127.0.0.1'), await asked(file)];
  const client = dgram.createSocket('udp4');
  client.send('x', udp, '127.0.0.1');
  served.push(String((await once(client, 'message'))[0]));
  client.close();
  worker.kill();
  fs.rmSync(path.dirname(file), { recursive: true });
  console.log(JSON.stringify({ served }));
}

async function worker() {
  const tcp = create_server(['127.0.0.1', 0]).toServer();
  tcp.on('connection', (socket) => socket.end('worker'));
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'cluster-')), 'server');
  const unix = new Socket({ family: AF_UNIX, type: SOCK_STREAM }).bind(file).toServer();
  unix.on('connection', (socket) => socket.end('worker by path'));
  const udp = new Socket({ family: AF_INET, type: SOCK_DGRAM }).bind(['127.0.0.1', 0]).toDgram();
  udp.on('message', (_data, { port, address }) => udp.send('datagram', port, address));
  await Promise.all([once(tcp, 'listening'), once(unix, 'listening')]);
  process.send({ port: tcp.address().port, file, udp: udp.address().port });
}

cluster.isPrimary ? primary() : worker();
