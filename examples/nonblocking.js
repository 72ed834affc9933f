// Four ways not to wait for ever.   node examples/nonblocking.js
const { Socket, isErrno, AF_UNIX, SOCK_DGRAM } = require('bsd-socket');

async function main() {
  const [a, b] = Socket.pair(AF_UNIX, SOCK_DGRAM);
  try {
    // 1. try: null where C answers EAGAIN.
    console.log('tryRecv with nothing there:', b.tryRecv(64));
    await a.send('one');
    console.log('tryRecv with a datagram there:', b.tryRecv(64).toString());

    // 2. a limit for this call, in milliseconds; 3. a limit for the socket, in Python's seconds.
    await b.recv(64, { timeoutMs: 20 }).catch((error) => console.log('timeoutMs:', error.code));
    b.settimeout(0.02);
    await b.recv(64).catch((error) => console.log('settimeout:', error.code, error.isTimeout));
    b.settimeout(null);

    // 4. an AbortSignal: the promise rejects with its reason.
    const stop = new AbortController();
    const pending = b.recv(64, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await pending.catch((error) => console.log('signal:', error.message));

    // setblocking(false) is Python's: the Sync verbs answer EAGAIN at once.
    b.setblocking(false);
    try {
      b.recvSync(64);
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) throw error;
      console.log('recvSync, not blocking:', error.code);
    }

    // Closing a socket ends what waits on it.
    const waiting = b.recv(64);
    b.close();
    await waiting.catch((error) => console.log('closed:', error.code));
  } finally {
    a.close();
    b.close();
  }
}

main();
