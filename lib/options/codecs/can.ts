// Options of raw CAN sockets: filters and virtual CAN identifiers.
import { badRange, badType, demand } from '../../errors/arguments';
import { can_filter, can_raw_vcid_options } from '../../structs/can';
import type { Codec } from '../row';
import { record } from './records';

/** A frame passes where `frame.id & mask` is `id & mask` of any; [] lets none in. */
export const filters: Codec<never, readonly { id: number; mask: number }[]> = {
  type: '{ id, mask }[] (struct can_filter)',
  size: can_filter.size * 512,
  sample: [{ id: 0x123, mask: 0x7ff }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { id, mask }', value);
    if (value.length > 512) throw badRange(what, 'at most 512 filters', value.length);
    const out = Buffer.alloc(value.length * can_filter.size);
    value.forEach((one: { id: number; mask: number }, i) => {
      can_filter.write(out, i * can_filter.size, one, `${what}[${i}]`);
      demand(`${what}[${i}]`, one, 'id', 'mask');
    });
    return out;
  },
};
export const vcid = record(can_raw_vcid_options, { flags: 0 });
