// Classic BPF as tcpdump -d, -dd and -ddd print it: for people, for C, and as numbers.
import * as c from '../constants';
import type { BpfInstruction, BpfProgram } from '../options/types';
import { BY_CODE, instructionsOf } from './bpf';

/** libpcap's names of what the kernel keeps beside the packet. */
const METADATA: Readonly<Record<number, string>> = {
  [c.SKF_AD_PROTOCOL]: 'proto',
  [c.SKF_AD_PKTTYPE]: 'type',
  [c.SKF_AD_IFINDEX]: 'ifidx',
  [c.SKF_AD_MARK]: 'mark',
  [c.SKF_AD_QUEUE]: 'queue',
  [c.SKF_AD_HATYPE]: 'hatype',
  [c.SKF_AD_RXHASH]: 'rxhash',
  [c.SKF_AD_CPU]: 'cpu',
  [c.SKF_AD_VLAN_TAG]: 'vlan_tci',
  [c.SKF_AD_VLAN_TAG_PRESENT]: 'vlanp',
  [c.SKF_AD_VLAN_TPID]: 'vlan_tpid',
};
const AD = c.SKF_AD_OFF >>> 0;
/** Operations whose constant is a mask, and printed in hex. */
const HEX = new Set(['and', 'or', 'xor', 'jeq', 'jgt', 'jge', 'jset']);

const constant = (name: string, k: number): string =>
  HEX.has(name) || name === 'ld' || name === 'ldx' ? `#0x${k.toString(16)}` : `#${k | 0}`;

function row({ code, jt, jf, k }: BpfInstruction, n: number): string {
  const number = `(${String(n).padStart(3, '0')})`;
  const known = BY_CODE.get(code);
  if (known === undefined) return `${number} unimp    0x${code.toString(16)}`;
  const { name, form } = known;
  const operation = name.padEnd(8);
  const line = (operand: string): string => `${number} ${operation} ${operand}`;
  switch (form) {
    case 'none':
    case 'a':
      return line('');
    case '#k':
      return line(name === 'ret' ? `#${k | 0}` : constant(name, k));
    case '[k]':
      return line(`[${k >= AD ? (METADATA[k - AD] ?? String(k | 0)) : k}]`);
    case '[x+k]':
      return line(`[x + ${k | 0}]`);
    case 'M[k]':
      return line(`M[${k}]`);
    case '4*([k]&0xf)':
      return line(`4*([${k | 0}]&0xf)`);
    case 'len':
      return line('#pktlen');
    case 'x':
      return line('x');
    case 'jump':
      return line(String(n + 1 + (k | 0)));
    default: {
      const operand = form === 'if x' ? 'x' : constant(name, k);
      return `${number} ${operation} ${operand.padEnd(16)} jt ${n + 1 + jt}\tjf ${n + 1 + jf}`;
    }
  }
}

/** `form` is how many -d were given; lines without an end. */
export function image(program: BpfProgram, form: 1 | 2 | 3): string {
  const list = instructionsOf(program);
  if (form === 1) return list.map(row).join('\n');
  if (form === 2)
    return list
      .map(
        ({ code, jt, jf, k }) =>
          `{ 0x${code.toString(16)}, ${jt}, ${jf}, 0x${k.toString(16).padStart(8, '0')} },`,
      )
      .join('\n');
  return [list.length, ...list.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)].join('\n');
}
