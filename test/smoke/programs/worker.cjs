// Takes over a socket, writes into it, ends when told.
'use strict';
const { parentPort } = require('node:worker_threads');
const { Socket } = require('../package.cjs').entry('.');

let socket;
parentPort.on('message', async (message) => {
  if (message === 'end') {
    socket.close();
    process.exit(); // Deno's parentPort has no close()
  }
  socket = Socket.adopt(message);
  await socket.send('from the worker');
  parentPort.postMessage('taken over');
});
parentPort.postMessage('ready');
