// What the kernel returns for a wrong descriptor, level, name, length or pointer.
import * as fs from 'node:fs';
import { DENIED, native } from '../native';
import type { Kind } from '../options/row';
import { nameOrSkipped } from './calls';
import type { FreshSockets } from './sockets';
import type { Subject } from './subjects';
import type { Both, Misuse } from './types';

/** The highest number: no descriptor has it. */
const CLOSED = 0x7fffffff;
/** Numbers that no level and no option has. */
const NO_LEVEL = 0x7ffe;
const NO_NAME = 0x7ffe;

const enough = Buffer.alloc(4);
enough[0] = 1;

type Call = (fd: number) => number;

/** Both calls on a descriptor that is no socket. */
function onNoSocket(fd: number, { level, optname }: Subject): Both {
  return {
    get: nameOrSkipped(native.getsockopt_blank(fd, level, optname, Buffer.alloc(4))),
    set: nameOrSkipped(native.setsockopt_int(fd, level, optname, 1)),
  };
}

/**
 * Every misuse of one option, on a socket of `kind` where there is one. `file`: the descriptor of a
 * file. `maySet`: setsockopt is tried too.
 */
export function misuse(
  subject: Subject,
  kind: Kind | undefined,
  sockets: FreshSockets,
  file: number,
  maySet: boolean,
): Misuse {
  const { level, optname } = subject;
  const out: Misuse = { closed: onNoSocket(CLOSED, subject), file: onNoSocket(file, subject) };
  if (kind === undefined || sockets.get(kind) === undefined) return out;
  const onFresh = (call: Call) => call(sockets.get(kind) ?? CLOSED);
  const both = (get: Call, set: Call): Both => {
    const got = onFresh(get);
    if (!maySet) return { get: nameOrSkipped(got), set: 'skipped' };
    const done = onFresh(set);
    sockets.used(kind, done < 0);
    return { get: nameOrSkipped(got), set: nameOrSkipped(done) };
  };
  /** The getter opens a descriptor, which a buffer too short for its number would lose. */
  const blank = (length: number): Call =>
    subject.name === 'SO_PEERPIDFD'
      ? () => DENIED
      : (fd) => native.getsockopt_blank(fd, level, optname, Buffer.alloc(length));
  const write =
    (value: Uint8Array | null, length: number): Call =>
    (fd) =>
      native.setsockopt(fd, level, optname, value, length);

  out.kind = kind;
  out.wrongLevel = both(
    (fd) => native.getsockopt(fd, NO_LEVEL, optname, Buffer.alloc(4), 4),
    (fd) => native.setsockopt_int(fd, NO_LEVEL, optname, 1),
  );
  out.unknownName = both(
    (fd) => native.getsockopt(fd, level, NO_NAME, Buffer.alloc(4), 4),
    (fd) => native.setsockopt_int(fd, level, NO_NAME, 1),
  );
  out.length0 = both(blank(0), write(enough, 0));
  out.length1 = both(blank(1), write(enough, 1));
  out.negativeLength = both(
    (fd) => native.getsockopt(fd, level, optname, Buffer.alloc(4), -1),
    write(enough, -1),
  );
  out.nullValue = both((fd) => native.getsockopt(fd, level, optname, null, 4), write(null, 4));
  return out;
}

/** Runs `job` with the descriptor of a file. */
export function withFile<T>(job: (fd: number) => T): T {
  const fd = fs.openSync('/dev/null', 'r');
  try {
    return job(fd);
  } finally {
    fs.closeSync(fd);
  }
}
