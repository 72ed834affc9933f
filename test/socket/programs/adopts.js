// A worker that adopts each socket that it is posted a ticket of, and transfers it back.
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { Socket } = require(workerData.entry);

parentPort.on('message', (ticket) => {
  if (ticket === 'end') process.exit();
  parentPort.postMessage(Socket.adopt(ticket).transfer());
});
