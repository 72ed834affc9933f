// The command line of `bsd-socket capture`: tcpdump's letters, and what they mean here.
import * as fs from 'node:fs';
import type { CaptureOptions, RecordOptions } from '../capture';
import { if_nameindex } from '../names';
import { LINK_NAMES } from '../pcap/linktype';
import { numberOf, parse, UsageError } from './args';
import type { LineStyle, TimeStyle } from './frame-line';

export interface CaptureArguments {
  devices: string[];
  filter: string | undefined;
  options: CaptureOptions;
  record: RecordOptions;
  /** -w, -r */
  write: string | undefined;
  read: string | undefined;
  /** Lines beside the file. */
  print: boolean;
  style: LineStyle;
  /** --count: how many frames, and no lines. */
  countOnly: boolean;
  /** -d, -dd, -ddd: the filter's program, in this form. */
  program: 0 | 1 | 2 | 3;
  optimize: boolean;
  /** -D, -L. */
  list: 'interfaces' | 'linktypes' | undefined;
  version: boolean;
  /** -y: LINKTYPE_. */
  linktype: number | undefined;
  /** -Z: who to become once all is open. */
  user: string | undefined;
  /** -z: what to run on each file that a rotation has ended. */
  command: string | undefined;
  /** -l, -U: each line, each frame at once. */
  unbuffered: boolean;
}

const FANOUT_MODES = ['hash', 'lb', 'cpu', 'rollover', 'rnd', 'qm'] as const;
const MILLION = 1_000_000;
const LONG = 1e9;
const BLOCK = 1 << 20;

/** Letters of tcpdump's that are not here, and what to use. */
const ABSENT: Readonly<Record<string, string>> = {
  E: 'ESP is not decrypted: capture -w - … | tshark -r - -o esp.enable_encryption_decode:TRUE',
  H: '802.11s headers are not decoded: capture -w - … | tshark -r -',
  I: 'monitor mode is set by iw(8): iw dev IF set type monitor',
  J: 'time stamps are those of -j host or -j adapter',
  M: 'TCP-MD5 signatures are not verified: tcpdump -M',
  T: 'ports say what is inside; for another decoder: capture -w - … | tshark -r - -d udp.port==N,NAME',
  V: 'one file is read at a time: mergecap -w - FILES | bsd-socket capture -r -',
  b: 'BGP is not decoded: capture -w - … | tshark -r -',
  f: 'addresses are never looked up: leave -f out',
  m: 'SNMP is not decoded: capture -w - … | tshark -r -',
  N: 'names are never looked up: leave -N out',
  u: 'NFS handles are not decoded: capture -w - … | tshark -r -',
};

/** `7` or `7:lb`: the group, and how frames are shared out in it. */
function fanoutOf(text: string | undefined): CaptureOptions['fanout'] {
  if (text === undefined) return undefined;
  const [, group, mode = 'hash'] = /^(\d+)(?::(\w+))?$/.exec(text) ?? [];
  if (
    group === undefined ||
    Number(group) > 0xffff ||
    !FANOUT_MODES.includes(mode as (typeof FANOUT_MODES)[number])
  ) {
    throw new UsageError(
      `--fanout takes a group of 0 … 65535 and one of ${FANOUT_MODES.join(', ')}, such as 7:lb, not '${text}'`,
    );
  }
  return {
    group: Number(group),
    mode: mode as (typeof FANOUT_MODES)[number],
    defrag: mode === 'hash',
  };
}

/** -i names interfaces; without it the first word may. What is left is the filter. */
function whereAndWhat(
  given: readonly string[],
  positionals: readonly string[],
): { devices: string[]; filter: string | undefined } {
  const words = [...positionals];
  let devices = given.flatMap((one) => one.split(','));
  if (devices.length === 0) {
    const names = ['any', ...if_nameindex().map(({ name }) => name)];
    const looksLikeOne =
      words.length > 0 &&
      (names.includes(words[0]) ||
        (words.length === 1 &&
          /^[a-z]+[.:@-]?\d+$/i.test(words[0]) &&
          !/^(ip|tcp|udp|icmp)6?$/.test(words[0])));
    devices = looksLikeOne ? [words.shift() as string] : ['any'];
  }
  return { devices, filter: words.length === 0 ? undefined : words.join(' ') };
}

/** `EN10MB`, as -L lists it. */
function linktypeNamed(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const wanted = name.toUpperCase().replace(/^DLT_/, '');
  const found = Object.entries(LINK_NAMES).find(([, text]) => text.split(' ')[0] === wanted);
  if (found === undefined)
    throw new UsageError(
      `-y takes a link type such as EN10MB, LINUX_SLL2 or RAW (-L lists those of an interface), not '${name}'`,
    );
  return Number(found[0]);
}

/** -F: a filter in a file. Comments are not cut out, as in tcpdump. */
function filterFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : fs.readFileSync(path === '-' ? 0 : path, 'utf8').trim();
}

const flag = { type: 'boolean' } as const;
const flags = { type: 'boolean', multiple: true } as const;
const text = { type: 'string' } as const;

const OPTIONS = {
  interface: { type: 'string', short: 'i', multiple: true },
  count: { ...text, short: 'c' },
  write: { ...text, short: 'w' },
  read: { ...text, short: 'r' },
  print: flag,
  'snapshot-length': { ...text, short: 's' },
  snapshot: text,
  numeric: { ...flags, short: 'n' },
  link: { ...flag, short: 'e' },
  hex: { ...flags, short: 'x' },
  'hex-and-text': { ...flags, short: 'X' },
  text: { ...flags, short: 'A' },
  time: { ...flags, short: 't' },
  verbose: { ...flags, short: 'v' },
  quiet: { ...flag, short: 'q' },
  'absolute-tcp-sequence-numbers': { ...flag, short: 'S' },
  number: { ...flag, short: '#' },
  'dont-verify-checksums': { ...flag, short: 'K' },
  'no-optimize': { ...flag, short: 'O' },
  'line-buffered': { ...flag, short: 'l' },
  'packet-buffered': { ...flag, short: 'U' },
  'buffer-size': { ...text, short: 'B' },
  file: { ...text, short: 'F' },
  'list-interfaces': { ...flag, short: 'D' },
  'list-data-link-types': { ...flag, short: 'L' },
  'dump-program': { ...flags, short: 'd' },
  linktype: { ...text, short: 'y' },
  'time-stamp-type': { ...text, short: 'j' },
  'time-stamp-precision': text,
  'relinquish-privileges': { ...text, short: 'Z' },
  'postrotate-command': { ...text, short: 'z' },
  comments: flag,
  version: flag,
  'no-promiscuous-mode': { ...flag, short: 'p' },
  'no-promiscuous': flag,
  seconds: { ...text, short: 'G' },
  megabytes: { ...text, short: 'C' },
  files: { ...text, short: 'W' },
  direction: { ...text, short: 'Q' },
  fanout: text,
  nano: flag,
  micro: flag,
  immediate: flag,
  'immediate-mode': flag,
} as const;

/** Letters with a value: what follows them in a word is no letter. */
const WITH_VALUE = new Set(
  Object.values(OPTIONS).flatMap((option) =>
    'short' in option && option.type === 'string' ? [option.short as string] : [],
  ),
);

/** Takes `--count` without a number, and refuses tcpdump's other letters, before parseArgs. */
function prepared(args: readonly string[]): { args: string[]; countOnly: boolean } {
  const kept: string[] = [];
  let countOnly = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (word === '--') return { args: [...kept, ...args.slice(i)], countOnly };
    if (word === '--count' && !/^\d+$/.test(args[i + 1] ?? '')) {
      countOnly = true;
      continue;
    }
    kept.push(word);
    if (!/^-[^-]/.test(word)) continue;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at];
      if (Object.hasOwn(ABSENT, letter))
        throw new UsageError(`tcpdump's -${letter} is not here: ${ABSENT[letter]}`);
      if (!WITH_VALUE.has(letter)) continue;
      if (at === word.length - 1 && i + 1 < args.length) {
        i += 1;
        kept.push(args[i]);
      }
      break;
    }
  }
  return { args: kept, countOnly };
}

export function captureArguments(given: string[]): CaptureArguments {
  const { args, countOnly } = prepared(given);
  const { values, positionals } = parse({ args, allowPositionals: true, options: OPTIONS });
  const number = (value: string | undefined, option: string, max = Number.MAX_SAFE_INTEGER) =>
    numberOf(value, option, { min: 1, max });
  const packets = number(values.count, '-c');
  const length = values['snapshot-length'] ?? values.snapshot;
  const snaplen = length === '0' ? undefined : number(length, '-s', 262_144);
  const seconds = numberOf(values.seconds, '-G', { min: 0.001, max: LONG, fraction: true });
  const megabytes = numberOf(values.megabytes, '-C', { min: 0.000_1, max: LONG, fraction: true });
  const files = number(values.files, '-W', 100_000);
  const buffer = number(values['buffer-size'], '-B', 4 << 20);
  const { direction } = values;
  const printing = values.print === true;
  if (direction !== undefined && direction !== 'in' && direction !== 'out' && direction !== 'inout')
    throw new UsageError(`--direction takes in, out or inout, not '${direction}'`);
  if (values.write === '-' && printing)
    throw new UsageError('-w - and --print cannot share the standard output');
  const rotates = seconds !== undefined || megabytes !== undefined;
  if (rotates && (values.write === undefined || values.write === '-' || printing))
    throw new UsageError('-G and -C rotate a file: they go with -w file, without --print');
  if (files !== undefined && !rotates) throw new UsageError('-W goes with -G or -C');
  const command = values['postrotate-command'];
  if (command !== undefined && !rotates) throw new UsageError('-z goes with -G or -C');
  if (command !== undefined && values.write?.includes('%'))
    throw new UsageError('-z goes with files that are numbered: leave the % of -w out');
  const immediate = values.immediate === true || values['immediate-mode'] === true;
  const live =
    values.interface !== undefined ||
    direction !== undefined ||
    values.fanout !== undefined ||
    immediate;
  if (values.read !== undefined && (live || rotates))
    throw new UsageError(
      '-r reads a file: -i, -G, -C, --direction, --fanout and --immediate go with interfaces',
    );
  if (countOnly && values.read === undefined)
    throw new UsageError('--count counts the frames of a file: it goes with -r');
  const precision = values['time-stamp-precision'];
  if (precision !== undefined && precision !== 'micro' && precision !== 'nano')
    throw new UsageError(`--time-stamp-precision takes micro or nano, not '${precision}'`);
  const stamps = values['time-stamp-type'];
  if (stamps !== undefined && stamps !== 'host' && stamps !== 'adapter')
    throw new UsageError(`-j takes host or adapter, not '${stamps}'`);
  const fromFile = filterFile(values.file);
  if (fromFile !== undefined && positionals.length > 1)
    throw new UsageError('the filter stands in the file of -F or on the command line, not in both');
  const { devices, filter } =
    values.read !== undefined
      ? { devices: [], filter: positionals.join(' ') || undefined }
      : whereAndWhat(values.interface ?? [], positionals);
  const rotation = {
    ...(megabytes !== undefined && { bytes: Math.round(megabytes * MILLION) }),
    ...(seconds !== undefined && { seconds }),
  };
  // With -C, -W files are kept; with -G alone, -W files are made.
  const ring = files !== undefined && megabytes !== undefined;
  const nano = values.nano === true || precision === 'nano';
  const name = values.write ?? '';
  const compress = /\.gz$/.test(name) ? 'gzip' : /\.(zst|zstd)$/.test(name) ? 'zstd' : undefined;
  return {
    devices,
    filter: fromFile ?? filter,
    options: {
      snaplen,
      direction,
      fanout: fanoutOf(values.fanout),
      promiscuous:
        !(values['no-promiscuous-mode'] || values['no-promiscuous']) &&
        !devices.includes('any') &&
        values.fanout === undefined,
      immediate,
      ...(stamps !== undefined && { timestamp: stamps }),
      ...(buffer !== undefined &&
        !immediate && {
          ring: { blockSize: BLOCK, blocks: Math.max(2, Math.ceil((buffer * 1024) / BLOCK)) },
        }),
    },
    record: {
      packets,
      nanoseconds: nano,
      format: /\.(pcap|cap|dmp)\d*(\.gz|\.zst|\.zstd)?$/.test(name) ? 'pcap' : 'pcapng',
      ...(compress !== undefined && { compress }),
      ...(rotates && { rotate: { ...rotation, ...(ring && { files }) } }),
      ...(files !== undefined && !ring && seconds !== undefined && { seconds: seconds * files }),
    },
    write: values.write,
    read: values.read,
    print: printing,
    style: {
      link: values.link === true,
      verbose: values.verbose?.length ?? 0,
      quiet: values.quiet === true,
      absolute: values['absolute-tcp-sequence-numbers'] === true,
      unverified: values['dont-verify-checksums'] === true,
      time: Math.min(values.time?.length ?? 0, 5) as TimeStyle,
      nano,
      bytes: dumpStyle(values.hex, values['hex-and-text'], values.text),
      number: values.number === true,
      comments: values.comments === true,
      colours: process.stdout.isTTY && !process.env.NO_COLOR,
    },
    countOnly,
    program: Math.min(values['dump-program']?.length ?? 0, 3) as 0 | 1 | 2 | 3,
    optimize: values['no-optimize'] !== true,
    list: values['list-interfaces']
      ? 'interfaces'
      : values['list-data-link-types']
        ? 'linktypes'
        : undefined,
    version: values.version === true,
    linktype: linktypeNamed(values.linktype),
    user: values['relinquish-privileges'],
    command,
    unbuffered: values['line-buffered'] === true || values['packet-buffered'] === true,
  };
}

/** -X goes before -x, and -x before -A, as in tcpdump. */
function dumpStyle(
  hex: readonly boolean[] = [],
  both: readonly boolean[] = [],
  plain: readonly boolean[] = [],
): LineStyle['bytes'] {
  if (both.length > 0) return both.length > 1 ? 'XX' : 'X';
  if (hex.length > 0) return hex.length > 1 ? 'xx' : 'x';
  if (plain.length > 0) return plain.length > 1 ? 'AA' : 'A';
  return undefined;
}
