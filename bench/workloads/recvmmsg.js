// Datagrams of 64 bytes by the batch.
const { receiving } = require('./receiving.js');

module.exports = receiving(64, { lazy: 1 / 0.95, loop: 1 / 0.9 }, 'recvfrom');
