// `bsd-socket capture -r`: the frames of a file as lines, or those that a filter lets pass into
// another file, with all that stands beside them.
import { once } from 'node:events';
import * as fs from 'node:fs';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { compileForFile } from '../bpf/compile';
import { matcher } from '../bpf/matches';
import { type Block, compile, type FileFrame, PcapWriter } from '../capture';
import { createFile, MODE } from '../pcap/create';
import { DIRECTIONS } from '../pcap/frame';
import { blockLists } from '../pcap/reader';
import { UsageError } from './args';
import type { CaptureArguments } from './capture-arguments';
import { FrameLines } from './frame-line';
import { StatusLine } from './status-line';

type Wanted = (frame: FileFrame) => boolean;

/**
 * The filter of a file: a program for each link type and byte order. Direction, where the filter
 * asks for it, is that of the frame; a frame that has none is refused, as tcpdump refuses the file.
 */
function fileFilter(expression: string): Wanted {
  const programs = new Map<string, Wanted>();
  const programFor = ({ linktype, byteOrder }: FileFrame): Wanted => {
    const o = { linktype, byteOrder };
    try {
      const run = matcher(compileForFile(expression, o));
      return ({ data, len }) => run(data, { len }) > 0;
    } catch (refused) {
      if (!/when reading savefiles/.test((refused as Error).message)) throw refused;
      const run = matcher(compile(expression, o));
      return ({ data, len, direction }) => {
        if (direction === undefined) throw refused;
        try {
          return run(data, { len, pkttype: DIRECTIONS.indexOf(direction) }) > 0;
        } catch {
          throw refused; // it asks for more than the direction
        }
      };
    }
  };
  return (frame) => {
    const key = `${frame.linktype} ${frame.byteOrder}`;
    let program = programs.get(key);
    if (program === undefined) programs.set(key, (program = programFor(frame)));
    return program(frame);
  };
}

/** The file that frames are copied to; it is opened with the first block. */
class Copy {
  readonly #path: string;
  readonly #a: CaptureArguments;
  #writer: PcapWriter | undefined;
  #out: NodeJS.WritableStream | undefined;
  /** A pcapng file is copied to one block by block. */
  #verbatim = false;
  #linktype: number | undefined;
  #interface: Block | undefined;
  /** Resolves once a compressed file is written. */
  #written: Promise<void> | undefined;

  constructor(path: string, a: CaptureArguments) {
    this.#path = path;
    this.#a = a;
  }

  #open(first: Block | undefined): PcapWriter {
    const { format } = this.#a.record;
    this.#verbatim = format === 'pcapng' && first?.type === 'section';
    this.#out = this.#destination();
    return new PcapWriter(this.#out as fs.WriteStream, {
      format,
      nanoseconds: this.#a.record.nanoseconds === true || isFine(first),
      ...(first?.type === 'packet' && { linktype: first.linktype }),
      ...(first?.type === 'interface' && { linktype: first.linktype }),
      ...(this.#a.options.snaplen !== undefined && { snaplen: this.#a.options.snaplen }),
    });
  }

  /** The file, or the compressor before it: x.gz, x.zst. */
  #destination(): NodeJS.WritableStream {
    if (this.#path === '-') return process.stdout;
    const fd = createFile(this.#path, { mode: MODE, followSymlinks: false });
    const file = fs.createWriteStream(this.#path, { fd });
    const { compress } = this.#a.record;
    if (compress === undefined) return file;
    const { createZstdCompress } = zlib as unknown as { createZstdCompress?: () => Transform };
    if (compress === 'zstd' && createZstdCompress === undefined)
      throw new UsageError(
        'copies are compressed to zstd from Node.js 22.15 on: name it .gz, or pipe -w - through zstd',
      );
    const compressor =
      compress === 'gzip' ? zlib.createGzip() : (createZstdCompress as () => Transform)();
    this.#written = pipeline(compressor, file);
    this.#written.catch((error: Error) => compressor.destroy(error));
    return compressor;
  }

  /** Copies a frame that passed the filter, or what stands beside frames. */
  add(block: Block): Promise<void> | undefined {
    const pcap = this.#a.record.format === 'pcap';
    if (this.#writer === undefined) {
      // A classic file begins with the link type: what comes before the first frame does not tell.
      if (block.type === 'interface') this.#interface ??= block;
      if (pcap && block.type !== 'packet') return undefined;
      this.#writer = this.#open(block);
    }
    const writer = this.#writer;
    if (this.#verbatim) {
      return writer.writeBlock(block) ? undefined : this.#drained();
    }
    if (block.type !== 'packet') return undefined;
    this.#linktype ??= block.linktype;
    if (pcap && block.linktype !== this.#linktype)
      throw new UsageError(
        `a pcap file has one link type, and ${this.#a.read} has ${this.#linktype} and ` +
          `${block.linktype}: name the copy .pcapng, or filter`,
      );
    const { data, timestamp, len, linktype, interfaceName, comments, direction } = block;
    const more = pcap ? {} : { interface: interfaceName, comments, direction };
    const time = timestamp ?? (pcap ? 0n : undefined);
    const frame = { data, timestamp: time, len, linktype, ...more };
    return writer.write(frame) ? undefined : this.#drained();
  }

  async #drained(): Promise<void> {
    await once(this.#out as NodeJS.WritableStream, 'drain');
  }

  async end(): Promise<void> {
    await (this.#writer ?? this.#open(this.#interface)).end();
    await this.#written;
  }

  /** Leaves no file that pretends to be whole. */
  async discard(): Promise<void> {
    await this.#writer?.end().catch(() => undefined);
    if (this.#writer !== undefined && fs.statSync(this.#path).isFile()) fs.rmSync(this.#path);
  }
}

/** Whether a file keeps more than microseconds. */
const isFine = (first: Block | undefined): boolean =>
  first === undefined
    ? false
    : first.type === 'packet'
      ? first.interface.resolution > 6
      : first.type === 'interface'
        ? first.resolution > 6
        : true;

function sameFile(one: string, other: string): boolean {
  const [x, y] = [one, other].map((name) => fs.statSync(name, { throwIfNoEntry: false }));
  return x !== undefined && y !== undefined && x.isFile() && x.dev === y.dev && x.ino === y.ino;
}

/** Characters of lines that are written at once. */
const CHUNK = 64 * 1024;

/** Reads the file `path` ('-' is the standard input) to its end, or to the count. */
export async function readCaptureFile(
  path: string,
  a: CaptureArguments,
  signal: AbortSignal,
): Promise<number> {
  if (a.write !== undefined && sameFile(path, a.write))
    throw new UsageError(`-r and -w name the same file, ${path}`);
  const wanted: Wanted = a.filter === undefined ? () => true : fileFilter(a.filter);
  const copy = a.write === undefined ? undefined : new Copy(a.write, a);
  const lines = new FrameLines(a.style);
  // A read of the standard input may wait for ever.
  signal.addEventListener('abort', () => path === '-' && process.stdin.destroy(), { once: true });
  let left = a.record.packets ?? Number.POSITIVE_INFINITY;
  let [count, bytes] = [0, 0];
  const status = new StatusLine(() => `${count} packets, ${bytes} bytes read`);
  /** Lines that wait to be written: one write for many of them. */
  let text = '';
  const flush = async (): Promise<void> => {
    const full = text !== '' && !process.stdout.write(text);
    text = '';
    if (full) await once(process.stdout, 'drain');
  };
  /** A frame that passed, or what stands beside frames; a promise where it has to wait. */
  const take = (one: Block): Promise<void> | undefined => {
    if (one.type !== 'packet') return copy?.add(one);
    bytes += one.caplen;
    if (!wanted(one)) return undefined;
    left -= 1;
    count += 1;
    if (!a.countOnly && (copy === undefined || a.print)) text += lines.of(one);
    const copied = copy?.add(one);
    if (copied !== undefined) return copied;
    return text.length > CHUNK || (a.unbuffered && text !== '') ? flush() : undefined;
  };
  try {
    reading: for await (const blocks of blockLists(path === '-' ? process.stdin : path)) {
      for (const one of blocks) {
        if (signal.aborted || left <= 0) break reading;
        const waits = take(one);
        if (waits !== undefined) await waits;
      }
      await flush();
    }
  } catch (error) {
    await flush();
    status.end();
    if (error instanceof UsageError) await copy?.discard();
    else await copy?.end().catch(() => undefined); // a file that is damaged is good up to there
    if (signal.aborted) return 0;
    throw error;
  }
  await flush();
  status.end();
  if (a.countOnly) process.stdout.write(`${count} packet${count === 1 ? '' : 's'}\n`);
  await copy?.end();
  return 0;
}
