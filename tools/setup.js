// Makes a clone ready to run: packages, native addon, compiled TypeScript; each only where its
// inputs changed. Core modules only, plain old syntax.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const crypto = require('crypto');
const { spawnSync } = require('child_process');
const headers = require('./headers.js');

const OLDEST_NODE = 20;
const root = path.join(__dirname, '..');
const state = path.join(root, '.setup');
const at = (...names) => path.join(root, ...names);

/** The steps in order. `key` sums up what a step is made from, `made` is what it leaves behind. */
const steps = {
  install: { key: () => '', made: installed, run: install },
  native: {
    key: () => hash('native', 'binding.gyp') + process.arch,
    made: () => fs.existsSync(at('build/Release/bsd_socket.node')),
    run: buildNative,
  },
  lib: {
    key: () => hash('lib', 'tools/bundle.js', 'tsconfig.json', 'package-lock.json'),
    made: () => fs.existsSync(at('dist/index.js')),
    run: compile,
  },
};

class SetupError extends Error {}

function fail(message, hint) {
  throw new SetupError(message + (hint ? '\n' + hint : ''));
}

const say = (text) => process.stderr.write('setup: ' + text + '\n');

// --- what is there already -----------------------------------------------------------------------

function files(name) {
  const full = at(name);
  if (!fs.existsSync(full)) return [];
  if (!fs.statSync(full).isDirectory()) return [name];
  return fs
    .readdirSync(full)
    .sort()
    .reduce((all, entry) => all.concat(files(path.join(name, entry))), []);
}

/** One number for names and contents. */
function hash(...names) {
  const sum = crypto.createHash('sha256');
  for (const name of names) {
    for (const file of files(name)) {
      const content = fs.readFileSync(at(file));
      sum.update(file + '\0' + content.length + '\0').update(content);
    }
  }
  return sum.digest('hex');
}

const stamp = (name) => path.join(state, name + '.stamp');
const readStamp = (name) =>
  fs.existsSync(stamp(name)) ? fs.readFileSync(stamp(name), 'utf8') : null;
const isFresh = (name) =>
  steps[name].made() && (name === 'install' || readStamp(name) === steps[name].key());

/**
 * npm leaves a lockfile of what it installed: the packages are right where it agrees with ours
 * (packages for other platforms are absent there).
 */
function installed() {
  const hidden = at('node_modules/.package-lock.json');
  if (!fs.existsSync(hidden)) return false;
  const wanted = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(fs.readFileSync(hidden, 'utf8')).packages;
  return Object.keys(wanted).every((name) => {
    if (name === '') return true;
    if (!present[name]) return Boolean(wanted[name].optional || wanted[name].peer);
    return present[name].version === wanted[name].version && fs.existsSync(at(name));
  });
}

// --- the steps -----------------------------------------------------------------------------------

/** Runs a command with its output in .setup/NAME.log; that log is shown where it failed. */
function command(name, file, args, options) {
  const log = path.join(state, name + '.log');
  const out = fs.openSync(log, 'w');
  const result = spawnSync(
    file,
    args,
    Object.assign({ cwd: root, stdio: ['ignore', out, out] }, options),
  );
  fs.closeSync(out);
  const text = fs.readFileSync(log, 'utf8');
  if (result.status === 0) return text;
  const lines = text.trimEnd().split('\n');
  const shown = lines.length <= 80 ? lines : lines.slice(0, 20).concat('[...]', lines.slice(-60));
  process.stderr.write(shown.join('\n') + '\n');
  const why = result.error
    ? result.error.message
    : result.signal
      ? 'killed by ' + result.signal
      : 'status ' + result.status;
  return fail(
    name + ' failed (' + why + '); the whole output: ' + path.relative(process.cwd(), log),
  );
}

function install() {
  const cli = process.env.npm_execpath;
  const npm = cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, cli] : ['npm'];
  // `ci` where there is nothing yet; else mend what differs. Our own install script is the next
  // step here, with its own log and hints.
  const verb = fs.existsSync(at('node_modules')) ? ['install', '--no-save'] : ['ci'];
  command(
    'install',
    npm[0],
    npm.slice(1).concat(verb, ['--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']),
  );
}

function onPath(names) {
  const folders = (process.env.PATH || '').split(path.delimiter);
  return names.some((name) =>
    name.includes('/')
      ? fs.existsSync(name)
      : folders.some((folder) => fs.existsSync(path.join(folder, name))),
  );
}

function buildNative() {
  const missing = [
    [
      'a C++17 compiler (g++ or clang++)',
      (process.env.CXX ? [process.env.CXX.split(' ')[0]] : []).concat('c++', 'g++', 'clang++'),
    ],
    ['make', ['make', 'gmake']],
    ['python3', ['python3', 'python']],
  ].filter((tool) => !onPath(tool[1]));
  if (missing.length > 0) {
    fail(
      'The native part cannot be built: ' +
        missing.map((tool) => tool[0]).join(' and ') +
        ' not found on the PATH.',
      'Debian, Ubuntu: sudo apt-get install g++ make python3   Alpine: apk add g++ make python3   Fedora: dnf install gcc-c++ make python3',
    );
  }
  const gyp = at('node_modules/node-gyp/bin/node-gyp.js');
  const nodedir = headers();
  const flags = nodedir ? ['--nodedir=' + nodedir] : [];
  command('configure', process.execPath, [gyp, 'configure'].concat(flags));
  const text = command(
    'native',
    process.execPath,
    [gyp, 'build', '--jobs=' + os.cpus().length].concat(flags),
  );
  for (const line of text.split('\n'))
    if (/\bwarning:/.test(line)) process.stderr.write(line + '\n');
}

/** Removes a file, and the directories that it leaves empty. */
function remove(file) {
  fs.unlinkSync(at(file));
  for (let folder = path.dirname(file); fs.readdirSync(at(folder)).length === 0; ) {
    fs.rmdirSync(at(folder));
    folder = path.dirname(folder);
  }
}

function compile() {
  const tsc = at('node_modules/@typescript/native/bin/tsc');
  if (!fs.existsSync(tsc))
    return say('TypeScript is not installed (omit=dev?): dist/ is left as it is');
  command('types', process.execPath, [tsc, '-p', '.']);
  const bundled = command('lib', process.execPath, [at('tools/bundle.js'), at('dist')]);
  // What no source stands behind any more must not be packed.
  const kept = new Set(bundled.trim().split('\n'));
  for (const file of files('dist')) {
    const name = path.relative('dist', file);
    const source = name.replace(/^types/, 'lib').replace(/\.d\.ts$/, '.ts');
    const isMade = name.startsWith('types')
      ? fs.existsSync(at(source))
      : kept.has(name) || name === '.tsbuildinfo';
    if (!isMade) remove(file);
  }
  fs.chmodSync(at('dist/cli/main.js'), 0o755);
}

// --- one at a time -------------------------------------------------------------------------------

const lock = path.join(state, 'lock');

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * The lock is a file with its holder's pid, linked into place whole, so that nobody ever reads half
 * of it.
 */
function takeLock() {
  const mine = lock + '.' + process.pid;
  fs.writeFileSync(mine, String(process.pid));
  let told = false;
  try {
    for (;;) {
      try {
        return fs.linkSync(mine, lock);
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = Number(readIf(lock));
      if (holder && !isAlive(holder)) stealFrom(holder);
      else if (holder) {
        if (!told) say('waiting for process ' + holder + ', which is setting up too');
        told = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      }
    }
  } finally {
    fs.unlinkSync(mine);
  }
}

function readIf(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Moves a dead process's lock away. Another waiter may have been quicker: what we then moved is a
 * living lock, and goes back.
 */
function stealFrom(dead) {
  const moved = lock + '.dead.' + process.pid;
  try {
    fs.renameSync(lock, moved);
    if (Number(readIf(moved)) !== dead) fs.linkSync(moved, lock);
    fs.unlinkSync(moved);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
}

// --- main ----------------------------------------------------------------------------------------

function main(names) {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    fail(
      'bsd-socket needs Node.js ' +
        OLDEST_NODE +
        ' or newer; this is ' +
        process.version +
        ' (' +
        process.execPath +
        ').',
      'Get a newer one from https://nodejs.org or your version manager.',
    );
  }
  if (process.platform !== 'linux')
    fail('bsd-socket runs on Linux so far; this is ' + process.platform + '.');
  if (names.every(isFresh)) return;
  fs.mkdirSync(state, { recursive: true });
  takeLock();
  try {
    for (const name of names) {
      if (isFresh(name)) continue;
      const started = Date.now();
      say(name + ' ...');
      const key = steps[name].key();
      fs.rmSync(stamp(name), { force: true });
      steps[name].run();
      fs.writeFileSync(stamp(name), key);
      say(name + ' done in ' + ((Date.now() - started) / 1000).toFixed(1) + ' s');
    }
  } finally {
    fs.unlinkSync(lock);
  }
}

/** node tools/setup.js [install|native|lib ...]: the named steps, or all. */
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in steps));
try {
  if (unknown.length > 0)
    fail(
      'no such step: ' + unknown.join(' ') + ' (there are: ' + Object.keys(steps).join(' ') + ')',
    );
  main(asked.length > 0 ? asked : Object.keys(steps));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
