// sendfile: from a file to the socket, in several steps.
import { badRange, badType } from '../../errors';
import { native } from '../../native';
import { type Operation, WRITE, YIELD } from '../../wait';
import { MAX_SIZE } from '../arguments';
import { ensureNonblocking, type State } from '../state';
import { stepwise } from '../verbs';
import { sent } from './result';
import { BYTES_PER_ITERATION, withBytesSent } from './send';

const SENDFILE_MAX = 0x7ffff000; // bytes: the most that one sendfile(2) moves

/** sendfile(2) up to `count` bytes or the file's end: how many bytes that are. */
export const sendfile = stepwise('sendfile', operation);

function operation(
  state: State,
  _flags: number,
  file: number | { fd: number },
  offset: number | undefined,
  count: number | undefined,
): Operation<number> {
  const input = fileOf(file);
  const start = wholeNumber(offset ?? 0, 'sendfile: offset');
  const limit = count === undefined ? Infinity : wholeNumber(count, 'sendfile: count');
  let done = 0;
  const sendOnce = () => {
    const { fd } = state.channel;
    const most = Math.min(limit - done, BYTES_PER_ITERATION, SENDFILE_MAX);
    return sent(state, 'sendfile', native.sendfile(fd, input, start + done, most));
  };
  return {
    syscall: 'sendfile',
    direction: WRITE,
    explain: (error) => withBytesSent(error, done),
    attempt: () => {
      ensureNonblocking(state.channel.fd);
      for (const pause = done + BYTES_PER_ITERATION; done < limit; ) {
        if (done >= pause) return YIELD;
        const n = sendOnce();
        if (n === undefined) return undefined;
        if (n === 0) break;
        done += n;
      }
      return done;
    },
  };
}

function fileOf(file: number | { fd: number }): number {
  const fd = typeof file === 'object' && file !== null ? file.fd : file;
  if (typeof fd !== 'number') throw badType('sendfile: file', 'an fd number or a FileHandle', file);
  if (!Number.isInteger(fd) || fd < 0 || fd > MAX_SIZE)
    throw badRange('sendfile: file', 'an open fd', fd);
  return fd;
}

function wholeNumber(value: number, what: string): number {
  if (typeof value !== 'number') throw badType(what, 'a number of bytes', value);
  if (!Number.isSafeInteger(value) || value < 0) throw badRange(what, 'an integer >= 0', value);
  return value;
}
