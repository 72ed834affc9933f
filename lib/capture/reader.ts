// What a capture takes its frames from: a ring, or, where there is none, recvmmsg(2).
import type { PacketAddress } from '../address';
import type { FrameBatch } from '../pcap/frame';
import type { Socket } from '../socket';

/** Counters since the socket was opened; what the kernel forgets when told is added up. */
export interface CaptureStats {
  /** Frames that the filter let pass and that had room. */
  received: bigint;
  /** Frames that had no room: the ring, or the socket's buffer, was full. */
  dropped: bigint;
  /** How often the ring was full. */
  frozen: bigint;
  /**
   * Frames that the interface itself dropped on their way in
   * (/sys/class/net/…/statistics/rx_dropped), where it says so.
   */
  ifdropped?: bigint;
}

/** How the frames are to look. */
export interface Look {
  linktype: number;
  /** The socket is SOCK_DGRAM, and a LINKTYPE_LINUX_SLL2 header is put before each packet. */
  cooked: boolean;
  vlan: 'reinsert' | 'metadata' | 'strip';
  /** Bytes. */
  snaplen: number;
}

export interface Reader {
  readonly socket: Socket<PacketAddress>;
  readonly look: Look;
  /** The next frames, or null where none wait. The batch before is over. */
  tryNext(): FrameBatch | null;
  /** The batch at hand is over. */
  release(): void;
  /** Forgets what waits: a filter that holds everything off is in place. */
  skipWaiting(): void;
  stats(): Omit<CaptureStats, 'ifdropped'>;
  close(): void;
}
