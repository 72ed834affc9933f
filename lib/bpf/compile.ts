// pcap-filter(7) to classic BPF, by the system's libpcap: for frames at rest (compile), and for
// what a socket of an interface is to let in (liveProgram).

import { SKF_AD_IFINDEX, SKF_AD_OFF, SKF_AD_PKTTYPE, SKF_AD_PROTOCOL } from '../constants';
import { check, isErrno, socketError } from '../errors';
import { native } from '../native';
import type { BpfInstruction, BpfProgram } from '../options/types';
import { LINKTYPE_ETHERNET, MAXIMUM_SNAPLEN, SLL2 } from '../packet';
import { dltOf } from '../pcap/linktype';
import { badRange, badType, integer } from '../structs';
import * as b from './bpf';
import { instructionsOf, parseDdd } from './bpf';

const ABSENT =
  'filter expressions are compiled by libpcap, which is not installed: apt-get install libpcap0.8 (Fedora: dnf install libpcap, Alpine: apk add libpcap); instructions (assemble(), tcpdump -ddd) work without it';

/** What a filter expression was refused for. `code` is ERR_INVALID_FILTER. */
function badFilter(expression: string, why: string): Error {
  return Object.assign(new SyntaxError(`filter '${expression}': ${why}`), {
    code: 'ERR_INVALID_FILTER',
  });
}

const said = (message: Buffer): string => message.toString('utf8', 0, message.indexOf(0));

interface Question {
  expression: string;
  device: string | null;
  linktype: number;
  snaplen: number;
  optimize: boolean;
}

/** The program, or the -errno of a device that cannot be asked. */
function ask({
  expression,
  device,
  linktype,
  snaplen,
  optimize,
}: Question): BpfInstruction[] | number {
  const message = Buffer.alloc(512);
  let room = Buffer.alloc(8 * 256);
  for (;;) {
    const count = native.pcap_compile(
      expression,
      device,
      dltOf(linktype),
      snaplen,
      optimize ? 1 : 0,
      room,
      message,
    );
    if (isErrno({ errno: count }, 'EBADMSG')) throw badFilter(expression, said(message));
    if (isErrno({ errno: count }, 'ELIBACC')) throw socketError(count, 'dlopen', { hint: ABSENT });
    if (count < 0) return device === null ? check(count, 'pcap_compile') : count;
    if (count === 0) throw badFilter(expression, 'it compiles to nothing');
    if (8 * count <= room.length) return instructionsOf(room.subarray(0, 8 * count));
    room = Buffer.alloc(8 * count);
  }
}

function expressionOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw badType(what, 'a pcap-filter(7) expression', value);
  if (value.includes('\0')) throw badRange(what, 'without a NUL byte', value);
  return value;
}

/**
 * pcap_compile(3PCAP) for frames at rest: `compile('tcp port 80 and host 10.0.0.1')`. `linktype` is
 * a LINKTYPE_ (Ethernet unless said), `snaplen` the bytes that a match keeps. SyntaxError
 * (ERR_INVALID_FILTER) in libpcap's words for what it does not understand; ELIBACC, and what to
 * install, where the system has no libpcap.
 */
export function compile(
  expr: string,
  o: { linktype?: number; snaplen?: number; optimize?: boolean } = {},
): BpfInstruction[] {
  const expression = expressionOf(expr, 'compile: expr');
  const { linktype = LINKTYPE_ETHERNET, snaplen = MAXIMUM_SNAPLEN, optimize = true } = o;
  integer('compile: linktype', linktype, 0, 0xffff);
  integer('compile: snaplen', snaplen, 1, 0x7fffffff);
  return ask({ expression, device: null, linktype, snaplen, optimize }) as BpfInstruction[];
}

/**
 * Words whose code differs on a live interface, where the kernel keeps VLAN tag, direction and
 * interface beside the frame.
 */
const LIVE_WORDS = /\b(vlan|inbound|outbound|in|out|ifindex|ifname|on)\b/i;

/**
 * The device that libpcap has to ask: `null` where there is no interface to ask (a socket made
 * elsewhere).
 */
export interface LiveTarget {
  device: string | null;
  linktype: number;
  cooked: boolean;
  snaplen: number;
}

/**
 * What SO_ATTACH_FILTER takes for a filter of an interface: an expression compiled as for a live
 * capture there, `tcpdump -ddd` text, or instructions. Where the interface cannot be asked
 * (privileges, down), an expression that would mean something else without it is refused.
 */
export function liveProgram(filter: string | BpfProgram, target: LiveTarget): BpfInstruction[] {
  if (typeof filter !== 'string') return instructionsOf(filter, 'filter');
  const given = parseDdd(filter);
  if (given !== null) return given;
  const question = {
    expression: expressionOf(filter, 'filter'),
    linktype: target.linktype,
    snaplen: target.snaplen,
    optimize: true,
  };
  const live = target.device === null ? 0 : ask({ ...question, device: target.device });
  let program = live;
  if (typeof program === 'number') {
    if (LIVE_WORDS.test(filter)) {
      const why = program === 0 ? '' : ` (${socketError(program, 'pcap_activate').message})`;
      throw badFilter(
        filter,
        `its code depends on the interface ${target.device ?? ''}, which libpcap cannot open${why}: VLAN tags and directions are kept beside the frame there`,
      );
    }
    program = ask({ ...question, device: null }) as BpfInstruction[];
  }
  return target.cooked ? beneathHeader(program, filter) : program;
}

/**
 * Where the fields of a LINKTYPE_LINUX_SLL2 header are for the kernel's filter, which sees the
 * packet without one.
 */
const COOKED_FIELDS: Readonly<Record<number, number>> = {
  [SLL2.offsets.protocol]: SKF_AD_PROTOCOL,
  [SLL2.offsets.ifindex]: SKF_AD_IFINDEX,
  [SLL2.offsets.pkttype]: SKF_AD_PKTTYPE,
};

/** The same program for a socket whose packets begin behind the cooked header. */
function beneathHeader(program: readonly BpfInstruction[], filter: string): BpfInstruction[] {
  return program.map((one) => {
    const mode = b.modeOf(one.code);
    const loads =
      b.classOf(one.code) === b.LD
        ? mode === b.ABS || mode === b.IND
        : b.classOf(one.code) === b.LDX && mode === b.MSH;
    if (!loads || one.k >= SKF_AD_OFF >>> 0) return one;
    if (one.k >= SLL2.size) return { ...one, k: one.k - SLL2.size };
    const field = COOKED_FIELDS[one.k];
    if (field === undefined || mode !== b.ABS)
      throw badFilter(
        filter,
        `it looks at byte ${one.k} of the cooked header, which the kernel's filter cannot see`,
      );
    return { ...one, k: (SKF_AD_OFF + field) >>> 0 };
  });
}
