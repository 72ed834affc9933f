// The descriptor itself: dup, close-on-exec, ioctl.
import { type Bytes, toBytes } from '../../bytes';
import { F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, FD_CLOEXEC } from '../../constants';
import { badRange, badType, check } from '../../errors';
import { native } from '../../native';
import { openFd, State } from '../state';
import { ZeroCopy } from '../zero-copy';
import { queueErrors } from './enable';

const IOCTL_MAX = 256; // bytes: more than any request's struct

/** fcntl(F_DUPFD_CLOEXEC): the State of a second descriptor of the same kernel socket. */
export function dup(state: State): State {
  const { family, type, proto } = state;
  const fd = check(native.fcntl(openFd(state, 'dup'), F_DUPFD_CLOEXEC, 0), 'dup');
  const copy = new State(fd, family, type, proto);
  copy.timeoutMs = state.timeoutMs;
  copy.controlLength = state.controlLength;
  if (state.errorQueue !== undefined) queueErrors(copy);
  copy.isNew = state.isNew;
  // the kernel counts zero-copy sends by socket, not by descriptor
  state.zeroCopy ??= new ZeroCopy(state);
  copy.zeroCopy = state.zeroCopy;
  copy.zeroCopy.join(copy);
  return copy;
}

/** Whether FD_CLOEXEC is clear. */
export function getInheritable(state: State): boolean {
  const flags = check(native.fcntl(openFd(state, 'fcntl'), F_GETFD, 0), 'fcntl');
  return (flags & FD_CLOEXEC) === 0;
}

export function setInheritable(state: State, on: boolean): void {
  const fd = openFd(state, 'fcntl');
  checkFlag(on, 'set_inheritable: on');
  const flags = check(native.fcntl(fd, F_GETFD, 0), 'fcntl');
  check(native.fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC), 'fcntl');
}

/** ioctl(2): the request's int, or its struct as the kernel left it. */
export function ioctl(state: State, request: number, arg?: number | Bytes): number | Buffer {
  const fd = openFd(state, 'ioctl');
  if (typeof request !== 'number') throw badType('ioctl: request', 'a number (SIOC*)', request);
  if (typeof arg === 'number') return ioctlResult(native.ioctl(fd, request, arg));
  if (arg === undefined) {
    const out = Buffer.alloc(IOCTL_MAX);
    ioctlResult(native.ioctl(fd, request, out));
    return out.readInt32LE(0);
  }
  const struct = Buffer.from(toBytes(arg, 'ioctl: arg'));
  ioctlResult(native.ioctl(fd, request, struct));
  return struct;
}

function ioctlResult(result: number): number {
  if (result < -4095) {
    throw badRange(
      'ioctl: request',
      'a request whose argument is flat (see native/ioctls.def), with space for its struct',
      result,
    );
  }
  return check(result, 'ioctl');
}

/** A boolean, or Python's 0 and 1. */
export function checkFlag(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean' && typeof value !== 'number')
    throw badType(what, 'a boolean', value);
  return Boolean(value);
}
