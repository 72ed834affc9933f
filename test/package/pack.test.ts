// The packed tarball in an empty folder: no compiler, the README's examples as written, types in
// every mode, old glibc, Node 20 to 26.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { hasNetns, type Netns, netns, requireTool, root, run, temporaryFolder } from '../tools';
import { codeBlocks, copyOfRepository, itOnline, pathWithOnly, userEnvironment } from './workshop';

const MINUTES = 60_000;
/** The prebuilt file of this machine. */
const HERE = `linux-${process.arch}/bsd-socket.glibc.node`;
const RUNTIMES = [20, 22, 24, 26];
const readme = codeBlocks(fs.readFileSync(path.join(root, 'README.md'), 'utf8'));

/** `it` for what needs the registry, and perhaps privileges. */
const itFor = (privileged: boolean): jest.It =>
  !privileged || hasNetns() || process.env.CI ? itOnline() : it.skip;

let workshop: string; // a clone, where the tarball is made
let tarball: string;
let folder: string; // a user's folder, where it is installed
let bare: NodeJS.ProcessEnv; // a PATH with node, npm and sh
let ns: Netns | undefined;

const inFolder = (file: string, args: string[], anyStatus = false) =>
  run(...(ns?.wrap(file, args) ?? ([file, args] as [string, string[]])), {
    cwd: folder,
    env: bare,
    anyStatus,
    timeoutMs: MINUTES,
  });

beforeAll(async () => {
  if (hasNetns()) ns = netns();
  bare = userEnvironment(pathWithOnly('node', 'npm', 'sh'));
  workshop = copyOfRepository();
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(workshop, 'node_modules'));
  const env = userEnvironment(process.env.PATH ?? '');
  // Built where the repository is, so that what is unchanged is not built again.
  const prebuilds = [path.join(root, 'tools/prebuilds.js'), HERE];
  await run(process.execPath, prebuilds, { cwd: root, env, timeoutMs: 5 * MINUTES });
  fs.mkdirSync(path.join(workshop, 'prebuilds', path.dirname(HERE)), { recursive: true });
  fs.copyFileSync(path.join(root, 'prebuilds', HERE), path.join(workshop, 'prebuilds', HERE));
  const packed = await run('npm', ['pack', '--json'], { cwd: workshop, env, timeoutMs: MINUTES });
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n')));
  tarball = path.join(workshop, filename);
  folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
}, 6 * MINUTES);

afterAll(() => ns?.remove());

describe('the tarball', () => {
  let names: string[];
  beforeAll(async () => {
    names = (await run('tar', ['-tf', tarball])).stdout
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
  });

  it('holds what users need and nothing of the workshop', () => {
    for (const name of [
      'dist/index.js',
      'dist/types/index.d.ts',
      'dist/core.js',
      'dist/sys.js',
      'dist/cli/main.js',
      'native/binding.gyp',
      'native/node-addon-api/napi.h',
      'native/addon.cc',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
    ]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => /^prebuilds\/.*\.node$/.test(name)).length).toBe(1);
    expect(
      names.filter((name) => /^(test|lib|tools|node_modules|build|\.)|tsbuildinfo/.test(name)),
    ).toEqual([]);
    // pnpm and yarn build what has one there.
    expect(names.filter((name) => /^[^/]*\.gyp$/.test(name))).toEqual([]);
  });

  it('has documents whose links lead somewhere, here or in the repository', async () => {
    const documents = names.filter((name) => /^(?!native|dist).*\.md$/.test(name));
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/sys.md']));
    const broken = documents.flatMap((name) => {
      const links = fs
        .readFileSync(path.join(root, name), 'utf8')
        .matchAll(/\]\((?!\w+:)([^)#]+)/g);
      const missing = Array.from(links, ([, to]) => to).filter(
        (to) => !fs.existsSync(path.join(root, path.dirname(name), to)),
      );
      return missing.map((to) => `${name}: ${to}`);
    });
    expect(broken).toEqual([]);
  });

  it('is small', () => {
    const unpacked = names.length;
    expect(unpacked).toBeGreaterThan(50);
    expect(fs.statSync(tarball).size).toBeLessThanOrEqual(1_200_000);
  });

  it(
    'is well formed for publint',
    async () => {
      await run(process.execPath, ['node_modules/publint/src/cli.js', 'run', tarball, '--strict']);
    },
    MINUTES,
  );

  it(
    'has types that resolve in every mode',
    async () => {
      const args = [
        'node_modules/@arethetypeswrong/cli/dist/index.js',
        tarball,
        '--no-definitely-typed',
        '--format',
        'json',
      ];
      const result = await run(process.execPath, args, { anyStatus: true, timeoutMs: MINUTES });
      const { problems, analysis } = JSON.parse(result.stdout);
      expect(problems).toEqual({});
      expect(Object.keys(analysis.entrypoints)).toEqual(
        expect.arrayContaining(['.', './sys', './packet']),
      );
      expect(result.status).toBe(0);
    },
    MINUTES,
  );

  it('asks for no newer glibc than Node.js itself', async () => {
    const file = path.join(workshop, names.find((name) => name.endsWith('.node')) as string);
    const { stdout } = await run(requireTool('objdump'), ['-T', file]);
    expect(newest(stdout, 'GLIBC')).toBeLessThanOrEqual(version('2.28'));
    expect(newest(stdout, 'GLIBCXX')).toBeLessThanOrEqual(version('3.4.22'));
    expect(newest(stdout, 'GLIBC')).toBeGreaterThan(version('2.2'));
  });
});

/** '2.28' as a number that compares. */
const version = (text: string): number =>
  text.split('.').reduceRight((low, part) => low / 1000 + Number(part), 0);
const newest = (symbols: string, name: string): number =>
  Math.max(
    0,
    ...[...symbols.matchAll(new RegExp(`\\b${name}_([\\d.]+)`, 'g'))].map((match) =>
      version(match[1] as string),
    ),
  );

describe('installed in an empty folder without a compiler', () => {
  itOnline()(
    'installs in seconds and builds nothing',
    async () => {
      await run(
        'npm',
        ['install', tarball, '--foreground-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
        {
          cwd: folder,
          env: bare,
          timeoutMs: MINUTES,
        },
      );
      expect(fs.existsSync(path.join(folder, 'node_modules/bsd-socket/build'))).toBe(false);
      expect(
        fs
          .readdirSync(path.join(folder, 'node_modules'))
          .filter((name) => !name.startsWith('.'))
          .sort(),
      ).toEqual(['bsd-socket']);
    },
    MINUTES,
  );

  itOnline()('does its work from the prebuilt file', async () => {
    fs.copyFileSync(path.join(__dirname, 'smoke.cjs'), path.join(folder, 'smoke.cjs'));
    const { loaded } = JSON.parse((await inFolder('node', ['smoke.cjs'])).stdout);
    expect(loaded).toEqual([
      expect.stringMatching(/node_modules\/bsd-socket\/prebuilds\/[^/]+\/[^/]+\.node$/),
    ]);
  });

  itOnline()('gives the same names to require and to import', async () => {
    const code = `import * as star from 'bsd-socket'; import { Socket, SOL_SOCKET, AF_INET, errors } from 'bsd-socket'; import { constants } from 'bsd-socket/sys'; import { checksum } from 'bsd-socket/packet';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('bsd-socket');
      console.log(JSON.stringify({ same: Socket === required.Socket && SOL_SOCKET === required.SOL_SOCKET && AF_INET === 2, lost: Object.keys(required).filter((name) => !(name in star)), rest: [typeof errors.EPERM, constants.AF_INET, typeof checksum] }));`;
    fs.writeFileSync(path.join(folder, 'names.mjs'), code);
    expect(JSON.parse((await inFolder('node', ['names.mjs'])).stdout)).toEqual({
      same: true,
      lost: [],
      rest: ['function', 2, 'function'],
    });
  });

  itFor(true)('has a command line', async () => {
    const ping = await inFolder('node_modules/.bin/bsd-socket', ['ping', '-c', '1', '127.0.0.1']);
    expect(ping.stdout).toMatch(/1 packets transmitted, 1 received/);
  });

  for (const block of readme.filter(({ language }) => language === 'js')) {
    itFor(block.code.includes('CAP_NET_RAW'))(
      `README example: ${block.title}`,
      async () => {
        const file = `example${readme.indexOf(block)}.mjs`;
        fs.writeFileSync(path.join(folder, file), block.code);
        const result = await inFolder('node', [file]);
        expect(result.stderr).toBe('');
        expect(result.stdout).toBe(block.output);
      },
      MINUTES,
    );
  }

  itOnline()(
    'README examples: types',
    async () => {
      const blocks = readme.filter((block) => block.language === 'ts');
      expect(blocks.length).toBeGreaterThan(0);
      const files = blocks.map((block, i) => {
        const file = path.join(folder, `typed${i}.mts`);
        fs.writeFileSync(file, block.code);
        return file;
      });
      fs.mkdirSync(path.join(folder, 'node_modules/@types'), { recursive: true });
      for (const name of ['@types/node', 'undici-types'])
        fs.cpSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name), {
          recursive: true,
        });
      const tsc = path.join(root, 'node_modules/@typescript/native/bin/tsc');
      const strict = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2022',
        '--types',
        'node',
        '--skipLibCheck',
        'false',
      ];
      await run(process.execPath, [tsc, ...strict, ...files], { cwd: folder, timeoutMs: MINUTES });
    },
    MINUTES,
  );

  itOnline()(
    'says what to do where no prebuilt file fits, and that helps',
    async () => {
      const other = temporaryFolder();
      fs.cpSync(path.join(folder, 'node_modules'), path.join(other, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true, // .bin/bsd-socket is this copy's
      });
      fs.writeFileSync(path.join(other, 'package.json'), '{"private": true}');
      fs.rmSync(path.join(other, 'node_modules/bsd-socket/prebuilds'), { recursive: true });
      const load = () =>
        run(process.execPath, ['-p', 'require("bsd-socket").socketpair().length'], {
          cwd: other,
          anyStatus: true,
        });
      const { status, stderr } = await load();
      expect(status).toBe(1);
      expect(stderr).toMatch(/bsd-socket has no native addon that loads on linux .*, Node\.js v/);
      expect(stderr).toMatch(
        /install a C\+\+ compiler \(g\+\+\), make and python3, then run: npx bsd-socket build/,
      );
      await run('npm', ['exec', '--no', '--', 'bsd-socket', 'build'], {
        cwd: other,
        env: userEnvironment(process.env.PATH ?? ''),
        timeoutMs: 3 * MINUTES,
      });
      expect((await load()).stdout).toBe('2\n');
    },
    4 * MINUTES,
  );
});

describe('the same file on every Node.js', () => {
  // Kept between runs: some 50 MB each.
  const cache = path.join(root, 'node_modules/.cache/bsd-socket-runtimes');
  const name = (major: number) => `node${major}`;

  itOnline()(
    'has the runtimes to try',
    async () => {
      fs.mkdirSync(cache, { recursive: true });
      if (
        RUNTIMES.every((major) =>
          fs.existsSync(path.join(cache, 'node_modules', name(major), 'bin/node')),
        )
      )
        return;
      fs.writeFileSync(path.join(cache, 'package.json'), '{"private": true}');
      const wanted = RUNTIMES.map(
        (major) => `${name(major)}@npm:node-linux-${process.arch}@${major}`,
      );
      await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted], {
        cwd: cache,
        timeoutMs: 5 * MINUTES,
      });
    },
    5 * MINUTES,
  );

  for (const major of RUNTIMES) {
    itOnline()(
      `Node ${major}`,
      async () => {
        const result = await inFolder(path.join(cache, 'node_modules', name(major), 'bin/node'), [
          'smoke.cjs',
        ]);
        const { node, loaded } = JSON.parse(result.stdout);
        expect(node).toMatch(new RegExp(`^v${major}\\.`));
        expect(loaded).toEqual([expect.stringContaining('/prebuilds/')]);
      },
      MINUTES,
    );
  }
});
