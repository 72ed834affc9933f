// Answers multicast questions, mDNS-like: from the interface that was asked on, with the address it
// has there. node examples/multicast_responder.js [group] [port] [name]
const {
  Socket,
  interfaces,
  AF_INET,
  SOCK_DGRAM,
  IPPROTO_IP,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_LOOP,
} = require('bsd-socket');

async function main(group = '224.0.0.251', port = '5354', name = 'here.local') {
  const s = new Socket({
    family: AF_INET,
    type: SOCK_DGRAM,
    options: { SO_REUSEADDR: true },
    enable: { pktinfo: true, ttl: true },
  });
  s.bind(['', Number(port)]);
  s.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  const own = new Map(); // interface index: our address there
  for (const { index, flags, addresses } of interfaces()) {
    const address = addresses.find(({ family }) => family === AF_INET)?.address;
    if (!address || !flags.includes('UP') || !flags.includes('MULTICAST')) continue;
    own.set(index, address);
    s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, { group, interface: index });
  }
  console.log('Listening on port', s.getsockname().port, 'of', [...own.values()].join(' '));

  for await (const message of s.messages()) {
    if (message.data.toString() !== `${name}?`) continue;
    const { ifindex, address, ttl } = message;
    const from = own.get(ifindex);
    console.log(`asked by ${address.address} on interface ${ifindex} at ${message.to}, ttl ${ttl}`);
    await s.sendmsg([Buffer.from(`${name} is at ${from}`)], {
      to: address,
      ifindex,
      from,
      ttl: 255,
    });
  }
}

main(...process.argv.slice(2));
