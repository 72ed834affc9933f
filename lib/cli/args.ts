// Command lines: what every subcommand does with its arguments, on node:util's parseArgs.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command line that cannot be meant: told with the usage, status 2. */
export class UsageError extends Error {}

/** parseArgs, whose complaints become UsageErrors. */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (
      error instanceof TypeError &&
      String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
    ) {
      throw new UsageError(error.message.split('. ')[0]);
    }
    throw error;
  }
}

export interface NumberRange {
  min: number;
  max: number;
  /** Fractions are allowed. */
  fraction?: boolean;
}

/** The number that an option was given, or undefined where it was not given. */
export function numberOf(
  text: string | undefined,
  option: string,
  { min, max, fraction = false }: NumberRange,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max) || !(fraction || Number.isInteger(value))) {
    throw new UsageError(
      `${option} takes ${fraction ? 'a number' : 'an integer'} of ${min} … ${max}, not '${text}'`,
    );
  }
  return value;
}

/** At most one positional argument. */
export function onePositional(positionals: readonly string[], what: string): string | undefined {
  if (positionals.length > 1)
    throw new UsageError(`one ${what} is enough: '${positionals[1]}' is too many`);
  return positionals[0];
}
