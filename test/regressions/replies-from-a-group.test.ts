// A reply to a multicast or broadcast datagram is sent from the group, which the kernel refuses.
import * as path from 'node:path';
import {
  AF_INET,
  AF_INET6,
  type Inet6Address,
  type InetAddress,
  IP_ADD_MEMBERSHIP,
  IP_MULTICAST_IF,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IPV6_MULTICAST_IF,
  IPV6_V6ONLY,
  if_nametoindex,
  type Message,
  MessageBatch,
  SO_BROADCAST,
  SOCK_DGRAM,
  SOL_SOCKET,
  Socket,
} from 'bsd-socket';
import { itNeeds, netnsPair } from '../tools';
import { closing } from './sockets';

const lo = if_nametoindex('lo');

function sender4(): Socket<InetAddress> {
  const s = closing(new Socket(AF_INET, SOCK_DGRAM)).bind(['127.0.0.1', 0]);
  s.setsockopt(SOL_SOCKET, SO_BROADCAST, true);
  s.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, '127.0.0.1');
  return s;
}

function receiver4(): Socket<InetAddress> {
  const s = closing(
    new Socket({ family: AF_INET, type: SOCK_DGRAM, enable: { pktinfo: true } }),
  ).bind(['0.0.0.0', 0]);
  s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, { group: '239.1.2.3', interface: 'lo' });
  return s;
}

const IPV4 = [
  ['a unicast', '127.0.0.1', '127.0.0.1'],
  ['another unicast', '127.0.0.9', '127.0.0.9'],
  ['a multicast', '239.1.2.3', '127.0.0.1'],
  ['a broadcast', '127.255.255.255', '127.0.0.1'],
] as const;

describe.each(IPV4)('%s datagram, to %s', (_, destination, local) => {
  it('is replied to from `local`', async () => {
    const tx = sender4();
    const rx = receiver4();
    tx.sendtoSync('ask', [destination, rx.getsockname().port]);
    const message = await rx.recvmsg(10);
    expect(message).toMatchObject({ to: destination, local, ifindex: lo });
    await rx.sendmsg([Buffer.from('reply')], { to: message.address, from: message.local });
    const [data, from] = tx.recvfromSync(10);
    expect([data.toString(), from.address]).toEqual(['reply', local]);
  });

  it('has it in batches and in messages() too', async () => {
    const tx = sender4();
    const rx = receiver4();
    const to = [destination, rx.getsockname().port] as const;
    tx.sendtoSync('1', to);
    const batch = new MessageBatch<InetAddress>({ count: 1, size: 10 });
    await rx.recvmmsg(batch);
    expect(batch.message(0)).toMatchObject({ to: destination, local });
    tx.sendtoSync('2', to);
    for await (const message of rx.messages()) {
      expect(message).toMatchObject({ to: destination, local });
      break;
    }
  });
});

it('without enable({ pktinfo }) there is no `local`', async () => {
  const rx = closing(new Socket(AF_INET, SOCK_DGRAM)).bind(['127.0.0.1', 0]);
  sender4().sendtoSync('x', rx.getsockname());
  expect((await rx.recvmsg(10)).local).toBeUndefined();
});

describe('IPv6', () => {
  const receiver6 = (): Socket<Inet6Address> => {
    const s = closing(new Socket({ family: AF_INET6, type: SOCK_DGRAM }));
    s.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, false);
    s.bind(['::', 0]).enable({ pktinfo: true });
    s.setsockopt(IPPROTO_IPV6, IPV6_JOIN_GROUP, { group: 'ff01::1234', interface: 'lo' });
    return s;
  };
  const sender6 = (): Socket<Inet6Address> => {
    const s = closing(new Socket({ family: AF_INET6, type: SOCK_DGRAM }));
    s.bind(['::1', 0]).setsockopt(IPPROTO_IPV6, IPV6_MULTICAST_IF, 1);
    return s;
  };
  const replied = async (rx: Socket<Inet6Address>, message: Message<Inet6Address>) => {
    const { local: from, ifindex, address: to } = message;
    return rx.sendmsg([Buffer.from('reply')], { to, from, ifindex });
  };

  it('a unicast destination is `local`', async () => {
    const [tx, rx] = [sender6(), receiver6()];
    tx.sendtoSync('ask', ['::1', rx.getsockname().port]);
    const message = await rx.recvmsg(10);
    expect(message).toMatchObject({ to: '::1', local: '::1' });
    await replied(rx, message);
    expect(tx.recvfromSync(10)[1].address).toBe('::1');
  });

  itNeeds('netns', 'ip')('a group is not: the kernel chooses the source', async () => {
    const [ns] = netnsPair();
    const program = path.join(__dirname, 'programs/reply_to_group.js');
    const { stdout } = await ns.run(process.execPath, [program]);
    expect(JSON.parse(stdout)).toEqual({
      to: 'ff02::1234',
      local: null,
      isVa: true,
      reply: 'reply',
    });
  });

  it.each(IPV4)('on a dual-stack socket, %s IPv4 datagram to %s has it too', async (...row) => {
    const [, destination, local] = row;
    const rx = receiver6();
    const member = receiver4(); // joins the group for the interface
    expect(member.closed).toBe(false);
    rx.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, { group: '239.1.2.3', interface: 'lo' });
    const tx = sender4();
    tx.sendtoSync('ask', [destination, rx.getsockname().port]);
    const message = await rx.recvmsg(10);
    expect(message.local).toBe(`::ffff:${local}`);
    await replied(rx, message);
    const [data, from] = tx.recvfromSync(10);
    expect([data.toString(), from.address]).toEqual(['reply', local]);
  });
});

describe('a source that is no local unicast address has a hint', () => {
  const says = /is no unicast address of this machine.*`local` of the message/;
  const data = [Buffer.from('x')];

  it.each(['239.1.2.3', '255.255.255.255', '192.0.2.1'])('%s', (from) => {
    const s = sender4();
    const to = s.getsockname();
    expect(() => s.sendmsgSync(data, { to, from })).toThrow(
      expect.objectContaining({ syscall: 'sendmsg', hint: expect.stringMatching(says) }),
    );
    const batch = new MessageBatch<InetAddress>({ count: 1, size: 1 });
    batch.set(0, Buffer.from('x'), to, { from });
    expect(() => s.sendmmsgSync(batch)).toThrow(
      expect.objectContaining({ syscall: 'sendmmsg', hint: expect.stringMatching(says) }),
    );
  });

  it.each(['ff02::1', '2001:db8::1'])('%s', (from) => {
    const s = closing(new Socket(AF_INET6, SOCK_DGRAM)).bind(['::1', 0]);
    expect(() => s.sendmsgSync(data, { to: s.getsockname(), from })).toThrow(
      expect.objectContaining({ syscall: 'sendmsg', hint: expect.stringMatching(says) }),
    );
  });
});
