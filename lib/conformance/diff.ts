// What differs between two conformance reports.
import { refused } from '../errors/arguments';
import { reportError } from './report-error';
import type { ConformanceReport, KindReport, OptionReport } from './types';

/** One difference between two reports. */
export interface Difference {
  /** The option; absent where a whole kind of socket is in one report only. */
  option?: string;
  /** The kind of socket, for what depends on it. */
  kind?: string;
  /**
   * `get`, `set`, `value`, `misuse.length0.set`, ...; `option` or `kind` where one report lacks it.
   */
  what: string;
  /** What each report has; absent where it has nothing. */
  a?: string;
  b?: string;
}

const text = (value: unknown): string | undefined =>
  value === undefined ? undefined : String(value);

/** conformanceDiff() of index.ts. */
export function conformanceDiff(a: ConformanceReport, b: ConformanceReport): Difference[] {
  for (const [name, report] of Object.entries({ a, b })) {
    const wrong = reportError(report);
    if (wrong) throw refused(`conformanceDiff: ${name} is no conformance report: ${wrong}`);
  }
  const out: Difference[] = [];
  for (const kind of new Set([...a.kinds, ...b.kinds])) {
    const [inA, inB] = [a.kinds.includes(kind), b.kinds.includes(kind)];
    if (inA !== inB)
      out.push({ kind, what: 'kind', a: inA ? 'made' : undefined, b: inB ? 'made' : undefined });
  }
  const kinds = a.kinds.filter((kind) => b.kinds.includes(kind));
  for (const option of new Set([...Object.keys(a.options), ...Object.keys(b.options)])) {
    const [ofA, ofB] = [a.options[option], b.options[option]];
    if (!ofA || !ofB) {
      out.push({ option, what: 'option', a: ofA && 'present', b: ofB && 'present' });
      continue;
    }
    for (const kind of kinds) {
      const [onA, onB] = [ofA.kinds[kind], ofB.kinds[kind]];
      if (onA && onB)
        out.push(
          ...fields(onA, onB, ofA.varies === true || ofB.varies === true).map((found) => ({
            option,
            kind,
            ...found,
          })),
        );
    }
    out.push(...common(ofA, ofB).map((found) => ({ option, ...found })));
  }
  return out;
}

type Found = Pick<Difference, 'what' | 'a' | 'b'>;

/** Leaves out what follows from another difference: where one `get` fails, only one has bytes. */
function fields(a: KindReport, b: KindReport, varies: boolean): Found[] {
  const got =
    a.get === b.get
      ? unequal('length', a.length, b.length).concat(
          varies ? [] : unequal('value', a.value, b.value),
        )
      : [];
  const back = a.set === b.set && !varies ? unequal('readBack', a.readBack, b.readBack) : [];
  const prepared =
    a.set === b.set || (a.setPrepared && b.setPrepared)
      ? unequal('setPrepared', a.setPrepared, b.setPrepared)
      : [];
  return [
    ...unequal('get', a.get, b.get),
    ...got,
    ...unequal('typed', a.typed, b.typed),
    ...unequal('set', a.set, b.set),
    ...prepared,
    ...back,
  ];
}

/** Misuse and limits, which were tried on one kind of socket. */
function common(a: OptionReport, b: OptionReport): Found[] {
  const out = unequal('optname', a.optname, b.optname);
  for (const what of [
    'closed',
    'file',
    'wrongLevel',
    'unknownName',
    'length0',
    'length1',
    'negativeLength',
    'nullValue',
  ] as const) {
    const [ofA, ofB] = [a.misuse?.[what], b.misuse?.[what]];
    if (!ofA || !ofB) continue;
    out.push(
      ...unequal(`misuse.${what}.get`, ofA.get, ofB.get),
      ...unequal(`misuse.${what}.set`, ofA.set, ofB.set),
    );
  }
  if (a.limits && b.limits && !a.varies) {
    for (const number of Object.keys(a.limits))
      out.push(...unequal(`limits.${number}`, a.limits[number], b.limits[number]));
  }
  return out;
}

function unequal(what: string, a: unknown, b: unknown): Found[] {
  return a === b ? [] : [{ what, a: text(a), b: text(b) }];
}
