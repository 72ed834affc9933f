// A fresh clone makes itself ready: everything once, nothing twice, two at a time, and clear words
// where something is missing.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type RunResult, run } from '../tools';
import { copyOfRepository, itOnline, pathWithOnly, userEnvironment } from './workshop';

const MINUTES = 60_000;
const steps = (result: RunResult): string[] =>
  [...result.stderr.matchAll(/^setup: (\w+) done/gm)].map((match) => match[1] as string);

describe('a fresh clone', () => {
  let clone: string;
  const npm = (args: string[], anyStatus = false) =>
    run('npm', args, {
      cwd: clone,
      env: userEnvironment(process.env.PATH ?? ''),
      timeoutMs: 6 * MINUTES,
      anyStatus,
    });

  beforeAll(() => {
    clone = copyOfRepository();
  });

  itOnline()(
    'is set up by whoever comes first; who comes second at the same time waits and finds all done',
    async () => {
      const both = await Promise.all([npm(['run', 'build']), npm(['run', 'build'])]);
      expect(both.flatMap(steps).sort()).toEqual(['install', 'lib', 'native']);
      for (const made of [
        'node_modules/.package-lock.json',
        'build/Release/bsd_socket.node',
        'dist/index.js',
        'dist/cli/main.js',
      ]) {
        expect(fs.existsSync(path.join(clone, made))).toBe(true);
      }
      expect(both.map(({ stderr }) => stderr).join('')).not.toMatch(
        /^(?!.*node-addon-api).*warning:/m,
      );
    },
    7 * MINUTES,
  );

  itOnline()(
    'costs less than a second when nothing changed',
    async () => {
      const started = performance.now();
      const result = await run(process.execPath, ['tools/setup.js'], { cwd: clone });
      expect(performance.now() - started).toBeLessThan(1000);
      expect(result.stderr).toBe('');
    },
    MINUTES,
  );

  itOnline()(
    'compiles only TypeScript when only TypeScript changed, and drops what has no source any more',
    async () => {
      fs.writeFileSync(path.join(clone, 'lib/extra.ts'), '// One more.\nexport const extra = 1;\n');
      expect(steps(await npm(['run', 'build']))).toEqual(['lib']);
      expect(fs.existsSync(path.join(clone, 'dist/types/extra.d.ts'))).toBe(true);
      fs.unlinkSync(path.join(clone, 'lib/extra.ts'));
      expect(steps(await npm(['run', 'build']))).toEqual(['lib']);
      expect(fs.existsSync(path.join(clone, 'dist/types/extra.d.ts'))).toBe(false);
    },
    MINUTES,
  );

  itOnline()(
    'says what does not compile, and tries again next time',
    async () => {
      const file = path.join(clone, 'lib/extra.ts');
      fs.writeFileSync(file, '// Wrong.\nexport const extra: string = 1;\n');
      for (let i = 0; i < 2; i++) {
        const result = await npm(['run', 'build'], true);
        expect(result.status).not.toBe(0);
        expect(result.stderr).toMatch(/lib\/extra\.ts.*TS2322/);
        expect(result.stderr).toMatch(/setup: types failed/);
      }
      fs.unlinkSync(file);
      await npm(['run', 'build']);
    },
    MINUTES,
  );

  itOnline()(
    'takes over from a setup that was killed',
    async () => {
      fs.writeFileSync(path.join(clone, '.setup/lock'), '999999999');
      fs.rmSync(path.join(clone, '.setup/lib.stamp'));
      expect(steps(await npm(['run', 'build']))).toEqual(['lib']);
      expect(
        fs.readdirSync(path.join(clone, '.setup')).filter((name) => name.startsWith('lock')),
      ).toEqual([]);
    },
    MINUTES,
  );

  itOnline()('names the tools that are missing', async () => {
    fs.rmSync(path.join(clone, '.setup/native.stamp'));
    const result = await run(process.execPath, ['tools/setup.js'], {
      cwd: clone,
      env: { PATH: pathWithOnly('sh'), CXX: '' },
      anyStatus: true,
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/C\+\+17 compiler .* and make and python3 not found/);
    expect(result.stderr).toMatch(/apt-get install g\+\+ make python3/);
  });
});

it('refuses a Node.js that is too old in words', async () => {
  // The version is faked, not the answer: no such old node need be fetched for this.
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } }); require('./tools/setup.js')`;
  const result = await run(process.execPath, ['-e', code], { anyStatus: true });
  expect(result.status).toBe(1);
  expect(result.stderr).toMatch(/needs Node\.js 20 or newer/);
});

it('refuses a step that does not exist', async () => {
  const result = await run(process.execPath, ['tools/setup.js', 'everything'], { anyStatus: true });
  expect(result.status).toBe(1);
  expect(result.stderr).toMatch(/no such step: everything \(there are: install native lib\)/);
});
