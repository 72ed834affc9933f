// Options of MPTCP: the connection, and its subflows with their addresses and tcp_info.
import { decodeAddress } from '../../address';
import type { Address } from '../../address/types';
import { native } from '../../native';
import type { Values } from '../../structs';
import { mptcp_full_info, mptcp_info, mptcp_subflow_data, tcp_info } from '../../structs/tcp';
import type { Codec } from '../row';
import { record } from './records';
import { type TcpInfo, tcpInfo } from './tcp-info';

export const mptcpInfo = record(mptcp_info);

/**
 * Its two arrays are reached by pointers: MPTCP_TCPINFO and MPTCP_SUBFLOW_ADDRS give the same
 * without.
 */
export const fullInfo: Codec<
  { numSubflows: number; info: Values<typeof mptcp_info.members> },
  never
> = {
  type: '{ numSubflows, info } (struct mptcp_full_info)',
  size: mptcp_full_info.size,
  typedOnly: true,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const bytes = Buffer.alloc(mptcp_full_info.size);
    const got = native.getsockopt_blank(fd, level, option, bytes);
    if (got < 0) return got;
    const { numSubflows, mptcpInfo: info } = mptcp_full_info.unpack(bytes);
    return { value: { numSubflows, info } };
  },
};

/** How many subflows there is room for; MPTCP has at most 8 today. */
const ROOM = 64;

function subflows<T>(type: string, size: number, read: (bytes: Buffer) => T): Codec<T[], never> {
  return {
    type,
    size: mptcp_subflow_data.size,
    decode: undefined as never,
    encode: undefined as never,
    get(fd, level, option) {
      const bytes = Buffer.alloc(mptcp_subflow_data.size + ROOM * size);
      mptcp_subflow_data.packInto(bytes, 0, {
        sizeSubflowData: mptcp_subflow_data.size,
        sizeUser: size,
      });
      const got = native.getsockopt(fd, level, option, bytes, bytes.length);
      if (got < 0) return got;
      const { numSubflows, sizeKernel } = mptcp_subflow_data.unpack(bytes);
      const each = Math.min(sizeKernel, size);
      const at = (i: number) => mptcp_subflow_data.size + i * size;
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
  tcp_info.size,
  tcpInfo,
);

/** Two sockaddr_storages. */
const STORAGE = 128;
/** struct mptcp_subflow_addrs: the two ends of a subflow. */
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
