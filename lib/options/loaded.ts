// The option tables, loaded at first use: most programs touch a few options, many none.
import type * as Registry from './registry';

let loaded: typeof Registry | undefined;

/** The registry with all tables. */
export const registry = (): typeof Registry =>
  (loaded ??= require('./registry') as typeof Registry);
