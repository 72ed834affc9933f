// Who is on this Ethernet: ARP requests for every address of a network, and the answers (needs
// CAP_NET_RAW).
//   node examples/arp_scan.js INTERFACE [NETWORK/PREFIX]
const { interfaces, isErrno, AF_INET } = require('bsd-socket');
const { Capture } = require('bsd-socket/capture');
const {
  arp,
  decodeFrame,
  ethernet,
  layerOf,
  ARPOP_REPLY,
  ARPOP_REQUEST,
  ETHERTYPE_ARP,
} = require('bsd-socket/packet');

const number = (address) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const text = (address) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

/** The hosts' addresses of a network: not its own, not its broadcast. */
function* hosts(network, prefix) {
  const size = 2 ** (32 - prefix);
  const first = number(network) - (number(network) % size);
  for (let i = 1; i < size - 1; i++) yield text(first + i);
}

async function main(device, network) {
  const found = interfaces().find(({ name }) => name === device);
  const own = found?.addresses.find(({ family }) => family === AF_INET);
  if (!own)
    throw new Error(
      `usage: arp_scan.js INTERFACE [NETWORK/PREFIX], an interface with an IPv4 address, not ${device}`,
    );
  const [base, bits = '24'] = (network ?? `${own.address}/${own.prefix}`).split('/');
  if (Number(bits) < 16) throw new Error('a network of /16 at most');

  const capture = new Capture(device, {
    filter: `arp[6:2] = ${ARPOP_REPLY} and ether dst ${found.mac}`,
    immediate: true,
  });
  try {
    const request = (tpa) =>
      ethernet(
        { src: found.mac, dst: 'ff:ff:ff:ff:ff:ff', type: ETHERTYPE_ARP },
        arp({ op: ARPOP_REQUEST, sha: found.mac, spa: own.address, tha: '00:00:00:00:00:00', tpa }),
      );
    capture.injectMany([...hosts(base, Number(bits))].map(request));
    setTimeout(() => capture.close(), 1000);
    const answered = new Set();
    for await (const frame of capture) {
      const { sha, spa } = layerOf(decodeFrame(frame.linktype, frame.data), 'arp');
      if (!answered.has(spa)) console.log(`${spa.padEnd(15)} ${sha}`);
      answered.add(spa);
    }
    console.log(`${answered.size} answered`);
  } finally {
    capture.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.log(isErrno(error, 'EPERM') ? `${error.code}: ${error.hint}` : error.message);
  process.exitCode = 1;
});
