// Every option of the registry, written and read back on a real socket of the kind it is for, in an
// own network namespace; and read on every kind.
import * as os from 'node:os';
import * as path from 'node:path';
import { allEntries } from '../../lib/options/registry';
import type { Row } from '../../lib/options/row';
import { hasNetns, itNeeds, type Netns, netns, TIME_FACTOR } from '../tools';

interface Trip {
  name: string;
  kind: string | null;
  step: string;
  error?: string;
  code?: string;
  untyped?: boolean;
}
interface Reads {
  kind: string;
  refused?: number;
  read?: Record<string, string>;
  dump?: string[];
  printed?: boolean;
}
let trips: Record<string, Trip> = {};
let reads: Reads[] = [];
let integers: Record<string, { refused: number[]; bytes?: number }>;
let ns: Netns | undefined;

beforeAll(async () => {
  if (!hasNetns()) return;
  ns = netns();
  // what an anycast address is a neighbour of
  await ns.run('ip', ['addr', 'add', '2001:db8::2/64', 'dev', 'lo']);
  const { stdout } = await ns.run(process.execPath, [path.join(__dirname, 'round-trip.js')], {
    timeoutMs: 60_000,
  });
  ({ trips, reads, integers } = JSON.parse(stdout));
}, 70_000 * TIME_FACTOR);
afterAll(() => ns?.remove());

/** What the kernel takes and the row refuses on purpose: the kernel uses the low byte alone. */
const CUT_BY_THE_KERNEL = ['IPPROTO_IP IP_TOS'];

itNeeds('netns', 'ip')('no row refuses an integer that the kernel takes', () => {
  expect(Object.keys(integers).length).toBeGreaterThan(100);
  const refused = Object.entries(integers)
    .filter(([name, found]) => found.refused.length > 0 && !CUT_BY_THE_KERNEL.includes(name))
    .map(([name, found]) => `${name}: ${found.refused}`);
  expect(refused).toEqual([]);
  for (const name of CUT_BY_THE_KERNEL) expect(integers[name]?.refused).not.toContain(-1);
});

itNeeds('netns', 'ip')('every row of an int is four bytes in the kernel', () => {
  const others = Object.entries(integers).filter(
    ([name, { bytes }]) => bytes !== undefined && bytes !== sizeOf(name),
  );
  expect(others).toEqual([]);
});

const sizeOf = (name: string) => allEntries.find((entry) => key(entry) === name)?.codec.size;
const key = (entry: { levelName: string; name: string }) => `${entry.levelName} ${entry.name}`;
const itInside = itNeeds('netns', 'ip');

it('every writable option has a sample for its round trip', () => {
  expect(
    allEntries
      .filter(
        (entry) =>
          entry.writable && entry.row.sample === undefined && entry.codec.sample === undefined,
      )
      .map(key),
  ).toEqual([]);
});

/** Kinds of socket that some kernels do not make, and how they refuse. */
const ABSENT: Readonly<Record<string, RegExp>> = {
  'can-raw': /^(EAFNOSUPPORT|EPROTONOSUPPORT)$/,
  tls: /^ENOENT$/,
  udplite: /^EPROTONOSUPPORT$/,
  'vsock-seqpacket': /^(ESOCKTNOSUPPORT|ENODEV)$/,
};

const release = os.release().split(/[.-]/).slice(0, 2).map(Number) as [number, number];
/** Whether this kernel is of that Linux version or a later one. */
function isSince(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return release[0] > major || (release[0] === major && release[1] >= minor);
}

/** Whether a row says that this kernel lacks the option, or its getter. */
function mayLack({ since, readSince, until }: Row, step: string): boolean {
  if (since !== '-' && !isSince(since)) return true;
  if (until !== undefined && isSince(until)) return true;
  return step === 'get' && readSince !== undefined && !isSince(readSince);
}

describe('round trips', () => {
  const alone = allEntries.filter(
    ({ row }) => row.untried === undefined && row.apart === undefined,
  );
  itInside.each(alone.map((entry) => [key(entry), entry.row] as const))('%s', (name, row) => {
    const trip = trips[name] as Trip;
    const absent = ABSENT[trip.kind as string];
    if (trip.step === 'open' && absent) return expect(trip.code).toMatch(absent);
    if (trip.step !== 'done' && mayLack(row, trip.step))
      return expect(trip.code).toMatch(/^(ENOPROTOOPT|ENOTSUP)$/);
    expect(trip).toEqual({ name: expect.any(String), kind: expect.any(String), step: 'done' });
  });

  // Rows that say what the round trip needs, or why it cannot be made: refused by the kernel as a
  // typed error, never by an accident of ours.
  const others = allEntries.filter((entry) => !alone.includes(entry)).map(key);
  itInside.each(others)('%s is refused as a typed error, or works', (name) => {
    expect(trips[name]).toMatchObject({
      step: expect.stringMatching(/^(open|set|get|before|compare|done)$/),
    });
    expect(trips[name]?.untyped ?? false).toBe(trips[name]?.step === 'compare');
  });
  it('those that cannot be tried are few', () =>
    expect(allEntries.filter((entry) => entry.row.untried !== undefined).length).toBeLessThan(8));
});

describe('reading on every kind of socket', () => {
  const REFUSALS =
    /^(ok|ENOPROTOOPT|ENOTSUP|EINVAL|ENOTCONN|ENODATA|ENOENT|EPERM|EACCES|EADDRNOTAVAIL|EPROTONOSUPPORT|ENODEV|ESRCH)$/;
  itInside('answers a value or the kernel’s own refusal, never anything else', () => {
    const strange = reads.flatMap(({ kind, read = {} }) =>
      Object.entries(read)
        .filter(([, answer]) => !REFUSALS.test(answer))
        .map(([name, answer]) => `${kind}: ${name}: ${answer}`),
    );
    expect(strange).toEqual([]);
  });
  itInside('each readable option that is not past trying is read somewhere', () => {
    const readable = allEntries.filter(
      (entry) =>
        entry.readable &&
        entry.row.untried === undefined &&
        entry.row.apart === undefined &&
        !(trips[key(entry)]?.step === 'open' && (trips[key(entry)]?.kind as string) in ABSENT) &&
        !mayLack(entry.row, 'get') &&
        entry.row.unread === undefined &&
        !entry.row.before,
    );
    const somewhere = (name: string) => reads.some(({ read }) => read?.[name] === 'ok');
    expect(readable.map(key).filter((name) => !somewhere(name))).toEqual([]);
  });
  itInside('dump is all of that, but for what reading changes, and can be printed', () => {
    const quiet = new Set(
      allEntries.filter((entry) => entry.row.readingChanges === undefined).map(key),
    );
    for (const { kind, read = {}, dump = [], printed } of reads.filter(
      (one) => one.read !== undefined,
    )) {
      const readable = Object.keys(read).filter((name) => read[name] === 'ok' && quiet.has(name));
      expect([kind, [...new Set(readable.map((name) => name.split(' ')[1]))].sort()]).toEqual([
        kind,
        dump.sort(),
      ]);
      expect([kind, printed]).toEqual([kind, true]);
      expect(dump.length).toBeGreaterThan(40);
    }
  });
  itInside('all kinds can be made that this kernel is known to have', () => {
    const refused = reads.filter(({ read }) => read === undefined).map(({ kind }) => kind);
    expect(refused.filter((kind) => kind !== 'vsock-dgram' && !(kind in ABSENT))).toEqual([]);
    expect(reads.length).toBe(36);
  });
});
