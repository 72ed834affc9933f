// `bsd-socket options`: what a socket option is and what this kernel says of it; what a level has;
// which levels there are.
import * as util from 'node:util';
import { conformance, type OptionReport } from '../conformance';
import { open } from '../conformance/kinds';
import { type Subject, subjects } from '../conformance/subjects';
import { constantNamed } from '../constant-named';
import { getEntry } from '../options/access';
import type { Entry } from '../options/registry';
import { GROUPS } from '../options/row';
import { untyped } from '../options/untyped';
import { onePositional, parse, UsageError } from './args';
import { effect, shownKind, tally, wrap } from './conformance-text';
import { unknownName } from './near';

const print = (lines: readonly string[]): void =>
  void process.stdout.write(`${lines.join('\n')}\n`);
const ACCESS = { rw: 'read and write', ro: 'read only', wo: 'write only' } as const;

/** Runs it; the status is 0, or 2 for a name that is none. */
export function options(args: string[]): number {
  const { positionals } = parse({ args, options: {}, allowPositionals: true });
  const name = onePositional(positionals, 'name');
  const all = subjects();
  if (name === undefined) print(levelsLines(all));
  else if (/^[A-Z]/i.test(name)) print(named(name, all));
  else throw new UsageError(`'${name}' is no name`);
  return 0;
}

function named(name: string, all: readonly Subject[]): string[] {
  const upper = all.some(({ name: own, key, levelName }) => [own, key, levelName].includes(name))
    ? name
    : name.toUpperCase();
  const found = all.filter((subject) => subject.name === upper || subject.key === upper);
  if (found.length > 0)
    return found.flatMap((subject, i) => [...(i > 0 ? [''] : []), ...optionLines(subject)]);
  // SOL_TCP and IPPROTO_TCP are one level.
  const level = /^(SOL|IPPROTO|AF)_/.test(upper) ? constantNamed(upper) : undefined;
  const ofLevel = all.filter(({ levelName }) => levelName === upper);
  const members = ofLevel.length > 0 ? ofLevel : all.filter((subject) => subject.level === level);
  if (members.length > 0) return levelLines(members);
  throw new UsageError(
    unknownName('option or level', name, [
      ...new Set(all.flatMap(({ key, levelName }) => [key, levelName])),
    ]),
  );
}

function levelsLines(all: readonly Subject[]): string[] {
  const levels = new Map<string, Subject[]>();
  for (const subject of all)
    levels.set(subject.levelName, [...(levels.get(subject.levelName) ?? []), subject]);
  const rows = [...levels].map(([name, members]) => {
    const typed = members.filter(({ entry }) => entry).length;
    const raw = members.length - typed;
    const counts = [typed > 0 && `${typed} options`, raw > 0 && `${raw} without a type`]
      .filter(Boolean)
      .join(', ');
    return `  ${name.padEnd(16)} ${String(members[0].level).padStart(4)}  ${counts}`;
  });
  return [
    ...rows,
    `  ${''.padEnd(22)} ${all.length} in all; 'options LEVEL' lists them, 'options NAME' tells of one`,
  ];
}

function levelLines(members: readonly Subject[]): string[] {
  const width = Math.max(...members.map(({ name }) => name.length));
  const { levelName, level } = members[0];
  const rows = members.map(({ name, entry }) => {
    const about = entry ? `${entry.row.access}  ${entry.row.doc}` : `--  ${because(name)}`;
    const line = `  ${name.padEnd(width)}  ${about}`;
    return line.length > 100 ? `${line.slice(0, 98)}..` : line;
  });
  return [`${levelName} (${level}): ${members.length} options`, ...rows];
}

const because = (name: string): string =>
  untyped[name] ?? 'raw bytes: of a protocol that few kernels have';

function optionLines(subject: Subject): string[] {
  const { key, name, levelName, level, optname, entry } = subject;
  const row = (head: string, text: string | undefined): string[] =>
    text ? wrapped(head, text) : [];
  const lines = [`${name}: number ${optname} at ${levelName} (${level})`];
  if (entry) {
    const { codec, access, unit, since, on, needs, quirk, doc } = entry.row;
    lines.push(
      ...row('', doc),
      ...row('type', unit ? `${codec.type}, in ${unit}` : codec.type),
      ...row('access', ACCESS[access]),
      ...row('since', `Linux ${since}`),
      ...row('on', GROUPS[on][0]),
      ...row('needs', needs),
      ...row('note', quirk),
    );
  } else lines.push(...row('type', because(name)));
  const { kernel, skipped, options } = conformance({ options: [key] });
  const report = options[key];
  lines.push(...row('here', `${kernel}: ${verdict(report)}`), ...kindLines(report, row));
  const shown = shownKind(report);
  lines.push(...row('default', entry && defaultOf(entry, subject, shown?.[0])));
  lines.push(...row('written', effect(report, shown?.[1])));
  if (report.limits) lines.push(...row('limits', limitsText(report.limits)));
  lines.push(...row('left out', skipped.map(({ what, why }) => `${what} (${why})`).join(', ')));
  return lines;
}

const supported = (report: OptionReport): boolean =>
  Object.values(report.kinds).some(({ get, typed, set, setPrepared }) =>
    [get, typed, set, setPrepared].includes('ok'),
  );

function verdict(report: OptionReport): string {
  const kinds = Object.values(report.kinds);
  if (kinds.length === 0) return 'no socket to ask';
  const absent = !supported(report) && !report.skipped;
  return `${absent ? 'not here; ' : ''}get ${tally(kinds.map(({ get, typed }) => typed ?? get))}; set ${tally(kinds.map(({ set }) => set))}`;
}

const unknown = (answer: string): boolean =>
  answer === 'ENOPROTOOPT' || answer === 'EOPNOTSUPP' || answer === 'skipped';

/** Which kinds of socket take it: by what they answer. */
function kindLines(report: OptionReport, row: (head: string, text: string) => string[]): string[] {
  if (!supported(report)) return [];
  const answers = new Map<string, string[]>();
  for (const [kind, { get, typed, set, setPrepared }] of Object.entries(report.kinds)) {
    const prepared = setPrepared === 'ok' && set !== 'ok' ? ' (ok once prepared)' : '';
    const answer =
      unknown(typed ?? get) && unknown(set)
        ? 'no such option'
        : `get ${typed ?? get}, set ${set}${prepared}`;
    answers.set(answer, [...(answers.get(answer) ?? []), kind]);
  }
  return [...answers].flatMap(([answer, kinds]) => row('', `${answer}: ${kinds.join(' ')}`));
}

/** The typed value of a fresh socket. */
function defaultOf(entry: Entry, { home }: Subject, shown: string | undefined): string | undefined {
  if (!entry.readable || shown === undefined || entry.row.readingChanges === 'makes a descriptor')
    return undefined;
  const kind = shown as typeof home;
  const specimen = open(kind);
  if ('refused' in specimen) return undefined;
  try {
    const value = getEntry(specimen.fd, entry);
    return `${util.inspect(value, { breakLength: Number.POSITIVE_INFINITY })} on a fresh ${kind} socket`;
  } catch {
    return undefined; // what `here` tells already
  } finally {
    specimen.close();
  }
}

function limitsText(limits: NonNullable<OptionReport['limits']>): string {
  const rows = Object.entries(limits).sort(([a], [b]) => Number(a) - Number(b));
  return rows
    .map(([number, read]) => (String(read) === number ? number : `${number} > ${read}`))
    .join(', ');
}

/** In 100 columns, the head in the first eleven. */
const wrapped = (head: string, text: string): string[] =>
  wrap(text, 88).map((line, i) => `  ${(i === 0 ? head : '').padEnd(9)} ${line}`);
