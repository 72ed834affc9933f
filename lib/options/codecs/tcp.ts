// Options of TCP whose value is a struct: tcp_info, congestion state, MD5 and AO keys, repair.
import { parse4 } from '../../address/ip4';
import { bytes, i32, struct, text as cstring, u16, u32, u64, u8 } from '../../codec';
import { badType, integer } from '../../codec/refuse';
import { native } from '../../native';
import type { Codec } from '../row';
import { storage } from './multicast';
import { record, text } from './records';

// biome-ignore format: the members in their order
const tcpInfoStruct = struct(
  'tcp_info',
  {
    state: u8, caState: u8, retransmits: u8, probes: u8, backoff: u8, options: u8, sndWscale: u8, deliveryRateAppLimited: u8,
    rto: u32, ato: u32, sndMss: u32, rcvMss: u32, unacked: u32, sacked: u32, lost: u32, retrans: u32, fackets: u32,
    lastDataSent: u32, lastAckSent: u32, lastDataRecv: u32, lastAckRecv: u32, pmtu: u32, rcvSsthresh: u32, rtt: u32, rttvar: u32,
    sndSsthresh: u32, sndCwnd: u32, advmss: u32, reordering: u32, rcvRtt: u32, rcvSpace: u32, totalRetrans: u32,
    pacingRate: u64, maxPacingRate: u64, bytesAcked: u64, bytesReceived: u64, segsOut: u32, segsIn: u32, notsentBytes: u32, minRtt: u32,
    dataSegsIn: u32, dataSegsOut: u32, deliveryRate: u64, busyTime: u64, rwndLimited: u64, sndbufLimited: u64, delivered: u32, deliveredCe: u32,
    bytesSent: u64, bytesRetrans: u64, dsackDups: u32, reordSeen: u32, rcvOoopack: u32, sndWnd: u32, rcvWnd: u32, rehash: u32,
    totalRto: u16, totalRtoRecoveries: u16, totalRtoTime: u32, receivedCe: u32, deliveredE1Bytes: u32, deliveredE0Bytes: u32, deliveredCeBytes: u32,
    receivedE1Bytes: u32, receivedE0Bytes: u32, receivedCeBytes: u32, ecnMode: u32,
  },
  'tcpi_',
);

/**
 * struct tcp_info, as long as the running kernel makes it: what an older kernel lacks is absent. Times are microseconds but for `rto` and `ato` (microseconds too) and the
 * `last…` ones (milliseconds); rates are bytes a second; windows and `unacked … retrans` count segments where they are not called bytes.
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

/** Members of a few bits each, taken apart. */
export function tcpInfo(from: Uint8Array): TcpInfo {
  const { sndWscale = 0, deliveryRateAppLimited = 0, ecnMode, ...rest } = tcpInfoStruct.unpackPrefix(from);
  const last =
    ecnMode === undefined
      ? {}
      : { ecnMode: ecnMode & 3, accecnOptSeen: (ecnMode >>> 2) & 3, accecnFailMode: (ecnMode >>> 4) & 15, options2: ecnMode >>> 8 };
  return {
    ...rest,
    sndWscale: sndWscale & 15,
    rcvWscale: sndWscale >> 4,
    deliveryRateAppLimited: deliveryRateAppLimited & 1,
    fastopenClientFail: (deliveryRateAppLimited >> 1) & 3,
    ...last,
  } as TcpInfo;
}
export const tcpInfoSize = tcpInfoStruct.size;
export const info: Codec<TcpInfo, never> = { type: 'struct tcp_info', size: tcpInfoStruct.size, decode: tcpInfo, encode: undefined as never };

const vegas = struct('tcpvegas_info', { enabled: u32, rttcnt: u32, rtt: u32, minrtt: u32 }, 'tcpv_');
const dctcp = struct('tcp_dctcp_info', { enabled: u16, ceState: u16, alpha: u32, abEcn: u32, abTot: u32 }, 'dctcp_');
const bbr = struct('tcp_bbr_info', { bwLo: u32, bwHi: u32, minRtt: u32, pacingGain: u32, cwndGain: u32 }, 'bbr_');

export type CongestionInfo =
  | { algorithm: 'vegas'; enabled: number; rttcnt: number; rtt: number; minrtt: number }
  | { algorithm: 'dctcp'; enabled: number; ceState: number; alpha: number; abEcn: number; abTot: number }
  | { algorithm: 'bbr'; bandwidth: bigint; minRtt: number; pacingGain: number; cwndGain: number }
  | { algorithm: string };

/** The union's member is known by the algorithm's name, and so TCP_CONGESTION is read first. Algorithms without such state (cubic, reno) give their name alone. */
export const congestionInfo: Codec<CongestionInfo, never> = {
  type: 'union tcp_cc_info',
  size: bbr.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const name = Buffer.alloc(16);
    const named = native.getsockopt(fd, level, native.constants.TCP_CONGESTION, name, name.length);
    if (named < 0) return named;
    const from = Buffer.alloc(64);
    const got = native.getsockopt(fd, level, option, from, from.length);
    if (got < 0) return got;
    const algorithm = text(name);
    if (got >= bbr.size && algorithm.startsWith('bbr')) {
      const { bwLo, bwHi, ...rest } = bbr.unpack(from);
      return { value: { algorithm, bandwidth: (BigInt(bwHi) << 32n) | BigInt(bwLo), ...rest } };
    }
    if (got >= dctcp.size && algorithm === 'dctcp') return { value: { algorithm, ...dctcp.unpack(from) } };
    if (got >= vegas.size) return { value: { algorithm, ...vegas.unpack(from) } };
    return { value: { algorithm } };
  },
};

/** RFC 2385. An empty key takes the peer's key away; `prefix` and `ifindex` need TCP_MD5SIG_EXT. */
export interface Md5Key {
  address: string;
  key: string | Uint8Array;
  prefix?: number;
  ifindex?: number;
}
const md5 = struct('tcp_md5sig', { addr: storage, flags: u8, prefixlen: u8, keylen: u16, ifindex: i32, key: bytes(80) }, 'tcpm_');
const keyBytes = (key: unknown, what: string): Uint8Array => {
  if (typeof key === 'string') return Buffer.from(key);
  if (key instanceof Uint8Array) return key;
  throw badType(`${what}.key`, 'text or bytes, at most 80', key);
};
export const md5Key: Codec<never, Md5Key> = {
  type: '{ address, key, prefix?, ifindex? } (struct tcp_md5sig)',
  size: md5.size,
  sample: { address: '192.0.2.1', key: 'secret' },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, '{ address, key }', value);
    const key = keyBytes(value.key, what);
    // TCP_MD5SIG_FLAG_PREFIX is 1, TCP_MD5SIG_FLAG_IFINDEX 2.
    const flags = (value.prefix === undefined ? 0 : 1) | (value.ifindex === undefined ? 0 : 2);
    const out = Buffer.alloc(md5.size);
    md5.write(out, 0, { addr: value.address, flags, prefixlen: value.prefix, keylen: key.length, ifindex: value.ifindex, key }, what);
    return out;
  },
};

const isV4 = (address: string) => parse4(address) >= 0;
/** RFC 5925: a master key tuple. */
export interface AoKey {
  address: string;
  key: string | Uint8Array;
  sendId: number;
  receiveId: number;
  algorithm?: string;
  prefix?: number;
  ifindex?: number;
  maclen?: number;
  keyflags?: number;
  current?: boolean;
  next?: boolean;
}
// biome-ignore format: the members in their order
const aoAdd = struct('tcp_ao_add', {
  addr: storage, algName: cstring(64), ifindex: i32, setCurrent: u32, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, maclen: u8, keyflags: u8, keylen: u8, key: bytes(80),
});
export const aoKey: Codec<never, AoKey> = {
  type: '{ address, key, sendId, receiveId … } (struct tcp_ao_add)',
  size: aoAdd.size,
  sample: { address: '192.0.2.1', key: 'secret', sendId: 100, receiveId: 100 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, '{ address, key, sendId, receiveId }', value);
    const key = keyBytes(value.key, what);
    const flags = (value.current ? 1 : 0) | (value.next ? 2 : 0);
    const { address, algorithm = 'hmac(sha1)', prefix = isV4(address) ? 32 : 128, ifindex, maclen, keyflags, sendId, receiveId } = value;
    const out = Buffer.alloc(aoAdd.size);
    const fields = {
      addr: address,
      algName: algorithm,
      ifindex,
      setCurrent: flags,
      prefix,
      sndid: sendId,
      rcvid: receiveId,
      maclen,
      keyflags,
      keylen: key.length,
      key,
    };
    aoAdd.write(out, 0, fields, what);
    return out;
  },
};

export interface AoDelete {
  address: string;
  sendId: number;
  receiveId: number;
  prefix?: number;
  ifindex?: number;
  keyflags?: number;
  current?: number;
  next?: number;
  async?: boolean;
}
// biome-ignore format: the members in their order
const aoDel = struct('tcp_ao_del', {
  addr: storage, ifindex: i32, setCurrent: u32, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, currentKey: u8, rnext: u8, keyflags: u8,
});
export const aoDelete: Codec<never, AoDelete> = {
  type: '{ address, sendId, receiveId … } (struct tcp_ao_del)',
  size: aoDel.size,
  sample: { address: '192.0.2.1', sendId: 100, receiveId: 100 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, '{ address, sendId, receiveId }', value);
    const { address, prefix = isV4(address) ? 32 : 128, ifindex, keyflags, sendId, receiveId, current, next } = value;
    const flags = (current === undefined ? 0 : 1) | (next === undefined ? 0 : 2) | (value.async ? 4 : 0);
    const out = Buffer.alloc(aoDel.size);
    aoDel.write(
      out,
      0,
      { addr: address, ifindex, setCurrent: flags, prefix, sndid: sendId, rcvid: receiveId, currentKey: current, rnext: next, keyflags },
      what,
    );
    return out;
  },
};

export interface AoInfo {
  currentKey: number;
  rnext: number;
  aoRequired: boolean;
  acceptIcmps: boolean;
  pktGood: bigint;
  pktBad: bigint;
  pktKeyNotFound: bigint;
  pktAoRequired: bigint;
  pktDroppedIcmp: bigint;
}
/** Left out, a key or the counters stay as they are. */
export type AoSettings = Partial<AoInfo>;
// biome-ignore format: the members in their order
const aoInfoStruct = struct('tcp_ao_info_opt', {
  setCurrent: u32, reserved2: u16, currentKey: u8, rnext: u8, pktGood: u64, pktBad: u64, pktKeyNotFound: u64, pktAoRequired: u64, pktDroppedIcmp: u64,
});
// Bits of the first word: set_current, set_rnext, ao_required, set_counters, accept_icmps.
export const aoInfo: Codec<AoInfo, AoSettings> = {
  type: 'struct tcp_ao_info_opt',
  size: aoInfoStruct.size,
  sample: { aoRequired: true },
  decode(from) {
    const { setCurrent, reserved2, ...rest } = aoInfoStruct.unpack(from);
    return { ...rest, aoRequired: (setCurrent & 4) !== 0, acceptIcmps: (setCurrent & 16) !== 0 };
  },
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, 'an object', value);
    const { aoRequired, acceptIcmps, ...rest } = value;
    const counters = Object.keys(rest).some((key) => key.startsWith('pkt'));
    const flags =
      (rest.currentKey === undefined ? 0 : 1) |
      (rest.rnext === undefined ? 0 : 2) |
      (aoRequired ? 4 : 0) |
      (counters ? 8 : 0) |
      (acceptIcmps ? 16 : 0);
    const out = Buffer.alloc(aoInfoStruct.size);
    aoInfoStruct.write(out, 0, { setCurrent: flags, ...rest }, what);
    return out;
  },
};

export interface AoListedKey {
  address: string;
  algorithm: string;
  key: Buffer;
  sendId: number;
  receiveId: number;
  prefix: number;
  maclen: number;
  keyflags: number;
  ifindex: number;
  isCurrent: boolean;
  isNext: boolean;
  pktGood: bigint;
  pktBad: bigint;
}
// biome-ignore format: the members in their order
const aoGet = struct('tcp_ao_getsockopt', {
  addr: storage, algName: cstring(64), key: bytes(80), nkeys: u32, isCurrent: u16, sndid: u8, rcvid: u8, prefix: u8, maclen: u8, keyflags: u8, keylen: u8, ifindex: i32,
  pktGood: u64, pktBad: u64,
});
const AO_GET_ALL = 4;
/** All keys: the first element asks with `get_all` and how many fit; the answer fills as many. */
export const aoKeys: Codec<AoListedKey[], never> = {
  type: 'struct tcp_ao_getsockopt[]',
  size: aoGet.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd) {
    for (let count = 16; ; count *= 4) {
      const from = Buffer.alloc(aoGet.size * count);
      aoGet.packInto(from, 0, { nkeys: count, isCurrent: AO_GET_ALL });
      const got = native.getsockopt_ao_keys(fd, from, aoGet.size);
      if (got < 0) return got;
      const { nkeys } = aoGet.unpack(from);
      if (nkeys > count && count < 4096) continue;
      const keys = Array.from({ length: Math.min(nkeys, count) }, (_, i) => aoGet.read(from, i * aoGet.size));
      return {
        value: keys.map(({ addr, algName, key, keylen, sndid, rcvid, isCurrent, nkeys: _, ...rest }) => ({
          ...rest,
          address: addr,
          algorithm: algName,
          key: Buffer.from(key.subarray(0, keylen)),
          sendId: sndid,
          receiveId: rcvid,
          isCurrent: (isCurrent & 1) !== 0,
          isNext: (isCurrent & 2) !== 0,
        })),
      };
    }
  },
};
export const aoRepair = record(struct('tcp_ao_repair', { sntIsn: u32, rcvIsn: u32, sndSne: u32, rcvSne: u32 }), {});

/** TCPOPT_*: 2 is MSS, 3 window scale, 4 SACK permitted, 8 timestamps. */
export interface RepairOption {
  code: number;
  value: number;
}
const repairOpt = struct('tcp_repair_opt', { code: u32, val: u32 }, 'opt_');
export const repairOptions: Codec<never, readonly RepairOption[]> = {
  type: '{ code, value }[] (struct tcp_repair_opt)',
  size: repairOpt.size,
  sample: [{ code: 2, value: 1000 }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { code, value }', value);
    const out = Buffer.alloc(value.length * repairOpt.size);
    value.forEach((one: RepairOption, i) => {
      const code = integer(`${what}[${i}].code`, one?.code, 0, 0xffffffff);
      repairOpt.packInto(out, i * repairOpt.size, { code, val: integer(`${what}[${i}].value`, one.value, 0, 0xffffffff) });
    });
    return out;
  },
};
export const repairWindow = record(struct('tcp_repair_window', { sndWl1: u32, sndWnd: u32, maxWindow: u32, rcvWnd: u32, rcvWup: u32 }));
