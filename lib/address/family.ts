// What a family's file gives: its addresses to bytes, and bytes to its addresses.
import { LITTLE } from '../structs';
import type { Address } from './types';

export interface FamilyCodec {
  /**
   * The sockaddr of what a caller gave: TypeError or RangeError where it is not an address of the
   * family.
   */
  encode(input: unknown): Uint8Array;
  /**
   * The address in the first `length` bytes, all of which are there; null where they are too few,
   * or are nothing that the family's type can say. Never throws.
   */
  decode(bytes: Uint8Array, length: number): Address | null;
}

/** sa_family of a sockaddr of at least two bytes. */
export function familyOf(bytes: Uint8Array): number {
  return LITTLE ? bytes[0] | (bytes[1] << 8) : (bytes[0] << 8) | bytes[1];
}

/** A zeroed sockaddr with its family written. */
export function blank(size: number, family: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[LITTLE ? 0 : 1] = family;
  return bytes;
}
