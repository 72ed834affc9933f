// Capture files parsed as they come: any byte order, any split of the bytes, nothing believed. What
// is wrong is told with its offset.

import { pcap_file_header } from '../structs/pcap';
import * as f from './format';
import type { Frame } from './frame';
import { KeptFrame } from './frame';

/** A frame of a file. */
export type FileFrame = Frame & { readonly interfaceName?: string; readonly comment?: string };

/** No record or block may be longer: what says so is no capture file. */
export const LONGEST_RECORD = 16 << 20;
/**
 * Characters that the names of all interfaces of a section may have: they are kept while it lasts.
 */
const MOST_NAMES = 4 << 20;

/** ERR_INVALID_CAPTURE_FILE; `offset` is where in the file, bytes. */
export function badFile(why: string, offset: number): Error {
  return Object.assign(new SyntaxError(`not a valid capture file: ${why} (at byte ${offset})`), {
    code: 'ERR_INVALID_CAPTURE_FILE',
    offset,
  });
}

class NamedFrame extends KeptFrame {
  declare readonly interfaceName?: string;
  declare readonly comment?: string;
}

interface FileInterface {
  linktype: number;
  snaplen: number;
  name: string | undefined;
  /** Nanoseconds since the epoch of so many units. */
  time(units: bigint): bigint;
}

const BILLION = 1_000_000_000n;

/** Feed it chunks; it gives frames. */
export class PcapParser {
  #chunk: Buffer = Buffer.alloc(0);
  #rest: Buffer[] = [];
  #waiting = 0;
  #offset = 0;
  #wanted = 4;
  #little = true;
  #step: (bytes: Buffer) => { size: number; frame?: FileFrame } = (bytes) => this.#begin(bytes);
  #interfaces: FileInterface[] = [];
  #named = 0;

  /** The frames that are whole with this chunk. Their data are views of it. */
  *feed(chunk: Buffer): Generator<FileFrame, void, undefined> {
    this.#rest.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting < this.#wanted) return;
    this.#chunk =
      this.#rest.length === 1 ? this.#rest[0] : Buffer.concat(this.#rest, this.#waiting);
    let at = 0;
    for (;;) {
      const bytes = this.#chunk.subarray(at);
      if (bytes.length < this.#wanted) break;
      const { size, frame } = this.#step(bytes);
      at += size;
      this.#offset += size;
      if (frame !== undefined) yield frame;
    }
    this.#rest = at < this.#chunk.length ? [this.#chunk.subarray(at)] : [];
    this.#waiting = this.#chunk.length - at;
  }

  /** Where in the file it is, bytes. */
  get offset(): number {
    return this.#offset + this.#waiting;
  }

  /** The file is over: throws where it ends within a record. */
  end(): void {
    if (this.#waiting > 0)
      throw badFile(
        `it ends in the middle: ${this.#waiting} bytes are left, ${this.#wanted} would be needed`,
        this.#offset + this.#waiting,
      );
    if (this.#offset === 0) throw badFile('it is empty', 0);
  }

  #u16(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }
  #u32(bytes: Buffer, at: number): number {
    return this.#little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  /** Wants `size` bytes for what it does next. */
  #want(size: number): { size: 0 } {
    this.#wanted = size;
    return { size: 0 };
  }

  #begin(bytes: Buffer): { size: number } {
    if (bytes.readUInt32LE(0) === f.SECTION) {
      this.#step = (more) => this.#block(more);
      return this.#want(12);
    }
    for (const little of [true, false]) {
      const magic = little ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0);
      if (magic !== f.PCAP_MAGIC && magic !== f.PCAP_NANO && magic !== f.PCAP_MODIFIED) continue;
      this.#little = little;
      this.#step = (more) => this.#header(more, magic);
      return this.#want(pcap_file_header.size);
    }
    throw badFile(
      `it begins with 0x${bytes.toString('hex', 0, 4)}, which is neither pcap nor pcapng`,
      0,
    );
  }

  // --- pcap

  #header(bytes: Buffer, magic: number): { size: number } {
    const major = this.#u16(bytes, 4);
    if (major !== 2) throw badFile(`version ${major}.${this.#u16(bytes, 6)} of pcap is not 2.4`, 4);
    // the bits above tell of frame check sequences
    const linktype = this.#u32(bytes, 20) & 0x03ffffff;
    const unit = magic === f.PCAP_NANO ? 1n : 1000n;
    this.#interfaces = [
      {
        linktype,
        snaplen: this.#u32(bytes, 16),
        name: undefined,
        time: (fraction) => fraction * unit,
      },
    ];
    const head = magic === f.PCAP_MODIFIED ? 24 : 16;
    this.#step = (more) => this.#record(more, head);
    this.#wanted = head;
    return { size: pcap_file_header.size };
  }

  #record(bytes: Buffer, head: number): { size: number; frame?: FileFrame } {
    const caplen = this.#u32(bytes, 8);
    if (caplen > LONGEST_RECORD) throw badFile(`a frame of ${caplen} bytes`, this.#offset + 8);
    if (bytes.length < head + caplen) return this.#want(head + caplen);
    this.#wanted = head;
    const [{ linktype, time }] = this.#interfaces;
    const timestamp = BigInt(this.#u32(bytes, 0)) * BILLION + time(BigInt(this.#u32(bytes, 4)));
    const data = bytes.subarray(head, head + caplen);
    return {
      size: head + caplen,
      frame: new NamedFrame(
        data,
        timestamp,
        Math.max(this.#u32(bytes, 12), caplen),
        0,
        'host',
        linktype,
      ),
    };
  }

  // --- pcapng

  #block(bytes: Buffer): { size: number; frame?: FileFrame } {
    const section = bytes.readUInt32LE(0) === f.SECTION;
    if (section) {
      if (bytes.readUInt32LE(8) === f.BYTE_ORDER) this.#little = true;
      else if (bytes.readUInt32BE(8) === f.BYTE_ORDER) this.#little = false;
      else throw badFile('a section without its byte order', this.#offset + 8);
    }
    const size = this.#u32(bytes, 4);
    if (size < 12 || size % 4 !== 0 || size > LONGEST_RECORD)
      throw badFile(`a block of ${size} bytes`, this.#offset + 4);
    if (bytes.length < size) return this.#want(size);
    this.#wanted = 12;
    const again = this.#u32(bytes, size - 4);
    if (again !== size)
      throw badFile(`a block of ${size} bytes that ends with ${again}`, this.#offset + size - 4);
    const body = bytes.subarray(8, size - 4);
    return { size, frame: section ? this.#section(body) : this.#inner(this.#u32(bytes, 0), body) };
  }

  #section(body: Buffer): undefined {
    this.#need(body, 16, 'section');
    const major = this.#u16(body, 4);
    if (major !== 1) throw badFile(`version ${major} of pcapng is not 1`, this.#offset + 12);
    this.#interfaces = [];
    this.#named = 0;
    return undefined;
  }

  #need(body: Buffer, size: number, what: string): void {
    if (body.length < size) throw badFile(`a block too short for its ${what}`, this.#offset);
  }

  #inner(type: number, body: Buffer): FileFrame | undefined {
    switch (type) {
      case f.INTERFACE:
        this.#described(body);
        return undefined;
      case f.ENHANCED_PACKET:
        this.#need(body, 20, 'packet');
        return this.#packet(body, this.#u32(body, 0), 20, this.#u32(body, 12), this.#u32(body, 16));
      case f.OBSOLETE_PACKET:
        this.#need(body, 20, 'packet');
        return this.#packet(body, this.#u16(body, 0), 20, this.#u32(body, 12), this.#u32(body, 16));
      case f.SIMPLE_PACKET: {
        this.#need(body, 4, 'packet');
        const len = this.#u32(body, 0);
        const { linktype, snaplen } = this.#interfaceOf(0);
        const caplen = Math.min(len, snaplen === 0 ? len : snaplen);
        this.#need(body, 4 + caplen, 'packet');
        return new NamedFrame(body.subarray(4, 4 + caplen), 0n, len, 0, 'host', linktype);
      }
      default:
        return undefined; // statistics, names, secrets, what others add: of no concern here
    }
  }

  #interfaceOf(number: number): FileInterface {
    const found = this.#interfaces[number];
    if (found === undefined)
      throw badFile(
        `a packet of interface ${number}, which the file does not describe`,
        this.#offset,
      );
    return found;
  }

  #packet(body: Buffer, number: number, at: number, caplen: number, len: number): FileFrame {
    const { linktype, name, time } = this.#interfaceOf(number);
    if (caplen > body.length - at)
      throw badFile(`a frame of ${caplen} bytes in a block too short for it`, this.#offset);
    const timestamp = time((BigInt(this.#u32(body, 4)) << 32n) | BigInt(this.#u32(body, 8)));
    let comment: string | undefined;
    let flags = 0;
    for (const { code, value } of this.#options(body, at + ((caplen + 3) & ~3))) {
      if (code === f.OPT_COMMENT) comment ??= value.toString();
      else if (code === f.EPB_FLAGS && value.length === 4) flags = this.#u32(value, 0);
    }
    const frame = new NamedFrame(
      body.subarray(at, at + caplen),
      timestamp,
      Math.max(len, caplen),
      number,
      f.directionOf(flags),
      linktype,
    );
    const more: { interfaceName?: string; comment?: string } = {};
    if (name !== undefined) more.interfaceName = name;
    if (comment !== undefined) more.comment = comment;
    return Object.assign(frame, more);
  }

  /** The options from `at`; one that would pass the block's end ends them. */
  *#options(body: Buffer, at: number): Generator<{ code: number; value: Buffer }, void, undefined> {
    for (let place = at; place + 4 <= body.length; ) {
      const code = this.#u16(body, place);
      const length = this.#u16(body, place + 2);
      if (code === 0 || length > body.length - place - 4) return;
      yield { code, value: body.subarray(place + 4, place + 4 + length) };
      place += 4 + ((length + 3) & ~3);
    }
  }

  #described(body: Buffer): void {
    this.#need(body, 8, 'interface');
    if (this.#interfaces.length >= 65_536)
      throw badFile('more than 65536 interfaces', this.#offset);
    let name: string | undefined;
    let resolution = 6;
    let offset = 0n;
    for (const { code, value } of this.#options(body, 8)) {
      if (code === f.IF_NAME) name ??= value.toString();
      else if (code === f.IF_TSRESOL && value.length >= 1) resolution = value[0];
      else if (code === f.IF_TSOFFSET && value.length === 8)
        offset = (this.#little ? value.readBigInt64LE(0) : value.readBigInt64BE(0)) * BILLION;
    }
    this.#named += name?.length ?? 0;
    if (this.#named > MOST_NAMES) throw badFile('names of interfaces without end', this.#offset);
    this.#interfaces.push({
      linktype: this.#u16(body, 0),
      snaplen: this.#u32(body, 4),
      name,
      time: clock(resolution, offset),
    });
  }
}

/** if_tsresol: a power of ten, or with the top bit set of two, that divides the second. */
function clock(resolution: number, offset: bigint): FileInterface['time'] {
  const power = BigInt(resolution & 0x7f);
  if (resolution & 0x80) return (units) => ((units * BILLION) >> power) + offset;
  if (power <= 9n) {
    const nanoseconds = 10n ** (9n - power);
    return (units) => units * nanoseconds + offset;
  }
  const parts = 10n ** (power - 9n);
  return (units) => units / parts + offset;
}
