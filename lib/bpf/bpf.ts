// Classic BPF by number and by name: the one table behind assembling, disassembling, checking and
// running (linux/filter.h, bpf(4)).

import { badRange, badType } from '../errors/arguments';
import type { BpfInstruction, BpfProgram } from '../options/types';

/** `ja`, the jump that has a 32-bit offset and may lead back. */
export const JA = 0x05;
/** Classes. */
export const LD = 0;
export const LDX = 1;
export const ST = 2;
export const STX = 3;
export const ALU = 4;
export const JMP = 5;
export const RET = 6;
export const MISC = 7;
/** Modes of loads. */
export const IMM = 0x00;
export const ABS = 0x20;
export const IND = 0x40;
export const MEM = 0x60;
export const LEN = 0x80;
export const MSH = 0xa0;

export const classOf = (code: number): number => code & 7;
export const modeOf = (code: number): number => code & 0xe0;
export const sizeOf = (code: number): number =>
  (code & 0x18) === 0 ? 4 : (code & 0x18) === 8 ? 2 : 1;

/** BPF_MEMWORDS: the words of scratch memory. */
export const SCRATCH = 16;
/** BPF_MAXINSNS. */
export const LONGEST = 4096;

/** How an instruction's operands are written: `k` is the constant, jumps name their targets. */
export type Form =
  | 'none'
  | '#k'
  | '[k]'
  | '[x+k]'
  | 'M[k]'
  | '4*([k]&0xf)'
  | 'len'
  | 'x'
  | 'a'
  | 'jump'
  | 'if #k'
  | 'if x';

/** Every instruction that the kernel takes from a classic program. */
export const INSTRUCTIONS: readonly (readonly [code: number, name: string, form: Form])[] = [
  [0x00, 'ld', '#k'],
  [0x20, 'ld', '[k]'],
  [0x28, 'ldh', '[k]'],
  [0x30, 'ldb', '[k]'],
  [0x40, 'ld', '[x+k]'],
  [0x48, 'ldh', '[x+k]'],
  [0x50, 'ldb', '[x+k]'],
  [0x60, 'ld', 'M[k]'],
  [0x80, 'ld', 'len'],
  [0x01, 'ldx', '#k'],
  [0x61, 'ldx', 'M[k]'],
  [0x81, 'ldx', 'len'],
  [0xb1, 'ldxb', '4*([k]&0xf)'],
  [0x02, 'st', 'M[k]'],
  [0x03, 'stx', 'M[k]'],
  ...(['add', 'sub', 'mul', 'div', 'or', 'and', 'lsh', 'rsh'] as const).flatMap(
    (name, i): [number, string, Form][] => [
      [0x04 | (i << 4), name, '#k'],
      [0x0c | (i << 4), name, 'x'],
    ],
  ),
  [0x84, 'neg', 'none'],
  [0x94, 'mod', '#k'],
  [0x9c, 'mod', 'x'],
  [0xa4, 'xor', '#k'],
  [0xac, 'xor', 'x'],
  [0x05, 'ja', 'jump'],
  [0x15, 'jeq', 'if #k'],
  [0x1d, 'jeq', 'if x'],
  [0x25, 'jgt', 'if #k'],
  [0x2d, 'jgt', 'if x'],
  [0x35, 'jge', 'if #k'],
  [0x3d, 'jge', 'if x'],
  [0x45, 'jset', 'if #k'],
  [0x4d, 'jset', 'if x'],
  [0x06, 'ret', '#k'],
  [0x16, 'ret', 'a'],
  [0x07, 'tax', 'none'],
  [0x87, 'txa', 'none'],
];

export const BY_CODE: ReadonlyMap<number, { name: string; form: Form }> = new Map(
  INSTRUCTIONS.map(([code, name, form]) => [code, { name, form }]),
);
export const CODES: ReadonlyMap<string, number> = new Map(
  INSTRUCTIONS.map(([code, name, form]) => [`${name} ${form}`, code]),
);

function field(value: unknown, what: string, most: number): number {
  if (typeof value !== 'number') throw badType(what, 'a number', value);
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw badRange(what, `0 … ${most}`, value);
  return value;
}

/** The instructions of a program, or of its bytes, each checked to be one. */
export function instructionsOf(program: BpfProgram, what = 'program'): BpfInstruction[] {
  if (program instanceof Uint8Array) {
    if (program.length === 0 || program.length % 8 !== 0)
      throw badRange(what, 'whole instructions of 8 bytes', program.length);
    const view = new DataView(program.buffer, program.byteOffset, program.length);
    return Array.from({ length: program.length / 8 }, (_, i) => ({
      code: view.getUint16(8 * i, true),
      jt: view.getUint8(8 * i + 2),
      jf: view.getUint8(8 * i + 3),
      k: view.getUint32(8 * i + 4, true),
    }));
  }
  if (!Array.isArray(program))
    throw badType(
      what,
      'an array of { code, jt, jf, k }, or the bytes of such instructions',
      program,
    );
  if (program.length === 0 || program.length > LONGEST)
    throw badRange(what, `1 … ${LONGEST} instructions`, program.length);
  return (program as readonly BpfInstruction[]).map((one, i) => {
    if (typeof one !== 'object' || one === null)
      throw badType(`${what}[${i}]`, '{ code, jt, jf, k }', one);
    const { code, jt = 0, jf = 0, k = 0 } = one;
    return {
      code: field(code, `${what}[${i}].code`, 0xffff),
      jt: field(jt, `${what}[${i}].jt`, 0xff),
      jf: field(jf, `${what}[${i}].jf`, 0xff),
      k: field(k, `${what}[${i}].k`, 0xffffffff),
    };
  });
}

/**
 * What `tcpdump -ddd` prints: the count, then `code jt jf k` in decimal, one a line. Null for what
 * is no such text.
 */
export function parseDdd(text: string): BpfInstruction[] | null {
  const numbers = text.trim();
  if (!/^\d+\s*[\n,]\s*\d+\s+\d+\s+\d+\s+\d+/.test(numbers)) return null;
  const [count, ...rows] = numbers.split(/\s*[\n,]\s*/).filter((row) => row !== '');
  const program = rows.map((row, i) => {
    const parts = row.split(/\s+/);
    if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part)))
      throw badRange(`line ${i + 2} of the program`, "four numbers: 'code jt jf k'", row);
    const [code, jt, jf, k] = parts.map(Number);
    return { code, jt, jf, k };
  });
  if (program.length !== Number(count))
    throw badRange('the program', `${count} instructions, as its first line says`, program.length);
  return instructionsOf(program);
}
