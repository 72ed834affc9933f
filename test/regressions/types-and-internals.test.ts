// What should compile compiles, and what is internal cannot be seen.
import * as S from 'bsd-socket';
import { type AddressLike, type InetAddress, MessageBatch, type UnixAddress } from 'bsd-socket';
import { closing } from './sockets';

test('a batch that names no address type fits every socket', () => {
  const udp = closing(S.socket(S.AF_INET, S.SOCK_DGRAM).bind(['127.0.0.1', 0]));
  const udp6 = closing(S.socket(S.AF_INET6, S.SOCK_DGRAM).bind(['::1', 0]));
  const [unix] = S.socketpair(S.AF_UNIX, S.SOCK_DGRAM).map(closing) as [S.Socket<UnixAddress>];
  const batch = new MessageBatch({ count: 2, size: 100 });
  expect(udp.tryRecvmmsg(batch)).toBe(0);
  expect(udp6.tryRecvmmsg(batch)).toBe(0);
  expect(unix.tryRecvmmsg(batch)).toBe(0);
  const own = new MessageBatch<InetAddress>({ count: 2, size: 100 });
  expect(udp.tryRecvmmsg(own)).toBe(0);
  const to: AddressLike<InetAddress> = udp.getsockname();
  own.set(0, Buffer.from('x'), to);
  expect(udp.trySendmmsg(own)).toBe(1);
});

/** Every name that an object of the class has, its prototypes' included. */
function names(made: object): string[] {
  const found: string[] = [];
  for (let o = made; o !== Object.prototype; o = Object.getPrototypeOf(o) as object)
    found.push(...Object.getOwnPropertyNames(o));
  return found;
}

const INTERNAL: [what: string, made: () => object, internal: string[]][] = [
  [
    'MessageBatch',
    () => new MessageBatch({ count: 1, size: 1 }),
    ['block', 'span', 'owned', 'received', 'prepare'],
  ],
  [
    'Socket',
    () => closing(S.socket()),
    [
      'channel',
      'counters',
      'controlRoom',
      'cloexec',
      'hasEnd',
      'errorQueue',
      'patience',
      'open',
      'duplicate',
      'ensureNonblocking',
      'again',
      'queueErrors',
      'peerBytes',
      'othersFirst',
      'fresh',
      'handOver',
    ],
  ],
  [
    'the options of a socket',
    () => closing(S.socket()).options,
    ['get_table', 'get_blank', 'get_ao_keys'],
  ],
];

const hidden = (_what: string, made: () => object, internal: string[]) => {
  const seen = names(made());
  expect(internal.filter((name) => seen.includes(name))).toEqual([]);
};
test.failing.each(INTERNAL.slice(0, 1))('%s shows no internals', hidden);
test.each(INTERNAL.slice(1))('%s shows no internals', hidden);

test('a Socket has no enumerable fields of its own', () => {
  expect(Object.keys(closing(S.socket()))).toEqual([]);
});
