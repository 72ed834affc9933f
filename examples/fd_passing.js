// Passes open files from one process to another: the receiver reads what it could not open. node
// examples/fd_passing.js receive PATH node examples/fd_passing.js send PATH FILE...
const fs = require('node:fs');
const { Socket, AF_UNIX, SOCK_STREAM, MSG_CTRUNC, SOL_SOCKET, SO_PEERCRED } = require('bsd-socket');

const MOST = 16;

async function receive(path) {
  const listener = new Socket(AF_UNIX, SOCK_STREAM).bind(path).listen();
  console.log('Listening on', path);
  const [conn] = await listener.accept();
  const { pid, uid } = conn.getsockopt(SOL_SOCKET, SO_PEERCRED);
  const { data, fds, flags } = await conn.recvFds(4096, MOST);
  console.log(
    `process ${pid} of user ${uid} sends ${fds.length} files${flags & MSG_CTRUNC ? ', and more than fit' : ''}`,
  );
  const names = data.toString().split('\n');
  for (const [i, fd] of fds.entries()) {
    console.log(`${names[i]}: ${fs.readFileSync(fd.fd, 'utf8').trim()}`);
    fd.close();
  }
  await conn.sendall('thanks');
  conn.close();
  listener.close();
  fs.unlinkSync(path);
}

async function send(path, ...files) {
  const s = new Socket(AF_UNIX, SOCK_STREAM);
  await s.connect(path);
  const fds = files.map((file) => fs.openSync(file, 'r'));
  await s.sendFds(Buffer.from(files.join('\n')), fds);
  for (const fd of fds) fs.closeSync(fd); // the receiver has its own by now
  console.log((await s.recv(100)).toString());
  s.close();
}

const [role, path, ...files] = process.argv.slice(2);
if (role === 'receive') receive(path);
else send(path, ...files);
