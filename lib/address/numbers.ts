// Families whose addresses are a pair of numbers: the tuple or the object, checked.
import { badRange, badType } from '../codec';

/** `names[i]` of the object form is element i of the tuple. What is missing stays undefined; the struct's own range check does the rest. */
export function pair(af: string, family: string, names: readonly [string, string], input: unknown): [unknown, unknown] {
  const shape = `[${names.join(', ')}] or {${names.join(', ')}}`;
  if (Array.isArray(input)) {
    if (input.length !== 2) throw badRange(`an ${af} address`, shape, `an array of ${input.length}`);
    return [input[0], input[1]];
  }
  if (typeof input !== 'object' || input === null) throw badType(`an ${af} address`, shape, input);
  const given = input as Record<string, unknown>;
  if (given.family !== undefined && given.family !== family) throw badRange(`the family of an ${af} address`, `'${family}'`, given.family);
  return [given[names[0]], given[names[1]]];
}
