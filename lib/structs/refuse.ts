// The two ways of saying no to a value before any system call, in Node's words and codes.

/** A short picture of a value for a message: what was given, never more than a line. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`.trim();
  if (typeof value === 'object' && value !== null)
    return `an ${Array.isArray(value) ? 'array' : 'object'} (${value.constructor?.name ?? 'no prototype'})`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** What is of the wrong kind: `TypeError [ERR_INVALID_ARG_TYPE]`. */
export function badType(what: string, expected: string, got: unknown): TypeError {
  return refused(`${what} must be ${expected}, not ${shown(got)}`);
}

/** The same with a sentence of its own. */
export function refused(message: string): TypeError {
  return coded(new TypeError(message), 'ERR_INVALID_ARG_TYPE');
}

/** What is of the right kind and out of its range: `RangeError [ERR_OUT_OF_RANGE]`. */
export function badRange(what: string, range: string, got: unknown): RangeError {
  return coded(new RangeError(`${what} must be ${range}, not ${shown(got)}`), 'ERR_OUT_OF_RANGE');
}

function coded<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}

/**
 * Of an object's members, those that cannot be left out: a struct takes what is missing for zero.
 */
export function demand(what: string, value: object, ...keys: readonly string[]): void {
  for (const key of keys)
    if ((value as Record<string, unknown>)[key] === undefined)
      throw badType(`${what}.${key}`, 'given', undefined);
}

/** `value` if it is an integer of [min, max], else the error that names it. */
export function integer(what: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw badType(what, `an integer of ${min} … ${max}`, value);
  if (!Number.isInteger(value) || value < min || value > max)
    throw badRange(what, `an integer of ${min} … ${max}`, value);
  return value;
}
