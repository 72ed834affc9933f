// defineOption(): a row for an option that the registry does not know, typed by declaration
// merging.
import { type Bytes, toBytes } from '../bytes';
import { badType } from '../errors/arguments';
import { registry } from './loaded';
import type { Codec } from './row';
import type { Level, Option } from './types';
import { showOption } from './view';

/** What defineOption() takes. */
export interface OptionSpec<L extends string, G, S> {
  /** As it will stand in sock.options. */
  readonly name: string;
  readonly level: Level<L> | number;
  readonly optname: number;
  encode(value: S): Bytes;
  /** Without it the option is write-only. */
  decode?(bytes: Buffer): G;
  /** How much room reading needs; 256 unless told. */
  readonly size?: number;
}

/**
 * A new option for setsockopt, getsockopt and sock.options: answers its constant. For the compiler,
 * declare it too:
 *
 * declare module 'bsd-socket' { interface OptionRegistry { SO_MINE: Option<'SOL_SOCKET', number,
 * number> } }
 *
 * Throws where the name, or the number at that level, is taken.
 */
export function defineOption<L extends string, G, S>(spec: OptionSpec<L, G, S>): Option<L, G, S> {
  const { name, level, optname, decode, size = 256 } = spec;
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name))
    throw badType('defineOption: name', 'an identifier', name);
  if (!Number.isInteger(level) || !Number.isInteger(optname))
    throw badType('defineOption: level and optname', 'integers', `${level}, ${optname}`);
  if (typeof spec.encode !== 'function')
    throw badType('defineOption: encode', 'a function', spec.encode);
  const { add, Entry, entriesOf, levelName, readers, writers } = registry();
  const taken = entriesOf(name)[0] ?? writers[level]?.[optname] ?? readers[level]?.[optname];
  if (taken)
    throw new Error(
      `defineOption: ${name} is taken: ${taken.name} is ${taken.optname} at ${taken.levelName}`,
    );
  const codec: Codec<G, S> = {
    type: 'as defined',
    size,
    decode: (bytes) => (decode as (bytes: Buffer) => G)(Buffer.from(bytes)),
    encode: (value, what) => toBytes(spec.encode(value), what),
  };
  const row = {
    access: decode ? ('rw' as const) : ('wo' as const),
    codec: codec as Codec<unknown, unknown>,
    since: '-',
    on: 'all' as const,
    doc: '',
  };
  add(new Entry(name, levelName(level), level, optname, row));
  showOption(name);
  return optname as Option<L, G, S>;
}
