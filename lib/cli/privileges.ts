// Giving up capabilities(7) once everything that needs them is open.
import * as fs from 'node:fs';
import { EPERM } from '../constants';
import { check, socketError } from '../errors';
import { native } from '../native';

/** Bits of capabilities(7). */
export const CAP_DAC_OVERRIDE = 1 << 1;

/** The thread's name, as ps(1) shows it. */
function threadName(id: number): string {
  try {
    return fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim();
  } catch {
    return 'ended since';
  }
}

/**
 * capset(2) and PR_SET_NO_NEW_PRIVS in every thread of this process, for good; only the
 * capabilities of the mask `keep` stay. EPERM, with the names of the threads, where some could not
 * be made to drop theirs.
 */
export function dropCapabilities(keep = 0): void {
  const left = new Int32Array(16);
  const count = check(native.drop_capabilities(keep, left), 'capset');
  if (count === 0) return;
  const ids = [...left.subarray(0, count)].filter((id) => id > 0);
  const named = ids.map((id) => `${id} (${threadName(id)})`).join(', ');
  throw socketError(-EPERM, 'capset', {
    hint:
      ids.length === 0
        ? 'whether all threads have dropped their capabilities cannot be seen: /proc/self/task cannot be read'
        : `these threads keep their capabilities: ${named}`,
  });
}
