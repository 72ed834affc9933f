// Pointers and lengths of C. The addon sees to it that a length which says more than there is never
// reaches other memory.
import { type Bytes, toBytes } from '../bytes';
import { integer } from '../errors/arguments';

/** Bytes or a NULL pointer. */
export function bytesOrNull(value: Bytes | null | undefined, what: string): Uint8Array | null {
  return value === null || value === undefined ? null : toBytes(value, what);
}

/** 32 bits that C sees as int or as unsigned: a negative length is for the kernel to judge. */
export function word(value: number | undefined, otherwise: number, what: string): number {
  return value === undefined ? otherwise : integer(what, value, -0x80000000, 0xffffffff) | 0;
}
