// PcapWriter: capture files from frames of any origin, into a file or a stream.
import * as fs from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { badRange, badType, membersOf } from '../errors/arguments';
import type { Block } from './blocks';
import { type CreateOptions, createFile, createOptions } from './create';
import { PCAP_OPTIONS, PcapEncoder, type PcapFrame, type PcapOptions } from './encoder';

export type { PcapFrame } from './encoder';
/** What PcapWriter takes. */
export type PcapWriterOptions = PcapOptions & CreateOptions;

const CHUNK = 64 * 1024;

/**
 * A capture file that grows. Errors of the destination (ENOSPC, EPIPE …) are thrown by the next
 * write() and by end().
 */
export class PcapWriter {
  readonly #stream: Writable;
  readonly #own: boolean;
  readonly #encoder: PcapEncoder;
  readonly #done: Promise<void>;
  #pending: Buffer[] = [];
  #size = 0;
  #ended = false;
  #failure: unknown;

  /** Creates or empties the file of that path, or writes to a stream, which end() ends too. */
  constructor(dest: Writable | string, given: PcapWriterOptions = {}) {
    const o = membersOf(given, 'PcapWriter', PCAP_OPTIONS);
    const path = typeof dest === 'string' ? dest : undefined;
    if (path === undefined && typeof (dest as Writable)?.write !== 'function')
      throw badType('PcapWriter: dest', 'a path or a Writable', dest);
    const named = path?.endsWith('.pcapng') ? 'pcapng' : 'pcap';
    this.#encoder = new PcapEncoder('PcapWriter', o.format ?? named, o);
    const how = createOptions('PcapWriter', o);
    this.#own = path !== undefined;
    this.#stream =
      path === undefined
        ? (dest as Writable)
        : fs.createWriteStream(path, { fd: createFile(path, how) });
    this.#stream.on('error', (error) => {
      this.#failure ??= error;
    });
    this.#done = finished(this.#stream, { readable: false });
    this.#done.catch(() => undefined); // reported by write() and end()
  }

  /**
   * Adds a frame. False where the destination is full: wait for its 'drain', or go on and let it
   * buffer. RangeError for what the format has no place for.
   */
  write(frame: PcapFrame): boolean {
    this.#check();
    return this.#add(this.#encoder.frame(frame));
  }

  /**
   * pcapng only: adds a block, as readBlocks() gives it or with members of your own. The first
   * block may be a section, which is then the file's first.
   */
  writeBlock(block: Block): boolean {
    this.#check();
    return this.#add(this.#encoder.block(block));
  }

  /** pcapng only: an interface statistics block. */
  statistics(counts: { received: bigint; dropped: bigint }, name = ''): boolean {
    this.#check();
    if (this.#encoder.format !== 'pcapng')
      throw badRange('statistics', 'written to pcapng files', this.#encoder.format);
    return this.#add(this.#encoder.statistics(counts, name));
  }

  /** Hands over what was gathered. */
  flush(): boolean {
    this.#gather(this.#encoder.begin());
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

  #gather(parts: readonly Buffer[]): void {
    for (const bytes of parts) {
      this.#pending.push(bytes);
      this.#size += bytes.length;
    }
  }

  #add(parts: readonly Buffer[]): boolean {
    this.#gather(parts);
    return this.#size < CHUNK || this.flush();
  }
}
