// `bsd-socket options`: what a socket option is and what this kernel says of it; what a level has;
// which levels there are.
import * as util from 'node:util';
import {
  conformance,
  constants,
  type KindReport,
  type OptionInfo,
  type OptionReport,
  socketOptions,
} from '../index';
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
  const all = socketOptions();
  if (name === undefined) print(levelsLines(all));
  else if (/^[A-Z]/i.test(name)) print(named(name, all));
  else throw new UsageError(`'${name}' is no name`);
  return 0;
}

function named(name: string, all: readonly OptionInfo[]): string[] {
  const upper = all.some(({ name: own, key, levelName }) => [own, key, levelName].includes(name))
    ? name
    : name.toUpperCase();
  const found = all.filter((subject) => subject.name === upper || subject.key === upper);
  if (found.length > 0)
    return found.flatMap((subject, i) => [...(i > 0 ? [''] : []), ...optionLines(subject)]);
  // SOL_TCP and IPPROTO_TCP are one level.
  const level = /^(SOL|IPPROTO|AF)_/.test(upper)
    ? (constants as Readonly<Record<string, number>>)[upper]
    : undefined;
  const ofLevel = all.filter(({ levelName }) => levelName === upper);
  const members = ofLevel.length > 0 ? ofLevel : all.filter((subject) => subject.level === level);
  if (members.length > 0) return levelLines(members);
  throw new UsageError(
    unknownName('option or level', name, [
      ...new Set(all.flatMap(({ key, levelName }) => [key, levelName])),
    ]),
  );
}

function levelsLines(all: readonly OptionInfo[]): string[] {
  const levels = new Map<string, OptionInfo[]>();
  for (const subject of all)
    levels.set(subject.levelName, [...(levels.get(subject.levelName) ?? []), subject]);
  const rows = [...levels].map(([name, members]) => {
    const typed = members.filter(({ type }) => type !== undefined).length;
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

function levelLines(members: readonly OptionInfo[]): string[] {
  const width = Math.max(...members.map(({ name }) => name.length));
  const { levelName, level } = members[0];
  const rows = members.map(({ name, type, access, doc, untyped }) => {
    const about = type === undefined ? `--  ${untyped}` : `${access}  ${doc}`;
    const line = `  ${name.padEnd(width)}  ${about}`;
    return line.length > 100 ? `${line.slice(0, 98)}..` : line;
  });
  return [`${levelName} (${level}): ${members.length} options`, ...rows];
}

function sinceText({ since, readSince, until }: OptionInfo): string {
  const reading = readSince ? `; can be read since ${readSince}` : '';
  return `Linux ${since}${reading}${until ? `; gone in ${until}` : ''}`;
}

function optionLines(info: OptionInfo): string[] {
  const { key, name, levelName, level, optname, type, access, unit, on, needs } = info;
  const row = (head: string, text: string | undefined): string[] =>
    text ? wrapped(head, text) : [];
  const lines = [`${name}: number ${optname} at ${levelName} (${level})`];
  if (type !== undefined) {
    lines.push(
      ...row('', info.doc),
      ...row('type', unit ? `${type}, in ${unit}` : type),
      ...row('access', access && ACCESS[access]),
      ...row('since', sinceText(info)),
      ...row('on', on),
      ...row('needs', needs),
      ...row('note', info.quirk),
    );
  } else lines.push(...row('type', info.untyped));
  const { kernel, skipped, options } = conformance({ options: [key] });
  const report = options[key];
  lines.push(...row('here', `${kernel}: ${verdict(report)}`), ...kindLines(report, row));
  const shown = shownKind(report);
  lines.push(...row('default', shown && defaultOf(info, ...shown)));
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

const isUnknown = (outcome: string): boolean =>
  outcome === 'ENOPROTOOPT' || outcome === 'EOPNOTSUPP' || outcome === 'skipped';

/** Which kinds of socket have it, by outcome. */
function kindLines(report: OptionReport, row: (head: string, text: string) => string[]): string[] {
  if (!supported(report)) return [];
  const outcomes = new Map<string, string[]>();
  for (const [kind, { get, typed, set, setPrepared }] of Object.entries(report.kinds)) {
    const prepared = setPrepared === 'ok' && set !== 'ok' ? ' (ok once prepared)' : '';
    const outcome =
      isUnknown(typed ?? get) && isUnknown(set)
        ? 'no such option'
        : `get ${typed ?? get}, set ${set}${prepared}`;
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), kind]);
  }
  return [...outcomes].flatMap(([outcome, kinds]) => row('', `${outcome}: ${kinds.join(' ')}`));
}

/** The typed value of a fresh socket, from the bytes in the report. */
function defaultOf(info: OptionInfo, kind: string, { value }: KindReport): string | undefined {
  if (value === undefined || info.decode === undefined) return undefined;
  const bytes = Buffer.from(value, 'hex');
  return `${util.inspect(info.decode(bytes), { breakLength: Number.POSITIVE_INFINITY })} on a fresh ${kind} socket`;
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
