// Receives one file over TCP into a directory. node examples/file_upload_server.js [directory]
// [port] [host] On the wire: u16 length of the name, u64 length of the content (network order),
// name, content; the answer is the SHA-256 in hex.
const fs = require('node:fs');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { create_server } = require('bsd-socket');

/** Exactly `size` bytes: a stream delivers them in pieces of its own choosing. */
async function recvExactly(conn, size) {
  const bytes = Buffer.alloc(size);
  for (let got = 0; got < size; ) {
    const n = await conn.recv(bytes.subarray(got));
    if (n === 0) throw new Error(`the peer closed after ${got} of ${size} bytes`);
    got += n;
  }
  return bytes;
}

async function receive(conn, directory) {
  const head = await recvExactly(conn, 10);
  const name = path.basename((await recvExactly(conn, head.readUInt16BE(0))).toString());
  if (!/[^.]/.test(name)) throw new Error(`not a file name: ${JSON.stringify(name)}`);
  const hash = createHash('sha256');
  const file = fs.openSync(path.join(directory, name), 'w');
  try {
    const chunk = Buffer.alloc(65536);
    for (let left = Number(head.readBigUInt64BE(2)); left > 0; ) {
      const n = await conn.recv(chunk.subarray(0, Math.min(left, chunk.length)));
      if (n === 0) throw new Error(`the peer closed with ${left} bytes to go`);
      hash.update(chunk.subarray(0, n));
      fs.writeSync(file, chunk, 0, n);
      left -= n;
    }
  } finally {
    fs.closeSync(file);
  }
  await conn.sendall(hash.digest('hex'));
  console.log('Stored', name);
}

async function main(directory = '.', port = '50009', host = '') {
  const s = create_server([host, Number(port)]); // sets SO_REUSEADDR, binds, listens
  try {
    console.log('Listening on port', s.getsockname()[1]);
    const [conn] = await s.accept();
    try {
      await receive(conn, directory);
    } finally {
      conn.close();
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
