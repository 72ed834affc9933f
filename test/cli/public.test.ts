// The command uses the package as its users do: by its entry points.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { itNeeds, netns, root } from '../tools';
import { bsdSocket } from './cli';

const folder = path.join(root, 'lib/cli');
const ENTRIES = ['../index', '../sys', '../capture', '../packet'];
/** What has no public call: dropping capabilities, the nearest names. */
const OTHERS = ['privileges.ts ../native', 'near.ts ../errors/arguments'];

it('imports entry points only', () => {
  const files = fs.readdirSync(folder).filter((name) => !/^(capture|frame-line|status)/.test(name));
  expect(files.length).toBeGreaterThan(12);
  const internal = files.flatMap((name) =>
    [...fs.readFileSync(path.join(folder, name), 'utf8').matchAll(/from '(\.\.\/[^']*)'/g)]
      .map(([, from]) => from as string)
      .filter((from) => !ENTRIES.includes(from))
      .map((from) => `${name} ${from}`),
  );
  expect(internal.filter((one) => !OTHERS.includes(one))).toEqual([
    'privileges.ts ../constants',
    'privileges.ts ../errors',
  ]);
});

const itInside = itNeeds('netns');

itInside(
  'the environment does not make it believe that it is in a namespace of its own',
  async () => {
    // Inside, a walk may set what changes the namespace (MRT_INIT), and switches lo on.
    const ns = netns();
    try {
      await ns.run('ip', ['link', 'set', 'lo', 'down']);
      const args = ['conformance', '--json', '--namespace', 'current', '--kind', 'udp', 'SO_TYPE'];
      for (const BSD_SOCKET_OWN_NAMESPACE of ['own', 'user']) {
        const { stdout } = await bsdSocket(args, ns, { env: { BSD_SOCKET_OWN_NAMESPACE } });
        expect(JSON.parse(stdout).namespace).toBe('current');
      }
      const { stdout } = await ns.run('ip', ['-j', 'link', 'show', 'lo']);
      expect(JSON.parse(stdout)[0].flags).not.toContain('UP');
    } finally {
      ns.remove();
    }
  },
);
