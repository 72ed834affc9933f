// readPcap and readBlocks: the frames, or all blocks, of a capture file, one after the other,
// however large it is.
import * as fs from 'node:fs';
import { PassThrough, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { badType } from '../errors/arguments';
import type { Block, FileFrame } from './blocks';
import { badFile, PcapParser } from './parser';

const CHUNK = 256 * 1024;

function open(src: string | Readable): Readable {
  if (typeof src === 'string') return fs.createReadStream(src, { highWaterMark: CHUNK });
  if (typeof (src as Readable)?.[Symbol.asyncIterator] !== 'function')
    throw badType('readPcap: src', 'a path or a Readable', src);
  return src;
}

/** gzip and zstd files begin with their magic numbers. */
function unpacker(first: Buffer): Transform | undefined {
  if (first.length >= 2 && first[0] === 0x1f && first[1] === 0x8b)
    return zlib.createGunzip({ chunkSize: CHUNK });
  if (first.length < 4 || first.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress === undefined) {
    throw Object.assign(
      new Error(
        'a zstd file, which Node.js reads from version 22.15 on: pipe it through `zstd -dc` and read the stream',
      ),
      {
        code: 'ERR_FEATURE_UNAVAILABLE',
      },
    );
  }
  return createZstdDecompress();
}

/** The bytes of a file, unpacked where it is compressed. */
async function* plain(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  let first = Buffer.alloc(0);
  while (first.length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, Buffer.from(next.value as Buffer)]);
  }
  async function* all(): AsyncGenerator<Buffer, void, undefined> {
    try {
      if (first.length > 0) yield first;
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        const { value } = next;
        yield typeof value === 'string' ? Buffer.from(value) : value;
      }
    } finally {
      await chunks.return?.();
    }
  }
  const unpacked = unpacker(first);
  if (unpacked === undefined) return yield* all();
  const out = new PassThrough({ highWaterMark: CHUNK });
  pipeline(all, unpacked, out).catch((error: Error) => out.destroy(error));
  yield* out as AsyncIterable<Buffer>;
}

/** The blocks of each chunk of a file, as readBlocks() gives them. */
export async function* blockLists(
  src: string | Readable,
): AsyncGenerator<Generator<Block, void, undefined>, void, undefined> {
  const parser = new PcapParser();
  try {
    for await (const chunk of plain(open(src))) yield parser.feed(chunk);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw /^(Z_|ZSTD_)/.test(code ?? '')
      ? badFile(`unpacking it failed: ${message}`, parser.offset)
      : error;
  }
  parser.end();
}

/**
 * All blocks of a pcapng file, frames among them: sections, interfaces, names, statistics, secrets,
 * custom and unknown ones, each with all its options. A classic file gives its interface, then its
 * frames. Errors as readPcap().
 */
export async function* readBlocks(src: string | Readable): AsyncGenerator<Block, void, undefined> {
  for await (const blocks of blockLists(src)) yield* blocks;
}

/**
 * The frames of a pcap or pcapng file: microseconds and nanoseconds, both byte orders, gzip and
 * (from Node.js 22.15 on) zstd, read as they are asked for. ENOENT as fs has it; SyntaxError
 * (ERR_INVALID_CAPTURE_FILE, with `offset`, of a compressed file in what was unpacked) for what is
 * no such file, once the frames before it were given. A frame of a file keeps its memory.
 */
export async function* readPcap(
  src: string | Readable,
): AsyncGenerator<FileFrame, void, undefined> {
  for await (const blocks of blockLists(src))
    for (const block of blocks) if (block.type === 'packet') yield block;
}
