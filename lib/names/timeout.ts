// The timeout that new sockets start with: socket.setdefaulttimeout().
import { badRange, badType } from '../errors/arguments';

let seconds: number | null = null;

/**
 * Seconds in which waiting calls of sockets made from now on must be done; null: no limit, 0: they
 * do not wait. RangeError for what is negative or no number.
 */
export function setdefaulttimeout(value: number | null): void {
  seconds = checkedTimeout(value);
}

/** The timeout of new sockets, in seconds; null: none. */
export function getdefaulttimeout(): number | null {
  return seconds;
}

/**
 * A timeout as settimeout() takes it: null, or seconds that are not negative and fit 63 bits of
 * nanoseconds, as in CPython.
 */
export function checkedTimeout(value: unknown): number | null {
  if (value === null) return null;
  if (typeof value !== 'number') throw badType('timeout', 'seconds, or null', value);
  if (!(value >= 0 && value <= MAX_SECONDS))
    throw badRange('timeout', `seconds of 0 … ${MAX_SECONDS}, or null`, value);
  return value;
}

const MAX_SECONDS = 9_223_372_036;
