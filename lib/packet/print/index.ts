// A frame as tcpdump prints it: one line, with -v and hex dumps several.
import { Cursor, hexAndText, hexRows, type PrintStyle, plainText, TRUNCATED } from './cursor';
import { ip4, ip6 } from './ip';
import { ethernet, etherPayload, LINK_PRINTERS, ppp } from './link';

export { hexAndText, hexRows, type PrintStyle, plainText } from './cursor';

const INNER = { ip4, ip6, ethernet, etherPayload, ppp };

/**
 * Prints frames in tcpdump's format. One printer prints one capture: TCP sequence numbers are
 * relative to the first of their connection that it saw.
 */
export class FramePrinter {
  readonly #cursor: Cursor;
  readonly #names: Readonly<Record<number, string>>;

  /** `names` are those of link types, for frames of one that is not decoded. */
  constructor(style: PrintStyle = {}, names: Readonly<Record<number, string>> = {}) {
    this.#cursor = new Cursor(style, INNER);
    this.#names = names;
  }

  /**
   * The line of a frame, without its end. `length` is that of the frame on the wire. Never throws
   * for what the bytes say; where they end too early the line ends with `[|protocol]`.
   */
  print(linktype: number, bytes: Uint8Array, length: number = bytes.length): string {
    const c = this.#cursor;
    c.bytes = bytes;
    c.end = bytes.length;
    c.line = '';
    c.protocol = '';
    c.depth = 0;
    c.linkEnd = 0;
    const print = LINK_PRINTERS[linktype];
    if (print === undefined) {
      c.line = `[${this.#names[linktype] ?? `link type ${linktype}`} is not decoded], length ${length}`;
      c.rest(0, bytes.length);
      return c.line;
    }
    try {
      c.linkEnd = print(c, 0, length);
    } catch (error) {
      if (error !== TRUNCATED) throw error;
      c.line += ` [|${c.protocol}]`;
    }
    return c.line;
  }

  /** Where the link header of the last frame ends. */
  get linkEnd(): number {
    return this.#cursor.linkEnd;
  }

  /** The bytes of the last frame behind its link header. */
  #behind(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(Math.min(this.linkEnd, bytes.length));
  }

  /** Rows of -x, -xx, -X, -XX, -A, -AA for the last frame. */
  dump(kind: 'x' | 'xx' | 'X' | 'XX' | 'A' | 'AA', bytes: Uint8Array): string {
    const shown = kind.length === 2 ? bytes : this.#behind(bytes);
    if (shown.length === 0) return '';
    return kind[0] === 'x'
      ? hexRows(shown)
      : kind[0] === 'X'
        ? hexAndText(shown)
        : plainText(shown);
  }
}
