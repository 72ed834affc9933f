// Opens a capture file for writing: readable by its owner alone, and no symbolic link of somebody
// else's.
import * as fs from 'node:fs';
import { badType, integer } from '../errors/arguments';

/** How a file is created. */
export interface CreateOptions {
  /** Permissions of a file that is created, less the umask: 0o600. */
  mode?: number;
  /**
   * Whether a path that is a symbolic link to a file is followed; else it is refused (ELOOP). Links
   * to devices and pipes, and /dev/stdout and the like, are followed in any case.
   */
  followSymlinks?: boolean;
}

export const MODE = 0o600;
const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = fs.constants;
/** Links to the descriptors of this process. */
const OWN_DESCRIPTOR = /^\/dev\/(stdout|stderr|fd\/\d+)$|^\/proc\/(self|thread-self)\/fd\/\d+$/;

export function createOptions(what: string, o: CreateOptions): Required<CreateOptions> {
  const { mode = MODE, followSymlinks = false } = o;
  if (typeof followSymlinks !== 'boolean')
    throw badType(`${what}: followSymlinks`, 'a boolean', followSymlinks);
  return { mode: integer(`${what}: mode`, mode, 0, 0o7777), followSymlinks };
}

/** The descriptor of the file, created or emptied. Throws as fs.openSync does. */
export function createFile(
  path: string,
  { mode, followSymlinks }: Required<CreateOptions>,
): number {
  const links = followSymlinks || OWN_DESCRIPTOR.test(path) ? 0 : O_NOFOLLOW;
  try {
    return fs.openSync(path, O_WRONLY | O_CREAT | O_TRUNC | links, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    const fd = followSymlinks ? -1 : device(path);
    if (fd >= 0) return fd;
    throw Object.assign(error as Error, {
      hint: `${path} is a symbolic link to a file; followSymlinks: true writes there`,
    });
  }
}

/** What a link leads to, where that is no file; else -1. */
function device(path: string): number {
  const about = fs.statSync(path, { throwIfNoEntry: false });
  if (about === undefined || !(about.isCharacterDevice() || about.isFIFO())) return -1;
  const fd = fs.openSync(path, O_WRONLY);
  const opened = fs.fstatSync(fd);
  if (opened.isCharacterDevice() || opened.isFIFO()) return fd;
  fs.closeSync(fd);
  return -1;
}
