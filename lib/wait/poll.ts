// poll(2) on one descriptor.
import { check } from '../errors';
import { native } from '../native';

const pollfd = new Int32Array(3);
const noPollfd = new Int32Array(0);

/** revents, 0 after `ms` milliseconds without any; throws what poll(2) refuses. */
export function pollOne(fd: number, events: number, ms: number): number {
  pollfd[0] = fd;
  pollfd[1] = events;
  pollfd[2] = 0;
  return check(native.poll(pollfd, ms), 'poll') > 0 ? pollfd[2] : 0;
}

/** Blocks this thread for `ms` milliseconds. */
export function sleepSync(ms: number): void {
  check(native.poll(noPollfd, ms), 'poll');
}
