// The arguments of the calls: sizes, flags, options, memory, and Python's two orders of sendto.
import { type Bytes, isBytes, toBytes } from '../bytes';
import { badRange, badType, checkedOptions, namesOf } from '../errors';
import { refused } from '../errors/arguments';
import { Iteration, type IteratorOptions, type WaitOptions } from '../wait';

/** What every call that may wait takes as its last argument. */
export interface IoOptions extends WaitOptions {
  /** MSG_* bits */
  flags?: number;
}

export const MAX_SIZE = 0x7fffffff;

export function sizeOf(value: unknown, what: string): number {
  if (typeof value !== 'number')
    throw badType(what, 'a number of bytes, or a buffer to fill', value);
  if (!Number.isInteger(value) || value < 0 || value > MAX_SIZE)
    throw badRange(what, `an integer from 0 to ${MAX_SIZE}`, value);
  return value;
}

/** The MSG_* bits of a call, checked. */
export function flagsOf(value: unknown, syscall: string): number {
  if (value === undefined) return 0;
  if (typeof value !== 'number') throw badType(`${syscall}: flags`, 'a number (MSG_* bits)', value);
  if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff)
    throw badRange(`${syscall}: flags`, 'a 32-bit integer (MSG_* bits)', value);
  return value | 0;
}

/** The options of most promise verbs. */
export const IO_OPTIONS = namesOf<IoOptions>({ flags: true, signal: true, timeoutMs: true });

/** The options of a promise verb, checked: an object with members of these names, or flags as in C. */
export function checkOptions<O extends IoOptions>(
  given: number | O | undefined,
  syscall: string,
  known: readonly string[] = IO_OPTIONS,
): (O & IteratorOptions) | undefined {
  if (given instanceof Iteration) return given as unknown as O & IteratorOptions;
  if (given === undefined) return undefined;
  if (typeof given === 'number') {
    flagsOf(given, syscall);
    return undefined;
  }
  if (typeof given !== 'object' || given === null)
    throw badType(`${syscall}: options`, 'flags or { flags, signal, timeoutMs }', given);
  const o = checkedOptions(given, syscall, known);
  if (o.timeoutMs !== undefined && o.timeoutMs !== null) {
    if (typeof o.timeoutMs !== 'number')
      throw badType(`${syscall}: timeoutMs`, 'a number of milliseconds or null', o.timeoutMs);
    if (!(o.timeoutMs >= 0))
      throw badRange(`${syscall}: timeoutMs`, '>= 0, or null to wait for ever', o.timeoutMs);
  }
  if (o.signal !== undefined && typeof o.signal?.addEventListener !== 'function')
    throw badType(`${syscall}: signal`, 'an AbortSignal', o.signal);
  flagsOf(o.flags, syscall);
  return o;
}

/** How an iterator waits: without end, until its signal aborts. */
export function iteratorOptions(
  o: object,
  what: string,
  known: readonly string[] = ['signal'],
): IteratorOptions {
  if (typeof o !== 'object' || o === null) throw badType(`${what}: options`, 'an object', o);
  const { signal } = checkOptions(o, what, known) as { signal?: AbortSignal };
  return { signal, timeoutMs: null };
}

export function dataOf(data: Bytes | string, what: string): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (!isBytes(data))
    throw badType(what, 'a string, Buffer, TypedArray, DataView or ArrayBuffer', data);
  return toBytes(data, what);
}

const UIO_MAXIOV = 1024;

/** The buffers of recvmsg and sendmsg. */
export function buffersOf(buffers: unknown, what: string, expected: string): Uint8Array[] {
  if (!Array.isArray(buffers)) throw badType(what, expected, buffers);
  // The kernel refuses more than UIO_MAXIOV without a look at the rest; a sparse array is not walked.
  const most = buffers.slice(0, UIO_MAXIOV + 1);
  return Array.from(most, (buffer, i) => toBytes(buffer, `${what}[${i}]`));
}

/** recv's first argument, checked: a size, or bytes. */
export function sizeOrTarget(size: number | Bytes, syscall: string): number | Uint8Array {
  return targetBytes(size, `${syscall}: target`) ?? sizeOf(size, `${syscall}: size`);
}

/** recv's first argument: a target to fill, or undefined where it is a size. */
export function targetBytes(size: number | Bytes, what: string): Uint8Array | undefined {
  return typeof size !== 'number' && isBytes(size) ? toBytes(size, what) : undefined;
}

/**
 * Memory that a waiting call uses must still be there when it is attempted: transferred away, it
 * would read as an end of stream and be sent as nothing. `argument` may be no memory at all.
 */
export class Pinned<T = unknown> {
  readonly #argument: T;
  readonly #what: string;
  readonly #length: number;
  readonly #lengths: readonly number[] | undefined;

  constructor(argument: T, what: string) {
    this.#argument = argument;
    this.#what = what;
    this.#length = argument instanceof Uint8Array ? argument.length : 0;
    this.#lengths = Array.isArray(argument) ? argument.map(({ length }) => length) : undefined;
  }

  /** The argument; TypeError where memory is missing. */
  get bytes(): T {
    const argument: unknown = this.#argument;
    if (argument instanceof Uint8Array) this.#check(argument, this.#length);
    else if (this.#lengths !== undefined) {
      const all = argument as readonly Uint8Array[];
      for (let i = 0; i < all.length; i++) this.#check(all[i], this.#lengths[i]);
    }
    return this.#argument;
  }

  #check(bytes: Uint8Array, length: number): void {
    if (bytes.length < length)
      throw refused(
        `${this.#what}: the buffer shrank while the call waited: ${bytes.length} bytes are left of ${length} (its memory was transferred away or resized)`,
      );
  }
}

/** The address of sendto(data, address, o) and sendto(data, flags, address, o). */
export function sendtoAddress<A>(second: A | number, third: unknown): A {
  return (typeof second === 'number' ? third : second) as A;
}

/** Flags or options of the same. */
export function sendtoOptions(
  second: unknown,
  third: unknown,
  fourth: IoOptions | undefined,
): number | IoOptions | undefined {
  if (typeof second !== 'number') return third as IoOptions | undefined;
  if (fourth === undefined || typeof fourth !== 'object') return fourth ?? second;
  flagsOf(second, 'sendto');
  return { ...fourth, flags: second | flagsOf(fourth?.flags, 'sendto') };
}
