// Preloaded into every program of bench/load.js: writes the CPU time (microseconds) and the resident
// memory (bytes) that the process has used when it ends.
const fs = require('node:fs');

process.once('exit', () => {
  const { user, system } = process.cpuUsage();
  fs.writeSync(3, JSON.stringify({ cpu: user + system, rss: process.memoryUsage.rss() }));
});
