// Connection attempts to the addresses of one host, staggered: Happy Eyeballs, RFC 8305.
import { onAbort } from '../wait';

/**
 * The addresses with their families in turn, beginning with that of the first (RFC 8305, section 4).
 */
export function interleaved<T extends { family: number }>(found: readonly T[]): T[] {
  const first = found.filter(({ family }) => family === found[0]?.family);
  const second = found.filter(({ family }) => family !== found[0]?.family);
  const rows = Array.from({ length: Math.max(first.length, second.length) }, (_, i) => [
    first[i],
    second[i],
  ]);
  return rows.flat().filter((one) => one !== undefined);
}

/**
 * The first attempt that succeeds. Each begins when the one before it fails, or after `delayMs`
 * milliseconds; those that lose are aborted, and `drop` gets what they still bring. Rejects with the
 * signal's reason at once, or with what all() makes of one error for each candidate.
 */
export function firstConnected<C, T>(
  candidates: readonly C[],
  attempt: (candidate: C, signal: AbortSignal) => Promise<T>,
  drop: (late: T) => void,
  { delayMs, signal }: { delayMs: number; signal: AbortSignal | undefined },
): Promise<T> {
  const stop = new AbortController();
  const errors: unknown[] = new Array(candidates.length);
  let begun = 0;
  let failed = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  return new Promise<T>((resolve, reject) => {
    const end = (settle: () => void) => {
      over = true;
      clearTimeout(timer);
      unsubscribe?.();
      settle();
      stop.abort();
    };
    const begin = () => {
      clearTimeout(timer);
      const i = begun++;
      if (begun < candidates.length) timer = setTimeout(begin, delayMs);
      attempt(candidates[i] as C, stop.signal).then(
        (value) => (over ? drop(value) : end(() => resolve(value))),
        (error) => {
          if (over) return;
          errors[i] = error;
          failed += 1;
          if (failed === candidates.length) end(() => reject(all(errors)));
          else if (failed === begun) begin();
        },
      );
    };
    const unsubscribe = signal && onAbort(signal, () => end(() => reject(signal.reason)));
    if (signal?.aborted) end(() => reject(signal.reason));
    else begin();
  });
}

/**
 * One error as it is; several as an AggregateError that has the first address's code, errno, syscall
 * and isTimeout, so that isErrno() works.
 */
function all(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0];
  const messages = errors.map((error) => (error as Error).message);
  const { code, errno, syscall, address, isTimeout, hint } = errors[0] as Record<string, unknown>;
  return Object.assign(
    new AggregateError(errors, `no address could be reached: ${messages.join('; ')}`),
    { code, errno, syscall, address, isTimeout, hint },
  );
}
