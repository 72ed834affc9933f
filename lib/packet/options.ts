// Options inside headers: IPv4's and TCP's share one framing (kind, length, data; kinds 0 and 1 are
// single bytes).
import { type Bytes, toBytes } from '../bytes';
import { badRange, badType, integer } from '../errors/arguments';
import { type Field, u8, u16be, u32be, wire } from '../structs';

/**
 * An option verbatim: `kind` is the number on the wire, `data` what follows kind and length
 * (nothing for kinds 0 and 1).
 */
export interface RawOption {
  kind: number;
  data?: Bytes;
}

/** A TCP option, by its kind. */
export type TcpOption =
  | { kind: 'eol' | 'nop' | 'sackOK' }
  | { kind: 'mss' | 'wscale'; value: number }
  | { kind: 'sack'; value: [left: number, right: number][] }
  | { kind: 'timestamp'; value: [value: number, echo: number] }
  | RawOption;

const END = 0;
const NOP = 1;

/**
 * Calls `each` with every option between `at` and `end`: its kind, and where its data lies. Answers
 * false where the list is broken (a length below 2, or beyond the end); what came before has been
 * told by then.
 */
export function walkOptions(
  bytes: Uint8Array,
  at: number,
  end: number,
  each: (kind: number, from: number, to: number) => void,
): boolean {
  const view = toBytes(bytes, 'bytes');
  integer('end', end, 0, view.length);
  integer('at', at, 0, end);
  while (at < end) {
    const kind = view[at];
    if (kind === END || kind === NOP) {
      each(kind, at + 1, at + 1);
      if (kind === END) return true;
      at += 1;
      continue;
    }
    const length = at + 1 < end ? view[at + 1] : 0;
    if (length < 2 || at + length > end) return false;
    each(kind, at + 2, at + length);
    at += length;
  }
  return true;
}

/** Options as bytes, padded with zeros to whole 32-bit words; at most 40 bytes fit a header. */
function packed(options: readonly RawOption[], what: string): Buffer {
  if (!Array.isArray(options)) throw badType(what, 'an array of options', options);
  const parts: number[] = [];
  options.forEach((option, i) => {
    const kind = integer(`${what}[${i}].kind`, option.kind, 0, 255);
    const data = option.data === undefined ? [] : toBytes(option.data, `${what}[${i}].data`);
    if (kind === END || kind === NOP) parts.push(kind);
    else parts.push(kind, data.length + 2, ...data);
  });
  while (parts.length % 4) parts.push(END);
  if (parts.length > 40) throw badRange(what, 'at most 40 bytes', parts.length);
  return Buffer.from(parts);
}

/** IP options as bytes, padded to a multiple of 4. */
export function packIpv4Options(options: readonly RawOption[]): Buffer {
  return packed(options, 'options');
}

/**
 * The options of an IPv4 header between two places; `complete` is false where the list is broken.
 */
export function unpackIpv4Options(
  bytes: Uint8Array,
  at: number,
  end: number,
): { options: RawOption[]; complete: boolean } {
  const options: RawOption[] = [];
  const complete = walkOptions(bytes, at, end, (kind, from, to) => {
    options.push(from === to ? { kind } : { kind, data: bytes.subarray(from, to) });
  });
  return { options, complete };
}

const EDGES = wire('sack', { left: u32be, right: u32be });
const STAMPS = wire('timestamp', { value: u32be, echo: u32be });

interface TcpRow {
  kind: number;
  /** Answers undefined where the length is not this option's. */
  read(bytes: Uint8Array, from: number, to: number): TcpOption | undefined;
  write(value: never, what: string): Buffer | undefined;
}

const bare = (name: 'eol' | 'nop' | 'sackOK', kind: number): TcpRow => ({
  kind,
  read: (_, from, to) => (from === to ? { kind: name } : undefined),
  write: () => undefined,
});

const number = (name: 'mss' | 'wscale', kind: number, field: Field<number>): TcpRow => ({
  kind,
  read: (bytes, from, to) =>
    to - from === field.size ? { kind: name, value: field.read(bytes, from) } : undefined,
  write(value, what) {
    const data = Buffer.alloc(field.size);
    field.write(data, 0, value, what);
    return data;
  },
});

/** RFC 9293, RFC 7323, RFC 2018; the names are tcpdump's. */
const TCP_OPTIONS: Readonly<Record<string, TcpRow>> = {
  eol: bare('eol', END),
  nop: bare('nop', NOP),
  mss: number('mss', 2, u16be),
  wscale: number('wscale', 3, u8),
  sackOK: bare('sackOK', 4),
  sack: {
    kind: 5,
    read(bytes, from, to) {
      if ((to - from) % EDGES.size !== 0) return undefined;
      const value: [number, number][] = [];
      for (let at = from; at < to; at += EDGES.size)
        value.push([u32be.read(bytes, at), u32be.read(bytes, at + 4)]);
      return { kind: 'sack', value };
    },
    write: (value: [number, number][]) =>
      Buffer.concat(value.map(([left, right]) => EDGES.pack({ left, right }))),
  },
  timestamp: {
    kind: 8,
    read: (bytes, from, to) =>
      to - from === STAMPS.size
        ? { kind: 'timestamp', value: [u32be.read(bytes, from), u32be.read(bytes, from + 4)] }
        : undefined,
    write: ([value, echo]: [number, number]) => STAMPS.pack({ value, echo }),
  },
};
const TCP_BY_KIND: readonly (TcpRow | undefined)[] = Object.values(TCP_OPTIONS).reduce<TcpRow[]>(
  (rows, row) => {
    rows[row.kind] = row;
    return rows;
  },
  [],
);

/** TCP options as bytes, padded to a multiple of 4. */
export function packTcpOptions(options: readonly TcpOption[]): Buffer {
  if (!Array.isArray(options)) throw badType('options', 'an array of options', options);
  const raw = options.map((option: TcpOption, i): RawOption => {
    if (typeof option.kind === 'number') return option as RawOption;
    const row = Object.hasOwn(TCP_OPTIONS, option.kind) ? TCP_OPTIONS[option.kind] : undefined;
    if (!row)
      throw badRange(
        `options[${i}].kind`,
        `a number or one of ${Object.keys(TCP_OPTIONS).join(', ')}`,
        option.kind,
      );
    return {
      kind: row.kind,
      data: row.write(
        ('value' in option ? option.value : undefined) as never,
        `options[${i}].value`,
      ),
    };
  });
  return packed(raw, 'options');
}

/**
 * The options of a TCP header between two places; one of an unknown kind, or of a length not its
 * own, is given verbatim.
 */
export function unpackTcpOptions(
  bytes: Uint8Array,
  at: number,
  end: number,
): { options: TcpOption[]; complete: boolean } {
  const options: TcpOption[] = [];
  const complete = walkOptions(bytes, at, end, (kind, from, to) => {
    options.push(
      TCP_BY_KIND[kind]?.read(bytes, from, to) ?? { kind, data: bytes.subarray(from, to) },
    );
  });
  return { options, complete };
}
