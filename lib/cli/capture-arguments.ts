// The command line of `bsd-socket capture`: tcpdump's letters, and what they mean here.
import type { CaptureOptions, RecordOptions } from '../capture';
import { if_nameindex } from '../names';
import { numberOf, parse, UsageError } from './args';

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
  link: boolean;
  hex: boolean;
}

const FANOUT_MODES = ['hash', 'lb', 'cpu', 'rollover', 'rnd', 'qm'] as const;
const MILLION = 1_000_000;
const LONG = 1e9;

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

export function captureArguments(args: string[]): CaptureArguments {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      interface: { type: 'string', short: 'i', multiple: true },
      count: { type: 'string', short: 'c' },
      write: { type: 'string', short: 'w' },
      read: { type: 'string', short: 'r' },
      print: { type: 'boolean' },
      snapshot: { type: 'string', short: 's' },
      numeric: { type: 'boolean', short: 'n' },
      link: { type: 'boolean', short: 'e' },
      hex: { type: 'boolean', short: 'x' },
      'no-promiscuous': { type: 'boolean', short: 'p' },
      seconds: { type: 'string', short: 'G' },
      megabytes: { type: 'string', short: 'C' },
      files: { type: 'string', short: 'W' },
      direction: { type: 'string', short: 'Q' },
      fanout: { type: 'string' },
      nano: { type: 'boolean' },
      immediate: { type: 'boolean' },
    },
  });
  const number = (text: string | undefined, option: string, max = Number.MAX_SAFE_INTEGER) =>
    numberOf(text, option, { min: 1, max });
  const packets = number(values.count, '-c');
  const snaplen = number(values.snapshot, '-s', 262_144);
  const seconds = numberOf(values.seconds, '-G', { min: 0.001, max: LONG, fraction: true });
  const megabytes = numberOf(values.megabytes, '-C', { min: 0.000_1, max: LONG, fraction: true });
  const files = number(values.files, '-W', 100_000);
  const { direction } = values;
  if (direction !== undefined && direction !== 'in' && direction !== 'out' && direction !== 'inout')
    throw new UsageError(`--direction takes in, out or inout, not '${direction}'`);
  if (values.write === '-' && values.print)
    throw new UsageError('-w - and --print cannot share the standard output');
  const rotates = seconds !== undefined || megabytes !== undefined;
  if (rotates && (values.write === undefined || values.write === '-' || values.print))
    throw new UsageError('-G and -C rotate a file: they go with -w file, without --print');
  if (files !== undefined && !rotates) throw new UsageError('-W goes with -G or -C');
  const live =
    values.interface !== undefined ||
    direction !== undefined ||
    values.fanout !== undefined ||
    values.immediate;
  if (values.read !== undefined && (live || rotates))
    throw new UsageError(
      '-r reads a file: -i, -G, -C, --direction, --fanout and --immediate go with interfaces',
    );
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
  return {
    devices,
    filter,
    options: {
      snaplen,
      direction,
      fanout: fanoutOf(values.fanout),
      promiscuous:
        !values['no-promiscuous'] && !devices.includes('any') && values.fanout === undefined,
      immediate: values.immediate,
    },
    record: {
      packets,
      nanoseconds: values.nano === true,
      format: /\.(pcap|cap|dmp)\d*$/.test(values.write ?? '') ? 'pcap' : 'pcapng',
      ...(rotates && { rotate: { ...rotation, ...(ring && { files }) } }),
      ...(files !== undefined && !ring && seconds !== undefined && { seconds: seconds * files }),
    },
    write: values.write,
    read: values.read,
    print: values.print === true,
    link: values.link === true,
    hex: values.hex === true,
  };
}
