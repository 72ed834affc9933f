// Shared by all tests: what the machine has, child processes that end with the test, own network
// namespaces, the built package.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const root = path.join(__dirname, '..');

/** How many times the usual limits: more than 1 on an emulated machine (tools/kernels). */
export const TIME_FACTOR = Number(process.env.BSD_SOCKET_TIME_FACTOR) || 1;

/**
 * The built package's folder or a file in it. Child processes require it as 'bsd-socket': run them
 * with `cwd: root`.
 */
export function dist(...names: string[]): string {
  const file = path.join(root, 'dist', ...names);
  if (!fs.existsSync(file))
    throw new Error(`${path.relative(root, file)} is not built: run npm run build`);
  return file;
}

declare global {
  var leftForTheEnd: (() => unknown)[] | undefined;
}

/** Runs `job` when this test file is over, after its afterAll hooks; the last one first. */
export function atEnd(job: () => unknown): void {
  globalThis.leftForTheEnd?.push(job);
}

// --- what the machine has ------------------------------------------------------------------------

/** The full path of a program. Throws where it is not installed, with the line that installs it. */
export function requireTool(name: string): string {
  const found = findTool(name);
  if (found === undefined)
    throw new Error(`${name} is not installed; .ci/run installs all tools that tests use`);
  return found;
}

function findTool(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

let namespaces: boolean | undefined;

/** Whether this process may make network namespaces (root in practice). */
export function hasNetns(): boolean {
  namespaces ??= process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'true']).status === 0;
  return namespaces;
}

// jest gives `skip` no `failing`.
const skipped: jest.It = Object.assign(it.skip, { failing: it.skip });

/**
 * `it` where all that the test needs is there, else a skipped one; with CI=true nothing is skipped,
 * and the test fails on what is missing. A need is a program's name, 'netns', or 'root'.
 */
export function itNeeds(...needs: string[]): jest.It {
  const missing = needs.filter((need) =>
    need === 'netns'
      ? !hasNetns()
      : need === 'root'
        ? process.getuid?.() !== 0
        : findTool(need) === undefined,
  );
  return missing.length === 0 || process.env.CI ? it : skipped;
}

/**
 * A test of how long something takes, or how much of something: what else the machine does spoils
 * one try, hardly three in a row.
 */
export function itMeasures(name: string, body: () => unknown, timeoutMs = 60_000): void {
  const tries = async (left: number): Promise<void> => {
    try {
      await body();
    } catch (error) {
      if (left === 0) throw error;
      await tries(left - 1);
    }
  };
  it(name, () => tries(2), timeoutMs);
}

// --- child processes -----------------------------------------------------------------------------

export interface RunOptions {
  input?: string | Uint8Array;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Milliseconds until it is killed (and the result rejects). 15,000 unless told. */
  timeoutMs?: number;
  /** Any status is a result; else a status that is not 0 rejects with the output. */
  anyStatus?: boolean;
}

export interface RunResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** stdout as it came. */
  bytes: Buffer;
}

/** Runs a program to its end. */
export async function run(
  file: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = start(file, args, options);
  if (options.input !== undefined) child.process.stdin?.write(options.input);
  child.process.stdin?.end();
  const timeoutMs = (options.timeoutMs ?? 15_000) * TIME_FACTOR;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.process.kill('SIGKILL');
  }, timeoutMs);
  const result = await child.done;
  clearTimeout(timer);
  const shown = `${file} ${args.join(' ')}\n${result.stdout}${result.stderr}`;
  if (late) throw new Error(`not done after ${timeoutMs} ms: ${shown}`);
  if (result.status !== 0 && !options.anyStatus)
    throw new Error(`status ${result.status ?? result.signal}: ${shown}`);
  return result;
}

/** A program that runs beside the test. */
export interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly done: Promise<RunResult>;
  stdout(): string;
  stderr(): string;
  /**
   * Resolves with the match once stdout or stderr holds it; rejects where the program ends first or
   * `timeoutMs` pass.
   */
  output(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Ends it (SIGTERM, after two seconds SIGKILL) and waits for that. */
  stop(signal?: NodeJS.Signals): Promise<RunResult>;
}

const running = new Set<ChildProcess>();
atEnd(() => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a program; the caller stops it (what still runs at the end of the test file is killed).
 */
export function start(
  file: string,
  args: readonly string[] = [],
  options: Pick<RunOptions, 'cwd' | 'env'> = {},
): Running {
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const stdout = () => Buffer.concat(out).toString();
  const stderr = () => Buffer.concat(err).toString();
  let look = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk);
    look();
  });
  child.stdin.on('error', () => {}); // it need not read its input
  const done = new Promise<RunResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      running.delete(child);
      look();
      resolve({ status, signal, stdout: stdout(), stderr: stderr(), bytes: Buffer.concat(out) });
    });
  });
  done.catch(() => {}); // seen by whoever awaits it

  const output = (pattern: RegExp, timeoutMs = 10_000) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const before = look;
      const refuse = (why: string) => {
        look = before;
        clearTimeout(timer);
        reject(new Error(`${file}: no ${pattern} ${why}:\n${stdout()}${stderr()}`));
      };
      const timer = setTimeout(() => refuse(`after ${timeoutMs} ms`), timeoutMs);
      look = () => {
        before();
        const match = stdout().match(pattern) ?? stderr().match(pattern);
        if (match) {
          look = before;
          clearTimeout(timer);
          resolve(match);
        } else if (!running.has(child)) refuse('before it ended');
      };
      done.catch((error) => refuse(error.message));
      look();
    });

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
    const result = await done;
    clearTimeout(timer);
    return result;
  };
  return { process: child, pid: child.pid ?? -1, done, stdout, stderr, output, stop };
}

/**
 * Runs JavaScript in an own node, in the repository (so that 'bsd-socket' is the built package).
 */
export function runNode(
  code: string,
  args: readonly string[] = [],
  options: RunOptions & { flags?: readonly string[]; prefix?: readonly string[] } = {},
): Promise<RunResult> {
  const [file = process.execPath, ...before] = [...(options.prefix ?? []), process.execPath];
  return run(file, [...before, ...(options.flags ?? []), '-e', code, '--', ...args], options);
}

// --- network namespaces --------------------------------------------------------------------------

/**
 * An own network namespace with lo up. Processes started in it see nothing of the machine's
 * network.
 */
export interface Netns {
  readonly name: string;
  /**
   * What stands before a command line so that it runs inside: `run(...ns.wrap('ping',
   * ['127.0.0.1']))`.
   */
  readonly prefix: readonly string[];
  wrap(file: string, args?: readonly string[]): [file: string, args: string[]];
  run(file: string, args?: readonly string[], options?: RunOptions): Promise<RunResult>;
  start(file: string, args?: readonly string[], options?: Pick<RunOptions, 'cwd' | 'env'>): Running;
  runNode(code: string, args?: readonly string[], options?: RunOptions): Promise<RunResult>;
  remove(): void;
}

let made = 0;

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync(requireTool('ip'), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}

/** Makes a network namespace. It is removed by `remove()`, or at the end of the test file. */
export function netns(): Netns {
  const name = `bsdsock-${process.pid}-${made++}`;
  ip('netns', 'add', name);
  let gone = false;
  const remove = () => {
    if (!gone) ip('netns', 'del', name);
    gone = true;
  };
  atEnd(remove);
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const prefix = [requireTool('ip'), 'netns', 'exec', name];
  const wrap = (file: string, args: readonly string[] = []): [string, string[]] => [
    prefix[0] as string,
    [...prefix.slice(1), file, ...args],
  ];
  return {
    name,
    prefix,
    wrap,
    run: (file, args, options) => run(...wrap(file, args), options),
    start: (file, args, options) => start(...wrap(file, args), options),
    runNode: (code, args, options) => runNode(code, args, { ...options, prefix }),
    remove,
  };
}

/** Waits until the kernel routes IPv6 multicast to a device that has just come up. */
function waitForRoutes(name: string, device: string): void {
  const args = [
    '-n',
    name,
    '-6',
    'route',
    'show',
    'table',
    'local',
    'type',
    'multicast',
    'dev',
    device,
  ];
  for (const end = Date.now() + 5000; Date.now() < end; )
    if (spawnSync(requireTool('ip'), args, { encoding: 'utf8' }).stdout.includes('ff00::/8'))
      return;
  throw new Error(`${device} has no IPv6 multicast route after 5 s`);
}

/**
 * Two namespaces and a veth cable between them: `va` with 10.8.0.1/24 and fd08::1/64 in the first,
 * `vb` with .2 and ::2 in the second.
 */
export function netnsPair(): [a: Netns, b: Netns] {
  const a = netns();
  const b = netns();
  ip('-n', a.name, 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb', 'netns', b.name);
  for (const [ns, device, n] of [
    [a, 'va', 1],
    [b, 'vb', 2],
  ] as const) {
    ip('-n', ns.name, 'addr', 'add', `10.8.0.${n}/24`, 'dev', device);
    ip('-n', ns.name, '-6', 'addr', 'add', `fd08::${n}/64`, 'dev', device, 'nodad');
    ip('-n', ns.name, 'link', 'set', device, 'up');
  }
  for (const [ns, device] of [
    [a, 'va'],
    [b, 'vb'],
  ] as const)
    waitForRoutes(ns.name, device);
  return [a, b];
}

// --- files ---------------------------------------------------------------------------------------

/** A new empty folder, which is removed at the end of the test file. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsd-socket-'));
  atEnd(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
