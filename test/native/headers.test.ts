// The addon compiles only with recent kernel headers: names that older ones lack come from frozen
// ABI numbers. Debian's cross compilers bring the oldest headers to be had here (Linux 6.1.4).
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, root, run } from '../tools';

const SOURCES = ['native', 'native/linux', 'native/syscalls'].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith('.cc'))
    .map((file) => path.join(root, folder, file)),
);
const NODE_HEADERS = [
  process.env.npm_config_nodedir ?? '',
  path.join(process.execPath, '..', '..'),
  '/usr',
]
  .map((folder) => path.join(folder, 'include', 'node'))
  .find((folder) => fs.existsSync(path.join(folder, 'node_api.h')));

describe.each(['aarch64-linux-gnu-g++', 'arm-linux-gnueabihf-g++', 'g++'])('%s', (compiler) => {
  itNeeds(compiler)(
    'compiles every source without an error or a warning',
    async () => {
      const flags = '-std=c++17 -fsyntax-only -fno-exceptions -fno-rtti -Wall -Wextra -Wshadow';
      const defines = ['_GNU_SOURCE', 'NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS'];
      const include = [NODE_HEADERS as string, path.join(root, 'node_modules/node-addon-api')];
      const { stderr, status } = await run(
        compiler,
        [
          ...flags.split(' '),
          ...defines.map((name) => `-D${name}`),
          ...include.flatMap((folder) => ['-isystem', folder]),
          ...SOURCES,
        ],
        { anyStatus: true, timeoutMs: 180_000 },
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
    200_000,
  );
});

it('the frozen numbers are those of constants.def', async () => {
  const { status } = await run(
    process.execPath,
    [path.join(root, 'tools', 'frozen-numbers.js'), '--check'],
    { anyStatus: true },
  );
  expect(status).toBe(0);
});
