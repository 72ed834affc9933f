// Checks the subjects of commits: a scope, and at most 72 columns.
// Merges say what they merge. Without history (a tarball, a shallow clone) there is nothing to check.
const { execFileSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const git = (...args) =>
  execFileSync('git', ['-c', `safe.directory=${root}`, ...args], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

const SCOPED = /^[a-z0-9][\w ,./-]*: \S/;
const MOST = 72;

// Older ones were written before this check.
const SINCE = '2026-11-28T20:30:00Z';

let commits = [];
try {
  commits = git('log', '--no-merges', `--since=${SINCE}`, '--format=%h %s');
} catch (error) {
  console.log(`no history: ${error.message.split('\n')[0]}`);
}
const wrong = commits.filter((line) => {
  const subject = line.slice(line.indexOf(' ') + 1);
  return subject.length > MOST || !SCOPED.test(subject);
});
for (const line of wrong)
  console.log(`a subject is "scope: what it does", at most ${MOST} columns: ${line}`);
console.log(`${commits.length} commits checked`);
process.exitCode = wrong.length > 0 ? 1 : 0;
