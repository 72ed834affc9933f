// Calls in another network namespace: network_namespaces(7), ip-netns(8).
import * as fs from 'node:fs';
import { EACCES, EINVAL, ENOENT, EPERM } from '../constants';
import { badRange, badType, integer, privilege, socketError } from '../errors';
import { native } from '../native';

/** `path` with a '/', NAME of /run/netns/NAME without one, or a process id. */
export type NetworkNamespace = string | number;

function fileOf(netns: NetworkNamespace): string {
  if (typeof netns === 'number') return `/proc/${integer('netns', netns, 1, 0x7fffffff)}/ns/net`;
  if (typeof netns !== 'string')
    throw badType('netns', "a path, a name of 'ip netns', or a process id", netns);
  if (netns === '' || netns.includes('\0'))
    throw badRange('netns', "a path, a name of 'ip netns', or a process id", netns);
  return netns.includes('/') ? netns : `/run/netns/${netns}`;
}

function refusal(errno: number, file: string, netns: NetworkNamespace): Error {
  let hint: string | undefined;
  if (errno === ENOENT)
    hint =
      typeof netns === 'number'
        ? `there is no process ${netns}`
        : `there is no ${file}: 'ip netns list' has the names`;
  else if (errno === EPERM || errno === EACCES) hint = privilege('CAP_SYS_ADMIN');
  else if (errno === EINVAL) hint = `${file} is no network namespace`;
  return socketError(-errno, 'setns', { hint });
}

/**
 * setns(2) in a thread of its own, which makes `call` and ends; this thread stays where it is.
 * Returns what `call` returned. Throws the SocketError of syscall 'setns': ENOENT where there is no
 * such namespace, EPERM without CAP_SYS_ADMIN, EINVAL for a file that is no network namespace.
 */
export function inNetworkNamespace(
  netns: NetworkNamespace,
  call: (fd: number, entered: Int32Array) => number,
): number {
  const file = fileOf(netns);
  let fd: number;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    throw errno === undefined ? error : refusal(-errno, file, netns);
  }
  try {
    const entered = new Int32Array(1);
    const result = call(fd, entered);
    if (result < 0 && entered[0] === 0) throw refusal(-result, file, netns);
    return result;
  } finally {
    fs.closeSync(fd);
  }
}

/** socket(2) in another network namespace: the descriptor, or -errno of socket(2). */
export const socketIn = (
  netns: NetworkNamespace,
  family: number,
  type: number,
  proto: number,
): number =>
  inNetworkNamespace(netns, (fd, entered) => native.netns_socket(fd, family, type, proto, entered));
