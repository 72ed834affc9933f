// getsockopt and setsockopt with meaning: the value as people think of it in, the kernel's bytes
// out, and back.
import { isElsewhere, withInterfacesOf } from '../address';
import { isBytes, toBytes } from '../bytes';
import { constantNamed } from '../constant-named';
import { EACCES, ENOPROTOOPT, EOPNOTSUPP, EPERM, ERANGE } from '../constants';
import { fail, privilege } from '../errors';
import { badRange, badType, refused } from '../errors/arguments';
import { DENIED, native } from '../native';
import { registry } from './loaded';
import type { Entry } from './registry';
import { GROUPS } from './row';
import { untyped } from './untyped';

/**
 * setsockopt(2), level SOL_SOCKET and so on. `value`: the option's typed value; packed bytes
 * verbatim; or null with `optlen`, a NULL pointer. An option that we don't know takes an int
 * (number, boolean), bytes or text. Throws the SocketError of the kernel's refusal.
 */
export function setOption(
  fd: number,
  level: number,
  option: number,
  value: unknown,
  optlen?: number,
): void {
  if (typeof level !== 'number' || typeof option !== 'number')
    throw noNumbers('setsockopt', level, option);
  if (value === undefined) throw noLevel('setsockopt');
  const entry = registry().writers[level]?.[option];
  if (
    entry?.int &&
    typeof value === 'number' &&
    (value | 0) === value &&
    value >= entry.min &&
    value <= entry.max
  ) {
    const result = native.setsockopt_int(fd, level, option, value);
    if (result < 0) refuse('setsockopt', result, level, option, entry);
    return;
  }
  const result =
    entry === undefined
      ? setUnknown(fd, level, option, value, optlen)
      : setKnown(fd, entry, value, optlen);
  if (result < 0) refuse('setsockopt', result, level, option, entry);
}

/** An entry of the registry by itself: for names whose number another row shares. */
export function setEntry(fd: number, entry: Entry, value: unknown): void {
  const result = entry.writable ? setKnown(fd, entry, value, undefined) : -ENOPROTOOPT;
  if (result < 0) refuse('setsockopt', result, entry.level, entry.optname, entry);
}

/** Interface names in a value are those of the socket's network namespace. */
function setKnown(fd: number, entry: Entry, value: unknown, optlen: number | undefined): number {
  return isElsewhere(fd)
    ? withInterfacesOf(fd, encodeAndSet, fd, entry, value, optlen)
    : encodeAndSet(fd, entry, value, optlen);
}

function encodeAndSet(
  fd: number,
  entry: Entry,
  value: unknown,
  optlen: number | undefined,
): number {
  const { level, optname, codec, name } = entry;
  if (value === null && optlen !== undefined)
    return native.setsockopt(fd, level, optname, null, optlen);
  if (codec.typedOnly !== true && isBytes(value)) {
    const bytes = toBytes(value, name);
    return native.setsockopt(fd, level, optname, bytes, bytes.length);
  }
  if (codec.set) return codec.set(fd, level, optname, value, name);
  if (entry.int && typeof value === 'boolean')
    return native.setsockopt_int(fd, level, optname, value ? 1 : 0);
  const bytes = codec.encode(value, name);
  return native.setsockopt(fd, level, optname, bytes, bytes.length);
}

function setUnknown(
  fd: number,
  level: number,
  option: number,
  value: unknown,
  optlen: number | undefined,
): number {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff)
      throw badRange('setsockopt: value', 'an integer of 32 bits', value);
    return native.setsockopt_int(fd, level, option, value | 0);
  }
  if (typeof value === 'boolean') return native.setsockopt_int(fd, level, option, value ? 1 : 0);
  if (value === null && optlen !== undefined)
    return native.setsockopt(fd, level, option, null, optlen);
  if (typeof value !== 'string' && !isBytes(value))
    throw badType(
      'setsockopt: value',
      'an integer, a boolean, bytes, text, or null with a length',
      value,
    );
  const bytes =
    typeof value === 'string' ? Buffer.from(value) : toBytes(value, 'setsockopt: value');
  return native.setsockopt(fd, level, option, bytes, bytes.length);
}

/**
 * getsockopt(2). Without `buflen` the option's typed value, or an int for an option that we don't
 * know; with it, the bytes that the kernel reported, at most `buflen`. Throws the SocketError of
 * the kernel's refusal.
 */
export function getOption(fd: number, level: number, option: number, buflen?: number): unknown {
  if (typeof level !== 'number' || typeof option !== 'number')
    throw noNumbers('getsockopt', level, option);
  if (buflen !== undefined) return getBytes(fd, level, option, buflen);
  const entry = registry().readers[level]?.[option];
  if (entry === undefined || entry.int) {
    const result = native.getsockopt_int(fd, level, option);
    if (result >= 0) return entry?.unsigned ? result : result | 0;
    return refuse('getsockopt', result, level, option, entry);
  }
  return getEntry(fd, entry);
}

/** An entry of the registry by itself: for names whose number another row shares. */
export function getEntry(fd: number, entry: Entry): unknown {
  const { level, optname, codec } = entry;
  if (!entry.readable) return refuse('getsockopt', -ENOPROTOOPT, level, optname, entry);
  if (codec.get) {
    const got = codec.get(fd, level, optname);
    return typeof got === 'number' ? refuse('getsockopt', got, level, optname, entry) : got.value;
  }
  for (let size = codec.size; ; ) {
    const bytes = size <= scratch.length ? scratch.fill(0, 0, size) : Buffer.alloc(size);
    const got = native.getsockopt(fd, level, optname, bytes, size);
    if (got >= 0 && got <= size) return codec.decode(bytes.subarray(0, got));
    // What is longer than the room comes with its length, or as ERANGE.
    if (got > size) size = got;
    else if (got === -ERANGE && size < LONGEST) size *= 4;
    else return refuse('getsockopt', got, level, optname, entry);
  }
}
const LONGEST = 1 << 20;
// Codecs copy what they keep.
const scratch = Buffer.alloc(512);

function getBytes(fd: number, level: number, option: number, buflen: number): Buffer {
  if (!Number.isInteger(buflen) || buflen < 0 || buflen > LONGEST)
    throw badRange('getsockopt: buflen', `an integer of 0 … ${LONGEST}`, buflen);
  const bytes = Buffer.alloc(buflen);
  const got = native.getsockopt(fd, level, option, bytes, buflen);
  return got >= 0
    ? bytes.subarray(0, got)
    : refuse('getsockopt', got, level, option, registry().readers[level]?.[option]);
}

/** `setsockopt(SO_REUSEADDR, 1)`, `getsockopt(SO_REUSEADDR)`. */
const noLevel = (syscall: string): TypeError =>
  refused(
    `${syscall}: an argument is missing; the first argument is the level: ${
      syscall === 'setsockopt'
        ? 'setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)'
        : 'getsockopt(SOL_SOCKET, SO_REUSEADDR)'
    }`,
  );

const noNumbers = (syscall: string, level: unknown, option: unknown): TypeError =>
  typeof level === 'number' && option === undefined
    ? noLevel(syscall)
    : badType(
        `${syscall}: ${typeof level === 'number' ? 'option' : 'level'}`,
        'an integer',
        typeof level === 'number' ? option : level,
      );

function refuse(
  syscall: string,
  result: number,
  level: number,
  option: number,
  entry: Entry | undefined,
): never {
  const { levelName } = registry();
  const known = entry ?? registry().readers[level]?.[option] ?? registry().writers[level]?.[option];
  if (result === DENIED)
    throw refused(
      `${syscall}: ${levelName(level)} ${typedForm(syscall, option, known)}: the kernel would follow a pointer in raw bytes, or write past them`,
    );
  const ref = { level: levelName(level), name: known?.name ?? String(option) };
  let hint: string | undefined;
  if (result === -ENOPROTOOPT || result === -EOPNOTSUPP)
    hint = whereabouts(syscall, ref.level, option, known);
  else if ((result === -EPERM || result === -EACCES) && known?.row.needs)
    hint = privilege(known.row.needs);
  fail(result, syscall, { option: ref, hint });
}

/** What to do in place of raw bytes. */
function typedForm(syscall: string, option: number, entry: Entry | undefined): string {
  if (syscall === 'getsockopt' && entry?.readable)
    return `${entry.name} is read without a length, as its typed value`;
  if (syscall === 'getsockopt' && entry?.row.readBy)
    return `${entry.name} cannot be read so${readBy(entry)}`;
  return `${option} has no typed form, and no raw one`;
}
const readBy = ({ row }: Entry): string =>
  row.readBy === undefined ? '' : `; ${row.readBy} reads it`;

/**
 * What ENOPROTOOPT may mean: the wrong direction, the wrong socket, a kernel that is too old, or
 * the wrong level.
 */
function whereabouts(
  syscall: string,
  level: string,
  option: number,
  entry: Entry | undefined,
): string | undefined {
  const { entriesNumbered, levelNames } = registry();
  const elsewhere = entriesNumbered(option).filter((other) => other.levelName !== level);
  const names = elsewhere.slice(0, 4).map((other) => `${other.name} at ${other.levelName}`);
  if (!entry) {
    // Levels and numbers without a row may well be options.
    const isUntyped = Object.keys(untyped).some((name) => constantNamed(name) === option);
    const none = (levelNames as readonly string[]).includes(level) && !isUntyped;
    return names.length === 0
      ? undefined
      : `${none ? `${level} has no option ${option}; it` : option} is ${names.join(', ')}`;
  }
  const also = names.length === 0 ? '' : `; ${option} is also ${names.join(', ')}`;
  if (syscall === 'setsockopt' && !entry.writable) return `${entry.name} is read-only${also}`;
  if (syscall === 'getsockopt' && !entry.readable)
    return `${entry.name} is write-only${readBy(entry)}${also}`;
  const { on, since, readSince, until } = entry.row;
  if (syscall === 'getsockopt' && readSince !== undefined)
    return `${entry.name} can be read since Linux ${readSince}, and set since ${since}${also}`;
  const gone = until === undefined ? '' : ` and gone in ${until}`;
  return `${entry.name} is an option of ${GROUPS[on][0]}, since Linux ${since}${gone}${also}`;
}
