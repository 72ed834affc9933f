// What stands in a control message: how it is read and built, and how many bytes it needs at least.

import { type Bytes, isBytes, toBytes } from '../bytes';
import { type FdLike, fdOf, type OwnedFd } from '../descriptors';
import { badRange, badType, integer } from '../errors/arguments';
import { type Field, type InOf, i32, LITTLE, type OutOf } from '../structs';
import type { timespec, timeval } from '../structs/socket';
import { zeroed } from './cmsg';

/** Finds the owner of a descriptor that arrived with the message. */
export type Owners = (fd: number) => OwnedFd | undefined;

export interface Payload<Out, In = Out> {
  /** bytes; less is no payload of this kind */
  readonly least: number;
  decode(data: Buffer, owners: Owners): Out;
  encode(value: In, what: string): Buffer;
}

/** A payload that is one field or one struct. */
export function payload<F extends Field<unknown, never>>(of: F): Payload<OutOf<F>, InOf<F>> {
  return {
    get least() {
      return of.size;
    },
    decode: (data) => of.read(data, 0) as OutOf<F>,
    encode(value, what) {
      const out = zeroed(of.size);
      (of as Field<unknown, unknown>).write(out, 0, value, what);
      return out;
    },
  };
}

/** A payload whose meaning differs from its bytes. */
export function mapped<Raw, RawIn, Out, In>(
  raw: Payload<Raw, RawIn>,
  decode: (raw: Raw) => Out,
  encode: (value: In, what: string) => RawIn,
): Payload<Out, In> {
  return {
    get least() {
      return raw.least;
    },
    decode: (data, owners) => decode(raw.decode(data, owners)),
    encode: (value, what) => raw.encode(encode(value, what), what),
  };
}

/** Bytes verbatim. */
export const verbatim: Payload<Buffer, Bytes> = {
  least: 0,
  decode: (data) => Buffer.from(data),
  encode(value, what) {
    if (!isBytes(value)) throw badType(what, 'bytes', value);
    return Buffer.from(toBytes(value, what));
  },
};

/** Text that may end with a NUL. */
export const label: Payload<string> = {
  least: 0,
  decode: (data) => data.toString('utf8').replace(/\0+$/, ''),
  encode(value, what) {
    if (typeof value !== 'string') throw badType(what, 'text', value);
    return Buffer.from(value);
  },
};

const INT = 4;

/** The traffic class of a datagram: one byte on its way in, an int on its way out. */
export const trafficClass: Payload<number> = {
  least: 1,
  decode: (data) => (data.length >= INT ? data[LITTLE ? 0 : 3] : data[0]),
  encode(value, what) {
    const out = zeroed(INT);
    out[LITTLE ? 0 : 3] = integer(what, value, 0, 255);
    return out;
  },
};

function descriptors(data: Buffer, owners: Owners): OwnedFd[] {
  const found: OwnedFd[] = [];
  for (let at = 0; at + INT <= data.length; at += INT) {
    const owned = owners(i32.read(data, at));
    if (owned !== undefined) found.push(owned);
  }
  return found;
}

function numbered(fds: readonly FdLike[], what: string): Buffer {
  const out = zeroed(INT * fds.length);
  for (const [i, fd] of fds.entries()) i32.write(out, INT * i, fdOf(fd, `${what}[${i}]`), what);
  return out;
}

const MOST_FDS = 253; // SCM_MAX_FD

/** SCM_RIGHTS: the descriptors that came with this message, each owned. */
export const rights: Payload<OwnedFd[], readonly FdLike[]> = {
  least: INT,
  decode: descriptors,
  encode(fds, what) {
    if (!Array.isArray(fds)) throw badType(what, 'an array of descriptors', fds);
    if (fds.length === 0 || fds.length > MOST_FDS)
      throw badRange(`${what}: how many`, `1 … ${MOST_FDS}`, fds.length);
    return numbered(fds, what);
  },
};

/** SCM_PIDFD: the sender as a descriptor. */
export const pidfd: Payload<OwnedFd | undefined, FdLike> = {
  least: INT,
  decode: (data, owners) => descriptors(data, owners)[0],
  encode: (fd, what) => numbered([fd], what),
};

const NS = 1_000_000_000n;

const epoch = (ns: unknown, what: string): bigint => {
  if (typeof ns !== 'bigint') throw badType(what, 'nanoseconds since the epoch, a bigint', ns);
  return ns;
};

/** Seconds and microseconds as nanoseconds since the epoch. */
export const microseconds = (row: typeof timeval): Payload<bigint> =>
  mapped(
    payload(row),
    ({ sec, usec }) => sec * NS + usec * 1000n,
    (ns, what) => ({ sec: epoch(ns, what) / NS, usec: (ns % NS) / 1000n }),
  );

/** Seconds and nanoseconds as nanoseconds since the epoch. */
export const nanoseconds = (row: typeof timespec): Payload<bigint> =>
  mapped(
    payload(row),
    ({ sec, nsec }) => sec * NS + nsec,
    (ns, what) => ({ sec: epoch(ns, what) / NS, nsec: ns % NS }),
  );
