// A sockaddr_in of loopback by hand, for the calls of layer 0.
const { AF_INET } = require('bsd-socket');

function sockaddrIn(port) {
  const bytes = Buffer.alloc(16);
  new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] = AF_INET; // sa_family is in host order
  bytes.writeUInt16BE(port, 2);
  bytes.set([127, 0, 0, 1], 4);
  return bytes;
}

module.exports = { sockaddrIn };
