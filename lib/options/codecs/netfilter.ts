// The look into netfilter that getsockopt gives: a table's shape, an extension's revision, the
// destination before redirection.
import { decodeAddress } from '../../address';
import type { Address } from '../../address/types';
import { native } from '../../native';
import type { Struct } from '../../structs';
import { arpt_getinfo, ipt_getinfo, xt_get_revision } from '../../structs/netfilter';
import type { Codec } from '../row';

/** struct ipt_getinfo: the shape of a table. */
export interface IpTableInfo {
  name: string;
  validHooks: number;
  hookEntry: number[];
  underflow: number[];
  numEntries: number;
  size: number;
}
/** The name goes in with the question. */
const tableInfo = (layout: Struct<typeof ipt_getinfo.members>): Codec<IpTableInfo, never> => ({
  type: `struct ${layout.name}`,
  typedOnly: true,
  size: layout.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const bytes = layout.pack({ name: 'filter' });
    const got = native.getsockopt_table(fd, level, option, bytes);
    return got < 0 ? got : { value: layout.unpack(bytes) };
  },
});
export const ipTableInfo = tableInfo(ipt_getinfo);
export const arpTableInfo = tableInfo(arpt_getinfo);

export const revision = (name: string): Codec<{ name: string; revision: number }, never> => ({
  type: 'struct xt_get_revision',
  typedOnly: true,
  size: xt_get_revision.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const bytes = xt_get_revision.pack({ name });
    const got = native.getsockopt_table(fd, level, option, bytes);
    return got < 0 ? got : { value: xt_get_revision.unpack(bytes) };
  },
});

export const originalDestination = <A extends Address>(size: number): Codec<A, never> => ({
  type: 'address',
  size,
  decode: (bytes) => decodeAddress(Buffer.from(bytes), bytes.length) as A,
  encode: undefined as never,
});
