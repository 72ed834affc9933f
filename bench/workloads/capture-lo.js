// The same as capture, over the loopback interface.
const veth = require('./capture.js');

module.exports = {
  ...veth,
  title: veth.title.replace('veth', 'lo'),
  setup: () => veth.setup({ device: 'lo' }),
  comment: (results) => veth.comment(results, true),
};
