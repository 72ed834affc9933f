// conformance(): every option on every kind of socket that this kernel makes.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as util from 'node:util';
import { badType, checkMembers, unknownName } from '../errors';
import type { Kind } from '../options/row';
import { nameOf, read, readTyped, sampleOf, write, writePrepared } from './calls';
import { kinds as everyKind, open } from './kinds';
import { limits } from './limits';
import { misuse, withFile } from './misuse';
import { FreshSockets } from './sockets';
import { optionNames, type Subject, subjects } from './subjects';
import type { ConformanceReport, ConformanceRequest, KindReport, OptionReport } from './types';

/** conformance() of index.ts. */
export function conformance(request: ConformanceRequest = {}): ConformanceReport {
  checkMembers(request, 'conformance', ['kinds', 'options', 'namespace']);
  const { namespace = 'current' } = request;
  const wanted = wantedKinds(request.kinds);
  const chosen = wantedSubjects(request.options);
  const skipped: ConformanceReport['skipped'] = [];
  const kinds = wanted.filter((kind) => {
    const made = open(kind);
    if ('refused' in made)
      skipped.push({ what: kind, why: `${made.syscall}: ${nameOf(made.refused)}` });
    else made.close();
    return !('refused' in made);
  });
  const ownNamespace = namespace !== 'current';
  const shared = chosen.filter(({ affectsNamespace }) => affectsNamespace);
  if (!ownNamespace && shared.length > 0) {
    skipped.push({
      what: `setting ${shared.map(({ key }) => key).join(' ')}`,
      why: 'changes the network namespace, which is not our own',
    });
  }
  const sockets = new FreshSockets();
  try {
    return withFile((file) => ({
      kernel: `${os.type()} ${os.release()}`,
      arch: os.machine(),
      privileged: privileged(),
      namespace,
      kinds,
      skipped,
      options: Object.fromEntries(
        chosen.map((subject) => [subject.key, option(subject, kinds, sockets, file, ownNamespace)]),
      ),
    }));
  } finally {
    sockets.close();
  }
}

const refusal = (what: string, name: unknown, known: readonly string[]): TypeError =>
  typeof name === 'string'
    ? unknownName(`conformance: ${what}`, name, known)
    : badType(`conformance: ${what}`, 'a name', name);

function wantedKinds(wanted: readonly Kind[] | undefined): readonly Kind[] {
  if (wanted !== undefined && !Array.isArray(wanted))
    throw badType('conformance: kinds', 'an array of socket kinds', wanted);
  const unknown = wanted?.find((kind) => !everyKind.includes(kind));
  if (unknown !== undefined) throw refusal('kind', unknown, everyKind);
  return wanted ? everyKind.filter((kind) => wanted.includes(kind)) : everyKind;
}

function wantedSubjects(wanted: readonly string[] | undefined): Subject[] {
  if (wanted !== undefined && !Array.isArray(wanted))
    throw badType('conformance: options', 'an array of options or levels', wanted);
  const unknown = wanted?.find((name) => subjects([name]).length === 0);
  if (unknown !== undefined) throw refusal('option or level', unknown, optionNames());
  return subjects(wanted);
}

function option(
  subject: Subject,
  kinds: readonly Kind[],
  sockets: FreshSockets,
  file: number,
  ownNamespace: boolean,
): OptionReport {
  const { level, levelName, optname, varies } = subject;
  const sample = sampleOf(subject);
  const maySet = !subject.affectsNamespace || ownNamespace;
  const found = kinds.map((kind): [Kind, KindReport] => [
    kind,
    onKind(subject, kind, sockets, maySet),
  ]);
  const home = homeOf(subject, found);
  const ints = limits(subject, home, sockets);
  const bare = found.length > 0 && found.every(([, { set }]) => set === 'skipped');
  return {
    level,
    levelName,
    optname,
    ...(sample && { sample: show(sample.value) }),
    kinds: Object.fromEntries(found),
    misuse: misuse(subject, home, sockets, file, maySet),
    ...(ints && { limits: ints }),
    ...(varies && { varies: true as const }),
    ...(bare && {
      skipped: maySet
        ? 'its bytes hold pointers that the kernel would follow'
        : 'it changes the network namespace, which is not our own',
    }),
  };
}

const isUnknown = (outcome: string): boolean =>
  outcome === 'ENOPROTOOPT' || outcome === 'EOPNOTSUPP';

/** The option's own kind where that was chosen, else the first chosen kind, of those that have it. */
function homeOf({ home }: Subject, found: readonly [Kind, KindReport][]): Kind | undefined {
  if (found.some(([kind]) => kind === home)) return home;
  const having = found.find(([, { get, set }]) => !(isUnknown(get) && isUnknown(set)));
  return (having ?? found[0])?.[0];
}

function onKind(subject: Subject, kind: Kind, sockets: FreshSockets, maySet: boolean): KindReport {
  const fd = sockets.get(kind);
  if (fd === undefined) return { get: 'ENFILE', set: 'skipped' };
  const got = read(subject, fd);
  const isClear = got.get === 'ok' || isUnknown(got.get);
  const report: KindReport = { ...got, ...(isClear ? {} : readTyped(subject, fd)), set: 'skipped' };
  if (!maySet) return report;
  report.set = write(subject, fd);
  if (report.set === 'ok') {
    const back = read(subject, fd);
    if (back.get === 'ok') report.readBack = back.value;
  }
  sockets.used(kind, report.set !== 'ok');
  if (isUnknown(report.set) || !sampleOf(subject)?.entry.row.before) return report;
  const another = sockets.get(kind);
  const prepared = another === undefined ? undefined : writePrepared(subject, another);
  if (prepared !== undefined) report.setPrepared = prepared;
  sockets.used(kind, false);
  return report;
}

const show = (value: unknown): string =>
  util.inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 5 });

/** Whether CAP_NET_ADMIN (12) and CAP_NET_RAW (13) are effective: proc(5). */
function privileged(): boolean {
  try {
    const mask =
      /^CapEff:\s*([0-9a-f]+)$/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${mask}`) >> 12n) & 3n) === 3n;
  } catch {
    return process.geteuid?.() === 0; // no /proc here
  }
}
