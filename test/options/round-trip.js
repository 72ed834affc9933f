// Runs inside an own network namespace: sets and reads back every option of the registry, and reads
// each on every kind of socket. Prints JSON.
const fs = require('node:fs');
const util = require('node:util');
require('../../tools/load-ts.js');
const { getEntry, setEntry } = require('../../lib/options/access.ts');
const { kinds, open, bringUpLoopback } = require('../../lib/conformance/kinds.ts');
const { native } = require('../../lib/native.ts');
const { allEntries } = require('../../lib/options/registry.ts');
const { GROUPS } = require('../../lib/options/row.ts');
const { applyOptions, optionsView } = require('../../lib/options/view.ts');
const { SocketError } = require('../../lib/errors/index.ts');

bringUpLoopback();
fs.writeFileSync('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');

/** What happened at which step; `untyped` is an error that is no SocketError. */
function attempt(steps) {
  for (const [step, call] of steps) {
    try {
      call();
    } catch (error) {
      return {
        step,
        error: error.message,
        code: error.code,
        untyped: !(error instanceof SocketError),
      };
    }
  }
  return { step: 'done' };
}

function roundTrip(entry) {
  const { row, codec, name } = entry;
  const kind = row.kind ?? GROUPS[row.on][1];
  const specimen = open(kind);
  if ('refused' in specimen)
    return { name, kind, step: 'open', code: util.getSystemErrorName(specimen.refused) };
  let sample = row.sample ?? codec.sample;
  let got;
  const steps = [];
  if (row.before) steps.push(['before', () => applyOptions(specimen.fd, row.before)]);
  if (row.again) {
    steps.push([
      'first',
      () => {
        sample = getEntry(specimen.fd, entry);
      },
    ]);
  }
  if (entry.writable) steps.push(['set', () => setEntry(specimen.fd, entry, sample)]);
  if (entry.readable && !row.unread) {
    steps.push([
      'get',
      () => {
        got = getEntry(specimen.fd, entry);
      },
    ]);
    if (entry.writable) {
      steps.push([
        'compare',
        () => {
          const { reads = sample } = row;
          const same =
            typeof reads === 'function' ? reads(got) : util.isDeepStrictEqual(got, reads);
          if (!same) throw new Error(`wrote ${util.inspect(sample)}, read ${util.inspect(got)}`);
        },
      ]);
    }
  }
  const result = { name, kind, ...attempt(steps) };
  specimen.close();
  return result;
}

function readEverywhere(kind) {
  const specimen = open(kind);
  if ('refused' in specimen) return { kind, refused: specimen.refused, syscall: specimen.syscall };
  const read = {};
  for (const entry of allEntries) {
    if (!entry.readable) continue;
    const result = attempt([['get', () => getEntry(specimen.fd, entry)]]);
    read[`${entry.levelName} ${entry.name}`] =
      result.step === 'done' ? 'ok' : result.untyped ? `untyped: ${result.error}` : result.code;
  }
  const view = optionsView({ fileno: () => specimen.fd });
  const dump = Object.keys(view.dump());
  const printed = util.inspect(view);
  specimen.close();
  return { kind, read, dump, printed: dump.every((name) => printed.includes(`${name}: `)) };
}

/**
 * Which integers the kernel takes that the row refuses, and how many bytes reading returns with a
 * buffer of 4. Each value is set on a fresh socket.
 */
function ranges(entry) {
  const { row, codec, min, max, level, optname } = entry;
  const kind = row.kind ?? GROUPS[row.on][1];
  if (codec.min === undefined || kind === null) return undefined;
  const refused = [];
  const on = (call) => {
    const specimen = open(kind);
    if ('refused' in specimen) return undefined;
    try {
      if (row.before) applyOptions(specimen.fd, row.before);
      return call(specimen.fd);
    } catch {
      return undefined;
    } finally {
      specimen.close();
    }
  };
  if (entry.writable)
    for (const value of [-0x80000000, -2, -1, 0, 1, 255, 256, 65535, 65536, 0x7fffffff])
      if (value < min || value > max) {
        const result = on((fd) => native.setsockopt_int(fd, level, optname, value));
        if (result === 0) refused.push(value);
      }
  const bytes = entry.readable
    ? on((fd) => native.getsockopt(fd, level, optname, Buffer.alloc(4), 4))
    : undefined;
  return { refused, ...(bytes > 0 ? { bytes } : {}) };
}

const trips = Object.fromEntries(
  allEntries.map((entry) => [`${entry.levelName} ${entry.name}`, roundTrip(entry)]),
);
const integers = Object.fromEntries(
  allEntries
    .map((entry) => [`${entry.levelName} ${entry.name}`, ranges(entry)])
    .filter(([, found]) => found !== undefined),
);
console.log(JSON.stringify({ trips, reads: kinds.map(readEverywhere), integers }));
