// Keeps busy sockets from starving the event loop: a promise that succeeds at its first try never
// lets the loop run by itself.
const MAX_IMMEDIATE = 64; // results in a row
const MAX_MS = 1;

let immediate = 0; // results since the last iteration of the event loop
let firstResult = 0; // when the first of them was, in ms
let deferred: (() => void)[] = [];
let scheduled = false;

/**
 * A new iteration of the event loop began: results may be immediate again. Deferred ones go first,
 * so that results keep the order of their calls.
 */
export function newIteration(): void {
  immediate = 0;
  if (deferred.length === 0) return;
  const due = deferred;
  deferred = [];
  for (const settle of due) settle();
}

/**
 * A promise of `value`: resolved at once, or in the next iteration of the event loop once 64 results
 * or 1 ms went by without one.
 */
export function fairly<T>(value: T): Promise<T> {
  if (mayBeImmediate()) return Promise.resolve(value);
  return new Promise<T>((resolve) => defer(() => resolve(value)));
}

/**
 * The same for a rejection: a program that tries again after each one starves nobody, and no
 * rejection overtakes an earlier result.
 */
export function fairlyRejected(error: unknown): Promise<never> {
  if (mayBeImmediate()) return Promise.reject(error);
  return new Promise<never>((_resolve, reject) => defer(() => reject(error)));
}

function mayBeImmediate(): boolean {
  const now = performance.now();
  if (immediate === 0) firstResult = now;
  immediate += 1;
  if (immediate <= MAX_IMMEDIATE && now - firstResult <= MAX_MS) return true;
  immediate = MAX_IMMEDIATE;
  return false;
}

function defer(settle: () => void): void {
  deferred.push(settle);
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    newIteration();
  });
}
