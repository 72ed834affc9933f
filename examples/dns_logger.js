// Names that this machine is asked for or asks for, as their answers come by: a passive DNS logger (needs CAP_NET_RAW).
//   node examples/dns_logger.js INTERFACE [COUNT] [PORT]
const { isErrno } = require('bsd-socket');
const { Capture } = require('bsd-socket/capture');
const { decodeFrame, layerOf } = require('bsd-socket/packet');

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
  28: (bytes) => (bytes.length === 16 ? bytes.toString('hex').replace(/(....)(?=.)/g, '$1:') : null),
};

/** The addresses and aliases that an answer tells: [name, type, value] each. Bytes are not trusted: what does not fit ends the walk. */
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
    const told = type === 5 ? nameAt(message, from)?.name : value[type]?.(message.subarray(from, at));
    if (told) yield [owner.name, TYPES[type], told];
  }
}

async function main(device, count = Infinity, port = 53) {
  if (!device) throw new Error('usage: dns_logger.js INTERFACE [COUNT] [PORT]');
  const capture = new Capture(device, { filter: `udp src port ${Number(port)}` });
  process.once('SIGINT', () => capture.close());
  console.log(`listening on ${device}`);
  let left = Number(count);
  for await (const frame of capture) {
    const decoded = decodeFrame(frame.linktype, frame.data, frame.len);
    const payload = layerOf(decoded, 'payload');
    if (!payload) continue;
    const message = frame.data.subarray(payload.offset, payload.offset + payload.length);
    for (const [name, type, told] of answers(message)) {
      console.log(`${new Date(Number(frame.timestamp / 1000000n)).toISOString()} ${name} ${type} ${told}`);
      if (--left <= 0) capture.close();
    }
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(isErrno(error, 'EPERM') ? `${error.code}: ${error.hint}` : error.message);
  process.exitCode = 1;
});
