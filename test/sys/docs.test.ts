// The examples of docs/sys.md run as they stand there.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '../..');

test('docs/sys.md', () => {
  const page = fs.readFileSync(path.join(root, 'docs/sys.md'), 'utf8');
  const [conformance, structs] = Array.from(page.matchAll(/```js\n(.*?)```/gs), ([, code]) => code);
  const program = `${conformance}\n${structs}\nassert.equal(to.readUInt16BE(2), 8080);\nassert.equal(five.readInt32LE(4), 5);`;
  const { stderr, status } = spawnSync(process.execPath, ['-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});
