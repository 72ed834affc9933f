// `bsd-socket conformance`: asks this kernel for every option on every kind of socket, in a network
// namespace of its own where that is permitted; and compares two reports.
import * as fs from 'node:fs';
import {
  type ConformanceReport,
  conformance,
  conformanceDiff,
  type Difference,
  type SocketKind,
  socketKinds,
  socketOptions,
} from '../index';
import { parse, UsageError } from './args';
import { differenceLines, reportLines } from './conformance-text';
import { bringUp, enterNamespace, insideNamespace, namespaceRefusal } from './namespace';
import { unknownName } from './near';

type Namespace = ConformanceReport['namespace'];
const NAMESPACES: readonly string[] = ['own', 'user', 'current'];

/**
 * Runs it. The status is 0; of a diff 0 where the reports agree, 1 where they differ, and 2 where
 * they cannot be read.
 */
export function conformanceCommand(args: string[]): number {
  return args[0] === 'diff' ? diff(args.slice(1)) : walk(args);
}

function walk(args: string[]): number {
  const { values, positionals } = parse({
    args,
    options: {
      json: { type: 'boolean' },
      namespace: { type: 'string' },
      kind: { type: 'string', multiple: true },
    },
    allowPositionals: true,
  });
  const asked = values.namespace;
  if (asked !== undefined && !NAMESPACES.includes(asked))
    throw new UsageError(`--namespace takes ${NAMESPACES.join(', ')}, not '${asked}'`);
  const kinds: readonly string[] = socketKinds();
  for (const kind of values.kind ?? [])
    if (!kinds.includes(kind)) throw new UsageError(unknownName('kind of socket', kind, kinds));
  for (const name of positionals) checkName(name);

  const inside = insideNamespace();
  const [namespace, refusal] = inside
    ? [inside as Namespace, undefined]
    : choose(asked as Namespace | undefined);
  if (!inside && namespace !== 'current')
    return enterNamespace(['conformance', ...args], namespace);
  if (inside) prepare();
  const report = conformance({
    namespace,
    kinds: values.kind as SocketKind[] | undefined,
    options: positionals.length > 0 ? positionals : undefined,
  });
  if (refusal !== undefined)
    report.skipped.unshift({ what: 'a network namespace of our own', why: refusal });
  const text = values.json ? JSON.stringify(report, null, 1) : reportLines(report).join('\n');
  process.stdout.write(`${text}\n`);
  if (values.json)
    for (const { what, why } of report.skipped)
      process.stderr.write(`bsd-socket conformance: left out ${what}: ${why}\n`);
  return 0;
}

function checkName(name: string): void {
  const known = socketOptions().flatMap((option) => [option.key, option.name, option.levelName]);
  if (known.includes(name)) return;
  throw new UsageError(unknownName('option or level', name, [...new Set(known)]));
}

/**
 * Where to run, and why not in a namespace of our own where that was not asked for, but would have
 * been better.
 */
function choose(asked: Namespace | undefined): [Namespace, refusal?: string] {
  if (asked === 'current') return ['current'];
  const refusal = namespaceRefusal(asked ?? 'own');
  if (refusal === undefined) return [asked ?? 'own'];
  if (asked !== undefined)
    throw Object.assign(new Error(`no network namespace of our own: ${refusal}`), {
      code: 'EPERM',
    });
  const hint =
    namespaceRefusal('user') === undefined
      ? "; '--namespace user' runs as root of a user namespace"
      : '';
  return ['current', `${refusal}${hint}`];
}

/** A new network namespace lets nobody ping, and its loopback is down. */
function prepare(): void {
  bringUp('lo');
  try {
    fs.writeFileSync(
      '/proc/sys/net/ipv4/ping_group_range',
      `${process.getegid?.()} ${process.getegid?.()}`,
    );
  } catch {
    // Read-only in some containers: then the report has no 'ping', and says why.
  }
}

function diff(args: string[]): number {
  const { values, positionals } = parse({
    args,
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (positionals.length !== 2)
    throw new UsageError('diff takes two files, as conformance --json writes them');
  const [a, b] = positionals.map(readReport);
  const differences = difference(a, b, positionals);
  const text = values.json
    ? JSON.stringify(differences, null, 1)
    : differenceLines(a, b, differences).join('\n');
  process.stdout.write(`${text}\n`);
  return differences.length === 0 ? 0 : 1;
}

/** conformanceDiff(); a file that is no report is named. */
function difference(
  a: ConformanceReport,
  b: ConformanceReport,
  [fileA, fileB]: readonly string[],
): Difference[] {
  try {
    return conformanceDiff(a, b);
  } catch (error) {
    const [, which, why] = /^conformanceDiff: ([ab]) is no conformance report: (.*)$/.exec(
      (error as Error).message,
    ) ?? ['', '', ''];
    if (which === '') throw error;
    const file = which === 'a' ? fileA : fileB;
    throw new UsageError(`${file} is no report of bsd-socket conformance --json: ${why}`);
  }
}

function readReport(file: string): ConformanceReport {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as ConformanceReport;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`${file} is not JSON: ${error.message}`);
  }
}
