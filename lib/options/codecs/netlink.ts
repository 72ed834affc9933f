// NETLINK_LIST_MEMBERSHIPS: a bitmap of groups, as long as the family has groups.
import { array, u32 } from '../../structs';
import type { Codec } from '../row';

/** Group numbers, from 1. */
export const memberships: Codec<number[], never> = {
  type: 'group numbers (u32[])',
  size: 64,
  decode(bytes) {
    const words = array(u32, bytes.length >> 2).read(bytes, 0);
    return words.flatMap((word, i) =>
      Array.from({ length: 32 }, (_, bit) => ((word >>> bit) & 1 ? i * 32 + bit + 1 : 0)).filter(
        (group) => group > 0,
      ),
    );
  },
  encode: undefined as never,
};
