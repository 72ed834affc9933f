// PcapFile: a capture file written at once, by this thread: what is gathered goes to the file by
// flush() and close().
import * as fs from 'node:fs';
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType, membersOf } from '../errors/arguments';
import { type CreateOptions, createFile, createOptions } from './create';
import { PCAP_OPTIONS, PcapEncoder, type PcapFrame, type PcapOptions } from './encoder';
import { MAXIMUM_SNAPLEN, pcapHeader, pcapRecord } from './format';
import { LINKTYPE_ETHERNET } from './linktype';

/** Gathers this much before it writes. */
const CHUNK = 256 * 1024;

/** The beginning of a classic capture file. `linktype` is a LINKTYPE_. */
export const fileHeader = (
  linktype: number = LINKTYPE_ETHERNET,
  snaplen: number = MAXIMUM_SNAPLEN,
  nanoseconds = false,
): Buffer => pcapHeader(linktype, snaplen, nanoseconds);

/** One frame with the record header of a classic file. */
export function fileRecord(
  { data, timestamp, len }: { data: Bytes; timestamp: bigint; len?: number },
  nanoseconds = false,
): Buffer {
  const bytes = toBytes(data, 'data');
  if (typeof timestamp !== 'bigint')
    throw badType('timestamp', 'a bigint of nanoseconds since the epoch', timestamp);
  return pcapRecord(bytes, timestamp, len ?? bytes.length, nanoseconds);
}

/**
 * A capture file that grows: `write` gathers, `flush` and `close` hand over to the file. `path` may
 * be a descriptor, which stays open.
 */
export class PcapFile {
  readonly #fd: number;
  readonly #owned: boolean;
  readonly #encoder: PcapEncoder;
  #pending: Buffer[] = [];
  #size = 0;
  #closed = false;

  /** Creates or empties the file; throws as fs.openSync does. */
  constructor(path: string | number, given: PcapOptions & CreateOptions = {}) {
    const o = membersOf(given, 'PcapFile', PCAP_OPTIONS);
    const named = typeof path === 'string' && path.endsWith('.pcapng') ? 'pcapng' : 'pcap';
    this.#encoder = new PcapEncoder('PcapFile', o.format ?? named, o);
    const how = createOptions('PcapFile', o);
    this.#owned = typeof path === 'string';
    this.#fd = typeof path === 'string' ? createFile(path, how) : path;
    this.#add(this.#encoder.begin());
    this.flush();
  }

  /** Writes one frame. */
  write(frame: PcapFrame): void {
    if (this.#closed) throw badRange('the capture file', 'open', 'closed');
    this.#add(this.#encoder.frame(frame));
    if (this.#size >= CHUNK) this.flush();
  }

  #add(parts: readonly Buffer[]): void {
    for (const bytes of parts) {
      this.#pending.push(bytes);
      this.#size += bytes.length;
    }
  }

  /** Throws as fs.writeSync does (ENOSPC, EPIPE ...); what was gathered is then gone. */
  flush(): void {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#size = 0;
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(this.#fd, bytes, at);
  }

  /** Flushes and closes; a second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.flush();
    } finally {
      if (this.#owned) fs.closeSync(this.#fd);
    }
  }

  /** close(), at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
