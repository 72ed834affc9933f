// Structs of raw CAN sockets.
import { u8, u32 } from './fields';
import { struct } from './struct';

export const can_filter = struct('can_filter', { id: u32, mask: u32 }, 'can_');
export const can_raw_vcid_options = struct('can_raw_vcid_options', {
  flags: u8,
  txVcid: u8,
  rxVcid: u8,
  rxVcidMask: u8,
});
