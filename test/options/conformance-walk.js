// Runs inside an own network namespace: the whole walk. Prints the report, how long it took, and
// which descriptors were left.
const fs = require('node:fs');
require('../../tools/load-ts.js');
const { bringUpLoopback } = require('../../lib/conformance/kinds.ts');
const { conformance } = require('../../lib/index.ts');
const { native } = require('../../lib/native.ts');

bringUpLoopback();
fs.writeFileSync('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');
const descriptors = () => fs.readdirSync('/proc/self/fd').map((fd) => `${fd} ${target(fd)}`);
function target(fd) {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // that of the folder itself
  }
}

// so that what is opened once is open
conformance({ namespace: 'own', kinds: ['tcp'], options: ['SO_TYPE'] });
const before = descriptors();
const began = Date.now();
const report = conformance({ namespace: 'own' });
const milliseconds = Date.now() - began;
const left = descriptors().filter(
  (line) => /socket:|anon_inode:\[pidfd\]/.test(line) && !before.includes(line),
);
fs.writeSync(1, JSON.stringify({ report, milliseconds, left, owned: native.owned() }));
