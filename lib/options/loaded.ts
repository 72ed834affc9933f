// The option tables, loaded at first use: most programs touch a few options, many none.
import { once } from '../lazy';

/** The registry with all tables. */
export const registry = once(() => require('./registry') as typeof import('./registry'));
