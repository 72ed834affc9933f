// Why an object is no conformance report: reports come from files and from other programs.

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a report lacks that conformanceDiff() reads; undefined where it is a report. */
export function reportError(report: unknown): string | undefined {
  if (!isObject(report)) return 'not an object';
  if (typeof report.kernel !== 'string' || typeof report.arch !== 'string')
    return 'no kernel or arch';
  if (!Array.isArray(report.kinds)) return 'no kinds';
  if (!isObject(report.options)) return 'no options';
  for (const [name, option] of Object.entries(report.options)) {
    if (!isObject(option) || !isObject(option.kinds)) return `${name} has no kinds`;
    for (const [kind, found] of Object.entries(option.kinds))
      if (!isObject(found) || typeof found.get !== 'string' || typeof found.set !== 'string')
        return `${name} lacks get or set on ${kind}`;
  }
  return undefined;
}
