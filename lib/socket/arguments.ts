// The arguments of the transfer calls: sizes, flags, data and Python's two orders of sendto.
import { type Bytes, isBytes, toBytes } from '../bytes';
import { badRange, badType } from '../errors';
import { refused } from '../structs/refuse';
import type { IoOptions } from './funnel';

export const MAX_SIZE = 0x7fffffff;

export function sizeOf(value: unknown, what: string): number {
  if (typeof value !== 'number')
    throw badType(what, 'a number of bytes, or a buffer to fill', value);
  if (!Number.isInteger(value) || value < 0 || value > MAX_SIZE)
    throw badRange(what, `an integer from 0 to ${MAX_SIZE}`, value);
  return value;
}

export function flagsOf(value: unknown, what: string): number {
  if (value === undefined) return 0;
  if (typeof value !== 'number') throw badType(what, 'a number (MSG_* bits)', value);
  if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff)
    throw badRange(what, 'a 32-bit integer (MSG_* bits)', value);
  return value | 0;
}

/** The last argument of the promise verbs: flags as in C, or options. */
export function optionsOfCall(
  o: number | IoOptions | undefined,
  what: string,
): { flags: number; io: IoOptions | undefined } {
  if (o === undefined) return { flags: 0, io: undefined };
  if (typeof o === 'number') return { flags: flagsOf(o, `${what}: flags`), io: undefined };
  if (typeof o !== 'object' || o === null)
    throw badType(`${what}: options`, 'flags or { flags, signal, timeoutMs }', o);
  if (o.timeoutMs !== undefined && o.timeoutMs !== null) {
    if (typeof o.timeoutMs !== 'number')
      throw badType(`${what}: timeoutMs`, 'a number of milliseconds or null', o.timeoutMs);
    if (!(o.timeoutMs >= 0))
      throw badRange(`${what}: timeoutMs`, '>= 0, or null to wait for ever', o.timeoutMs);
  }
  if (o.signal !== undefined && typeof o.signal?.addEventListener !== 'function')
    throw badType(`${what}: signal`, 'an AbortSignal', o.signal);
  return { flags: flagsOf(o.flags, `${what}: flags`), io: o };
}

export function dataOf(data: Bytes | string, what: string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : toBytes(data, what);
}

/**
 * Memory that was lent to a call that waits must still be there when its turn comes: taken away, it
 * would read as an end of stream and send as nothing.
 */
export function stillThere(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length < length)
    throw refused(
      `${what} shrank while the call waited: ${bytes.length} bytes are left of ${length} (its memory was transferred away or resized)`,
    );
}

export function allStillThere(
  buffers: readonly Uint8Array[],
  lengths: readonly number[],
  what: string,
): void {
  for (let i = 0; i < lengths.length; i++) stillThere(buffers[i], lengths[i], `${what}[${i}]`);
}

/** recv's first argument: a target to fill, or undefined where it is a size. */
export function targetOf(size: number | Bytes, what: string): Uint8Array | undefined {
  return typeof size !== 'number' && isBytes(size) ? toBytes(size, what) : undefined;
}

/** sendto(data, address, o) and sendto(data, flags, address, o). */
export function sendtoArguments<A>(
  second: A | number,
  third: A | IoOptions | number | undefined,
  fourth: IoOptions | undefined,
): { address: A; flags: number; io: IoOptions | undefined } {
  if (typeof second === 'number') {
    const { flags, io } = optionsOfCall(fourth, 'sendto');
    return { address: third as A, flags: flagsOf(second, 'sendto: flags') | flags, io };
  }
  return { address: second, ...optionsOfCall(third as IoOptions | number | undefined, 'sendto') };
}
