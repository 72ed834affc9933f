// IP_LOCAL_PORT_RANGE: two ports in one number.
import { badType, integer } from '../../errors/arguments';
import { u32 } from '../../structs';
import type { Codec } from '../row';

/** The lowest and the highest port; 0: the default of the system. */
export interface PortRange {
  low: number;
  high: number;
}

export const portRange: Codec<PortRange, PortRange | 0> = {
  type: '{ low, high } (unsigned int)',
  size: 4,
  sample: { low: 40000, high: 40999 },
  decode(bytes) {
    const both = u32.read(bytes, 0);
    return { low: both & 0xffff, high: both >>> 16 };
  },
  encode(value, what) {
    const out = Buffer.alloc(4);
    if (value === 0) return out;
    if (typeof value !== 'object' || value === null)
      throw badType(what, '{ low, high }, or 0', value);
    const low = integer(`${what}.low`, value.low, 0, 65535);
    const high = integer(`${what}.high`, value.high, 0, 65535);
    u32.write(out, 0, high * 65536 + low, what);
    return out;
  },
};
