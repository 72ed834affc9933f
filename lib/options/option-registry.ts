// OptionRegistry: every option with its level and types, as the constants of their names have them.
// Each member keeps the docstring of its constant.
import type { Constants } from '../constants';
import type { TABLES } from './tables';
import type { GetOf, Option, SetOf } from './types';

/**
 * Every option: level, what reading gives, what writing takes. Extend it by declaration merging,
 * together with defineOption():
 *
 * declare module 'bsd-socket' { interface OptionRegistry { SO_MINE: Option<'SOL_SOCKET', number,
 * number> } }
 */
export interface OptionRegistry extends Options<Constants> {}

/** The members of M that are options. */
type Options<M> = {
  readonly [K in keyof M as M[K] extends Option<infer _L, infer _G, infer _S> ? K : never]: M[K];
};

export type OptionName = keyof OptionRegistry;
export type LevelName = (typeof TABLES)[number]['level'];

export type ReadableOption = {
  [K in OptionName]: [GetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];
export type WritableOption = {
  [K in OptionName]: [SetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];

export type OptionValues = { [K in WritableOption]?: SetOf<OptionRegistry[K]> };
