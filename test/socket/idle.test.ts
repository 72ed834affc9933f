// Waiting costs nothing: the event loop sleeps, whatever state the descriptors are in.
import * as path from 'node:path';
import { root, run } from '../tools';

test.each(['error queue', 'hung-up peer', 'surviving duplicate', 'unread flood'])(
  '%s: the event loop sleeps',
  async (setup) => {
    const args = [path.join(__dirname, 'programs/idle.js'), setup];
    const { stdout } = await run(process.execPath, args, { cwd: root });
    // its own timers make two; a descriptor that keeps reporting, hundreds of thousands
    expect(JSON.parse(stdout).iterations).toBeLessThan(20);
  },
);
