// A call whose name look-up never ends by itself, ended by close(), a signal or a deadline: how it
// failed and after how many milliseconds. A silent name server listens on 127.0.0.53.
const fs = require('node:fs');
const S = require('bsd-socket');

const [call, ending] = process.argv.slice(2);
const server = S.socket(S.AF_INET, S.SOCK_DGRAM).bind(['127.0.0.53', 53]);
const tcp = S.socket();
const udp = S.socket(S.AF_INET, S.SOCK_DGRAM);
const to = ['bsd-socket.example', 80];
const controller = new AbortController();
const io = {
  close: {},
  fs: {},
  abort: { signal: controller.signal },
  deadline: { timeoutMs: 50 },
}[ending];

const CALLS = {
  connect: () => tcp.connect(to, io),
  'connect UDP': () => udp.connect(to, io),
  sendto: () => tcp.sendto('x', to, io),
  'sendto UDP': () => udp.sendto('x', to, io),
  sendmsg: () => udp.sendmsg([Buffer.from('x')], { to, ...io }),
  create_connection: () => S.create_connection(to, io),
};

function report(result) {
  fs.writeSync(1, JSON.stringify(result));
}

void (async () => {
  if (ending === 'fs') {
    for (let i = 0; i < 8; i++) CALLS[call]().catch(() => {});
    const start = performance.now();
    await fs.promises.readFile(__filename);
    report({ code: 'read', ms: performance.now() - start });
    process.exit(0);
  }
  const pending = CALLS[call]();
  setTimeout(() => {
    if (ending === 'close') {
      tcp.close();
      udp.close();
    }
    if (ending === 'abort') controller.abort();
  }, 50);
  const start = performance.now();
  try {
    await pending;
    report({ code: 'none', ms: 0 });
  } catch (error) {
    const code = error.name === 'AbortError' ? 'ABORT_ERR' : error.code;
    report({ code, syscall: error.syscall, ms: performance.now() - start - 50 });
  }
  server.close();
  tcp.close();
  udp.close();
})();
