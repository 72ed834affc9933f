// A network namespace of our own, with a user namespace for who may not make one otherwise:
// unshare(1) makes it, and this program runs again inside.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { AF_INET, IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS, SOCK_DGRAM, Socket } from '../index';
import { structs } from '../sys';

/** Names the namespace to a program that enterNamespace() starts. */
const INSIDE = 'BSD_SOCKET_OWN_NAMESPACE';
/**
 * By the same user, who must be privileged; or by root of a user namespace, which anybody may be
 * where the system allows.
 */
const UNSHARE = { own: ['-n'], user: ['-U', '-r', '-n'] };
type Namespace = keyof typeof UNSHARE;

/** The descriptor of the network namespace that such a program came from. */
const OUTSIDE_FD = 3;
const OWN = '/proc/self/ns/net';

/** net:[4026531840], what a descriptor refers to; '' where it is not open. */
function targetOf(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}

/**
 * Which namespace enterNamespace() made for this program, if it started it. The environment proves
 * nothing: the namespace that it came from is open, and is another one than this.
 */
export function insideNamespace(): Namespace | undefined {
  const name = process.env[INSIDE] ?? '';
  if (!Object.hasOwn(UNSHARE, name)) return undefined;
  const outside = targetOf(`/proc/self/fd/${OUTSIDE_FD}`);
  const isOther = outside.startsWith('net:[') && outside !== targetOf(OWN);
  return isOther ? (name as Namespace) : undefined;
}

/** Why this system lets us make no such namespace; undefined where it does. */
export function namespaceRefusal(namespace: Namespace = 'user'): string | undefined {
  const { status, error, stderr } = spawnSync('unshare', [...UNSHARE[namespace], 'true'], {
    encoding: 'utf8',
  });
  if (error)
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? 'the program unshare (of util-linux) is not there'
      : error.message;
  return status === 0 ? undefined : stderr.trim() || `unshare ended with status ${status}`;
}

/**
 * Runs this program with these arguments in a namespace of its own, to its end; returns its exit
 * status.
 */
export function enterNamespace(args: readonly string[], namespace: Namespace = 'user'): number {
  const program = [process.execPath, ...process.execArgv, process.argv[1], ...args];
  const outside = fs.openSync(OWN, 'r');
  const { status, error } = spawnSync('unshare', [...UNSHARE[namespace], ...program], {
    stdio: ['inherit', 'inherit', 'inherit', outside],
    env: { ...process.env, [INSIDE]: namespace },
  });
  fs.closeSync(outside);
  if (error) throw error;
  return status ?? 1;
}

/** A new network namespace begins with its loopback interface down: SIOCSIFFLAGS, netdevice(7). */
export function bringUp(ifname: string): void {
  const socket = new Socket(AF_INET, SOCK_DGRAM);
  const request = structs.ifreq.pack({ ifr_name: Buffer.from(ifname) });
  const at = structs.ifreq.offsets.ifr_flags;
  const view = new DataView(request.buffer, request.byteOffset);
  try {
    socket.ioctl(SIOCGIFFLAGS, request);
    view.setInt16(at, view.getInt16(at, true) | IFF_UP, true);
    socket.ioctl(SIOCSIFFLAGS, request);
  } finally {
    socket.close();
  }
}
