// Every method of Socket and every function beside it, given what it cannot take: a typed error at
// once, nothing made, nothing crashed.
import * as fs from 'node:fs';
import * as S from 'bsd-socket';
import { dist } from '../tools';

/** What is neither a number nor bytes nor an address. */
const STRANGE = [undefined, null, true, 'x', {}, [], () => 0, Symbol('s'), 5n];
/** Numbers that are no size, no flags, no descriptor. */
const NO_INTEGER = [Number.NaN, Infinity, -Infinity, 0.5, 2 ** 32, 2 ** 53, -(2 ** 40)];
const NEGATIVE = [-1, -2147483648];

const without = (...kinds: string[]) =>
  STRANGE.filter(
    (value) =>
      !kinds.includes(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value),
  );
const SIZES = [...without(), ...NO_INTEGER, ...NEGATIVE];
const FLAGS = [...without('undefined'), ...NO_INTEGER];
const OPTIONS = [
  ...without('undefined', 'object', 'array', 'function'),
  ...NO_INTEGER,
  { signal: 5 },
  { signal: null },
  { timeoutMs: 'x' },
  { timeoutMs: -1 },
  { timeoutMs: Number.NaN },
  { flags: 'x' },
  { flags: 2 ** 40 },
];
const DATA = [...without('string'), 5, Number.NaN];
const BUFFERS = [...without('array'), 5, [5], ['x'], [null]];
const TARGETS = [[5], ['x'], [null], null, undefined, {}, 'x'];
const ADDRESSES = [
  ...without('string'),
  5,
  Number.NaN,
  [],
  ['127.0.0.1'],
  ['127.0.0.1', 'x'],
  ['127.0.0.1', -1],
  ['127.0.0.1', 65536],
  ['127.0.0.1', 1.5],
  [5, 5],
  { address: 5, port: 1 },
  { address: '::1', port: 1 },
];
const SECONDS = [...without('null'), Number.NaN, Infinity, -1, 1e12];

type Call = (sock: any, value: any) => unknown;
const bytes = Buffer.from('x');
const to = ['127.0.0.1', 9];

/** Plain and Sync calls throw; promises reject and never throw. */
const TABLE: Record<string, [values: readonly unknown[], call: Call]> = {
  'bind: address': [ADDRESSES, (s, v) => s.bind(v)],
  'listen: backlog': [[...without('undefined'), ...NO_INTEGER], (s, v) => s.listen(v)],
  'settimeout: seconds': [SECONDS, (s, v) => s.settimeout(v)],
  'setblocking: flag': [without('boolean'), (s, v) => s.setblocking(v)],
  timeoutMs: [SECONDS.filter((v) => v !== 1e12), (s, v) => (s.timeoutMs = v)],
  'set_inheritable: on': [without('boolean'), (s, v) => s.set_inheritable(v)],
  'shutdown: how': [[...without(), ...NO_INTEGER, -1, 3], (s, v) => s.shutdown(v)],
  'ioctl: request': [[...without(), ...NO_INTEGER], (s, v) => s.ioctl(v)],
  'ioctl: arg': [
    [...without('undefined'), ...NO_INTEGER],
    (s, v) => s.ioctl(S.constants.FIONREAD, v),
  ],
  'getsockopt: level': [[...without('symbol'), ...NO_INTEGER], (s, v) => s.getsockopt(v, 2)],
  'getsockopt: option': [[...without(), ...NO_INTEGER], (s, v) => s.getsockopt(1, v)],
  'getsockopt: buflen': [
    [...without('undefined'), ...NO_INTEGER, ...NEGATIVE],
    (s, v) => s.getsockopt(1, 2, v),
  ],
  'setsockopt: level': [[...without('symbol'), ...NO_INTEGER], (s, v) => s.setsockopt(v, 2, 1)],
  'setsockopt: option': [[...without(), ...NO_INTEGER], (s, v) => s.setsockopt(1, v, 1)],
  'setsockopt: value': [without('boolean'), (s, v) => s.setsockopt(S.SOL_SOCKET, S.SO_RCVBUF, v)],
  'attachFilter: program': [
    [...without('null', 'array'), 5, [5], [null]],
    (s, v) => s.attachFilter(v),
  ],
  'toServer: options': [[null, 5, 'x'], (s, v) => s.toServer(v)],
  'toServer: backlog': [['x', {}, Number.NaN, null], (s, v) => s.toServer({ backlog: v })],
  'makefile: mode': [without('undefined'), (s, v) => s.makefile(v)],
  'makefile: highWaterMark': [
    [0, -1, 0.5, Number.NaN, 'x'],
    (s, v) => s.makefile('r', { highWaterMark: v }),
  ],

  'accept: options': [OPTIONS, (s, v) => s.accept(v)],
  'connect: address': [ADDRESSES, (s, v) => s.connect(v)],
  'connect: options': [OPTIONS, (s, v) => s.connect(to, v)],
  'connect: data': [[...without('undefined'), 5], (s, v) => s.connect(to, { data: v })],
  'connectSync: address': [ADDRESSES, (s, v) => s.connectSync(v)],
  'connect_ex: address': [ADDRESSES, (s, v) => s.connect_ex(v)],
  'connect_exSync: address': [ADDRESSES, (s, v) => s.connect_exSync(v)],

  'recv: size': [SIZES, (s, v) => s.recv(v)],
  'recv: options': [OPTIONS, (s, v) => s.recv(1, v)],
  'recvSync: size': [SIZES, (s, v) => s.recvSync(v)],
  'recvSync: flags': [FLAGS, (s, v) => s.recvSync(1, v)],
  'tryRecv: size': [SIZES, (s, v) => s.tryRecv(v)],
  'tryRecv: flags': [FLAGS, (s, v) => s.tryRecv(bytes, v)],
  'recvfrom: size': [SIZES, (s, v) => s.recvfrom(v)],
  'recvfrom: options': [OPTIONS, (s, v) => s.recvfrom(1, v)],
  'recvfromSync: size': [SIZES, (s, v) => s.recvfromSync(v)],
  'recvfromSync: flags': [FLAGS, (s, v) => s.recvfromSync(1, v)],
  'tryRecvfrom: size': [SIZES, (s, v) => s.tryRecvfrom(v)],
  'recvmsg: size': [[...NO_INTEGER, ...NEGATIVE, ...TARGETS], (s, v) => s.recvmsg(v)],
  'recvmsg: options': [OPTIONS, (s, v) => s.recvmsg(1, v)],
  'recvmsg: control': [
    [...without('undefined'), ...NO_INTEGER, ...NEGATIVE],
    (s, v) => s.recvmsg(1, { control: v }),
  ],
  'recvmsgSync: size': [[...NO_INTEGER, ...NEGATIVE, ...TARGETS], (s, v) => s.recvmsgSync(v)],
  'recvmsgSync: control': [
    [...without('undefined'), ...NO_INTEGER, ...NEGATIVE],
    (s, v) => s.recvmsgSync(1, v),
  ],
  'tryRecvmsg: size': [[...NO_INTEGER, ...NEGATIVE, ...TARGETS], (s, v) => s.tryRecvmsg(v)],

  'send: data': [DATA, (s, v) => s.send(v)],
  'send: options': [OPTIONS, (s, v) => s.send(bytes, v)],
  'sendSync: data': [DATA, (s, v) => s.sendSync(v)],
  'sendSync: flags': [FLAGS, (s, v) => s.sendSync(bytes, v)],
  'trySend: data': [DATA, (s, v) => s.trySend(v)],
  'trySend: flags': [FLAGS, (s, v) => s.trySend(bytes, v)],
  'sendall: data': [DATA, (s, v) => s.sendall(v)],
  'sendall: options': [OPTIONS, (s, v) => s.sendall(bytes, v)],
  'sendallSync: data': [DATA, (s, v) => s.sendallSync(v)],
  'sendto: data': [DATA, (s, v) => s.sendto(v, to)],
  'sendto: address': [ADDRESSES, (s, v) => s.sendto(bytes, v)],
  'sendto: address after flags': [ADDRESSES, (s, v) => s.sendto(bytes, 0, v)],
  'sendto: flags': [NO_INTEGER, (s, v) => s.sendto(bytes, v, to)],
  'sendto: options': [OPTIONS, (s, v) => s.sendto(bytes, to, v)],
  'sendtoSync: data': [DATA, (s, v) => s.sendtoSync(v, to)],
  'sendtoSync: address': [ADDRESSES, (s, v) => s.sendtoSync(bytes, v)],
  'trySendto: address': [[...ADDRESSES, ['localhost', 9]], (s, v) => s.trySendto(bytes, v)],
  'sendmsg: buffers': [BUFFERS, (s, v) => s.sendmsg(v, { to })],
  'sendmsg: options': [OPTIONS, (s, v) => s.sendmsg([bytes], v)],
  'sendmsg: to': [
    ADDRESSES.filter((v) => v !== undefined),
    (s, v) => s.sendmsg([bytes], { to: v }),
  ],
  'sendmsg: control': [
    [
      ...without('undefined', 'array'),
      5,
      [5],
      [{}],
      [{ level: 1, type: 1, data: 5 }],
      [{ level: 'x', type: 1, data: bytes }],
    ],
    (s, v) => s.sendmsg([bytes], { to, control: v }),
  ],
  'sendmsgSync: buffers': [BUFFERS, (s, v) => s.sendmsgSync(v, { to })],
  'sendmsgSync: flags': [FLAGS, (s, v) => s.sendmsgSync([bytes], { to, flags: v })],
  'trySendmsg: buffers': [BUFFERS, (s, v) => s.trySendmsg(v, { to })],
  'sendmsg: from': [
    [...without('undefined', 'string'), 5, 'nowhere'],
    (s, v) => s.sendmsg([bytes], { to, from: v }),
  ],
  'sendmsg: ifindex': [
    [...without('undefined'), ...NO_INTEGER, -1],
    (s, v) => s.sendmsg([bytes], { to, ifindex: v }),
  ],
  'sendmsg: ttl': [
    [...without('undefined'), ...NO_INTEGER, 0, 256],
    (s, v) => s.sendmsg([bytes], { to, ttl: v }),
  ],
  'sendmsg: tos': [
    [...without('undefined'), ...NO_INTEGER, -1, 256],
    (s, v) => s.sendmsg([bytes], { to, tos: v }),
  ],
  'sendmsg: segmentSize': [
    [...without('undefined'), ...NO_INTEGER, 0, 65536],
    (s, v) => s.sendmsg([bytes], { to, segmentSize: v }),
  ],
  'sendmsg: txtime': [
    [...without('undefined', 'bigint'), 0.5, -1, -1n, 1n << 64n],
    (s, v) => s.sendmsg([bytes], { to, txtime: v }),
  ],
  'sendmsg: fds': [
    [...without('undefined', 'array'), 5, ['x'], [null], [-1], [0.5], [{}]],
    (s, v) => s.sendmsg([bytes], { to, fds: v }),
  ],
  'sendFds: data': [[...without(), 5], (s, v) => s.sendFds(v, [0])],
  'sendFds: fds': [
    [...without('undefined', 'array'), 5, ['x'], [null]],
    (s, v) => s.sendFds(bytes, v),
  ],
  'recvFds: size': [SIZES, (s, v) => s.recvFds(v, 1)],
  'recvFds: maxFds': [[...SIZES, 0, 254], (s, v) => s.recvFds(1, v)],
  'recvFdsSync: size': [SIZES, (s, v) => s.recvFdsSync(v, 1)],
  'recvFdsSync: maxFds': [[...SIZES, 0, 254], (s, v) => s.recvFdsSync(1, v)],
  'sendFdsSync: data': [without(), (s, v) => s.sendFdsSync(v, [0])],
  'sendFdsSync: fds': [
    [...without('undefined', 'array'), 5, ['x'], [null]],
    (s, v) => s.sendFdsSync(bytes, v),
  ],
  'enable: metadata': [
    [...without('object', 'array'), 5, { ttl: 1 }, { colour: true }, { timestamp: 'software' }],
    (s, v) => s.enable(v),
  ],
  'recvmmsg: batch': [[...STRANGE, 5], (s, v) => s.recvmmsg(v)],
  'recvmmsg: options': [
    OPTIONS,
    (s, v) => s.recvmmsg(new S.MessageBatch({ count: 1, size: 1 }), v),
  ],
  'tryRecvmmsg: flags': [
    FLAGS,
    (s, v) => s.tryRecvmmsg(new S.MessageBatch({ count: 1, size: 1 }), v),
  ],
  'sendmmsg: batch': [[...STRANGE, 5], (s, v) => s.sendmmsg(v)],
  'sendmmsg: from': [
    [...without('undefined'), ...NO_INTEGER, -1, 1],
    (s, v) => s.sendmmsg(new S.MessageBatch({ count: 1, size: 1 }), { from: v }),
  ],
  'recvmmsgSync: batch': [[...STRANGE, 5], (s, v) => s.recvmmsgSync(v)],
  'sendmmsgSync: batch': [[...STRANGE, 5], (s, v) => s.sendmmsgSync(v)],
  'sendmmsgSync: from': [
    [...without('undefined'), ...NO_INTEGER, -1, 1],
    (s, v) => s.sendmmsgSync(new S.MessageBatch({ count: 1, size: 1 }), 0, v),
  ],
  'trySendmmsg: batch': [[...STRANGE, 5], (s, v) => s.trySendmmsg(v)],
  'MessageBatch: options': [
    [
      ...STRANGE,
      5,
      { count: 0, size: 1 },
      { count: 1, size: -1 },
      { count: 1, size: 1, control: 'x' },
    ],
    (_, v) => new S.MessageBatch(v),
  ],
  'onBatch: fn': [[...without('function'), 5], (s, v) => s.onBatch(v)],
  'onBatch: options': [
    [
      ...without('undefined', 'object', 'array'),
      5,
      { budget: 'x' },
      { budget: -1 },
      { count: 0 },
      { size: 'x' },
    ],
    (s, v) => s.onBatch(() => {}, v),
  ],
  'batches: options': [
    [...without('undefined', 'object', 'array'), 5, { count: 0 }, { signal: 5 }],
    (s, v) => s.batches(v),
  ],
  'messages: options': [
    [...without('undefined', 'object', 'array'), 5, { size: -1 }, { colour: true }, { signal: 5 }],
    (s, v) => s.messages(v),
  ],
  'errors: options': [
    [...without('undefined', 'object', 'array'), 5, { signal: 5 }],
    (s, v) => s.errors(v),
  ],
  'OwnedFd: fd': [[...SIZES], (_, v) => new S.OwnedFd(v)],
  'sendfile: file': [[...SIZES, { fd: 'x' }, { fd: -1 }], (s, v) => s.sendfile(v)],
  'sendfile: offset': [
    [...without('undefined', 'null'), Number.NaN, -1, 0.5, 2 ** 60],
    (s, v) => s.sendfile(0, v),
  ],
  'sendfile: count': [
    [...without('undefined'), Number.NaN, -1, 0.5],
    (s, v) => s.sendfile(0, 0, v),
  ],
  'sendfile: options': [OPTIONS, (s, v) => s.sendfile(0, 0, 1, v)],
  'sendfileSync: file': [SIZES, (s, v) => s.sendfileSync(v)],
  'wait: events': [[...STRANGE, 5, { read: false }], (s, v) => s.wait(v)],
  'wait: options': [OPTIONS, (s, v) => s.wait({ read: true }, v)],
  'connections: options': [
    [...without('undefined', 'object', 'array'), 5, { signal: 5 }],
    (s, v) => s.connections(v),
  ],

  'socket: family': [
    [...without('undefined', 'object', 'array'), ...NO_INTEGER],
    (_, v) => S.socket(v),
  ],
  'socket: type': [[...without('undefined'), ...NO_INTEGER], (_, v) => S.socket(S.AF_INET, v)],
  'socket: proto': [
    [...without('undefined'), ...NO_INTEGER],
    (_, v) => S.socket(S.AF_INET, S.SOCK_STREAM, v),
  ],
  'Socket: fd': [
    [...without('undefined'), ...NO_INTEGER, ...NEGATIVE],
    (_, v) => new S.Socket(S.AF_INET, S.SOCK_STREAM, 0, v),
  ],
  'Socket: options': [
    [5, 'x', { NO_SUCH_OPTION: 1 }, { SO_RCVBUF: 'x' }],
    (_, v) => new S.Socket({ options: v }),
  ],
  'Socket: members': [
    [{ famly: S.AF_INET }, { SO_RCVBUF: 1 }, { timeoutMs: 5 }],
    (_, v) => new S.Socket(v),
  ],
  'Socket: signal': [[null, 5, 'x', {}], (_, v) => new S.Socket({ signal: v })],
  'Socket.fromFd: fd': [[...SIZES], (_, v) => S.Socket.fromFd(v)],
  'socketpair: family': [[...without('undefined'), ...NO_INTEGER], (_, v) => S.socketpair(v)],
  'socketpair: type': [
    [...without('undefined'), ...NO_INTEGER],
    (_, v) => S.socketpair(S.AF_UNIX, v),
  ],
  'create_server: address': [
    [...STRANGE, 5, ['127.0.0.1', -1], ['127.0.0.1', 'x'], [5, 0]],
    (_, v) => S.create_server(v),
  ],
  'create_server: options': [[null, 5, 'x'], (_, v) => S.create_server(['127.0.0.1', 0], v)],
  'create_server: backlog': [
    ['x', {}, Number.NaN],
    (_, v) => S.create_server(['127.0.0.1', 0], { backlog: v }),
  ],
  'create_server: family': [
    [null, 'x', Number.NaN],
    (_, v) => S.create_server(['127.0.0.1', 0], { family: v }),
  ],
  'create_connection: address': [
    [...STRANGE, 5, ['127.0.0.1', -1], [5, 0]],
    (_, v) => S.create_connection(v),
  ],
  'create_connection: options': [
    [null, 'x', { signal: 5 }, { timeoutMs: 'x' }, { source: 5 }, { options: 5 }],
    (_, v) => S.create_connection(['127.0.0.1', 9], v),
  ],
  'poll: set': [[...STRANGE, 5, [5], [null], [{ socket: 'x' }]], (_, v) => S.poll(v)],
  'poll: options': [OPTIONS, (s, v) => S.poll([{ socket: s, read: true }], v)],
  'pollSync: set': [
    [...without('array'), 5, [5], [null], [{ socket: 'x' }]],
    (_, v) => S.pollSync(v, 0),
  ],
  'pollSync: timeoutMs': [
    ['x', {}, true, Number.NaN],
    (s, v) => S.pollSync([{ socket: s, read: true }], v),
  ],
};

const PROMISES = new Set([
  'accept',
  'connect',
  'connect_ex',
  'recv',
  'recvfrom',
  'recvmsg',
  'send',
  'sendall',
  'sendto',
  'sendmsg',
  'sendfile',
  'sendFds',
  'recvFds',
  'recvmmsg',
  'sendmmsg',
  'wait',
  'create_connection',
  'poll',
]);

function refusalOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return { thrown: error };
  }
}

function sockets(): number {
  const isSocket = (fd: string) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // the one that read the folder
    }
  };
  return fs.readdirSync('/proc/self/fd').filter(isSocket).length;
}

const nowAndThen = () => new Promise((resolve) => setTimeout(resolve, 200, 'still waits'));

test.each(Object.entries(TABLE))('%s', async (name, [values, call]) => {
  const open = sockets();
  for (const value of values) {
    const type = /^recv|^tryRecv|^accept/.test(name) ? S.SOCK_DGRAM : S.SOCK_STREAM;
    const sock = S.socket(S.AF_INET, type);
    sock.setblocking(false);
    const shown = `${name} given ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
    const outcome = refusalOf(() => call(sock, value)) as { thrown?: unknown };
    const promised = PROMISES.has(name.split(':')[0]);
    if (promised) expect([shown, outcome instanceof Promise]).toEqual([shown, true]);
    const refusal = promised
      ? await Promise.race([(outcome as unknown as Promise<unknown>).catch((e) => e), nowAndThen()])
      : outcome?.thrown;
    sock.close();
    const { name: kind, code } = (refusal ?? {}) as { name?: string; code?: string };
    const expected = /TypeError|RangeError/.test(String(kind)) ? kind : 'TypeError or RangeError';
    expect([shown, kind]).toEqual([shown, expected]);
    expect([shown, String(code)]).toEqual([shown, expect.stringMatching(/^ERR_/)]);
  }
  for (let i = 0; i < 100 && sockets() > open; i++)
    // a look-up that was given up closes its own
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sockets()).toBeLessThanOrEqual(open);
});

test('the table names every public method that takes something', () => {
  const named = new Set(Object.keys(TABLE).map((name) => name.split(':')[0]));
  const methods = [
    ...fs
      .readFileSync(dist('types', 'socket', 'socket.d.ts'), 'utf8')
      .matchAll(/^ {4}([a-z]\w*)(?:<.*>)?\([^)]/gm),
  ].map(([, name]) => name);
  expect(methods).toContain('sendto');
  expect(
    [...new Set(methods)].filter((name) => name !== 'constructor' && !named.has(name)),
  ).toEqual([]);
});
