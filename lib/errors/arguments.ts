// Errors about arguments, thrown before any system call, with Node's codes: wrong type, out of
// range, wrong state, unknown name. It imports nothing, so that every layer above native can use it.

/** `value` for an error message, cut to one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`.trim();
  if (typeof value === 'object' && value !== null)
    return `an ${Array.isArray(value) ? 'array' : 'object'} (${value.constructor?.name ?? 'no prototype'})`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function withCode<E extends Error>(error: E, code: string): E {
  return Object.assign(error, { code });
}

/** `TypeError [ERR_INVALID_ARG_TYPE]`: `WHAT must be EXPECTED, not GOT`. */
export function badType(what: string, expected: string, got: unknown): TypeError {
  return refused(`${what} must be ${expected}, not ${shown(got)}`);
}

/** `TypeError [ERR_INVALID_ARG_TYPE]` with a sentence of its own. */
export function refused(message: string): TypeError {
  return withCode(new TypeError(message), 'ERR_INVALID_ARG_TYPE');
}

/** `RangeError [ERR_OUT_OF_RANGE]`: `WHAT must be RANGE, not GOT`. */
export function badRange(what: string, range: string, got: unknown): RangeError {
  return withCode(
    new RangeError(`${what} must be ${range}, not ${shown(got)}`),
    'ERR_OUT_OF_RANGE',
  );
}

/**
 * `Error [ERR_INVALID_STATE]`: the arguments are right, and the object is in a state in which the
 * call cannot be made.
 */
export function badState(message: string): Error {
  return withCode(new Error(message), 'ERR_INVALID_STATE');
}

/**
 * `TypeError [ERR_INVALID_ARG_VALUE]`: `WHAT 'timeout' is unknown: did you mean 'timeoutMs'?`
 * Where no known name is near, the message lists the known ones if they are few.
 */
export function unknownName(what: string, name: string, known: readonly string[]): TypeError {
  const quoted = (names: readonly string[]) => names.map((one) => `'${one}'`).join(', ');
  const near = nearestNames(name, known);
  const help =
    near.length > 0
      ? `: did you mean ${near.map((one) => `'${one}'`).join(' or ')}?`
      : known.length <= 16
        ? `; known are ${quoted(known)}`
        : '';
  return withCode(new TypeError(`${what} '${name}' is unknown${help}`), 'ERR_INVALID_ARG_VALUE');
}

/** Case and underscores do not count: `reuse_port` is as near to `reusePort` as can be. */
const plain = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

/** Edits between two names: letters changed, added, left out, or two neighbours exchanged. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2] + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

/** The known names nearest to `name`, the nearest first; at most `most`, none where none is near. */
export function nearestNames(name: string, known: readonly string[], most = 3): string[] {
  const given = plain(name);
  const rank = (candidate: string): number => {
    const other = plain(candidate);
    const edits = distance(given, other);
    const [short, long] = given.length < other.length ? [given, other] : [other, given];
    const contained = short.length > 2 && long.includes(short);
    return contained ? Math.min(edits, 1 + (long.length - short.length) / 100) : edits;
  };
  const limit = Math.max(1, Math.floor(given.length / 3));
  return known
    .map((candidate): [number, string] => [rank(candidate), candidate])
    .filter(([edits]) => edits <= limit)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, candidate]) => candidate);
}

/** Object.prototype of this realm or of another one. */
const isObjectPrototype = (object: object): boolean =>
  object === Object.prototype ||
  (Object.getPrototypeOf(object) === null && Object.hasOwn(object, 'hasOwnProperty'));

/** Whether `key` is the object's own or of a prototype other than Object.prototype. */
function hasMember(object: object, key: string): boolean {
  if (Object.hasOwn(object, key)) return true;
  if (!(key in object)) return false;
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== null && !isObjectPrototype(prototype);
    prototype = Object.getPrototypeOf(prototype)
  )
    if (Object.hasOwn(prototype, key)) return true;
  return false;
}

/**
 * Refuses an options object with an unknown member (unknownName). Nothing is allocated where all
 * are known.
 */
export function checkMembers(object: object, what: string, known: readonly string[]): void {
  if (typeof object !== 'object' || object === null)
    throw badType(`${what}: options`, `an object {${known.join(', ')}}`, object);
  for (const key in object)
    if (!known.includes(key) && hasMember(object, key))
      throw unknownName(`${what}: option`, key, known);
}

/**
 * The known members of an options object, its own and inherited ones, as a new object that has
 * every known name; a name that was not given is undefined. What stands on Object.prototype is not
 * read. An unknown member is refused with the nearest known name.
 */
export function membersOf<T extends object>(object: T, what: string, known: readonly string[]): T {
  checkMembers(object, what, known);
  const members: Record<string, unknown> = {};
  for (const key of known)
    members[key] = hasMember(object, key) ? (object as Record<string, unknown>)[key] : undefined;
  return members as T;
}

/**
 * The names of an options type, for checkMembers(): one that the type has not, or that is left out,
 * does not compile.
 */
export const namesOf = <T>(names: { [K in keyof Required<T>]: true }): readonly string[] =>
  Object.keys(names);

/**
 * An options object whose members are all known; where something stands on Object.prototype, a copy
 * that has not inherited it. Nothing is allocated otherwise.
 */
export function checkedOptions<T extends object>(
  object: T,
  what: string,
  known: readonly string[],
): T {
  for (const _ in Object.prototype) return membersOf(object, what, known);
  checkMembers(object, what, known);
  return object;
}

/** Refuses an object in which one of these members is undefined. */
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
