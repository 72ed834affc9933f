// A Socket whose descriptor was closed behind its back closes whatever has got the number since.
import { node } from './sockets';

interface Result {
  /** The number that the stale owner still has was given out again. */
  reused: boolean;
  /** What fstat(2) reports of the new descriptor after the stale owner closed: same inode, or not. */
  intact: boolean;
  /** The code of the error of the closing call, if it threw. */
  code?: string;
}

/** What has the number now, opened by the package itself. */
const OWN = ['Socket', 'accepted', 'dup', 'pair', 'OwnedFd', 'listener', 'sys'];

describe.each(OWN)('where a new %s has the number', (successor) => {
  test.each(['close', 'dispose', 'collected', 'stale OwnedFd'])(
    'a stale owner that is let go by %s leaves it alone',
    async (way) => {
      const result = await node<Result>('stale-close.js', [way, successor], {
        flags: ['--expose-gc'],
      });
      expect(result).toMatchObject({ reused: true, intact: true });
    },
  );
});

// Others' descriptors: fstat's st_ino tells them apart. A plain close() cannot afford to ask.
describe.each(['file'])('where a %s of others has the number', (successor) => {
  const released = async (way: string) => {
    const result = await node<Result>('stale-close.js', [way, successor], {
      flags: ['--expose-gc'],
    });
    expect(result).toMatchObject({ reused: true, intact: true });
  };
  test.each(['collected', 'stale OwnedFd'])(
    'a stale owner that is let go by %s leaves it alone',
    released,
  );
  test.each(['transfer', 'toNet'])('a stale owner that is let go by %s leaves it alone', released);
});
