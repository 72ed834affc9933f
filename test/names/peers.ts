// The same questions put to CPython and to the built package, in a namespace with a name server and
// an /etc/hosts of its own.
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  type Netns,
  netns,
  type Running,
  type RunOptions,
  type RunResult,
  requireTool,
  root,
  run,
} from '../tools';

export type Question = readonly [name: string, ...args: unknown[]];
export interface Reply {
  /** What was answered, as Python shapes it. */
  readonly said?: unknown;
  /** The class of the error, its number, and whose name it was. */
  readonly error?: string;
  readonly errno?: number | null;
  readonly hostname?: string;
}
type Runner = (file: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;

const PYTHON = `
import json, socket, sys
def tuples(x): return tuple(map(tuples, x)) if isinstance(x, list) else x
replies = []
for name, *args in json.load(sys.stdin):
    try: replies.append({'said': getattr(socket, name)(*map(tuples, args))})
    except Exception as e: replies.append({'error': type(e).__name__, 'errno': getattr(e, 'errno', None)})
print(json.dumps(replies))`;

/** CPython's socket module: one reply a question. `runner` is `run`, or a namespace's. */
export async function python(
  questions: readonly Question[],
  runner: Runner = run,
): Promise<Reply[]> {
  return JSON.parse(
    (await runner('python3', ['-c', PYTHON], { input: JSON.stringify(questions) })).stdout,
  ) as Reply[];
}

const NODE = `
const S = require('bsd-socket');
const shaped = (value) => (Array.isArray(value) ? value.map((v) => ('canonname' in Object(v) ? [v.family, v.type, v.proto, v.canonname, [...v.address]] : shaped(v))) : value);
const reply = async (ask) => {
  try {
    return { said: shaped(await ask()) };
  } catch (e) {
    return { error: e.constructor.name, errno: e instanceof S.GaiError ? S.constants[e.code] : -e.errno, hostname: e.hostname };
  }
};
(async () => {
  const replies = [];
  for (const [name, ...args] of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
    const first = await reply(() => S[name](...args));
    replies.push([first, S[name + 'Sync'] ? await reply(() => S[name + 'Sync'](...args)) : first]);
  }
  console.log(JSON.stringify(replies));
})();`;

/** The built package: what the promise (or plain) form and what the Sync form say. */
export async function node(
  questions: readonly Question[],
  runner: Runner = run,
): Promise<[Reply, Reply][]> {
  const { stdout } = await runner(process.execPath, ['-e', NODE], {
    input: JSON.stringify(questions),
    cwd: root,
  });
  return JSON.parse(stdout) as [Reply, Reply][];
}

export interface NamedNetns {
  readonly ns: Netns;
  stop(): Promise<void>;
}

/**
 * A namespace whose /etc has these hosts and the resolver 127.0.0.1, behind which `serve` starts
 * what answers (or doesn't).
 */
export async function namedNetns(
  hosts: string,
  serve: (ns: Netns) => Promise<Running>,
): Promise<NamedNetns> {
  const ns = netns();
  const etc = path.join('/etc/netns', ns.name); // ip netns exec mounts these over /etc
  let server: Running | undefined;
  const stop = async () => {
    await server?.stop();
    ns.remove();
    fs.rmSync(etc, { recursive: true, force: true });
  };
  try {
    fs.mkdirSync(etc, { recursive: true });
    fs.writeFileSync(path.join(etc, 'hosts'), hosts);
    fs.writeFileSync(
      path.join(etc, 'resolv.conf'),
      'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
    );
    server = await serve(ns);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ns, stop };
}

/** dnsmasq with these records; every other name is not known. */
export async function dnsmasq(ns: Netns, ...records: string[]): Promise<Running> {
  const server = ns.start(requireTool('dnsmasq'), [
    ...[
      '--keep-in-foreground',
      '--no-daemon',
      '--no-resolv',
      '--no-hosts',
      '--conf-file=/dev/null',
      '--pid-file=',
      '--user=root',
    ],
    ...[
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      '--log-facility=-',
      '--local=/#/',
      ...records,
    ],
  ]);
  await server.output(/started, version/);
  return server;
}
