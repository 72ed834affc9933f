// A misspelt member of an options object is silently ignored.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as S from 'bsd-socket';
import { Capture, compile, compileAsync, PcapWriter, replay, sniff } from 'bsd-socket/capture';
import { itNeeds } from '../tools';
import { type AnySocket, closing, failure, unhandled } from './sockets';

const pair = () => S.socketpair(S.AF_UNIX, S.SOCK_STREAM).map((s) => closing(s) as AnySocket);
const stream = () => pair()[0] as AnySocket;
const udp = () => closing(S.socket(S.AF_INET, S.SOCK_DGRAM).bind(['127.0.0.1', 0])) as AnySocket;
const listener = () => closing(S.socket().bind(['127.0.0.1', 0]).listen()) as AnySocket;
const batch = () => new S.MessageBatch({ count: 1, size: 10 });
const wrong = (o: object): any => o;

/** The unknown name, and the nearest one that the message must give. */
type Row = [name: string, call: () => unknown, unknown: string, nearest: string];

const late = { timeout: 50 };
const CALLS: Row[] = [
  ['accept', () => listener().accept(wrong(late)), 'timeout', 'timeoutMs'],
  ['connect', () => udp().connect(['127.0.0.1', 9], wrong({ dta: 'x' })), 'dta', 'data'],
  ['recv', () => stream().recv(1, wrong(late)), 'timeout', 'timeoutMs'],
  ['recv into a target', () => stream().recv(Buffer.alloc(1), wrong({ flag: 0 })), 'flag', 'flags'],
  ['recvfrom', () => stream().recvfrom(1, wrong({ singal: 1 })), 'singal', 'signal'],
  ['recvmsg', () => stream().recvmsg(1, wrong({ contol: 1 })), 'contol', 'control'],
  ['recvmmsg', () => stream().recvmmsg(batch(), wrong(late)), 'timeout', 'timeoutMs'],
  ['recvFds', () => stream().recvFds(1, 1, wrong(late)), 'timeout', 'timeoutMs'],
  ['send', () => stream().send('x', wrong(late)), 'timeout', 'timeoutMs'],
  ['sendall', () => stream().sendall('x', wrong({ Flags: 0 })), 'Flags', 'flags'],
  ['sendto', () => udp().sendto('x', ['127.0.0.1', 9], wrong(late)), 'timeout', 'timeoutMs'],
  [
    'sendto with flags',
    () => udp().sendto('x', 0, ['127.0.0.1', 9], wrong(late)),
    'timeout',
    'timeoutMs',
  ],
  ['sendmsg', () => udp().sendmsg([Buffer.from('x')], wrong({ TTL: 3 })), 'TTL', 'ttl'],
  [
    'sendmsgSync',
    () => udp().sendmsgSync([Buffer.from('x')], wrong({ form: '::' })),
    'form',
    'from',
  ],
  [
    'trySendmsg',
    () => udp().trySendmsg([Buffer.from('x')], wrong({ segment_size: 3 })),
    'segment_size',
    'segmentSize',
  ],
  ['sendmmsg', () => udp().sendmmsg(batch(), wrong({ frm: 0 })), 'frm', 'from'],
  ['sendfile', () => stream().sendfile(0, 0, 1, wrong(late)), 'timeout', 'timeoutMs'],
  ['sendFds', () => stream().sendFds(Buffer.from('x'), [0], wrong(late)), 'timeout', 'timeoutMs'],
  ['wait: events', () => stream().wait(wrong({ reed: true })), 'reed', 'read'],
  ['wait', () => stream().wait({ read: true }, wrong(late)), 'timeout', 'timeoutMs'],
  ['poll', () => S.poll([{ socket: stream(), read: true }], wrong(late)), 'timeout', 'timeoutMs'],
  ['connections', () => listener().connections(wrong({ singal: 1 })), 'singal', 'signal'],
  ['messages', () => udp().messages(wrong({ pktInfo: true })), 'pktInfo', 'pktinfo'],
  ['messages: size', () => udp().messages(wrong({ sise: 1 })), 'sise', 'size'],
  ['batches', () => udp().batches(wrong({ counts: 1 })), 'counts', 'count'],
  ['onBatch', () => udp().onBatch(() => {}, wrong({ bugdet: 1 })), 'bugdet', 'budget'],
  ['errors', () => udp().errors(wrong({ signals: 1 })), 'signals', 'signal'],
  [
    'makefile',
    () => stream().makefile('rw', wrong({ highWatermark: 1 })),
    'highWatermark',
    'highWaterMark',
  ],
  ['attachFilter', () => udp().attachFilter(null, wrong({ locked: true })), 'locked', 'lock'],
  ['enable', () => udp().enable(wrong({ timestamps: true })), 'timestamps', 'timestamp'],
];

const CREATING: Row[] = [
  ['Socket', () => new S.Socket(wrong({ famly: S.AF_INET })), 'famly', 'family'],
  ['Socket: enable', () => new S.Socket(wrong({ enable: { TTL: true } })), 'TTL', 'ttl'],
  [
    'Socket: options',
    () => new S.Socket(wrong({ options: { SO_REUSEADR: true } })),
    'SO_REUSEADR',
    'SO_REUSEADDR',
  ],
  [
    'create_server',
    () => S.create_server(['127.0.0.1', 0], wrong({ reuse_port: true })),
    'reuse_port',
    'reusePort',
  ],
  [
    'create_connection',
    () => S.create_connection(['127.0.0.1', 1], wrong(late)),
    'timeout',
    'timeoutMs',
  ],
  [
    'MessageBatch',
    () => new S.MessageBatch(wrong({ count: 1, sise: 10, size: 1 })),
    'sise',
    'size',
  ],
  [
    'MessageBatch.set',
    () => batch().set(0, Buffer.from('x'), undefined, wrong({ TOS: 1 })),
    'TOS',
    'tos',
  ],
  ['options.set', () => stream().options.set(wrong({ SO_RCVBUFF: 1 })), 'SO_RCVBUFF', 'SO_RCVBUF'],
  ['capabilities', () => S.capabilities(wrong({ probes: [] })), 'probes', 'probe'],
];

const CAPTURING: Row[] = [
  ['Capture', () => closing(new Capture('lo', wrong({ fliter: 'tcp' }))), 'fliter', 'filter'],
  [
    'Capture: ring',
    () => closing(new Capture('lo', wrong({ ring: { blocksize: 1 } }))),
    'blocksize',
    'blockSize',
  ],
  ['sniff', () => sniff('lo', wrong({ counts: 1, timeoutMs: 50 })), 'counts', 'count'],
  [
    'record',
    () => closing(new Capture('lo')).record('/dev/null', wrong({ packet: 1 })),
    'packet',
    'packets',
  ],
  [
    'record: rotate',
    () => closing(new Capture('lo')).record('/dev/null', wrong({ rotate: { file: 1 } })),
    'file',
    'files',
  ],
  ['replay', () => replay('lo', '/dev/null', wrong({ sped: 1 })), 'sped', 'speed'],
];

const FILES: Row[] = [
  ['compile', () => compile('tcp', wrong({ optimise: true })), 'optimise', 'optimize'],
  ['compileAsync', () => compileAsync('tcp', wrong({ linkType: 1 })), 'linkType', 'linktype'],
  [
    'PcapWriter',
    () => new PcapWriter('/dev/null', wrong({ nanosecond: true })),
    'nanosecond',
    'nanoseconds',
  ],
];

const refuses = async (_name: string, call: () => unknown, unknown: string, nearest: string) => {
  const error = await failure(async () => {
    const result = call();
    unhandled(Promise.resolve(result));
    // an iterator or recording that was begun anyway
    const late = new Promise((resolve) => setTimeout(resolve, 300));
    await Promise.race([result, late]);
  });
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(new RegExp(`'${unknown}'.*did you mean.*'${nearest}'`));
};

test.each(CALLS)('%s', refuses);
test.each(CREATING)('%s', refuses);
const isRing = ([name]: Row) => name === 'Capture: ring';
itNeeds('root').each(CAPTURING.filter((row) => !isRing(row)))('%s', refuses);
itNeeds('root').failing.each(CAPTURING.filter(isRing))('%s', refuses);
test.each(FILES)('%s', refuses);

test('the call is not made', async () => {
  const [a, b] = pair() as [AnySocket, AnySocket];
  await failure(() => a.send('x', wrong(late)));
  expect(b.tryRecv(1)).toBeNull();
});

describe('what is no options object', () => {
  test('dgram’s rinfo, with its size, is an address', async () => {
    const [a, b] = [udp(), udp()];
    const { address, port } = b.getsockname();
    const rinfo = { address, port, family: 'IPv4' as const, size: 17 };
    expect(await a.sendto('x', rinfo)).toBe(1);
    expect(await a.sendmsg([Buffer.from('x')], { to: rinfo })).toBe(1);
    await a.connect(rinfo);
  });

  test('a holder of a descriptor may hold other things', async () => {
    const file = await fs.promises.open(__filename);
    const [a, b] = pair() as [AnySocket, AnySocket];
    expect(await a.sendfile(file as { fd: number }, 0, 10)).toBe(10);
    expect(await b.recv(10)).toHaveLength(10);
    await file.close();
  });
});

describe('prototypes', () => {
  test('members of an object’s own prototypes are read', async () => {
    const shared = Object.create({ timeoutMs: 5 }) as object;
    const error = await failure(() => stream().recv(1, shared));
    expect(error).toMatchObject({ isTimeout: true });
    class Options {
      get timeoutMs() {
        return 5;
      }
    }
    expect(await failure(() => stream().recv(1, new Options()))).toMatchObject({ isTimeout: true });
    const unknown = Object.create({ timeout: 5 }) as object;
    expect((await failure(() => stream().recv(1, unknown))).message).toMatch(/did you mean/);
  });

  test('what stands on Object.prototype is not', async () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const file = fs.openSync(os.devNull, 'r');
    try {
      Object.assign(polluted, { timeoutMs: 1, fd: file, signal: AbortSignal.abort(), unheard: 1 });
      const made = closing(new S.Socket({ family: S.AF_INET, type: S.SOCK_DGRAM }));
      expect(made.fileno()).not.toBe(file);
      const [a, b] = pair() as [AnySocket, AnySocket];
      const waiting = a.recv(1, { flags: 0 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await b.send('x', {});
      expect((await waiting).toString()).toBe('x');
      expect(closing(S.create_server(['127.0.0.1', 0], {})).closed).toBe(false);
      expect(new S.MessageBatch({ count: 1, size: 1 }).capacity).toBe(1);
    } finally {
      for (const name of ['timeoutMs', 'fd', 'signal', 'unheard']) delete polluted[name];
      fs.closeSync(file);
    }
  });
});

describe('sloppy code', () => {
  // Functions made from text are sloppy, whatever the file is.
  const assign = (name: string) => new Function('options', 'value', `options.${name} = value`);

  test('an unknown option cannot be assigned', () => {
    const { options } = stream();
    expect(() => assign('SO_RCVBUFF')(options, 1)).toThrow(
      /'SO_RCVBUFF'.*did you mean.*'SO_RCVBUF'/,
    );
    expect(() => assign('SO_TYPO')(options, 1)).toThrow(/SO_TYPO/);
    expect(options).not.toHaveProperty('SO_TYPO');
  });

  test('a read-only option cannot be assigned', () => {
    const { options } = stream();
    const before = options.SO_TYPE;
    expect(() => assign('SO_TYPE')(options, 1)).toThrow(/SO_TYPE.*read-only/);
    expect(() => assign('SO_ERROR')(options, 1)).toThrow(/SO_ERROR.*read-only/);
    expect(options.SO_TYPE).toBe(before);
  });

  test('one that exists can', () => {
    const { options } = stream();
    assign('SO_KEEPALIVE')(options, true);
    expect(options.SO_KEEPALIVE).toBe(true);
  });
});
