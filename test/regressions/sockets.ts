// What the regression tests share: sockets that are closed when their test ends, connected pairs of
// every kind, and a bound on what must not hang.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  isErrno,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Socket,
  socket,
  socketpair,
} from 'bsd-socket';
import { run } from '../tools';

export type AnySocket = Socket<any>;

const open: { close(): void }[] = [];
afterEach(() => {
  for (const sock of open.splice(0)) sock.close();
});

/** Closes `sock` at the end of the test. */
export function closing<S extends { close(): void }>(sock: S): S {
  open.push(sock);
  return sock;
}

// Longer than anything here takes on a busy machine.
const HANGS_MS = 2_000;

/**
 * `promise`, or a rejection once it has waited for `ms` milliseconds: for what hung in the past.
 */
export function within<T>(promise: Promise<T>, what: string, ms = HANGS_MS): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} still waits after ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The error of a promise or a call that must fail. */
export async function failure(call: () => unknown): Promise<Error & Record<string, unknown>> {
  try {
    await call();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

/** Whether `promise` is settled after `turns` iterations of the event loop. */
export async function settled(promise: Promise<unknown>, turns = 20): Promise<boolean> {
  let done = false;
  const seen = () => {
    done = true;
  };
  promise.then(seen, seen);
  for (let i = 0; i < turns && !done; i++) await new Promise((resolve) => setImmediate(resolve));
  return done;
}

/** A promise whose rejection nobody need await. */
export function unhandled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const tcp = (family: typeof AF_INET | typeof AF_INET6, host: string) => async () => {
  const listener = closing(
    socket(family as typeof AF_INET, SOCK_STREAM)
      .bind([host, 0])
      .listen(),
  );
  const a = closing(socket(family as typeof AF_INET, SOCK_STREAM));
  const [[b]] = await Promise.all([listener.accept(), a.connect(listener.getsockname())]);
  return [a, closing(b)] as [AnySocket, AnySocket];
};

const udp = (family: typeof AF_INET | typeof AF_INET6, host: string) => async () => {
  const [a, b] = [0, 0].map(() =>
    closing(socket(family as typeof AF_INET, SOCK_DGRAM).bind([host, 0])),
  ) as [AnySocket, AnySocket];
  await a.connect(b.getsockname());
  await b.connect(a.getsockname());
  return [a, b] as [AnySocket, AnySocket];
};

const unix = (type: number) => async () => {
  const [a, b] = socketpair(AF_UNIX, type);
  return [closing(a), closing(b)] as [AnySocket, AnySocket];
};

export type Pair = () => Promise<[a: AnySocket, b: AnySocket]>;

export const STREAMS: readonly [name: string, pair: Pair][] = [
  ['TCP over IPv4', tcp(AF_INET, '127.0.0.1')],
  ['TCP over IPv6', tcp(AF_INET6, '::1')],
  ['a unix stream', unix(SOCK_STREAM)],
];

export const SEQPACKET: readonly [name: string, pair: Pair][] = [
  ['unix seqpacket', unix(SOCK_SEQPACKET)],
];

export const DATAGRAMS: readonly [name: string, pair: Pair][] = [
  ['UDP over IPv4', udp(AF_INET, '127.0.0.1')],
  ['UDP over IPv6', udp(AF_INET6, '::1')],
  ['unix datagrams', unix(SOCK_DGRAM)],
];

export const PAIRS = [...STREAMS, ...SEQPACKET, ...DATAGRAMS];

/**
 * Sends until the kernel takes no more: on TCP, until the peer's window is closed and all that was
 * acknowledged has made room.
 */
export async function fill(a: AnySocket, b: AnySocket): Promise<void> {
  a.setsockopt(SOL_SOCKET, SO_SNDBUF, 4608);
  b.setsockopt(SOL_SOCKET, SO_RCVBUF, 2304);
  do {
    while (a.trySend(Buffer.alloc(1000)) !== null);
    while (a.trySend('x') !== null);
  } while (await becomesWritable(a));
}

async function becomesWritable(sock: AnySocket): Promise<boolean> {
  try {
    return (await sock.wait({ write: true }, { timeoutMs: 60 })).write;
  } catch (error) {
    if (isErrno(error, 'ETIMEDOUT')) return false;
    throw error;
  }
}

let paths = 0;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-socket-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A path for a unix socket that nobody has used. */
export const unixPath = () => path.join(folder, `${paths++}.sock`);

/** A program beside the tests: its path. */
export const program = (name: string) => path.join(__dirname, 'programs', name);

/** What a Python program beside the tests prints, as JSON. */
export async function python<T>(name: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await run('python3', [program(name), ...args]);
  return JSON.parse(stdout) as T;
}

/** What a JavaScript program beside the tests prints, as JSON. It uses the built package. */
export async function node<T>(
  name: string,
  args: readonly string[] = [],
  { flags = [] as readonly string[], timeoutMs = 15_000, prefix = [] as readonly string[] } = {},
): Promise<T> {
  const [file = process.execPath, ...before] = [...prefix, process.execPath];
  const { stdout } = await run(file, [...before, ...flags, program(name), ...args], { timeoutMs });
  return JSON.parse(stdout) as T;
}
