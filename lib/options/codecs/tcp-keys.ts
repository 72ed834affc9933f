// The keys that TCP segments are signed with: MD5 (RFC 2385) and the authentication option (RFC
// 5925).
import { parse4 } from '../../address/ip4';
import { native } from '../../native';
import { bits, bytes, text as cstring, i32, struct, u8, u16, u32, u64 } from '../../structs';
import { badType, demand } from '../../structs/refuse';
import type { Codec } from '../row';
import { storage } from './multicast';

/** RFC 2385. An empty key takes the peer's key away; `prefix` and `ifindex` need TCP_MD5SIG_EXT. */
export interface Md5Key {
  address: string;
  key: string | Uint8Array;
  prefix?: number;
  ifindex?: number;
}
const md5 = struct(
  'tcp_md5sig',
  { addr: storage, flags: u8, prefixlen: u8, keylen: u16, ifindex: i32, key: bytes(80) },
  'tcpm_',
);
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
    demand(what, value, 'address');
    const key = keyBytes(value.key, what);
    // TCP_MD5SIG_FLAG_PREFIX is 1, TCP_MD5SIG_FLAG_IFINDEX 2.
    const flags = (value.prefix === undefined ? 0 : 1) | (value.ifindex === undefined ? 0 : 2);
    const out = Buffer.alloc(md5.size);
    md5.write(
      out,
      0,
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
    return out;
  },
};

const isV4 = (address: unknown) => typeof address === 'string' && parse4(address) >= 0;
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
const [setCurrent, setRnext, delAsync] = bits(u32, 1, 1, 1);
// biome-ignore format: the members in their order
const aoAdd = struct('tcp_ao_add', {
  addr: storage, algName: cstring(64), ifindex: i32, setCurrent, setRnext, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, maclen: u8, keyflags: u8, keylen: u8, key: bytes(80),
});
export const aoKey: Codec<never, AoKey> = {
  type: '{ address, key, sendId, receiveId … } (struct tcp_ao_add)',
  size: aoAdd.size,
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
      prefix = isV4(address) ? 32 : 128,
      ifindex,
      maclen,
      keyflags,
      sendId,
      receiveId,
    } = value;
    const out = Buffer.alloc(aoAdd.size);
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
  addr: storage, ifindex: i32, setCurrent, setRnext, delAsync, reserved2: u16, prefix: u8, sndid: u8, rcvid: u8, currentKey: u8, rnext: u8, keyflags: u8,
});
export const aoDelete: Codec<never, AoDelete> = {
  type: '{ address, sendId, receiveId … } (struct tcp_ao_del)',
  size: aoDel.size,
  sample: { address: '192.0.2.1', sendId: 100, receiveId: 100 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ address, sendId, receiveId }', value);
    demand(what, value, 'address', 'sendId', 'receiveId');
    const {
      address,
      prefix = isV4(address) ? 32 : 128,
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
    const out = Buffer.alloc(aoDel.size);
    aoDel.write(
      out,
      0,
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
const [setCurrentKey, setNextKey, aoRequired, setCounters, acceptIcmps] = bits(u32, 1, 1, 1, 1, 1);
// biome-ignore format: the members in their order
const aoInfoStruct = struct('tcp_ao_info_opt', {
  setCurrent: setCurrentKey, setRnext: setNextKey, aoRequired, setCounters, acceptIcmps, reserved2: u16, currentKey: u8, rnext: u8,
  pktGood: u64, pktBad: u64, pktKeyNotFound: u64, pktAoRequired: u64, pktDroppedIcmp: u64,
});
export const aoInfo: Codec<AoInfo, AoSettings> = {
  type: 'struct tcp_ao_info_opt',
  size: aoInfoStruct.size,
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
    } = aoInfoStruct.unpack(from);
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
    const out = Buffer.alloc(aoInfoStruct.size);
    aoInfoStruct.write(out, 0, { ...flags, ...rest }, what);
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
const [isCurrent, isRnext, getAll] = bits(u16, 1, 1, 1);
// biome-ignore format: the members in their order
const aoGet = struct('tcp_ao_getsockopt', {
  addr: storage, algName: cstring(64), key: bytes(80), nkeys: u32, isCurrent, isRnext, getAll, sndid: u8, rcvid: u8, prefix: u8, maclen: u8, keyflags: u8, keylen: u8, ifindex: i32,
  pktGood: u64, pktBad: u64,
});
/** All keys: the first element asks with `get_all` and how many fit; the answer fills as many. */
export const aoKeys: Codec<AoListedKey[], never> = {
  type: 'struct tcp_ao_getsockopt[]',
  typedOnly: true,
  size: aoGet.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd) {
    for (let count = 16; ; count *= 4) {
      const from = Buffer.alloc(aoGet.size * count);
      aoGet.packInto(from, 0, { nkeys: count, getAll: 1 });
      const got = native.getsockopt_ao_keys(fd, from, aoGet.size);
      if (got < 0) return got;
      const { nkeys } = aoGet.unpack(from);
      if (nkeys > count && count < 4096) continue;
      const keys = Array.from({ length: Math.min(nkeys, count) }, (_, i) =>
        aoGet.read(from, i * aoGet.size),
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
