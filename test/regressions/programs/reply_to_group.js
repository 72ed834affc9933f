// In an own network namespace, on its interface va: a datagram to an IPv6 group is replied to.
// Prints what the receiver saw and the sender got back.
const {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IPV6_MULTICAST_IF,
  SOCK_DGRAM,
  Socket,
  if_nametoindex,
} = require('bsd-socket');

const group = 'ff02::1234';

async function main() {
  const va = if_nametoindex('va');
  const receiver = new Socket({ family: AF_INET6, type: SOCK_DGRAM, enable: { pktinfo: true } });
  receiver.bind(['::', 0]);
  receiver.setsockopt(IPPROTO_IPV6, IPV6_JOIN_GROUP, { group, interface: va });
  const sender = new Socket(AF_INET6, SOCK_DGRAM).bind(['fd08::1', 0]);
  sender.setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_IF, va);
  await sender.sendto('ask', [group, receiver.getsockname().port]);
  const { to, local, ifindex, address } = await receiver.recvmsg(10);
  await receiver.sendmsg([Buffer.from('reply')], { to: address, from: local, ifindex });
  const reply = await sender.recv(10, { timeoutMs: 5000 });
  console.log(
    JSON.stringify({ to, local: local ?? null, isVa: ifindex === va, reply: reply.toString() }),
  );
  sender.close();
  receiver.close();
}

main();
