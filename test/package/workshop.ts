// Where the package tests work: copies of the repository, folders that only know node, npm and sh,
// the README's blocks.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { repositoryFiles } from '../architecture/sources';
import { requireTool, root, temporaryFolder } from '../tools';

const headers: () => string | null = require('../../tools/headers.js');

/**
 * What a fresh clone would hold: every file that is or would be committed, nothing built, nothing
 * installed. Its path has a space, as many have.
 */
export function copyOfRepository(): string {
  const folder = path.join(temporaryFolder(), 'a clone');
  for (const file of repositoryFiles()) {
    const to = path.join(folder, file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(path.join(root, file), to);
  }
  return folder;
}

/** A PATH with these programs and no others: above all, no compiler. */
export function pathWithOnly(...programs: string[]): string {
  const folder = temporaryFolder();
  for (const program of programs) {
    const file = program === 'node' ? process.execPath : fs.realpathSync(requireTool(program));
    fs.symlinkSync(file, path.join(folder, program));
  }
  return folder;
}

/**
 * The environment of a user's shell: what npm and jest put into ours for their own scripts is taken
 * out, but for npm's settings.
 */
export function userEnvironment(PATH: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|execpath|node_execpath)|JEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|LIBC$)/.test(
        name,
      ),
  );
  const nodedir = headers(); // nothing to download where node came with them
  return {
    ...Object.fromEntries(kept),
    PATH,
    ...(nodedir !== null && { npm_config_nodedir: nodedir }),
  };
}

let reachable: boolean | undefined;

/** `it` where packages can be fetched, else a skipped one; with CI=true never skipped. */
export function itOnline(): jest.It {
  reachable ??=
    spawnSync('npm', ['view', 'node-gyp', 'version', '--fetch-retries=0', '--fetch-timeout=8000'], {
      cwd: root,
    }).status === 0;
  return reachable || process.env.CI ? it : it.skip;
}

export interface Block {
  language: string;
  code: string;
  /** The nearest heading above. */
  title: string;
  /** The output that the next block says it prints. */
  output?: string;
}

/**
 * The fenced js and ts blocks of a Markdown text, each with the `text` block that follows it at
 * once.
 */
export function codeBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let title = '';
  let last: Block | undefined;
  for (const [, heading, language = '', code = ''] of markdown.matchAll(
    /^#+ ([^\n]*)$|^```(\w*)\n(.*?)^```$/gms,
  )) {
    if (heading !== undefined) title = heading;
    else if (language === 'js' || language === 'ts')
      blocks.push((last = { language, code, title }));
    else if (language === 'text' && last) last.output = code;
    if (language !== 'js' && language !== 'ts') last = undefined;
  }
  return blocks;
}
