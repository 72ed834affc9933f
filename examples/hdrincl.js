// A UDP datagram whose IP header is our own (IP_HDRINCL, needs CAP_NET_RAW), read back on an
// ordinary socket.
//   node examples/hdrincl.js [source address]
const {
  socket,
  isErrno,
  AF_INET,
  SOCK_DGRAM,
  SOCK_RAW,
  IPPROTO_RAW,
  IPPROTO_UDP,
  IPPROTO_IP,
  IP_HDRINCL,
} = require('bsd-socket');
const { IPV4, UDP, udpChecksum } = require('bsd-socket/packet');

function datagram(src, sport, dst, dport, payload) {
  const udp = Buffer.concat([
    UDP.pack({ sport, dport, length: 8 + payload.length, checksum: 0 }),
    payload,
  ]);
  udp.writeUInt16BE(udpChecksum(src, dst, udp), 6);
  const ip = IPV4.pack({
    versionIhl: 0x45,
    tos: 0,
    length: 20 + udp.length, // the kernel fills in length and checksum
    id: 0,
    fragment: 0,
    ttl: 64,
    protocol: IPPROTO_UDP,
    checksum: 0,
    src,
    dst,
  });
  return Buffer.concat([ip, udp]);
}

async function main(src = '127.1.2.3') {
  const receiver = socket(AF_INET, SOCK_DGRAM);
  try {
    const raw = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    try {
      receiver.settimeout(2);
      receiver.bind(['127.0.0.1', 0]);
      raw.setsockopt(IPPROTO_IP, IP_HDRINCL, 1);
      const { address, port } = receiver.getsockname();
      await raw.sendto(datagram(src, 4242, address, port, Buffer.from('built by hand')), [
        address,
        0,
      ]);
      const [data, from] = await receiver.recvfrom(2048);
      console.log(`${data} from ${from.address}:${from.port}`);
    } finally {
      raw.close();
    }
  } finally {
    receiver.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  if (!isErrno(error, 'EPERM', 'ETIMEDOUT')) throw error;
  console.log(`${error.code}: ${error.hint}`);
  process.exitCode = 1;
});
