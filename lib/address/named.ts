// Addresses as callers give them: Python's tuple or the object form, as one record by member name.
import { badRange, badType } from '../errors/arguments';

/**
 * `names` are the tuple's elements in their order, of which the first `least` must be there; the
 * object form is taken as it is, if it is of the family at all. What is missing stays undefined,
 * and the members are not looked at: the struct's own checks do that.
 */
export function named(
  af: string,
  family: string,
  names: readonly string[],
  least: number,
  input: unknown,
): Record<string, unknown> {
  if (Array.isArray(input)) {
    const { length } = input;
    const range = least === names.length ? `${least}` : `${least} … ${names.length}`;
    if (length < least || length > names.length)
      throw badRange(`the length of an ${af} tuple [${names.join(', ')}]`, range, length);
    return Object.fromEntries(input.map((value, i) => [names[i], value]));
  }
  if (typeof input !== 'object' || input === null)
    throw badType(`an ${af} address`, `[${names.join(', ')}] or {${names.join(', ')}}`, input);
  const given = input as Record<string, unknown>;
  if (given.family !== undefined && given.family !== family)
    throw badRange(`the family of an ${af} address`, `'${family}'`, given.family);
  return given;
}
