// The two ways of running a resolver call: in this thread with memory of ours, or in another
// thread with a promise.

import { fail, gaiError } from '../errors';
import { badRange, badType } from '../errors/arguments';
import { GAI_FAILURE } from '../native';
import { holdLoop, releaseLoop } from '../wait';

/** What native answered: a status, and where that is not negative the bytes that go with it. */
export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Calls again with a larger buffer while native code returns that it needs one. */
export function inThisThread(call: (out: Buffer) => number, length = 4096): Answer {
  for (;;) {
    const out = Buffer.alloc(length);
    const status = call(out);
    if (status <= out.length)
      return { status, bytes: status > 0 ? out.subarray(0, status) : NOTHING };
    length = status;
  }
}

/**
 * `start` begins the look-up in a thread; one that cannot begin is a result like any other. With
 * `hold` the event loop is held until it ends: without, whoever waits for the result does that.
 */
export function inThread(
  start: (done: (status: number, bytes: Uint8Array | null) => void) => number,
  hold = true,
): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (status: number, bytes: Uint8Array | null) => {
      if (hold) releaseLoop();
      resolve({
        status,
        bytes:
          bytes === null ? NOTHING : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      });
    };
    if (hold) holdLoop();
    const begun = start(finish);
    if (begun < 0) finish(begun, null);
  });
}

/** The bytes, or the error that the status means; `name` is what was being looked up. */
export function answered({ status, bytes }: Answer, syscall: string, name?: string): Buffer {
  if (status >= 0) return bytes;
  if (status <= GAI_FAILURE) throw gaiError(status, name, syscall);
  return fail(status, syscall);
}

/** Text for a C string: no NUL inside. */
export function cString(what: string, value: unknown): string {
  if (typeof value !== 'string') throw badType(what, 'text', value);
  if (value.includes('\0')) throw badRange(what, 'without a NUL byte', value);
  return value;
}
