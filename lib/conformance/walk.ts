// The walk: every option on every kind of socket that this kernel makes, asked for what it answers.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as util from 'node:util';
import type { Kind } from '../options/row';
import { badType } from '../structs/refuse';
import { nameOf, read, readTyped, sampleOf, write, writePrepared } from './ask';
import { kinds as everyKind, open } from './kinds';
import { limits } from './limits';
import { misuse, withFile } from './misuse';
import { Shelf } from './shelf';
import { type Subject, subjects } from './subjects';
import type { ConformanceReport, ConformanceRequest, KindReport, OptionReport } from './types';

/**
 * getsockopt(2) and setsockopt(2) with every option on every kind of socket, and with everything
 * wrong: what this kernel answers, by name and errno. Sockets are made fresh, connected over
 * loopback, and closed; the process is left as it was. All of it takes a few seconds, in which
 * nothing else runs: name `kinds` and `options` to ask for less. Throws TypeError for a kind or an
 * option that is none.
 */
export function conformance(request: ConformanceRequest = {}): ConformanceReport {
  if (typeof request !== 'object' || request === null)
    throw badType('conformance: request', '{ kinds?, options?, namespace? }', request);
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
  const mayspread = namespace !== 'current';
  const spreading = chosen.filter(({ spreads }) => spreads);
  if (!mayspread && spreading.length > 0) {
    skipped.push({
      what: `setting ${spreading.map(({ key }) => key).join(' ')}`,
      why: 'changes the network namespace, which is not our own',
    });
  }
  const shelf = new Shelf();
  try {
    return withFile((file) => ({
      kernel: `${os.type()} ${os.release()}`,
      arch: os.machine(),
      privileged: privileged(),
      namespace,
      kinds,
      skipped,
      options: Object.fromEntries(
        chosen.map((subject) => [subject.key, option(subject, kinds, shelf, file, mayspread)]),
      ),
    }));
  } finally {
    shelf.close();
  }
}

function wantedKinds(wanted: readonly Kind[] | undefined): readonly Kind[] {
  if (wanted !== undefined && !Array.isArray(wanted))
    throw badType('conformance: kinds', 'an array of socket kinds', wanted);
  const unknown = wanted?.find((kind) => !everyKind.includes(kind));
  if (unknown !== undefined) throw badType('conformance: kinds', 'names of socket kinds', unknown);
  return wanted ? everyKind.filter((kind) => wanted.includes(kind)) : everyKind;
}

function wantedSubjects(wanted: readonly string[] | undefined): Subject[] {
  if (wanted !== undefined && !Array.isArray(wanted))
    throw badType('conformance: options', 'an array of options or levels', wanted);
  const unknown = wanted?.find((name) => subjects([name]).length === 0);
  if (unknown !== undefined)
    throw badType('conformance: options', 'names of options or levels', unknown);
  return subjects(wanted);
}

function option(
  subject: Subject,
  kinds: readonly Kind[],
  shelf: Shelf,
  file: number,
  mayspread: boolean,
): OptionReport {
  const { level, levelName, optname, varies, spreads } = subject;
  const sample = sampleOf(subject);
  const may = !spreads || mayspread;
  const found = kinds.map((kind): [Kind, KindReport] => [kind, onKind(subject, kind, shelf, may)]);
  const ints = limits(subject, shelf);
  const bare = found.length > 0 && found.every(([, { set }]) => set === 'skipped');
  return {
    level,
    levelName,
    optname,
    ...(sample && { sample: show(sample.value) }),
    kinds: Object.fromEntries(found),
    misuse: misuse(subject, shelf, file, mayspread),
    ...(ints && { limits: ints }),
    ...(varies && { varies: true as const }),
    ...(bare && {
      skipped: may
        ? 'its bytes hold pointers that the kernel would follow'
        : 'it changes the network namespace, which is not our own',
    }),
  };
}

function onKind(subject: Subject, kind: Kind, shelf: Shelf, may: boolean): KindReport {
  const fd = shelf.fresh(kind);
  if (fd === undefined) return { get: 'ENFILE', set: 'skipped' };
  const got = read(subject, fd);
  const known = got.get === 'ok' || got.get === 'ENOPROTOOPT' || got.get === 'EOPNOTSUPP';
  const report: KindReport = { ...got, ...(known ? {} : readTyped(subject, fd)), set: 'skipped' };
  if (!may) return report;
  report.set = write(subject, fd);
  if (report.set === 'ok') {
    const back = read(subject, fd);
    if (back.get === 'ok') report.readBack = back.value;
  }
  shelf.tried(kind, report.set !== 'ok');
  if (
    report.set === 'ENOPROTOOPT' ||
    report.set === 'EOPNOTSUPP' ||
    !sampleOf(subject)?.entry.row.before
  )
    return report;
  const another = shelf.fresh(kind);
  const prepared = another === undefined ? undefined : writePrepared(subject, another);
  if (prepared !== undefined) report.setPrepared = prepared;
  shelf.tried(kind, false);
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
