// Options of AF_PACKET whose value is a struct or a packed number: memberships, fanout, rings,
// statistics.
import { hardwareBytes } from '../../address';
import * as c from '../../constants';
import { badType, demand, integer } from '../../errors/arguments';
import { native } from '../../native';
import { i32 } from '../../structs';
import {
  packet_mreq,
  tpacket_req3,
  tpacket_rollover_stats,
  tpacket_stats_v3,
} from '../../structs/packet';
import type { Codec } from '../row';
import type { Fanout, PacketMembership } from '../types';
import { ifindex } from './interfaces';

const MEMBERSHIPS = { multicast: 0, promisc: 1, allmulti: 2, unicast: 3 } as const;
export const packetMembership: Codec<never, PacketMembership> = {
  type: '{ ifname, type, address? } (struct packet_mreq)',
  size: packet_mreq.size,
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
    const fields = {
      ifindex: ifindex(value.ifname, `${what}.ifname`),
      type: MEMBERSHIPS[value.type],
      alen: address.length,
      address,
    };
    return packet_mreq.pack(fields, what);
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
export const ring: Codec<never, RingRequest> = {
  type: '{ blockSize, blocks, frameSize, frames … } (struct tpacket_req3)',
  size: tpacket_req3.size,
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
    // TPACKET_V1 and V2 look at the first four members only.
    return tpacket_req3.pack(fields, what);
  },
};

export const statistics: Codec<{ packets: number; drops: number; freezeQ: number }, never> = {
  type: '{ packets, drops, freezeQ } (struct tpacket_stats)',
  size: tpacket_stats_v3.size,
  decode(from) {
    const { packets = 0, drops = 0, freezeQCnt = 0 } = tpacket_stats_v3.unpackPrefix(from);
    return { packets, drops, freezeQ: freezeQCnt };
  },
  encode: undefined as never,
};

export const rolloverStatistics: Codec<{ all: bigint; huge: bigint; failed: bigint }, never> = {
  type: '{ all, huge, failed } (struct tpacket_rollover_stats)',
  size: tpacket_rollover_stats.size,
  decode: (from) => tpacket_rollover_stats.unpack(from),
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
