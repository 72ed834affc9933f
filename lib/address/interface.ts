// Interface names and numbers as addresses need them: a name to its index, and an index to its
// name.

import { check } from '../errors';
import { badRange, badType } from '../errors/arguments';
import { native } from '../native';

/** if_nametoindex(3). '' is 0, "any"; ENODEV for a name that no interface has. */
export function indexOf(what: string, name: unknown): number {
  if (typeof name !== 'string') throw badType(what, 'the name of an interface', name);
  if (name.includes('\0')) throw badRange(what, 'without a NUL byte', name);
  return name === ''
    ? 0
    : check(native.if_nametoindex(name), 'if_nametoindex', { hintContext: { value: name } });
}

const REMEMBERED_MS = 100;
const names = new Map<number, string>();
const out = Buffer.alloc(64);
let since = 0;

/**
 * if_indextoname(3), '' where the interface is gone. Every address of a packet socket asks, so an
 * answer holds for 100 ms: the call costs a socket and an ioctl, more than the recvfrom it serves.
 */
export function nameOf(index: number): string {
  if (index === 0) return '';
  const now = performance.now();
  if (now - since > REMEMBERED_MS) {
    names.clear();
    since = now;
  }
  const known = names.get(index);
  if (known !== undefined) return known;
  const length = native.if_indextoname(index, out);
  const name = length > 0 ? out.toString('utf8', 0, length) : '';
  names.set(index, name);
  return name;
}
