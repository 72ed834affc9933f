// Answers each length-prefixed message with itself in capitals. node examples/framed_server.js
// [port] [host]
const { create_server } = require('bsd-socket');
const { frame, frames } = require('./framing.js');

async function main(port = '50010', host = '') {
  const s = create_server([host, Number(port)]);
  try {
    console.log('Listening on port', s.getsockname()[1]);
    const [conn] = await s.accept();
    try {
      let count = 0;
      for await (const message of frames(conn)) {
        count++;
        await conn.sendall(frame(message.toString().toUpperCase()));
      }
      console.log('Messages:', count);
    } finally {
      conn.close();
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
