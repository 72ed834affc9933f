// makefile, sendfile, wait and poll.
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { pipeline } from 'node:stream/promises';
import {
  AF_UNIX,
  errors,
  POLLIN,
  POLLOUT,
  poll,
  pollSync,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Socket,
  socketpair,
  type UnixAddress,
} from 'bsd-socket';

let a: Socket<UnixAddress>;
let b: Socket<UnixAddress>;
beforeEach(() => {
  [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
});
afterEach(() => {
  a.close();
  b.close();
});

describe('makefile', () => {
  test('lines through node:readline', async () => {
    const file = a.makefile('r', { encoding: 'utf8' });
    await b.sendall('one\ntwo\nthr');
    b.sendall('ee\n').then(() => b.shutdown(SHUT_WR));
    const lines: string[] = [];
    for await (const line of readline.createInterface({ input: file })) lines.push(line);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('backpressure both ways: a stalled reader stalls the writer, and everything arrives', async () => {
    const out = a.makefile('w', { highWaterMark: 1024 });
    const chunk = Buffer.alloc(65536, 'q');
    let written = 0;
    while (out.write(chunk) && written < 1000) written += 1;
    expect(written).toBeLessThan(100);
    const reader = b.makefile('r');
    let got = 0;
    reader.on('data', (data: Buffer) => (got += data.length));
    out.end();
    await new Promise((resolve) => out.once('finish', resolve));
    a.close();
    await new Promise((resolve) => reader.once('end', resolve));
    expect(got).toBe((written + 1) * 65536);
  });

  test('ending the file leaves the socket open, as in Python', async () => {
    const out = a.makefile('w');
    await new Promise<void>((resolve) => out.end('via file,', () => resolve()));
    await a.sendall(' and after it');
    expect((await b.recv(100)).toString()).toMatch(/^via file,/);
    expect(a.closed).toBe(false);
  });

  test('destroying it stops its read and keeps the data for others', async () => {
    const file = a.makefile('r');
    file.on('data', () => {});
    await new Promise((resolve) => setImmediate(resolve));
    file.destroy();
    await new Promise((resolve) => file.once('close', resolve));
    await b.sendall('mine');
    expect((await a.recv(10)).toString()).toBe('mine');
  });

  test('closing the socket closes the file, without an error', async () => {
    const file = a.makefile('r');
    file.on('data', () => {});
    await new Promise((resolve) => setImmediate(resolve));
    a.close();
    await new Promise((resolve) => file.once('close', resolve));
    expect(file.errored).toBeNull();
  });

  test('pipeline carries a large body whole', async () => {
    const body = crypto.randomBytes(3_000_000);
    const { Readable } = await import('node:stream');
    const sending = pipeline(
      Readable.from([body.subarray(0, 1_000_000), body.subarray(1_000_000)]),
      a.makefile('w'),
    ).then(() => a.shutdown(SHUT_WR));
    const parts: Buffer[] = [];
    for await (const part of b.makefile('r')) parts.push(part);
    await sending;
    expect(Buffer.concat(parts).equals(body)).toBe(true);
  });

  test('bad arguments', () => {
    expect(() => a.makefile('x' as never)).toThrow(TypeError);
    expect(() => a.makefile('r', { highWaterMark: 0 })).toThrow(RangeError);
    a.close();
    expect(() => a.makefile()).toThrow(errors.EBADF);
  });
});

describe('sendfile', () => {
  const file = path.join(os.tmpdir(), `bsd-sendfile-${process.pid}`);
  const body = crypto.randomBytes(5_000_000);
  beforeAll(() => fs.writeFileSync(file, body));
  afterAll(() => fs.rmSync(file));

  const receiveAll = async (): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of b) parts.push(part);
    return Buffer.concat(parts);
  };

  test('a whole file, a part of it, and a FileHandle', async () => {
    const handle = await fs.promises.open(file);
    const receiving = receiveAll();
    expect(await a.sendfile(handle)).toBe(body.length);
    expect(await a.sendfile(handle.fd, 10, 5)).toBe(5);
    expect(a.sendfileSync(handle, body.length - 3)).toBe(3);
    a.shutdown(SHUT_WR);
    const got = await receiving;
    expect(got.equals(Buffer.concat([body, body.subarray(10, 15), body.subarray(-3)]))).toBe(true);
    await handle.close();
  });

  test('says how much went when it fails', async () => {
    const handle = await fs.promises.open(file);
    const late = await a.sendfile(handle, 0, undefined, { timeoutMs: 30 }).catch((e) => e);
    expect(late).toBeInstanceOf(errors.ETIMEDOUT);
    expect(late.bytesSent).toBeGreaterThan(0);
    await handle.close();
    await expect(a.sendfile('x' as never)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('wait and poll', () => {
  test('wait resolves with what holds', async () => {
    expect(await a.wait({ read: true, write: true })).toEqual({
      read: false,
      write: true,
      error: false,
    });
    const waiting = a.wait({ read: true });
    await b.send('x');
    expect(await waiting).toEqual({ read: true, write: false, error: false });
    expect((await a.recv(5)).toString()).toBe('x');
    await expect(a.wait({ read: true }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
    await expect(a.wait({})).rejects.toBeInstanceOf(RangeError);
    const hangup = a.wait({ error: true });
    b.close();
    expect((await hangup).error).toBe(true);
  });

  test('poll over many', async () => {
    const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
    const waiting = poll([
      { socket: a, read: true },
      { socket: c.fileno(), read: true },
    ]);
    const reading = a.recv(10);
    await d.send('x');
    expect(await waiting).toEqual([0, POLLIN]);
    expect(
      pollSync(
        [
          { socket: a, read: true, write: true },
          { socket: c, read: true },
        ],
        0,
      ),
    ).toEqual([POLLOUT, POLLIN]);
    expect(pollSync([{ socket: a, read: true }], 10)).toEqual([0]);
    await expect(poll([{ socket: a, read: true }], { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    });
    await b.send('y');
    await reading;
    c.close();
    d.close();
    await expect(poll([{ socket: c, read: true }])).rejects.toMatchObject({ code: 'EBADF' });
  });

  test('a socket that is closed under poll() rejects it, and its peer hears of it at once', async () => {
    const [c, d] = socketpair();
    const waiting = poll([
      { socket: a, read: true },
      { socket: c, read: true },
      { socket: c, write: false },
    ]);
    c.close();
    await expect(waiting).rejects.toMatchObject({ code: 'EBADF' });
    // no duplicate holds the connection open
    expect(await d.recv(1, { timeoutMs: 5000 })).toHaveLength(0);
    d.close();
    const aborted = new Error('enough');
    b.sendSync('x');
    await expect(
      poll([{ socket: a, read: true }], { signal: AbortSignal.abort(aborted) }),
    ).rejects.toBe(aborted);
    expect(await a.recv(1)).toHaveLength(1); // nothing of the polls stands in its way
  });
});
