// Tunnels as tcpdump prints them, with what is inside: GRE, VXLAN, VXLAN-GPE, Geneve, MPLS, AH, ESP.
import { bitNames, type Cursor, DEEPEST } from './cursor';
import { ETHERTYPES } from './names';

const hex = (value: number, digits = 0): string => `0x${value.toString(16).padStart(digits, '0')}`;

/** Counts a header in a header; false where there are too many. */
export function deeper(c: Cursor): boolean {
  c.depth += 1;
  if (c.depth <= DEEPEST) return true;
  c.line += `[more than ${DEEPEST} headers]`;
  return false;
}

const GRE_FLAGS = [
  [0x8000, 'checksum present'],
  [0x4000, 'routing present'],
  [0x2000, 'key present'],
  [0x1000, 'sequence# present'],
  [0x0800, 'source routing present'],
  [0x0080, 'ack present'],
] as const;
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGED = 0x0080;
const ERSPAN_2 = 0x88be;
const ERSPAN_3 = 0x22eb;

/** RFC 2784, RFC 2890, RFC 2637; NVGRE and ERSPAN within. */
export function gre(c: Cursor, from: number, length: number): undefined {
  c.protocol = 'gre';
  c.need(from, 2);
  if (length < 2) c.need(c.end, 1);
  const flags = c.u16(from);
  const version = flags & 7;
  c.line += `GREv${version}`;
  if (version > 1) {
    c.line += ' ERROR: unknown-version';
    return;
  }
  let at = from;
  /** The next so many bytes, which the packet has to have. */
  const take = (size: number): number => {
    if (at + size > from + length) c.need(c.end, 1);
    c.need(at, size);
    at += size;
    return at - size;
  };
  take(2);
  if (c.verbose > 0) c.line += `, Flags [${bitNames(GRE_FLAGS, flags, 'none')}]`;
  const type = c.u16(take(2));
  if (version === 1) {
    if (flags & KEY) c.line += `, call ${c.u32(take(4)) & 0xffff}`;
    if (flags & SEQUENCE) c.line += `, seq ${c.u32(take(4))}`;
    if (flags & ACKNOWLEDGED) c.line += `, ack ${c.u32(take(4))}`;
    if ((flags & SEQUENCE) === 0) c.line += ', no-payload';
  } else {
    if (flags & (CHECKSUM | ROUTING)) {
      const sum = c.u16(take(2));
      if (c.verbose > 0) c.line += `, sum ${hex(sum)}`;
      c.line += `, off ${hex(c.u16(take(2)))}`;
    }
    if (flags & KEY) c.line += `, key=${hex(c.u32(take(4)))}`;
    if (flags & SEQUENCE) c.line += `, seq ${c.u32(take(4))}`;
    if (flags & ROUTING)
      for (;;) {
        const entry = take(4);
        const size = c.u8(entry + 3);
        if (c.u16(entry) === 0 && size === 0) break;
        c.line += `, (rtaf=${hex(c.u16(entry))})`;
        take(size);
      }
  }
  if (c.link) c.line += `, proto ${ETHERTYPES[type] ?? 'unknown'} (${hex(type, 4)})`;
  c.line += `, length ${length}`;
  if (version === 1 && (flags & SEQUENCE) === 0) return;
  c.line += c.verbose < 1 ? ': ' : '\n\t';
  if (!deeper(c)) return;
  const left = length - (at - from);
  if (version === 1) {
    if (type === 0x880b) c.inner.ppp(c, at, left);
    else c.line += `gre-proto-${hex(type)}`;
  } else inGre(c, type, at, left);
}

function inGre(c: Cursor, type: number, at: number, left: number): undefined {
  switch (type) {
    case 0x0800:
      return c.inner.ip4(c, at, left);
    case 0x86dd:
      return c.inner.ip6(c, at, left);
    case 0x8847:
      return mpls(c, at, left);
    case 0x6558:
      c.inner.ethernet(c, at, left);
      return;
    case ERSPAN_2:
    case ERSPAN_3:
      return erspan(c, type, at, left);
    default:
      c.line += `gre-proto-${hex(type)}`;
  }
}

/** A mirrored frame (draft-foschiano-erspan): types I (no header), II and III. */
function erspan(c: Cursor, type: number, at: number, left: number): undefined {
  const size = type === ERSPAN_2 ? 8 : 12;
  c.protocol = 'erspan';
  if (left < size) c.need(c.end, 1);
  const vlan = c.u16(at) & 0xfff;
  c.line += `ERSPAN ${type === ERSPAN_2 ? 'II' : 'III'}, vlan ${vlan}, session ${c.u16(at + 2) & 0x3ff}: `;
  c.inner.ethernet(c, at + size, left - size);
}

/** RFC 7348. */
export function vxlan(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'vxlan';
  c.line += 'VXLAN';
  if (length < 8) {
    c.line += ' (invalid)';
    return;
  }
  const flags = c.u8(at);
  c.line += `, flags [${flags & 8 ? 'I' : 'invalid'}] (${hex(flags, 2)}), `;
  c.line += `vni ${c.u24(at + 4)}\n`;
  c.need(at + 7, 1);
  if (deeper(c)) c.inner.ethernet(c, at + 8, length - 8);
}

const GPE_FLAGS = [
  [8, 'I'],
  [4, 'P'],
  [1, 'O'],
] as const;

/** draft-ietf-nvo3-vxlan-gpe. */
export function vxlanGpe(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'vxlan_gpe';
  c.line += 'VXLAN-GPE, ';
  if (length < 8) {
    c.line += ` (len ${length} < 8) (invalid)`;
    return;
  }
  c.line += `flags [${bitNames(GPE_FLAGS, c.u8(at), 'none', '')}], `;
  const next = c.u8(at + 3);
  const vni = c.u24(at + 4);
  c.need(at + 7, 1);
  c.line += `vni ${vni}${c.verbose > 0 ? '\n    ' : ': '}`;
  if (!deeper(c)) return;
  const left = length - 8;
  if (next === 1) c.inner.ip4(c, at + 8, left);
  else if (next === 2) c.inner.ip6(c, at + 8, left);
  else if (next === 3) c.inner.ethernet(c, at + 8, left);
  else if (next === 5) mpls(c, at + 8, left);
  else c.line += 'ERROR: unknown-next-protocol';
}

const GENEVE_FLAGS = [
  [0x80, 'O'],
  [0x40, 'C'],
  [0x20, 'R1'],
  [0x10, 'R2'],
  [0x08, 'R3'],
  [0x04, 'R4'],
  [0x02, 'R5'],
  [0x01, 'R6'],
] as const;
const GENEVE_CLASSES: Readonly<Record<number, string>> = {
  [0x100]: 'Linux',
  [0x101]: 'Open vSwitch',
  [0x102]: 'Open Virtual Networking (OVN)',
  [0x103]: 'In-band Network Telemetry (INT)',
  [0x104]: 'VMware',
};

/** RFC 8926. */
export function geneve(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'geneve';
  c.line += 'Geneve';
  if (length < 8) {
    c.line += ` [length ${length} < 8] (invalid)`;
    return;
  }
  c.need(at, 8);
  const first = c.u8(at);
  if (first >> 6 !== 0) {
    c.line += ` ERROR: unknown-version ${first >> 6}`;
    return;
  }
  const type = c.u16(at + 2);
  const reserved = c.u8(at + 7);
  c.line += `, Flags [${bitNames(GENEVE_FLAGS, c.u8(at + 1), 'none', '')}]`;
  c.line += `, vni ${hex(c.u24(at + 4))}`;
  if (reserved !== 0) c.line += `, rsvd ${hex(reserved)}`;
  if (c.link) c.line += `, proto ${ETHERTYPES[type] ?? 'unknown'} (${hex(type, 4)})`;
  const options = (first & 0x3f) * 4;
  if (length - 8 < options) {
    c.line += ` truncated-geneve - ${options - (length - 8)} bytes missing`;
    return;
  }
  c.need(at + 8, options);
  if (options > 0) {
    c.line += ', options [';
    if (c.verbose > 0) geneveOptions(c, at + 8, options);
    else c.line += `${options} bytes`;
    c.line += ']';
  }
  c.line += c.verbose < 1 ? ': ' : '\n\t';
  if (!deeper(c)) return;
  const inner = at + 8 + options;
  const left = length - 8 - options;
  if (type === 0x6558) c.inner.ethernet(c, inner, left);
  else if (!c.inner.etherPayload(c, type, inner, left)) c.line += `geneve-proto-${hex(type)}`;
}

function geneveOptions(c: Cursor, from: number, size: number): undefined {
  for (let at = from; at < from + size; ) {
    if (at > from) c.line += ', ';
    const kind = c.u16(at);
    const type = c.u8(at + 2);
    const length = 4 + (c.u8(at + 3) & 0x1f) * 4;
    const name =
      GENEVE_CLASSES[kind] ??
      (kind <= 0xff ? 'Standard' : kind >= 0xfff0 ? 'Experimental' : 'Unknown');
    c.line += `class ${name} (${hex(kind)}) type ${hex(type)}${type & 0x80 ? '(C)' : ''} len ${length}`;
    if (at + length > from + size) {
      c.line += ' [bad length]';
      return;
    }
    if (c.verbose > 1 && length > 4)
      c.line += ` data ${c.hex(at + 4, length - 4).replace(/(.{8})(?=.)/g, '$1 ')}`;
    at += length;
  }
}

const MPLS_NAMES = ['IPv4 explicit NULL', 'router alert', 'IPv6 explicit NULL', 'implicit NULL'];

/** RFC 3032: a stack of labels, and the IP packet that the last one leads to. */
export function mpls(c: Cursor, from: number, length: number): undefined {
  c.protocol = 'mpls';
  c.line += 'MPLS';
  let at = from;
  let left = length;
  let label: number;
  for (let depth = 0; ; depth++) {
    if (left < 4) {
      c.line += ' (invalid)';
      return;
    }
    const entry = c.u32(at);
    label = entry >>> 12;
    c.line += `${depth > 0 && c.verbose > 0 ? '\n\t' : ' '}(label ${label}`;
    if (c.verbose > 0 && label < MPLS_NAMES.length) c.line += ` (${MPLS_NAMES[label]})`;
    c.line += `, tc ${(entry >> 9) & 7}${entry & 0x100 ? ', [S]' : ''}, ttl ${entry & 0xff})`;
    at += 4;
    left -= 4;
    if (entry & 0x100) break;
  }
  if (left < 1) return;
  const first = label <= 3 ? 0 : c.u8(at);
  const is4 = label === 0 || label === 3 || (first >= 0x45 && first <= 0x4f);
  const is6 = label === 2 || (first >= 0x60 && first <= 0x6f);
  if (!is4 && !is6) return c.rest(at, left);
  c.line += c.verbose > 0 ? '\n\t' : ' ';
  if (!deeper(c)) return;
  if (is4) c.inner.ip4(c, at, left);
  else c.inner.ip6(c, at, left);
}

export const mplsInUdp = (c: Cursor, at: number, length: number): undefined => mpls(c, at, length);

/** RFC 4302: prints the header, and returns its size. */
export function ah(c: Cursor, at: number): number {
  c.protocol = 'ah';
  c.line += 'AH';
  const words = c.u8(at + 1);
  const size = (words + 2) * 4;
  c.line += '(';
  if (c.verbose > 0) c.line += `length=${words}(${size}-bytes),`;
  const reserved = c.u16(at + 2);
  if (reserved !== 0) c.line += `reserved=${hex(reserved)}[MustBeZero],`;
  c.line += `spi=${hex(c.u32(at + 4), 8)},`;
  c.line += `seq=${hex(c.u32(at + 8))},`;
  c.line += 'icv=0x';
  for (let i = 12; i < size; i++) c.line += c.hex(at + i, 1);
  c.line += '): ';
  return size;
}

/** RFC 4303: what is inside is encrypted. */
export function esp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'esp';
  c.need(at, 9);
  c.line += `ESP(spi=${hex(c.u32(at), 8)},seq=${hex(c.u32(at + 4))}), length ${length}`;
}
