// What a capture's socket lets in: the direction, the filter, the snaplen, as one program.

import * as b from '../bpf/bpf';
import { liveProgram } from '../bpf/compile';
import * as c from '../constants';
import { ARPHRD_LOOPBACK } from '../constants';
import { interfaces } from '../names';
import type { BpfInstruction, BpfProgram } from '../options/types';
import { MAXIMUM_SNAPLEN, SLL2 } from '../packet';

export type Direction = 'in' | 'out' | 'inout';

/** An interface as its socket knows it. */
export interface Port {
  /** '' is every interface. */
  device: string;
  hatype: number;
  linktype: number;
  cooked: boolean;
}

const OUTGOING = 4; // PACKET_OUTGOING
const load = (what: number): BpfInstruction => ({
  code: 0x20,
  jt: 0,
  jf: 0,
  k: (c.SKF_AD_OFF + what) >>> 0,
});
const jeq = (k: number, jt: number, jf: number): BpfInstruction => ({ code: 0x15, jt, jf, k });
const ret = (k: number): BpfInstruction => ({ code: 0x06, jt: 0, jf: 0, k });
/** A starts at 0 in every program. */
const CLEAR: BpfInstruction = { code: 0x00, jt: 0, jf: 0, k: 0 };

/** Accepts nothing. */
export const NOTHING: readonly BpfInstruction[] = [ret(0)];

const loopback = (): number =>
  interfaces().find(({ flags }) => flags.includes('LOOPBACK'))?.index ?? 1;

/** Packets on loopback pass their socket twice, going out and coming in: they are wanted once. */
function directionPrelude(direction: Direction, { device, hatype }: Port): BpfInstruction[] {
  if (direction === 'out') return [load(c.SKF_AD_PKTTYPE), jeq(OUTGOING, 1, 0), ret(0), CLEAR];
  if (direction === 'in' || hatype === ARPHRD_LOOPBACK)
    return [load(c.SKF_AD_PKTTYPE), jeq(OUTGOING, 0, 1), ret(0), CLEAR];
  if (device === '')
    return [
      load(c.SKF_AD_PKTTYPE),
      jeq(OUTGOING, 0, 3),
      load(c.SKF_AD_IFINDEX),
      jeq(loopback(), 0, 1),
      ret(0),
      CLEAR,
    ];
  return [];
}

/**
 * The program that a socket of this interface is given; null where it is to take everything, whole.
 * `snaplen` counts the cooked header.
 */
export function socketProgram(
  port: Port,
  filter: string | BpfProgram | null,
  direction: Direction,
  snaplen: number,
): BpfInstruction[] | null {
  const keep = Math.max(port.cooked ? snaplen - SLL2.size : snaplen, 1);
  const prelude = directionPrelude(direction, port);
  if ((filter === null || filter === '') && prelude.length === 0 && snaplen >= MAXIMUM_SNAPLEN)
    return null;
  const target = {
    device: port.device === '' ? 'any' : port.device,
    linktype: port.linktype,
    cooked: port.cooked,
    snaplen,
  };
  const body =
    filter === null || filter === ''
      ? [ret(keep)]
      : liveProgram(filter, target).map((one) => clip(one, keep));
  return [...prelude, ...body];
}

/** `ret k` is how much of a frame is kept. */
function clip(one: BpfInstruction, keep: number): BpfInstruction {
  return b.classOf(one.code) === b.RET && (one.code & 0x18) === 0 && one.k > keep
    ? { ...one, k: keep }
    : one;
}
