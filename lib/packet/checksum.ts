// The internet checksum (RFC 1071), and the pseudo headers that TCP, UDP and ICMPv6 sum before
// their own bytes.
import { type Bytes, toBytes } from '../bytes';
import { badRange } from '../errors/arguments';
import { addressBytes } from './addresses';
import { PROTOCOL } from './numbers';

/**
 * The plain sum of 16-bit big-endian words, neither folded nor complemented; an odd last byte
 * counts as if a zero followed. Feed one call's answer to the next as `initial`: every piece but
 * the last must be of even length.
 */
export function sum(bytes: Bytes, initial = 0): number {
  const view = toBytes(bytes, 'bytes');
  const even = view.length & ~1;
  let high = initial;
  let low = 0;
  // `low` is emptied before it would leave 31 bits, where integer addition is fastest.
  for (let i = 0, words = 0; i < even; i += 2, words++) {
    low += view[i] * 256 + view[i + 1];
    if (words === 0x7000) {
      high += low;
      low = words = 0;
    }
  }
  if (view.length !== even) low += view[even] * 256;
  return high + low;
}

/** Carries folded back in, then complemented: what a checksum field holds (host order). */
function finish(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}

/**
 * The internet checksum of bytes whose checksum field is zero; over bytes with the right checksum
 * in place it is 0. `initial` is a sum() of what comes before, a pseudo header for one. RFC 1071.
 */
export function checksum(bytes: Bytes, initial = 0): number {
  return finish(sum(bytes, initial));
}

/** Addresses of a pseudo header: text or network-order bytes, both IPv4 or both IPv6. */
export type WireAddress = string | Bytes;

/**
 * sum() of the pseudo header: RFC 9293 section 3.1 for IPv4, RFC 8200 section 8.1 for IPv6.
 * `length` is that of the upper-layer packet, in bytes.
 */
export function pseudoHeader(
  src: WireAddress,
  dst: WireAddress,
  protocol: number,
  length: number,
): number {
  const from = addressBytes(src, 'src');
  const to = addressBytes(dst, 'dst');
  if (from.length !== to.length)
    throw badRange('dst', `an address of ${from.length} bytes, like src`, to.length);
  // The upper half of a 32-bit length is a word of its own in IPv6's; IPv4's cannot have one.
  return sum(from) + sum(to) + protocol + (length >>> 16) + (length & 0xffff);
}

/**
 * The checksum over pseudo header and packet, its own field (at `at`) taken as zero, whatever
 * stands there.
 */
function transport(
  src: WireAddress,
  dst: WireAddress,
  protocol: number,
  packet: Bytes,
  at: number,
  header: number,
  what: string,
): number {
  const bytes = toBytes(packet, what);
  if (bytes.length < header) throw badRange(what, `at least ${header} bytes`, bytes.length);
  const field = bytes[at] * 256 + bytes[at + 1];
  return finish(sum(bytes, pseudoHeader(src, dst, protocol, bytes.length)) - field);
}

/** What th_sum of this TCP segment (header and data) has to be. RFC 9293. */
export function tcpChecksum(src: WireAddress, dst: WireAddress, segment: Bytes): number {
  return transport(src, dst, PROTOCOL.TCP, segment, 16, 20, 'segment');
}

/**
 * What uh_sum of this UDP datagram (header and data) has to be: a sum of 0 is sent as 0xffff,
 * because 0 says "none". RFC 768.
 */
export function udpChecksum(src: WireAddress, dst: WireAddress, datagram: Bytes): number {
  return transport(src, dst, PROTOCOL.UDP, datagram, 6, 8, 'datagram') || 0xffff;
}

/**
 * What icmp6_cksum of this ICMPv6 message has to be. The kernel fills it in on raw ICMPv6 sockets;
 * a packet built whole needs it. RFC 4443.
 */
export function icmpv6Checksum(src: WireAddress, dst: WireAddress, message: Bytes): number {
  return transport(src, dst, PROTOCOL.ICMPV6, message, 2, 4, 'message');
}

/** What icmp_cksum of this ICMP message has to be. RFC 792. */
export function icmpChecksum(message: Bytes): number {
  const bytes = toBytes(message, 'message');
  if (bytes.length < 4) throw badRange('message', 'at least 4 bytes', bytes.length);
  return finish(sum(bytes) - (bytes[2] * 256 + bytes[3]));
}
