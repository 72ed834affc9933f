// What getsockopt returns about netfilter: a table's shape, an extension's revision.
import { array, text, u8, u32 } from './fields';
import { struct, wire } from './struct';

export const ipt_getinfo = struct('ipt_getinfo', {
  name: text(32),
  validHooks: u32,
  hookEntry: array(u32, 5),
  underflow: array(u32, 5),
  numEntries: u32,
  size: u32,
});
/** The same with the three hooks of arptables; no layout: its header clashes with others. */
export const arpt_getinfo = wire('arpt_getinfo', {
  name: text(32),
  validHooks: u32,
  hookEntry: array(u32, 3),
  underflow: array(u32, 3),
  numEntries: u32,
  size: u32,
});
export const xt_get_revision = struct('xt_get_revision', { name: text(29), revision: u8 });
