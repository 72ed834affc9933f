// Options of AF_XDP: where its rings lie in the mapping, and what it counted.
import { struct, u32, u64 } from '../../structs';
import { record } from './records';

const offsets = struct('xdp_ring_offset', { producer: u64, consumer: u64, desc: u64, flags: u64 });
export const mmapOffsets = record(
  struct('xdp_mmap_offsets', { rx: offsets, tx: offsets, fr: offsets, cr: offsets }),
);
// biome-ignore format: the members in their order
export const xdpStatistics = record(
  struct('xdp_statistics', { rxDropped: u64, rxInvalidDescs: u64, txInvalidDescs: u64, rxRingFull: u64, rxFillRingEmptyDescs: u64, txRingEmptyDescs: u64 }),
);
export const xdpOptionsStruct = record(struct('xdp_options', { flags: u32 }));
