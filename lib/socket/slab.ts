// Memory for results of recv(size): each is a slice of a shared slab that is as long as what came,
// so that nothing is copied and little is wasted.
import { markAsUntransferable } from '../untransferable';

const SLAB_SIZE = 16384;
/** Sizes beyond this have memory of their own. */
export const SLAB_LIMIT = SLAB_SIZE >> 2;

let slab: Buffer;
let used = SLAB_SIZE; // none yet

/** A slab belongs to many results: nobody may transfer it away. */
function fresh(): Buffer {
  const memory = Buffer.allocUnsafeSlow(SLAB_SIZE);
  markAsUntransferable(memory.buffer);
  return memory;
}

/**
 * A Buffer of what `fill` wrote into at most `limit` bytes (<= SLAB_LIMIT) of `memory` at `offset`;
 * undefined where it wrote nothing yet.
 */
export function sliced(
  limit: number,
  fill: (memory: Buffer, offset: number, length: number) => number | undefined,
): Buffer | undefined {
  if (used + limit > SLAB_SIZE) {
    slab = fresh();
    used = 0;
  }
  const memory = slab;
  const start = used;
  const n = fill(memory, start, limit);
  if (n === undefined) return undefined;
  const end = start + Math.min(n, limit);
  used = (end + 7) & ~7;
  return memory.subarray(start, end);
}
