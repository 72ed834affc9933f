// Options of AF_XDP: where its rings lie in the mapping, and what it counted.
import { xdp_mmap_offsets, xdp_options, xdp_statistics } from '../../structs/packet';
import { record } from './records';

export const mmapOffsets = record(xdp_mmap_offsets);
export const xdpStatistics = record(xdp_statistics);
export const xdpOptionsStruct = record(xdp_options);
