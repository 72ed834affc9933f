// The one place that turns a negative result of native code into the error that is thrown.

import { EMFILE } from '../constants';
import { diagnostics } from '../diagnostics';
import { BAD_ARGUMENT, DENIED, GAI_FAILURE } from '../native';
import { refused } from './arguments';
import { gaiError } from './gai';
import { hintFor } from './hints';
import { type Detail, makeError, type SocketError } from './socket-error';

const AT_LIMIT = 'close some, or raise the limit: `ulimit -n`';

/** Hints are loaded at first use, which takes a descriptor: without one there is none but this. */
function hintOf(result: number, syscall: string, detail: Detail): string | undefined {
  if (result === -EMFILE) return AT_LIMIT;
  try {
    return hintFor(-result, syscall, detail);
  } catch {
    return undefined;
  }
}

/** The error of a kernel's refusal (`result` is -errno), with the hint that fits it. */
export function socketError(result: number, syscall: string, detail: Detail = {}): SocketError {
  const hint = detail.hint ?? hintOf(result, syscall, detail);
  const error = makeError(result, syscall, hint === undefined ? detail : { ...detail, hint });
  const { error: channel } = diagnostics();
  if (channel.hasSubscribers) channel.publish({ error });
  return error;
}

/**
 * Throws what a negative result means: the class of its errno, or a TypeError where native would
 * not make the call.
 */
export function fail(result: number, syscall: string, detail?: Detail): never {
  if (result <= GAI_FAILURE) throw gaiError(result, undefined, syscall);
  if (result === DENIED)
    throw refused(
      `${syscall}: this option takes only its typed value; in raw bytes the kernel would follow a pointer, or write past them`,
    );
  if (result <= BAD_ARGUMENT)
    throw refused(
      `${syscall}: argument ${BAD_ARGUMENT - result} is not an exact integer in range, or not bytes, as the call asks`,
    );
  throw socketError(result, syscall, detail);
}

/** `result` where the kernel agreed, else fail(). */
export function check(result: number, syscall: string, detail?: Detail): number {
  return result >= 0 ? result : fail(result, syscall, detail);
}
