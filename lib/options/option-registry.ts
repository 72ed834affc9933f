// OptionRegistry: every option with its level and types, as the constants of their names have them.
// Each member keeps the docstring of its constant.
import type { Constants } from '../constants';
import type { GetOf, Level, Option, SetOf } from './types';

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

/** The name of an option. */
export type OptionName = keyof OptionRegistry;
/** The name of a level that has options with types. */
export type LevelName = {
  [K in keyof Constants]: Constants[K] extends Level<infer L> ? L : never;
}[keyof Constants];

/** The options that getsockopt(2) reads. */
export type ReadableOption = {
  [K in OptionName]: [GetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];
/** The options that setsockopt(2) writes. */
export type WritableOption = {
  [K in OptionName]: [SetOf<OptionRegistry[K]>] extends [never] ? never : K;
}[OptionName];

/** Options by name, with the values to set. */
export type OptionValues = {
  [K in keyof OptionRegistry as K extends WritableOption ? K : never]?: SetOf<OptionRegistry[K]>;
};
