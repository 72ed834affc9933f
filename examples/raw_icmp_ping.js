// One ping, its packet built by hand and sent on a raw socket (needs CAP_NET_RAW). node
// examples/raw_icmp_ping.js [address]
const { socket, isErrno, AF_INET, SOCK_RAW, IPPROTO_ICMP } = require('bsd-socket');
const { ICMP_ECHO_HEADER, IPV4, checksum } = require('bsd-socket/packet');

const ECHO_REPLY = 0;
const ECHO = 8;

function echoRequest(id, seq, payload) {
  const packet = Buffer.concat([
    ICMP_ECHO_HEADER.pack({ type: ECHO, code: 0, checksum: 0, id, seq }),
    payload,
  ]);
  packet.writeUInt16BE(checksum(packet), 2);
  return packet;
}

async function main(address = '127.0.0.1') {
  const s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  try {
    s.settimeout(2);
    const id = process.pid & 0xffff;
    const started = performance.now();
    await s.sendto(echoRequest(id, 1, Buffer.from('bsd-socket')), [address, 0]);
    for (;;) {
      // IPv4 raw sockets see the IP header too, and everybody's ICMP
      const [packet, from] = await s.recvfrom(2048);
      const ip = IPV4.unpack(packet);
      const icmp = packet.subarray((ip.versionIhl & 15) * 4);
      const echo = ICMP_ECHO_HEADER.unpack(icmp);
      if (echo.type !== ECHO_REPLY || echo.id !== id) continue;
      const ms = (performance.now() - started).toFixed(3);
      console.log(
        `${icmp.length} bytes from ${from.address}: icmp_seq=${echo.seq} ttl=${ip.ttl} time=${ms} ms`,
      );
      break;
    }
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  if (!isErrno(error, 'EPERM', 'ETIMEDOUT')) throw error;
  console.log(`${error.code}: ${error.hint}`);
  process.exitCode = 1;
});
