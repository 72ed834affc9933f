// The look into netfilter that getsockopt gives: a table's shape, an extension's revision, the
// destination before redirection.
import { decodeAddress } from '../../address';
import type { Address } from '../../address/types';
import { native } from '../../native';
import { array, type Struct, struct, text, u32, wire } from '../../structs';
import { u8 } from '../../structs/fields';
import type { Codec } from '../row';

const getinfo = struct('ipt_getinfo', {
  name: text(32),
  validHooks: u32,
  hookEntry: array(u32, 5),
  underflow: array(u32, 5),
  numEntries: u32,
  size: u32,
});
// The same with the three hooks of arptables; its header stands in the way of others.
const arpGetinfo = wire('arpt_getinfo', {
  name: text(32),
  validHooks: u32,
  hookEntry: array(u32, 3),
  underflow: array(u32, 3),
  numEntries: u32,
  size: u32,
});
export interface IpTableInfo {
  name: string;
  validHooks: number;
  hookEntry: number[];
  underflow: number[];
  numEntries: number;
  size: number;
}
/** The name goes in with the question. */
const tableInfo = (layout: Struct<typeof getinfo.members>): Codec<IpTableInfo, never> => ({
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
export const ipTableInfo = tableInfo(getinfo);
export const arpTableInfo = tableInfo(arpGetinfo);

const getRevision = struct('xt_get_revision', { name: text(29), revision: u8 });
export const revision = (name: string): Codec<{ name: string; revision: number }, never> => ({
  type: 'struct xt_get_revision',
  typedOnly: true,
  size: getRevision.size,
  decode: undefined as never,
  encode: undefined as never,
  get(fd, level, option) {
    const bytes = getRevision.pack({ name });
    const got = native.getsockopt_table(fd, level, option, bytes);
    return got < 0 ? got : { value: getRevision.unpack(bytes) };
  },
});

export const originalDestination = <A extends Address>(size: number): Codec<A, never> => ({
  type: 'address',
  size,
  decode: (bytes) => decodeAddress(Buffer.from(bytes), bytes.length) as A,
  encode: undefined as never,
});
