// Writes a line to the system log: one datagram to /dev/log (RFC 3164, as syslog(3) sends it). node
// examples/syslog.js [-p facility.severity] [-s PATH] MESSAGE...
const path = require('node:path');
const { parseArgs } = require('node:util');
const { socket, isErrno, AF_UNIX, SOCK_DGRAM } = require('bsd-socket');

const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
];
for (let i = 0; i < 8; i++) FACILITIES[16 + i] = `local${i}`;
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function line(priority, text, now = new Date()) {
  const [facility, severity] = priority.split('.');
  const number = FACILITIES.indexOf(facility) * 8 + SEVERITIES.indexOf(severity);
  if (!(number >= 0) || !SEVERITIES.includes(severity))
    throw new Error(`no such priority: ${priority}`);
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()]
    .map((n) => String(n).padStart(2, '0'))
    .join(':');
  return `<${number}>${MONTHS[now.getMonth()]} ${String(now.getDate()).padStart(2)} ${time} ${path.basename(process.title)}[${process.pid}]: ${text}`;
}

async function main() {
  const options = {
    priority: { type: 'string', short: 'p', default: 'user.notice' },
    socket: { type: 'string', short: 's', default: '/dev/log' },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const s = socket(AF_UNIX, SOCK_DGRAM);
  try {
    await s.sendto(line(values.priority, positionals.join(' ')), values.socket, {
      timeoutMs: 1000,
    });
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ECONNREFUSED')) throw error;
    console.error(`nobody listens at ${values.socket}`);
    process.exitCode = 1;
  } finally {
    s.close();
  }
}

main();
