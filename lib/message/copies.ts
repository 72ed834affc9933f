// Memory for payloads that outlive their batch: Buffers cut one after the other from larger pieces,
// as Buffer.allocUnsafe does, only cheaper.

import { bufferAt } from '../bytes';
import { markAsUntransferable } from '../untransferable';

const PIECE = 1 << 15; // bytes; a Buffer that is kept holds on to its whole piece
const MOST = PIECE >> 3; // what is longer has memory of its own
const FEW = 128; // bytes up to which a loop over words is faster than a view and TypedArray.set

/**
 * Words that a turn of the loop copies: memory to be copied from goes on for so many bytes past its
 * end.
 */
export const COPY_AHEAD = 16;
const ALIGN = 16;

let piece = new ArrayBuffer(0);
let words = new Uint32Array(piece);
let bytes = new Uint8Array(piece);
let used = PIECE + 1; // no piece yet

function renew(): void {
  piece = Buffer.allocUnsafeSlow(PIECE).buffer as ArrayBuffer;
  markAsUntransferable(piece); // or one postMessage would empty the Buffers of everybody
  words = new Uint32Array(piece);
  bytes = new Uint8Array(piece);
  used = 0;
}

/**
 * A Buffer with the `length` bytes at byte `at` of `from`, whose last COPY_AHEAD bytes are never
 * asked for.
 */
export function copyOf(from: Uint32Array, at: number, length: number): Buffer {
  if (length > MOST) return Buffer.from(bufferAt(from.buffer, at, length));
  if (used + length > PIECE) renew();
  const start = used;
  used += (length + ALIGN - 1) & -ALIGN;
  if (length > FEW || (at & 3) !== 0) {
    bytes.set(new Uint8Array(from.buffer, at, length), start);
    return bufferAt(piece, start, length);
  }
  let source = at >>> 2;
  let target = start >> 2;
  for (const end = (start + length + 3) >> 2; target < end; target += 4, source += 4) {
    words[target] = from[source];
    words[target + 1] = from[source + 1];
    words[target + 2] = from[source + 2];
    words[target + 3] = from[source + 3];
  }
  return bufferAt(piece, start, length);
}
