// npm run release:check [-- --quick]: whether this clone may be published. Every gate runs, whatever
// the others say; --quick leaves out CI and the second build.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { TARGETS } = require('./prebuilds.js');
const { check } = require('./symbols.js');

const root = path.join(__dirname, '..');
const quick = process.argv.includes('--quick');
const MOST_PACKED = 1_200_000; // bytes
const MOST_INSTALLED = 4_000_000;
const SNAPSHOT = 'test/api/declarations.txt';

function run(file, ...args) {
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${file} ${args.join(' ')}:\n${(stdout + stderr).slice(-4000)}`);
  return stdout;
}
const node = (...args) => run(process.execPath, ...args);
const text = (file) => fs.readFileSync(path.join(root, file), 'utf8');
const must = (holds, message) => {
  if (!holds) throw new Error(message);
};

/** The names of every declaration file's exports and members, one a line: what users compile against. */
function declarations() {
  const files = fs
    .readdirSync(path.join(root, 'dist/types'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.d.ts'))
    .sort();
  return files
    .map((name) => {
      const code = text(`dist/types/${name}`)
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\/\/.*$/gm, '');
      return `== ${name}\n${code.replace(/^\s*\n/gm, '').trimEnd()}\n`;
    })
    .join('');
}

const GATES = {
  'clean tree': () =>
    must(run('git', 'status', '--porcelain') === '', 'there are uncommitted changes'),
  manifest() {
    const manifest = JSON.parse(text('package.json'));
    const missing = ['repository', 'bugs', 'homepage'].filter((name) => !manifest[name]);
    must(missing.length === 0, `package.json has no ${missing.join(', ')}`);
    must(manifest.gypfile === false, 'package.json: gypfile is not false');
    must(manifest.dependencies === undefined, 'there are run-time dependencies');
    const hooks = ['preinstall', 'install', 'postinstall'].filter((name) => manifest.scripts[name]);
    must(hooks.length === 0, `there are install scripts: ${hooks.join(', ')}`);
  },
  changelog() {
    const { version } = JSON.parse(text('package.json'));
    must(
      text('CHANGELOG.md').includes(`## [${version}]`),
      `CHANGELOG.md has no section [${version}]`,
    );
  },
  build: () => node('tools/setup.js'),
  declarations() {
    const now = declarations();
    if (process.argv.includes('--accept')) fs.writeFileSync(path.join(root, SNAPSHOT), now);
    const before = fs.existsSync(path.join(root, SNAPSHOT)) ? text(SNAPSHOT) : '';
    must(
      before === now,
      `the declarations differ from ${SNAPSHOT}: log the change in CHANGELOG.md, then run this with --accept`,
    );
  },
  ...(!quick && { CI: () => run('.ci/run') }),
  prebuilds: () => node('tools/prebuilds.js', ...(quick ? [] : ['--twice'])),
  symbols() {
    for (const name of Object.keys(TARGETS))
      check(path.join(root, 'prebuilds', name), name.includes('musl'));
  },
  pack() {
    const out = run('npm', 'pack', '--dry-run', '--json');
    const [packed] = JSON.parse(out.slice(out.indexOf('[\n')));
    const names = packed.files.map((file) => file.path);
    must(packed.size <= MOST_PACKED, `packed: ${packed.size} bytes`);
    must(packed.unpackedSize <= MOST_INSTALLED, `installed: ${packed.unpackedSize} bytes`);
    must(!names.some((name) => /^[^/]*\.gyp$/.test(name)), 'a .gyp file stands at the root');
    const lost = Object.keys(TARGETS).filter((name) => !names.includes(`prebuilds/${name}`));
    must(lost.length === 0, `not packed: ${lost.join(', ')}`);
    return `${packed.size} bytes packed, ${packed.unpackedSize} installed, ${names.length} files`;
  },
  consumers: () => node('tools/consumers.js').trim().split('\n').at(-1),
};

let bad = 0;
for (const [name, gate] of Object.entries(GATES)) {
  try {
    const said = gate();
    const note = typeof said === 'string' && said.length < 200 ? `: ${said.trim()}` : '';
    console.log(`ok     ${name}${note}`);
  } catch (error) {
    bad += 1;
    console.log(`FAILED ${name}: ${error.message}`);
  }
}
if (bad > 0) process.exitCode = 1;
