// npm run kernels -- [SUITE...] [--stages a,b] [--tests dir,dir] [--keep]: runs stages on the
// kernels of Debian releases, each in a virtual machine over this machine's own files (read-only).
// Needs no root and no /dev/kvm.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const root = path.join(__dirname, '..');
const cache = path.join(root, '.kernels');
const vectors = path.join(root, 'docs/conformance');

/** Debian releases with their generic kernels: 6.1 and 6.12 in 2026. Cloud kernels lack 9p. */
const SUITES = ['bookworm', 'trixie'];
const ARCHITECTURES = {
  x64: { debian: 'amd64', qemu: ['qemu-system-x86_64', '-M', 'q35'], console: 'ttyS0' },
  arm64: { debian: 'arm64', qemu: ['qemu-system-aarch64', '-M', 'virt'], console: 'ttyAMA0' },
};
const { debian, qemu, console: tty } = ARCHITECTURES[process.arch] ?? ARCHITECTURES.x64;
const TOOLS = [qemu[0], 'modprobe', 'depmod', 'cpio', 'busybox', 'xz', 'apt-get', 'dpkg-deb'];
/** What each stage runs, in order: guest.sh has the commands. */
const STAGES = ['modules', 'caps', 'conformance', 'cases', 'options'];
const MEMORY_MIB = 2048;
const LIMIT_S = 4500; // for one machine

class LaneError extends Error {}

function run(file, args, options = {}) {
  const result = spawnSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.error) throw new LaneError(`${file}: ${result.error.message}`);
  if (result.status !== 0 && !options.anyStatus)
    throw new LaneError(`${file} ${args.join(' ')}: ${result.stderr || result.stdout}`);
  return result.stdout;
}

function needTools() {
  const folders = [...process.env.PATH.split(':'), '/usr/sbin', '/sbin'];
  process.env.PATH = folders.join(':');
  const missing = TOOLS.filter(
    (tool) => !folders.some((folder) => fs.existsSync(path.join(folder, tool))),
  );
  if (missing.length > 0)
    throw new LaneError(
      `missing: ${missing.join(' ')}\n` +
        'Debian, Ubuntu: sudo apt-get install qemu-system-x86 kmod cpio busybox-static xz-utils',
    );
}

// --- kernels from Debian -------------------------------------------------------------------------

/** apt of another release: its own lists, state and cache under `folder`. */
function aptOf(suite, folder) {
  for (const name of ['lists/partial', 'cache/archives/partial', 'etc'])
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  fs.writeFileSync(path.join(folder, 'status'), '');
  const list = path.join(folder, 'sources.list');
  fs.writeFileSync(
    list,
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg arch=${debian}] ${mirror()} ${suite} main\n`,
  );
  const settings = {
    'APT::Architecture': debian,
    'APT::Architectures': debian,
    'APT::Sandbox::User': os.userInfo().username,
    'Dir::State::lists': path.join(folder, 'lists'),
    'Dir::State::status': path.join(folder, 'status'),
    'Dir::Cache': path.join(folder, 'cache'),
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (tool, ...args) => run(tool, [...options, ...args], { cwd: folder });
}

/** The Debian mirror of this machine: DEBIAN_MIRROR, or the first one that apt uses itself. */
function mirror() {
  if (process.env.DEBIAN_MIRROR) return process.env.DEBIAN_MIRROR;
  const uris = run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const found = uris.split('\n').find((uri) => uri !== '' && !uri.includes('security'));
  if (!found) throw new LaneError('apt has no mirror here: DEBIAN_MIRROR=http://... names one');
  return found.replace(/\/$/, '');
}

/** The unpacked kernel of a release: downloaded once. */
function kernelOf(suite) {
  const folder = path.join(cache, suite);
  const unpacked = path.join(folder, 'kernel');
  if (fs.existsSync(path.join(folder, 'package'))) return unpacked;
  const apt = aptOf(suite, folder);
  apt('apt-get', 'update');
  const meta = apt('apt-cache', 'depends', `linux-image-${debian}`);
  const name = /Depends: (linux-image-\S+)/.exec(meta)?.[1];
  if (!name) throw new LaneError(`${suite} has no linux-image-${debian}`);
  console.log(`${suite}: ${name}`);
  apt('apt-get', 'download', name);
  const file = fs.readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  fs.rmSync(unpacked, { recursive: true, force: true });
  run('dpkg-deb', ['-x', path.join(folder, file), unpacked]);
  fs.rmSync(path.join(folder, file));
  fs.writeFileSync(path.join(folder, 'package'), `${name}\n`);
  return unpacked;
}

/** The image, the folder of modules, and the folder that holds lib/modules. */
function partsOf(kernel) {
  const image = fs.readdirSync(path.join(kernel, 'boot')).find((name) => /^vmlinu/.test(name));
  const base = ['', 'usr']
    .map((name) => path.join(kernel, name))
    .find((folder) => fs.existsSync(path.join(folder, 'lib/modules')));
  const [version] = fs.readdirSync(path.join(base, 'lib/modules'));
  return {
    image: path.join(kernel, 'boot', image),
    base,
    version,
    modules: path.join(base, 'lib/modules', version),
  };
}

// --- the virtual machine -------------------------------------------------------------------------

/** An initramfs with busybox, init.sh and the modules that 9p and overlay need. */
function initramfs({ base, version, modules }, work) {
  if (!fs.existsSync(path.join(modules, 'modules.dep.bin'))) run('depmod', ['-b', base, version]);
  const tree = path.join(work, 'tree');
  fs.mkdirSync(path.join(tree, 'bin'), { recursive: true });
  fs.mkdirSync(path.join(tree, 'modules'));
  fs.copyFileSync(run('sh', ['-c', 'command -v busybox']).trim(), path.join(tree, 'bin/busybox'));
  fs.copyFileSync(path.join(__dirname, 'kernels/init.sh'), path.join(tree, 'init'));
  fs.chmodSync(path.join(tree, 'init'), 0o755);
  const files = new Set();
  for (const name of ['virtio_pci', '9pnet_virtio', '9p', 'overlay']) {
    const lines = run('modprobe', ['-d', base, '-S', version, '--show-depends', name]);
    for (const [, file] of lines.matchAll(/^insmod (\S+)/gm)) files.add(file);
  }
  for (const [i, file] of [...files].entries()) {
    const to = path.join(tree, 'modules', `${100 + i}-${path.basename(file).replace(/\.xz$/, '')}`);
    if (file.endsWith('.xz')) run('sh', ['-c', 'xz -dc "$1" >"$2"', 'sh', file, to]);
    else fs.copyFileSync(file, to);
  }
  const archive = path.join(work, 'initramfs.gz');
  run('sh', ['-c', 'find . | cpio -o -H newc --quiet | gzip -1 >"$1"', 'sh', archive], {
    cwd: tree,
  });
  return archive;
}

/** Boots the kernel and runs the stages in it; what they print lands in `out`. */
function boot(kernel, out, stages, tests) {
  const parts = partsOf(kernel);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'kernels-'));
  const share = (folder, tag, more = '') => [
    '-virtfs',
    `local,path=${folder},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  const words = {
    REPO: root,
    OUT: out,
    HERE: path.join(__dirname, 'kernels'),
    NODE: process.execPath,
    STAGES: stages.join(','),
    TESTS: tests,
  };
  const told = Object.entries(words).map(([name, value]) => `${name}=${value}`);
  try {
    const [file, ...machine] = qemu;
    const args = [
      ...machine,
      ...['-cpu', 'max', '-accel', 'tcg,thread=multi,tb-size=512', '-smp', '2'],
      ...['-m', String(MEMORY_MIB), '-nographic', '-vga', 'none', '-no-reboot', '-nic', 'none'],
      ...['-kernel', parts.image, '-initrd', initramfs(parts, work)],
      ...share('/', 'host', ',readonly=on'),
      ...share(parts.modules, 'modules'),
      ...share(out, 'out'),
      '-append',
      `console=${tty} quiet loglevel=3 panic=-1 mitigations=off ${told.join(' ')}`,
    ];
    const log = fs.openSync(path.join(out, 'console.txt'), 'w');
    spawnSync(file, args, { stdio: ['ignore', log, log], timeout: LIMIT_S * 1000 });
    fs.closeSync(log);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

// --- results -------------------------------------------------------------------------------------

const read = (...names) => {
  const file = path.join(...names);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
};

/** What a stage's output says in one line. */
const SUMMARIES = {
  modules: ({ err }) => /^Tests:\s+(.*)$/m.exec(err)?.[1],
  tests: ({ err }) => /^Tests:\s+(.*)$/m.exec(err)?.[1],
  caps: ({ out }) => {
    const { families, lacks } = JSON.parse(out);
    return `${families.length} families; lacks ${lacks.join(' ') || 'nothing'}`;
  },
  conformance: ({ out }) => {
    const { kinds, options } = JSON.parse(out);
    return `${Object.keys(options).length} options on ${kinds.length} kinds of socket`;
  },
  cases: ({ out }) => out.trim().split('\n').at(-1),
  options: ({ err }) => /^Tests:\s+(.*)$/m.exec(err)?.[1],
};

/** A row a stage: what it printed, and whether it passed. A stage that printed nothing failed. */
function rowsOf(suite, out, stages) {
  const release = read(out, 'release.txt').trim() || 'did not boot';
  const ended = new Map(
    read(out, 'stages.txt')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, status, seconds]) => [name, { status: Number(status), seconds }]),
  );
  return stages.map((stage) => {
    const { status, seconds = '-' } = ended.get(stage) ?? {};
    let summary;
    try {
      summary = SUMMARIES[stage]({
        out: read(out, `${stage}.out`),
        err: read(out, `${stage}.err`),
      });
    } catch {
      summary = undefined;
    }
    const passed = status === 0 && summary !== undefined && summary !== '';
    return { suite, release, stage, passed, seconds, summary: summary ?? 'nothing' };
  });
}

/** Keeps the conformance report: one option a line. */
function keep(out) {
  const report = JSON.parse(read(out, 'conformance.out'));
  const { options, ...head } = report;
  const lines = Object.entries(options).map(([name, o]) => `"${name}":${JSON.stringify(o)}`);
  const text = `${JSON.stringify(head).slice(0, -1)},"options":{\n${lines.join(',\n')}\n}}\n`;
  const [, version] = /^Linux (\d+\.\d+)/.exec(report.kernel);
  const file = path.join(vectors, `linux-${version}.json`);
  fs.mkdirSync(vectors, { recursive: true });
  fs.writeFileSync(file, text);
  console.log(`kept ${path.relative(root, file)}`);
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stages: { type: 'string', default: STAGES.join(',') },
      tests: { type: 'string', default: 'test/options,test/message,test/sys' },
      keep: { type: 'boolean', default: false },
    },
  });
  const stages = values.stages.split(',');
  const unknown = stages.find((stage) => !Object.hasOwn(SUMMARIES, stage));
  if (unknown !== undefined)
    throw new LaneError(`no stage ${unknown}: ${Object.keys(SUMMARIES).join(', ')}`);
  needTools();
  const rows = [];
  for (const suite of positionals.length > 0 ? positionals : SUITES) {
    const kernel = kernelOf(suite);
    const out = path.join(cache, suite, 'out');
    fs.rmSync(out, { recursive: true, force: true });
    fs.mkdirSync(out, { recursive: true });
    console.log(`${suite}: booting; ${path.relative(process.cwd(), out)}/console.txt shows it`);
    boot(kernel, out, stages, values.tests);
    const found = rowsOf(suite, out, stages);
    rows.push(...found);
    for (const { stage, passed, summary } of found)
      console.log(`${suite}: ${passed ? 'ok  ' : 'FAIL'} ${stage}: ${summary}`);
    if (values.keep) keep(out);
  }
  console.log('\n| release | kernel | stage | result | s | |\n|---|---|---|---|---|---|');
  for (const { suite, release, stage, passed, seconds, summary } of rows)
    console.log(
      `| ${suite} | ${release} | ${stage} | ${passed ? 'ok' : 'FAIL'} | ${seconds} | ${summary} |`,
    );
  process.exitCode = rows.length > 0 && rows.every(({ passed }) => passed) ? 0 : 1;
}

try {
  main();
} catch (error) {
  if (!(error instanceof LaneError)) throw error;
  console.error(`kernels: ${error.message}`);
  process.exitCode = 1;
}
