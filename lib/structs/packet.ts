// Structs of AF_PACKET and AF_XDP sockets.
import { bytes, i32, u16, u32, u64 } from './fields';
import { struct } from './struct';

export const packet_mreq = struct(
  'packet_mreq',
  { ifindex: i32, type: u16, alen: u16, address: bytes(8) },
  'mr_',
);
export const tpacket_auxdata = struct(
  'tpacket_auxdata',
  { status: u32, len: u32, snaplen: u32, mac: u16, net: u16, vlanTci: u16, vlanTpid: u16 },
  'tp_',
);
export const tpacket_req3 = struct(
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
export const tpacket_stats = struct('tpacket_stats', { packets: u32, drops: u32 }, 'tp_');
export const tpacket_stats_v3 = struct(
  'tpacket_stats_v3',
  { packets: u32, drops: u32, freezeQCnt: u32 },
  'tp_',
);
export const tpacket_rollover_stats = struct(
  'tpacket_rollover_stats',
  { all: u64, huge: u64, failed: u64 },
  'tp_',
);

export const xdp_ring_offset = struct('xdp_ring_offset', {
  producer: u64,
  consumer: u64,
  desc: u64,
  flags: u64,
});
export const xdp_mmap_offsets = struct('xdp_mmap_offsets', {
  rx: xdp_ring_offset,
  tx: xdp_ring_offset,
  fr: xdp_ring_offset,
  cr: xdp_ring_offset,
});
export const xdp_statistics = struct('xdp_statistics', {
  rxDropped: u64,
  rxInvalidDescs: u64,
  txInvalidDescs: u64,
  rxRingFull: u64,
  rxFillRingEmptyDescs: u64,
  txRingEmptyDescs: u64,
});
export const xdp_options = struct('xdp_options', { flags: u32 });
