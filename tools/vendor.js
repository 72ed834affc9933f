// Before npm pack: completes native/ so that it builds alone, with its own binding.gyp and the
// headers of node-addon-api; --remove takes both away again. At the root of a package a binding.gyp
// would make pnpm and yarn build at every install.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const native = (...names) => path.join(root, 'native', ...names);
const HEADERS = native('node-addon-api');
const GYP = native('binding.gyp');

function vendor() {
  const from = path.dirname(require.resolve('node-addon-api/package.json'));
  fs.mkdirSync(HEADERS, { recursive: true });
  for (const name of ['napi.h', 'napi-inl.h', 'napi-inl.deprecated.h', 'LICENSE.md'])
    fs.copyFileSync(path.join(from, name), path.join(HEADERS, name));
  const gyp = JSON.parse(fs.readFileSync(path.join(root, 'binding.gyp'), 'utf8'));
  const [target] = gyp.targets;
  target.sources = target.sources.map((source) => path.posix.relative('native', source));
  target.cflags_cc = target.cflags_cc.map((flag) =>
    flag.startsWith('-isystem') ? '-isystem ../node-addon-api' : flag,
  );
  fs.writeFileSync(GYP, `${JSON.stringify(gyp, null, 2)}\n`);
}

function remove() {
  fs.rmSync(HEADERS, { recursive: true, force: true });
  fs.rmSync(GYP, { force: true });
}

if (process.argv[2] === '--remove') remove();
else vendor();
