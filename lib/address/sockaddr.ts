// Between addresses and the bytes of a struct sockaddr: the table of families, and the two
// directions through it.

import { isBytes, toBytes } from '../bytes';
import * as c from '../constants';
import { badType } from '../errors/arguments';
import { can } from './can';
import { endpoint } from './endpoint';
import { type FamilyCodec, familyOf } from './family';
import { inet, isV6, numeric4 } from './inet';
import { inet6 } from './inet6';
import { netlink } from './netlink';
import { packet } from './packet';
import type { Address, AddressLike, OtherAddress } from './types';
import { UNNAMED, unix } from './unix';
import { vsock } from './vsock';

const SOCKADDR_IN6 = 28; // bytes: the longer of the two

const FAMILIES: readonly (readonly [number, FamilyCodec])[] = [
  [c.AF_UNIX, unix],
  [c.AF_INET, inet],
  [c.AF_INET6, inet6],
  [c.AF_NETLINK, netlink],
  [c.AF_PACKET, packet],
  [c.AF_CAN, can],
  [c.AF_VSOCK, vsock],
];
const codecs: (FamilyCodec | undefined)[] = new Array(64).fill(undefined);
for (const [family, codec] of FAMILIES) codecs[family] = codec;

function isOther(address: unknown): address is OtherAddress {
  return (
    typeof address === 'object' && address !== null && (address as OtherAddress).family === 'other'
  );
}

/**
 * The struct sockaddr of an address: exactly the bytes to pass, and their number is the addrlen. An
 * OtherAddress goes verbatim, on a socket of any family. Throws TypeError and RangeError for what
 * is no address of the family, SocketError (ENODEV) for an interface that is not there, and
 * NeedsLookup for a host name.
 */
export function encodeAddress(family: number, address: AddressLike<Address>): Uint8Array {
  const codec = codecs[family];
  if (isOther(address)) {
    if (!isBytes(address.bytes))
      throw badType('the bytes of a verbatim address', 'a Buffer', address.bytes);
    return toBytes(address.bytes, 'the bytes of a verbatim address');
  }
  if (codec === undefined)
    throw badType(
      `an address of family ${family}`,
      "verbatim: {family: 'other', af, bytes}",
      address,
    );
  return codec.encode(address);
}

/**
 * The address in the first `length` bytes, which may be more than there are: what the kernel says
 * of an address that did not fit. Never throws: what no family can read is an OtherAddress.
 * `family` is the socket's, and says what an empty address is: unnamed on AF_UNIX, unspecified
 * (0.0.0.0, ::) on an internet socket.
 */
export function decodeAddress(
  bytes: Uint8Array,
  length: number,
  family: number = c.AF_UNSPEC,
): Address {
  const end = Math.min(length, bytes.length);
  if (!(end >= 2)) return unnamed(family);
  const af = familyOf(bytes);
  return (
    codecs[af]?.decode(bytes, end) ?? {
      family: 'other',
      af,
      bytes: Buffer.from(bytes.subarray(0, end)),
    }
  );
}

/** What the kernel writes no sockaddr for: an unnamed unix socket, a peer that never was. */
function unnamed(family: number): Address {
  if (family === c.AF_UNIX) return UNNAMED();
  const codec = family === c.AF_INET ? inet : family === c.AF_INET6 ? inet6 : undefined;
  if (codec === undefined) return { family: 'other', af: family, bytes: Buffer.alloc(0) };
  const unspecified = new Uint8Array(SOCKADDR_IN6);
  new Uint16Array(unspecified.buffer)[0] = family;
  return codec.decode(unspecified, unspecified.length) as Address;
}

/**
 * The host name in an AF_INET or AF_INET6 address that a resolver must look up before
 * encodeAddress() takes it; null where there is none to look up: numeric hosts, '' (any),
 * '<broadcast>', and every other family.
 */
export function needsLookup(family: number, address: AddressLike<Address>): string | null {
  if ((family !== c.AF_INET && family !== c.AF_INET6) || isOther(address)) return null;
  const { host } = endpoint(family === c.AF_INET ? 'AF_INET' : 'AF_INET6', address);
  return numeric4(host) >= 0 || isV6(host) ? null : host;
}
