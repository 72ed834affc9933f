// A line protocol over makefile(): the socket as a Duplex, read by node:readline. node
// examples/makefile_lines.js [port] [host]
const readline = require('node:readline');
const { create_server } = require('bsd-socket');

const COMMANDS = {
  hello: (name) => `hello ${name}`,
  add: (...numbers) => String(numbers.reduce((sum, n) => sum + Number(n), 0)),
};

async function serve(conn) {
  const file = conn.makefile('rw', { encoding: 'utf8' });
  try {
    for await (const line of readline.createInterface({ input: file })) {
      const [word, ...rest] = line.trim().split(/\s+/);
      if (word === 'quit') break;
      const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : () => `what is ${word}?`;
      file.write(`${command(...rest)}\n`);
    }
    await new Promise((done) => file.end('bye\n', done));
  } finally {
    file.destroy(); // it may be reading ahead; the socket stays open
  }
}

async function main(port = '50012', host = '') {
  const s = create_server([host, Number(port)]);
  try {
    console.log('Listening on port', s.getsockname()[1]);
    const [conn] = await s.accept();
    try {
      await serve(conn);
    } finally {
      conn.close();
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
