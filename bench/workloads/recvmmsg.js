// Datagrams of 64 bytes by the batch.
const { receiving } = require('./receiving.js');

// 95 % and 90 % of C's rate; an event may cost what 90 % of recvfrom's rate allows, which is about 1.27 x recvmmsg.
module.exports = receiving(64, { lazy: 1 / 0.95, loop: 1 / 0.9, event: 1.27 / 0.9 }, 'recvfrom');
