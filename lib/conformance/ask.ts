// The two questions of the walk, and their answers in the kernel's words.
import { constants } from '../constants';
import { ERRNO_NAMES, type ErrnoName, SocketError } from '../errors';
import { BAD_ARGUMENT, DENIED, native } from '../native';
import { getEntry, setEntry } from '../options/access';
import { type Entry, writers } from '../options/registry';
import { applyOptions } from '../options/view';
import type { Subject } from './subjects';
import type { Answer, KindReport } from './types';

/** The first name of a number is the kernel's. */
const errnoNames = new Map<number, ErrnoName>();
for (const name of ERRNO_NAMES) {
  const number = constants[name];
  if (!errnoNames.has(number)) errnoNames.set(number, name);
}
// Node's spelling is ENOTSUP.
errnoNames.set(constants.EOPNOTSUPP, 'EOPNOTSUPP');
export function nameOf(result: number): Answer {
  if (result <= BAD_ARGUMENT)
    throw new Error(`conformance: a call was not asked as it must be (${result})`);
  return result >= 0 ? 'ok' : (errnoNames.get(-result) ?? (`E${-result}` as ErrnoName));
}
export const nameOrSkipped = (result: number): Answer | 'skipped' =>
  result === DENIED ? 'skipped' : nameOf(result);

/** How much room `get` has. */
const ROOM = 1024;

function filled(size: number, text = ''): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(text);
  return bytes;
}
/**
 * Getters that read their buffer first, and to which 1024 zeros are no question: what they are
 * asked instead.
 */
const QUESTIONS: Readonly<Record<string, () => Buffer>> = {
  IPT_SO_GET_INFO: () => filled(84, 'filter'),
  IP6T_SO_GET_INFO: () => filled(84, 'filter'),
  IPT_SO_GET_REVISION_MATCH: () => filled(30),
  IPT_SO_GET_REVISION_TARGET: () => filled(30),
  IP6T_SO_GET_REVISION_MATCH: () => filled(30),
  IP6T_SO_GET_REVISION_TARGET: () => filled(30),
  ARPT_SO_GET_INFO: () => filled(68, 'filter'),
  ARPT_SO_GET_REVISION_TARGET: () => filled(30),
  // struct mptcp_subflow_data begins with its own size.
  MPTCP_TCPINFO: () => filled(ROOM, '\x10'),
  MPTCP_SUBFLOW_ADDRS: () => filled(ROOM, '\x10'),
};

function getsockopt({ name, level, optname }: Subject, fd: number, bytes: Buffer): number {
  if (!(name in QUESTIONS)) return native.getsockopt_blank(fd, level, optname, bytes);
  return bytes.length < ROOM
    ? native.getsockopt_table(fd, level, optname, bytes)
    : native.getsockopt(fd, level, optname, bytes, bytes.length);
}

/** getsockopt: the answer, the length that the kernel reported, and the bytes. */
export function read(
  subject: Subject,
  fd: number,
): { get: Answer; length?: number; value?: string } {
  const bytes = QUESTIONS[subject.name]?.() ?? Buffer.alloc(ROOM);
  const result = getsockopt(subject, fd, bytes);
  if (result < 0) return { get: nameOf(result) };
  if (subject.name === 'SO_PEERPIDFD') native.close(bytes.readInt32LE(0)); // it made one
  return {
    get: 'ok',
    length: result,
    value: bytes.toString('hex', 0, Math.min(result, bytes.length)),
  };
}

/**
 * Does it, and gives the kernel's word for it. Whatever is no refusal of the kernel is our own
 * mistake.
 */
function attempt(call: () => unknown): Answer {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    return nameOf(error.errno);
  }
}

/** 'ok' where the kernel refuses 1024 bytes, but answers the registry's own getter. */
export function readTyped({ entry }: Subject, fd: number): Pick<KindReport, 'typed'> {
  return entry?.readable && attempt(() => getEntry(fd, entry)) === 'ok' ? { typed: 'ok' } : {};
}

/**
 * The row that says what to write to this number, and the value. A name of ours alone (its row has
 * the number) is asked as a bare number.
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
export function write(subject: Subject, fd: number): Answer | 'skipped' {
  const sample = sampleOf(subject);
  if (sample === undefined)
    return nameOrSkipped(native.setsockopt_int(fd, subject.level, subject.optname, 1));
  const { entry, value } = sample;
  return attempt(() => {
    if (!entry.row.again) return setEntry(fd, entry, value);
    // What fits is only what is there; where that cannot be read, the sample shows the refusal.
    let now = value;
    attempt(() => {
      now = getEntry(fd, entry);
    });
    setEntry(fd, entry, now);
  });
}

/**
 * The same after what has to come first; nothing where nothing has to, or where that is refused.
 */
export function writePrepared(subject: Subject, fd: number): Answer | undefined {
  const before = sampleOf(subject)?.entry.row.before;
  if (before === undefined || attempt(() => applyOptions(fd, before)) !== 'ok') return undefined;
  const answer = write(subject, fd);
  return answer === 'skipped' ? undefined : answer;
}
