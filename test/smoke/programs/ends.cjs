// Ends by itself, by process.exit, or by an error that nobody catches, while calls wait.
'use strict';
const S = require('../package.cjs').entry('.');

const how = process.argv.at(-1);
const [a, b] = S.socketpair();
a.sendSync('x');
b.recv(1).then(() => {
  if (how === 'idle') return b.close();
  void b.recv(1).catch(() => {});
  if (how === 'exit') process.exit(3);
  throw new Error('of the test');
});
