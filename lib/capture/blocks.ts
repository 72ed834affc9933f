// A block of the ring as a batch: the kernel's own headers (struct tpacket3_hdr) read where they
// lie, nothing copied, nothing made before it is asked for.

import { TP_STATUS_VLAN_VALID, TPACKET3_HDRLEN } from '../constants';
import { badRange } from '../errors/arguments';
import { native } from '../native';
import { DIRECTIONS, type Frame, type FrameBatch } from '../pcap/frame';

const { fields } = native.layouts.tpacket3_hdr;
/** In words of four bytes from a frame's header. */
const SEC = fields.tp_sec[0] >> 2;
const NSEC = fields.tp_nsec[0] >> 2;
const SNAPLEN = fields.tp_snaplen[0] >> 2;
const LEN = fields.tp_len[0] >> 2;
const STATUS = fields.tp_status[0] >> 2;
const TCI = fields.tp_vlan_tci[0] >> 2;
/** In units of two. */
const MAC = fields.tp_mac[0] >> 1;
/** struct sockaddr_ll behind the header, in bytes. */
const ADDRESS = TPACKET3_HDRLEN - native.layouts.sockaddr_ll.size;
const IFINDEX = (ADDRESS + native.layouts.sockaddr_ll.fields.sll_ifindex[0]) >> 2;
const PKTTYPE = ADDRESS + native.layouts.sockaddr_ll.fields.sll_pkttype[0];
/** struct tpacket_block_desc: version and offset_to_priv come first. */
const BLOCK = 8;
/** In bytes from a block's begin. */
export const STATUS_OF_BLOCK = BLOCK + native.layouts.tpacket_hdr_v1.fields.block_status[0];
const FIRST = BLOCK + native.layouts.tpacket_hdr_v1.fields.offset_to_first_pkt[0];
const COUNT = BLOCK + native.layouts.tpacket_hdr_v1.fields.num_pkts[0];

/** The ring's memory, seen as what stands in it. */
export class RingMemory {
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  readonly slab: Buffer;
  constructor(memory: ArrayBuffer) {
    this.words = new Uint32Array(memory);
    this.halves = new Uint16Array(memory);
    this.bytes = new Uint8Array(memory);
    this.slab = Buffer.from(memory);
  }
}

const over = (): RangeError =>
  badRange(
    'the frame',
    'of the batch at hand: a later one, or close(), took its memory (copy() keeps one)',
    'of a batch that is over',
  );

/** One frame, read when asked. `at` is where its header stands in the memory, bytes. */
class BlockFrame implements Frame {
  constructor(
    private readonly batch: BlockBatch,
    private readonly at: number,
  ) {}

  private get words(): Uint32Array {
    if (!this.batch.live) throw over();
    return this.batch.words;
  }
  get data(): Buffer {
    const length = this.words[(this.at >> 2) + SNAPLEN];
    const from = this.at + this.batch.memory.halves[(this.at >> 1) + MAC];
    return this.batch.memory.slab.subarray(from, from + length);
  }
  get timestamp(): bigint {
    const at = this.at >> 2;
    const { words } = this;
    return BigInt(words[at + SEC]) * 1_000_000_000n + BigInt(words[at + NSEC]);
  }
  get caplen(): number {
    return this.words[(this.at >> 2) + SNAPLEN];
  }
  get len(): number {
    return this.words[(this.at >> 2) + LEN];
  }
  get ifindex(): number {
    return this.words[(this.at >> 2) + IFINDEX];
  }
  get direction(): Frame['direction'] {
    if (!this.batch.live) throw over();
    return DIRECTIONS[this.batch.memory.bytes[this.at + PKTTYPE]] ?? 'kernel';
  }
  get vlan(): number | undefined {
    const at = this.at >> 2;
    return this.batch.metadata && this.words[at + STATUS] & TP_STATUS_VLAN_VALID
      ? this.words[at + TCI] & 0xffff
      : undefined;
  }
  get linktype(): number {
    return this.batch.linktype;
  }
  copy(): Buffer {
    return Buffer.from(this.data);
  }
}

class BlockIterator implements IterableIterator<Frame> {
  constructor(
    private readonly batch: BlockBatch,
    private at: number,
    private left: number,
  ) {}
  next(): IteratorResult<Frame, undefined> {
    if (this.left === 0) return { done: true, value: undefined };
    if (!this.batch.live) {
      if (!this.batch.closed) throw over();
      this.left = 0;
      return { done: true, value: undefined };
    }
    const { at } = this;
    const { words } = this.batch;
    if ((words[(at >> 2) + STATUS] & TP_STATUS_VLAN_VALID) !== 0) this.batch.retag();
    this.left -= 1;
    this.at = at + words[at >> 2];
    return { done: false, value: new BlockFrame(this.batch, at) };
  }
  [Symbol.iterator](): this {
    return this;
  }
}

/** `block` is where the block begins in the memory, bytes; `skip` frames of it are not wanted. */
export class BlockBatch implements FrameBatch {
  /** False once the memory belongs to the kernel again. */
  live = true;
  /** The capture was closed, or its filter replaced: whoever iterates is at the end. */
  closed = false;
  readonly count: number;
  readonly words: Uint32Array;
  private readonly first: number;
  private heads: Uint32Array | undefined;
  private columns: { offsets: Uint32Array; caplens: Uint32Array; lens: Uint32Array } | undefined;
  private times: BigInt64Array | undefined;

  constructor(
    readonly memory: RingMemory,
    block: number,
    skip: number,
    readonly linktype: number,
    /** VLAN tags are metadata, not part of the frame. */
    readonly metadata: boolean,
    /** Puts VLAN tags back, in the whole block; null where they are not wanted. */
    private prepare: (() => void) | null,
  ) {
    this.words = memory.words;
    this.count = BlockBatch.countOf(memory, block) - skip;
    let at = block + memory.words[(block + FIRST) >> 2];
    for (let i = 0; i < skip; i++) at += memory.words[at >> 2];
    this.first = at;
  }

  /** How many frames the block has. */
  static countOf(memory: RingMemory, block: number): number {
    return memory.words[(block + COUNT) >> 2];
  }

  /** A frame without its VLAN tag was met: from now on every frame has its own. */
  retag(): void {
    const { prepare } = this;
    this.prepare = null;
    prepare?.();
  }

  get slab(): Buffer {
    return this.memory.slab;
  }

  /** Where each frame's header stands. */
  private get at(): Uint32Array {
    if (!this.live) throw over();
    if (this.heads === undefined) {
      const { words } = this.memory;
      const heads = new Uint32Array(this.count);
      let tagged = 0;
      for (let i = 0, at = this.first; i < heads.length; i++, at += words[at >> 2]) {
        heads[i] = at;
        tagged |= words[(at >> 2) + STATUS];
      }
      if (tagged & TP_STATUS_VLAN_VALID) this.retag();
      this.heads = heads;
    }
    return this.heads;
  }

  private get table(): NonNullable<typeof this.columns> {
    if (this.columns === undefined) {
      const { words, halves } = this.memory;
      const heads = this.at;
      const [offsets, caplens, lens] = [
        new Uint32Array(this.count),
        new Uint32Array(this.count),
        new Uint32Array(this.count),
      ];
      for (let i = 0; i < heads.length; i++) {
        const at = heads[i];
        offsets[i] = at + halves[(at >> 1) + MAC];
        caplens[i] = words[(at >> 2) + SNAPLEN];
        lens[i] = words[(at >> 2) + LEN];
      }
      this.columns = { offsets, caplens, lens };
    }
    return this.columns;
  }

  get offsets(): Uint32Array {
    return this.table.offsets;
  }
  get caplens(): Uint32Array {
    return this.table.caplens;
  }
  get lens(): Uint32Array {
    return this.table.lens;
  }
  get timestamps(): BigInt64Array {
    if (this.times === undefined) {
      const { words } = this.memory;
      const times = new BigInt64Array(this.count);
      this.at.forEach((at, i) => {
        times[i] =
          BigInt(words[(at >> 2) + SEC]) * 1_000_000_000n + BigInt(words[(at >> 2) + NSEC]);
      });
      this.times = times;
    }
    return this.times;
  }

  frame(i: number): Frame {
    if (!Number.isInteger(i) || i < 0 || i >= this.count)
      throw badRange('frame: i', `0 … ${this.count - 1}`, i);
    return new BlockFrame(this, this.at[i]);
  }

  [Symbol.iterator](): Iterator<Frame> {
    return new BlockIterator(this, this.first, this.count);
  }
}
