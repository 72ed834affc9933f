// Finds the addon's file for this machine and loads it; where none fits, says what to do.
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '..');

/**
 * Which C library runs this process. (node-gyp-build asks only whether this is Alpine, and a file
 * made for the other library may crash.)
 */
function libc(): 'musl' | 'glibc' {
  if (process.platform !== 'linux') return 'glibc';
  return fs.readFileSync('/proc/self/maps', 'latin1').includes('/ld-musl-') ? 'musl' : 'glibc';
}

/**
 * The addon: what was built here, else the prebuilt file for this platform, processor and C
 * library.
 */
export function load<Addon>(): Addon {
  const before = process.env.LIBC;
  try {
    process.env.LIBC ??= libc();
    return (require('node-gyp-build') as (root: string) => Addon)(root);
  } catch (cause) {
    const here = `${process.platform} ${process.arch}${process.platform === 'linux' ? ` ${process.env.LIBC}` : ''}, Node.js ${process.version}`;
    const why = (cause as Error).message.trim().split('\n')[0];
    const help =
      process.platform === 'linux'
        ? 'To build it here, install a C++ compiler (g++), make and python3, then run: npm rebuild bsd-socket'
        : 'bsd-socket runs on Linux so far.';
    throw new Error(`bsd-socket has no native part that loads on ${here}: ${why}\n${help}`, {
      cause,
    });
  } finally {
    if (before === undefined) delete process.env.LIBC;
    else process.env.LIBC = before;
  }
}
