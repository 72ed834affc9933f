// Options of raw CAN sockets: filters and virtual CAN identifiers.
import { struct, u32 } from '../../structs';
import { u8 } from '../../structs/fields';
import { badRange, badType, demand } from '../../structs/refuse';
import type { Codec } from '../row';
import { record } from './records';

const filter = struct('can_filter', { id: u32, mask: u32 }, 'can_');
/** A frame passes where `frame.id & mask` is `id & mask` of any; [] lets none in. */
export const filters: Codec<never, readonly { id: number; mask: number }[]> = {
  type: '{ id, mask }[] (struct can_filter)',
  size: filter.size * 512,
  sample: [{ id: 0x123, mask: 0x7ff }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { id, mask }', value);
    if (value.length > 512) throw badRange(what, 'at most 512 filters', value.length);
    const out = Buffer.alloc(value.length * filter.size);
    value.forEach((one: { id: number; mask: number }, i) => {
      filter.write(out, i * filter.size, one, `${what}[${i}]`);
      demand(`${what}[${i}]`, one, 'id', 'mask');
    });
    return out;
  },
};
export const vcid = record(
  struct('can_raw_vcid_options', { flags: u8, txVcid: u8, rxVcid: u8, rxVcidMask: u8 }),
  { flags: 0 },
);
