// One unix-datagram peer whose receive queue is full holds up sends to all the others.
import {
  AF_UNIX,
  MessageBatch,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOL_SOCKET,
  type Socket,
  socket,
  type UnixAddress,
} from 'bsd-socket';
import { closing, settled, unhandled, unixPath, within } from './sockets';

type Unix = Socket<UnixAddress>;

let client: Unix;
let full: Unix;
let idle: Unix;
let fullPath: string;
let idlePath: string;

const bound = (path: string) => closing(socket(AF_UNIX, SOCK_DGRAM).bind(path));
beforeEach(() => {
  [fullPath, idlePath] = [unixPath(), unixPath()];
  [client, full, idle] = [bound(unixPath()), bound(fullPath), bound(idlePath)];
  while (client.trySendto('filler', fullPath) !== null);
});

const batchTo = (path: string) => {
  const batch = new MessageBatch<UnixAddress>({ count: 1, size: 10 });
  batch.set(0, Buffer.from('x'), path);
  return batch;
};
const SENDS: [name: string, send: (to: string) => Promise<number>][] = [
  ['sendto', (to) => client.sendto('x', to)],
  ['sendmsg', (to) => client.sendmsg([Buffer.from('x')], { to })],
  ['sendmmsg', (to) => client.sendmmsg(batchTo(to))],
];
const OTHERS: [name: string, send: (to: string) => unknown][] = [
  ...SENDS,
  ['sendtoSync', (to) => client.sendtoSync('x', to)],
  ['sendmsgSync', (to) => client.sendmsgSync([Buffer.from('x')], { to })],
  ['sendmmsgSync', (to) => client.sendmmsgSync(batchTo(to))],
  ['trySendto', (to) => client.trySendto('x', to)],
  ['trySendmsg', (to) => client.trySendmsg([Buffer.from('x')], { to })],
  ['trySendmmsg', (to) => client.trySendmmsg(batchTo(to))],
];

describe.each(SENDS)('while a %s waits for the full peer', (_, waiting) => {
  test.failing.each(OTHERS)('%s to another peer goes at once', async (_, send) => {
    const held = unhandled(waiting(fullPath));
    client.settimeout(0.1);
    const sent = Promise.resolve().then(() => send(idlePath));
    expect(await within(sent, 'the send to the idle peer')).toBe(1);
    expect(idle.tryRecv(10)?.toString()).toBe('x');
    expect(await settled(held)).toBe(false);
  });
});

test.failing('the order to each peer holds', async () => {
  const sends = ['a', 'b', 'c'].map((text) => unhandled(client.sendto(text, fullPath)));
  const others = ['1', '2', '3'].map((text) => unhandled(client.sendto(text, idlePath)));
  await within(Promise.all(others), 'sends to the idle peer');
  expect([1, 2, 3].map(() => idle.tryRecv(10)?.toString())).toEqual(['1', '2', '3']);
  const got: string[] = [];
  while (got.at(-1) !== 'c') got.push((await full.recv(10)).toString());
  await Promise.all(sends);
  expect(got.filter((text) => text !== 'filler')).toEqual(['a', 'b', 'c']);
});

test.failing('a send that waits for the full peer tries again once there is room, not all the time', async () => {
  const held = unhandled(client.sendto('x', fullPath));
  await settled(held);
  const before = client.stats.eagain;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(client.stats.eagain - before).toBeLessThanOrEqual(3); // polling each 5 ms makes 40
  while (full.tryRecv(10) !== null);
  expect(await within(held, 'the send')).toBe(1);
});

test('where the peer is connected elsewhere, the send goes on too', async () => {
  await full.connect(idlePath); // others cannot connect to it now, nor send
  const peer = bound(unixPath());
  await peer.connect(fullPath).catch(() => {});
  await full.connect(client.getsockname());
  while (client.trySendto('filler', fullPath) !== null);
  const held = unhandled(client.sendto('x', fullPath));
  expect(await settled(held)).toBe(false);
  while (full.tryRecv(10) !== null);
  expect(await within(held, 'the send')).toBe(1);
});

test('where the own send buffer is full, all wait, as in C', async () => {
  const sender = bound(unixPath());
  sender.setsockopt(SOL_SOCKET, SO_SNDBUF, 4608);
  const [path, other] = [unixPath(), unixPath()];
  const receiver = bound(path);
  bound(other);
  const big = Buffer.alloc(2000);
  while (sender.trySendto(big, path) !== null);
  const state = await sender.wait({ write: true }, { timeoutMs: 20 }).catch(() => undefined);
  expect(state).toBeUndefined(); // poll(2): no POLLOUT
  expect(sender.trySendto(big, other)).toBeNull();
  const held = unhandled(sender.sendto(big, other));
  expect(await settled(held)).toBe(false);
  while (receiver.tryRecv(10) !== null);
  expect(await within(held, 'the send')).toBe(2000);
});
