// What a captured frame and a batch of them look like, wherever they come from.
import type { PacketAddress } from '../address';

/** One frame. */
export interface Frame {
  /**
   * The bytes captured: a view, valid until the next batch. ERR_OUT_OF_RANGE is thrown for one that
   * is over.
   */
  readonly data: Buffer;
  /** Nanoseconds since the epoch. */
  readonly timestamp: bigint;
  /** Bytes captured. */
  readonly caplen: number;
  /** Bytes on the wire. */
  readonly len: number;
  /** The interface's index; in a file the interface's number there. */
  readonly ifindex: number;
  /** How it came by its interface; undefined where a file does not say. */
  readonly direction?: PacketAddress['pkttype'] | undefined;
  /** The VLAN tag (TCI) that the kernel took out, where the capture's `vlan` is 'metadata'. */
  readonly vlan?: number;
  /** LINKTYPE_: what header the frame begins with. */
  readonly linktype: number;
  /** The bytes, to keep. */
  copy(): Buffer;
}

/**
 * Frames that came together: one block of the ring, or one call of recvmmsg(2). Columns are made
 * when first asked for.
 */
export interface FrameBatch extends Iterable<Frame> {
  readonly count: number;
  /** The memory that the frames lie in. */
  readonly slab: Buffer;
  /** Where each frame begins in `slab`, bytes. */
  readonly offsets: Uint32Array;
  /** Bytes captured of each. */
  readonly caplens: Uint32Array;
  /** Bytes of each on the wire. */
  readonly lens: Uint32Array;
  /** Nanoseconds since the epoch. */
  readonly timestamps: BigInt64Array;
  /** The i-th frame; RangeError where there is none. */
  frame(i: number): Frame;
}

/** The ways of a frame, in the order of the PACKET_ numbers. */
export const DIRECTIONS: readonly PacketAddress['pkttype'][] = [
  'host',
  'broadcast',
  'multicast',
  'otherhost',
  'outgoing',
  'loopback',
  'user',
  'kernel',
];

/** A frame of its own memory. */
export class KeptFrame implements Frame {
  declare readonly vlan?: number;
  constructor(
    readonly data: Buffer,
    readonly timestamp: bigint,
    readonly len: number,
    readonly ifindex: number,
    readonly direction: PacketAddress['pkttype'] | undefined,
    readonly linktype: number,
    vlan?: number,
  ) {
    if (vlan !== undefined) this.vlan = vlan;
  }

  get caplen(): number {
    return this.data.length;
  }

  copy(): Buffer {
    return Buffer.from(this.data);
  }
}

/** The same frame, for longer than its batch. */
export function keep(frame: Frame): KeptFrame {
  return new KeptFrame(
    frame.copy(),
    frame.timestamp,
    frame.len,
    frame.ifindex,
    frame.direction,
    frame.linktype,
    frame.vlan,
  );
}
