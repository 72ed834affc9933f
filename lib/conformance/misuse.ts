// What the kernel says to what is wrong: to a descriptor, a level, a name, a length, a pointer.
import * as fs from 'node:fs';
import { DENIED, native } from '../native';
import { nameOrSkipped } from './ask';
import type { Shelf } from './shelf';
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

/** Asks of what is no socket, so that nothing can come of it. */
function refusedBy(fd: number, { level, optname }: Subject): Both {
  return {
    get: nameOrSkipped(native.getsockopt_blank(fd, level, optname, Buffer.alloc(4))),
    set: nameOrSkipped(native.setsockopt_int(fd, level, optname, 1)),
  };
}

/** Everything wrong with one option. `file`: the descriptor of a file. */
export function misuse(subject: Subject, shelf: Shelf, file: number, mayspread: boolean): Misuse {
  const { level, optname, home } = subject;
  const out: Misuse = { closed: refusedBy(CLOSED, subject), file: refusedBy(file, subject) };
  if (shelf.fresh(home) === undefined) return out;
  const withFresh = (call: Call) => call(shelf.fresh(home) ?? CLOSED);
  const ask = (get: Call, set: Call): Both => {
    const got = withFresh(get);
    if (subject.spreads && !mayspread) return { get: nameOrSkipped(got), set: 'skipped' };
    const done = withFresh(set);
    shelf.tried(home, done < 0);
    return { get: nameOrSkipped(got), set: nameOrSkipped(done) };
  };
  /** A descriptor that the getter makes would be lost with a buffer too short for its number. */
  const blank = (length: number): Call =>
    subject.name === 'SO_PEERPIDFD'
      ? () => DENIED
      : (fd) => native.getsockopt_blank(fd, level, optname, Buffer.alloc(length));
  const write =
    (value: Uint8Array | null, length: number): Call =>
    (fd) =>
      native.setsockopt(fd, level, optname, value, length);

  out.kind = home;
  out.wrongLevel = ask(
    (fd) => native.getsockopt(fd, NO_LEVEL, optname, Buffer.alloc(4), 4),
    (fd) => native.setsockopt_int(fd, NO_LEVEL, optname, 1),
  );
  out.unknownName = ask(
    (fd) => native.getsockopt(fd, level, NO_NAME, Buffer.alloc(4), 4),
    (fd) => native.setsockopt_int(fd, level, NO_NAME, 1),
  );
  out.length0 = ask(blank(0), write(enough, 0));
  out.length1 = ask(blank(1), write(enough, 1));
  out.negativeLength = ask(
    (fd) => native.getsockopt(fd, level, optname, Buffer.alloc(4), -1),
    write(enough, -1),
  );
  out.nullValue = ask((fd) => native.getsockopt(fd, level, optname, null, 4), write(null, 4));
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
