// Keeps busy sockets from starving the loop: a promise that succeeds at its first try never lets
// the loop turn by itself.
const MAX_STREAK = 64;
const MAX_MS = 1;

let streak = 0;
let firstResult = 0; // since the last turn: when, in ms
let deferred: (() => void)[] = [];
let scheduled = false;

/**
 * The loop turned: results handed out from here on may again come at once. Deferred ones go first,
 * so that results keep the order of their calls.
 */
export function turned(): void {
  streak = 0;
  if (deferred.length === 0) return;
  const due = deferred;
  deferred = [];
  for (const settle of due) settle();
}

function immediate(): void {
  scheduled = false;
  turned();
}

/**
 * A promise of `value`: at once, or after the next turn of the loop once 64 results or 1 ms went by
 * without one.
 */
export function fairly<T>(value: T): Promise<T> {
  if (mayPass()) return Promise.resolve(value);
  return new Promise<T>((resolve) => defer(() => resolve(value)));
}

/**
 * The same for a refusal: a loop that tries again after each one starves nobody, and no refusal
 * overtakes an earlier result.
 */
export function fairlyRefused(error: unknown): Promise<never> {
  if (mayPass()) return Promise.reject(error);
  return new Promise<never>((_resolve, reject) => defer(() => reject(error)));
}

function mayPass(): boolean {
  const now = performance.now();
  if (streak === 0) firstResult = now;
  streak += 1;
  if (streak <= MAX_STREAK && now - firstResult <= MAX_MS) return true;
  streak = MAX_STREAK;
  return false;
}

function defer(settle: () => void): void {
  deferred.push(settle);
  if (scheduled) return;
  scheduled = true;
  setImmediate(immediate);
}
