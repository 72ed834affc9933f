// Pointer and length pairs of C, kept honest: the kernel never sees more length than there is memory behind it.
import { integer } from '../codec/refuse';
import { type Bytes, toBytes } from '../bytes';

export const INT_MIN = -0x80000000;
export const INT_MAX = 0x7fffffff;

/** What the kernel may write when it takes a negative length for a very large one; no socket option answers with more. */
const UNBOUNDED = 1 << 20;

/** Bytes or a NULL pointer. */
export function bytesOrNull(value: Bytes | null | undefined, what: string): Uint8Array | null {
  return value === null || value === undefined ? null : toBytes(value, what);
}

/** A length as C's int or unsigned int sees it: a negative one is for the kernel to judge. */
export function length(value: number | undefined, otherwise: number, what: string): number {
  return value === undefined ? otherwise : integer(what, value, INT_MIN, INT_MAX);
}

/**
 * Memory for a call that was told `size`: the bytes themselves where they are long enough, else a longer copy of them, zero-padded.
 * `limit` is the most that the kernel looks at.
 */
export function roomFor(bytes: Uint8Array, size: number, limit = INT_MAX): Uint8Array {
  const wanted = size < 0 ? Math.min(UNBOUNDED, limit) : Math.min(size, limit);
  if (wanted <= bytes.length) return bytes;
  const copy = new Uint8Array(wanted);
  copy.set(bytes);
  return copy;
}

/** Brings what the kernel wrote into a longer copy back to the caller's bytes, as far as they go. */
export function giveBack(bytes: Uint8Array, room: Uint8Array): void {
  if (room !== bytes) bytes.set(room.subarray(0, bytes.length));
}
