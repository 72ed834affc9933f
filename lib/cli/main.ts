#!/usr/bin/env node
// The command `bsd-socket`: finds the subcommand, runs it, tells its errors. Exit status 0 is
// success, 1 failure, 2 a command line that cannot be meant.
import { UsageError } from './args';

interface Command {
  readonly usage: string;
  readonly about: string;
  /** Loads its module and runs it; the answer is the exit status. */
  readonly run: (args: string[]) => Promise<number> | number;
  /** The exit status of an error, where it is not 1. */
  readonly failure?: number;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  build: {
    usage: 'build',
    about:
      'Builds the native addon from source, for a machine that no prebuilt file fits: into the package, or BSD_SOCKET_BUILD_DIR.',
    run: (args) => (require('./build') as typeof import('./build')).build(args),
  },
  capture: {
    usage:
      'capture [-i interface[,interface] | interface] [-c count] [-s bytes] [-e] [-x] [-n] [-p] [-Q in|out|inout] [--fanout group[:mode]] [--nano] [--immediate]\n' +
      '      [-w file [-G seconds] [-C megabytes] [-W files] [--print]] [filter]\n' +
      '  bsd-socket capture -r file [-c count] [-s bytes] [-e] [-x] [-w file [--print]] [filter]',
    about:
      'Prints one line for every frame of an interface, or of all (any), that the filter of pcap-filter(7) lets pass; -w records them in a file (pcapng, or pcap where it is named so) instead, - being the standard output.',
    run: (args) => (require('./capture') as typeof import('./capture')).capture(args),
  },
  interfaces: {
    usage: 'interfaces [--json]',
    about: 'Lists the interfaces with their addresses.',
    run: (args) => (require('./interfaces') as typeof import('./interfaces')).interfaces(args),
  },
  conformance: {
    usage:
      'conformance [--json] [--namespace own | user | current] [--kind kind]... [NAME | LEVEL]...  |  conformance diff [--json] a.json b.json',
    about:
      'Asks this kernel for every socket option on every kind of socket: what it answers, and to misuse; diff compares two such reports.',
    run: (args) =>
      (require('./conformance') as typeof import('./conformance')).conformanceCommand(args),
    failure: 2,
  },
  options: {
    usage: 'options [NAME | LEVEL]',
    about:
      'Tells of a socket option what it is and what this kernel says of it, or lists the options of a level.',
    run: (args) => (require('./options') as typeof import('./options')).options(args),
  },
  ping: {
    usage: 'ping [-4 | -6] [-c count] [-i seconds] [-W seconds] [-s bytes] [-t ttl] [-n] [-q] host',
    about:
      'Sends ICMP echo requests and tells of the replies; needs no privileges where net.ipv4.ping_group_range allows.',
    run: (args) => (require('./ping') as typeof import('./ping')).ping(args),
    failure: 2,
  },
  replay: {
    usage: 'replay -i interface [-x times | -t] file',
    about:
      'Sends the frames of a capture file by an interface: at their own pace, so many times as fast, or at top speed.',
    run: (args) => (require('./replay') as typeof import('./replay')).replay(args),
  },
  start: {
    usage: 'start [-w file.pcap]',
    about:
      'The demonstration, also run without any argument: sends packets on loopback and captures them.',
    run: (args) => (require('./start') as typeof import('./start')).start(args),
  },
};

function help(): string {
  const rows = Object.values(COMMANDS).map(
    ({ usage, about }) => `  bsd-socket ${usage}\n      ${about}`,
  );
  return `BSD sockets for Node.js\n\n${rows.join('\n')}\n  bsd-socket --help | --version\n`;
}

function version(): string {
  return (require('../../package.json') as { version: string }).version;
}

async function main(argv: string[]): Promise<number> {
  const [name = 'start', ...args] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return 0;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    process.stderr.write(`bsd-socket: no command '${name}'; bsd-socket --help lists them\n`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`usage: bsd-socket ${command.usage}\n${command.about}\n`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return refused(name, command, error);
  }
}

/**
 * What went wrong, and what to do about it where the error knows: an error without a code is our
 * own mistake, and keeps its stack.
 */
function refused(name: string, command: Command, error: unknown): number {
  const { message, code, hint, stack } = error as Error & { code?: string; hint?: string };
  const usage = error instanceof UsageError;
  process.stderr.write(`bsd-socket ${name}: ${usage || code ? message : (stack ?? error)}\n`);
  if (hint && !message.includes(hint)) process.stderr.write(`hint: ${hint}\n`);
  if (usage) process.stderr.write(`usage: bsd-socket ${command.usage}\n`);
  return usage ? 2 : (command.failure ?? 1);
}

// A reader that went away (`| head`) ends the work quietly, as it ends other programs.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  process.stderr.write(`bsd-socket: standard output: ${error.message}\n`);
  process.exit(1);
});

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    throw error;
  },
);
