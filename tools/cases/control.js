// Control data, both ways: struct cmsghdr blocks from the language's rows, and back.
'use strict';
const { isLittle, native32, native64 } = require('./values.js');
const { CONTROL, onlyWords } = require('./words.js');

const HEADER = 16; // size_t cmsg_len, int cmsg_level, int cmsg_type
const align = (n) => (n + 7) & ~7;

/** Blocks of a step's `control` rows, each padded to 8; `len` overrides cmsg_len. */
function packCmsgs(scope, rows) {
  const blocks = rows.map((row) => {
    onlyWords('member of control', row, CONTROL);
    const { level, type, data, fds, len } = row;
    const payload = fds
      ? native32(...fds.map((fd) => scope.number(fd)))
      : data === undefined
        ? Buffer.alloc(0)
        : scope.bytes(data);
    const header = Buffer.concat([
      native64(len === undefined ? HEADER + payload.length : scope.number(len)),
      native32(scope.number(level), scope.number(type)),
    ]);
    return Buffer.concat([header, payload, Buffer.alloc(align(payload.length) - payload.length)]);
  });
  return Buffer.concat(blocks);
}

/** The blocks that the kernel wrote; the last one may be cut short. */
function cmsgs(bytes) {
  const all = [];
  const int = (at) => (isLittle ? bytes.readInt32LE(at) : bytes.readInt32BE(at));
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    if (length < HEADER) break;
    all.push({
      level: int(at + 8),
      type: int(at + 12),
      data: bytes.subarray(at + HEADER, Math.min(at + length, bytes.length)),
    });
    at += align(length);
  }
  return all;
}

module.exports = { cmsgs, packCmsgs };
