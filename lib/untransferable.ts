// Memory that a postMessage() must not move to another thread, because others look into it too.
import type * as threads from 'node:worker_threads';

let loaded: typeof threads | undefined;

/** worker_threads.markAsUntransferable(), whose module is loaded at the first use. */
export function markAsUntransferable(memory: ArrayBufferLike): void {
  loaded ??= require('node:worker_threads') as typeof threads;
  loaded.markAsUntransferable(memory);
}
