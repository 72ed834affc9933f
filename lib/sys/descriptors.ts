// What works on any descriptor: poll(2), fcntl(2), ioctl(2).
import { type Bytes, toBytes } from '../bytes';
import { native } from '../native';
import { refuse } from './refuse';

/**
 * poll(2) over [fd, events, revents] triples; returns how many have revents. A negative timeout
 * waits for ever, and the thread with it.
 */
export function poll(fds: Int32Array, timeoutMs: number): number {
  const result = native.poll(fds, timeoutMs);
  return result >= -4095 ? result : refuse('poll', result, fds, timeoutMs);
}

/**
 * fcntl(2) with an integer argument. A duplicate that F_DUPFD makes is owned by this environment.
 */
export function fcntl(fd: number, cmd: number, arg: number): number {
  const result = native.fcntl(fd, cmd, arg);
  return result >= -4095 ? result : refuse('fcntl', result, fd, cmd, arg);
}

/**
 * ioctl(2) with a request whose argument is flat: an integer, or a struct without pointers in
 * bytes, read and written in place; or any request with NULL.
 */
export function ioctl(fd: number, req: number, arg: number | Bytes | null): number {
  const result = native.ioctl(
    fd,
    req,
    arg === null || typeof arg === 'number' ? arg : toBytes(arg, 'ioctl: arg'),
  );
  return result >= -4095 ? result : refuse('ioctl', result, fd, req, arg);
}
