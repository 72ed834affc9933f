// Classic BPF run here: what a program returns for a frame. As in the kernel, a load past the end
// returns 0; jumps back, which the kernel refuses, are run up to a limit.
import { type Bytes, toBytes } from '../bytes';
import * as c from '../constants';
import { badRange } from '../errors/arguments';
import type { BpfInstruction, BpfProgram } from '../options/types';
import * as b from './bpf';
import { BY_CODE, instructionsOf, MISC, modeOf, SCRATCH, sizeOf } from './bpf';

/**
 * What the kernel keeps beside the frame's bytes: SKF_AD_ numbers to values. A program that loads
 * `protocol`, `pkttype`, `ifindex`, `hatype` or `mark` where it was not given is refused; without
 * `vlan` there is no tag.
 */
export interface FrameMetadata {
  /** Bytes on the wire: what `len` loads. The frame's own length where it is left out. */
  len?: number;
  /** ETH_P_, host order. */
  protocol?: number;
  /** PACKET_HOST is 0, PACKET_OUTGOING 4. */
  pkttype?: number;
  ifindex?: number;
  hatype?: number;
  mark?: number;
  /** The VLAN tag that the kernel holds apart from the frame. */
  vlan?: number;
  vlanTpid?: number;
}

const AD = c.SKF_AD_OFF >>> 0;
const NET = c.SKF_NET_OFF >>> 0;
const LL = c.SKF_LL_OFF >>> 0;

/**
 * Refuses what the kernel would refuse: unknown instructions, jumps past the end, no ret at the
 * end, scratch out of range, division by 0.
 */
function check(program: BpfProgram): BpfInstruction[] {
  const list = instructionsOf(program);
  list.forEach(({ code, jt, jf, k }, i) => {
    const known = BY_CODE.get(code);
    if (known === undefined)
      throw badRange(`program[${i}].code`, 'an instruction of classic BPF', code);
    const reach =
      known.form === 'jump' ? k | 0 : known.form.startsWith('if') ? Math.max(jt, jf) : 0;
    const next = i + 1 + reach;
    if ((next < 0 || next >= list.length) && b.classOf(code) !== b.RET)
      throw badRange(`program[${i}]`, 'followed by an instruction, wherever it goes', code);
    if (known.form === 'M[k]' && k >= SCRATCH)
      throw badRange(`program[${i}].k`, `0 … ${SCRATCH - 1}`, k);
    if (/^(div|mod) #k$/.test(`${known.name} ${known.form}`) && k === 0)
      throw badRange(`program[${i}].k`, 'another divisor than 0', k);
  });
  return list;
}

/** Instructions that a program may run for one frame. */
const MOST_STEPS = 1 << 20;

/**
 * How many bytes of the frame the program accepts; 0 is "no match". RangeError where it loads
 * metadata that was not given, or does not end.
 */
export function matches(program: BpfProgram, frame: Bytes, metadata: FrameMetadata = {}): number {
  return run(check(program), toBytes(frame, 'frame'), metadata);
}

/** matches() with a program that is checked once. */
export function matcher(
  program: BpfProgram,
): (frame: Uint8Array, metadata: FrameMetadata) => number {
  const list = check(program);
  return (frame, metadata) => run(list, frame, metadata);
}

function run(list: readonly BpfInstruction[], bytes: Uint8Array, metadata: FrameMetadata): number {
  const scratch = new Uint32Array(SCRATCH);
  let steps = 0;
  const length = metadata.len ?? bytes.length;
  let a = 0;
  let x = 0;
  for (let pc = 0; ; pc++) {
    const { code, jt, jf, k } = list[pc];
    switch (b.classOf(code)) {
      case b.LD:
      case b.LDX: {
        const value = load(code, k, x);
        if (value === undefined) return 0;
        if (b.classOf(code) === b.LD) a = value;
        else x = value;
        break;
      }
      case b.ST:
        scratch[k] = a;
        break;
      case b.STX:
        scratch[k] = x;
        break;
      case b.ALU: {
        const by = code & 8 ? x : k;
        if ((code & 0xf0) === 0x30 || (code & 0xf0) === 0x90) {
          if (by === 0) return 0;
        }
        a = compute(code & 0xf0, a, by);
        break;
      }
      case b.JMP: {
        if (code === b.JA) {
          pc += k | 0;
          if ((steps += list.length) > MOST_STEPS)
            throw badRange('the program', `done after ${MOST_STEPS} instructions`, 'running');
        } else pc += decide(code & 0xf0, a, code & 8 ? x : k) ? jt : jf;
        break;
      }
      case b.RET:
        return code & 0x10 ? a : k;
      case MISC:
        if (code === 0x07) x = a;
        else a = x;
    }
  }

  function load(code: number, k: number, index: number): number | undefined {
    switch (modeOf(code)) {
      case b.IMM:
        return k;
      case b.LEN:
        return length;
      case b.MEM:
        return scratch[k];
      case b.MSH: {
        const byte = at(k, 1);
        return byte === undefined ? undefined : (byte & 0xf) * 4;
      }
      case b.IND:
        return at((k + index) >>> 0, sizeOf(code));
      default:
        return (k >= AD ? beside(k - AD, metadata) : undefined) ?? at(k, sizeOf(code));
    }
  }

  function at(offset: number, size: number): number | undefined {
    // SKF_LL_OFF counts from the link header, which is where the frame begins; where SKF_NET_OFF
    // counts from, bytes do not tell.
    const from = offset >= LL && offset < NET ? offset - LL : offset;
    if (from + size > bytes.length) return undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + bytes[from + i];
    return value;
  }
}

function known(value: number | undefined, name: string): number {
  if (value === undefined)
    throw badRange(
      `matches: metadata.${name}`,
      'given: the program loads what the kernel keeps beside a frame',
      undefined,
    );
  return value;
}

/** The metadata's value; undefined for a number that stands for none. */
function beside(which: number, m: FrameMetadata): number | undefined {
  switch (which) {
    case c.SKF_AD_PROTOCOL:
      return known(m.protocol, 'protocol');
    case c.SKF_AD_PKTTYPE:
      return known(m.pkttype, 'pkttype');
    case c.SKF_AD_IFINDEX:
      return known(m.ifindex, 'ifindex');
    case c.SKF_AD_HATYPE:
      return known(m.hatype, 'hatype');
    case c.SKF_AD_MARK:
      return known(m.mark, 'mark');
    case c.SKF_AD_VLAN_TAG:
      return m.vlan ?? 0;
    case c.SKF_AD_VLAN_TAG_PRESENT:
      return m.vlan === undefined ? 0 : 1;
    case c.SKF_AD_VLAN_TPID:
      return m.vlanTpid ?? 0;
    case c.SKF_AD_QUEUE:
    case c.SKF_AD_RXHASH:
    case c.SKF_AD_CPU:
    case c.SKF_AD_RANDOM:
    case c.SKF_AD_PAY_OFFSET:
      return 0;
    default:
      return undefined;
  }
}

function compute(operation: number, a: number, by: number): number {
  switch (operation) {
    case 0x00:
      return (a + by) >>> 0;
    case 0x10:
      return (a - by) >>> 0;
    case 0x20:
      return Math.imul(a, by) >>> 0;
    case 0x30:
      return Math.floor(a / by);
    case 0x40:
      return (a | by) >>> 0;
    case 0x50:
      return (a & by) >>> 0;
    case 0x60:
      return by > 31 ? 0 : (a << by) >>> 0;
    case 0x70:
      return by > 31 ? 0 : a >>> by;
    case 0x80:
      return -a >>> 0;
    case 0x90:
      return a % by;
    default:
      return (a ^ by) >>> 0;
  }
}

function decide(operation: number, a: number, by: number): boolean {
  switch (operation) {
    case 0x10:
      return a === by;
    case 0x20:
      return a > by;
    case 0x30:
      return a >= by;
    default:
      return (a & by) !== 0;
  }
}
