// Echoes datagrams from the address that they were sent to, on a host with many: no bind per
// address. node examples/multihomed_echo.js [port] [host]
const { Socket, CM, AF_INET, SOCK_DGRAM } = require('bsd-socket');

async function main(port = '50008', host = '') {
  const s = new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { pktinfo: true } });
  s.bind([host, Number(port)]);
  console.log('Listening on port', s.getsockname().port);
  for await (const message of s.messages()) {
    // specDst is our own address even where the datagram was a broadcast.
    const { specDst, ifindex } = message.get(CM.IP_PKTINFO);
    await s.sendmsg([message.data], { to: message.address, from: specDst, ifindex });
    console.log(message.data.length, 'bytes for', specDst, 'on interface', ifindex);
  }
}

main(...process.argv.slice(2));
