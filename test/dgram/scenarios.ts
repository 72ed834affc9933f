// What programs do with node:dgram, as functions of the module: each returns what could be seen.

import type * as nodeDgram from 'node:dgram';
import { once } from 'node:events';
import * as net from 'node:net';
import { types } from 'node:util';

export type Dgram = typeof nodeDgram;
type Socket = nodeDgram.Socket;

const ip = { udp4: '127.0.0.1', udp6: '::1' } as const;
type Type = keyof typeof ip;
const families = Object.keys(ip) as Type[];
const { isNativeError } = types;

/** What of an error can be seen; ports differ from run to run. */
function seen(error: unknown): unknown {
  if (!isNativeError(error)) return error;
  const { name, message, code, errno, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  return {
    name,
    message: message.replace(/:\d{4,5}\b/g, ':PORT'),
    code,
    errno,
    syscall,
    address,
    port: port !== undefined && port > 999 ? 'PORT' : port,
  };
}

const thrown = (call: () => unknown): unknown => {
  try {
    return ['returned', typeof call()];
  } catch (error) {
    return seen(error);
  }
};

async function bound(dgram: Dgram, type: Type = 'udp4', options: object = {}): Promise<Socket> {
  const socket = dgram.createSocket({ type, ...options });
  socket.bind(0, ip[type]);
  await once(socket, 'listening');
  return socket;
}

const portOf = (socket: Socket) => socket.address().port;

/** The next `count` datagrams as text with their senders’ families. */
async function received(socket: Socket, count: number): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const [data, rinfo] = (await once(socket, 'message')) as [Buffer, nodeDgram.RemoteInfo];
    all.push([String(data), rinfo.family, rinfo.address, rinfo.size, Object.keys(rinfo)]);
  }
  return all;
}

const called = (start: (done: (...args: unknown[]) => void) => unknown): Promise<unknown[]> =>
  new Promise((resolve) => start((...args) => resolve(args.map(seen))));

export const scenarios: Record<string, (dgram: Dgram) => Promise<unknown>> = {
  'every overload of send, unconnected': async (dgram) => {
    const out: unknown[] = [];
    for (const type of families) {
      const [a, b] = [await bound(dgram, type), await bound(dgram, type)];
      const [port, host] = [portOf(b), ip[type]];
      const data = Buffer.from('abcdef');
      const every: ((done: () => void) => void)[] = [
        (done) => a.send(data, port, host, done),
        (done) => a.send('text é', port, host, done),
        (done) => a.send(data, 1, 3, port, host, done),
        (done) => a.send(['ab', Buffer.from('cd'), new Uint8Array([101])], port, host, done),
        (done) => a.send(new DataView(data.buffer, data.byteOffset, 2), port, done),
        (done) => a.send(new Uint16Array([0x6161]), port, host, done),
        (done) => a.send([], port, host, done),
        (done) => a.send('', port, host, done),
        (done) => a.send(data, 2, 0, port, host, done),
        (done) => (a as never as { sendto: Socket['send'] }).sendto(data, 0, 2, port, host, done),
        (done) => a.send(data, String(port) as never, host, done),
      ];
      for (const one of every) {
        const arrives = received(b, 1);
        out.push([await called(one), await arrives]);
      }
      a.send(data, port, host);
      out.push(await received(b, 1));
      a.close();
      b.close();
    }
    return out;
  },

  'every overload of send, connected': async (dgram) => {
    const out: unknown[] = [];
    const [a, b] = [await bound(dgram), await bound(dgram)];
    out.push(
      thrown(() => a.disconnect()),
      thrown(() => a.remoteAddress()),
    );
    out.push(await called((done) => a.connect(portOf(b), ip.udp4, done)));
    out.push(thrown(() => a.connect(portOf(b))));
    const { port, ...peer } = a.remoteAddress();
    out.push(peer, port === portOf(b));
    const data = Buffer.from('abcdef');
    const every: ((done: () => void) => void)[] = [
      (done) => a.send(data, done),
      (done) => a.send(data, 1, 3, done),
      (done) => a.send(['x', 'y'], done),
      (done) => a.send('', done),
    ];
    for (const one of every) {
      const arrives = received(b, 1);
      out.push([await called(one), await arrives]);
    }
    out.push(thrown(() => a.send(data, 0, 2, portOf(b), ip.udp4)));
    out.push(thrown(() => a.send(data, 0, 2, portOf(b))));
    a.disconnect();
    out.push(thrown(() => a.remoteAddress()));
    a.send('again', portOf(b), ip.udp4);
    out.push(await received(b, 1));
    a.close();
    b.close();
    return out;
  },

  'bad arguments': async (dgram) => {
    const out: unknown[] = [];
    const strange = [undefined, null, true, 5, NaN, 'foo', {}, [], () => {}, Symbol('s'), 10n];
    for (const value of strange) {
      out.push(thrown(() => dgram.createSocket(value as never)));
      out.push(thrown(() => dgram.createSocket({ type: value } as never)));
    }
    for (const name of ['recvBufferSize', 'sendBufferSize'])
      for (const value of ['1', {}, -1, 1.5, 2 ** 33, Infinity, true])
        out.push(thrown(() => dgram.createSocket({ type: 'udp4', [name]: value } as never)));
    out.push(thrown(() => dgram.createSocket({ type: 'udp4', signal: 5 } as never)));
    out.push(thrown(() => dgram.createSocket({ type: 'udp4', signal: null } as never)));
    for (const value of [null, true, 0, '', {}, Symbol('x')])
      out.push(thrown(() => dgram.createSocket({ type: 'udp4', lookup: value } as never)));
    const socket = await bound(dgram);
    const send = socket.send.bind(socket) as (...args: unknown[]) => void;
    for (const value of strange) {
      out.push(thrown(() => send(value, 1, '127.0.0.1')));
      out.push(thrown(() => send('x', value, '127.0.0.1')));
      out.push(thrown(() => send('x', 0, 1, value, '127.0.0.1')));
      out.push(thrown(() => send([value], 9, '127.0.0.1')));
      out.push(thrown(() => socket.setTTL(value as never)));
      out.push(thrown(() => socket.setMulticastTTL(value as never)));
      out.push(thrown(() => socket.setMulticastInterface(value as never)));
      out.push(thrown(() => socket.setRecvBufferSize(value as never)));
      out.push(thrown(() => socket.addSourceSpecificMembership(value as never, '232.1.1.1')));
      out.push(thrown(() => socket.addSourceSpecificMembership('127.0.0.1', value as never)));
      out.push(thrown(() => socket.connect(value as never)));
    }
    for (const value of [5, {}, true, []]) out.push(thrown(() => send('x', 9, value)));
    for (const [offset, length] of [
      [9, 0],
      [0, 9],
      [2, 3],
      [-1, 1],
    ])
      out.push(thrown(() => send(Buffer.from('abc'), offset, length, 9, '127.0.0.1')));
    for (const port of [-1, 0, 65536, 1.5, '', ' ', '0x', 'a'])
      out.push(thrown(() => send('x', port, '127.0.0.1')));
    out.push(thrown(() => socket.addMembership(undefined as never)));
    out.push(thrown(() => socket.addMembership('')));
    out.push(thrown(() => (socket as never as { sendto: (...a: unknown[]) => void }).sendto('x')));
    socket.close();
    return out;
  },

  'options before and after bind, and their ranges': async (dgram) => {
    const out: unknown[] = [];
    for (const type of families) {
      const each = (socket: Socket) => {
        for (const on of [true, false]) out.push(thrown(() => socket.setBroadcast(on)));
        for (const ttl of [0, 1, 64, 255, 256, 1.5, -1]) {
          out.push(thrown(() => socket.setTTL(ttl)));
          out.push(thrown(() => socket.setMulticastTTL(ttl)));
        }
        out.push(thrown(() => socket.setMulticastLoopback(true)));
        out.push(thrown(() => socket.setMulticastInterface('')));
        out.push(thrown(() => socket.setMulticastInterface('127.0.0.1')));
        out.push(thrown(() => socket.setMulticastInterface('224.0.0.9')));
        out.push(thrown(() => socket.setMulticastInterface('::%lo')));
        out.push(thrown(() => socket.setMulticastInterface('::')));
        out.push(thrown(() => socket.setMulticastInterface('not an address')));
        for (const size of [-1, 1.5, 2 ** 32, 2 ** 31])
          out.push(thrown(() => socket.setSendBufferSize(size)));
      };
      const fresh = dgram.createSocket(type);
      each(fresh);
      out.push(thrown(() => fresh.address()));
      out.push(
        thrown(() => fresh.getRecvBufferSize()),
        thrown(() => fresh.getSendBufferSize()),
      );
      fresh.close();
      const socket = await bound(dgram, type, { recvBufferSize: 9000, sendBufferSize: 8000 });
      each(socket);
      out.push(socket.getRecvBufferSize(), socket.getSendBufferSize());
      socket.setRecvBufferSize(5000);
      out.push(socket.getRecvBufferSize());
      out.push(socket.getSendQueueSize(), socket.getSendQueueCount());
      socket.close();
    }
    return out;
  },

  memberships: async (dgram) => {
    const out: unknown[] = [];
    for (const via of [undefined, '127.0.0.1', '', 'lo', '::1', '203.0.113.1']) {
      const socket = await bound(dgram);
      for (const group of ['224.0.0.114', '127.0.0.1', 'ff02::114', 'nonsense', '300.1.1.1']) {
        out.push([via, group, thrown(() => socket.addMembership(group, via))]);
        out.push(thrown(() => socket.addMembership(group, via)));
        out.push(thrown(() => socket.dropMembership(group, via)));
        out.push(thrown(() => socket.dropMembership(group, via)));
        out.push(thrown(() => socket.addSourceSpecificMembership('127.0.0.1', group, via)));
        out.push(thrown(() => socket.dropSourceSpecificMembership('127.0.0.1', group, via)));
      }
      socket.close();
    }
    for (const via of [undefined, '::%lo', '::', 'lo', '127.0.0.1']) {
      const socket = await bound(dgram, 'udp6');
      for (const group of ['ff02::114', '::1', '224.0.0.114', 'nonsense']) {
        out.push([via, group, thrown(() => socket.addMembership(group, via))]);
        out.push(thrown(() => socket.dropMembership(group, via)));
        out.push(thrown(() => socket.addSourceSpecificMembership('::1', group, via)));
        out.push(thrown(() => socket.dropSourceSpecificMembership('::1', group, via)));
      }
      socket.close();
    }
    const unbound = dgram.createSocket('udp4');
    out.push(thrown(() => unbound.addMembership('224.0.0.114')));
    out.push(unbound.address().address, unbound.address().port > 0);
    unbound.close();
    return out;
  },

  'bind: errors, twice, defaults, descriptors': async (dgram) => {
    const out: unknown[] = [];
    const first = await bound(dgram);
    out.push(thrown(() => first.bind(0)));
    const second = dgram.createSocket('udp4');
    second.bind(portOf(first), '127.0.0.1');
    out.push(seen((await once(second, 'error'))[0]));
    second.bind(0, '127.0.0.1');
    await once(second, 'listening');
    out.push(second.address().address);
    const third = dgram.createSocket('udp4');
    out.push(await called((done) => third.on('error', done).bind(0, '203.0.113.7')));
    const fourth = dgram.createSocket({ type: 'udp4', ipv6Only: true });
    out.push(await called((done) => fourth.on('error', done).bind(0)));
    const fifth = dgram.createSocket({ type: 'udp6', ipv6Only: true });
    fifth.bind(() => {});
    await once(fifth, 'listening');
    out.push(fifth.address().address, fifth.address().family);
    const sixth = dgram.createSocket('udp4');
    sixth.bind({ port: 0, address: 'localhost' });
    await once(sixth, 'listening');
    out.push(sixth.address().address);
    for (const fd of [1, 2 ** 20])
      out.push(thrown(() => dgram.createSocket('udp4').bind({ fd }))?.valueOf());
    const sharing = { type: 'udp4', reuseAddr: true } as const;
    const [seventh, eighth] = [dgram.createSocket(sharing), dgram.createSocket(sharing)];
    seventh.bind(0, '127.0.0.1');
    await once(seventh, 'listening');
    eighth.bind(portOf(seventh), '127.0.0.1');
    await once(eighth, 'listening');
    out.push(portOf(eighth) === portOf(seventh));
    for (const socket of [first, second, third, fourth, fifth, sixth, seventh, eighth])
      socket.close();
    return out;
  },

  'look-ups that fail, and custom ones': async (dgram) => {
    const out: unknown[] = [];
    const failing = (name: string, _family: unknown, done: (error: Error) => void) => {
      out.push(['looked up', name]);
      process.nextTick(done, Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' }));
    };
    const socket = dgram.createSocket({ type: 'udp4', lookup: failing as never });
    socket.bind(0, 'nowhere');
    out.push(seen((await once(socket, 'error'))[0]));
    socket.close();
    const names = {
      name: (_: unknown, family: number, done: (e: null, address: string, f: number) => void) => {
        out.push(['family', family]);
        done(null, '127.0.0.1', 4);
      },
    };
    const custom = dgram.createSocket({ type: 'udp4', lookup: names.name as never });
    const listens = once(custom, 'listening');
    custom.bind(0);
    await listens;
    custom.send('by name', portOf(custom), 'somewhere');
    out.push(await received(custom, 1));
    custom.close();
    const plain = await bound(dgram);
    out.push(await called((done) => plain.send('x', 9, '::1', done)));
    out.push(await called((done) => plain.connect(9, '::1', done)));
    plain.close();
    return out;
  },

  'the order of events and callbacks': async (dgram) => {
    const out: unknown[] = [];
    const socket = dgram.createSocket('udp4', () => out.push('message'));
    for (const name of ['listening', 'connect', 'close', 'error'])
      socket.on(name, () => out.push(name));
    process.nextTick(() => out.push('tick'));
    socket.bind(0, '127.0.0.1', () => out.push('bind callback'));
    out.push('bound');
    await once(socket, 'listening');
    socket.connect(portOf(socket), '127.0.0.1', () => out.push('connect callback'));
    out.push('connecting');
    await once(socket, 'connect');
    socket.send('x', (error) => out.push(['sent', error]));
    out.push('sending');
    await once(socket, 'message');
    socket.close(() => out.push('close callback'));
    out.push('closing');
    await once(socket, 'close');
    out.push(
      thrown(() => socket.close()),
      thrown(() => socket.send('x', 9)),
    );
    out.push(
      thrown(() => socket.address()),
      thrown(() => socket.bind(0)),
    );
    out.push(thrown(() => socket.addMembership('224.0.0.1')));
    out.push(socket.ref() === socket, socket.unref() === socket);
    return out;
  },

  'two datagrams are two events: what the first one schedules runs before the second': async (
    dgram,
  ) => {
    const out: unknown[] = [];
    const [a, b] = [await bound(dgram), await bound(dgram)];
    b.on('message', (data) => {
      out.push(String(data));
      process.nextTick(() => out.push(`tick of ${data}`));
      void Promise.resolve().then(() => out.push(`reaction to ${data}`));
    });
    for (let i = 0; i < 20; i++) a.send(`${i}`, portOf(b), '127.0.0.1');
    while (out.length < 60) await new Promise((resolve) => setImmediate(resolve));
    b.removeAllListeners('message');
    for (let i = 0; i < 20; i++) a.send(`${i}`, portOf(b), '127.0.0.1');
    out.push(await received(b, 20));
    a.close();
    b.close();
    return out;
  },

  'a socket that closes itself in a listener gets nothing more': async (dgram) => {
    const out: unknown[] = [];
    const [a, b] = [await bound(dgram), await bound(dgram)];
    b.on('message', (data) => {
      out.push(String(data));
      if (String(data) === '3') b.close();
    });
    for (let i = 0; i < 10; i++) a.send(`${i}`, portOf(b), '127.0.0.1');
    await once(b, 'close');
    await new Promise((resolve) => setImmediate(resolve));
    a.close();
    return out;
  },

  'ICMP errors: on connected sockets only': async (dgram) => {
    const out: unknown[] = [];
    const gone = await bound(dgram);
    const port = portOf(gone);
    gone.close();
    const [connected, other] = [await bound(dgram), await bound(dgram)];
    await called((done) => connected.connect(port, '127.0.0.1', done));
    connected.send('x');
    out.push(seen((await once(connected, 'error'))[0]));
    other.send('x', port, '127.0.0.1');
    other.send('to itself', portOf(other), '127.0.0.1');
    out.push(await received(other, 1));
    connected.close();
    other.close();
    return out;
  },

  'too long a datagram': async (dgram) => {
    const socket = await bound(dgram);
    const long = Buffer.alloc(65_508);
    const out = [await called((done) => socket.send(long, 9, '127.0.0.1', done))];
    const arrives = once(socket, 'message');
    socket.send(long.subarray(1), portOf(socket), '127.0.0.1');
    out.push([((await arrives)[0] as Buffer).length]);
    socket.close();
    return out;
  },

  'signals and disposal': async (dgram) => {
    const out: unknown[] = [];
    const stop = new AbortController();
    const socket = dgram.createSocket({ type: 'udp4', signal: stop.signal });
    stop.abort();
    await once(socket, 'close');
    const late = dgram.createSocket({ type: 'udp4', signal: AbortSignal.abort() });
    await once(late, 'close');
    const disposed = await bound(dgram);
    disposed.on('close', () => out.push('close'));
    await disposed[Symbol.asyncDispose]();
    await disposed[Symbol.asyncDispose]();
    out.push(thrown(() => disposed.address()));
    return out;
  },

  'implicit binds: send, connect and close in one go': async (dgram) => {
    const out: unknown[] = [];
    const sink = await bound(dgram);
    const arrives = received(sink, 3);
    const socket = dgram.createSocket('udp4');
    socket.on('listening', () => out.push('listening'));
    const closes = once(socket, 'close');
    socket.send('one', portOf(sink), '127.0.0.1');
    socket.send('two', portOf(sink), '127.0.0.1');
    socket.send('three', portOf(sink), '127.0.0.1', () => socket.close());
    out.push(await arrives);
    await closes;
    const connects = dgram.createSocket('udp4');
    connects.connect(portOf(sink), '127.0.0.1');
    await once(connects, 'connect');
    const again = received(sink, 1);
    connects.send('connected');
    out.push(await again);
    connects.close();
    sink.close();
    return out;
  },

  'block lists': async (dgram) => {
    const out: unknown[] = [];
    const list = new net.BlockList();
    list.addAddress('127.0.0.1');
    out.push(thrown(() => dgram.createSocket({ type: 'udp4', sendBlockList: {} } as never)));
    const socket = await bound(dgram, 'udp4', { sendBlockList: list });
    out.push(await called((done) => socket.send('x', 9, '127.0.0.1', done)));
    socket.close();
    return out;
  },
};
