// Builds the addons of this folder at first use (the build folder is ignored by git) and finds them.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { root } from '../../tools';

export interface Guard {
  /** Memory right before a page that nobody may touch. */
  fenced(length: number): ArrayBuffer;
  /** The bare call: the length that the kernel reported, or -errno. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, optlen: number): number;
}

/** The built file of NAME.c in this folder. */
export function builtAddon(name: string): string {
  const built = path.join(__dirname, 'build', 'Release', `${name}.node`);
  const source = path.join(__dirname, `${name}.c`);
  if (!fs.existsSync(built) || fs.statSync(built).mtimeMs < fs.statSync(source).mtimeMs) {
    const nodedir = [process.env.npm_config_nodedir, path.join(process.execPath, '..', '..')].find(
      (folder) => folder && fs.existsSync(path.join(folder, 'include', 'node', 'node_api.h')),
    );
    const gyp = path.join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
    execFileSync(process.execPath, [gyp, 'rebuild', ...(nodedir ? ['--nodedir', nodedir] : [])], {
      cwd: __dirname,
      stdio: 'pipe',
    });
  }
  return built;
}

export const guard = (): Guard => require(builtAddon('guard')) as Guard;
