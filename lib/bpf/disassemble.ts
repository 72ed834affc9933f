// Classic BPF as text: `ldh [12]`, `jeq #0x800, L4, L9`; the form that assemble() reads, and near
// to bpf_dbg's and bpfc's.

import { badRange } from '../errors/arguments';
import type { BpfProgram } from '../options/types';
import { BY_CODE, instructionsOf } from './bpf';

const hex = (k: number): string => `0x${k.toString(16)}`;
/**
 * Loads below this offset read the packet's metadata (SKF_AD_OFF, SKF_NET_OFF, SKF_LL_OFF): they
 * read best as negative numbers.
 */
const place = (k: number): string => String(k >= 0xffe00000 ? k - 0x100000000 : k);

/**
 * The program's text, one instruction a line, targets of jumps as labels. RangeError for an
 * instruction that there is none of, or a jump past the end.
 */
export function disassemble(program: BpfProgram): string {
  const list = instructionsOf(program);
  const targets = new Set<number>();
  const target = (at: number, from: number): string => {
    if (at < 0 || at >= list.length)
      throw badRange(
        `program[${from}]`,
        `a jump to an instruction of the program (${list.length})`,
        at,
      );
    targets.add(at);
    return `L${at}`;
  };
  const lines = list.map(({ code, jt, jf, k }, i) => {
    const known = BY_CODE.get(code);
    if (known === undefined)
      throw badRange(`program[${i}].code`, 'an instruction of classic BPF', code);
    const { name, form } = known;
    switch (form) {
      case 'none':
        return name;
      case '#k':
        return `${name} #${hex(k)}`;
      case '[k]':
        return `${name} [${place(k)}]`;
      case '[x+k]':
        return `${name} [x + ${place(k)}]`;
      case 'M[k]':
        return `${name} M[${k}]`;
      case '4*([k]&0xf)':
        return `${name} 4*([${place(k)}]&0xf)`;
      case 'len':
      case 'x':
      case 'a':
        return `${name} ${form}`;
      case 'jump':
        return `${name} ${target(i + 1 + (k | 0), i)}`;
      default:
        return `${name} ${form === 'if x' ? 'x' : `#${hex(k)}`}, ${target(i + 1 + jt, i)}, ${target(i + 1 + jf, i)}`;
    }
  });
  const width = Math.max(...[...targets].map((at) => `L${at}: `.length), 0);
  return lines
    .map((line, i) => `${(targets.has(i) ? `L${i}:` : '').padEnd(width)}${line}`)
    .join('\n');
}
