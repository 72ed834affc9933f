// Capture files parsed as they come: any byte order, any split of the bytes, nothing believed.
// Errors give the offset in the file.

import { pcap_file_header } from '../structs/pcap';
import {
  type Block,
  FileFrame,
  FileInterface,
  type NamesBlock,
  optionsIn,
  type SectionBlock,
} from './blocks';
import * as f from './format';

/** No record or block may be longer: a length beyond it is damage. */
export const LONGEST_RECORD = 16 << 20;
/** Bytes of interface descriptions in a section: they are kept while it lasts. */
const MOST_DESCRIBED = 4 << 20;
const MOST_INTERFACES = 65_536;

/** ERR_INVALID_CAPTURE_FILE; `offset` is where in the file, bytes. */
export function badFile(why: string, offset: number): Error {
  return Object.assign(new SyntaxError(`not a valid capture file: ${why} (at byte ${offset})`), {
    code: 'ERR_INVALID_CAPTURE_FILE',
    offset,
  });
}

type Step = (bytes: Buffer) => { size: number; block?: Block | undefined };

/** Is given chunks of a file, gives its blocks. */
export class PcapParser {
  #chunk: Buffer = Buffer.alloc(0);
  #rest: Buffer[] = [];
  #waiting = 0;
  #offset = 0;
  #wanted = 4;
  #little = true;
  #step: Step = (bytes) => this.#begin(bytes);
  #interfaces: FileInterface[] = [];
  #described = 0;
  /** Interfaces of the sections before, and sections. */
  #earlier = 0;
  #section = -1;

  /** The blocks that are whole with this chunk. Their bytes are views of it. */
  *feed(chunk: Buffer): Generator<Block, void, undefined> {
    this.#rest.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting < this.#wanted) return;
    this.#chunk =
      this.#rest.length === 1 ? this.#rest[0] : Buffer.concat(this.#rest, this.#waiting);
    let at = 0;
    for (;;) {
      const bytes = at === 0 ? this.#chunk : this.#chunk.subarray(at);
      if (bytes.length < this.#wanted) break;
      const { size, block } = this.#step(bytes);
      at += size;
      this.#offset += size;
      if (block !== undefined) yield block;
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

  #header(bytes: Buffer, magic: number): { size: number; block: Block } {
    const [major, minor] = [this.#u16(bytes, 4), this.#u16(bytes, 6)];
    if ((major !== 2 || minor > 4) && (major !== 543 || minor !== 0))
      throw badFile(`version ${major}.${minor} of pcap: supported are 2.0 to 2.4`, 4);
    // the bits above tell of frame check sequences
    const linktype = this.#u32(bytes, 20) & 0x03ffffff;
    const resolution = magic === f.PCAP_NANO ? 9 : 6;
    const order = this.#little ? 'LE' : 'BE';
    const snaplen = this.#u32(bytes, 16);
    const only = new FileInterface(linktype, snaplen, 0, 0, 0, order, [], undefined, resolution);
    this.#interfaces = [only];
    const head = magic === f.PCAP_MODIFIED ? 24 : 16;
    // Before 2.3 the lengths stood the other way round, in 2.3 they may.
    const swapped = major === 543 || minor < 3 ? 'all' : minor === 3 ? 'some' : 'none';
    this.#step = (more) => this.#record(more, head, swapped);
    this.#wanted = head;
    return { size: pcap_file_header.size, block: only };
  }

  #record(
    bytes: Buffer,
    head: number,
    swapped: 'all' | 'some' | 'none',
  ): { size: number; block?: FileFrame } {
    let caplen = this.#u32(bytes, 8);
    let len = this.#u32(bytes, 12);
    if (swapped === 'all' || (swapped === 'some' && caplen > len)) [caplen, len] = [len, caplen];
    if (caplen > LONGEST_RECORD) throw badFile(`a frame of ${caplen} bytes`, this.#offset + 8);
    if (bytes.length < head + caplen) return this.#want(head + caplen);
    this.#wanted = head;
    return {
      size: head + caplen,
      block: new FileFrame(
        'pcap',
        this.#interfaces[0],
        bytes.subarray(head, head + caplen),
        Math.max(len, caplen),
        this.#u32(bytes, 0),
        this.#u32(bytes, 4),
      ),
    };
  }

  // --- pcapng

  #block(bytes: Buffer): { size: number; block?: Block } {
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
    return {
      size,
      block: section ? this.#sectionBlock(body) : this.#inner(this.#u32(bytes, 0), body),
    };
  }

  #need(body: Buffer, size: number, what: string): void {
    if (body.length < size) throw badFile(`a block too short for its ${what}`, this.#offset);
  }

  #base(body: Buffer, from: number) {
    return {
      byteOrder: this.#little ? ('LE' as const) : ('BE' as const),
      body,
      options: optionsIn(body, from, this.#little),
    };
  }

  #sectionBlock(body: Buffer): SectionBlock {
    this.#need(body, 16, 'section');
    const [major, minor] = [this.#u16(body, 4), this.#u16(body, 6)];
    // 1.2 was written by mistake and differs in nothing.
    if (major !== 1 || (minor !== 0 && minor !== 2))
      throw badFile(`version ${major}.${minor} of pcapng: supported is 1.0`, this.#offset + 12);
    this.#earlier += this.#interfaces.length;
    this.#section += 1;
    this.#interfaces = [];
    this.#described = 0;
    const length = this.#little ? body.readBigInt64LE(8) : body.readBigInt64BE(8);
    return {
      type: 'section',
      ...this.#base(body, 16),
      major,
      minor,
      length: length < 0n ? undefined : length,
    };
  }

  #inner(type: number, body: Buffer): Block {
    switch (type) {
      case f.INTERFACE:
        return this.#interface(body);
      case f.ENHANCED_PACKET:
        this.#need(body, 20, 'packet');
        return this.#packet('enhanced', body, this.#u32(body, 0));
      case f.OBSOLETE_PACKET:
        this.#need(body, 20, 'packet');
        return this.#packet('obsolete', body, this.#u16(body, 0), this.#u16(body, 2));
      case f.SIMPLE_PACKET: {
        this.#need(body, 4, 'packet');
        const len = this.#u32(body, 0);
        const only = this.#interfaceOf(0);
        const caplen = Math.min(len, only.snaplen === 0 ? len : only.snaplen);
        this.#need(body, 4 + caplen, 'packet');
        return new FileFrame('simple', only, body.subarray(4, 4 + caplen), len, 0, 0, body);
      }
      case f.NAMES:
        return this.#names(body);
      case f.STATISTICS:
        this.#need(body, 12, 'statistics');
        return {
          type: 'statistics',
          ...this.#base(body, 12),
          interface: this.#interfaceOf(this.#u32(body, 0)),
          units: (BigInt(this.#u32(body, 4)) << 32n) | BigInt(this.#u32(body, 8)),
        };
      case f.SECRETS: {
        this.#need(body, 8, 'secrets');
        const length = this.#u32(body, 4);
        this.#need(body, 8 + length, 'secrets');
        return {
          type: 'secrets',
          ...this.#base(body, 8 + ((length + 3) & ~3)),
          kind: this.#u32(body, 0),
          data: body.subarray(8, 8 + length),
        };
      }
      case f.CUSTOM:
      case f.CUSTOM_COPY:
        this.#need(body, 4, 'enterprise number');
        return {
          type: 'custom',
          ...this.#base(body, body.length),
          copy: type === f.CUSTOM_COPY,
          enterprise: this.#u32(body, 0),
          data: body.subarray(4),
        };
      default:
        return { type: 'other', ...this.#base(body, body.length), code: type };
    }
  }

  #interfaceOf(number: number): FileInterface {
    const found = this.#interfaces[number];
    if (found === undefined)
      throw badFile(`interface ${number}, which the section does not describe`, this.#offset);
    return found;
  }

  #packet(
    format: 'enhanced' | 'obsolete',
    body: Buffer,
    number: number,
    drops?: number,
  ): FileFrame {
    const by = this.#interfaceOf(number);
    const [caplen, len] = [this.#u32(body, 12), this.#u32(body, 16)];
    if (caplen > body.length - 20)
      throw badFile(`a frame of ${caplen} bytes in a block too short for it`, this.#offset);
    return new FileFrame(
      format,
      by,
      body.subarray(20, 20 + caplen),
      Math.max(len, caplen),
      this.#u32(body, 4),
      this.#u32(body, 8),
      body,
      20 + ((caplen + 3) & ~3),
      drops,
    );
  }

  #names(body: Buffer): NamesBlock {
    const records: { kind: number; value: Uint8Array }[] = [];
    let at = 0;
    while (at + 4 <= body.length) {
      const [kind, length] = [this.#u16(body, at), this.#u16(body, at + 2)];
      at += 4;
      if (kind === 0) break;
      this.#need(body, at + length, 'names');
      records.push({ kind, value: body.subarray(at, at + length) });
      at += (length + 3) & ~3;
    }
    return { type: 'names', ...this.#base(body, at), records };
  }

  #interface(body: Buffer): FileInterface {
    this.#need(body, 8, 'interface');
    const number = this.#interfaces.length;
    if (number >= MOST_INTERFACES)
      throw badFile(`more than ${MOST_INTERFACES} interfaces`, this.#offset);
    this.#described += body.length;
    if (this.#described > MOST_DESCRIBED)
      throw badFile('descriptions of interfaces without end', this.#offset);
    const { byteOrder, options } = this.#base(body, 8);
    const [linktype, snaplen] = [this.#u16(body, 0), this.#u32(body, 4)];
    const index = this.#earlier + number;
    // A copy: the chunk that it stands in is not to live as long as the section.
    const own = Buffer.from(body);
    const described = new FileInterface(
      linktype,
      snaplen,
      this.#section,
      number,
      index,
      byteOrder,
      options.length > 0 ? optionsIn(own, 8, this.#little) : options,
      own,
    );
    this.#interfaces.push(described);
    return described;
  }
}
