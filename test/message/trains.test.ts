// UDP_SEGMENT and UDP_GRO: trains of datagrams, both ways against Python.
import { type InetAddress, MessageBatch } from 'bsd-socket';
import { itNeeds, requireTool, start } from '../tools';
import { udp } from './sockets';

const SEGMENT = 100;
const parts = Array.from({ length: 10 }, (_, i) => Buffer.alloc(i < 9 ? SEGMENT : 37, 65 + i));
const train = Buffer.concat(parts);
const python = (code: string, ...args: (string | number)[]) =>
  start(requireTool('python3'), ['-c', `import socket, struct, sys\n${code}`, ...args.map(String)]);

test('a train comes as one message and is walked as its datagrams, in every form', async () => {
  const rx = udp({ gro: true });
  const tx = udp();
  const send = () => tx.sendmsg([train], { to: rx.getsockname(), segmentSize: SEGMENT });
  await send();
  const message = await rx.recvmsg(65535);
  expect([message.data.length, message.segmentSize]).toEqual([train.length, SEGMENT]);
  expect([...message.datagrams()]).toEqual(parts);
  const batch = new MessageBatch<InetAddress>({ count: 4, size: 65536 });
  await send();
  await tx.sendto('alone', rx.getsockname());
  await rx.recvmmsg(batch);
  const seen: [string, number][] = [];
  batch.datagrams((offset, length, i) =>
    seen.push([batch.slab.toString('latin1', offset, offset + length), i]),
  );
  expect(seen).toEqual([...parts.map((part) => [part.toString('latin1'), 0]), ['alone', 1]]);
  expect([batch.message(0).segmentSize, batch.message(1).segmentSize]).toEqual([
    SEGMENT,
    undefined,
  ]);
});

test('batches() and onBatch() have slots that hold a train', async () => {
  const long = Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.alloc(1000, 65 + i)));
  const rx = udp({ gro: true });
  const tx = udp();
  const send = () => tx.sendmsg([long], { to: rx.getsockname(), segmentSize: 1000 });
  await send();
  for await (const batch of rx.batches()) {
    expect(batch.message(0)).toMatchObject({ truncated: false, segmentSize: 1000 });
    expect(batch.data(0).equals(long)).toBe(true);
    break;
  }
  await send();
  const got = await new Promise<Buffer>((resolve) => {
    const pushing = rx.onBatch((batch) => {
      resolve(Buffer.from(batch.data(0)));
      pushing.stop();
    });
  });
  expect(got.equals(long)).toBe(true);
  const plain = udp();
  await tx.sendto('x', plain.getsockname());
  for await (const batch of plain.batches()) {
    expect(batch.size).toBe(2048);
    break;
  }
});

test('a batch of trains goes out, and arrives as datagrams where nobody asked for trains', async () => {
  const rx = udp();
  const tx = udp();
  const batch = new MessageBatch<InetAddress>({ count: 2, size: 2000 });
  batch.set(0, train, rx.getsockname(), { segmentSize: SEGMENT });
  batch.set(1, train.subarray(0, 50), rx.getsockname());
  expect(await tx.sendmmsg(batch)).toBe(2);
  for (const part of parts) expect(await rx.recv(2000)).toEqual(part);
  expect(await rx.recv(2000)).toHaveLength(50);
});

test('more segments than the kernel takes is its refusal', async () => {
  const tx = udp();
  expect(() =>
    tx.trySendmsg([Buffer.alloc(2000)], { to: tx.getsockname(), segmentSize: 1 }),
  ).toThrow(/EINVAL|EMSGSIZE/);
});

itNeeds('python3')('our train arrives at Python as one message and as datagrams', async () => {
  for (const gro of [1, 0]) {
    const peer = python(
      `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
s.setsockopt(17, 104, int(sys.argv[1]))
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
got = 0
while got < ${train.length}:
    data, control, flags, _ = s.recvmsg(65535, 100)
    got += len(data)
    size = [struct.unpack('i', d)[0] for level, kind, d in control if (level, kind) == (17, 104)]
    print(len(data), size[0] if size else 0, flush=True)
`,
      gro,
    );
    const [, port] = await peer.output(/^(\d+)/);
    await udp().sendmsg([train], { to: ['127.0.0.1', Number(port)], segmentSize: SEGMENT });
    const [, ...lines] = (await peer.done).stdout.trim().split('\n');
    expect(lines).toEqual(
      gro ? [`${train.length} ${SEGMENT}`] : parts.map((part) => `${part.length} 0`),
    );
  }
});

itNeeds('python3')('Python’s train arrives here', async () => {
  const rx = udp({ gro: true });
  const peer = python(
    `
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data = b''.join(bytes([65 + i]) * (100 if i < 9 else 37) for i in range(10))
s.sendmsg([data], [(17, 103, struct.pack('H', 100))], 0, ('127.0.0.1', int(sys.argv[1])))
`,
    rx.getsockname().port,
  );
  const message = await rx.recvmsg(65535);
  expect([...message.datagrams()]).toEqual(parts);
  await peer.done;
});
