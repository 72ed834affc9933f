// Receives one datagram that may have been sent to a group, and answers from where it came in.
const S = require('bsd-socket');

const [to] = process.argv.slice(2);
const v6 = to.includes(':');
const sock = new S.Socket({
  family: v6 ? S.AF_INET6 : S.AF_INET,
  type: S.SOCK_DGRAM,
  enable: { pktinfo: true },
  options: { SO_BROADCAST: true },
}).bind([v6 ? '::' : '0.0.0.0', 7007]);
const members = { group: to, interface: 'va' };
if (to.startsWith('239.')) sock.setsockopt(S.IPPROTO_IP, S.IP_ADD_MEMBERSHIP, members);
if (to.startsWith('ff')) sock.setsockopt(S.IPPROTO_IPV6, S.IPV6_JOIN_GROUP, members);
console.log('ready');

void (async () => {
  const message = await sock.recvmsg(100);
  const answer = (from) => sock.sendmsg([message.data], { to: message.address, from });
  let hint;
  if (message.to !== message.local)
    try {
      await answer(message.to);
    } catch (error) {
      hint = error.hint;
    }
  await answer(message.local);
  console.log(JSON.stringify({ to: message.to, local: message.local, hint }));
})();
