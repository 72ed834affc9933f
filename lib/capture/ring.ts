// The kernel's ring (PACKET_RX_RING, TPACKET_V3): sizes checked before the kernel sees them, blocks
// taken in their order and given back.
import type { PacketAddress } from '../address';
import { TP_STATUS_USER } from '../constants';
import { check, isErrno, SocketError, socketError } from '../errors';
import { badRange, integer } from '../errors/arguments';
import { native } from '../native';
import type { Socket } from '../socket';
import { u64, wire } from '../structs';
import { BlockBatch, RingMemory, STATUS_OF_BLOCK } from './blocks';
import type { Look, Reader } from './reader';

/** The shape of a TPACKET_V3 ring. */
export interface RingOptions {
  /**
   * Bytes: whole pages, 4 KiB … 1 GiB. A block is handed over when it is full, or its time is up.
   */
  blockSize?: number;
  /** How many blocks; all together at most 2 GiB. */
  blocks?: number;
  /**
   * Milliseconds after which a block with frames is handed over though it is not full, 1 … 60000.
   */
  timeoutMs?: number;
}

export const DEFAULT_RING = { blockSize: 1 << 20, blocks: 64, timeoutMs: 20 } as const;
const MOST_BYTES = 0x7fffffff;
/** Bits of native.ring_prepare. */
export const REINSERT = 1;
export const COOK = 2;

/**
 * The sizes of a ring, or a RangeError that says what is wrong: a ring's sizes are what the
 * kernel's own checks failed at before.
 */
export function ringSizes(ring: RingOptions): Required<RingOptions> {
  const {
    blockSize = DEFAULT_RING.blockSize,
    blocks = DEFAULT_RING.blocks,
    timeoutMs = DEFAULT_RING.timeoutMs,
  } = ring;
  integer('ring.blockSize', blockSize, 4096, 1 << 30);
  if (blockSize % 4096 !== 0)
    throw badRange('ring.blockSize', 'whole pages of 4096 bytes', blockSize);
  integer('ring.blocks', blocks, 1, 1 << 20);
  if (blocks > Math.floor(MOST_BYTES / blockSize))
    throw badRange(
      'ring.blocks',
      `at most ${Math.floor(MOST_BYTES / blockSize)} blocks of ${blockSize} bytes`,
      blocks,
    );
  integer('ring.timeoutMs', timeoutMs, 1, 60_000);
  return { blockSize, blocks, timeoutMs };
}

const COUNTS = wire('ring counts', { received: u64, dropped: u64, frozen: u64, taken: u64 });
const lost = new FinalizationRegistry<number>((id) => native.ring_close(id));

/** What prepare() is to do to the frames, for native.ring_prepare and the recorder. */
export const preparation = ({ cooked, vlan }: Look): number =>
  (cooked ? COOK : 0) | (vlan === 'reinsert' ? REINSERT : 0);

/**
 * Opens a ring of these sizes: its number, its memory where that can be shared with JavaScript.
 * Without `smaller`, ENOMEM is an error.
 */
function open(
  fd: number,
  sizes: Required<RingOptions>,
  cooked: boolean,
  smaller: boolean,
): { id: number; blocks: number; memory: ArrayBuffer | undefined } {
  let memory: ArrayBuffer | undefined;
  const mapped = (given: ArrayBuffer) => {
    memory = given;
  };
  for (let { blocks } = sizes; ; blocks >>= 1) {
    const ask = (to: typeof mapped | null) =>
      native.ring_open(fd, sizes.blockSize, blocks, sizes.timeoutMs, cooked ? 1 : 0, to);
    let id = ask(mapped);
    if (id >= 0) return { id, blocks, memory };
    // a runtime without external memory: blocks are copied
    if (isErrno({ errno: id }, 'EOPNOTSUPP')) id = ask(null);
    if (id >= 0) return { id, blocks, memory };
    if (!smaller || blocks < 2 || !isErrno({ errno: id }, 'ENOMEM'))
      throw id <= -4096
        ? badRange('ring', 'sizes that the kernel takes', sizes)
        : socketError(id, 'setsockopt', { hint: 'PACKET_RX_RING was refused' });
  }
}

export class RingReader implements Reader {
  /** The ring's number, for native. */
  readonly id: number;
  readonly blocks: number;
  private readonly blockSize: number;
  private readonly memory: RingMemory;
  private readonly shared: boolean;
  /** Words that say whose a block is; of the ring itself, or of the copy of one block. */
  private readonly states: Int32Array;
  private current: BlockBatch | null = null;
  private held = -1;
  private skip = 0n;
  private last = { received: 0n, dropped: 0n, frozen: 0n, taken: 0n };
  private closed = false;

  /**
   * `sizes` of the caller's own choice are refused where the kernel refuses them; our own shrink.
   */
  constructor(
    readonly socket: Socket<PacketAddress>,
    readonly look: Look,
    sizes: Required<RingOptions>,
    chosen: boolean,
  ) {
    const { id, blocks, memory } = open(socket.fileno(), sizes, look.cooked, !chosen);
    this.id = id;
    this.blocks = blocks;
    this.blockSize = sizes.blockSize;
    this.shared = memory !== undefined;
    const buffer = memory ?? new ArrayBuffer(sizes.blockSize);
    this.memory = new RingMemory(buffer);
    this.states = new Int32Array(buffer);
    lost.register(this, id, this);
  }

  release(): void {
    if (this.current === null) return;
    this.current.live = false;
    this.current = null;
    if (!this.closed) this.giveBack();
  }

  private giveBack(): void {
    native.ring_release(this.id, this.held);
    this.held = -1;
  }

  private place(block: number): number {
    return this.shared ? block * this.blockSize : 0;
  }

  tryNext(): BlockBatch | null {
    this.release();
    if (this.closed) return null;
    for (;;) {
      const block = native.ring_position(this.id);
      const place = this.place(block);
      if (this.shared) {
        if ((Atomics.load(this.states, (place + STATUS_OF_BLOCK) >> 2) & TP_STATUS_USER) === 0)
          return null;
      } else if (native.ring_copy(this.id, block, this.memory.bytes) < 0) return null;
      this.held = block;
      const count = BlockBatch.countOf(this.memory, place);
      const skip = this.skip < BigInt(count) ? Number(this.skip) : count;
      this.skip -= BigInt(skip);
      if (skip < count) {
        const { linktype, cooked, vlan } = this.look;
        if (cooked) this.prepare();
        const retag = cooked || vlan !== 'reinsert' ? null : () => this.prepare();
        this.current = new BlockBatch(
          this.memory,
          place,
          skip,
          linktype,
          vlan === 'metadata',
          retag,
        );
        return this.current;
      }
      this.giveBack();
    }
  }

  /** Has native make the frames of the block at hand as they are to look. */
  private prepare(): void {
    native.ring_prepare(this.id, this.held, preparation(this.look));
    if (!this.shared) native.ring_copy(this.id, this.held, this.memory.bytes);
  }

  skipWaiting(): void {
    if (this.current !== null) this.current.closed = true;
    this.release();
    const { received } = this.stats();
    this.skip = received - this.last.taken;
  }

  stats(): { received: bigint; dropped: bigint; frozen: bigint } {
    if (!this.closed) {
      const out = new Uint8Array(COUNTS.size);
      check(native.ring_stats(this.id, out), 'getsockopt');
      this.last = COUNTS.unpack(out);
    }
    const { received, dropped, frozen } = this.last;
    return { received, dropped, frozen };
  }

  close(): void {
    if (this.closed) return;
    if (this.current !== null) this.current.closed = true;
    try {
      this.stats();
    } catch (error) {
      if (!(error instanceof SocketError)) throw error; // the counts stay those of before
    }
    this.release();
    this.closed = true;
    lost.unregister(this);
    native.ring_close(this.id);
    this.socket.close();
  }
}
