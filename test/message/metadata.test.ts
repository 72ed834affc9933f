// enable() and SendExtras on loopback: what a message tells beside its data, and what may be said
// on the way out.
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_PACKET,
  AF_UNIX,
  CM,
  constants,
  errors,
  type InetAddress,
  if_nametoindex,
  type Message,
  MessageBatch,
  PACKET_AUXDATA,
  SO_TIMESTAMPING,
  SO_TXTIME,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_PACKET,
  SOL_SOCKET,
  Socket,
} from 'bsd-socket';
import { itNeeds } from '../tools';
import { made, udp } from './sockets';

const {
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOF_TIMESTAMPING_TX_SCHED,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_RX_SOFTWARE,
} = constants;
const EVERYTHING = {
  pktinfo: true,
  ttl: true,
  tos: true,
  timestamp: true,
  drops: true,
  origDst: true,
} as const;
const lo = if_nametoindex('lo');
const now = () => BigInt(Date.now()) * 1_000_000n;
// Date.now() counts milliseconds, and the two clocks are read one after the other
const SLACK = 5_000_000n;

const udp6 = (enable = {}) =>
  made(new Socket({ family: AF_INET6, type: SOCK_DGRAM, enable }).bind(['::', 0]));

test('IPv4: everything there and back', async () => {
  const rx = udp(EVERYTHING);
  const tx = made(new Socket(AF_INET, SOCK_DGRAM));
  const before = now();
  await tx.sendmsg([Buffer.from('x')], {
    to: rx.getsockname(),
    from: '127.0.0.9',
    ifindex: lo,
    ttl: 7,
    tos: 0x28,
  });
  const message = await rx.recvmsg(100);
  const after = now();
  expect(message).toMatchObject({
    to: '127.0.0.1',
    ifindex: lo,
    ttl: 7,
    tos: 0x28,
    address: { address: '127.0.0.9' },
  });
  expect(message.get(CM.IP_PKTINFO)).toEqual({
    ifindex: lo,
    specDst: '127.0.0.1',
    addr: '127.0.0.1',
  });
  expect(message.get(CM.IP_ORIGDSTADDR)?.port).toBe(rx.getsockname().port);
  expect(message.timestamp).toBeGreaterThanOrEqual(before - SLACK);
  expect(message.timestamp).toBeLessThanOrEqual(after + SLACK);
  expect(message.hwTimestamp).toBeUndefined();
  expect(message.controlTruncated).toBe(false);
});

test('IPv6, and IPv4 on a dual-stack socket', async () => {
  const rx = udp6(EVERYTHING);
  const { port } = rx.getsockname();
  const tx = udp6();
  await tx.sendmsg([Buffer.from('6')], { to: ['::1', port], from: '::1', ttl: 9, tos: 0x10 });
  expect(await rx.recvmsg(10)).toMatchObject({
    to: '::1',
    ifindex: lo,
    ttl: 9,
    tos: 0x10,
    address: { address: '::1' },
  });
  await tx.sendmsg([Buffer.from('4')], {
    to: ['::ffff:127.0.0.1', port],
    from: '::ffff:127.0.0.3',
    ifindex: lo,
    ttl: 11,
    tos: 0x20,
  });
  const message = await rx.recvmsg(10);
  expect(message).toMatchObject({
    to: '::ffff:127.0.0.1',
    ifindex: lo,
    ttl: 11,
    tos: 0x20,
    address: { address: '::ffff:127.0.0.3' },
  });
});

test('without enable() nothing is told, and false turns it off again', async () => {
  const rx = udp();
  const tx = udp();
  await tx.sendto('x', rx.getsockname());
  const bare = await rx.recvmsg(10, { control: 200 });
  expect([bare.control, bare.to, bare.ttl, bare.timestamp]).toEqual([
    [],
    undefined,
    undefined,
    undefined,
  ]);
  rx.enable({ ttl: true, pktinfo: true }).enable({ pktinfo: false });
  await tx.sendto('x', rx.getsockname());
  expect(await rx.recvmsg(10)).toMatchObject({ ttl: 64, to: undefined });
});

test('too little room is visible, and leaves what fits', async () => {
  const rx = udp(EVERYTHING);
  await udp().sendto('hello', rx.getsockname());
  const message = await rx.recvmsg(2, { control: 40 });
  expect([message.truncated, message.controlTruncated, message.data.toString()]).toEqual([
    true,
    true,
    'he',
  ]);
  expect(message.control.length).toBeLessThan(3);
});

test('drops counts what the receive buffer could not hold', async () => {
  const rx = udp({ drops: true });
  rx.options.SO_RCVBUF = 1;
  const tx = udp();
  for (let i = 0; i < 200; i++) await tx.sendto(Buffer.alloc(100), rx.getsockname());
  while (rx.tryRecv(10)) await new Promise(setImmediate);
  await tx.sendto('after', rx.getsockname());
  const { drops } = await rx.recvmsg(10);
  expect(drops).toBeGreaterThan(0);
  expect(drops).toBe(rx.stats.drops);
});

test('what a family cannot tell is refused with its name, and so is what no family knows', () => {
  const unix = made(new Socket(AF_UNIX, SOCK_DGRAM));
  expect(() => unix.enable({ ttl: true })).toThrow(/enable: ttl/);
  expect(() => unix.enable({ colour: true } as never)).toThrow(
    /^enable: option 'colour' is unknown; known are 'pktinfo', 'ttl'/,
  );
  expect(() => unix.enable({ timestamps: true } as never)).toThrow(/did you mean 'timestamp'/);
  expect(() => unix.enable({ drops: 1 } as never)).toThrow(TypeError);
  expect(() => unix.enable(null as never)).toThrow(TypeError);
  expect(() => new Socket({ family: AF_UNIX, type: SOCK_DGRAM, enable: { gro: true } })).toThrow(
    /gro/,
  );
  const netlink = made(
    new Socket({ family: AF_NETLINK, type: SOCK_RAW, enable: { pktinfo: true } }),
  );
  expect(netlink.closed).toBe(false);
});

test('extras are checked before the call', async () => {
  const tx = udp();
  const to = tx.getsockname();
  const send = (extras: object) => () => tx.trySendmsg([Buffer.from('x')], { to, ...extras });
  expect(send({ ttl: 0 })).toThrow(/ttl/);
  expect(send({ tos: 256 })).toThrow(/tos/);
  expect(send({ ifindex: 1.5 })).toThrow(/ifindex/);
  expect(send({ segmentSize: 0 })).toThrow(/segmentSize/);
  expect(send({ txtime: 'soon' })).toThrow(/SCM_TXTIME/);
  expect(send({ from: 'nowhere' })).toThrow();
  expect(send({ TTL: 3 })).toThrow(/sendmsg: option 'TTL' is unknown: did you mean 'ttl'/);
  const batch = new MessageBatch({ count: 1, size: 8 });
  expect(() => batch.set(0, Buffer.from('x'), to, { TTL: 3 } as never)).toThrow(
    /did you mean 'ttl'/,
  );
  expect(() => new MessageBatch({ cont: 1, size: 8 } as never)).toThrow(/did you mean 'count'/);
  await expect(tx.sendmsg([Buffer.from('x')], { to, ttl: 300 })).rejects.toThrow(RangeError);
  // not an address of this machine: the kernel's word
  expect(send({ from: '192.0.2.1' })).toThrow(errors.ENETUNREACH);
  const unix = made(new Socket(AF_UNIX, SOCK_DGRAM));
  expect(() => unix.trySendmsg([Buffer.from('x')], { ttl: 3 })).toThrow(/internet sockets/);
});

test('txtime goes along where SO_TXTIME is on', async () => {
  const rx = udp();
  const tx = udp();
  const how = Buffer.alloc(8);
  how.writeInt32LE(1); // CLOCK_MONOTONIC
  tx.setsockopt(SOL_SOCKET, SO_TXTIME as number, how);
  await tx.sendmsg([Buffer.from('later')], {
    to: rx.getsockname(),
    txtime: process.hrtime.bigint() + 1_000_000n,
  });
  expect((await rx.recvmsg(10)).data.toString()).toBe('later');
});

test('timestamps of what was sent come through the error queue, each with its id', async () => {
  const rx = udp();
  const tx = udp();
  tx.setsockopt(
    SOL_SOCKET,
    SO_TIMESTAMPING,
    SOF_TIMESTAMPING_TX_SOFTWARE |
      SOF_TIMESTAMPING_TX_SCHED |
      SOF_TIMESTAMPING_SOFTWARE |
      SOF_TIMESTAMPING_OPT_ID,
  );
  const before = now();
  for (let i = 0; i < 3; i++) await tx.sendto(`m${i}`, rx.getsockname());
  const seen: [number, number][] = [];
  for await (const message of tx.errors({ signal: AbortSignal.timeout(5000) })) {
    const { origin, errno, info, data } = message.error;
    expect([origin, errno]).toEqual(['timestamping', 'ENOMSG']);
    const stamp = message.get(CM.SCM_TIMESTAMPING)?.software as bigint;
    expect(stamp).toBeGreaterThanOrEqual(before - SLACK);
    expect(stamp).toBeLessThanOrEqual(now() + SLACK);
    expect(message.data.toString()).toContain(`m${data}`); // the packet as it left
    seen.push([data, info]);
    if (seen.length === 6) break;
  }
  const { SCM_TSTAMP_SND, SCM_TSTAMP_SCHED } = constants;
  for (let id = 0; id < 3; id++)
    for (const kind of [SCM_TSTAMP_SND, SCM_TSTAMP_SCHED]) expect(seen).toContainEqual([id, kind]);
});

/**
 * What `rx` sends itself, once it has a timestamp: the kernel starts to stamp some time after it
 * was asked to, in a work queue.
 */
async function stamped(
  rx: Socket<InetAddress>,
  size: number,
  control = 1024,
): Promise<Message<InetAddress>> {
  for (let left = 1000; ; left--) {
    rx.trySendto('x', rx.getsockname());
    const message = await rx.recvmsg(size, { control });
    if (message.timestamp !== undefined || left === 0) return message;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("enable({ timestamp: 'hardware' }) gives the kernel's time too, and one message may ask for its own timestamp", async () => {
  const rx = udp({ timestamp: 'hardware' });
  const tx = udp();
  tx.setsockopt(
    SOL_SOCKET,
    SO_TIMESTAMPING,
    SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE,
  );
  const errors = tx.errors({ signal: AbortSignal.timeout(5000) });
  await tx.sendmsg([Buffer.from('x')], {
    to: rx.getsockname(),
    control: [CM.SO_TIMESTAMPING(SOF_TIMESTAMPING_TX_SOFTWARE)],
  });
  await rx.recvmsg(10);
  const message = await stamped(rx, 10);
  expect(message.timestamp).toBeGreaterThan(now() - 60_000_000_000n);
  expect(message.hwTimestamp).toBeUndefined(); // loopback has no such clock
  const { value } = await errors.next();
  expect(value.error.origin).toBe('timestamping');
});

test("enable({ timestamp }) turns 'hardware' off again, and what was said about sending stays", () => {
  const sock = udp();
  const stamping = () => sock.getsockopt(SOL_SOCKET, SO_TIMESTAMPING);
  sock.enable({ timestamp: 'hardware' });
  expect(stamping() & SOF_TIMESTAMPING_RX_SOFTWARE).not.toBe(0);
  sock.enable({ timestamp: false });
  expect(stamping()).toBe(0);
  const sending =
    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID;
  sock.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, sending);
  sock.enable({ timestamp: 'hardware' });
  expect(stamping() & sending).toBe(sending);
  sock.enable({ timestamp: false });
  expect(stamping() & sending).toBe(sending);
  expect(stamping() & SOF_TIMESTAMPING_RX_SOFTWARE).toBe(0);
});

test.each(['SO_TIMESTAMP_NEW', 'SO_TIMESTAMPNS_NEW', 'SO_TIMESTAMPING_NEW'] as const)(
  'a timestamp by %s is a timestamp',
  async (option) => {
    const rx = udp();
    rx.setsockopt(
      SOL_SOCKET,
      constants[option] as number,
      option === 'SO_TIMESTAMPING_NEW'
        ? SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE
        : 1,
    );
    expect((await stamped(rx, 10, 128)).timestamp).toBeGreaterThan(now() - 60_000_000_000n);
  },
);

test('extras hold on an IPv6 socket connected to an IPv4 address, in messages and in batches', async () => {
  const rx = udp({ ttl: true, tos: true, pktinfo: true });
  const tx = made(new Socket(AF_INET6, SOCK_DGRAM));
  await tx.connect(['::ffff:127.0.0.1', rx.getsockname().port]);
  await tx.sendmsg([Buffer.from('one')], { ttl: 7, tos: 8, ifindex: lo });
  const batch = new MessageBatch<never>({ count: 2, size: 10 });
  batch.set(0, Buffer.from('two'), undefined, { ttl: 9, tos: 4 });
  batch.set(1, Buffer.from('three'), undefined, { ttl: 11, from: '127.0.0.2' });
  expect(await tx.sendmmsg(batch as never)).toBe(2);
  const [one, two, three] = [await rx.recvmsg(10), await rx.recvmsg(10), await rx.recvmsg(10)];
  expect([one.ttl, one.tos, two.ttl, two.tos, three.ttl]).toEqual([7, 8, 9, 4, 11]);
  expect(three.address.address).toBe('127.0.0.2');
});

itNeeds('netns')(
  'a packet socket has messages, batches, timestamps and auxiliary data too',
  async () => {
    const rx = made(
      new Socket({
        family: AF_PACKET,
        type: SOCK_DGRAM,
        proto: 0,
        enable: { timestamp: true, drops: true },
      }),
    );
    rx.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1);
    const tx = udp();
    const { port } = tx.getsockname();
    // Before it is bound, and so hears nothing yet: what else goes over lo must not fill its queue.
    rx.attachFilter([
      { code: 0x28, jt: 0, jf: 0, k: 22 }, // the destination port
      { code: 0x15, jt: 0, jf: 1, k: port },
      { code: 0x06, jt: 0, jf: 0, k: 0xffffffff },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
    rx.bind(['lo', constants.ETH_P_IP]);
    const mine = Buffer.from('only for the packet socket');
    const isMine = (data: Buffer) => data.includes(mine);
    await tx.sendto(mine, tx.getsockname());
    let message = await rx.recvmsg(2000);
    while (!isMine(message.data)) message = await rx.recvmsg(2000);
    expect(message.address).toMatchObject({
      family: 'packet',
      ifname: 'lo',
      protocol: constants.ETH_P_IP,
    });
    expect(message.get(CM.PACKET_AUXDATA)).toMatchObject({
      len: 28 + mine.length,
      snaplen: 28 + mine.length,
    });
    expect(message.timestamp).toBeGreaterThan(now() - 60_000_000_000n);
    await tx.sendto(mine, tx.getsockname());
    for await (const batch of rx.batches())
      if (Array.from(batch, (one) => isMine(one.data)).includes(true)) break;
  },
);

test('a netlink socket tells the group', async () => {
  const rx = made(
    new Socket({ family: AF_NETLINK, type: SOCK_RAW, enable: { pktinfo: true } }).bind([0, 0]),
  );
  const request = Buffer.alloc(20); // RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP
  request.writeUInt32LE(20, 0);
  request.writeUInt16LE(18, 4);
  request.writeUInt16LE(0x301, 6);
  await rx.sendto(request, [0, 0]);
  expect((await rx.recvmsg(65535)).get(CM.NETLINK_PKTINFO)).toEqual({ group: 0 });
});
