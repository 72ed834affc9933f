// What a DNS answer tells (RFC 1035), for dns_logger.js: nothing in the bytes is trusted.
/** A name at `at`, with the compression of RFC 1035; null for bytes that are none. */
function nameAt(message, at) {
  const labels = [];
  let end = -1;
  for (let jumps = 0; at < message.length && jumps < 32; ) {
    const length = message[at];
    if (length === 0) return { name: labels.join('.') || '.', end: end < 0 ? at + 1 : end };
    if (length >= 0xc0 && at + 1 < message.length) {
      if (end < 0) end = at + 2;
      at = message.readUInt16BE(at) & 0x3fff;
      jumps += 1;
    } else {
      if (at + 1 + length > message.length) return null;
      labels.push(message.latin1Slice(at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
  return null;
}

const TYPES = { 1: 'A', 28: 'AAAA', 5: 'CNAME' };
const value = {
  1: (bytes) => (bytes.length === 4 ? [...bytes].join('.') : null),
  28: (bytes) =>
    bytes.length === 16 ? bytes.toString('hex').replace(/(....)(?=.)/g, '$1:') : null,
};

/**
 * The addresses and aliases that an answer tells: [name, type, value] each. Bytes are not trusted:
 * what does not fit ends the walk.
 */
function* answers(message) {
  if (message.length < 12 || !(message[2] & 0x80)) return;
  let at = 12;
  for (let left = message.readUInt16BE(4); left > 0; left--) {
    const question = nameAt(message, at);
    if (!question) return;
    at = question.end + 4;
  }
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    const owner = nameAt(message, at);
    if (!owner || owner.end + 10 > message.length) return;
    const type = message.readUInt16BE(owner.end);
    const from = owner.end + 10;
    at = from + message.readUInt16BE(from - 2);
    if (at > message.length) return;
    const told =
      type === 5 ? nameAt(message, from)?.name : value[type]?.(message.subarray(from, at));
    if (told) yield [owner.name, TYPES[type], told];
  }
}

module.exports = { answers };
