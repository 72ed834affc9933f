// What `bsd-socket capture` does once its sockets and files are open: become another user (-Z), run
// a command on each file that a rotation has ended (-z).
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import type { Recording } from '../capture';
import { UsageError } from './args';

/** setgid(2), initgroups(3), setuid(2) of every thread. */
export function becomeUser(name: string): void {
  const row = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  if (row === undefined) throw new UsageError(`-Z: no user '${name}' in /etc/passwd`);
  const [uid, gid] = [Number(row[2]), Number(row[3])];
  // @types/node has no initgroups().
  const { initgroups } = process as unknown as { initgroups(user: string, group: number): void };
  process.setgid?.(gid);
  initgroups.call(process, name, gid);
  process.setuid?.(uid);
}

const EVERY_MS = 50;

/** The n-th file of a rotation, as record() names them. */
function fileName(path: string, files: number | undefined, n: number): string {
  if (files === undefined) return n === 0 ? path : `${path}${n}`;
  return path + String(n % files).padStart(String(files - 1).length, '0');
}

/** Runs `command file` for each file once the next one is open, and for the last at the end. */
export class PostRotation {
  readonly #timer: NodeJS.Timeout;
  #done = 0;

  constructor(
    private readonly command: string,
    private readonly path: string,
    private readonly files: number | undefined,
    private readonly recording: Recording,
  ) {
    this.#timer = setInterval(() => this.#upTo(Number(recording.stats().files) - 1), EVERY_MS);
    this.#timer.unref();
  }

  #upTo(count: number): void {
    for (; this.#done < count; this.#done++) {
      const file = fileName(this.path, this.files, this.#done);
      const child = spawn(this.command, [file], { stdio: ['ignore', 'inherit', 'inherit'] });
      child.on('error', (error) =>
        process.stderr.write(`bsd-socket capture: -z: ${error.message}\n`),
      );
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#upTo(Number(this.recording.stats().files));
  }
}
