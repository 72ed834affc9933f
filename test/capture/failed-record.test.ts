// A capture or recording that fails to begin goes on all the same: whichever step fails, no thread,
// descriptor or growing file is left.
import * as path from 'node:path';
import { itNeeds, type Netns, netns, type RunResult, root } from '../tools';

const PROGRAMS = path.join(__dirname, 'programs');

let ns: Netns | undefined;
function inside(file: string, args: string[]): Promise<RunResult> {
  ns ??= netns();
  return ns.run(process.execPath, [path.join(PROGRAMS, file), ...args], {
    cwd: root,
    timeoutMs: 60_000,
  });
}

describe('each step of it made to fail by strace', () => {
  itNeeds('netns', 'strace').each([
    ['open', 'none', 'socket', 'EMFILE'],
    ['open', 'none', 'bind', 'ENOMEM'],
    ['open', 'none', 'getsockname', 'ENOBUFS'],
    ['open', 'none', 'setsockopt', 'ENOMEM'],
    ['open', 'none', 'fcntl', 'EMFILE'],
    ['open', 'none', 'mmap', 'ENOMEM'],
    ['open', 'none', 'fstat', 'ENOMEM'],
    ['record', 'none', 'openat', 'EMFILE'],
    ['record', 'none', 'eventfd2', 'EMFILE'],
    ['record', 'none', 'getsockopt', 'ENOMEM'],
    ['record', 'none', 'clone3', 'EAGAIN'],
    ['record', 'none', 'fcntl', 'EMFILE'],
    ['record', 'none', 'epoll_ctl', 'ENOSPC'],
    ['record', 'none', 'poll', 'ENOMEM'],
    ['record', 'none', 'write', 'ENOSPC'],
    ['record', 'none', 'fstat', 'ENOMEM'],
    ['record', 'gzip', 'memfd_create', 'EMFILE'],
    ['record', 'gzip', 'fcntl', 'EMFILE'],
    ['record', 'gzip', 'pread64', 'EIO'],
    ['record', 'gzip', 'ftruncate', 'EIO'],
    ['record', 'zstd', 'write', 'ENOSPC'],
    ['record', 'zstd', 'epoll_ctl', 'ENOSPC'],
  ])('%s, compression %s: %s fails with %s', async (...args) => {
    const { stdout } = await inside('injected.js', args);
    const { injected, wrong } = JSON.parse(stdout) as { injected: number; wrong: unknown[] };
    expect(wrong).toEqual([]);
    expect(injected).toBeGreaterThan(0);
  });
});

describe('with few free descriptors', () => {
  itNeeds('netns').each([
    ['record', 'none'],
    ['record', 'gzip'],
    ['record', 'zstd'],
    ['compile', 'none'],
  ])('%s (compression %s) is EMFILE until there are enough, and then succeeds', async (...args) => {
    const { stdout } = await inside('few-descriptors.js', args);
    const { outcomes, threads } = JSON.parse(stdout) as { outcomes: string[]; threads: number };
    expect(threads).toBe(0);
    const enough = outcomes.indexOf('done');
    expect(enough).toBeGreaterThan(0);
    expect(outcomes).toEqual(outcomes.map((_, free) => (free < enough ? 'EMFILE' : 'done')));
  });
});
