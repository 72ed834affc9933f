// Checks the format of every tracked or new file, or writes it with --write: biome for TypeScript,
// JavaScript and JSON, clang-format for C++.
'use strict';
const path = require('node:path');
const fs = require('node:fs');
const { execFileSync, spawnSync } = require('node:child_process');

const root = path.join(__dirname, '..');
const write = process.argv.includes('--write');

const biome = spawnSync(
  process.execPath,
  ['node_modules/@biomejs/biome/bin/biome', 'format', ...(write ? ['--write'] : []), '.'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);

const clangFormat = require('clang-format').getNativeBinary();
const listed = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.cc', '*.h', '*.c'],
  { cwd: root, encoding: 'utf8' },
);
const sources = listed
  .split('\n')
  .filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
const wrong = [];
for (const file of sources) {
  const before = fs.readFileSync(path.join(root, file), 'utf8');
  const after = execFileSync(clangFormat, ['-style=file', file], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (before === after) continue;
  if (write) fs.writeFileSync(path.join(root, file), after);
  wrong.push(file);
}
console.log(
  `clang-format: ${sources.length} files, ${wrong.length} ${write ? 'formatted' : 'not formatted'}`,
);
for (const file of wrong) console.log(`  ${file}`);
process.exitCode = biome.status !== 0 || (!write && wrong.length > 0) ? 1 : 0;
