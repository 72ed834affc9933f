// pcap-filter(7) to classic BPF, by the system's libpcap: for frames at rest (compile), and for
// what a socket of an interface is to let in (liveProgram).

import { SKF_AD_IFINDEX, SKF_AD_OFF, SKF_AD_PKTTYPE, SKF_AD_PROTOCOL } from '../constants';
import { check, isErrno, socketError } from '../errors';
import { badRange, badType, integer, membersOf, namesOf } from '../errors/arguments';
import { native } from '../native';
import type { BpfInstruction, BpfProgram } from '../options/types';
import { LINKTYPE_ETHERNET, MAXIMUM_SNAPLEN, SLL2 } from '../packet';
import { dltOf, sameLinktype } from '../pcap/linktype';
import { u16 } from '../structs';
import * as b from './bpf';
import { instructionsOf, JA, LONGEST, parseDdd } from './bpf';

const ABSENT =
  'filter expressions are compiled by libpcap, which is not installed: apt-get install libpcap0.8 (Fedora: dnf install libpcap, Alpine: apk add libpcap); instructions (assemble(), tcpdump -ddd) work without it';

/** What a filter expression was refused for. `code` is ERR_INVALID_FILTER. */
function badFilter(expression: string, why: string): Error {
  return Object.assign(new SyntaxError(`filter '${expression}': ${why}`), {
    code: 'ERR_INVALID_FILTER',
  });
}

const textOf = (message: Buffer): string => message.toString('utf8', 0, message.indexOf(0));

interface Question {
  expression: string;
  device: string | null;
  linktype: number;
  snaplen: number;
  optimize: boolean;
  /** What libpcap compiles for: a capture file of this byte order, or frames with metadata. */
  file: 'LE' | 'BE' | null;
}

const LITTLE = u16.read(Uint8Array.of(1, 0), 0) === 1;
const FILE_SAME = 1;
const FILE_SWAPPED = 2;

const argumentsOf = ({ expression, device, linktype, snaplen, optimize, file }: Question) =>
  [
    expression,
    device,
    file === null ? dltOf(linktype) : sameLinktype(linktype),
    snaplen,
    optimize ? 1 : 0,
    file === null ? 0 : (file === 'LE') === LITTLE ? FILE_SAME : FILE_SWAPPED,
  ] as const;

/** The program, or the -errno of a device that cannot be asked. */
function programOf(
  { expression, device }: Question,
  count: number,
  bytes: Uint8Array,
  reason: string,
): BpfInstruction[] | number {
  if (isErrno({ errno: count }, 'EBADMSG')) throw badFilter(expression, reason);
  if (isErrno({ errno: count }, 'ELIBACC')) throw socketError(count, 'dlopen', { hint: ABSENT });
  if (count < 0) return device === null ? check(count, 'pcap_compile') : count;
  if (count === 0) throw badFilter(expression, 'it compiles to nothing');
  return instructionsOf(Buffer.from(bytes.buffer, bytes.byteOffset, 8 * count));
}

/** More instructions than any expression of so many characters gave yet, in pages not touched. */
const capacityOf = (expression: string): number => Math.max(LONGEST, 16 * expression.length);

function ask(question: Question): BpfInstruction[] | number {
  const message = Buffer.alloc(512);
  const given = argumentsOf(question);
  let program = Buffer.allocUnsafeSlow(8 * capacityOf(question.expression));
  let count = native.pcap_compile(...given, program, message);
  if (8 * count > program.length) {
    program = Buffer.allocUnsafeSlow(8 * count);
    count = native.pcap_compile(...given, program, message);
  }
  return programOf(question, count, program, textOf(message));
}

async function askAsync(question: Question): Promise<BpfInstruction[]> {
  const [count, bytes] = await new Promise<[number, Uint8Array]>((resolve) => {
    const status = native.pcap_compile_async(...argumentsOf(question), (count, bytes) =>
      resolve([count, bytes]),
    );
    if (status < 0) resolve([status, new Uint8Array(0)]);
  });
  const reason = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return programOf(question, count, bytes, reason) as BpfInstruction[];
}

function expressionOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw badType(what, 'a pcap-filter(7) expression', value);
  if (value.includes('\0')) throw badRange(what, 'without a NUL byte', value);
  return value;
}

/** What compile() takes beside the expression. */
export interface CompileOptions {
  /** LINKTYPE_ of the frames: Ethernet. */
  linktype?: number;
  /** Bytes that a match keeps. */
  snaplen?: number;
  optimize?: boolean;
  /** Of the machine that wrote the file: LINKTYPE_NULL headers have it. This machine's. */
  byteOrder?: 'LE' | 'BE';
}

const COMPILE_OPTIONS = namesOf<CompileOptions>({
  linktype: true,
  snaplen: true,
  optimize: true,
  byteOrder: true,
});

function questionOf(expr: string, given: CompileOptions, what: string): Question {
  const o = membersOf(given, what, COMPILE_OPTIONS);
  const expression = expressionOf(expr, `${what}: expr`);
  const { linktype = LINKTYPE_ETHERNET, snaplen = MAXIMUM_SNAPLEN, optimize = true } = o;
  const { byteOrder = LITTLE ? 'LE' : 'BE' } = o;
  if (byteOrder !== 'LE' && byteOrder !== 'BE')
    throw badRange(`${what}: byteOrder`, "'LE', 'BE'", byteOrder);
  return {
    expression,
    device: null,
    linktype: integer(`${what}: linktype`, linktype, 0, 0xffff),
    snaplen: integer(`${what}: snaplen`, snaplen, 1, 0x7fffffff),
    optimize,
    file: byteOrder,
  };
}

/** libpcap's refusal of what a file does not have: direction, interface. */
const isOfLiveFrames = (error: unknown): boolean =>
  /when reading savefiles/.test((error as Error).message);

/**
 * pcap_compile(3PCAP) for frames at rest: `compile('tcp port 80 and host 10.0.0.1')`, the program
 * of `tcpdump -r`. What a file does not keep (`inbound`, `ifindex`) becomes code that loads the
 * kernel's metadata, which matches() is then given. SyntaxError (ERR_INVALID_FILTER) in libpcap's
 * words for what it does not understand; ELIBACC, and what to install, where the system has no
 * libpcap.
 */
export function compile(expr: string, o: CompileOptions = {}): BpfInstruction[] {
  const question = questionOf(expr, o, 'compile');
  try {
    return ask(question) as BpfInstruction[];
  } catch (error) {
    if (!isOfLiveFrames(error)) throw error;
    return ask({ ...question, file: null }) as BpfInstruction[];
  }
}

/** compile() in a worker thread: the event loop goes on meanwhile. */
export async function compileAsync(
  expr: string,
  o: CompileOptions = {},
): Promise<BpfInstruction[]> {
  const question = questionOf(expr, o, 'compileAsync');
  try {
    return await askAsync(question);
  } catch (error) {
    if (!isOfLiveFrames(error)) throw error;
    return askAsync({ ...question, file: null });
  }
}

/**
 * compile() for a file whose frames have no metadata: what needs it is refused in libpcap's words,
 * as `tcpdump -r` does.
 */
export const compileForFile = (expr: string, o: CompileOptions = {}): BpfInstruction[] =>
  ask(questionOf(expr, o, 'compile')) as BpfInstruction[];

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
    file: null,
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
  const loop = program.findIndex(({ code, k }) => code === JA && k > 0x7fffffff);
  if (loop >= 0)
    throw badFilter(
      filter,
      'it needs a loop (instruction ' +
        `${loop} jumps back), and a filter of the kernel has none: \`protochain\` works on files ` +
        'and with matches() only; name the headers with ip6[6] and the like',
    );
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
