// npm run consumers [-- NAME...]: the packed package as users have it: package managers, test
// runners, TypeScript versions, bundlers. Prints a line each; --json FILE also writes them there.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const root = path.join(__dirname, '..');
const programs = path.join(root, 'test/consumers');
const cache = path.join(root, 'node_modules/.cache/bsd-socket-consumers');
const tool = (...names) => path.join(cache, 'node_modules', ...names);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-socket-consumers-'));
const NODE_20 = process.execPath;
/** What the programs print. */
const EXPECTED = '["hello",true,true]';

/** Output of a command; throws what it said where it failed. */
function run(file, args, { cwd, env = {}, input } = {}) {
  const options = {
    cwd,
    input,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  };
  const { status, stdout, stderr, error } = spawnSync(file, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(file)} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}
const node = (args, options) => run(NODE_20, args, options);

/** A directory on whose PATH there is nothing but node and sh: no compiler, no make, no python. */
function barePath() {
  const directory = path.join(work, 'bin');
  fs.mkdirSync(directory, { recursive: true });
  for (const [name, file] of [
    ['node', NODE_20],
    ['sh', '/bin/sh'],
  ])
    if (!fs.existsSync(path.join(directory, name)))
      fs.symlinkSync(file, path.join(directory, name));
  return directory;
}

let tarball;
function pack() {
  const out = run('npm', ['pack', '--json', `--pack-destination=${work}`], { cwd: root });
  tarball = path.join(
    work,
    JSON.parse(out.slice(out.indexOf('[\n'), out.lastIndexOf(']') + 1))[0].filename,
  );
}

function project(name, more = {}) {
  const cwd = path.join(work, name);
  fs.mkdirSync(cwd);
  const content = { private: true, dependencies: { 'bsd-socket': `file:${tarball}` }, ...more };
  fs.writeFileSync(path.join(cwd, 'package.json'), JSON.stringify(content));
  for (const file of [
    'program.cjs',
    'program.mjs',
    'program.ts',
    'jest.test.js',
    'vitest.test.mjs',
  ])
    fs.copyFileSync(path.join(programs, file), path.join(cwd, file));
  return cwd;
}

function expect(text, pattern) {
  if (!(typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)))
    throw new Error(`expected ${pattern}, got: ${text}`);
}

/** No script of the package ran, none was reported as blocked, nothing was built. */
function untouched(cwd, said) {
  if (/bsd-socket.*(install|build) script|ignored build scripts.*bsd-socket|node-gyp/i.test(said))
    throw new Error(`a script of the package is mentioned: ${said}`);
  if (fs.existsSync(path.join(cwd, 'node_modules/bsd-socket/build')))
    throw new Error('something was built');
}

const npmCli = () => path.join(run('npm', ['root', '-g']).trim(), 'npm/bin/npm-cli.js');
const LIKE_NPM = ['install', '--no-audit', '--no-fund', '--foreground-scripts'];

/** Installs by a package manager that is a JavaScript file, with that PATH, and runs both programs. */
function managed(name, cli, args, { runner = [], more, env = {}, files = {} } = {}) {
  const cwd = project(name, more);
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(cwd, file), text);
  const bare = { PATH: barePath(), ...env };
  untouched(cwd, node([cli, ...args], { cwd, env: bare }));
  for (const program of ['program.cjs', 'program.mjs'])
    expect(node([...runner, path.join(cwd, program)], { cwd, env: bare }), EXPECTED);
}

let shared;
/** One project for the tools that only want the package beside them. */
function installed() {
  if (shared) return shared;
  shared = project('shared');
  node([npmCli(), ...LIKE_NPM], { cwd: shared });
  for (const name of fs.readdirSync(tool()))
    if (!name.startsWith('.') && !fs.existsSync(path.join(shared, 'node_modules', name)))
      fs.symlinkSync(tool(name), path.join(shared, 'node_modules', name));
  return shared;
}

const MODES = {
  node16: ['--module', 'node16'],
  nodenext: ['--module', 'nodenext'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
  commonjs: ['--module', 'commonjs', '--moduleResolution', 'node10'],
};

function typescript(version, mode) {
  const cwd = installed();
  const args = [
    tool(version, 'bin/tsc'),
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
    '--types',
    'node',
    '--typeRoots',
    tool('@types'),
    '--skipLibCheck',
    'false',
    '--esModuleInterop',
  ];
  // TypeScript 6 calls node10 deprecated, 7 has it no more.
  const more = mode === 'commonjs' && version === 'ts6' ? ['--ignoreDeprecations', '6.0'] : [];
  const flags =
    mode === 'commonjs' && version === 'ts7'
      ? ['--module', 'commonjs', '--moduleResolution', 'bundler']
      : MODES[mode];
  node([...args, ...flags, ...more, 'program.ts'], { cwd });
}

/** A bundle in a directory of its own, away from the package, runs. */
function bundled(name, build, entry) {
  const cwd = installed();
  const out = path.join(work, `out-${name}`);
  fs.mkdirSync(out);
  build(cwd, out);
  expect(node([path.join(out, entry)], { cwd: out }), EXPECTED);
}

const CHECKS = {
  npm: () => managed('npm', npmCli(), LIKE_NPM),
  'npm --ignore-scripts': () => managed('npm-ignore', npmCli(), [...LIKE_NPM, '--ignore-scripts']),
  'npm --offline': () => managed('npm-offline', npmCli(), [...LIKE_NPM, '--offline']),
  pnpm: () => managed('pnpm', tool('pnpm/bin/pnpm.cjs'), ['install']),
  'yarn 1': () =>
    managed('yarn1', tool('yarn/bin/yarn.js'), [
      'install',
      '--cache-folder',
      path.join(work, 'yarn1-cache'),
    ]),
  'yarn 4': () =>
    managed('yarn4', tool('yarn4/bin/yarn.js'), ['install'], {
      files: {
        '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n',
        'yarn.lock': '',
      },
      env: { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
    }),
  'yarn 4 PnP': () =>
    managed('pnp', tool('yarn4/bin/yarn.js'), ['install'], {
      files: {
        '.yarnrc.yml': 'nodeLinker: pnp\npnpEnableEsmLoader: true\nenableTelemetry: false\n',
        'yarn.lock': '',
      },
      env: { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
      runner: ['--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'],
    }),
  jest: () =>
    node([tool('jest/bin/jest.js'), '--rootDir', '.', 'jest.test.js'], { cwd: installed() }),
  'vitest, threads': () =>
    node([tool('vitest/vitest.mjs'), 'run', '--pool=threads', 'vitest.test.mjs'], {
      cwd: installed(),
    }),
  'vitest, forks': () =>
    node([tool('vitest/vitest.mjs'), 'run', '--pool=forks', 'vitest.test.mjs'], {
      cwd: installed(),
    }),
  tsx: () => expect(node([tool('tsx/dist/cli.mjs'), 'program.ts'], { cwd: installed() }), EXPECTED),
  swc: () =>
    expect(
      node(['--require', tool('@swc-node/register/lib/register.js'), 'program.ts'], {
        cwd: installed(),
      }),
      EXPECTED,
    ),
  'esbuild, CommonJS': () =>
    bundled(
      'esbuild-cjs',
      (cwd, out) => esbuild(cwd, 'program.cjs', `--outfile=${out}/main.cjs`, '--format=cjs'),
      'main.cjs',
    ),
  'esbuild, ES module': () =>
    bundled(
      'esbuild-esm',
      (cwd, out) =>
        esbuild(
          cwd,
          'program.mjs',
          `--outfile=${out}/main.mjs`,
          '--format=esm',
          `--banner:js=${REQUIRE}`,
        ),
      'main.mjs',
    ),
  'rollup, CommonJS': () =>
    bundled('rollup-cjs', (cwd, out) => rollup(cwd, `${out}/main.cjs`, 'cjs'), 'main.cjs'),
  'rollup, ES module': () =>
    bundled('rollup-esm', (cwd, out) => rollup(cwd, `${out}/main.mjs`, 'es'), 'main.mjs'),
  webpack: () => bundled('webpack', webpack, 'main.cjs'),
  ncc: () =>
    bundled(
      'ncc',
      (cwd, out) =>
        node([tool('@vercel/ncc/dist/ncc/cli.js'), 'build', 'program.cjs', '-o', out, '-q'], {
          cwd,
        }),
      'index.cjs',
    ),
  'single executable': () => singleExecutable(),
};
for (const version of ['ts57', 'ts59', 'ts6', 'ts7'])
  for (const mode of Object.keys(MODES))
    CHECKS[`${version} ${mode}`] = () => typescript(version, mode);

const REQUIRE =
  "import { createRequire as $r } from 'node:module'; import { fileURLToPath as $f } from 'node:url'; const require = $r(import.meta.url), __filename = $f(import.meta.url), __dirname = $f(new URL('.', import.meta.url));";

const esbuild = (cwd, ...args) =>
  run(
    tool('@esbuild', `${process.platform}-${process.arch}`, 'bin/esbuild'),
    [...args, '--bundle', '--platform=node', '--loader:.node=copy', '--log-level=error'],
    { cwd },
  );

function rollup(cwd, file, format) {
  fs.writeFileSync(
    path.join(cwd, 'rollup.config.cjs'),
    `module.exports = { input: 'program.${format === 'cjs' ? 'cjs' : 'mjs'}', external: ['bsd-socket', /^node:/],
      output: { file: ${JSON.stringify(file)}, format: '${format}' },
      plugins: [require('@rollup/plugin-node-resolve').nodeResolve({ preferBuiltins: true }), require('@rollup/plugin-commonjs')()] };`,
  );
  node([tool('rollup/dist/bin/rollup'), '-c', 'rollup.config.cjs', '--silent'], { cwd });
  // The package stays outside of the bundle, as any with an addon: its directory travels beside.
  fs.cpSync(
    path.join(cwd, 'node_modules/bsd-socket'),
    path.join(path.dirname(file), 'node_modules/bsd-socket'),
    { recursive: true },
  );
}

function webpack(cwd, out) {
  fs.writeFileSync(
    path.join(cwd, 'webpack.config.cjs'),
    `module.exports = { mode: 'production', target: 'node', entry: './program.cjs', output: { path: ${JSON.stringify(out)}, filename: 'main.cjs' },
      node: { __dirname: false }, ignoreWarnings: [() => true],
      module: { rules: [{ test: /\\.node$/, loader: 'node-loader' }] } };`,
  );
  node([tool('webpack-cli/bin/cli.js'), '--config', 'webpack.config.cjs'], { cwd });
}

/** A single executable application: one script by esbuild, the addon beside the program. */
function singleExecutable() {
  const cwd = installed();
  const out = path.join(work, 'sea');
  fs.mkdirSync(out);
  esbuild(cwd, 'program.cjs', `--outfile=${out}/main.cjs`, '--format=cjs', '--external:*.node');
  const config = { main: 'main.cjs', output: 'main.blob', disableExperimentalSEAWarning: true };
  fs.writeFileSync(path.join(out, 'sea.json'), JSON.stringify(config));
  node(['--experimental-sea-config', 'sea.json'], { cwd: out });
  fs.copyFileSync(NODE_20, path.join(out, 'main'));
  fs.chmodSync(path.join(out, 'main'), 0o755);
  node(
    [
      tool('postject/dist/cli.js'),
      'main',
      'NODE_SEA_BLOB',
      'main.blob',
      '--sentinel-fuse',
      'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ],
    { cwd: out },
  );
  const addon = path.join(
    cwd,
    'node_modules/bsd-socket/prebuilds',
    `linux-${process.arch}/bsd-socket.glibc.node`,
  );
  fs.copyFileSync(addon, path.join(out, 'bsd-socket.node'));
  const env = { BSD_SOCKET_ADDON: path.join(out, 'bsd-socket.node') };
  expect(run(path.join(out, 'main'), [], { cwd: out, env }), EXPECTED);
}

function main(args) {
  const at = args.indexOf('--json');
  const [, json] = at < 0 ? [] : args.splice(at, 2);
  const unknown = args.filter((name) => !Object.hasOwn(CHECKS, name));
  if (unknown.length > 0)
    throw new Error(
      `no such check: ${unknown.join(', ')}\nthere are: ${Object.keys(CHECKS).join(', ')}`,
    );
  fs.mkdirSync(cache, { recursive: true });
  const wanted = fs.readFileSync(path.join(programs, 'package.json'), 'utf8');
  const present = path.join(cache, 'package.json');
  if (
    !fs.existsSync(present) ||
    fs.readFileSync(present, 'utf8') !== wanted ||
    !fs.existsSync(tool('tsx'))
  ) {
    fs.writeFileSync(present, wanted);
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: cache });
  }
  pack();
  const results = [];
  for (const name of args.length > 0 ? args : Object.keys(CHECKS)) {
    const started = Date.now();
    let failure;
    try {
      CHECKS[name]();
    } catch (error) {
      failure = error.message.slice(0, 2000);
    }
    results.push({ name, ok: failure === undefined });
    const took = ((Date.now() - started) / 1000).toFixed(1);
    console.log(
      `${failure === undefined ? 'ok    ' : 'FAILED'} ${name} (${took} s)${failure ? `\n${failure}` : ''}`,
    );
  }
  if (json) fs.writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  const bad = results.filter(({ ok }) => !ok).length;
  console.log(`${results.length - bad} passed, ${bad} failed`);
  if (bad > 0) process.exitCode = 1;
}

try {
  main(process.argv.slice(2));
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
