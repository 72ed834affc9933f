// Says where node's headers are. Core modules only, plain old syntax: tools/setup.js asks before
// anything is installed.
'use strict';
const fs = require('fs');
const path = require('path');

/** Where node's own headers lie, if they came with node: then nothing needs to be downloaded. */
function headers() {
  if (process.env.npm_config_nodedir) return process.env.npm_config_nodedir;
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  const version = path.join(prefix, 'include/node/node_version.h');
  if (!fs.existsSync(version) || !fs.existsSync(path.join(prefix, 'include/node/common.gypi')))
    return null;
  const text = fs.readFileSync(version, 'utf8');
  const number = ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => (text.match(new RegExp('#define NODE_' + part + '_VERSION (\\d+)')) || [])[1])
    .join('.');
  return number === process.versions.node ? prefix : null;
}

module.exports = headers;
