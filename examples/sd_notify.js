// Tells the service manager how a service is doing, as sd_notify(3) does. NOTIFY_SOCKET=/run/...
// node examples/sd_notify.js READY=1 STATUS='at work'
const { socket, AF_UNIX, SOCK_DGRAM } = require('bsd-socket');

/**
 * Sends `state` (lines of NAME=value), with open descriptors for the manager's store where some are
 * given; false where nobody asked to be told.
 */
async function sdNotify(state, fds) {
  const place = process.env.NOTIFY_SOCKET;
  if (!place) return false;
  const s = socket(AF_UNIX, SOCK_DGRAM);
  const to = place.replace(/^@/, '\0'); // an abstract name
  try {
    await s.sendmsg([Buffer.from(state)], { to, fds });
  } finally {
    s.close();
  }
  return true;
}

module.exports = { sdNotify };

if (require.main === module) {
  const lines = process.argv.slice(2);
  const fds = lines.includes('FDSTORE=1') ? [0] : undefined;
  sdNotify(lines.join('\n'), fds).then((told) => {
    if (!told) console.error('NOTIFY_SOCKET is not set');
    process.exitCode = told ? 0 : 1;
  });
}
