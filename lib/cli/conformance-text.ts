// A conformance report, and what differs between two, as lines for people.
import * as os from 'node:os';
import type { ConformanceReport, Difference, KindReport, OptionReport } from '../index';

/** `131072`; `01 00 00 00 05 00 00 00` where it is no int; shortened. */
export function showBytes(hex: string | undefined, room = 16): string {
  if (hex === undefined) return '';
  if (hex === '') return "''";
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length === 4)
    return String(os.endianness() === 'LE' ? bytes.readInt32LE(0) : bytes.readInt32BE(0));
  return hex.length > room ? `${hex.slice(0, room - 2)}..` : hex;
}

/**
 * `ok 30, EPERM 2`: the most frequent answer first; where nothing knows the option, the word for
 * that.
 */
export function tally(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  const known = [...counts].filter(
    ([answer]) => answer !== 'ENOPROTOOPT' && answer !== 'EOPNOTSUPP',
  );
  const shown =
    known.length > 0
      ? known
      : [...counts].slice(0, 1).map(([answer]): [string, number] => [answer, 0]);
  return shown
    .sort(([a, m], [b, n]) => Number(b === 'ok') - Number(a === 'ok') || n - m)
    .map(([answer, count]) => (count > 0 ? `${answer} ${count}` : answer))
    .join(', ');
}

/** The kind that best shows a value: its own, or the first that has one. */
export function shownKind({
  kinds,
  misuse,
}: OptionReport): [kind: string, found: KindReport] | undefined {
  const home = misuse.kind && kinds[misuse.kind];
  if (misuse.kind && home && (home.get === 'ok' || home.set === 'ok')) return [misuse.kind, home];
  return Object.entries(kinds).find(([, { get, set }]) => get === 'ok' || set === 'ok');
}

/** What becomes of the sample: `8192 > 16384`. */
export function effect({ sample }: OptionReport, found: KindReport | undefined): string {
  if (found?.set !== 'ok' || sample === undefined) return '';
  const [written, read] = [
    Number(sample),
    found.readBack?.length === 8 ? Number(showBytes(found.readBack)) : Number.NaN,
  ];
  return Number.isNaN(written) || Number.isNaN(read) || read === written
    ? sample
    : `${sample} > ${read}`;
}

const supported = ({ kinds }: OptionReport): boolean =>
  Object.values(kinds).some(({ get, typed, set, setPrepared }) =>
    [get, typed, set, setPrepared].includes('ok'),
  );

const MISUSES = {
  closed: 'a closed descriptor',
  file: 'a file',
  wrongLevel: 'a level that is none',
  unknownName: 'a name that is none',
  length0: 'length 0',
  length1: 'length 1',
  negativeLength: 'length -1',
  nullValue: 'a NULL pointer',
} as const;

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 2)}..` : text;
const cells = (...texts: [text: string, width: number][]): string =>
  texts
    .map(([text, width]) => cut(text, width).padEnd(width))
    .join(' ')
    .trimEnd();

const HEADS = ['', 'get', 'set', 'default', 'written > read'] as const;
const WIDTHS = [30, 17, 17, 12, 20] as const;

function optionLine(name: string, report: OptionReport): string {
  const found = shownKind(report);
  const kinds = Object.values(report.kinds);
  const prepared = kinds.map(({ set, setPrepared }) => (setPrepared === 'ok' ? 'ok' : set));
  return cells(
    [name, WIDTHS[0]],
    [tally(kinds.map(({ get, typed }) => typed ?? get)), WIDTHS[1]],
    [tally(prepared), WIDTHS[2]],
    [report.varies && found?.[1].get === 'ok' ? 'varies' : showBytes(found?.[1].value), WIDTHS[3]],
    [effect(report, found?.[1]), WIDTHS[4]],
  );
}

/** The whole report, a line an option, in 100 columns. */
export function reportLines(report: ConformanceReport): string[] {
  const { kernel, arch, privileged, namespace, kinds, skipped } = report;
  const where = {
    own: 'in a network namespace of its own',
    user: 'in a user and network namespace of its own',
    current: 'in the network namespace of the caller',
  };
  const levels = new Map<string, [string, OptionReport][]>();
  for (const [name, option] of Object.entries(report.options))
    levels.set(option.levelName, [...(levels.get(option.levelName) ?? []), [name, option]]);
  const lines = [
    `${kernel} ${arch}, ${privileged ? 'privileged' : 'not privileged'}, ${where[namespace]}`,
    ...wrap(
      `${Object.keys(report.options).length} options on ${kinds.length} kinds of socket: ${kinds.join(' ')}`,
    ),
    'The counts say how many of these answer so; those that do not know an option (ENOPROTOOPT, EOPNOTSUPP) are left out.',
  ].flatMap((line) => wrap(line));
  const absent: string[] = [];
  for (const [level, options] of levels) {
    const here = options.filter(([, option]) => supported(option));
    if (here.length === 0) {
      absent.push(`${level} (${options.length})`);
      continue;
    }
    lines.push(
      '',
      `${level}: ${here.length} of ${options.length} options`,
      cells(...HEADS.map((head, i): [string, number] => [head, WIDTHS[i]])),
    );
    for (const [name, option] of here) lines.push(optionLine(name, option));
    const missing = options.filter(([, option]) => !supported(option)).map(([name]) => name);
    if (missing.length > 0) lines.push(...wrap(`not here: ${missing.join(' ')}`));
  }
  if (absent.length > 0)
    lines.push('', ...wrap(`Levels of which nothing is here: ${absent.join(', ')}`));
  lines.push('', 'What is wrong, and what the kernel says to it:');
  for (const [key, words] of Object.entries(MISUSES)) {
    const both = Object.values(report.options).flatMap(
      ({ misuse }) => misuse[key as keyof typeof MISUSES] ?? [],
    );
    if (both.length === 0) continue;
    lines.push(`  ${words}`);
    for (const call of ['get', 'set'] as const)
      lines.push(
        ...wrap(full(both.map((answers) => answers[call])), 90).map(
          (line, i) => `    ${i ? '   ' : call} ${line}`,
        ),
      );
  }
  if (skipped.length > 0) lines.push('', 'Left out:');
  for (const { what, why } of skipped)
    lines.push(...wrap(`${what}: ${why}`, 98).map((line) => `  ${line}`));
  return lines;
}

/** Lines of at most so many columns, broken between words. */
export function wrap(text: string, width = 100): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (lines[last] === '') lines[last] = word;
    else if (lines[last].length + 1 + word.length <= width) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** As tally, with nothing left out. */
function full(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts]
    .sort(([, m], [, n]) => n - m)
    .map(([answer, count]) => `${answer} ${count}`)
    .join(', ');
}

const title = ({ kernel, arch, privileged, namespace }: ConformanceReport): string =>
  `${kernel} ${arch}, ${privileged ? 'privileged' : 'not privileged'}${namespace ? `, namespace ${namespace}` : ''}`;

/** What differs, a line an option and question: kinds that differ alike stand together. */
export function differenceLines(
  a: ConformanceReport,
  b: ConformanceReport,
  differences: readonly Difference[],
): string[] {
  const lines = [`a: ${title(a)}`, `b: ${title(b)}`];
  if (differences.length === 0) return [...lines, 'no difference'];
  const groups = new Map<string, string[]>();
  for (const { option, kind, what, a: inA, b: inB } of differences) {
    const [left, right] = [inA, inB].map((text) => cut(text ?? '-', 40));
    const line =
      option === undefined
        ? `${what} ${kind}: ${left} | ${right}`
        : `${option} ${what}: ${left} | ${right}`;
    groups.set(line, [
      ...(groups.get(line) ?? []),
      ...(option !== undefined && kind ? [kind] : []),
    ]);
  }
  for (const [line, kinds] of groups)
    lines.push(kinds.length > 0 ? `${line}  (${kinds.join(' ')})` : line);
  return [...lines, `${differences.length} difference${differences.length === 1 ? '' : 's'}`];
}
