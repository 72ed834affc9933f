// Control data: walking it and building it, once for every level and type (struct cmsghdr, CMSG_NXTHDR).
import { badRange, badType } from '../errors';
import { native } from '../native';

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

const align = (n: number): number => (n + ALIGN - 1) & ~(ALIGN - 1);

/** CMSG_SPACE(n): the room that one control message of `n` payload bytes takes. */
export const controlSpace = (n: number): number => HEADER + align(n);
/** CMSG_LEN(n) */
export const controlLength = (n: number): number => HEADER + n;

/** The control messages in `bytes`, as views over it. Any bytes at all are read within their bounds: a length that lies ends the walk. */
export function parseControl(bytes: Uint8Array): Cmsg[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Cmsg[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = LEN_SIZE === 8 ? Number(view.getBigUint64(at + LEN, true)) : view.getUint32(at + LEN, true);
    if (length < HEADER || length > bytes.length - at) break;
    found.push({
      level: view.getInt32(at + LEVEL, true),
      type: view.getInt32(at + TYPE, true),
      data: Buffer.from(bytes.buffer, bytes.byteOffset + at + HEADER, length - HEADER),
    });
    at += align(length);
  }
  return found;
}

/** The control buffer of sendmsg(2) for these messages. */
export function buildControl(messages: readonly Cmsg[]): Buffer {
  let room = 0;
  for (const { level, type, data } of messages) {
    if (!(data instanceof Uint8Array)) throw badType('control[].data', 'a Buffer or Uint8Array', data);
    for (const [what, number] of [
      ['control[].level', level],
      ['control[].type', type],
    ] as const) {
      if (!Number.isInteger(number) || number < -0x80000000 || number > 0x7fffffff) throw badRange(what, 'a 32-bit integer', number);
    }
    room += controlSpace(data.length);
  }
  const bytes = Buffer.alloc(room);
  let at = 0;
  for (const { level, type, data } of messages) {
    if (LEN_SIZE === 8) bytes.writeBigUInt64LE(BigInt(HEADER + data.length), at + LEN);
    else bytes.writeUInt32LE(HEADER + data.length, at + LEN);
    bytes.writeInt32LE(level, at + LEVEL);
    bytes.writeInt32LE(type, at + TYPE);
    bytes.set(data, at + HEADER);
    at += controlSpace(data.length);
  }
  return bytes;
}
