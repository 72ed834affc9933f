// A captured frame as a line for people: time, interface, direction, and what tcpdump would say;
// its link header and its bytes where asked for.
import type { Frame as CapturedFrame } from '../capture';
import { if_indextoname } from '../index';
import {
  decodeFrame,
  EthernetView,
  format,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL2,
} from '../packet';

/** A frame of an interface or of a file, which may have no time. */
type Frame = Omit<CapturedFrame, 'timestamp'> & { readonly timestamp: bigint | undefined };

/** tcpdump's abbreviations of directions. */
const DIRECTIONS: Readonly<Partial<Record<string, string>>> = {
  host: 'In',
  broadcast: 'B',
  multicast: 'M',
  otherhost: 'P',
  outgoing: 'Out',
};

const BILLION = 1_000_000_000n;
const two = (n: number): string => String(n).padStart(2, '0');

/** Local time of day with microseconds. */
export function timeOfDay(timestamp: bigint): string {
  const beyond = ((timestamp % BILLION) + BILLION) % BILLION;
  const date = new Date(Number((timestamp - beyond) / 1_000_000n));
  const micros = String(beyond / 1000n).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

const names = new Map<number, string>();

function nameOf(ifindex: number): string {
  let name = names.get(ifindex);
  if (name === undefined) {
    try {
      name = if_indextoname(ifindex);
    } catch {
      name = String(ifindex); // it is gone
    }
    names.set(ifindex, name);
  }
  return name;
}

export interface LineStyle {
  /** The link header too (-e). */
  link?: boolean;
  /** The bytes in hex (-x). */
  hex?: boolean;
  colours?: boolean;
}

const ethernet = new EthernetView();

function linkText({ linktype, data, len }: Frame): string {
  if (linktype === LINKTYPE_ETHERNET && data.length >= 14) {
    const { src, dst, type } = ethernet.at(data);
    return `${src} > ${dst}, ethertype 0x${type.toString(16).padStart(4, '0')}, length ${len}: `;
  }
  if (linktype === LINKTYPE_LINUX_SLL2 && data.length >= 20) {
    const hardware = data.subarray(12, 12 + Math.min(data[11], 8));
    return `${hardware.toString('hex').replace(/(..)(?=.)/g, '$1:')} ethertype 0x${data.toString('hex', 0, 2)}, length ${len}: `;
  }
  return `link type ${linktype}, length ${len}: `;
}

/** Rows of 16 bytes, behind the link header as tcpdump -x has them. */
function hexRows({ data, linktype }: Frame): string {
  const skip = linktype === LINKTYPE_ETHERNET ? 14 : linktype === LINKTYPE_LINUX_SLL2 ? 20 : 0;
  const bytes = data.subarray(Math.min(skip, data.length));
  let rows = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const words = bytes
      .toString('hex', at, Math.min(at + 16, bytes.length))
      .replace(/(.{4})(?=.)/g, '$1 ');
    rows += `\n\t0x${at.toString(16).padStart(4, '0')}:  ${words}`;
  }
  return rows;
}

const paint = (on: boolean | undefined, code: number, text: string): string =>
  on ? `\x1b[${code}m${text}\x1b[0m` : text;
const DIM = 2;
const CYAN = 36;
const YELLOW = 33;

/**
 * The line, without its end. `name` is the interface's, where the frame does not come from one of
 * this machine.
 */
export function frameLine(
  frame: Frame,
  { link, hex, colours }: LineStyle = {},
  name: string = nameOf(frame.ifindex),
): string {
  const { direction: way = '', timestamp } = frame;
  const direction = DIRECTIONS[way] ?? way;
  const time = timestamp === undefined ? ' '.repeat(15) : timeOfDay(timestamp);
  const head = `${paint(colours, DIM, time)} ${paint(colours, CYAN, name.padEnd(5))} ${paint(colours, YELLOW, direction.padEnd(3))}`;
  const said = format(decodeFrame(frame.linktype, frame.data, frame.len));
  return `${head} ${link ? linkText(frame) : ''}${said}${hex ? hexRows(frame) : ''}`;
}
