// sock.options: every option as a property of its own name, made from the registry.
import * as util from 'node:util';
import { constants } from '../constants';
import { isErrno, unknownName } from '../errors';
import { badType, refused } from '../errors/arguments';
import { native } from '../native';
import { getEntry, getOption, setEntry, setOption } from './access';
import { registry } from './loaded';
import type {
  OptionName,
  OptionRegistry,
  OptionValues,
  ReadableOption,
  WritableOption,
} from './option-registry';
import type { Entry } from './registry';
import type { GetOf, SetOf } from './types';

const { SOL_SOCKET, SO_DOMAIN, SO_TYPE, SO_PROTOCOL, AF_INET6, SOCK_CLOEXEC, SOCK_NONBLOCK } =
  constants;

/** What a view looks through to: fileno() is -1 once closed. */
export interface OptionTarget {
  fileno(): number;
}

type Idiom<G, S> = [S] extends [never]
  ? G
  : boolean extends S
    ? G extends number
      ? boolean
      : G
    : G;

/**
 * The idiomatic view: flags are booleans, read-only options have no setter, and what this kernel or
 * socket has not throws ENOPROTOOPT.
 */
export type SocketOptions = {
  // Over `keyof OptionRegistry`, so that each member keeps the docstring of its option.
  -readonly [K in keyof OptionRegistry as K extends ReadableOption & WritableOption
    ? K
    : never]: Idiom<GetOf<OptionRegistry[K]>, SetOf<OptionRegistry[K]>>;
} & {
  readonly [K in keyof OptionRegistry as K extends WritableOption
    ? never
    : K extends ReadableOption
      ? K
      : never]: Idiom<GetOf<OptionRegistry[K]>, never>;
} & {
  /**
   * Sets them in order. The first failure names its option, and its `applied` what was set before
   * it.
   */
  set(values: OptionValues): void;
  /** The typed value, as getsockopt() gives it. */
  get<K extends ReadableOption>(name: K): GetOf<OptionRegistry[K]>;
  /** Whether this kernel knows the option on this socket: asked of the kernel once a socket. */
  supports(name: OptionName): boolean;
  /**
   * All that this socket lets one read: for util.inspect() and console.log(), which show the 64-bit
   * counters as `5n`.
   */
  dump(): { [K in ReadableOption]?: GetOf<OptionRegistry[K]> };
  /** The same for JSON.stringify(sock.options), where bigints become their digits as text. */
  toJSON(): Record<string, unknown>;
};

/**
 * The entry that fits: where a name stands at two levels (MCAST_JOIN_GROUP and its like), the one
 * of the socket's family.
 */
function pick(fd: number, entries: readonly Entry[]): Entry {
  if (entries.length === 1) return entries[0];
  const family = getOption(fd, SOL_SOCKET, SO_DOMAIN) === AF_INET6 ? 'IPPROTO_IPV6' : 'IPPROTO_IP';
  return entries.find((entry) => entry.levelName === family) ?? entries[0];
}

function named(name: string): readonly Entry[] {
  const entries = registry().entriesOf(name);
  if (entries.length === 0)
    throw unknownName(
      'options',
      name,
      registry().allEntries.map((entry) => entry.name),
    );
  return entries;
}

/**
 * What the constructor bag and `sock.options.set` do: in order, and the first failure says in
 * `applied` what was set before it.
 */
export function applyOptions(fd: number, values: OptionValues): void {
  if (typeof values !== 'object' || values === null)
    throw badType('options', 'an object of option names and values', values);
  const applied: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    let option: { level: string; name: string } | undefined;
    try {
      const entry = pick(fd, named(name));
      option = { level: entry.levelName, name };
      setEntry(fd, entry, value);
    } catch (error) {
      throw Object.assign(error as Error, { option, applied });
    }
    applied.push(name);
  }
}

const known = new Map<string, boolean>();

/**
 * Whether the kernel knows the option on this socket. Reads it here, where its state counts (TLS
 * with its upper layer on); else reads and writes it on a fresh socket of the same kind, so that
 * nothing changes on this one, and keeps the result.
 */
function supports(fd: number, name: string): boolean {
  const entry = pick(fd, named(name));
  if (entry.readable && !entry.row.readingChanges && isKnown(() => getEntry(fd, entry)))
    return true;
  const kind = [SO_DOMAIN, SO_TYPE, SO_PROTOCOL].map(
    (option) => getOption(fd, SOL_SOCKET, option) as number,
  );
  const key = `${kind} ${name}`;
  let result = known.get(key);
  if (result === undefined) {
    const probe = native.socket(kind[0], kind[1] | SOCK_CLOEXEC | SOCK_NONBLOCK, kind[2]);
    if (probe < 0) return false;
    result = knows(probe, entry);
    native.close(probe);
    known.set(key, result);
  }
  return result;
}

/** Whether a fresh socket knows the option: by reading it, or where it cannot be read, setting it. */
function knows(fd: number, entry: Entry): boolean {
  const sample = entry.row.sample ?? entry.codec.sample;
  return (
    (entry.readable && isKnown(() => getEntry(fd, entry))) ||
    (entry.writable && sample !== undefined && isKnown(() => setEntry(fd, entry, sample)))
  );
}

/** Any other refusal than ENOPROTOOPT and EOPNOTSUPP means that the kernel knows the option. */
function isKnown(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch (error) {
    return !isErrno(error, 'ENOPROTOOPT', 'EOPNOTSUPP');
  }
}

function dump(fd: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  getOption(fd, SOL_SOCKET, SO_TYPE); // Throws where there is no socket.
  for (const entry of registry().allEntries) {
    if (!entry.readable || entry.row.readingChanges) continue;
    try {
      out[entry.name] = getEntry(fd, entry);
    } catch {
      // Not an option of this socket, or not in this state of it.
    }
  }
  return out;
}

class View {
  readonly #target: OptionTarget;

  constructor(target: OptionTarget) {
    this.#target = target;
  }

  set(values: OptionValues): void {
    applyOptions(this.#target.fileno(), values);
  }
  get(name: string): unknown {
    const fd = this.#target.fileno();
    return getEntry(fd, pick(fd, named(name)));
  }
  supports(name: string): boolean {
    return supports(this.#target.fileno(), name);
  }
  dump(): Record<string, unknown> {
    return dump(this.#target.fileno());
  }
  toJSON(): Record<string, unknown> {
    return JSON.parse(
      JSON.stringify(this.dump(), (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );
  }
  [util.inspect.custom](): Record<string, unknown> {
    try {
      return this.dump();
    } catch {
      return {}; // closed
    }
  }

  /** A property on every view, made from its rows. */
  static show(name: string): void {
    const { entriesOf, readers, writers } = registry();
    const entries = entriesOf(name);
    const [first] = entries;
    const { level, optname, codec } = first;
    // Asked for by its number, the other name of an option would be refused under the first one's.
    const alone = entries.length === 1 && writers[level]?.[optname] === first;
    const alias = first.readable && readers[level]?.[optname] !== first;
    const get = alias
      ? function (this: View) {
          const value = getEntry(this.#target.fileno(), first);
          return codec.boolean ? value !== 0 : value;
        }
      : codec.boolean
        ? function (this: View) {
            return getOption(this.#target.fileno(), level, optname) !== 0;
          }
        : function (this: View) {
            return getOption(this.#target.fileno(), level, optname);
          };
    const set = alone
      ? function (this: View, value: unknown) {
          setOption(this.#target.fileno(), level, optname, value);
        }
      : function (this: View, value: unknown) {
          const fd = this.#target.fileno();
          setEntry(fd, pick(fd, entries), value);
        };
    Object.defineProperty(View.prototype, name, {
      get: entries.some((entry) => entry.readable) ? get : undefined,
      set: entries.some((entry) => entry.writable) ? set : refuseWriting(name),
      enumerable: true,
      configurable: true,
    });
  }
}

const refuseWriting = (name: string) => () => {
  throw refused(`options.${name} is read-only`);
};

// Sloppy code ignores what it cannot write: a name that no view has is looked up here, and refused.
const UNKNOWN = new Proxy(
  {},
  {
    set(_, name): never {
      throw unknownName(
        'options',
        String(name),
        registry().allEntries.map((entry) => entry.name),
      );
    },
  },
);
Object.setPrototypeOf(View.prototype, UNKNOWN);

let isComplete = false;
/** The properties of all options, once the first view is made. */
function showAll(): void {
  if (isComplete) return;
  for (const { name } of registry().allEntries) View.show(name);
  isComplete = true;
}

/** The property of an option that defineOption() added. */
export const showOption = (name: string): void => View.show(name);

/** `sock.options`. */
export function optionsView(target: OptionTarget): SocketOptions {
  showAll();
  return Object.preventExtensions(new View(target)) as unknown as SocketOptions;
}
