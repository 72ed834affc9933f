// PcapWriter: capture files from frames of any origin.
import * as fs from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Bytes, toBytes } from '../bytes';
import { LINKTYPE_ETHERNET, MAXIMUM_SNAPLEN } from '../packet';
import { badRange, badType, integer } from '../structs';
import {
  type Format,
  interfaceBlock,
  packetBlock,
  pcapHeader,
  pcapRecord,
  sectionBlock,
  statisticsBlock,
} from './format';
import type { Frame } from './frame';

export interface PcapWriterOptions {
  /** 'pcapng' where the path ends so, else 'pcap'. */
  format?: Format;
  /** Times in nanoseconds instead of microseconds. */
  nanoseconds?: boolean;
  /** LINKTYPE_: Ethernet unless said. */
  linktype?: number;
  /** Longer frames are cut. */
  snaplen?: number;
}

export interface PcapFrame {
  data: Bytes;
  /** Nanoseconds since the epoch. */
  timestamp: bigint;
  /** Bytes on the wire, where `data` is only the beginning. */
  len?: number;
  /** pcapng only. */
  comment?: string;
  /** pcapng only: the name of the interface, described in the file when first named. */
  interface?: string;
  /** pcapng only: the link type of that interface, where it is not the writer's. */
  linktype?: number;
  direction?: Frame['direction'];
}

export const APPLICATION = 'bsd-socket';
const CHUNK = 64 * 1024;
const MOST_SECONDS = 0xffffffffn;

/**
 * A capture file that grows. Errors of the destination (ENOSPC, EPIPE …) are thrown by the next
 * write() and by end().
 */
export class PcapWriter {
  readonly #stream: Writable;
  readonly #own: boolean;
  readonly #format: Format;
  readonly #nanoseconds: boolean;
  readonly #linktype: number;
  readonly #snaplen: number;
  readonly #interfaces = new Map<string, number>();
  readonly #done: Promise<void>;
  #pending: Buffer[] = [];
  #size = 0;
  #ended = false;
  #failure: unknown;

  /** Creates or empties the file of that path, or writes to a stream, which end() ends too. */
  constructor(dest: Writable | string, o: PcapWriterOptions = {}) {
    const path = typeof dest === 'string' ? dest : undefined;
    if (path === undefined && typeof (dest as Writable)?.write !== 'function')
      throw badType('PcapWriter: dest', 'a path or a Writable', dest);
    const {
      format = path?.endsWith('.pcapng') ? 'pcapng' : 'pcap',
      nanoseconds = false,
      linktype = LINKTYPE_ETHERNET,
      snaplen = MAXIMUM_SNAPLEN,
    } = o;
    if (format !== 'pcap' && format !== 'pcapng')
      throw badRange('PcapWriter: format', "'pcap', 'pcapng'", format);
    this.#format = format;
    this.#nanoseconds = nanoseconds === true;
    this.#linktype = integer('PcapWriter: linktype', linktype, 0, 0xffff);
    this.#snaplen = integer('PcapWriter: snaplen', snaplen, 1, 0x7fffffff);
    this.#own = path !== undefined;
    this.#stream =
      path === undefined
        ? (dest as Writable)
        : fs.createWriteStream(path, { fd: fs.openSync(path, 'w') });
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#done = finished(this.#stream, { readable: false });
    this.#done.catch(() => undefined); // told by write() and end()
    this.#add(
      format === 'pcap'
        ? pcapHeader(linktype, snaplen, this.#nanoseconds)
        : sectionBlock(APPLICATION),
    );
  }

  /**
   * Adds a frame. False where the destination is full: wait for its 'drain', or go on and let it
   * buffer.
   */
  write(frame: PcapFrame): boolean {
    this.#check();
    const bytes = toBytes(frame.data, 'write: data');
    const { timestamp } = frame;
    if (typeof timestamp !== 'bigint')
      throw badType('write: timestamp', 'a bigint of nanoseconds since the epoch', timestamp);
    if (timestamp < 0n || timestamp / 1_000_000_000n > MOST_SECONDS)
      throw badRange('write: timestamp', 'nanoseconds from 1970 to 2106', timestamp);
    const len =
      frame.len === undefined
        ? bytes.length
        : integer('write: len', frame.len, bytes.length, 0xffffffff);
    const data = bytes.length > this.#snaplen ? bytes.subarray(0, this.#snaplen) : bytes;
    if (this.#format === 'pcap') {
      if (frame.comment !== undefined)
        throw badRange('write: comment', 'written to pcapng files', 'one for a pcap file');
      if (frame.linktype !== undefined && frame.linktype !== this.#linktype)
        throw badRange(
          'write: linktype',
          `${this.#linktype}: a pcap file has one, a pcapng file one for each interface`,
          frame.linktype,
        );
      return this.#add(pcapRecord(data, timestamp, len, this.#nanoseconds));
    }
    const interfaceNumber = this.#number(frame.interface ?? '', frame.linktype ?? this.#linktype);
    const { comment, direction } = frame;
    return this.#add(
      packetBlock({
        data,
        timestamp,
        len,
        interfaceNumber,
        nanoseconds: this.#nanoseconds,
        comment,
        direction,
      }),
    );
  }

  /** pcapng only: an interface statistics block. */
  statistics(counts: { received: bigint; dropped: bigint }, name = ''): boolean {
    this.#check();
    if (this.#format !== 'pcapng')
      throw badRange('statistics', 'written to pcapng files', this.#format);
    return this.#add(
      statisticsBlock(this.#number(name, this.#linktype), this.#nanoseconds, counts),
    );
  }

  /** Hands over what was gathered. */
  flush(): boolean {
    if (this.#size === 0) return true;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#size = 0;
    return this.#stream.write(bytes);
  }

  /** Writes the rest, ends the destination, and resolves once that is done. */
  async end(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      if (this.#failure === undefined) {
        this.flush();
        if (this.#stream !== process.stdout) this.#stream.end();
      } else if (this.#own) this.#stream.destroy();
    }
    if (this.#failure !== undefined) throw this.#failure;
    await (this.#stream === process.stdout ? this.#drained() : this.#done);
  }

  /** The standard output cannot be ended. */
  #drained(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#stream.write('', (error) => (error ? reject(error) : resolve())),
    );
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) throw badRange('the PcapWriter', 'open', 'ended');
  }

  #number(name: string, linktype: number): number {
    const key = `${linktype} ${name}`;
    let number = this.#interfaces.get(key);
    if (number === undefined) {
      number = this.#interfaces.size;
      this.#interfaces.set(key, number);
      this.#add(interfaceBlock(linktype, this.#snaplen, this.#nanoseconds, { name }));
    }
    return number;
  }

  #add(bytes: Buffer): boolean {
    this.#pending.push(bytes);
    this.#size += bytes.length;
    return this.#size < CHUNK || this.flush();
  }
}
