// What an int option reads back after extreme numbers: clamped, doubled, rounded, or refused.
import { native } from '../native';
import type { Kind } from '../options/row';
import { nameOf, read, sampleOf } from './calls';
import type { FreshSockets } from './sockets';
import type { Subject } from './subjects';
import type { Outcome } from './types';

const NUMBERS = [-0x80000000, -1, 0, 1, 0x7fffffff];
/** Large numbers reserve memory for real. */
const COSTLY = new Set(['SO_RESERVE_MEM']);

/**
 * What reads back after each number, each on a fresh socket of `kind`; undefined for an option that
 * is no int, or cannot be read.
 */
export function limits(
  subject: Subject,
  kind: Kind | undefined,
  sockets: FreshSockets,
): Record<string, number | Outcome> | undefined {
  const { entry, level, optname, affectsNamespace, name } = subject;
  if (kind === undefined || !entry?.int || !entry.readable || !entry.writable) return undefined;
  if (affectsNamespace || COSTLY.has(name)) return undefined;
  const sample = sampleOf(subject)?.value;
  const numbers =
    typeof sample === 'number' && !NUMBERS.includes(sample) ? [...NUMBERS, sample] : NUMBERS;
  const out: Record<string, number | Outcome> = {};
  for (const number of numbers) {
    const fd = sockets.get(kind);
    if (fd === undefined) return undefined;
    const result = stored(fd, number);
    sockets.used(kind, typeof result === 'string' && result !== 'ok');
    out[number] = result;
  }
  return out;

  function stored(fd: number, number: number): number | Outcome {
    const result = native.setsockopt_int(fd, level, optname, number);
    if (result < 0) return nameOf(result);
    const { get, value = '', length = 0 } = read(subject, fd);
    return get === 'ok' && length >= 4 ? Buffer.from(value, 'hex').readInt32LE(0) : 'ok';
  }
}
