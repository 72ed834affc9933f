// Text to classic BPF: what disassemble() prints, with labels of any name and comments (; or //).

import * as c from '../constants';
import { badRange, badType } from '../errors/arguments';
import type { BpfInstruction } from '../options/types';
import { CODES, type Form, JA, LONGEST, SCRATCH } from './bpf';

/** What the kernel knows beside the packet (SKF_AD_): loaded with `ld`, whatever the size. */
const METADATA: Readonly<Record<string, number>> = {
  proto: c.SKF_AD_PROTOCOL,
  type: c.SKF_AD_PKTTYPE,
  ifidx: c.SKF_AD_IFINDEX,
  mark: c.SKF_AD_MARK,
  queue: c.SKF_AD_QUEUE,
  hatype: c.SKF_AD_HATYPE,
  rxhash: c.SKF_AD_RXHASH,
  cpu: c.SKF_AD_CPU,
  vlan_tci: c.SKF_AD_VLAN_TAG,
  vlan_avail: c.SKF_AD_VLAN_TAG_PRESENT,
  vlan_tpid: c.SKF_AD_VLAN_TPID,
  poff: c.SKF_AD_PAY_OFFSET,
  rand: c.SKF_AD_RANDOM,
};

const NUMBER = '(-?(?:0x[0-9a-f]+|\\d+))';
/** How operands look, in the order that they are tried. */
const OPERANDS: readonly (readonly [pattern: RegExp, form: Form])[] = [
  [new RegExp(`^#${NUMBER}$`, 'i'), '#k'],
  [new RegExp(`^4 ?\\* ?\\( ?\\[ ?${NUMBER} ?\\] ?& ?0xf ?\\)$`, 'i'), '4*([k]&0xf)'],
  [new RegExp(`^\\[ ?${NUMBER} ?\\]$`, 'i'), '[k]'],
  [new RegExp(`^\\[ ?%?x ?\\+ ?${NUMBER} ?\\]$`, 'i'), '[x+k]'],
  [new RegExp(`^m\\[ ?${NUMBER} ?\\]$`, 'i'), 'M[k]'],
  [/^#?len$/i, 'len'],
  [/^#?pktlen$/i, 'len'],
  [/^%?x$/i, 'x'],
  [/^%?a$/i, 'a'],
];

/** Of a line, numbered from 1: what is wrong with it. */
const wrong = (line: number, expected: string, got: string): RangeError =>
  badRange(`line ${line} of the program`, expected, got);

interface Line {
  readonly number: number;
  readonly text: string;
  readonly name: string;
  readonly operands: readonly string[];
}

/** bpfc's text to instructions. RangeError names the line. */
export function assemble(text: string): BpfInstruction[] {
  if (typeof text !== 'string') throw badType('assemble: text', 'a string', text);
  const labels = new Map<string, number>();
  const lines = linesOf(text, labels);
  if (lines.length === 0 || lines.length > LONGEST)
    throw badRange('the program', `1 … ${LONGEST} instructions`, lines.length);
  return lines.map((line, i) => encode(line, i, lines.length, labels));
}

function linesOf(text: string, labels: Map<string, number>): Line[] {
  const lines: Line[] = [];
  text.split('\n').forEach((raw, i) => {
    let rest = raw.replace(/(;|\/\/).*$/, '').trim();
    for (
      let label = /^([a-z_]\w*)\s*:\s*/i.exec(rest);
      label;
      label = /^([a-z_]\w*)\s*:\s*/i.exec(rest)
    ) {
      if (labels.has(label[1])) throw wrong(i + 1, 'a label that was not given before', label[1]);
      labels.set(label[1], lines.length);
      rest = rest.slice(label[0].length);
    }
    if (rest === '') return;
    const [, name, operands] = /^(\S+)\s*(.*)$/.exec(rest) as unknown as [string, string, string];
    lines.push({
      number: i + 1,
      text: rest,
      name: name.toLowerCase(),
      operands:
        operands === '' ? [] : operands.split(',').map((one) => one.trim().replace(/\s+/g, ' ')),
    });
  });
  return lines;
}

function encode(
  line: Line,
  at: number,
  count: number,
  labels: ReadonlyMap<string, number>,
): BpfInstruction {
  const { name, operands, number } = line;
  const target = (label: string | undefined, back = false): number => {
    if (label === undefined) return 0;
    const to = labels.get(label);
    if (to === undefined) throw wrong(number, 'a label of the program', label);
    if (to <= at && !back)
      throw wrong(number, 'a jump forward: only ja leads back, and never in the kernel', label);
    if (to >= count) throw wrong(number, 'a label with an instruction behind it', label);
    return to - at - 1;
  };
  const short = (label: string | undefined): number => {
    const by = target(label);
    if (by > 0xff)
      throw wrong(number, 'a jump over at most 255 instructions (ja goes farther)', String(label));
    return by;
  };
  if (name === 'ja' || name === 'jmp')
    return { code: JA, jt: 0, jf: 0, k: target(operands[0] ?? '', true) >>> 0 };
  if (operands.length === 0) return { code: codeOf(line, 'none'), jt: 0, jf: 0, k: 0 };
  const { form, k } = operand(line, operands[0]);
  if (/^j/.test(name)) {
    // jne, jlt and jle are jeq, jge and jgt the other way round.
    const negated = { jne: 'jeq', jneq: 'jeq', jlt: 'jge', jle: 'jgt' }[name];
    const code = CODES.get(`${negated ?? name} if ${form}`);
    if (code === undefined) throw wrong(number, 'an instruction of classic BPF', line.text);
    const [yes, no] = [short(operands[1]), short(operands[2])];
    return negated ? { code, jt: no, jf: yes, k } : { code, jt: yes, jf: no, k };
  }
  if (operands.length > 1) throw wrong(number, 'one operand', line.text);
  return { code: codeOf(line, form), jt: 0, jf: 0, k };
}

function codeOf(line: Line, form: Form): number {
  const name = line.name === 'ldi' ? 'ld' : line.name === 'ldxi' ? 'ldx' : line.name;
  const code =
    CODES.get(`${name} ${form}`) ??
    (name === 'ldx' && form === '4*([k]&0xf)' ? CODES.get(`ldxb ${form}`) : undefined);
  if (code === undefined) throw wrong(line.number, 'an instruction of classic BPF', line.text);
  return code;
}

function operand({ number, name }: Line, text: string): { form: Form; k: number } {
  const metadata = METADATA[text.replace(/^#/, '').toLowerCase()];
  if (metadata !== undefined && /^ld[hb]?$/.test(name))
    return { form: '[k]', k: (c.SKF_AD_OFF + metadata) >>> 0 };
  for (const [pattern, form] of OPERANDS) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const value =
      match[1] === undefined
        ? 0
        : match[1].startsWith('-')
          ? -Number(match[1].slice(1))
          : Number(match[1]);
    if (value < -0x80000000 || value > 0xffffffff)
      throw wrong(number, 'a number of 32 bits', match[1]);
    if (form === 'M[k]' && (value < 0 || value >= SCRATCH))
      throw wrong(number, `M[0] … M[${SCRATCH - 1}]`, text);
    return { form, k: value >>> 0 };
  }
  throw wrong(
    number,
    'an operand such as #0x800, [12], [x + 14], M[0], 4*([14]&0xf), len, x',
    text,
  );
}
