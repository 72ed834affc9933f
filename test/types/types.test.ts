// The type tests compile: what should type-check does, and what should not does not.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { root, run } from '../tools';

const tsc = (project: string) =>
  run(process.execPath, [path.join(root, 'node_modules/.bin/tsc'), '--noEmit', '-p', project], {
    anyStatus: true,
    timeoutMs: 60_000,
  });

it('every line of the usage files compiles, and every expected error is one', async () => {
  const { stdout, status } = await tsc(path.join(__dirname, 'tsconfig.json'));
  expect(stdout).toBe('');
  expect(status).toBe(0);
  const lines = fs.readFileSync(path.join(__dirname, 'api-usage.ts'), 'utf8').split('\n');
  expect(lines.filter((line) => line.includes('@ts-expect-error')).length).toBeGreaterThanOrEqual(
    14,
  );
}, 60_000);
