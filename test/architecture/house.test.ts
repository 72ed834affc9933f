// The rules of the house that a machine can check: first lines, who may include whom, who
// may ask for the platform, what must not be told.
import * as os from 'node:os';
import * as path from 'node:path';
import { root } from '../tools';
import { read, repositoryFiles } from './sources';

const files = repositoryFiles();
const code = files.filter(
  (file) => /\.(ts|js|mjs|cjs|cc|h|def|c|py|sh)$/.test(file) || file === '.ci/run',
);
const native = files.filter((file) => /^native\/.*\.(cc|h|def)$/.test(file));

it('every file says its one job in its first line', () => {
  const silent = code.filter((file) => {
    const [first = '', second = ''] = read(file).split('\n');
    const line = first.startsWith('#!') ? second : first;
    return !/^(\/\/|\/\*\*?|#|"""|'''|--|;)\s*\S.{10,}/.test(line);
  });
  expect(silent).toEqual([]);
});

it('the files of native/syscalls never include one another', () => {
  const among = native
    .filter((file) => file.startsWith('native/syscalls/'))
    .flatMap((file) =>
      includes(file)
        .filter((to) => to.startsWith('native/syscalls/') && to !== file && !isOwnHeader(file, to))
        .map((to) => `${file} -> ${to}`),
    );
  expect(among).toEqual([]);
  expect(native.filter((file) => file.startsWith('native/syscalls/')).length).toBeGreaterThan(3);
});

it('only platform.h asks which operating system this is', () => {
  const asks =
    /^\s*#\s*(if|ifdef|ifndef|elif).*\b(__linux__|__APPLE__|__MACH__|__FreeBSD__|__NetBSD__|__OpenBSD__|__DragonFly__|__unix__|_WIN32|__GLIBC__|__ANDROID__)\b/m;
  expect(native.filter((file) => file !== 'native/platform.h' && asks.test(read(file)))).toEqual(
    [],
  );
});

/** What a clone has at its root: anything new there belongs into a directory, or into this list. */
const ROOT = [
  ...['.ci', '.github', 'bench', 'docs', 'examples', 'lib', 'native', 'test', 'tools'],
  ...['.clang-format', '.editorconfig', '.gitignore'],
  ...['binding.gyp', 'biome.json', 'jest.config.js', 'tsconfig.json'],
  ...['package-lock.json', 'package.json'],
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'],
];

it('the root has these files and directories, and no others', () => {
  const there = new Set(files.map((file) => file.split('/')[0] as string));
  expect([...there].sort()).toEqual([...ROOT].sort());
});

it('no file bears the path of the machine that it was written on', () => {
  const here = [root, os.homedir()].filter((folder) => folder.split(path.sep).length > 2);
  const telling = files.flatMap((file) =>
    here.filter((folder) => read(file).includes(folder)).map((folder) => `${file}: ${folder}`),
  );
  expect(telling).toEqual([]);
});

it('nothing is left undone', () => {
  const marks = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'not yet implem' + 'ented']
      .map((mark) => `\\b${mark}\\b`)
      .join('|'),
  );
  expect(
    code.filter(
      (file) => /^(lib|native|tools|bench|examples|\.ci)\//.test(file) && marks.test(read(file)),
    ),
  ).toEqual([]);
});

it('no test is focused or skipped outright', () => {
  const marks = /\b(it|test|describe)\.(only|skip|todo)\(|\b(fit|fdescribe|xit|xdescribe|xtest)\(/;
  expect(files.filter((file) => file.endsWith('.test.ts') && marks.test(read(file)))).toEqual([]);
});

function includes(file: string): string[] {
  const named = [...read(file).matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map(
    (match) => match[1] as string,
  );
  return named.flatMap((name) =>
    [path.join(path.dirname(file), name), path.join('native', name)].filter((to) =>
      native.includes(to),
    ),
  );
}

function isOwnHeader(file: string, header: string): boolean {
  return file.replace(/\.cc$/, '.h') === header;
}

it('the lockfile names every optional package of every platform, as npm ci demands', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([holder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${holder}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
