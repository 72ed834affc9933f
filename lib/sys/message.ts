// struct msghdr as an object: recvmsg(2), sendmsg(2), recvmmsg(2), sendmmsg(2).
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType, integer } from '../errors/arguments';
import { type MmsgEntry, native, type Vector } from '../native';
import { bytesOrNull, word } from './memory';
import { refuse } from './refuse';

/**
 * struct msghdr. `namelen` and `controllen` default to the lengths of `name` and `control`; longer
 * than those is zero-padded on sending and cut on receiving. After a receiving call `namelen`,
 * `controllen` and `flags` hold what the kernel reported: set them again before the object is used
 * again, as in C. `{ base: null, len }` among the vectors is a NULL pointer that claims to have so
 * many bytes.
 */
export interface MsgHdr {
  name?: Bytes | null;
  namelen?: number;
  iov: readonly (Bytes | NullVector)[];
  control?: Bytes | null;
  controllen?: number;
  flags?: number;
}

/**
 * struct iovec whose iov_base is NULL: -EFAULT, where the kernel has anything to read or write
 * there.
 */
export interface NullVector {
  base: null;
  len: number;
}

/** A MsgHdr with every pointer resolved. */
interface Resolved {
  iov: Vector[];
  name: Uint8Array | null;
  namelen: number;
  control: Uint8Array | null;
  controllen: number;
  flags: number;
}

function resolve(msg: MsgHdr, what: string): Resolved {
  if (typeof msg !== 'object' || msg === null)
    throw badType(what, 'a message object {name, iov, control, ...}', msg);
  if (!Array.isArray(msg.iov)) throw badType(`${what}.iov`, 'an array of bytes', msg.iov);
  const iov = new Array<Vector>(msg.iov.length);
  for (let i = 0; i < iov.length; i++) iov[i] = vector(msg.iov[i], `${what}.iov[${i}]`);
  const name = bytesOrNull(msg.name, `${what}.name`);
  const control = bytesOrNull(msg.control, `${what}.control`);
  return {
    iov,
    name,
    namelen: word(msg.namelen, name?.length ?? 0, `${what}.namelen`),
    control,
    controllen: word(msg.controllen, control?.length ?? 0, `${what}.controllen`),
    flags: word(msg.flags, 0, `${what}.flags`),
  };
}

function vector(value: Bytes | NullVector, what: string): Vector {
  if (typeof value === 'object' && value !== null && 'base' in value && value.base === null)
    return integer(`${what}.len`, value.len, 0, Number.MAX_SAFE_INTEGER);
  return toBytes(value as Bytes, what);
}

function report(msg: MsgHdr, namelen: number, controllen: number, flags: number): void {
  msg.namelen = namelen;
  msg.controllen = controllen;
  msg.flags = flags;
}

/** The answer to a NULL struct msghdr. */
function withoutMessage(
  result: number,
  call: 'recvmsg' | 'sendmsg',
  fd: number,
  flags: number,
): number {
  if (result >= -4095) return result;
  return call === 'recvmsg'
    ? refuse(call, result, fd, null, null, null, null, flags)
    : refuse(call, result, fd, null, null, 0, null, 0, 0, flags);
}

/**
 * recvmsg(2). Descriptors that arrive in the control data are owned by this environment from then
 * on. `msg` null is a NULL pointer.
 */
export function recvmsg(fd: number, msg: MsgHdr | null, flags: number): number {
  if (msg === null)
    return withoutMessage(
      native.recvmsg(fd, null, null, null, new Int32Array(3), flags),
      'recvmsg',
      fd,
      flags,
    );
  const m = resolve(msg, 'recvmsg: msg');
  const head = Int32Array.of(m.namelen, m.controllen, m.flags);
  const result = native.recvmsg(fd, m.iov, m.name, m.control, head, flags);
  if (result < -4095) return refuse('recvmsg', result, fd, m.iov, m.name, m.control, head, flags);
  if (result >= 0) report(msg, head[0], head[1], head[2]);
  return result;
}

/** sendmsg(2). Control data is whole struct cmsghdr blocks, as CMSG_SPACE lays them out. */
export function sendmsg(fd: number, msg: MsgHdr | null, flags: number): number {
  if (msg === null)
    return withoutMessage(
      native.sendmsg(fd, null, null, 0, null, 0, 0, flags),
      'sendmsg',
      fd,
      flags,
    );
  const m = resolve(msg, 'sendmsg: msg');
  const result = native.sendmsg(
    fd,
    m.iov,
    m.name,
    m.namelen,
    m.control,
    m.controllen,
    m.flags,
    flags,
  );
  return result >= -4095
    ? result
    : refuse(
        'sendmsg',
        result,
        fd,
        m.iov,
        m.name,
        m.namelen,
        m.control,
        m.controllen,
        m.flags,
        flags,
      );
}

const MEMBERS = 4; // of each message in `heads`: [msg_len, namelen, controllen, msg_flags]

function resolveAll(
  msgs: readonly MsgHdr[],
  lens: Int32Array,
  call: string,
): [MmsgEntry[], Int32Array] {
  if (!Array.isArray(msgs)) throw badType(`${call}: msgs`, 'an array of messages', msgs);
  if (!(lens instanceof Int32Array)) throw badType(`${call}: lens`, 'an Int32Array', lens);
  if (lens.length < msgs.length)
    throw badRange(
      `${call}: lens`,
      `an Int32Array of ${msgs.length} elements or more`,
      lens.length,
    );
  const entries: MmsgEntry[] = [];
  const heads = new Int32Array(msgs.length * MEMBERS);
  for (let i = 0; i < msgs.length; i++) {
    const m = resolve(msgs[i], `${call}: msgs[${i}]`);
    entries.push([m.iov, m.name, m.control]);
    heads.set([0, m.namelen, m.controllen, m.flags], i * MEMBERS);
  }
  return [entries, heads];
}

/**
 * recvmmsg(2). Returns how many messages came; `lens[i]` is the length of message i. The timeout,
 * [seconds, nanoseconds], is looked at only after a message has come (a kernel habit): on a
 * blocking descriptor add MSG_DONTWAIT, MSG_WAITFORONE or SO_RCVTIMEO.
 */
export function recvmmsg(
  fd: number,
  msgs: readonly MsgHdr[],
  lens: Int32Array,
  flags: number,
  timeout?: readonly [number, number] | null,
): number {
  const [entries, heads] = resolveAll(msgs, lens, 'recvmmsg');
  let [seconds, nanoseconds] = timeout ? readTimeout(timeout) : [-1, 0];
  // Below zero means "none" to the addon. The kernel refuses either member below zero alike, so let
  // it see the other one.
  if (timeout && seconds < 0) [seconds, nanoseconds] = [0, -1];
  const result = native.recvmmsg(fd, entries, heads, flags, seconds, nanoseconds);
  if (result < -4095)
    return refuse('recvmmsg', result, fd, msgs, heads, flags, seconds, nanoseconds);
  for (let i = 0; i < result; i++) {
    const at = i * MEMBERS;
    lens[i] = heads[at];
    report(msgs[i], heads[at + 1], heads[at + 2], heads[at + 3]);
  }
  return result;
}

function readTimeout(timeout: readonly [number, number]): [number, number] {
  if (!Array.isArray(timeout))
    throw badType('recvmmsg: timeout', '[seconds, nanoseconds], or null', timeout);
  const limit = Number.MAX_SAFE_INTEGER;
  return [
    integer('recvmmsg: timeout[0]', timeout[0], -limit, limit),
    integer('recvmmsg: timeout[1]', timeout[1], -limit, limit),
  ];
}

/**
 * sendmmsg(2). Returns how many messages went; `lens[i]` is how much of message i. An error after
 * the first message is reported by the next call.
 */
export function sendmmsg(
  fd: number,
  msgs: readonly MsgHdr[],
  lens: Int32Array,
  flags: number,
): number {
  const [entries, heads] = resolveAll(msgs, lens, 'sendmmsg');
  const result = native.sendmmsg(fd, entries, heads, flags);
  for (let i = 0; i < result; i++) lens[i] = heads[i * MEMBERS];
  return result >= -4095 ? result : refuse('sendmmsg', result, fd, msgs, heads, flags);
}
