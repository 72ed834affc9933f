// npm run prebuilds: the prebuilt addon for this machine, by prebuildify, with nothing downloaded
// where node came with its headers.
'use strict';
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const headers = require('./headers.js');

const root = path.join(__dirname, '..');
// prebuildify's own place for headers is one folder of /tmp for all users, which belongs to the
// first of them.
const cache = path.join(root, '.setup/headers');
const nodedir = headers();

const { status, error } = spawnSync(
  process.execPath,
  [
    path.join(root, 'node_modules/prebuildify/bin.js'),
    '--napi',
    '--strip',
    '--tag-libc',
    `--cache=${cache}`,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(nodedir && { npm_config_nodedir: nodedir }) },
  },
);
if (error) throw error;
process.exitCode = status ?? 1;
