// Options of AF_PACKET whose value is a struct or a packed number: memberships, fanout, rings,
// statistics.
import { hardwareBytes } from '../../address';
import * as c from '../../constants';
import { native } from '../../native';
import { bytes, i32, struct, u16, u32, u64 } from '../../structs';
import { badType, demand, integer } from '../../structs/refuse';
import type { Codec } from '../row';
import type { Fanout, PacketMembership } from '../types';
import { ifindex } from './interfaces';

const mreq = struct(
  'packet_mreq',
  { ifindex: i32, type: u16, alen: u16, address: bytes(8) },
  'mr_',
);
const MEMBERSHIPS = { multicast: 0, promisc: 1, allmulti: 2, unicast: 3 } as const;
export const packetMembership: Codec<never, PacketMembership> = {
  type: '{ ifname, type, address? } (struct packet_mreq)',
  size: mreq.size,
  sample: { ifname: 'lo', type: 'promisc' },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ ifname, type, address? }', value);
    if (!Object.hasOwn(MEMBERSHIPS, value.type))
      throw badType(`${what}.type`, Object.keys(MEMBERSHIPS).join(', '), value.type);
    demand(what, value, 'ifname');
    const address =
      value.address === undefined
        ? new Uint8Array(0)
        : hardwareBytes(`${what}.address`, value.address);
    const out = Buffer.alloc(mreq.size);
    const fields = {
      ifindex: ifindex(value.ifname, `${what}.ifname`),
      type: MEMBERSHIPS[value.type],
      alen: address.length,
      address,
    };
    mreq.write(out, 0, fields, what);
    return out;
  },
};

const MODES: Record<Fanout['mode'], number> = {
  hash: 0,
  lb: 1,
  cpu: 2,
  rollover: 3,
  rnd: 4,
  qm: 5,
  cbpf: 6,
  ebpf: 7,
};
// PACKET_FANOUT_FLAG_*
const ROLLOVER = 0x1000;
const UNIQUEID = 0x2000;
const DEFRAG = 0x8000;
/**
 * Group in the low 16 bits, mode and flags in the high ones; reading gives the same number, 0 where
 * in no group.
 */
export const fanout: Codec<number, Fanout> = {
  type: '{ group, mode, … } (int)',
  size: 4,
  sample: { group: 0x1234, mode: 'hash' },
  decode: (from) => i32.read(from, 0),
  encode(value, what) {
    if (typeof value !== 'object' || value === null) throw badType(what, '{ group, mode }', value);
    if (!Object.hasOwn(MODES, value.mode))
      throw badType(`${what}.mode`, Object.keys(MODES).join(', '), value.mode);
    const group = integer(`${what}.group`, value.group, 0, 0xffff);
    const flags =
      (value.rolloverFlag ? ROLLOVER : 0) |
      (value.uniqueId ? UNIQUEID : 0) |
      (value.defrag ? DEFRAG : 0);
    const out = Buffer.alloc(4);
    i32.write(out, 0, ((MODES[value.mode] | flags) << 16) | group, what);
    return out;
  },
};

/** `timeoutMs`, `privSize` and `features` are TPACKET_V3's. All zero takes the ring away. */
export interface RingRequest {
  blockSize: number;
  blocks: number;
  frameSize: number;
  frames: number;
  timeoutMs?: number;
  privSize?: number;
  features?: number;
}
const req3 = struct(
  'tpacket_req3',
  {
    blockSize: u32,
    blockNr: u32,
    frameSize: u32,
    frameNr: u32,
    retireBlkTov: u32,
    sizeofPriv: u32,
    featureReqWord: u32,
  },
  'tp_',
);
export const ring: Codec<never, RingRequest> = {
  type: '{ blockSize, blocks, frameSize, frames … } (struct tpacket_req3)',
  size: req3.size,
  sample: { blockSize: 4096, blocks: 2, frameSize: 2048, frames: 4 },
  decode: undefined as never,
  encode(value, what) {
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ blockSize, blocks, frameSize, frames }', value);
    demand(what, value, 'blockSize', 'blocks', 'frameSize', 'frames');
    const { blockSize, blocks, frameSize, frames, timeoutMs, privSize, features } = value;
    const fields = {
      blockSize,
      blockNr: blocks,
      frameSize,
      frameNr: frames,
      retireBlkTov: timeoutMs,
      sizeofPriv: privSize,
      featureReqWord: features,
    };
    const out = Buffer.alloc(req3.size);
    // TPACKET_V1 and V2 look at the first four members only.
    req3.write(out, 0, fields, what);
    return out;
  },
};

const stats = struct('tpacket_stats_v3', { packets: u32, drops: u32, freezeQCnt: u32 }, 'tp_');
export const statistics: Codec<{ packets: number; drops: number; freezeQ: number }, never> = {
  type: '{ packets, drops, freezeQ } (struct tpacket_stats)',
  size: stats.size,
  decode(from) {
    const { packets = 0, drops = 0, freezeQCnt = 0 } = stats.unpackPrefix(from);
    return { packets, drops, freezeQ: freezeQCnt };
  },
  encode: undefined as never,
};

const rollover = struct('tpacket_rollover_stats', { all: u64, huge: u64, failed: u64 }, 'tp_');
export const rolloverStatistics: Codec<{ all: bigint; huge: bigint; failed: bigint }, never> = {
  type: '{ all, huge, failed } (struct tpacket_rollover_stats)',
  size: rollover.size,
  decode: (from) => rollover.unpack(from),
  encode: undefined as never,
};

/** The version goes in with the question: the socket's own. */
export const headerLength: Codec<number, never> = {
  type: 'int',
  size: 4,
  decode: (from) => i32.read(from, 0),
  encode: undefined as never,
  get(fd, level, option) {
    const cell = Buffer.alloc(4);
    const version = native.getsockopt(fd, level, c.PACKET_VERSION, cell, 4);
    if (version < 0) return version;
    const got = native.getsockopt(fd, level, option, cell, 4);
    return got < 0 ? got : { value: i32.read(cell, 0) };
  },
};
