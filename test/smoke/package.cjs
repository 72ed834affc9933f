// The built package's entry points by the paths that its `exports` name. (By its own name Bun would
// load the sources, which tsconfig.json maps it to.)
'use strict';
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const { exports: paths } = require('../../package.json');

/** `entry('./sys')` is what `require('bsd-socket/sys')` gives. */
exports.entry = (name) => require(path.join(root, paths[name].default));
