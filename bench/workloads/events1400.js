// The same with 1400 bytes: most of it is the copy.
const { receiving } = require('./receiving.js');

module.exports = receiving(1400, { event: 1 / 0.55 }, 'recvfrom_1400', true);
