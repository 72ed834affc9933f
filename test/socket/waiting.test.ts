// Waiting: timeouts, aborts, closing, fairness, and Sync verbs that let go.
import { createHook } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  AF_INET,
  AF_UNIX,
  errors,
  getdefaulttimeout,
  isErrno,
  SO_RCVTIMEO,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type Socket,
  setdefaulttimeout,
  socket,
  socketpair,
  type UnixAddress,
} from 'bsd-socket';
import { dist, root, run, start } from '../tools';

const program = (name: string) => path.join(__dirname, 'programs', name);

const elapsed = async (f: () => unknown): Promise<number> => {
  const start = performance.now();
  await f();
  return performance.now() - start;
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let a: Socket<UnixAddress>;
let b: Socket<UnixAddress>;
beforeEach(() => {
  [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
});
afterEach(() => {
  a.close();
  b.close();
});

describe('timeouts', () => {
  test('seconds in settimeout, milliseconds in timeoutMs: one state', () => {
    expect([a.gettimeout(), a.timeoutMs, a.getblocking()]).toEqual([null, null, true]);
    a.settimeout(1.5);
    expect([a.gettimeout(), a.timeoutMs, a.getblocking()]).toEqual([1.5, 1500, true]);
    a.timeoutMs = 20;
    expect(a.gettimeout()).toBe(0.02);
    a.setblocking(0);
    expect([a.gettimeout(), a.getblocking()]).toEqual([0, false]);
    a.setblocking(true);
    expect(a.gettimeout()).toBeNull();
    expect(() => a.settimeout(-1)).toThrow(RangeError);
    expect(() => a.settimeout(Number.NaN)).toThrow(RangeError);
    expect(() => a.settimeout('1' as never)).toThrow(TypeError);
  });

  test('n seconds is the deadline of promises and Sync verbs', async () => {
    a.settimeout(0.06);
    let failure: unknown;
    const waited = await elapsed(() => a.recv(1).catch((e) => (failure = e)));
    expect(failure).toBeInstanceOf(errors.ETIMEDOUT);
    expect(failure).toMatchObject({ isTimeout: true, syscall: 'recv' });
    expect(waited).toBeGreaterThanOrEqual(59);
    const blocked = await elapsed(() => expect(() => a.recvSync(1)).toThrow(errors.ETIMEDOUT));
    expect(blocked).toBeGreaterThanOrEqual(59);
    const listener = socket().bind(['127.0.0.1', 0]).listen();
    listener.settimeout(0.03);
    expect(() => listener.acceptSync()).toThrow(errors.ETIMEDOUT);
    await expect(listener.accept()).rejects.toMatchObject({ isTimeout: true });
    listener.close();
  });

  test('0: Sync verbs answer EAGAIN at once, promises wait', async () => {
    a.setblocking(false);
    expect(() => a.recvSync(1)).toThrow(errors.EAGAIN);
    try {
      a.recvSync(1);
    } catch (e) {
      expect(isErrno(e, 'EWOULDBLOCK') && e.isBlocking).toBe(true);
    }
    const read = a.recv(1);
    await b.send('x');
    expect((await read).toString()).toBe('x');
  });

  test('timeoutMs of a call overrides the socket, null waits for ever', async () => {
    a.settimeout(5);
    await expect(a.recv(1, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    a.settimeout(0.02);
    const read = a.recv(1, { timeoutMs: null });
    await sleep(60);
    await b.send('x');
    expect((await read).toString()).toBe('x');
  });

  test('SO_RCVTIMEO holds for Sync verbs, as EAGAIN, and the shorter limit wins', async () => {
    a.setsockopt(SOL_SOCKET, SO_RCVTIMEO, 80);
    const waited = await elapsed(() => expect(() => a.recvSync(1)).toThrow(errors.EAGAIN));
    expect(waited).toBeGreaterThanOrEqual(75);
    expect(waited).toBeLessThan(1000);
    a.settimeout(0.03);
    expect(() => a.recvSync(1)).toThrow(errors.ETIMEDOUT);
  });

  test('the default timeout is for sockets made after it', () => {
    setdefaulttimeout(2);
    try {
      const s = socket();
      expect(s.gettimeout()).toBe(2);
      expect(a.gettimeout()).toBeNull();
      s.close();
    } finally {
      setdefaulttimeout(null);
    }
    expect(getdefaulttimeout()).toBeNull();
  });
});

describe('aborts', () => {
  test('reject with the reason, and lose nothing', async () => {
    const controller = new AbortController();
    const timers: NodeJS.Timeout[] = [];
    const hook = createHook({
      init: (_id, type, _trigger, resource) =>
        void (type === 'Timeout' && timers.push(resource as NodeJS.Timeout)),
    }).enable();
    const read = a.recv(1, { signal: controller.signal, timeoutMs: 60_000 });
    hook.disable();
    expect(timers).toHaveLength(1);
    const next = a.recv(10);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(read).rejects.toBe(reason);
    await b.send('kept');
    expect((await next).toString()).toBe('kept');
    await expect(a.recv(1, { signal: controller.signal })).rejects.toBe(reason);
    expect(timers[0]).toHaveProperty('_destroyed', true);
  });

  test('an aborted or timed-out sendall says how much went', async () => {
    const big = Buffer.alloc(20_000_000, 'z');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const reason = await a.sendall(big, { signal: controller.signal }).catch((e) => e);
    expect(reason.name).toBe('AbortError');
    expect(reason).toBe(controller.signal.reason);
    let drained = 0;
    for (let n = b.tryRecv(1 << 20); n !== null; n = b.tryRecv(1 << 20)) drained += n.length;
    expect(reason.bytesSent).toBe(drained);
    expect(drained).toBeGreaterThan(0);
    const late = await a.sendall(big, { timeoutMs: 20 }).catch((e) => e);
    expect(late).toBeInstanceOf(errors.ETIMEDOUT);
    expect(late.bytesSent).toBeGreaterThan(0);
  });
});

describe('close', () => {
  test('rejects what waits, in every queue, and is idempotent', async () => {
    while (a.trySend(Buffer.alloc(65536)) !== null);
    const waits = [a.recv(1), a.recv(1), a.sendall('x'), a.wait({ read: true })].map((p) =>
      p.catch((e) => e),
    );
    a.close();
    a.close();
    for (const failure of await Promise.all(waits)) expect(failure).toBeInstanceOf(errors.EBADF);
    expect(a.fileno()).toBe(-1);
    expect(a.closed).toBe(true);
    expect(() => a.getsockname()).toThrow(errors.EBADF);
    expect(() => a.recvSync(1)).toThrow(errors.EBADF);
    expect(() => a.tryRecv(1)).toThrow(errors.EBADF);
    await expect(a.recv(1)).rejects.toMatchObject({ code: 'EBADF' });
    await expect(a.sendall('')).rejects.toMatchObject({ code: 'EBADF' });
  });

  test('detach gives the descriptor away, and adoption takes it', async () => {
    const waiting = a.recv(1).catch((e) => e);
    const fd = a.detach();
    expect((await waiting).code).toBe('EBADF');
    expect(a.closed).toBe(true);
    const { Socket } = await import('bsd-socket');
    const again = Socket.fromFd<UnixAddress>(fd);
    expect([again.family, again.type, again.proto]).toEqual([AF_UNIX, SOCK_STREAM, 0]);
    await b.send('hi');
    expect((await again.recv(5)).toString()).toBe('hi');
    again.close();
    expect(() => Socket.fromFd(999_999)).toThrow(errors.EBADF);
    const file = require('node:fs').openSync('/dev/null', 'r');
    expect(() => Socket.fromFd(file)).toThrow(errors.ENOTSOCK);
    require('node:fs').closeSync(file);
  });

  test('a closed descriptor number that comes back wakes only its new owner', async () => {
    const read = a.recv(1).catch((e) => e.code);
    const fd = a.fileno();
    a.close();
    const [c, d] = socketpair(AF_UNIX, SOCK_STREAM);
    expect([c.fileno(), d.fileno()]).toContain(fd);
    const fresh = c.recv(1);
    await d.send('n');
    expect(await read).toBe('EBADF');
    expect((await fresh).toString()).toBe('n');
    c.close();
    d.close();
  });
});

describe('fairness', () => {
  /** Counts the most consecutive results that a loop got without the event loop running. */
  function iterations() {
    let run = 0;
    let longest = 0;
    let count = 0;
    let counting = true;
    const next = () => {
      run = 0;
      count += 1;
      if (counting) setImmediate(next);
    };
    setImmediate(next);
    return {
      result: () => {
        longest = Math.max(longest, ++run);
      },
      stop: () => {
        counting = false;
        return { longest, count };
      },
    };
  }
  // 64 immediate results and the one that a wait brought, before and after what counts here
  const LONGEST = 2 * 65;

  test('the event loop runs under for await on a flooded socket', async () => {
    const receiver = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const flood = start(process.execPath, [program('flood.js'), `${receiver.getsockname().port}`]);
    const loop = iterations();
    let datagrams = 0;
    for await (const data of receiver) {
      loop.result();
      datagrams += data.length > 0 ? 1 : 0;
      if (datagrams === 20_000) break;
    }
    expect(loop.stop().longest).toBeLessThanOrEqual(LONGEST);
    await flood.stop('SIGKILL');
    receiver.close();
  });

  test('and under await sendto in a loop', async () => {
    const receiver = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const sender = socket(AF_INET, SOCK_DGRAM);
    const to = receiver.getsockname();
    const loop = iterations();
    for (let sent = 0; sent < 20_000; sent += await sender.sendto('x', to)) loop.result();
    expect(loop.stop().longest).toBeLessThanOrEqual(LONGEST);
    receiver.close();
    sender.close();
  });

  test('and under one sendall of much, to a peer that keeps up', async () => {
    const loop = iterations();
    const total = 200_000_000;
    const sending = a.sendall(Buffer.alloc(total));
    const target = Buffer.alloc(1 << 20);
    for (let got = 0; got < total; ) got += await b.recv(target);
    await sending;
    expect(loop.stop().count).toBeGreaterThan(5);
  });
});

describe('escape', () => {
  test('worker.terminate() ends one inside recvSync()', async () => {
    const w = new Worker(
      `const S=require(${JSON.stringify(dist('index.js'))});const [a,b]=S.socketpair();globalThis.keep=b;
       require('node:worker_threads').parentPort.postMessage('in');a.recvSync(1)`,
      { eval: true },
    );
    await new Promise((resolve) => w.once('message', resolve));
    expect(await w.terminate()).toBe(1);
  });

  test('process.exit() ends with a worker inside recvSync()', async () => {
    const { status } = await run(process.execPath, [program('blocked-worker.js')], {
      cwd: root,
      anyStatus: true,
    });
    expect(status).toBe(7);
  });

  test('a child that sets the shared socket blocking cannot block our loop', async () => {
    const receiver = socket(AF_INET, SOCK_DGRAM).bind(['127.0.0.1', 0]);
    const listener = socket().bind(['127.0.0.1', 0]).listen();
    const child = spawn('python3', [program('set_blocking.py')], {
      stdio: ['pipe', 'pipe', 'inherit', receiver.fileno(), listener.fileno()],
    });
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    expect(receiver.tryRecv(10)).toBeNull();
    expect(listener.tryAccept()).toBeNull();
    const waits = [receiver.recv(10, { timeoutMs: 150 }), listener.accept({ timeoutMs: 150 })].map(
      (p) => (p as Promise<unknown>).catch((e) => e.code),
    );
    expect(await Promise.all(waits)).toEqual(['ETIMEDOUT', 'ETIMEDOUT']);
    child.stdin?.end();
    await new Promise((resolve) => child.once('exit', resolve));
    receiver.close();
    listener.close();
  });
});
