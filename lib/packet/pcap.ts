// Capture files in libpcap's classic format (microseconds), written: pcap-savefile(5).
import * as fs from 'node:fs';
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType } from '../errors/arguments';
import { pcap_file_header, pcap_record } from '../structs/pcap';
import { LINKTYPE_ETHERNET } from './numbers';

const MAGIC = 0xa1b2c3d4;

/** What readers allow a frame to be, and what tcpdump says when it takes whole frames. */
export const MAXIMUM_SNAPLEN = 262144;

export interface PcapFrame {
  data: Bytes;
  /** Nanoseconds since the epoch; the file keeps microseconds. */
  timestamp: bigint;
  /** On the wire, in bytes, where `data` is only the beginning. */
  length?: number;
}

/** The beginning of a capture file. `linktype` is a LINKTYPE_. */
export function pcapHeader(
  linktype: number = LINKTYPE_ETHERNET,
  snaplen: number = MAXIMUM_SNAPLEN,
): Buffer {
  return pcap_file_header.pack({
    magic: MAGIC,
    versionMajor: 2,
    versionMinor: 4,
    snaplen,
    linktype,
  });
}

/** One frame with its record header. */
export function pcapRecord({ data, timestamp, length }: PcapFrame): Buffer {
  const bytes = toBytes(data, 'data');
  if (typeof timestamp !== 'bigint')
    throw badType('timestamp', 'a bigint of nanoseconds since the epoch', timestamp);
  if (timestamp < 0n) throw badRange('timestamp', 'nanoseconds since the epoch', timestamp);
  const microseconds = timestamp / 1000n;
  const record = Buffer.allocUnsafe(pcap_record.size + bytes.length);
  pcap_record.packInto(record, 0, {
    seconds: Number(microseconds / 1_000_000n),
    fraction: Number(microseconds % 1_000_000n),
    caplen: bytes.length,
    len: length ?? bytes.length,
  });
  record.set(bytes, pcap_record.size);
  return record;
}

/** Gathers this much before it writes. */
const CHUNK = 256 * 1024;

/**
 * A capture file that grows: `write` gathers, `flush` and `close` hand over to the file. `path` may
 * be a descriptor, which stays open.
 */
export class PcapFile {
  readonly #fd: number;
  readonly #owned: boolean;
  readonly #snaplen: number;
  #pending: Buffer[] = [];
  #size = 0;
  #closed = false;

  /** Creates or empties the file; throws as fs.openSync does. */
  constructor(
    path: string | number,
    {
      linktype = LINKTYPE_ETHERNET,
      snaplen = MAXIMUM_SNAPLEN,
    }: { linktype?: number; snaplen?: number } = {},
  ) {
    const header = pcapHeader(linktype, snaplen);
    this.#owned = typeof path === 'string';
    this.#fd = typeof path === 'string' ? fs.openSync(path, 'w') : path;
    this.#snaplen = snaplen;
    this.#add(header);
    this.flush();
  }

  write(frame: PcapFrame): void {
    if (this.#closed) throw badRange('the capture file', 'open', 'closed');
    const bytes = toBytes(frame.data, 'data');
    const data = bytes.length > this.#snaplen ? bytes.subarray(0, this.#snaplen) : bytes;
    this.#add(
      pcapRecord({ data, timestamp: frame.timestamp, length: frame.length ?? bytes.length }),
    );
    if (this.#size >= CHUNK) this.flush();
  }

  #add(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#size += bytes.length;
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

  [Symbol.dispose](): void {
    this.close();
  }
}
