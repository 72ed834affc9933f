// ICMP_FILTER and ICMPV6_FILTER: the message types that a raw socket does not want.
import { badType, integer } from '../../errors/arguments';
import { array, u32 } from '../../structs';
import { icmp_filter, icmp6_filter } from '../../structs/inet';
import type { Codec } from '../row';

/** ICMP types that are kept out, as numbers; [] lets all in. */
export type IcmpTypes = readonly number[];

function filter(
  { name, size }: typeof icmp_filter | typeof icmp6_filter,
  types: number,
  sample: IcmpTypes,
): Codec<number[], IcmpTypes> {
  return {
    type: `types kept out, 0 … ${types - 1} (struct ${name})`,
    size,
    sample,
    decode(bytes) {
      const words = array(u32, bytes.length >> 2).read(bytes, 0);
      return Array.from({ length: words.length * 32 }, (_, type) => type).filter(
        (type) => (words[type >> 5] >>> (type & 31)) & 1,
      );
    },
    encode(value, what) {
      if (!Array.isArray(value)) throw badType(what, `an array of types 0 … ${types - 1}`, value);
      const words = new Array<number>(size / 4).fill(0);
      for (const type of value) {
        const bit = integer(`${what}[]`, type, 0, types - 1);
        words[bit >> 5] = (words[bit >> 5] | (1 << (bit & 31))) >>> 0;
      }
      const out = Buffer.alloc(size);
      array(u32, words.length).write(out, 0, words, what);
      return out;
    },
  };
}

export const icmpFilter = filter(icmp_filter, 32, [0]);
export const icmp6Filter = filter(icmp6_filter, 256, [128, 129]);
