// The same with a peer that answers only once its client waits: every round trip takes a turn of
// the event loop.
const async = require('./async.js');

module.exports = {
  ...async,
  title: 'async round trip, always waiting: UDP, 64 bytes, one core',
  batchPeer: true,
};
