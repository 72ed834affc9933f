// The keys that TCP segments are signed with: MD5 (RFC 2385) and the authentication option (RFC
// 5925).

import { badType, demand } from '../../errors/arguments';
import { native } from '../../native';
import { isAddress4 } from '../../structs/addresses';
import {
  tcp_ao_add,
  tcp_ao_del,
  tcp_ao_getsockopt,
  tcp_ao_info_opt,
  tcp_md5sig,
} from '../../structs/tcp';
import type { Codec } from '../row';

/** RFC 2385. An empty key takes the peer's key away; `prefix` and `ifindex` need TCP_MD5SIG_EXT. */
export interface Md5Key {
  address: string;
  key: string | Uint8Array;
  prefix?: number;
  ifindex?: number;
}
const keyBytes = (key: unknown, what: string): Uint8Array => {
  if (typeof key === 'string') return Buffer.from(key);
  if (key instanceof Uint8Array) return key;
  throw badType(`${what}.key`, 'text or bytes, at most 80', key);
};
export const md5Key: Codec<never, Md5Key> = {
  type: '{ address, key, prefix?, ifindex? } (struct tcp_md5sig)',
  size: tcp_md5sig.size,
  sample: { address: '192.0.2.1', key: 'secret' },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, '{ address, key }', value);
    demand(what, value, 'address');
    const key = keyBytes(value.key, what);
    // TCP_MD5SIG_FLAG_PREFIX is 1, TCP_MD5SIG_FLAG_IFINDEX 2.
    const flags = (value.prefix === undefined ? 0 : 1) | (value.ifindex === undefined ? 0 : 2);
    return tcp_md5sig.pack(
      {
        addr: value.address,
        flags,
        prefixlen: value.prefix,
        keylen: key.length,
        ifindex: value.ifindex,
        key,
      },
      what,
    );
  },
};

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
export const aoKey: Codec<never, AoKey> = {
  type: '{ address, key, sendId, receiveId … } (struct tcp_ao_add)',
  size: tcp_ao_add.size,
  sample: { address: '192.0.2.1', key: 'secret', sendId: 100, receiveId: 100 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ address, key, sendId, receiveId }', value);
    demand(what, value, 'address', 'sendId', 'receiveId');
    const key = keyBytes(value.key, what);
    const {
      address,
      algorithm = 'hmac(sha1)',
      prefix = isAddress4(address) ? 32 : 128,
      ifindex,
      maclen,
      keyflags,
      sendId,
      receiveId,
    } = value;
    const fields = {
      addr: address,
      algName: algorithm,
      ifindex,
      setCurrent: value.current ? 1 : 0,
      setRnext: value.next ? 1 : 0,
      prefix,
      sndid: sendId,
      rcvid: receiveId,
      maclen,
      keyflags,
      keylen: key.length,
      key,
    };
    return tcp_ao_add.pack(fields, what);
  },
};

/** struct tcp_ao_del: a key to delete. */
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
export const aoDelete: Codec<never, AoDelete> = {
  type: '{ address, sendId, receiveId … } (struct tcp_ao_del)',
  size: tcp_ao_del.size,
  sample: { address: '192.0.2.1', sendId: 100, receiveId: 100 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ address, sendId, receiveId }', value);
    demand(what, value, 'address', 'sendId', 'receiveId');
    const {
      address,
      prefix = isAddress4(address) ? 32 : 128,
      ifindex,
      keyflags,
      sendId,
      receiveId,
      current,
      next,
    } = value;
    const flags = {
      setCurrent: current === undefined ? 0 : 1,
      setRnext: next === undefined ? 0 : 1,
      delAsync: value.async ? 1 : 0,
    };
    return tcp_ao_del.pack(
      {
        addr: address,
        ifindex,
        ...flags,
        prefix,
        sndid: sendId,
        rcvid: receiveId,
        currentKey: current,
        rnext: next,
        keyflags,
      },
      what,
    );
  },
};

/** struct tcp_ao_info_opt: the state of TCP-AO. */
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
export const aoInfo: Codec<AoInfo, AoSettings> = {
  type: 'struct tcp_ao_info_opt',
  size: tcp_ao_info_opt.size,
  sample: { aoRequired: true },
  decode(from) {
    const {
      setCurrent: _,
      setRnext: __,
      setCounters: ___,
      reserved2: ____,
      aoRequired,
      acceptIcmps,
      ...rest
    } = tcp_ao_info_opt.unpack(from);
    return { ...rest, aoRequired: aoRequired !== 0, acceptIcmps: acceptIcmps !== 0 };
  },
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, 'an object', value);
    const { aoRequired, acceptIcmps, ...rest } = value;
    const flags = {
      setCurrent: rest.currentKey === undefined ? 0 : 1,
      setRnext: rest.rnext === undefined ? 0 : 1,
      aoRequired: aoRequired ? 1 : 0,
      setCounters: Object.keys(rest).some((key) => key.startsWith('pkt')) ? 1 : 0,
      acceptIcmps: acceptIcmps ? 1 : 0,
    };
    return tcp_ao_info_opt.pack({ ...flags, ...rest }, what);
  },
};

/** struct tcp_ao_getsockopt: a key of the socket. */
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
/** All keys: the first element asks with `get_all` and how many fit; the answer fills as many. */
export const aoKeys: Codec<AoListedKey[], never> = {
  type: 'struct tcp_ao_getsockopt[]',
  typedOnly: true,
  size: tcp_ao_getsockopt.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd) {
    for (let count = 16; ; count *= 4) {
      const from = Buffer.alloc(tcp_ao_getsockopt.size * count);
      tcp_ao_getsockopt.packInto(from, 0, { nkeys: count, getAll: 1 });
      const got = native.getsockopt_ao_keys(fd, from, tcp_ao_getsockopt.size);
      if (got < 0) return got;
      const { nkeys } = tcp_ao_getsockopt.unpack(from);
      if (nkeys > count && count < 4096) continue;
      const keys = Array.from({ length: Math.min(nkeys, count) }, (_, i) =>
        tcp_ao_getsockopt.read(from, i * tcp_ao_getsockopt.size),
      );
      return {
        value: keys.map(
          ({
            addr,
            algName,
            key,
            keylen,
            sndid,
            rcvid,
            isCurrent,
            isRnext,
            getAll: _,
            nkeys: __,
            ...rest
          }) => ({
            ...rest,
            address: addr,
            algorithm: algName,
            key: Buffer.from(key.subarray(0, keylen)),
            sendId: sndid,
            receiveId: rcvid,
            isCurrent: isCurrent !== 0,
            isNext: isRnext !== 0,
          }),
        ),
      };
    }
  },
};
