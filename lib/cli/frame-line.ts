// A captured frame as a line for people, as tcpdump prints it: number, time, interface and direction
// where they are known, and what is in the frame; its bytes where asked for.
import type { FileFrame, Frame as LiveFrame } from '../capture';
import { if_indextoname } from '../index';
import { decodeFrame, FramePrinter, format, LINK_NAMES, type PrintStyle } from '../packet';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from '../pcap/linktype';

type Frame = LiveFrame | FileFrame;

/** tcpdump's abbreviations of directions. */
const DIRECTIONS: Readonly<Partial<Record<string, string>>> = {
  host: 'In',
  broadcast: 'B',
  multicast: 'M',
  otherhost: 'P',
  outgoing: 'Out',
};

const BILLION = 1_000_000_000n;
const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

const names = new Map<number, string>();

/** The name of an interface of this machine; undefined where it has none of that number. */
function nameOf(ifindex: number): string | undefined {
  let name = names.get(ifindex);
  if (name === undefined) {
    try {
      name = if_indextoname(ifindex);
    } catch {
      return undefined;
    }
    names.set(ifindex, name);
  }
  return name;
}

/** How many times -t was given, in tcpdump's meaning. */
export type TimeStyle = 0 | 1 | 2 | 3 | 4 | 5;

export interface LineStyle extends PrintStyle {
  time?: TimeStyle;
  /** Nanoseconds instead of microseconds. */
  nano?: boolean;
  /** The bytes too: -x, -xx, -X, -XX, -A, -AA. */
  bytes?: 'x' | 'xx' | 'X' | 'XX' | 'A' | 'AA' | undefined;
  /** -#: each line begins with its number. */
  number?: boolean;
  /** Comments of pcapng follow the line, one a line. */
  comments?: boolean;
  colours?: boolean;
}

const DIM = 2;
const CYAN = 36;
const YELLOW = 33;

interface Moment {
  seconds: number;
  nanoseconds: number;
}

/** Seconds rounded down, and the nanoseconds beyond; undefined where the frame has no time. */
function momentOf(frame: Frame): Moment | undefined {
  if ('splitTime' in frame) {
    const { seconds, nanoseconds } = frame.splitTime();
    return seconds === undefined ? undefined : { seconds, nanoseconds };
  }
  const { timestamp } = frame;
  const beyond = ((timestamp % BILLION) + BILLION) % BILLION;
  return { seconds: Number((timestamp - beyond) / BILLION), nanoseconds: Number(beyond) };
}

/** The lines of one capture: times may be relative to the line before, numbers go up. */
export class FrameLines {
  readonly #style: LineStyle;
  readonly #printer: FramePrinter;
  #count = 0;
  #first: Moment | undefined;
  #before: Moment | undefined;
  /** The second that the last time of day belongs to, and its text. */
  #second = Number.NaN;
  #secondText = '';

  constructor(style: LineStyle = {}) {
    this.#style = style;
    this.#printer = new FramePrinter(
      { ...style, dump: !/[xX]/.test(style.bytes ?? '') },
      LINK_NAMES,
    );
  }

  #paint(code: number, text: string): string {
    return this.#style.colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  #fraction(nanoseconds: number): string {
    // The leading 1 keeps the zeros.
    return this.#style.nano
      ? String(1e9 + nanoseconds).slice(1)
      : String(1e6 + Math.floor(nanoseconds / 1000)).slice(1);
  }

  #timeOfDay({ seconds, nanoseconds }: Moment, withDate: boolean): string {
    if (seconds !== this.#second) {
      const date = new Date(seconds * 1000);
      const day = withDate
        ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `
        : '';
      this.#second = seconds;
      this.#secondText = `${day}${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
    }
    return `${this.#secondText}.${this.#fraction(nanoseconds)}`;
  }

  /** Since another moment, as tcpdump -ttt has it. */
  #since(now: Moment, then: Moment): string {
    const unit = this.#style.nano ? 1 : 1000;
    const trim = (value: number) => Math.floor(value / unit) * unit;
    const difference =
      (now.seconds - then.seconds) * 1e9 + (trim(now.nanoseconds) - trim(then.nanoseconds));
    const size = Math.abs(difference);
    const seconds = Math.floor(size / 1e9);
    const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${difference < 0 ? '-' : ' '}${clock.map(two).join(':')}.${this.#fraction(size % 1e9)}`;
  }

  #time(frame: Frame): string {
    const { time = 0 } = this.#style;
    if (time === 1) return '';
    const moment = momentOf(frame);
    if (moment === undefined) return `${' '.repeat(15)} `;
    if (time === 0) return `${this.#timeOfDay(moment, false)} `;
    this.#first ??= moment;
    const before = this.#before ?? moment;
    this.#before = moment;
    switch (time) {
      case 2:
        return `${moment.seconds}.${this.#fraction(moment.nanoseconds)} `;
      case 3:
        return `${this.#since(moment, before)} `;
      case 5:
        return `${this.#since(moment, this.#first)} `;
      default:
        return `${this.#timeOfDay(moment, time === 4)} `;
    }
  }

  /** Interface and direction, where the frame has them; those of a live frame are always there. */
  #columns(frame: Frame): string {
    // A classic file has neither, but in a cooked header.
    if ('format' in frame && frame.format === 'pcap' && frame.linktype === LINKTYPE_ETHERNET)
      return '';
    const live = !('splitTime' in frame);
    const { direction: way, linktype, data } = frame;
    let name: string | undefined;
    if (live) name = nameOf(frame.ifindex) ?? String(frame.ifindex);
    else if (linktype === LINKTYPE_LINUX_SLL2 && data.length >= 20)
      name = nameOf(data.readUInt32BE(4)) ?? '?';
    else name = frame.interfaceName;
    const shown = way === undefined ? '' : (DIRECTIONS[way] ?? way);
    if (name === undefined && shown === '') return '';
    // A cooked header of version 1 gives no name, and prints its direction with -e alone.
    if (name === undefined && this.#style.link) return '';
    const direction = this.#paint(YELLOW, shown.padEnd(3));
    return name === undefined
      ? `${direction} `
      : `${this.#paint(CYAN, name.padEnd(5))} ${direction} `;
  }

  /** The line or lines of a frame, with their end. */
  of(frame: Frame): string {
    const { number, bytes, comments } = this.#style;
    this.#count += 1;
    const head = number ? `${String(this.#count).padStart(5)}  ` : '';
    const time = this.#time(frame);
    const when = this.#style.colours ? this.#paint(DIM, time) : time;
    let line = head + when + this.#columns(frame);
    line += this.#printer.print(frame.linktype, frame.data, frame.len);
    if (bytes !== undefined) line += this.#printer.dump(bytes, frame.data);
    if (comments && 'comments' in frame)
      for (const comment of frame.comments) line += `\n\t# ${comment.replace(/\n/g, '\n\t# ')}`;
    return `${line}\n`;
  }
}

/** Local time of day with microseconds. */
export function timeOfDay(timestamp: bigint): string {
  const beyond = ((timestamp % BILLION) + BILLION) % BILLION;
  const date = new Date(Number((timestamp - beyond) / 1_000_000n));
  const micros = String(beyond / 1000n).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

/** A live frame as one line, with absolute sequence numbers: time, interface, direction, format(). */
export function frameLine(frame: LiveFrame): string {
  const { direction: way = '', timestamp, ifindex } = frame;
  const name = nameOf(ifindex) ?? String(ifindex);
  const direction = DIRECTIONS[way] ?? way;
  const what = format(decodeFrame(frame.linktype, frame.data, frame.len));
  return `${timeOfDay(timestamp)} ${name.padEnd(5)} ${direction.padEnd(3)} ${what}`;
}
