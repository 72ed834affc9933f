// Options of SOL_SOCKET whose value is neither a number nor a plain struct: peers, memory, device
// memory, and Winsock's SO_DONTLINGER.

import { decodeAddress } from '../../address';
import type { Address } from '../../address/types';
import * as c from '../../constants';
import { OwnedFd } from '../../descriptors';
import { badType, demand } from '../../errors/arguments';
import { native } from '../../native';
import { array, i32, u32 } from '../../structs';
import { dmabuf_token, sk_meminfo, sock_txtime } from '../../structs/socket';
import type { Codec } from '../row';
import type { Flag } from '../types';
import { flag } from './numbers';
import { linger, record, text } from './records';

const scratch = Buffer.alloc(256);
const length = new Int32Array(1);

/**
 * SO_PEERNAME refuses more room than the address needs, so getpeername is asked first how long it
 * is.
 */
export const peerName: Codec<Address, never> = {
  type: 'address',
  size: 128,
  decode: (bytes) => decodeAddress(bytes, bytes.length),
  encode: undefined as never,
  get(fd, level, option) {
    length[0] = 128;
    const known = native.getpeername(fd, scratch, length);
    if (known < 0) return known;
    const bytes = Buffer.alloc(Math.min(length[0], 128));
    const got = native.getsockopt(fd, level, option, bytes, bytes.length);
    return got < 0 ? got : { value: decodeAddress(bytes, got) };
  },
};

/** A descriptor that the kernel makes for the reader. */
export const ownedFd: Codec<OwnedFd, never> = {
  type: 'OwnedFd (int)',
  size: i32.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const got = native.getsockopt_int(fd, level, option);
    return got < 0 ? got : { value: new OwnedFd(got) };
  },
};

/** gid_t[]: as many as the peer has. */
export const groups: Codec<number[], never> = {
  type: 'group ids',
  size: 64,
  decode: (bytes) => array(u32, bytes.length >> 2).read(bytes, 0),
  encode: undefined as never,
};

/** A security label, as text. */
export const label: Codec<string, never> = {
  type: 'text',
  size: 256,
  decode: text,
  encode: undefined as never,
};

/** SK_MEMINFO_*, in their order: bytes, except drops, which counts packets. */
export const memory = record(sk_meminfo);

const txtimeStruct = record(sock_txtime);
/** `flags` are SOF_TXTIME_*, none where left out. */
export const txtime: Codec<
  { clockid: number; flags: number },
  { clockid: number; flags?: number }
> = {
  ...txtimeStruct,
  sample: { clockid: c.CLOCK_MONOTONIC, flags: 0 },
  encode(value, what) {
    const bytes = txtimeStruct.encode(value, what);
    demand(what, value, 'clockid');
    return bytes;
  },
};

export const tokens: Codec<never, readonly { start: number; count: number }[]> = {
  type: 'struct dmabuf_token[]',
  size: dmabuf_token.size,
  sample: [{ start: 0, count: 1 }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { start, count }', value);
    const out = Buffer.alloc(value.length * dmabuf_token.size);
    array(dmabuf_token, value.length).write(out, 0, value, what);
    for (const one of value) demand(`${what}[]`, one, 'start', 'count');
    return out;
  },
};

function readLinger(fd: number): number | { onoff: boolean; linger: number } {
  const got = native.getsockopt(fd, c.SOL_SOCKET, c.SO_LINGER, scratch, 8);
  return got < 0 ? got : linger.decode(scratch.subarray(0, 8));
}

/**
 * Winsock's name for SO_LINGER switched off; switching it off means linger on, with the time that
 * SO_LINGER has.
 */
export const dontLinger: Codec<number, Flag> = {
  ...flag,
  int: undefined,
  get(fd) {
    const now = readLinger(fd);
    return typeof now === 'number' ? now : { value: now.onoff ? 0 : 1 };
  },
  set(fd, _level, _option, value, what) {
    flag.encode(value, what);
    const now = readLinger(fd);
    if (typeof now === 'number') return now;
    return native.setsockopt(
      fd,
      c.SOL_SOCKET,
      c.SO_LINGER,
      linger.encode({ onoff: !value, linger: now.linger }, what),
      8,
    );
  },
};
