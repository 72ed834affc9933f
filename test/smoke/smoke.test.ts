// The smoke on every runtime and both readiness backends.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itOnline } from '../package/workshop';
import { dist, hasNetns, root, run } from '../tools';

const MINUTE = 60_000;
// Kept between runs: some hundred MB.
const cache = path.join(root, 'node_modules/.cache/bsd-socket-smoke');
const x64 = process.arch === 'x64';

interface Runtime {
  name: string;
  /** As npm installs it; undefined is the Node.js that runs this test. */
  wanted?: string;
  command: string[];
}
const inCache = (...names: string[]): string => path.join(cache, 'node_modules', ...names);
const RUNTIMES: Runtime[] = [
  { name: `Node.js ${process.version}`, command: [process.execPath] },
  ...[22, 24, 26].map((major) => ({
    name: `Node.js ${major}`,
    wanted: `node${major}@npm:node-linux-${process.arch}@${major}`,
    command: [inCache(`node${major}`, 'bin/node')],
  })),
  ...(x64
    ? [
        {
          name: 'Bun',
          wanted: '@oven/bun-linux-x64@^1.4.5',
          command: [inCache('@oven/bun-linux-x64', 'bin/bun')],
        },
        {
          name: 'Deno',
          wanted: '@deno/linux-x64-glibc@^2.9.6',
          command: [inCache('@deno/linux-x64-glibc', 'deno'), 'run', '-A'],
        },
      ]
    : []),
];

const install = async (): Promise<void> => {
  const missing = RUNTIMES.filter(({ command }) => !fs.existsSync(command[0] as string));
  if (missing.length === 0) return;
  fs.mkdirSync(cache, { recursive: true });
  fs.writeFileSync(path.join(cache, 'package.json'), '{"private": true}');
  const wanted = RUNTIMES.flatMap((runtime) => runtime.wanted ?? []);
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...wanted], {
    cwd: cache,
    timeoutMs: 8 * MINUTE,
    anyStatus: true, // without the registry the tests of what is missing are skipped
  });
};

const itHas = (wanted: string | undefined): jest.It =>
  !hasNetns() && !process.env.CI ? it.skip : wanted === undefined ? it : itOnline();

beforeAll(async () => {
  dist('index.js');
  await install();
}, 9 * MINUTE);

describe.each(RUNTIMES.map(({ name, wanted, command }) => [name, wanted, command] as const))(
  '%s',
  (name, wanted, command) => {
    const backends = name.startsWith('Node.js') ? ['libuv', 'thread'] : ['thread'];
    itHas(wanted).each(backends)(
      'with readiness by %s: every section passes',
      async (backend) => {
        const inside = ['-n', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh', ...command];
        const { stdout, status } = await run('unshare', [...inside, 'test/smoke/smoke.cjs'], {
          cwd: root,
          timeoutMs: 2 * MINUTE,
          anyStatus: true,
          env: { ...process.env, BSD_SOCKET_LOOP: name.startsWith('Node.js') ? backend : '' },
        });
        const failed = stdout.split('\n').filter((line) => line.startsWith('failed'));
        expect(failed).toEqual([]);
        const [, how, passed, all] =
          /, (libuv|thread): (\d+) \/ (\d+) sections passed\n$/.exec(stdout) ?? [];
        expect([how, passed, status]).toEqual([backend, all, 0]);
        expect(Number(all)).toBeGreaterThan(30);
      },
      3 * MINUTE,
    );
  },
);
