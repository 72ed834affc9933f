// Memory for recv(size): results are as long as what came, and a call that waits holds none.
import { markAsUntransferable } from '../untransferable';

const SCRATCH_SIZE = 65536;
const SLAB_SIZE = 16384;
/** Results of at most so many bytes are slices of a shared slab: nothing is copied. */
const SLAB_LIMIT = SLAB_SIZE >> 2;

/** Receives `length` bytes of `memory` at `offset`: how many, or undefined where it would wait. */
type Fill<C> = (
  context: C,
  flags: number,
  memory: Uint8Array,
  offset: number,
  length: number,
) => number | undefined;

let slab: Buffer;
let used = SLAB_SIZE; // none yet
const scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE);

/** A slab belongs to many results: nobody may transfer it away. */
function newSlab(): Buffer {
  const memory = Buffer.allocUnsafeSlow(SLAB_SIZE);
  markAsUntransferable(memory.buffer);
  return memory;
}

/** A Buffer of what `fill` received, at most `limit` bytes; undefined where it would wait. */
export function allocated<C>(
  limit: number,
  fill: Fill<C>,
  context: C,
  flags: number,
): Buffer | undefined {
  if (limit > SLAB_LIMIT) {
    const memory = memoryFor(limit);
    const n = fill(context, flags, memory, 0, limit);
    return n === undefined ? undefined : kept(memory, Math.min(n, limit));
  }
  if (used + limit > SLAB_SIZE) {
    slab = newSlab();
    used = 0;
  }
  const memory = slab;
  const start = used;
  const n = fill(context, flags, memory, start, limit);
  if (n === undefined) return undefined;
  const end = start + Math.min(n, limit);
  used = (end + 7) & ~7;
  return memory.subarray(start, end);
}

/** Memory for `limit` bytes, shared by all calls where it can be: kept() takes the result out. */
export function memoryFor(limit: number): Buffer {
  return limit <= SCRATCH_SIZE ? scratch.subarray(0, limit) : Buffer.allocUnsafeSlow(limit);
}

/**
 * The first `n` bytes of `memory` to keep: copied where most of it would be held for nothing, else
 * the memory itself.
 */
export function kept(memory: Uint8Array, n: number): Buffer {
  if (memory.buffer !== scratch.buffer)
    return n < memory.length >> 1
      ? Buffer.from(memory.subarray(0, n))
      : (memory as Buffer).subarray(0, n);
  const data = Buffer.allocUnsafe(n);
  data.set(n === SCRATCH_SIZE ? scratch : scratch.subarray(0, n));
  return data;
}
