// Sends all its messages in one piece, which a server without framing would take for one.
//   node examples/framed_client.js port message...
const { create_connection, SHUT_WR } = require('bsd-socket');
const { frame, frames } = require('./framing.js');

async function main(port, ...messages) {
  const s = await create_connection(['127.0.0.1', Number(port)]);
  try {
    await s.sendall(Buffer.concat(messages.map(frame)));
    s.shutdown(SHUT_WR);
    for await (const answer of frames(s)) console.log('Received', answer.toString());
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
