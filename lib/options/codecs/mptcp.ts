// Options of MPTCP: the connection, and its subflows with their addresses and tcp_info.
import { decodeAddress } from '../../address';
import type { Address } from '../../address/types';
import { native } from '../../native';
import { struct, u32, u64, type Values } from '../../structs';
import { u8 } from '../../structs/fields';
import type { Codec } from '../row';
import { record } from './records';
import { type TcpInfo, tcpInfo, tcpInfoSize } from './tcp-info';

// biome-ignore format: the members in their order
const infoStruct = struct('mptcp_info', {
  subflows: u8, addAddrSignal: u8, addAddrAccepted: u8, subflowsMax: u8, addAddrSignalMax: u8, addAddrAcceptedMax: u8, flags: u32, token: u32,
  writeSeq: u64, sndUna: u64, rcvNxt: u64, localAddrUsed: u8, localAddrMax: u8, csumEnabled: u8, retransmits: u32,
  bytesRetrans: u64, bytesSent: u64, bytesReceived: u64, bytesAcked: u64, subflowsTotal: u8, endpLaminarMax: u8, endpFullmeshMax: u8,
  lastDataSent: u32, lastDataRecv: u32, lastAckRecv: u32,
}, 'mptcpi_');
export const mptcpInfo = record(infoStruct);

// biome-ignore format: the members in their order
const fullStruct = struct('mptcp_full_info', {
  sizeTcpinfoKernel: u32, sizeTcpinfoUser: u32, sizeSfinfoKernel: u32, sizeSfinfoUser: u32, numSubflows: u32, sizeArraysUser: u32,
  subflowInfo: u64, tcpInfo: u64, mptcpInfo: infoStruct,
});
/**
 * Its two arrays are reached by pointers: MPTCP_TCPINFO and MPTCP_SUBFLOW_ADDRS give the same
 * without.
 */
export const fullInfo: Codec<
  { numSubflows: number; info: Values<typeof infoStruct.members> },
  never
> = {
  type: '{ numSubflows, info } (struct mptcp_full_info)',
  size: fullStruct.size,
  typedOnly: true,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const bytes = Buffer.alloc(fullStruct.size);
    const got = native.getsockopt_blank(fd, level, option, bytes);
    if (got < 0) return got;
    const { numSubflows, mptcpInfo: info } = fullStruct.unpack(bytes);
    return { value: { numSubflows, info } };
  },
};

const header = struct('mptcp_subflow_data', {
  sizeSubflowData: u32,
  numSubflows: u32,
  sizeKernel: u32,
  sizeUser: u32,
});
/** How many subflows there is room for; MPTCP has at most 8 today. */
const ROOM = 64;

function subflows<T>(type: string, size: number, read: (bytes: Buffer) => T): Codec<T[], never> {
  return {
    type,
    size: header.size,
    decode: undefined as never,
    encode: undefined as never,
    get(fd, level, option) {
      const bytes = Buffer.alloc(header.size + ROOM * size);
      header.packInto(bytes, 0, { sizeSubflowData: header.size, sizeUser: size });
      const got = native.getsockopt(fd, level, option, bytes, bytes.length);
      if (got < 0) return got;
      const { numSubflows, sizeKernel } = header.unpack(bytes);
      const each = Math.min(sizeKernel, size);
      const at = (i: number) => header.size + i * size;
      return {
        value: Array.from({ length: Math.min(numSubflows, ROOM) }, (_, i) =>
          read(bytes.subarray(at(i), at(i) + each)),
        ),
      };
    },
  };
}

export const subflowTcpInfo: Codec<TcpInfo[], never> = subflows(
  'struct tcp_info[]',
  tcpInfoSize,
  tcpInfo,
);

/** Two sockaddr_storages. */
const STORAGE = 128;
export interface Subflow {
  local: Address;
  remote: Address;
}
export const subflowAddresses: Codec<Subflow[], never> = subflows(
  '{ local, remote }[] (struct mptcp_subflow_addrs)',
  2 * STORAGE,
  (bytes) => ({
    local: decodeAddress(bytes.subarray(0, STORAGE), STORAGE),
    remote: decodeAddress(bytes.subarray(STORAGE), STORAGE),
  }),
);
