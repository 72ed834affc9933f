// `bsd-socket build`: the addon from its sources, for a machine that no prebuilt file fits.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse, UsageError } from './args';

const ROOT = path.join(__dirname, '../..');
const FILE = 'bsd_socket.node';
/** What node-gyp itself needs, each with the programs that will do. */
const TOOLS: readonly (readonly [name: string, programs: readonly string[]])[] = [
  ['a C++17 compiler', [process.env.CXX?.split(' ')[0] ?? 'c++', 'c++', 'g++', 'clang++']],
  ['make', ['make', 'gmake']],
  ['python3', ['python3', 'python']],
];

function isOnPath(program: string): boolean {
  if (program.includes('/')) return fs.existsSync(program);
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((directory) => fs.existsSync(path.join(directory, program)));
}

/** The directory with node's own headers, where node came with them: nothing is downloaded then. */
function nodedir(): string | undefined {
  const prefix = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  return fs.existsSync(path.join(prefix, 'include/node/common.gypi')) ? prefix : undefined;
}

/** node-gyp: that of npm itself where it can be found, else by `npm exec`. */
function nodeGyp(): [command: string, args: string[]] {
  const besideNode = path.join(
    path.dirname(fs.realpathSync(process.execPath)),
    '../lib/node_modules',
  );
  const npm = process.env.npm_execpath
    ? path.join(path.dirname(process.env.npm_execpath), '..')
    : '';
  const own = [npm, path.join(besideNode, 'npm'), '/usr/share/nodejs/npm']
    .map((directory) => path.join(directory, 'node_modules/node-gyp/bin/node-gyp.js'))
    .find((file) => path.isAbsolute(file) && fs.existsSync(file));
  if (own !== undefined) return [process.execPath, [own]];
  return ['npm', ['exec', '--yes', '--package=node-gyp', '--', 'node-gyp']];
}

export function build(args: string[]): number {
  const { positionals } = parse({ args, options: {}, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`unexpected: ${positionals.join(' ')}`);
  const missing = TOOLS.filter(([, programs]) => !programs.some(isOnPath)).map(([name]) => name);
  if (missing.length > 0) {
    process.stderr.write(
      `bsd-socket build: not on the PATH: ${missing.join(', ')}\n` +
        'Debian, Ubuntu: apt-get install g++ make python3   Alpine: apk add g++ make python3   Fedora: dnf install gcc-c++ make python3\n',
    );
    return 1;
  }
  const sources = path.join(ROOT, 'native');
  if (!fs.existsSync(path.join(sources, 'binding.gyp'))) {
    process.stderr.write('bsd-socket build: this is a clone; there it is: npm run build\n');
    return 1;
  }
  const to = process.env.BSD_SOCKET_BUILD_DIR ?? path.join(ROOT, 'build/Release');
  // The package's directory may belong to somebody else, and paths with spaces stop make.
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-socket-build-'));
  try {
    fs.cpSync(sources, work, { recursive: true });
    const [command, first] = nodeGyp();
    const headers = nodedir();
    const { status, error } = spawnSync(
      command,
      [...first, 'rebuild', `--directory=${work}`, ...(headers ? [`--nodedir=${headers}`] : [])],
      { cwd: work, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    if (status !== 0) {
      process.stderr.write(
        `bsd-socket build: node-gyp failed${error ? ` (${error.message})` : ''}. It downloads itself and node's headers where they are not installed: ` +
          'offline, install node with its headers (include/node), and npm with its node-gyp.\n',
      );
      return 1;
    }
    fs.mkdirSync(to, { recursive: true });
    const file = path.join(to, FILE);
    fs.copyFileSync(path.join(work, 'build/Release', FILE), file);
    process.stdout.write(`built ${file}\n`);
    if (process.env.BSD_SOCKET_BUILD_DIR !== undefined)
      process.stdout.write(`set BSD_SOCKET_ADDON=${file} for programs that are to use it\n`);
    return 0;
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
