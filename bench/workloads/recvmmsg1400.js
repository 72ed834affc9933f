// Datagrams of 1400 bytes by the batch.
const { receiving } = require('./receiving.js');

module.exports = receiving(1400, { lazy: 1 / 0.92, loop: 1 / 0.85 }, 'recvfrom_1400');
