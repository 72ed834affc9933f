// What can lose bytes, mix them, leak or crash: a test for each, named after it.
import { spawn, spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import * as fs from 'node:fs';
import {
  AF_INET,
  AF_UNIX,
  create_connection,
  create_server,
  errors,
  IP_RECVERR,
  IPPROTO_IP,
  MSG_ERRQUEUE,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SHUT_WR,
  SO_SNDTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  Socket,
  setdefaulttimeout,
  socket,
  socketpair,
} from 'bsd-socket';
import * as sys from 'bsd-socket/sys';
import { root } from '../tools';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const take = (bytes: Uint8Array) =>
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });

let a: Socket<any>;
let b: Socket<any>;
beforeEach(() => {
  [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
});
afterEach(() => {
  a.close();
  b.close();
});

/** A listener whose backlog is full: the next connect gets no answer. */
async function deafListener(): Promise<{ port: number; close(): void }> {
  const listener = create_server(['127.0.0.1', 0], { backlog: 0 });
  const { port } = listener.getsockname();
  const filling = [socket(), socket(), socket()];
  for (const s of filling) s.connect(['127.0.0.1', port]).catch(() => undefined);
  await sleep(30);
  const close = () => {
    for (const s of [listener, ...filling]) s.close();
  };
  return { port, close };
}

async function tcp(): Promise<[Socket<any>, Socket<any>]> {
  const listener = create_server(['127.0.0.1', 0]);
  const client = await create_connection(['127.0.0.1', listener.getsockname().port]);
  const [server] = await listener.accept();
  listener.close();
  return [client, server];
}

describe('order', () => {
  test('what is sent right after an unawaited connect goes out after it', async () => {
    const listener = create_server(['127.0.0.1', 0]);
    const s = socket();
    const done = Promise.all([
      s.connect(listener.getsockname() as never, { data: Buffer.from('1') }),
      s.sendall('2'),
      s.sendall('3'),
    ]);
    s.sendallSync('4');
    await done;
    s.shutdown(SHUT_WR);
    const [conn] = await listener.accept();
    expect((await conn.recv(9, MSG_WAITALL)).toString()).toBe('1234');
    for (const each of [conn, s, listener]) each.close();
  });

  test('neither trySend nor a Sync verb cuts a waiting sendall in two', async () => {
    const [client, server] = await tcp();
    const size = 4_000_000;
    client.options.SO_SNDBUF = 100_000;
    server.options.SO_RCVBUF = 100_000;
    const sending = client.sendall(Buffer.alloc(size, 'a'));
    let got = '';
    for (let i = 0; i < 20; i++) {
      got += (await server.recv(20_000)).toString();
      expect(client.trySend('b')).toBeNull();
    }
    client.settimeout(0.02);
    expect(() => client.sendSync('c')).toThrow(errors.ETIMEDOUT);
    client.settimeout(0);
    expect(() => client.sendSync('c')).toThrow(errors.EAGAIN);
    while (got.length < size) got += (await server.recv(1 << 20)).toString();
    await sending;
    expect(client.trySend('d')).toBe(1);
    expect((await server.recv(10)).toString()).toBe('d');
    expect(got === 'a'.repeat(size)).toBe(true);
    client.close();
    server.close();
  });

  test('results and refusals come in call order, deferred ones too', async () => {
    await b.sendall(Buffer.from(Array.from({ length: 150 }, (_, i) => i)));
    b.shutdown(SHUT_WR);
    const order: number[] = [];
    const waits = Array.from({ length: 150 }, (_, i) =>
      a.recv(1).then(
        ([byte]) => order.push(byte),
        () => order.push(-i),
      ),
    );
    const late = a.recv(1, { signal: AbortSignal.abort() }).catch(() => order.push(999));
    await Promise.all([...waits, late]);
    expect(order).toEqual([...Array.from({ length: 150 }, (_, i) => i), 999]);
  });

  test('a loop over a call that is refused at once lets the event loop run', async () => {
    const s = socket();
    let iterations = 0;
    let counting = true;
    const count = () => {
      iterations += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    for (let i = 0; i < 6_400; i++) await s.recv(1).catch(() => undefined);
    counting = false;
    s.close();
    expect(iterations).toBeGreaterThanOrEqual(90); // one after 64 immediate results
  });

  test("who waits for the error queue stands in nobody's way", async () => {
    const s = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    s.setsockopt(IPPROTO_IP, IP_RECVERR, 1);
    const free = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const nobody = free.getsockname();
    free.close();
    const errorMessage = s.recvmsg(10, { control: 200, flags: MSG_ERRQUEUE });
    const data = s.recv(10);
    await s.sendto('self', s.getsockname());
    expect((await data).toString()).toBe('self');
    await s.sendto('lost', nobody);
    expect((await errorMessage).data.toString()).toBe('lost');
    s.close();
  });
});

describe('MSG_WAITALL', () => {
  test('waits for the whole size, in all waiting verbs', async () => {
    const waiting = [a.recv(6, MSG_WAITALL), a.recv(Buffer.alloc(4), MSG_WAITALL)] as const;
    for (const part of ['abc', 'def12', '34']) {
      await b.send(part);
      await sleep(5);
    }
    expect((await waiting[0]).toString()).toBe('abcdef');
    expect(await waiting[1]).toBe(4);
    const child = spawn(
      'python3',
      ['-c', 'import os,time\nos.write(3,b"xy")\ntime.sleep(.1)\nos.write(3,b"z")'],
      {
        stdio: ['ignore', 'inherit', 'inherit', b.fileno()],
      },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    a.settimeout(15);
    expect(a.recvSync(3, MSG_WAITALL).toString()).toBe('xyz');
    await exited;
  });

  test('less comes at the end of the stream', async () => {
    await b.send('end');
    const waiting = a.recv(10, MSG_WAITALL);
    b.shutdown(SHUT_WR);
    expect((await waiting).toString()).toBe('end');
    expect(await a.recv(10, MSG_WAITALL)).toHaveLength(0);
  });

  test('a deadline, an abort and a close lose no byte', async () => {
    const controller = new AbortController();
    for (const [o, stop] of [
      [{ timeoutMs: 20 }, () => undefined],
      [{ signal: controller.signal }, () => controller.abort()],
      [{}, () => a.close()],
    ] as const) {
      await b.send('part');
      const waiting = a.recv(10, { flags: MSG_WAITALL, ...o });
      stop();
      expect((await waiting).toString()).toBe('part');
    }
    const [c, d] = socketpair(AF_UNIX, SOCK_STREAM);
    await d.send('sync');
    c.settimeout(0.02);
    expect(c.recvSync(10, MSG_WAITALL).toString()).toBe('sync');
    expect(() => c.recvSync(10, MSG_WAITALL)).toThrow(errors.ETIMEDOUT);
    await d.send('now');
    expect(c.tryRecv(10, MSG_WAITALL)?.toString()).toBe('now');
    c.close();
    d.close();
  });

  test('a reset comes after what was received before it', async () => {
    const [client, server] = await tcp();
    await client.send('first');
    const waiting = server.recv(10, MSG_WAITALL);
    await sleep(20);
    client.options.SO_LINGER = { onoff: true, linger: 0 };
    client.close();
    expect((await waiting).toString()).toBe('first');
    await expect(server.recv(10)).rejects.toMatchObject({ code: 'ECONNRESET' });
    server.close();
  });

  test('peeks at the whole size, and leaves it there', async () => {
    const waiting = a.recv(4, MSG_WAITALL | MSG_PEEK);
    await b.send('pe');
    await sleep(5);
    await b.send('ek');
    expect((await waiting).toString()).toBe('peek');
    const short = a.recv(9, MSG_WAITALL | MSG_PEEK);
    b.shutdown(SHUT_WR);
    expect((await short).toString()).toBe('peek');
    expect((await a.recv(9)).toString()).toBe('peek');
  });
});

describe('memory that changes under a waiting call', () => {
  test('a target that was transferred or shrank is a TypeError, not an end of stream, and the data stays', async () => {
    const detached = new Uint8Array(8);
    const shrunk = new Uint8Array(new (ArrayBuffer as any)(8, { maxByteLength: 8 }), 0, 8);
    const waits = [a.recv(detached), a.recvfrom(shrunk), a.recvmsg([shrunk])].map((p) =>
      (p as Promise<unknown>).catch((e) => e),
    );
    take(detached);
    (shrunk.buffer as any).resize(2);
    await b.send('kept');
    for (const failure of await Promise.all(waits))
      expect(failure).toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/shrank while the call waited/),
      });
    expect((await a.recv(9)).toString()).toBe('kept');
  });

  test('data that was transferred is a TypeError that says how much went', async () => {
    const data = new Uint8Array(5_000_000);
    const failure = a.sendall(data).catch((e) => e);
    take(data);
    while (b.tryRecv(1 << 20) !== null);
    expect(await failure).toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
      bytesSent: expect.any(Number),
    });
  });

  test('MSG_TRUNC on TCP, which fills nothing, shows no old bytes', async () => {
    const [client, server] = await tcp();
    await client.sendall('secret');
    await server.recv(6, MSG_WAITALL | MSG_PEEK);
    await server.recv(6);
    await client.sendall('public');
    await sleep(20);
    expect((await server.recv(100, MSG_TRUNC)).toString()).toBe('\0'.repeat(6));
    client.close();
    server.close();
  });

  test('a small chunk received into large room does not hold the room', async () => {
    await b.send('tiny');
    const chunk = await a.recv(1 << 24);
    expect(chunk.toString()).toBe('tiny');
    expect(chunk.buffer.byteLength).toBeLessThan(1 << 16);
  });
});

describe('owners', () => {
  test("a descriptor that is another Socket's is refused: two owners would close each other's successor", () => {
    expect(() => Socket.fromFd(a.fileno())).toThrow(errors.EBUSY);
    const fd = a.detach();
    const again = Socket.fromFd(fd);
    again.close();
    expect(() => Socket.fromFd(fd)).toThrow(errors.EBADF);
  });

  test("what is no socket is refused, whatever its caller calls it, and stays the caller's", () => {
    const file = fs.openSync('/dev/null', 'r');
    expect(() => new Socket(AF_INET, SOCK_STREAM, 0, file)).toThrow(errors.ENOTSOCK);
    fs.closeSync(file);
    expect(() => new Socket('x' as never, SOCK_STREAM, 0, a.dup().detach())).toThrow(TypeError);
  });

  test('a socket taken over is non-blocking', () => {
    const fd = sys.socket(AF_INET, SOCK_DGRAM, 0);
    const s = new Socket({ fd });
    expect(sys.fcntl(fd, 3, 0) & 0o4000).toBe(0o4000);
    s.close();
  });
});

describe('signals', () => {
  test('one listener serves all calls and sockets of a signal, and goes with the last of them', async () => {
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, 'abort').length;
    const sockets = Array.from({ length: 20 }, () => new Socket({ type: SOCK_DGRAM, signal }));
    const waits = Array.from({ length: 20 }, () => a.recv(1, { signal }));
    expect(listeners()).toBe(1);
    await b.sendall(Buffer.alloc(20));
    await Promise.all(waits);
    for (const s of sockets) s.close();
    expect(listeners()).toBe(0);
  });

  test('an already aborted one rejects a call that needs a look-up, and nothing is left unhandled', () => {
    const script = `const S=require('bsd-socket');(async()=>{const o={signal:AbortSignal.abort()};const s=S.socket(S.AF_INET,S.SOCK_DGRAM);const name=['no-such-host.invalid',1];
      for(const p of [S.create_connection(name,o),s.connect(name,o),s.sendto('x',name,o)])console.log(await p.catch(e=>e.name));s.close()})()`;
    expect(
      spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8', timeout: 20_000 }),
    ).toMatchObject({
      status: 0,
      stdout: 'AbortError\n'.repeat(3),
      stderr: '',
    });
  });

  test('calls that share one: bytesSent is that of the call that was under way', async () => {
    const controller = new AbortController();
    const sends = [
      a.sendall(Buffer.alloc(9_000_000), { signal: controller.signal }),
      a.sendall('z', { signal: controller.signal }),
    ];
    const outcomes = Promise.all(sends.map((p) => p.catch((e) => e.bytesSent)));
    controller.abort();
    expect((await outcomes)[0]).toBeGreaterThan(0);
  });

  test('a timeout does not keep the process of an unref()ed socket alive', () => {
    const script = `const S=require('bsd-socket');const[a,b]=S.socketpair();a.unref();a.recv(1,{timeoutMs:60000});const[c,d]=S.socketpair();c.recv(1,{timeoutMs:60000});c.unref();globalThis.k=[b,d]`;
    expect(spawnSync(process.execPath, ['-e', script], { cwd: root, timeout: 20_000 }).status).toBe(
      0,
    );
  });
});

test('connect with data sends it after the connection stands, on datagram sockets too', async () => {
  const receiver = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
  const s = socket(AF_INET, SOCK_DGRAM);
  await s.connect(receiver.getsockname(), { data: Buffer.from('hello') });
  expect(s.getpeername()).toEqual(receiver.getsockname());
  expect((await receiver.recv(9)).toString()).toBe('hello');
  s.close();
  receiver.close();
});

test('SO_SNDTIMEO ends connectSync with EINPROGRESS, as in C', async () => {
  const { port, close } = await deafListener();
  const s = socket();
  s.setsockopt(SOL_SOCKET, SO_SNDTIMEO, 50);
  expect(() => s.connectSync(['127.0.0.1', port])).toThrow(errors.EINPROGRESS);
  s.close();
  close();
});

test("a connect after one that timed out or was aborted is EALREADY, and never tells the earlier one's outcome as its own", async () => {
  const { port, close } = await deafListener();
  const other = create_server(['127.0.0.1', 0]);
  const s = socket();
  await expect(s.connect(['127.0.0.1', port], { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'ETIMEDOUT',
  });
  await expect(s.connect(other.getsockname(), { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'EALREADY',
    hint: expect.stringContaining('earlier'),
  });
  s.settimeout(0.02);
  expect(() => s.connectSync(other.getsockname())).toThrow(errors.EALREADY);
  expect(s.connect_exSync(other.getsockname())).toBe(-errors.EALREADY.errno);
  s.close();
  other.close();
  close();
});

test('the default timeout holds for create_connection', async () => {
  const { port, close } = await deafListener();
  setdefaulttimeout(0.05);
  try {
    await expect(create_connection(['127.0.0.1', port])).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
  } finally {
    setdefaulttimeout(null);
    close();
  }
});

test('settimeout gives back what it was given', () => {
  for (let i = 0; i < 1000; i++) {
    const seconds = Math.random() * 10;
    a.settimeout(seconds);
    expect(a.gettimeout()).toBe(seconds);
  }
  expect(() => {
    a.timeoutMs = '5' as never;
  }).toThrow(TypeError);
});

test('poll() out of descriptors rejects once, and leaves nothing behind', () => {
  const script = `const S=require('bsd-socket');console.log();(async()=>{const pairs=[];for(let i=0;i<8;i++)pairs.push(...S.socketpair());const hogs=[];
    try{for(;;)hogs.push(S.socket())}catch{};for(let i=0;i<4;i++)hogs.pop().close();
    const fds=pairs.map(s=>s.detach());console.log(await S.poll(fds.map(socket=>({socket,read:true}))).catch(e=>e.code));let room=0;try{for(;room<9;room++)hogs.push(S.socket())}catch{};console.log(room);
    for(const s of [...fds.map(S.Socket.fromFd),...hogs])s.close()})()`;
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', 'ulimit -n 80; exec "$0" -e "$1"', process.execPath, script],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  expect([stdout, stderr]).toEqual(['\nEMFILE\n4\n', '']);
});

test('ten thousand waits on one socket resolve in order, and a hundred thousand aborted ones leave nothing', async () => {
  const waits = Array.from({ length: 10_000 }, () => a.recv(1));
  await b.sendall(Buffer.from(Array.from({ length: 10_000 }, (_, i) => i & 255)));
  const got = Buffer.concat(await Promise.all(waits));
  expect(got.every((byte, i) => byte === (i & 255))).toBe(true);
  const script = `const S=require('bsd-socket');const[a,b]=S.socketpair();(async()=>{const lap=async(n)=>{for(let i=0;i<n;i++){const c=new AbortController();const p=a.recv(1,{signal:c.signal,timeoutMs:9999}).catch(()=>0);c.abort();await p}gc()};
    await lap(5000);const before=process.memoryUsage().heapUsed;await lap(100000);console.log((process.memoryUsage().heapUsed-before)/1e6<3);a.close();b.close()})()`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([stdout, stderr]).toEqual(['true\n', '']);
}, 60_000);
