// The state of a TCP connection under repair: what was agreed on, its window, its authentication.
import { badType, integer } from '../../errors/arguments';
import { tcp_ao_repair, tcp_repair_opt, tcp_repair_window } from '../../structs/tcp';
import type { Codec } from '../row';
import { record } from './records';

/** TCPOPT_*: 2 is MSS, 3 window scale, 4 SACK permitted, 8 timestamps. */
export interface RepairOption {
  code: number;
  value: number;
}
export const repairOptions: Codec<never, readonly RepairOption[]> = {
  type: '{ code, value }[] (struct tcp_repair_opt)',
  size: tcp_repair_opt.size,
  sample: [{ code: 2, value: 1000 }],
  decode: undefined as never,
  encode(value, what) {
    if (!Array.isArray(value)) throw badType(what, 'an array of { code, value }', value);
    const out = Buffer.alloc(value.length * tcp_repair_opt.size);
    value.forEach((one: RepairOption, i) => {
      const code = integer(`${what}[${i}].code`, one?.code, 0, 0xffffffff);
      tcp_repair_opt.packInto(out, i * tcp_repair_opt.size, {
        code,
        val: integer(`${what}[${i}].value`, one.value, 0, 0xffffffff),
      });
    });
    return out;
  },
};
export const repairWindow = record(tcp_repair_window);
export const aoRepair = record(tcp_ao_repair, {});
