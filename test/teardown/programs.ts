// What the programs of these tests share: they load the addon itself, so that nothing of lib/
// stands between.
import * as path from 'node:path';
import { constants } from '../../lib/constants';
import { root, runNode } from '../tools';

const ADDON = `require(${JSON.stringify(path.join(root, 'build/Release/bsd_socket.node'))})`;

/** Opens the code of a program or worker: `native`, `c`, a few helpers. */
export const HEAD = `
const native = ${ADDON};
const c = ${JSON.stringify(constants)};
const { readdirSync } = require('node:fs');
const fdCount = () => readdirSync('/proc/self/fd').length;
const threadCount = () => readdirSync('/proc/self/task').length;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const loopback = () => { const a = new Uint8Array(16); a.set([2, 0, 0, 0, 127, 0, 0, 1]); return a; };
const bound = (fd) => { const a = loopback(); native.bind(fd, a, 16); native.getsockname(fd, a, new Int32Array([16])); return a; };
const udp = () => native.socket(c.AF_INET, c.SOCK_DGRAM | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0);
const pair = (type = c.SOCK_STREAM) => { const fds = new Int32Array(2); native.socketpair(c.AF_UNIX, type | c.SOCK_NONBLOCK | c.SOCK_CLOEXEC, 0, fds); return fds; };
const events = new Int32Array(128);
`;

/** Runs code in an own node and answers the last line it prints, as JSON. */
export async function program<T>(code: string, flags: readonly string[] = []): Promise<T> {
  const { stdout } = await runNode(`${HEAD}${code}`, [], { flags, timeoutMs: 60_000 });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as T;
}
