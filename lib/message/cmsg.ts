// Control data: walking it and building it, once for every level and type (struct cmsghdr,
// CMSG_NXTHDR).

import { badRange, badType, integer } from '../errors/arguments';
import { native } from '../native';
import { LITTLE } from '../structs';

/** One control message, undecoded: `data` is the payload after the header. */
export interface Cmsg {
  level: number;
  type: number;
  data: Buffer;
}

const { size: HEADER, fields } = native.layouts.cmsghdr;
const [LEN, LEN_SIZE] = fields.cmsg_len;
const [LEVEL] = fields.cmsg_level;
const [TYPE] = fields.cmsg_type;
const ALIGN = LEN_SIZE;
const [LOW, HIGH] = LEN_SIZE === 8 && !LITTLE ? [LEN + 4, LEN] : [LEN, LEN + 4];

const align = (n: number): number => (n + ALIGN - 1) & ~(ALIGN - 1);

const PAYLOAD_MAX = 0x7fffffff - 2 * HEADER;

/**
 * CMSG_SPACE(length): the bytes that one control message with a payload of `length` bytes takes in
 * a control buffer, padding included. RangeError outside 0 … 2^31. cmsg(3)
 */
export function CMSG_SPACE(length: number): number {
  return HEADER + align(integer('CMSG_SPACE: length', length, 0, PAYLOAD_MAX));
}

/**
 * CMSG_LEN(length): the same without the padding, as `cmsg_len` counts it. A control buffer of
 * CMSG_LEN(4) bytes holds one descriptor, where CMSG_SPACE(4) may hold two. cmsg(3)
 */
export function CMSG_LEN(length: number): number {
  return HEADER + integer('CMSG_LEN: length', length, 0, PAYLOAD_MAX);
}

/** Control data within a larger memory: `at` up to `end`. */
export interface ControlSpan {
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
}

/**
 * The length of the control message at `at`, header included; 0 where it is no length, or passes
 * `end`: the walk ends there.
 */
function lengthAt(view: DataView, at: number, end: number): number {
  if (at + HEADER > end) return 0;
  if (LEN_SIZE === 8 && view.getUint32(at + HIGH, LITTLE) !== 0) return 0;
  const length = view.getUint32(at + LOW, LITTLE);
  return length < HEADER || length > end - at ? 0 : length;
}

/**
 * Where the payload of the first control message of this kind starts, or -1; nothing is allocated.
 */
export function findControl(
  view: DataView,
  at: number,
  end: number,
  level: number,
  type: number,
): number {
  for (let length = lengthAt(view, at, end); length > 0; length = lengthAt(view, at, end)) {
    if (view.getInt32(at + TYPE, LITTLE) === type && view.getInt32(at + LEVEL, LITTLE) === level)
      return at + HEADER;
    at += align(length);
  }
  return -1;
}

/** How many bytes the payload that starts at `payload` has. */
export const payloadLength = (view: DataView, payload: number): number =>
  view.getUint32(payload - HEADER + LOW, LITTLE) - HEADER;

/**
 * The control messages in a span, as views over it. Any bytes at all are read within their bounds:
 * a length that lies ends the walk.
 */
export function walkControl({ view, at: start, end }: ControlSpan): Cmsg[] {
  const found: Cmsg[] = [];
  let at = start;
  for (let length = lengthAt(view, at, end); length > 0; length = lengthAt(view, at, end)) {
    found.push({
      level: view.getInt32(at + LEVEL, LITTLE),
      type: view.getInt32(at + TYPE, LITTLE),
      data: Buffer.from(view.buffer, view.byteOffset + at + HEADER, length - HEADER),
    });
    at += align(length);
  }
  return found;
}

export const spanOf = (bytes: Uint8Array): ControlSpan => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  at: 0,
  end: bytes.length,
});

/** The control messages in `bytes`, as views over it. */
export const parseControl = (bytes: Uint8Array): Cmsg[] => walkControl(spanOf(bytes));

const SMALL = 128; // bytes

/**
 * Zeroed bytes: small ones from Node's pool, for an ArrayBuffer of their own costs more than the
 * whole control message.
 */
export function zeroed(length: number): Buffer {
  if (length > SMALL) return Buffer.alloc(length);
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = 0;
  return bytes;
}

/** The control buffer of sendmsg(2) for these messages. */
export function buildControl(messages: readonly Cmsg[]): Buffer {
  let size = 0;
  for (const message of messages) {
    if (typeof message !== 'object' || message === null)
      throw badType('control[]', 'a control message: { level, type, data }', message);
    const { level, type, data } = message;
    if (!(data instanceof Uint8Array))
      throw badType('control[].data', 'a Buffer or Uint8Array', data);
    for (const [what, number] of [
      ['control[].level', level],
      ['control[].type', type],
    ] as const) {
      if (!Number.isInteger(number) || number < -0x80000000 || number > 0x7fffffff)
        throw badRange(what, 'a 32-bit integer', number);
    }
    size += HEADER + align(data.length);
  }
  const bytes = zeroed(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  let at = 0;
  for (const { level, type, data } of messages) {
    view.setUint32(at + LOW, HEADER + data.length, LITTLE);
    view.setInt32(at + LEVEL, level, LITTLE);
    view.setInt32(at + TYPE, type, LITTLE);
    bytes.set(data, at + HEADER);
    at += HEADER + align(data.length);
  }
  return bytes;
}
