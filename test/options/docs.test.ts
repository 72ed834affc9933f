// docs/options is what the tables make.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { root } from '../tools';

it('docs/options says what the tables say: node tools/options-docs.js', () => {
  // In its own process: the tool loads the sources by itself.
  const code =
    "process.stdout.write(JSON.stringify(require('./tools/options-docs.js').generate()))";
  const pages: Record<string, string> = JSON.parse(
    execFileSync(process.execPath, ['-e', code], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    }),
  );
  const folder = path.join(root, 'docs/options');
  expect(fs.readdirSync(folder).sort()).toEqual(Object.keys(pages).sort());
  const stale = Object.keys(pages).filter(
    (name) => fs.readFileSync(path.join(folder, name), 'utf8') !== pages[name],
  );
  expect(stale).toEqual([]);
});
