// Names that were nearly right: what was probably meant.

/** How many letters have to change, be added or left out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length];
}

/**
 * The few names nearest to `name`: those that differ in one letter first, then those that hold it,
 * then those that differ in more.
 */
export function near(name: string, names: readonly string[]): string[] {
  const upper = name.toUpperCase();
  const rank = (candidate: string): number => {
    const other = candidate.toUpperCase();
    return upper.length > 2 && other.includes(upper)
      ? 1 + (other.length - upper.length) / 100
      : distance(upper, other);
  };
  return names
    .map((candidate): [number, string] => [rank(candidate), candidate])
    .filter(([rank]) => rank <= Math.max(2, name.length / 4))
    .sort(([a], [b]) => a - b)
    .slice(0, 5)
    .map(([, candidate]) => candidate);
}

/** `no option 'SO_RCVBUFF': SO_RCVBUF, ...?` */
export function unknownName(what: string, name: string, names: readonly string[]): string {
  const meant = near(name, names);
  return `no ${what} '${name}'${meant.length > 0 ? `; did you mean ${meant.join(', ')}?` : ''}`;
}
