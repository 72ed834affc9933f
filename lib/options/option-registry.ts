// OptionRegistry: what the tables say, for the compiler.
import type { Entries } from './row';
import type { TABLES } from './tables';
import type { GetOf, SetOf } from './types';

/**
 * Every option: level, what reading gives, what writing takes. Extend it by declaration merging,
 * together with defineOption():
 *
 * declare module 'bsd-socket' { interface OptionRegistry { SO_MINE: Option<'SOL_SOCKET', number,
 * number> } }
 */
export interface OptionRegistry extends Entries<(typeof TABLES)[number]> {}
export type OptionName = keyof OptionRegistry;
export type LevelName = (typeof TABLES)[number]['level'];

export type ReadableOption = {
  [K in OptionName]: [GetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];
export type WritableOption = {
  [K in OptionName]: [SetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];

export type OptionValues = { [K in WritableOption]?: SetOf<OptionRegistry[K]> };
