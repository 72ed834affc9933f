// Messages over a byte stream: each is preceded by its length (u32, network order), because TCP
// sticks messages together and cuts them apart.

const LIMIT = 16 * 1024 * 1024;

/** A message with its length in front. */
function frame(message) {
  const body = Buffer.from(message);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** The messages that arrive on a stream socket, one by one, until its peer has finished. */
async function* frames(sock) {
  let bytes = Buffer.alloc(0);
  for await (const chunk of sock) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4) {
      const length = bytes.readUInt32BE(0);
      if (length > LIMIT)
        throw new Error(`a message of ${length} bytes is beyond the limit of ${LIMIT}`);
      if (bytes.length < 4 + length) break;
      yield bytes.subarray(4, 4 + length);
      bytes = bytes.subarray(4 + length);
    }
  }
  if (bytes.length > 0)
    throw new Error(`the stream ended inside a message, after ${bytes.length} of its bytes`);
}

module.exports = { frame, frames };
