// Datagrams of 64 bytes as events: a Buffer of its own and an address for each, as node's dgram
// gives them.
const { receiving } = require('./receiving.js');

module.exports = receiving(64, { event: 1 / 0.9 }, 'recvfrom', true);
