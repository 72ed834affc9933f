// recvmsg: data with control messages, and descriptors beside data.
import type { Address } from '../../address';
import { type Bytes, toBytes } from '../../bytes';
import { AF_UNIX, MSG_DONTWAIT, MSG_ERRQUEUE, SOCK_STREAM } from '../../constants';
import { badRange } from '../../errors';
import {
  CM,
  CMSG_LEN,
  CMSG_SPACE,
  claim,
  type Message,
  type OwnedFd,
  Received,
} from '../../message';
import { native } from '../../native';
import { buffersOf, IO_OPTIONS, sizeOf } from '../arguments';
import { kept, memoryFor } from '../memory';
import type { State } from '../state';
import { receiving } from '../verbs';
import { sender, senderAddress } from './receive';
import { interrupted, received } from './result';

const INT = 4;
const UCRED = 12;
const SCM_MAX_FD = 253;
const NOTHING = Buffer.alloc(0);
const lengths = new Int32Array(3); // namelen, controllen, msg_flags

/** What is received into: a size (bytes), or buffers that are filled in order. */
type SizeOrBuffers = number | readonly Bytes[];

/** recvmsg(2): data, control messages, flags and sender. */
export const recvmsg = receiving('recvmsg', recvmsgOnce, {
  options: [...IO_OPTIONS, 'control'],
  keep: (_, size: SizeOrBuffers, control: number | undefined, end?: Message) => [
    typeof size === 'number' ? sizeOf(size, 'recvmsg: size') : targetsOf(size),
    control,
    end,
  ],
  end: (state, size: SizeOrBuffers, _control: number | undefined, end?: Message) => {
    const data = typeof size === 'number' ? NOTHING : gathered(targetsOf(size), 0);
    return end ?? new Received(data, NOTHING, 0, senderAddress(state, 0));
  },
});

/** `end` is returned in place of an empty message where the socket is shut down for reading. */
function recvmsgOnce(
  state: State,
  flags: number,
  size: SizeOrBuffers,
  control: number | undefined,
  _end?: Message,
): Message<Address> | undefined {
  // the queue was read here for the completions of zero-copy sends: it has them
  if (flags & MSG_ERRQUEUE && state.zeroCopy?.used) return state.zeroCopy.queue.take();
  const length = control === undefined ? state.controlLength : sizeOf(control, 'recvmsg: control');
  const memory = length === 0 ? null : new Uint8Array(length);
  return typeof size === 'number'
    ? receiveMessage(state, [memoryFor(sizeOf(size, 'recvmsg: size'))], memory, flags, false)
    : receiveMessage(state, targetsOf(size), memory, flags, true);
}

const targetsOf = (buffers: unknown): Uint8Array[] =>
  buffersOf(buffers, 'recvmsg: buffers', 'a number of bytes, or an array of buffers to fill');

/** One recvmsg(2). The data is in the caller's memory where `scattered`, else in memory of its own. */
export function receiveMessage(
  state: State,
  iov: readonly Uint8Array[],
  control: Uint8Array | null,
  flags: number,
  scattered: boolean,
): Message<Address> | undefined {
  const { fd } = state.channel;
  const bits = flags | MSG_DONTWAIT | state.cloexec;
  let result: number;
  let tries = 0;
  do {
    lengths[0] = sender.length;
    lengths[1] = control?.length ?? 0;
    lengths[2] = 0;
    result = native.recvmsg(fd, iov, sender, control, lengths, bits);
  } while (result < 0 && interrupted(state, result, flags, tries++));
  const [namelen, controllen, msgFlags] = lengths;
  const controlBytes =
    control === null || result < 0
      ? NOTHING
      : control.subarray(0, Math.min(controllen, control.length));
  const fds = (state.family as number) === AF_UNIX ? claim(controlBytes) : undefined;
  const capacity = iov.reduce((sum, bytes) => sum + bytes.length, 0);
  const n = received(state, 'recvmsg', result, capacity);
  if (n === undefined) return undefined;
  const filled = Math.min(n, capacity);
  const data = scattered ? gathered(iov, filled) : kept(iov[0], filled);
  const added = state.cloexec & ~flags;
  return new Received(data, controlBytes, msgFlags & ~added, senderAddress(state, namelen), fds, n);
}

/** The filled part of several buffers: a view where one holds it all, else a copy. */
function gathered(iov: readonly Uint8Array[], n: number): Buffer {
  const [first] = iov;
  if (first !== undefined && n <= first.length)
    return Buffer.from(first.buffer, first.byteOffset, n);
  return Buffer.concat(iov, n);
}

/** Descriptors and the data that they came with. */
export interface ReceivedFds {
  data: Buffer;
  fds: OwnedFd[];
  flags: number;
}

/** The data of sendFds, checked. */
export function dataWithFds(state: State, data: Bytes): readonly Uint8Array[] {
  const bytes = toBytes(data, 'sendFds: data');
  if (bytes.length === 0 && state.type === SOCK_STREAM)
    throw badRange('sendFds: data', 'at least one byte: a stream sends no descriptors alone', 0);
  return [bytes];
}

/**
 * Bytes of control data for `maxFds` descriptors: CMSG_LEN, since CMSG_SPACE could hold one more.
 * Credentials come first where they are enabled.
 */
export function fdsControlLength({ controlLength: enabled }: State, maxFds: number): number {
  if (!Number.isInteger(maxFds) || maxFds < 1 || maxFds > SCM_MAX_FD)
    throw badRange('recvFds: maxFds', `an integer of 1 … ${SCM_MAX_FD}`, maxFds);
  return CMSG_LEN(INT * maxFds) + (enabled > 0 ? CMSG_SPACE(UCRED) : 0);
}

/** The size of recvFds: bytes, never buffers. */
export const fdsSize = (size: number): number => sizeOf(size, 'recvFds: size');

/** The descriptors of a message; more than `maxFds` are closed. */
export function receivedFds(message: Message, maxFds: number): ReceivedFds {
  const fds = message.get(CM.SCM_RIGHTS) ?? [];
  for (const surplus of fds.splice(maxFds)) surplus.close();
  return { data: message.data, fds, flags: message.flags };
}
