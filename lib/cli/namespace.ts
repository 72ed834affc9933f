// A network namespace of our own, with a user namespace for who may not make one otherwise:
// unshare(1) makes it, and this program runs again inside.
import { spawnSync } from 'node:child_process';
import { AF_INET, IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS, SOCK_DGRAM } from '../constants';
import { check } from '../errors';
import { native } from '../native';
import { Socket } from '../socket';

const INSIDE = 'BSD_SOCKET_OWN_NAMESPACE';
/**
 * By the same user, who must be privileged; or by root of a user namespace, which anybody may be
 * where the system allows.
 */
const UNSHARE = { own: ['-n'], user: ['-U', '-r', '-n'] };
type Namespace = keyof typeof UNSHARE;

/** Which namespace enterNamespace() made for this program, if it started it. */
export const insideNamespace = (): Namespace | undefined =>
  (Object.keys(UNSHARE) as Namespace[]).find((name) => name === process.env[INSIDE]);

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
 * Runs this program with these arguments in a namespace of its own, to its end; the answer is its
 * exit status.
 */
export function enterNamespace(args: readonly string[], namespace: Namespace = 'user'): number {
  const program = [process.execPath, ...process.execArgv, process.argv[1], ...args];
  const { status, error } = spawnSync('unshare', [...UNSHARE[namespace], ...program], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: namespace },
  });
  if (error) throw error;
  return status ?? 1;
}

/** A new network namespace begins with its loopback interface down: SIOCSIFFLAGS, netdevice(7). */
export function bringUp(ifname: string): void {
  const socket = new Socket(AF_INET, SOCK_DGRAM);
  const { size, fields } = native.layouts.ifreq;
  const request = Buffer.alloc(size);
  request.write(ifname, fields.ifr_name[0]);
  const [flags] = fields.ifr_flags;
  const view = new DataView(request.buffer, request.byteOffset);
  try {
    check(native.ioctl(socket.fileno(), SIOCGIFFLAGS, request), 'ioctl');
    view.setInt16(flags, view.getInt16(flags, true) | IFF_UP, true);
    check(native.ioctl(socket.fileno(), SIOCSIFFLAGS, request), 'ioctl');
  } finally {
    socket.close();
  }
}
