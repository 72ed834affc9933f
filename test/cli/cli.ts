// The command as users run it: the compiled bsd-socket in an own process.
import {
  dist,
  type Netns,
  type Running,
  type RunOptions,
  type RunResult,
  requireTool,
  run,
  start,
} from '../tools';

export const NODE = process.execPath;
/** What a test that failed half-way left running would keep jest from ending. */
const started = new Set<Running>();
afterEach(async () => {
  for (const running of started)
    if (running.process.exitCode === null && running.process.signalCode === null)
      await running.stop();
  started.clear();
});

function kept(running: Running): Running {
  started.add(running);
  return running;
}

export const main = (): string => dist('cli', 'main.js');

/** Runs `bsd-socket ...args` to its end, in a namespace if one is given; any status is a result. */
export function bsdSocket(
  args: readonly string[],
  ns?: Netns,
  options: RunOptions = {},
): Promise<RunResult> {
  const line: [string, string[]] = [NODE, [main(), ...args]];
  return run(...(ns ? ns.wrap(...line) : line), { anyStatus: true, ...options });
}

/** Starts it beside the test. */
export function startBsdSocket(args: readonly string[], ns?: Netns): Running {
  const line: [string, string[]] = [NODE, [main(), ...args]];
  return kept(start(...(ns ? ns.wrap(...line) : line)));
}

/** A command line as the user nobody, without any capability. */
export function asNobody(file: string, args: readonly string[]): [string, string[]] {
  return [
    requireTool('setpriv'),
    ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--', file, ...args],
  ];
}

/** Starts tcpdump in a namespace and waits until it listens. */
export async function tcpdump(ns: Netns, args: readonly string[]): Promise<Running> {
  const running = kept(ns.start('tcpdump', ['--immediate-mode', '-U', '-l', '-n', ...args]));
  await running.output(/listening on/);
  return running;
}

export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
