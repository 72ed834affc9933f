// What an int option makes of extreme numbers: clamped, doubled, rounded, or refused.
import { native } from '../native';
import { nameOf, read, sampleOf } from './ask';
import type { Shelf } from './shelf';
import type { Subject } from './subjects';
import type { Answer } from './types';

const NUMBERS = [-0x80000000, -1, 0, 1, 0x7fffffff];
/** Large numbers reserve memory for real. */
const COSTLY = new Set(['SO_RESERVE_MEM']);

/**
 * What reads back after each number, on a fresh socket each; nothing of what is no int, or cannot
 * be read.
 */
export function limits(
  subject: Subject,
  shelf: Shelf,
): Record<string, number | Answer> | undefined {
  const { entry, home, level, optname, spreads, name } = subject;
  if (!entry?.int || !entry.readable || !entry.writable || spreads || COSTLY.has(name))
    return undefined;
  const sample = sampleOf(subject)?.value;
  const numbers =
    typeof sample === 'number' && !NUMBERS.includes(sample) ? [...NUMBERS, sample] : NUMBERS;
  const out: Record<string, number | Answer> = {};
  for (const number of numbers) {
    const fd = shelf.fresh(home);
    if (fd === undefined) return undefined;
    const result = stored(fd, number);
    shelf.tried(home, typeof result === 'string' && result !== 'ok');
    out[number] = result;
  }
  return out;

  function stored(fd: number, number: number): number | Answer {
    const result = native.setsockopt_int(fd, level, optname, number);
    if (result < 0) return nameOf(result);
    const { get, value = '', length = 0 } = read(subject, fd);
    return get === 'ok' && length >= 4 ? Buffer.from(value, 'hex').readInt32LE(0) : 'ok';
  }
}
