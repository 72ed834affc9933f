// Echoes datagrams from the address that they were sent to, on a host with many addresses: without a
// bind for each. node examples/multihomed_echo.js [port] [host]
const { Socket, AF_INET, SOCK_DGRAM } = require('bsd-socket');

async function main(port = '50008', host = '') {
  const s = new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { pktinfo: true } });
  s.bind([host, Number(port)]);
  console.log('Listening on port', s.getsockname().port);
  for await (const message of s.messages()) {
    // `local` is an address of this host also where the datagram was a broadcast or a multicast.
    const { data, address, local, ifindex } = message;
    await s.sendmsg([data], { to: address, from: local, ifindex });
    console.log(data.length, 'bytes for', local, 'on interface', ifindex);
  }
}

main(...process.argv.slice(2));
