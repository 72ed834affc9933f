// record(): what the native recorder is told, and what becomes of it.

import { EFAULT, POLLIN } from '../constants';
import { check, isErrno, type SocketError, socketError } from '../errors';
import { badRange, badType, integer, membersOf, namesOf } from '../errors/arguments';
import { native } from '../native';
import { type CreateOptions, createOptions } from '../pcap/create';
import { interfaceBlock, sectionBlock } from '../pcap/encoder';
import { type Format, pcapHeader } from '../pcap/format';
import { i32, struct, u32, u64 } from '../structs';
import { Channel, READ, waitForState } from '../wait';
import type { Port } from './attach';
import { gone } from './gone';
import type { CaptureStats } from './reader';
import { COOK, REINSERT, type RingReader } from './ring';

/** What record() takes. */
export interface RecordOptions extends CreateOptions {
  /** 'pcapng' where the path ends so, else 'pcap'. */
  format?: Format;
  /** Times in nanoseconds instead of microseconds. */
  nanoseconds?: boolean;
  /** By the system's libz or libzstd; ELIBACC where it has none. */
  compress?: 'zstd' | 'gzip';
  /** Ends after so many frames. */
  packets?: number;
  /** Ends before the files have more bytes (before compression). */
  bytes?: number;
  /** Ends after so long. */
  seconds?: number;
  /**
   * A new file before one has more than `bytes`, or after `seconds`: path, path1, path2 …; with
   * `files` only so many are kept, path0 … and round again. A `%` of strftime(3) in the path names
   * files by their time, where they go by seconds (and numbers those of one name): these are all
   * kept.
   */
  rotate?: { bytes?: number; seconds?: number; files?: number };
}

/** What a recording wrote and lost. */
export interface RecordStats extends CaptureStats {
  /** Frames in the files. */
  packets: bigint;
  /** Bytes of the files, before compression. */
  bytes: bigint;
  files: bigint;
}

/** A recording that runs. */
export interface Recording {
  /**
   * Resolves once a limit is reached, or stop() has taken what had come; rejects with the typed
   * error that ended it, with `stats`.
   */
  readonly done: Promise<RecordStats>;
  /** Takes what has come until now, ends, and answers `done`. */
  stop(): Promise<RecordStats>;
  /** The counts of now. */
  stats(): RecordStats;
  /** Ends at once: what is in the ring is lost. */
  abandon(): void;
}

const SETTINGS = struct('recorder_settings', {
  packets: u64,
  bytes: u64,
  milliseconds: u64,
  rotateBytes: u64,
  rotateMs: u64,
  rotateFiles: u32,
  format: u32,
  nanoseconds: u32,
  prepare: u32,
  compress: u32,
  fd: i32,
  mode: u32,
  follow: u32,
});
const COUNTS = struct('recorder_counts', { packets: u64, bytes: u64, files: u64 });

interface Source {
  port: Port;
  reader: RingReader;
}

function limit(value: unknown, what: string): bigint {
  return value === undefined ? 0n : BigInt(integer(what, value, 1, Number.MAX_SAFE_INTEGER));
}

function milliseconds(value: unknown, what: string): bigint {
  if (value === undefined) return 0n;
  if (typeof value !== 'number') throw badType(what, 'a number of seconds', value);
  if (!(value > 0 && value <= 1e9)) throw badRange(what, 'seconds, more than 0', value);
  return BigInt(Math.max(1, Math.round(value * 1000)));
}

function formatOf(o: RecordOptions, path: string): Format {
  const format = o.format ?? (/\.pcapng(\.gz|\.zst)?$/.test(path) ? 'pcapng' : 'pcap');
  if (format !== 'pcap' && format !== 'pcapng')
    throw badRange('record: format', "'pcap', 'pcapng'", format);
  return format;
}

/** What begins every file. */
function header(
  format: Format,
  nanoseconds: boolean,
  sources: readonly Source[],
  context: Context,
): Buffer {
  const { snaplen, filter } = context;
  const [first] = sources;
  if (format === 'pcap') {
    const other = sources.find(({ port }) => port.linktype !== first.port.linktype);
    if (other !== undefined)
      throw badRange(
        'record: format',
        `'pcapng': ${first.port.device} and ${other.port.device} have different link types`,
        format,
      );
    return pcapHeader(first.port.linktype, snaplen, nanoseconds);
  }
  const described = sources.map(({ port }) =>
    interfaceBlock(port.linktype, snaplen, nanoseconds, { name: port.device || 'any', filter }),
  );
  return Buffer.concat([sectionBlock(), ...described]);
}

interface Context {
  filter: string | undefined;
  vlan: 'reinsert' | 'metadata' | 'strip';
  snaplen: number;
}

const MEMBERS = namesOf<RecordOptions>({
  format: true,
  nanoseconds: true,
  compress: true,
  packets: true,
  bytes: true,
  seconds: true,
  rotate: true,
  mode: true,
  followSymlinks: true,
});
const ROTATION = namesOf<NonNullable<RecordOptions['rotate']>>({
  bytes: true,
  seconds: true,
  files: true,
});

const COMPRESSIONS = { gzip: 1, zstd: 2 } as const;

export function startRecording(
  path: string,
  given: RecordOptions,
  sources: readonly Source[],
  context: Context,
  stats: () => CaptureStats,
): Recording {
  if (typeof path !== 'string')
    throw badType('record: path', "a path, or '-' for the standard output", path);
  if (path === '' || path.includes('\0'))
    throw badRange('record: path', 'not empty, and without a NUL byte', path);
  if (typeof given !== 'object' || given === null)
    throw badType('record: options', 'an object', given);
  const o = membersOf(given, 'record', MEMBERS);
  const { rotate: rotation = {} } = o;
  if (typeof rotation !== 'object' || rotation === null)
    throw badType('record: rotate', '{ bytes, seconds, files }', rotation);
  const rotate = membersOf(rotation, 'record: rotate', ROTATION);
  if (o.compress !== undefined && !Object.hasOwn(COMPRESSIONS, o.compress))
    throw badRange('record: compress', "'zstd', 'gzip'", o.compress);
  if (rotate.files !== undefined && rotate.bytes === undefined && rotate.seconds === undefined)
    throw badRange(
      'record: rotate.files',
      'given with rotate.bytes or rotate.seconds',
      rotate.files,
    );
  if (rotate.files !== undefined && rotate.seconds !== undefined && path.includes('%'))
    throw badRange(
      'record: rotate.files',
      "given with a path without '%': files that are named by their time are all kept",
      rotate.files,
    );
  const standardOutput = path === '-';
  if (standardOutput && (rotate.bytes !== undefined || rotate.seconds !== undefined))
    throw badRange('record: rotate', 'given with the path of a file', path);
  const format = formatOf(o, path);
  const { mode, followSymlinks } = createOptions('record', o);
  const settings = SETTINGS.pack({
    packets: limit(o.packets, 'record: packets'),
    bytes: limit(o.bytes, 'record: bytes'),
    milliseconds: milliseconds(o.seconds, 'record: seconds'),
    rotateBytes: limit(rotate.bytes, 'record: rotate.bytes'),
    rotateMs: milliseconds(rotate.seconds, 'record: rotate.seconds'),
    rotateFiles:
      rotate.files === undefined ? 0 : integer('record: rotate.files', rotate.files, 1, 100_000),
    format: format === 'pcap' ? 0 : 1,
    nanoseconds: o.nanoseconds ? 1 : 0,
    prepare:
      (context.vlan === 'reinsert' ? REINSERT : 0) |
      (sources.some(({ port }) => port.cooked) ? COOK : 0),
    compress: o.compress === undefined ? 0 : COMPRESSIONS[o.compress],
    fd: standardOutput ? 1 : -1,
    mode,
    follow: followSymlinks ? 1 : 0,
  });
  const cooked = new Set(sources.map(({ port }) => port.cooked));
  if (cooked.size > 1) {
    const named = sources
      .map(({ port }) => `${port.device} (link type ${port.linktype})`)
      .join(', ');
    throw badRange(
      'record',
      "asked of interfaces whose frames are all cooked, or all not: record the others with a capture of their own, or 'any'",
      named,
    );
  }
  for (const { reader } of sources) reader.release();
  const rings = Int32Array.from(sources, ({ reader }) => reader.id);
  const id = native.recorder_open(
    rings,
    settings,
    standardOutput ? '' : path,
    header(format, o.nanoseconds === true, sources, context),
  );
  if (id < 0) throw openError(id, path, o);
  return new Running(id, sources, stats);
}

function openError(result: number, path: string, o: RecordOptions): Error {
  if (isErrno({ errno: result }, 'ELIBACC')) {
    const library =
      o.compress === 'gzip'
        ? 'libz.so.1 (apt-get install zlib1g)'
        : 'libzstd.so.1 (apt-get install libzstd1)';
    return socketError(result, 'dlopen', {
      hint: `compression is ${library}'s, which is not installed`,
    });
  }
  return Object.assign(socketError(result <= -4096 ? -EFAULT : result, 'open', { hint: path }), {
    path,
  });
}

/** What open(2) says, and write(2) never does. */
const OPENING = [
  'ENOENT',
  'EACCES',
  'EISDIR',
  'ENOTDIR',
  'EMFILE',
  'ENFILE',
  'EROFS',
  'ENXIO',
  'ELOOP',
  'ENAMETOOLONG',
] as const;

class Running implements Recording {
  readonly done: Promise<RecordStats>;
  #ended: RecordStats | null = null;
  readonly #channel: Channel;

  constructor(
    private readonly id: number,
    private readonly sources: readonly Source[],
    private readonly captureStats: () => CaptureStats,
  ) {
    let fd = -1;
    try {
      fd = check(native.recorder_fd(id), 'eventfd');
      this.#channel = new Channel(fd);
    } catch (error) {
      if (fd >= 0) native.close(fd);
      native.recorder_close(id); // it would go on without us
      throw error;
    }
    this.done = this.#wait();
  }

  /** Resolves once the recorder has ended; whatever fails, nothing of it stays. */
  async #wait(): Promise<RecordStats> {
    const attempt = () => (isErrno({ errno: this.#outcome().status }, 'EAGAIN') ? undefined : true);
    const call = { syscall: 'poll', direction: READ, attempt } as const;
    let stats: RecordStats | undefined;
    try {
      await waitForState(this.#channel, POLLIN, call, undefined, null);
      const { status } = this.#outcome();
      stats = this.stats();
      if (status < 0) throw this.#failure(status);
      return stats;
    } catch (error) {
      native.recorder_stop(this.id, 1); // nothing waits for it any more
      stats ??= this.#lastStats();
      throw Object.assign(error as Error, { stats });
    } finally {
      this.#ended = stats ?? this.#lastStats();
      native.recorder_close(this.id);
      this.#channel.close('the recorder has ended');
    }
  }

  /** The counts, zero where the kernel does not return those of the capture. */
  #lastStats(): RecordStats {
    const { counts } = this.#outcome();
    try {
      return { ...this.captureStats(), ...counts };
    } catch {
      return { received: 0n, dropped: 0n, frozen: 0n, ...counts };
    }
  }

  #outcome(): { status: number; counts: { packets: bigint; bytes: bigint; files: bigint } } {
    const out = new Uint8Array(COUNTS.size);
    const status = native.recorder_counts(this.id, out);
    return { status, counts: COUNTS.unpack(out) };
  }

  stats(): RecordStats {
    return this.#ended ?? { ...this.captureStats(), ...this.#outcome().counts };
  }

  #failure(status: number): Error {
    if (isErrno({ errno: status }, ...OPENING))
      return socketError(status, 'open', { hint: 'the next file' });
    if (!isErrno({ errno: status }, 'ENETDOWN')) return socketError(status, 'write');
    const failures = this.sources.map(({ port, reader }) =>
      gone(status, port.device, reader.socket),
    );
    return failures.find((error) => (error as SocketError).code === 'ENODEV') ?? failures[0];
  }

  stop(): Promise<RecordStats> {
    if (this.#ended === null) native.recorder_stop(this.id, 0);
    return this.done;
  }

  abandon(): void {
    if (this.#ended !== null) return;
    native.recorder_stop(this.id, 1);
  }
}
