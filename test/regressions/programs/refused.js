// The code and hint of a call that this network namespace refuses.
const S = require('bsd-socket');

const [call, host] = process.argv.slice(2);
const tcp = S.socket(S.AF_INET, S.SOCK_STREAM);
const udp = S.socket(S.AF_INET, S.SOCK_DGRAM);
const CALLS = {
  segments: () => udp.sendmsg([Buffer.alloc(6000)], { to: [host, 9], segmentSize: 3000 }),
  'connect TCP': () => tcp.connect([host, 9]),
  'connect UDP': () => udp.connect([host, 9]),
  'sendto UDP': () => udp.sendto('x', [host, 9]),
};
CALLS[call]().then(
  () => console.log(JSON.stringify({ code: 'none' })),
  ({ code, hint }) => console.log(JSON.stringify({ code, hint })),
);
