// TCP_INFO and TCP_CC_INFO: what the kernel tells of a connection and of its congestion control.

import { TCP_CONGESTION } from '../../constants';
import { native } from '../../native';
import { tcp_bbr_info, tcp_dctcp_info, tcp_info, tcpvegas_info } from '../../structs/tcp';
import type { Codec } from '../row';
import { text } from './records';

/**
 * struct tcp_info, as long as the running kernel makes it: what an older kernel lacks is absent.
 * Times are microseconds but for `rto` and `ato` (microseconds too) and the `last…` ones
 * (milliseconds); rates are bytes a second; windows and `unacked … retrans` count segments where
 * they are not called bytes.
 */
export interface TcpInfo {
  state: number;
  caState: number;
  retransmits: number;
  rto: number;
  rtt: number;
  rttvar: number;
  sndCwnd: number;
  sndMss: number;
  rcvMss: number;
  unacked: number;
  lost: number;
  totalRetrans: number;
  pacingRate: bigint;
  bytesAcked: bigint;
  bytesReceived: bigint;
  deliveryRate: bigint;
  [k: string]: number | bigint;
}

export const tcpInfo = (from: Uint8Array): TcpInfo => tcp_info.unpackPrefix(from) as TcpInfo;
export const info: Codec<TcpInfo, never> = {
  type: 'struct tcp_info',
  size: tcp_info.size,
  decode: tcpInfo,
  encode: undefined as never,
};

/** union tcp_cc_info, by the congestion control in use. */
export type CongestionInfo =
  | { algorithm: 'vegas'; enabled: number; rttcnt: number; rtt: number; minrtt: number }
  | {
      algorithm: 'dctcp';
      enabled: number;
      ceState: number;
      alpha: number;
      abEcn: number;
      abTot: number;
    }
  | { algorithm: 'bbr'; bandwidth: bigint; minRtt: number; pacingGain: number; cwndGain: number }
  | { algorithm: string };

/**
 * The union's member is known by the algorithm's name, and so TCP_CONGESTION is read first.
 * Algorithms without such state (cubic, reno) give their name alone.
 */
export const congestionInfo: Codec<CongestionInfo, never> = {
  type: 'union tcp_cc_info',
  size: tcp_bbr_info.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const name = Buffer.alloc(16);
    const named = native.getsockopt(fd, level, TCP_CONGESTION, name, name.length);
    if (named < 0) return named;
    const from = Buffer.alloc(64);
    const got = native.getsockopt(fd, level, option, from, from.length);
    if (got < 0) return got;
    const algorithm = text(name);
    if (got >= tcp_bbr_info.size && algorithm.startsWith('bbr')) {
      const { bwLo, bwHi, ...rest } = tcp_bbr_info.unpack(from);
      return { value: { algorithm, bandwidth: (BigInt(bwHi) << 32n) | BigInt(bwLo), ...rest } };
    }
    if (got >= tcp_dctcp_info.size && algorithm === 'dctcp')
      return { value: { algorithm, ...tcp_dctcp_info.unpack(from) } };
    if (got >= tcpvegas_info.size) return { value: { algorithm, ...tcpvegas_info.unpack(from) } };
    return { value: { algorithm } };
  },
};
