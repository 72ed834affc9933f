// Uploads a file over TCP; sendfile(2) moves it without passing through JavaScript.
//   node examples/file_upload_client.js file [port] [host]
const fs = require('node:fs');
const path = require('node:path');
const { create_connection } = require('bsd-socket');

async function main(file, port = '50009', host = 'localhost') {
  const fd = fs.openSync(file, 'r');
  try {
    const s = await create_connection([host, Number(port)]);
    try {
      const name = Buffer.from(path.basename(file));
      const size = fs.fstatSync(fd).size;
      const head = Buffer.alloc(10);
      head.writeUInt16BE(name.length, 0);
      head.writeBigUInt64BE(BigInt(size), 2);
      await s.sendall(Buffer.concat([head, name]));
      const sent = await s.sendfile(fd);
      const answer = [];
      for await (const chunk of s) answer.push(chunk);
      console.log('Sent', sent, 'bytes, SHA-256', Buffer.concat(answer).toString());
    } finally {
      s.close();
    }
  } finally {
    fs.closeSync(fd);
  }
}

main(...process.argv.slice(2));
