// TCP_INFO and TCP_CC_INFO: what the kernel tells of a connection and of its congestion control.

import { TCP_CONGESTION } from '../../constants';
import { native } from '../../native';
import { bits, struct, u8, u16, u32, u64 } from '../../structs';
import type { Codec } from '../row';
import { text } from './records';

const [sndWscale, rcvWscale] = bits(u8, 4, 4);
const [deliveryRateAppLimited, fastopenClientFail] = bits(u8, 1, 2);
const [ecnMode, accecnOptSeen, accecnFailMode, options2] = bits(u32, 2, 2, 4, 24);
// biome-ignore format: the members in their order
const tcpInfoStruct = struct(
  'tcp_info',
  {
    state: u8, caState: u8, retransmits: u8, probes: u8, backoff: u8, options: u8, sndWscale, rcvWscale, deliveryRateAppLimited, fastopenClientFail,
    rto: u32, ato: u32, sndMss: u32, rcvMss: u32, unacked: u32, sacked: u32, lost: u32, retrans: u32, fackets: u32,
    lastDataSent: u32, lastAckSent: u32, lastDataRecv: u32, lastAckRecv: u32, pmtu: u32, rcvSsthresh: u32, rtt: u32, rttvar: u32,
    sndSsthresh: u32, sndCwnd: u32, advmss: u32, reordering: u32, rcvRtt: u32, rcvSpace: u32, totalRetrans: u32,
    pacingRate: u64, maxPacingRate: u64, bytesAcked: u64, bytesReceived: u64, segsOut: u32, segsIn: u32, notsentBytes: u32, minRtt: u32,
    dataSegsIn: u32, dataSegsOut: u32, deliveryRate: u64, busyTime: u64, rwndLimited: u64, sndbufLimited: u64, delivered: u32, deliveredCe: u32,
    bytesSent: u64, bytesRetrans: u64, dsackDups: u32, reordSeen: u32, rcvOoopack: u32, sndWnd: u32, rcvWnd: u32, rehash: u32,
    totalRto: u16, totalRtoRecoveries: u16, totalRtoTime: u32, receivedCe: u32, deliveredE1Bytes: u32, deliveredE0Bytes: u32, deliveredCeBytes: u32,
    receivedE1Bytes: u32, receivedE0Bytes: u32, receivedCeBytes: u32, ecnMode, accecnOptSeen, accecnFailMode, options2,
  },
  'tcpi_',
);

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

export const tcpInfo = (from: Uint8Array): TcpInfo => tcpInfoStruct.unpackPrefix(from) as TcpInfo;
export const tcpInfoSize = tcpInfoStruct.size;
export const info: Codec<TcpInfo, never> = {
  type: 'struct tcp_info',
  size: tcpInfoStruct.size,
  decode: tcpInfo,
  encode: undefined as never,
};

const vegas = struct(
  'tcpvegas_info',
  { enabled: u32, rttcnt: u32, rtt: u32, minrtt: u32 },
  'tcpv_',
);
const dctcp = struct(
  'tcp_dctcp_info',
  { enabled: u16, ceState: u16, alpha: u32, abEcn: u32, abTot: u32 },
  'dctcp_',
);
const bbr = struct(
  'tcp_bbr_info',
  { bwLo: u32, bwHi: u32, minRtt: u32, pacingGain: u32, cwndGain: u32 },
  'bbr_',
);

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
  size: bbr.size,
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
    if (got >= bbr.size && algorithm.startsWith('bbr')) {
      const { bwLo, bwHi, ...rest } = bbr.unpack(from);
      return { value: { algorithm, bandwidth: (BigInt(bwHi) << 32n) | BigInt(bwLo), ...rest } };
    }
    if (got >= dctcp.size && algorithm === 'dctcp')
      return { value: { algorithm, ...dctcp.unpack(from) } };
    if (got >= vegas.size) return { value: { algorithm, ...vegas.unpack(from) } };
    return { value: { algorithm } };
  },
};
