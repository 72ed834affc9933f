// What every call does with the number that a system call returned.
import type { Address } from '../../address';
import { EAGAIN, EMSGSIZE, MSG_ERRQUEUE } from '../../constants';
import { badRange, type Detail, fail, type HintContext } from '../../errors';
import { BAD_ARGUMENT } from '../../native';
import type { State } from '../state';

const RESENDS = 8; // a send that errors of other datagrams interrupt this often fails with the next

/** What a receiving call returned: bytes, undefined for EAGAIN; throws other errors. */
export function received(
  { counters }: State,
  syscall: string,
  result: number,
  capacity: number,
): number | undefined {
  counters.syscalls += 1;
  if (result >= 0) {
    counters.messages += 1;
    counters.bytesRead += Math.min(result, capacity);
    return result;
  }
  if (result === -EAGAIN) {
    counters.eagain += 1;
    return undefined;
  }
  return refused(syscall, 'the buffer', result);
}

/** What a sending call returned: bytes, undefined for EAGAIN; throws other errors. */
export function sent(
  state: State,
  syscall: string,
  result: number,
  to?: { readonly address: Address },
  context?: HintContext,
): number | undefined {
  const { counters } = state;
  counters.syscalls += 1;
  if (result >= 0) {
    counters.bytesWritten += result;
    return result;
  }
  if (result === -EAGAIN) {
    counters.eagain += 1;
    return undefined;
  }
  return refused(syscall, 'the data', result, {
    address: to?.address,
    hintContext: { ...context, fd: state.channel.fd },
  });
}

function refused(syscall: string, what: string, result: number, detail?: Detail): never {
  if (result <= BAD_ARGUMENT)
    throw badRange(
      `${syscall}: ${what}`,
      'memory that is still attached, in at most 1024 pieces',
      result,
    );
  return fail(result, syscall, detail);
}

/**
 * Whether a call that returned an error is to be made again, since the error is another datagram's
 * and went to the error queue. EAGAIN is no such error, but the moment to empty the queue.
 */
export function interrupted(state: State, result: number, flags: number, tries: number): boolean {
  const queue = state.errorQueue;
  if (queue === undefined || (flags & MSG_ERRQUEUE) !== 0) return false;
  if (result === -EAGAIN) {
    if (queue.drain()) state.channel.wakeWatchers();
    return false;
  }
  if (state.hasEnd || !queue.passesOver(result, tries)) return false;
  state.channel.wakeWatchers();
  return true;
}

/** The same for a send, whose own errors are told apart. */
export function sendInterrupted(state: State, result: number, tries: number): boolean {
  if (
    state.errorQueue === undefined ||
    result === -EAGAIN ||
    result === -EMSGSIZE ||
    tries >= RESENDS
  )
    return false;
  return interrupted(state, result, 0, tries);
}
