// sendto(MSG_FASTOPEN) to a server whose cookie is not known fails with EINPROGRESS, and sends
// nothing.
import { AF_INET, AF_INET6, MessageBatch, MSG_FASTOPEN, SOCK_STREAM, socket } from 'bsd-socket';
import { type AnySocket, closing, failure, python, within } from './sockets';

const flags = MSG_FASTOPEN;
type To = readonly [host: string, port: number];
const batch = (to: To) => {
  const made = new MessageBatch({ count: 1, size: 10 });
  made.set(0, Buffer.from('hello'), to as never);
  return made;
};
const CALLS: [name: string, sent: unknown, call: (s: AnySocket, to: To) => unknown][] = [
  ['sendto', 5, (s, to) => s.sendto('hello', flags, to)],
  ['sendto with options', 5, (s, to) => s.sendto('hello', to, { flags })],
  ['sendmsg', 5, (s, to) => s.sendmsg([Buffer.from('hel'), Buffer.from('lo')], { to, flags })],
  ['sendmmsg', 1, (s, to) => s.sendmmsg(batch(to), { flags })],
  ['sendmsgSync', 5, (s, to) => s.sendmsgSync([Buffer.from('hello')], { to, flags })],
  ['sendtoSync', 5, (s, to) => s.sendtoSync('hello', flags, to)],
  ['sendmmsgSync', 1, (s, to) => s.sendmmsgSync(batch(to), flags)],
];

// A listener without TCP_FASTOPEN never gives a cookie.
describe.each([
  ['IPv4', AF_INET, '127.0.0.1'],
  ['IPv6', AF_INET6, '::1'],
] as const)('%s', (_, family, host) => {
  const made = () => closing(socket(family as typeof AF_INET, SOCK_STREAM));

  test.each(CALLS)('%s connects and sends, as in C', async (_, sent, call) => {
    const listener = made().bind([host, 0]).listen();
    const { port } = listener.getsockname();
    expect(await python('fastopen.py', host, String(port))).toEqual({ sent: 5 });
    const [conn] = await listener.accept();
    closing(conn);
    const client = made();
    expect(await within(Promise.resolve(call(client, [host, port])), 'the call')).toBe(sent);
    const [other] = await listener.accept();
    expect((await closing(other).recv(10)).toString()).toBe('hello');
  });

  test.each(CALLS)('%s is refused where nobody listens', async (_, _sent, call) => {
    const gone = made().bind([host, 0]);
    const { port } = gone.getsockname();
    gone.close();
    expect(await python('fastopen.py', host, String(port))).toEqual({ error: 'ECONNREFUSED' });
    const error = await failure(() => within(Promise.resolve(call(made(), [host, port])), 'it'));
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
