// The example programs of both languages, and how they are run beside each other.
import * as path from 'node:path';
import { dist, type Running, type RunResult, requireTool, root, run, start } from '../tools';

/** What runs a program: its interpreter, and where its file lies. */
type Side = 'node' | 'python';

function command(side: Side, name: string, args: readonly (string | number)[]): [string, string[]] {
  const rest = args.map(String);
  if (side === 'python')
    return [requireTool('python3'), [path.join(__dirname, 'python', `${name}.py`), ...rest]];
  dist('index.js');
  return [process.execPath, [path.join(root, 'examples', `${name}.js`), ...rest]];
}

/** Runs an example to its end; a status other than 0 rejects unless `anyStatus`. */
export function runExample(
  side: Side,
  name: string,
  args: readonly (string | number)[] = [],
  anyStatus = false,
): Promise<RunResult> {
  const [file, argv] = command(side, name, args);
  return run(file, argv, { anyStatus });
}

export interface Server extends Running {
  /** From its line "Listening on port N". */
  readonly port: number;
}

/** Starts a server program and waits until it listens on its port. */
export async function startServer(
  side: Side,
  name: string,
  args: readonly (string | number)[] = [0, '127.0.0.1'],
): Promise<Server> {
  const [file, argv] = command(side, name, args);
  const running = start(file, argv);
  const [, port] = await running.output(/Listening on port (\d+)/);
  return { ...running, port: Number(port) };
}

/** The same for one that listens on a path. */
export async function startUnixServer(side: Side, type: string, place: string): Promise<Running> {
  const [file, argv] = command(side, 'unix_echo_server', [type, place]);
  const running = start(file, argv);
  await running.output(/Listening on /);
  return running;
}

/** Each of the two against the other, and against itself. */
export const PAIRS: readonly (readonly [server: Side, client: Side])[] = [
  ['node', 'python'],
  ['python', 'node'],
  ['node', 'node'],
];
