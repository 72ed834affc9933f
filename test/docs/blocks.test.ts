// The blocks of docs/dgram.md and docs/hand-over.md run as pasted, each in a process of its own.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { root, run } from '../tools';

const PAGES = ['dgram', 'hand-over'];

/** The blocks of JavaScript but for those that are marked as fragments. */
function blocks(page: string): string[] {
  const text = fs.readFileSync(path.join(root, 'docs', `${page}.md`), 'utf8');
  return [...text.matchAll(/(<!-- fragment -->\n)?```js\n(.*?)```/gs)]
    .filter(([, fragment]) => fragment === undefined)
    .map(([, , code]) => code as string);
}

const PRINTED: Record<string, RegExp[]> = {
  dgram: [
    /^hello from 127\.0\.0\.1 to 127\.0\.0\.1, interface 1, ttl 64\n$/,
    /^ECONNREFUSED at 127\.0\.0\.1\n$/,
  ],
  'hand-over': [
    /^over a prepared socket\n$/,
    /^127\.0\.0\.1\n$/,
    /^ok\n$/,
    /^1\n$/,
    /^from the worker\n$/,
  ],
};

describe.each(PAGES)('docs/%s.md', (page) => {
  const codes = blocks(page);
  it('has a block for each expectation', () => {
    expect(codes.length).toBe(PRINTED[page]?.length);
  });
  it.each(codes.map((code, i) => [i, code] as const))('block %d', async (i, code) => {
    const { stdout, stderr } = await run(process.execPath, ['-e', code], { cwd: root });
    expect(stderr).toBe('');
    expect(stdout).toMatch(PRINTED[page]?.[i] as RegExp);
  });
});
