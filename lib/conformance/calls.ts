// getsockopt(2) and setsockopt(2) as a report needs them: the outcome is 'ok' or the errno's name.
import { constants } from '../constants';
import { ERRNO_NAMES, type ErrnoName, errorcode, SocketError } from '../errors';
import { BAD_ARGUMENT, DENIED, native } from '../native';
import { getEntry, setEntry } from '../options/access';
import { type Entry, writers } from '../options/registry';
import { applyOptions } from '../options/view';
import type { Subject } from './subjects';
import type { KindReport, Outcome } from './types';

/** Of names that share a number, the first is the kernel's. */
const errnoNames = new Map<number, ErrnoName>();
for (const name of ERRNO_NAMES) {
  const number = constants[name];
  if (!errnoNames.has(number)) errnoNames.set(number, name);
}
// Node's spelling is ENOTSUP.
errnoNames.set(constants.EOPNOTSUPP, 'EOPNOTSUPP');
export function nameOf(result: number): Outcome {
  if (result <= BAD_ARGUMENT)
    throw new Error(`conformance: native refused the arguments of a call (${result})`);
  if (result >= 0) return 'ok';
  return (errnoNames.get(-result) ?? errorcode[-result] ?? `E${-result}`) as Outcome;
}
export const nameOrSkipped = (result: number): Outcome | 'skipped' =>
  result === DENIED ? 'skipped' : nameOf(result);

/** The size of the buffer that `get` passes. */
const SIZE = 1024;

function filled(size: number, text = ''): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(text);
  return bytes;
}
/** Getters that read their buffer first and refuse 1024 zeros: what is passed to them instead. */
const INPUTS: Readonly<Record<string, () => Buffer>> = {
  IPT_SO_GET_INFO: () => filled(84, 'filter'),
  IP6T_SO_GET_INFO: () => filled(84, 'filter'),
  IPT_SO_GET_REVISION_MATCH: () => filled(30),
  IPT_SO_GET_REVISION_TARGET: () => filled(30),
  IP6T_SO_GET_REVISION_MATCH: () => filled(30),
  IP6T_SO_GET_REVISION_TARGET: () => filled(30),
  ARPT_SO_GET_INFO: () => filled(68, 'filter'),
  ARPT_SO_GET_REVISION_TARGET: () => filled(30),
  // struct mptcp_subflow_data begins with its own size.
  MPTCP_TCPINFO: () => filled(SIZE, '\x10'),
  MPTCP_SUBFLOW_ADDRS: () => filled(SIZE, '\x10'),
};

function getsockopt({ name, level, optname }: Subject, fd: number, bytes: Buffer): number {
  if (!(name in INPUTS)) return native.getsockopt_blank(fd, level, optname, bytes);
  return bytes.length < SIZE
    ? native.getsockopt_table(fd, level, optname, bytes)
    : native.getsockopt(fd, level, optname, bytes, bytes.length);
}

/** getsockopt: the outcome, the length that the kernel reported, and the bytes. */
export function read(
  subject: Subject,
  fd: number,
): { get: Outcome; length?: number; value?: string } {
  const bytes = INPUTS[subject.name]?.() ?? Buffer.alloc(SIZE);
  const result = getsockopt(subject, fd, bytes);
  if (result < 0) return { get: nameOf(result) };
  if (subject.name === 'SO_PEERPIDFD') native.close(bytes.readInt32LE(0)); // it made one
  return {
    get: 'ok',
    length: result,
    value: bytes.toString('hex', 0, Math.min(result, bytes.length)),
  };
}

/** Calls it: 'ok' or the errno of its SocketError. Any other error is thrown on. */
function attempt(call: () => unknown): Outcome {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    return nameOf(error.errno);
  }
}

/** 'ok' where the kernel refuses 1024 bytes and the option's own codec can read it. */
export function readTyped({ entry }: Subject, fd: number): Pick<KindReport, 'typed'> {
  return entry?.readable && attempt(() => getEntry(fd, entry)) === 'ok' ? { typed: 'ok' } : {};
}

/**
 * The row that has a value to write to this number, and the value; undefined for a name of ours
 * alone (its row has the number): it is written as an int.
 */
export function sampleOf({
  entry,
  level,
  optname,
}: Subject): { entry: Entry; value: unknown } | undefined {
  if (entry?.row.optname !== undefined) return undefined;
  const writer = entry?.writable ? entry : writers[level]?.[optname];
  const value = writer && (writer.row.sample ?? writer.codec.sample);
  return writer && value !== undefined ? { entry: writer, value } : undefined;
}

/** setsockopt with the sample; the int 1 where there is none. */
export function write(subject: Subject, fd: number): Outcome | 'skipped' {
  const sample = sampleOf(subject);
  if (sample === undefined)
    return nameOrSkipped(native.setsockopt_int(fd, subject.level, subject.optname, 1));
  const { entry, value } = sample;
  return attempt(() => {
    if (!entry.row.again) return setEntry(fd, entry, value);
    // Only the present value is valid; where that cannot be read, the sample is refused.
    let present = value;
    attempt(() => {
      present = getEntry(fd, entry);
    });
    setEntry(fd, entry, present);
  });
}

/**
 * The same after the options that have to be set first (`before` of its row); undefined where there
 * are none, or where those are refused.
 */
export function writePrepared(subject: Subject, fd: number): Outcome | undefined {
  const before = sampleOf(subject)?.entry.row.before;
  if (before === undefined || attempt(() => applyOptions(fd, before)) !== 'ok') return undefined;
  const outcome = write(subject, fd);
  return outcome === 'skipped' ? undefined : outcome;
}
