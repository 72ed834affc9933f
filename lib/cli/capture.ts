// `bsd-socket capture`: one line a frame, or a file of frames, until the count is reached or Ctrl-C.
import type { PacketAddress } from '../address';
import { isErrno } from '../errors';
import { if_nameindex } from '../names';
import { decodeFrame, format, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW, MAXIMUM_SNAPLEN, PcapFile } from '../packet';
import { numberOf, onePositional, parse, UsageError } from './args';
import { cooked, FrameSocket, type ReceivedFrame } from './frames';
import { stopSignal } from './stop';

/** tcpdump's words for the ways of a frame. */
const DIRECTIONS: Readonly<Partial<Record<PacketAddress['pkttype'], string>>> = {
  host: 'In',
  broadcast: 'B',
  multicast: 'M',
  otherhost: 'P',
  outgoing: 'Out',
};

const LINK_NAMES: Readonly<Record<number, string>> = {
  [LINKTYPE_ETHERNET]: 'EN10MB (Ethernet)',
  [LINKTYPE_RAW]: 'RAW (Raw IP)',
  [LINKTYPE_LINUX_SLL2]: 'LINUX_SLL2 (Linux cooked v2)',
};

const two = (n: number): string => String(n).padStart(2, '0');

/** Local time of day with microseconds. */
export function timeOfDay(timestamp: bigint): string {
  const date = new Date(Number(timestamp / 1_000_000n));
  const micros = String((timestamp / 1000n) % 1_000_000n).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

/** Time, interface, direction, and what the frame says. */
export function frameLine(frame: ReceivedFrame): string {
  const { address, timestamp, linktype, data, length } = frame;
  const direction = DIRECTIONS[address.pkttype] ?? address.pkttype;
  return `${timeOfDay(timestamp)} ${(address.ifname || String(address.ifindex)).padEnd(5)} ${direction.padEnd(3)} ${format(decodeFrame(linktype, data, length))}`;
}

/** A name that no interface has is answered with those that there are. */
function openFrames(ifname: string | undefined): FrameSocket {
  try {
    return new FrameSocket(ifname);
  } catch (error) {
    if (!isErrno(error, 'ENODEV')) throw error;
    const names = if_nameindex().map(({ name }) => name);
    throw Object.assign(new Error(`no interface ${ifname}; there are ${names.join(', ')}`), { code: error.code });
  }
}

function openFile(path: string, linktype: number): PcapFile {
  return new PcapFile(path === '-' ? 1 : path, { linktype, snaplen: MAXIMUM_SNAPLEN });
}

interface Taken {
  captured: number;
  untimed: number;
}

/** Takes frames until there are enough, or the signal says so; answers how many. The file is written out whenever no frame waits. */
async function take(
  frames: FrameSocket,
  enough: number,
  each: (frame: ReceivedFrame) => void,
  idle: () => void,
  signal: AbortSignal,
  taken: Taken,
): Promise<void> {
  while (taken.captured < enough && !signal.aborted) {
    let frame = frames.tryReceive();
    if (frame === null) {
      idle();
      frame = await frames.receive(signal);
    } else if (taken.captured % 64 === 63) await new Promise(setImmediate); // signals and timers get their turn on a busy interface
    taken.captured += 1;
    if (frame.clock !== 'kernel') taken.untimed += 1;
    each(frame);
  }
}

function summary(frames: FrameSocket, { captured, untimed }: Taken): string {
  const { received, dropped } = frames.statistics();
  const counted = (n: number, what: string) => `${n} packet${n === 1 ? '' : 's'} ${what}\n`;
  const times = untimed > 0 ? `${untimed} of them timed when received, for want of a kernel timestamp\n` : '';
  return counted(captured, 'captured') + times + counted(received, 'received by the socket') + counted(dropped, 'dropped by kernel');
}

export async function capture(args: string[]): Promise<number> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: { count: { type: 'string', short: 'c' }, write: { type: 'string', short: 'w' }, print: { type: 'boolean' } },
  });
  const ifname = onePositional(positionals, 'interface');
  const count = numberOf(values.count, '-c', { min: 1, max: Number.MAX_SAFE_INTEGER }) ?? Number.POSITIVE_INFINITY;
  if (values.write === '-' && values.print) throw new UsageError('-w - and --print cannot share the standard output');
  const signal = stopSignal();
  const frames = openFrames(ifname);
  // One file has one link type: of all interfaces together it is the cooked one, which keeps interface and direction.
  const own = ifname === undefined ? -1 : frames.linktype;
  const linktype = own < 0 ? LINKTYPE_LINUX_SLL2 : own;
  const file = values.write === undefined ? undefined : openFile(values.write, linktype);
  const link = file ? LINK_NAMES[linktype] : own < 0 ? "each interface's own" : LINK_NAMES[own];
  process.stderr.write(`listening on ${ifname ?? 'all interfaces'}, link type ${link}, kernel timestamps\n`);
  const each = (frame: ReceivedFrame) => {
    if (file) file.write(linktype === LINKTYPE_LINUX_SLL2 ? { ...cooked(frame), timestamp: frame.timestamp } : frame);
    if (!file || values.print) process.stdout.write(`${frameLine(frame)}\n`);
  };
  const taken: Taken = { captured: 0, untimed: 0 };
  let failure: unknown;
  try {
    await take(frames, count, each, () => file?.flush(), signal, taken);
  } catch (error) {
    if (!signal.aborted) failure = error;
  }
  file?.close();
  process.stderr.write(summary(frames, taken));
  frames.close();
  if (failure === undefined) return 0;
  if (!isErrno(failure, 'ENETDOWN')) throw failure;
  process.stderr.write(`bsd-socket capture: interface ${ifname} went down\n`);
  return 1;
}
