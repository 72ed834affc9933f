// Sockaddr bytes as the members that the case language's expectations name. Reads the bytes itself,
// so that it can judge the library.
'use strict';
const { constant, isLittle } = require('./values.js');

const u16 = (bytes, at) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
const i32 = (bytes, at) => (isLittle ? bytes.readInt32LE(at) : bytes.readInt32BE(at));
const u32 = (bytes, at) => i32(bytes, at) >>> 0;

function text6(bytes) {
  const words = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2));
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff)
    return new URL(`http://[::ffff:${Array.from(bytes.subarray(12)).join('.')}]`).hostname.slice(
      1,
      -1,
    );
  return new URL(`http://[${words.map((word) => word.toString(16)).join(':')}]`).hostname.slice(
    1,
    -1,
  );
}

/** By family: the least length that has the members, and the members. */
const FAMILIES = {
  AF_INET: [8, (b) => ({ port: b.readUInt16BE(2), addr: Array.from(b.subarray(4, 8)).join('.') })],
  AF_INET6: [
    24,
    (b) => ({
      port: b.readUInt16BE(2),
      flowinfo: b.readUInt32BE(4),
      addr: text6(b.subarray(8, 24)),
      scope: b.length >= 28 ? u32(b, 24) : undefined,
    }),
  ],
  AF_UNIX: [2, unix],
  AF_PACKET: [
    12,
    (b) => ({
      protocol: b.readUInt16BE(2),
      ifindex: i32(b, 4),
      hatype: u16(b, 8),
      pkttype: b[10],
      halen: b[11],
    }),
  ],
  AF_NETLINK: [12, (b) => ({ pid: u32(b, 4), groups: u32(b, 8) })],
  AF_VSOCK: [12, (b) => ({ port: u32(b, 4), cid: u32(b, 8) })],
};

function unix(bytes) {
  const name = bytes.subarray(2);
  if (name.length === 0) return { unnamed: true };
  if (name[0] === 0) return { unnamed: false, abstractHex: name.toString('hex', 1) };
  const end = name.indexOf(0);
  return { unnamed: false, path: name.toString('utf8', 0, end < 0 ? name.length : end) };
}

function decodeAddress(bytes) {
  if (bytes.length < 2) return { family: undefined };
  const family = u16(bytes, 0);
  const row = Object.entries(FAMILIES).find(([name]) => constant(name) === family)?.[1];
  return { family, ...(row && bytes.length >= row[0] ? row[1](bytes) : {}) };
}

module.exports = { decodeAddress };
