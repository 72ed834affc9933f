// Structs of TCP and MPTCP: what the kernel reports of a connection, its keys, its repair.
import { inet_storage } from './addresses';
import { bits, bytes, i32, text, u8, u16, u32, u64 } from './fields';
import { struct } from './struct';

const [sndWscale, rcvWscale] = bits(u8, 4, 4);
const [deliveryRateAppLimited, fastopenClientFail] = bits(u8, 1, 2);
const [ecnMode, accecnOptSeen, accecnFailMode, options2] = bits(u32, 2, 2, 4, 24);
// biome-ignore format: the members in their order
export const tcp_info = struct(
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

export const tcpvegas_info = struct(
  'tcpvegas_info',
  { enabled: u32, rttcnt: u32, rtt: u32, minrtt: u32 },
  'tcpv_',
);
export const tcp_dctcp_info = struct(
  'tcp_dctcp_info',
  { enabled: u16, ceState: u16, alpha: u32, abEcn: u32, abTot: u32 },
  'dctcp_',
);
export const tcp_bbr_info = struct(
  'tcp_bbr_info',
  { bwLo: u32, bwHi: u32, minRtt: u32, pacingGain: u32, cwndGain: u32 },
  'bbr_',
);

/** RFC 2385. */
export const tcp_md5sig = struct(
  'tcp_md5sig',
  { addr: inet_storage, flags: u8, prefixlen: u8, keylen: u16, ifindex: i32, key: bytes(80) },
  'tcpm_',
);

/** The authentication option, RFC 5925. */
const [setCurrent, setRnext, delAsync] = bits(u32, 1, 1, 1);
// biome-ignore format: the members in their order
export const tcp_ao_add = struct('tcp_ao_add', {
  addr: inet_storage, algName: text(64), ifindex: i32, setCurrent, setRnext, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, maclen: u8, keyflags: u8, keylen: u8, key: bytes(80),
});
// biome-ignore format: the members in their order
export const tcp_ao_del = struct('tcp_ao_del', {
  addr: inet_storage, ifindex: i32, setCurrent, setRnext, delAsync, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, currentKey: u8, rnext: u8, keyflags: u8,
});
const [setCurrentKey, setNextKey, aoRequired, setCounters, acceptIcmps] = bits(u32, 1, 1, 1, 1, 1);
// biome-ignore format: the members in their order
export const tcp_ao_info_opt = struct('tcp_ao_info_opt', {
  setCurrent: setCurrentKey, setRnext: setNextKey, aoRequired, setCounters, acceptIcmps, reserved2: u16, currentKey: u8, rnext: u8,
  pktGood: u64, pktBad: u64, pktKeyNotFound: u64, pktAoRequired: u64, pktDroppedIcmp: u64,
});
const [isCurrent, isRnext, getAll] = bits(u16, 1, 1, 1);
// biome-ignore format: the members in their order
export const tcp_ao_getsockopt = struct('tcp_ao_getsockopt', {
  addr: inet_storage, algName: text(64), key: bytes(80), nkeys: u32, isCurrent, isRnext, getAll, sndid: u8, rcvid: u8, prefix: u8, maclen: u8, keyflags: u8, keylen: u8, ifindex: i32,
  pktGood: u64, pktBad: u64,
});

/** `code` is a TCPOPT_ number. */
export const tcp_repair_opt = struct('tcp_repair_opt', { code: u32, val: u32 }, 'opt_');
export const tcp_repair_window = struct('tcp_repair_window', {
  sndWl1: u32,
  sndWnd: u32,
  maxWindow: u32,
  rcvWnd: u32,
  rcvWup: u32,
});
export const tcp_ao_repair = struct('tcp_ao_repair', {
  sntIsn: u32,
  rcvIsn: u32,
  sndSne: u32,
  rcvSne: u32,
});

// biome-ignore format: the members in their order
export const mptcp_info = struct('mptcp_info', {
  subflows: u8, addAddrSignal: u8, addAddrAccepted: u8, subflowsMax: u8, addAddrSignalMax: u8, addAddrAcceptedMax: u8, flags: u32, token: u32,
  writeSeq: u64, sndUna: u64, rcvNxt: u64, localAddrUsed: u8, localAddrMax: u8, csumEnabled: u8, retransmits: u32,
  bytesRetrans: u64, bytesSent: u64, bytesReceived: u64, bytesAcked: u64, subflowsTotal: u8, endpLaminarMax: u8, endpFullmeshMax: u8,
  lastDataSent: u32, lastDataRecv: u32, lastAckRecv: u32,
}, 'mptcpi_');
// biome-ignore format: the members in their order
export const mptcp_full_info = struct('mptcp_full_info', {
  sizeTcpinfoKernel: u32, sizeTcpinfoUser: u32, sizeSfinfoKernel: u32, sizeSfinfoUser: u32, numSubflows: u32, sizeArraysUser: u32,
  subflowInfo: u64, tcpInfo: u64, mptcpInfo: mptcp_info,
});
export const mptcp_subflow_data = struct('mptcp_subflow_data', {
  sizeSubflowData: u32,
  numSubflows: u32,
  sizeKernel: u32,
  sizeUser: u32,
});
