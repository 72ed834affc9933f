// The state of a TCP connection under repair: what was agreed on, its window, its authentication.
import { struct, u32 } from '../../structs';
import { badType, integer } from '../../structs/refuse';
import type { Codec } from '../row';
import { record } from './records';

/** TCPOPT_*: 2 is MSS, 3 window scale, 4 SACK permitted, 8 timestamps. */
export interface RepairOption {
  code: number;
  value: number;
}
const repairOpt = struct('tcp_repair_opt', { code: u32, val: u32 }, 'opt_');
export const repairOptions: Codec<never, readonly RepairOption[]> = {
  type: '{ code, value }[] (struct tcp_repair_opt)',
  size: repairOpt.size,
  sample: [{ code: 2, value: 1000 }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { code, value }', value);
    const out = Buffer.alloc(value.length * repairOpt.size);
    value.forEach((one: RepairOption, i) => {
      const code = integer(`${what}[${i}].code`, one?.code, 0, 0xffffffff);
      repairOpt.packInto(out, i * repairOpt.size, {
        code,
        val: integer(`${what}[${i}].value`, one.value, 0, 0xffffffff),
      });
    });
    return out;
  },
};
export const repairWindow = record(
  struct('tcp_repair_window', {
    sndWl1: u32,
    sndWnd: u32,
    maxWindow: u32,
    rcvWnd: u32,
    rcvWup: u32,
  }),
);
export const aoRepair = record(
  struct('tcp_ao_repair', { sntIsn: u32, rcvIsn: u32, sndSne: u32, rcvSne: u32 }),
  {},
);
