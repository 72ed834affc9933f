// Which needs of the cases this kernel does not meet. Started by tools/cases.js in a network
// namespace: node needs.js '["SO_PASSPIDFD", ...]' prints those as JSON, each with the reason.
'use strict';
const fs = require('node:fs');
const sys = require('bsd-socket/sys');
const { capabilities } = require('bsd-socket');

const c = sys.constants;

/** The result of `call` on a fresh socket. */
function onSocket(type, protocol, call = (fd) => fd) {
  const fd = sys.socket(c.AF_INET, type, protocol);
  if (fd < 0) return fd;
  const result = call(fd);
  sys.close(fd);
  return result;
}

/** Sets an int as the user nobody: the last thing that this process does. */
function setsAsNobody(name) {
  process.setgroups([]);
  process.setgid(65534);
  process.setuid(65534);
  const one = Buffer.from(new Int32Array([1]).buffer);
  return onSocket(c.SOCK_STREAM, 0, (fd) => sys.setsockopt(fd, c.SOL_SOCKET, c[name], one)) >= 0;
}

/** By prefix, or the whole word: why the need is not met, or nothing. Other words are for readers. */
const CHECKS = {
  'no-sctp': () => onSocket(c.SOCK_STREAM, c.IPPROTO_SCTP) >= 0 && 'has SCTP',
  sysctl: (path) => !fs.existsSync(`/proc/sys/${path}`) && `has no ${path} in a namespace`,
  unprivileged: (name) => !setsAsNobody(name) && `lets no user set ${name}`,
};

function main(needs) {
  const { lacks } = capabilities();
  const unmet = {};
  const last = (need) => need.startsWith('unprivileged:');
  for (const need of [...needs].sort((a, b) => last(a) - last(b))) {
    const [prefix, argument] = need.split(':');
    const why = lacks.includes(need)
      ? `lacks ${need}`
      : Object.hasOwn(CHECKS, prefix) && CHECKS[prefix](argument);
    if (why) unmet[need] = why;
  }
  console.log(JSON.stringify(unmet));
}

main(JSON.parse(process.argv[2]));
