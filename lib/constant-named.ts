// The number of a constant whose name comes from outside: a command line, a message, a header.
import { constants } from './constants';

/** undefined where there is no such constant. */
export function constantNamed(name: string): number | undefined {
  return Object.hasOwn(constants, name) ? constants[name as keyof typeof constants] : undefined;
}
