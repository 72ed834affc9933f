// recv and recvfrom.
import type { Address } from '../../address';
import type { Bytes } from '../../bytes';
import { AF_UNIX, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_WAITALL, SOCK_STREAM } from '../../constants';
import { native } from '../../native';
import type { Operation } from '../../wait';
import { sizeOf, sizeOrTarget, targetBytes } from '../arguments';
import { allocated, kept } from '../memory';
import type { State } from '../state';
import { addressFrom } from '../target';
import { receiving } from '../verbs';
import { getpeernameOrNull } from './name';
import { interrupted, received } from './result';
import { mapped, waitall } from './waitall';

/** The sockaddr that the kernel writes, and its length. */
export const sender = new Uint8Array(128);
export const senderLength = new Int32Array(1);

/** recv(2): the bytes, or how many the target took. */
export const recv = receiving<Buffer | number, [size: number | Bytes, end?: Buffer]>(
  'recv',
  recvOnce,
  {
    start: recvAll,
    startFlags: MSG_WAITALL,
    keep: (_, size: number | Bytes, end?: Buffer) => [sizeOrTarget(size, 'recv'), end],
    end: (_, size: number | Bytes, end?: Buffer) => end ?? nothingInto(size),
  },
);

/** `end` is returned in place of an empty result where the socket is shut down for reading. */
function recvOnce(
  state: State,
  flags: number,
  size: number | Bytes,
  _end?: Buffer,
): Buffer | number | undefined {
  if (size instanceof Uint8Array && size.length > 0)
    return fill(state, flags, size, 0, size.length);
  const target = targetBytes(size, 'recv: target');
  return target === undefined
    ? allocated(sizeOf(size, 'recv: size'), fill, state, flags)
    : fill(state, flags, target, 0, target.length);
}

/** What recv(2) returns as 0. */
function nothingInto(size: number | Bytes): Buffer | number {
  return typeof size === 'number' ? Buffer.alloc(0) : 0;
}

/** MSG_WAITALL on a stream: until all of it has come. */
function recvAll(
  state: State,
  flags: number,
  size: number | Bytes,
): Operation<Buffer | number> | undefined {
  if (state.type !== SOCK_STREAM || flags & MSG_ERRQUEUE) return undefined;
  const target = targetBytes(size, 'recv: target');
  const memory = target ?? Buffer.allocUnsafeSlow(sizeOf(size, 'recv: size'));
  const call = waitall('recv', state.channel, memory, flags, (offset) =>
    fill(state, flags, memory, offset, memory.length - offset),
  );
  return target === undefined ? mapped(call, (n) => kept(memory, n)) : call;
}

/** One recv(2) into `length` bytes of `memory` at `offset`. */
function fill(
  state: State,
  flags: number,
  memory: Uint8Array,
  offset: number,
  length: number,
): number | undefined {
  if (flags & MSG_ERRQUEUE && state.zeroCopy?.used)
    return fillFromQueue(state, memory, offset, length);
  const { fd } = state.channel;
  const bits = flags | MSG_DONTWAIT;
  let result = native.recv(fd, memory, offset, length, bits);
  for (let tries = 0; result < 0 && interrupted(state, result, flags, tries); tries++)
    result = native.recv(fd, memory, offset, length, bits);
  return received(state, 'recv', result, length);
}

/** The error queue was read here, for the completions of zero-copy sends. */
function fillFromQueue(
  state: State,
  memory: Uint8Array,
  offset: number,
  length: number,
): number | undefined {
  const data = state.zeroCopy?.queue.take()?.data;
  if (data === undefined) return undefined;
  memory.set(data.subarray(0, length), offset);
  return Math.min(data.length, length);
}

/** recvfrom(2): the bytes (or how many the target took) and the sender's address. */
export const recvfrom = receiving('recvfrom', recvfromOnce, {
  end: (state, size: number | Bytes) => [nothingInto(size), senderAddress(state, 0)],
  keep: (_, size: number | Bytes) => [sizeOrTarget(size, 'recvfrom')],
});

function recvfromOnce(
  state: State,
  flags: number,
  size: number | Bytes,
): [Buffer | number, Address] | undefined {
  const target = targetBytes(size, 'recvfrom: target');
  const data =
    target === undefined
      ? allocated(sizeOf(size, 'recvfrom: size'), fillFrom, state, flags)
      : fillFrom(state, flags, target, 0, target.length);
  return data === undefined ? undefined : [data, senderAddress(state, senderLength[0])];
}

/** One recvfrom(2), its sockaddr in `sender`. */
function fillFrom(
  state: State,
  flags: number,
  memory: Uint8Array,
  offset: number,
  length: number,
): number | undefined {
  if (flags & MSG_ERRQUEUE && state.zeroCopy?.used) {
    senderLength[0] = 0;
    return fillFromQueue(state, memory, offset, length);
  }
  const { fd } = state.channel;
  const bits = flags | MSG_DONTWAIT;
  let result: number;
  let tries = 0;
  do {
    senderLength[0] = sender.length;
    result = native.recvfrom(fd, memory, offset, length, bits, sender, senderLength);
  } while (result < 0 && interrupted(state, result, flags, tries++));
  return received(state, 'recvfrom', result, length);
}

/**
 * The address in `sender`. For a stream the kernel writes none: that is the peer's; an unnamed unix
 * socket has a family and no name.
 */
export function senderAddress(state: State, length: number): Address {
  const { family } = state;
  const peer = length > 0 || (family as number) === AF_UNIX ? null : getpeernameOrNull(state);
  return peer ?? addressFrom(state, sender, length);
}
