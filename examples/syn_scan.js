// Which TCP ports of a host answer: SYN segments whose IP header is our own (IP_HDRINCL), and what
// comes back (needs CAP_NET_RAW). The kernel, which knows nothing of these connections, resets what
// answers. Scan hosts of your own only.
//   node examples/syn_scan.js SOURCE HOST PORT...
const {
  socket,
  isErrno,
  AF_INET,
  SOCK_RAW,
  IPPROTO_RAW,
  IPPROTO_TCP,
  IPPROTO_IP,
  IP_HDRINCL,
} = require('bsd-socket');
const {
  decodeFrame,
  ipv4,
  layerOf,
  tcp,
  LINKTYPE_RAW,
  TH_ACK,
  TH_RST,
  TH_SYN,
} = require('bsd-socket/packet');

const SPORT = 40000 + (process.pid % 20000);

async function main(src, dst, ...ports) {
  if (!ports.length) throw new Error('usage: syn_scan.js SOURCE HOST PORT...');
  const out = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  try {
    const back = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    try {
      out.setsockopt(IPPROTO_IP, IP_HDRINCL, 1);
      const open = new Map(ports.map((port) => [Number(port), 'no answer']));
      for (const dport of open.keys()) {
        const segment = tcp({
          src,
          dst,
          sport: SPORT,
          dport,
          flags: TH_SYN,
          seq: 1,
          ack: 0,
          window: 1024,
        });
        await out.sendto(ipv4({ src, dst, protocol: IPPROTO_TCP }, segment), [dst, 0]);
      }
      const deadline = performance.now() + 1500;
      while ([...open.values()].includes('no answer') && performance.now() < deadline) {
        const [packet] = await back.recvfrom(65535, {
          timeoutMs: Math.max(1, deadline - performance.now()),
        });
        const answer = layerOf(decodeFrame(LINKTYPE_RAW, packet), 'tcp');
        if (answer?.dport !== SPORT || !open.has(answer.sport)) continue;
        if ((answer.flags & (TH_SYN | TH_ACK)) === (TH_SYN | TH_ACK))
          open.set(answer.sport, 'open');
        else if (answer.flags & TH_RST) open.set(answer.sport, 'closed');
      }
      return open;
    } finally {
      back.close();
    }
  } finally {
    out.close();
  }
}

main(...process.argv.slice(2)).then(
  (open) => {
    for (const [port, state] of open) console.log(`${port} ${state}`);
  },
  (error) => {
    console.log(
      isErrno(error, 'EPERM', 'ENETUNREACH') ? `${error.code}: ${error.hint}` : error.message,
    );
    process.exitCode = 1;
  },
);
