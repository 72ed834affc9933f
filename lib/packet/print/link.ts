// Link layers as tcpdump prints them: Ethernet with VLANs, LLC and SNAP, cooked headers, loopback,
// PPP, PPPoE, 802.11, NFLOG; ARP, STP, LLDP and CDP in one line each.
import * as link from '../../pcap/linktype';
import type { Cursor } from './cursor';
import { ip4, ip6 } from './ip';
import { ETHERTYPES } from './names';
import { deeper, mpls } from './tunnel';

type Names = Readonly<Record<number, string>>;

const hex = (value: number, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;
const typeText = (type: number): string =>
  `ethertype ${ETHERTYPES[type] ?? 'Unknown'} (${hex(type, 4)})`;

const IPV4 = 0x0800;
const ARP = 0x0806;
const RARP = 0x8035;
const IPV6 = 0x86dd;
const JUMBO = 0x8870;
const isVlan = (type: number): boolean =>
  type === 0x8100 || type === 0x88a8 || type === 0x9100 || type === 0x9200;

/** The protocol that an ethertype names; false where it is not known. */
export function etherPayload(c: Cursor, type: number, at: number, length: number): boolean {
  switch (type) {
    case IPV4:
      ip4(c, at, length);
      return true;
    case IPV6:
      ip6(c, at, length);
      return true;
    case ARP:
    case RARP:
      arp(c, at, length);
      return true;
    case 0x8863:
    case 0x8864:
      pppoe(c, at, length);
      return true;
    case 0x880b:
      if (length > 0) {
        c.line += ': ';
        ppp(c, at, length);
      }
      return true;
    case 0x8847:
    case 0x8848:
      mpls(c, at, length);
      return true;
    case 0x88cc:
      lldp(c, at, length);
      return true;
    case 0x888e:
      eapol(c, at);
      return true;
    default:
      return false;
  }
}

/** The tag of a VLAN: id, priority, and DEI where it is set. */
const tag = (tci: number): string =>
  `vlan ${tci & 0xfff}, p ${tci >> 13}${tci & 0x1000 ? ', DEI' : ''}`;

/** Returns the size of the link header. */
export function ethernet(c: Cursor, at: number, size: number): number {
  c.protocol = 'ether';
  c.need(at, 14);
  if (size < 14) c.need(c.end, 1);
  let place = at + 12;
  let length = size - 12;
  const names = (): string => `${c.mac(at + 6)} > ${c.mac(at)}, `;
  if (c.link) c.line += names();
  let type = c.u16(place);
  place += 2;
  length -= 2;
  let printed = false;
  while (isVlan(type)) {
    c.protocol = 'vlan';
    c.need(place, 4);
    if (length < 4) c.need(c.end, 1);
    if (c.link) {
      c.line += c.quiet ? (ETHERTYPES[type] ?? '') : typeText(type);
      c.line += printed ? ', ' : `, length ${size}: `;
      printed = true;
      c.line += `${tag(c.u16(place))}, `;
    }
    type = c.u16(place + 2);
    place += 4;
    length -= 4;
  }
  if (type <= 1500) {
    if (type < length) length = type;
    const before = c.end;
    if (place + length < c.end) c.end = place + length;
    if (c.link) c.line += printed ? '802.3' : `802.3, length ${length}: `;
    const header = llc(c, place, length, at);
    if (header < 0) c.rest(place, c.end - place);
    c.end = before;
    return place - at + Math.abs(header);
  }
  if (type === JUMBO) return place - at + Math.abs(llc(c, place, length, at));
  const shown = (): string => {
    const name = ETHERTYPES[type];
    if (!c.quiet) return typeText(type);
    return name ?? `Unknown Ethertype (${hex(type, 4)})`;
  };
  if (c.link) c.line += printed ? `${shown()}, ` : `${shown()}, length ${size}: `;
  if (!etherPayload(c, type, place, length)) {
    if (!c.link) c.line += `${names()}${shown()}, length ${size}: `;
    c.rest(place, length);
  }
  return place - at;
}

const LLC: Names = {
  [0x00]: 'Null',
  [0x02]: 'Global',
  [0x04]: 'SNA',
  [0x06]: 'IP',
  [0x42]: 'STP',
  [0x80]: '3Com',
  [0xaa]: 'SNAP',
  [0xbc]: 'Banyan',
  [0xe0]: 'IPX',
  [0xf0]: 'NetBeui',
  [0xf4]: 'IBM',
  [0xfe]: 'ISO NS',
  [0xff]: 'Global',
};

/** IEEE 802.2: returns the size of its header and SNAP's, negative where no more was printed. */
function llc(c: Cursor, at: number, length: number, frame: number): number {
  c.protocol = 'llc';
  if (!c.has(at, 3) || length < 3) return shortLlc(c, at, length);
  const [dsap, ssap] = [c.u8(at), c.u8(at + 1)];
  let control = c.u8(at + 2);
  const unnumbered = (control & 3) === 3;
  const size = unnumbered ? 3 : 4;
  if (!unnumbered) {
    if (!c.has(at, 4) || length < 4) return shortLlc(c, at, length);
    control |= c.u8(at + 3) << 8;
  }
  if (dsap === 0xff && ssap === 0xff) {
    if (c.link) c.line += 'IPX 802.3: ';
    c.line += 'IPX';
    return 0;
  }
  const [to, from] = [dsap & 0xfe, ssap & 0xfe];
  if (c.link)
    c.line +=
      `LLC, dsap ${LLC[to] ?? 'Unknown'} (${hex(to, 2)}) ${dsap & 1 ? 'Group' : 'Individual'}, ` +
      `ssap ${LLC[from] ?? 'Unknown'} (${hex(from, 2)}) ${ssap & 1 ? 'Response' : 'Command'}, ` +
      `ctrl ${hex(control, unnumbered ? 2 : 4)}: `;
  const [place, left] = [at + size, length - size];
  if (to === 0xaa && from === 0xaa && control === 3)
    return snap(c, place, left, frame) ? size + 5 : -(size + 5);
  if (to === 0x42 && from === 0x42 && control === 3) {
    stp(c, place, left);
    return size;
  }
  if (to === 0x06 && from === 0x06 && control === 3) {
    ip4(c, place, left);
    return size;
  }
  if (!c.link) {
    if (from === to)
      c.line +=
        frame < 0
          ? `${LLC[to] ?? `Unknown DSAP ${hex(to, 2)}`} `
          : `${c.mac(frame + 6)} > ${c.mac(frame)} ${LLC[to] ?? `Unknown DSAP ${hex(to, 2)}`} `;
    else {
      if (frame >= 0)
        c.line += `${c.mac(frame + 6)} ${LLC[from] ?? `Unknown SSAP ${hex(from, 2)}`} > ${c.mac(frame)} `;
      else c.line += `${LLC[from] ?? `Unknown SSAP ${hex(from, 2)}`} > `;
      c.line += `${LLC[to] ?? `Unknown DSAP ${hex(to, 2)}`} `;
    }
  }
  c.line += control3(control, ssap, length, unnumbered);
  return unnumbered ? -size : size;
}

function shortLlc(c: Cursor, at: number, length: number): number {
  c.line += ' [|llc]';
  c.rest(at, length);
  return length;
}

const U_FRAMES: Names = {
  [0x03]: 'ui',
  [0xe3]: 'test',
  [0xaf]: 'xid',
  [0x63]: 'ua',
  [0x43]: 'disc',
  [0x0f]: 'dm',
  [0x6f]: 'sabme',
  [0x87]: 'frmr',
};
const SUPERVISORY = ['Receiver Ready', 'Receiver not Ready', 'Reject'];

/** The control field: kind of frame, sequence numbers, poll bit. */
function control3(control: number, ssap: number, length: number, unnumbered: boolean): string {
  const poll = unnumbered ? 0x10 : 0x100;
  const response = (ssap & 1) !== 0;
  const flag = control & poll ? (response ? 'Final' : 'Poll') : response ? 'Response' : 'Command';
  if (unnumbered)
    return `Unnumbered, ${U_FRAMES[control & 0xef] ?? hex(control & 0xef, 2)}, Flags [${flag}], length ${length}`;
  if (control & 1)
    return `Supervisory, ${SUPERVISORY[(control >> 2) & 3] ?? '?'}, rcv seq ${(control >> 9) & 0x7f}, Flags [${flag}], length ${length}`;
  return `Information, send seq ${(control >> 1) & 0x7f}, rcv seq ${(control >> 9) & 0x7f}, Flags [${flag}], length ${length}`;
}

const OUI_NAMES: Names = {
  [0x000000]: 'Ethernet',
  [0x00000c]: 'Cisco',
  [0x0000f8]: 'Cisco bridged',
  [0x0080c2]: 'Ethernet bridged',
  [0x080007]: 'Appletalk',
};
const CISCO_PROTOCOLS: Names = {
  [0x0111]: 'UDLD',
  [0x010b]: 'PVST',
  [0x010c]: 'VLAN Bridge',
  [0x2000]: 'CDP',
  [0x2003]: 'VTP',
  [0x2004]: 'DTP',
};

/** IEEE 802: an organisation, and its protocol. False where that is not known. */
function snap(c: Cursor, at: number, length: number, frame: number): boolean {
  c.protocol = 'snap';
  c.need(at, 5);
  if (length < 5) c.need(c.end, 1);
  const oui = c.u24(at);
  const type = c.u16(at + 3);
  const name = oui === 0x00000c ? CISCO_PROTOCOLS[type] : ETHERTYPES[type];
  const shown = `oui ${OUI_NAMES[oui] ?? 'Unknown'} (${hex(oui, 6)}), ${oui === 0 || oui === 0x0000f8 ? typeText(type) : `pid ${name ?? 'Unknown'} (${hex(type, 4)})`}, length ${length - 5}: `;
  if (c.link) c.line += shown;
  const [place, left] = [at + 5, length - 5];
  if ((oui === 0 || oui === 0x0000f8) && etherPayload(c, type, place, left)) return true;
  if (oui === 0x00000c && type === 0x2000) {
    cdp(c, place, left);
    return true;
  }
  if (oui === 0x00000c && type === 0x010b) {
    stp(c, place, left);
    return true;
  }
  if (!c.link) {
    if (frame >= 0) c.line += `${c.mac(frame + 6)} > ${c.mac(frame)} `;
    c.line += oui === 0 ? `SNAP, ${typeText(type)}, length ${left}: ` : `SNAP, ${shown}`;
  }
  return false;
}

const STP_VERSIONS: Names = { 0: '802.1d', 2: '802.1w', 3: '802.1s', 4: '802.1aq' };
const PORT_ROLES = ['Unknown', 'Alternate', 'Root', 'Designated'];
const STP_FLAGS = [
  [0x01, 'Topology change'],
  [0x02, 'Proposal'],
  [0x10, 'Learn'],
  [0x20, 'Forward'],
  [0x40, 'Agreement'],
  [0x80, 'Topology change ACK'],
] as const;

/** IEEE 802.1D, 802.1w. */
function stp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'stp';
  if (length < 4) c.need(c.end, 1);
  if (c.u16(at) !== 0) {
    c.line += `unknown STP protocol (${hex(c.u16(at), 4)})`;
    return;
  }
  const version = c.u8(at + 2);
  c.line += `STP ${STP_VERSIONS[version] ?? `unknown version (${version})`}`;
  const type = c.u8(at + 3);
  if (type === 0x80) {
    c.line += ', Topology Change';
    return;
  }
  const isConfig = type === 0x00;
  c.line += isConfig
    ? ', Config'
    : type === 0x02
      ? ', Rapid STP'
      : `, unknown type (${hex(type, 2)})`;
  if (!isConfig && type !== 0x02) return;
  const flags = c.u8(at + 4);
  const names = STP_FLAGS.filter(([bit]) => (flags & bit) === bit).map(([, name]) => name);
  c.line += `, Flags [${names.length > 0 ? names.join(', ') : 'none'}]`;
  c.line += `, bridge-id ${bridge(c, at + 17)}.${c
    .u16(at + 25)
    .toString(16)
    .padStart(4, '0')}, length ${length}`;
  if (c.verbose === 0) return;
  const seconds = (place: number) => `${(c.u16(place) / 256).toFixed(2)}s`;
  c.line += `\n\tmessage-age ${seconds(at + 27)}, max-age ${seconds(at + 29)}, hello-time ${seconds(at + 31)}, forwarding-delay ${seconds(at + 33)}`;
  c.line += `\n\troot-id ${bridge(c, at + 5)}, root-pathcost ${c.u32(at + 13)}`;
  if (version === 2) c.line += `, port-role ${PORT_ROLES[(flags >> 2) & 3]}`;
}

const bridge = (c: Cursor, at: number): string => `${c.hex(at, 2)}.${c.mac(at + 2)}`;

/** IEEE 802.1AB. */
function lldp(c: Cursor, from: number, length: number): undefined {
  c.protocol = 'lldp';
  c.line += `LLDP, length ${length}`;
  let at = from;
  let left = length;
  while (left >= 2) {
    const head = c.u16(at);
    const [type, size] = [head >> 9, head & 0x1ff];
    at += 2;
    left -= 2;
    if (type === 0 || size === 0) break;
    c.need(at, size);
    if (left < size) c.need(c.end, 1);
    if (type === 5) c.line += `: ${printable(c, at, size)}`;
    at += size;
    left -= size;
  }
}

/** Cisco's discovery protocol. */
function cdp(c: Cursor, from: number, length: number): undefined {
  c.protocol = 'cdp';
  if (length < 4) {
    c.line += ` (packet length ${length} < 4) (invalid)`;
    return;
  }
  c.line += `CDPv${c.u8(from)}, ttl: ${c.u8(from + 1)}s`;
  if (c.verbose > 0)
    c.line += `, checksum: 0x${c
      .u16(from + 2)
      .toString(16)
      .padStart(4, '0')} (unverified), length ${length}`;
  for (let at = from + 4; at + 4 <= from + length; ) {
    const [type, size] = [c.u16(at), c.u16(at + 2)];
    if (size < 4) break;
    c.need(at, size);
    if (type === 1) c.line += `, Device-ID '${printable(c, at + 4, size - 4)}'`;
    at += size;
  }
  if (c.verbose < 1) c.line += `, length ${length}`;
}

function printable(c: Cursor, at: number, size: number): string {
  let text = '';
  for (let i = 0; i < size; i++) {
    const byte = c.u8(at + i);
    if (byte === 0) break;
    text +=
      byte >= 0x20 && byte < 0x7f
        ? String.fromCharCode(byte)
        : `^${String.fromCharCode((byte & 0x3f) ^ 0x40)}`;
  }
  return text;
}

function eapol(c: Cursor, at: number): undefined {
  c.protocol = 'eap';
  const [version, type, size] = [c.u8(at), c.u8(at + 1), c.u16(at + 2)];
  const name = [
    'EAP packet (0)',
    'EAPOL start (1)',
    'EAPOL logoff (2)',
    'EAPOL key (3)',
    'Encapsulated ASF alert (4)',
  ][type];
  c.line += `${name ?? `Unknown (${type})`} v${version}, len ${size}`;
}

const HARDWARE: Names = {
  1: 'Ethernet',
  6: 'TokenRing',
  7: 'ArcNet',
  15: 'FrameRelay',
  19: 'ATM',
  23: 'Strip',
  24: 'IEEE 1394',
  32: 'InfiniBand',
};
const OPERATIONS: Names = {
  1: 'Request',
  2: 'Reply',
  3: 'Reverse Request',
  4: 'Reverse Reply',
  8: 'Inverse Request',
  9: 'Inverse Reply',
  10: 'NACK Reply',
};

/** RFC 826, RFC 903, RFC 2390. */
function arp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'arp';
  c.need(at, 8);
  const [hardware, protocol, hlen, plen] = [c.u16(at), c.u16(at + 2), c.u8(at + 4), c.u8(at + 5)];
  const operation = c.u16(at + 6);
  const sha = at + 8;
  const spa = sha + hlen;
  const tha = spa + plen;
  const tpa = tha + hlen;
  c.need(tpa, plen);
  if (!c.link) c.line += 'ARP, ';
  const known = (protocol === IPV4 || protocol === 0x1000) && plen === 4 && hlen > 0;
  if (!known || c.verbose > 0) {
    c.line += `${HARDWARE[hardware] ?? `Unknown Hardware (${hardware})`} (len ${hlen}), ${ETHERTYPES[protocol] ?? `Unknown Protocol (${hex(protocol, 4)})`} (len ${plen})`;
    if (c.verbose === 0) {
      c.line += `, length ${length}`;
      return;
    }
    c.line += ', ';
  }
  c.line += `${OPERATIONS[operation] ?? `Unknown (${operation})`} `;
  const address = (place: number): string =>
    protocol !== IPV4 && protocol !== 0x1000
      ? '<wrong proto type>'
      : plen !== 4
        ? '<wrong len>'
        : c.ip4(place);
  const mac = (place: number): string => (hlen === 0 ? '<empty>' : c.hex(place, hlen, ':'));
  const nonzero = (): boolean => {
    for (let i = 0; i < hlen; i++) if (c.u8(tha + i) !== 0) return true;
    return false;
  };
  switch (operation) {
    case 1:
      c.line += `who-has ${address(tpa)}${nonzero() ? ` (${mac(tha)})` : ''} tell ${address(spa)}`;
      break;
    case 2:
      c.line += `${address(spa)} is-at ${mac(sha)}`;
      break;
    case 3:
      c.line += `who-is ${mac(tha)} tell ${mac(sha)}`;
      break;
    case 4:
      c.line += `${mac(tha)} at ${address(tpa)}`;
      break;
    case 8:
      c.line += `who-is ${mac(tha)} tell ${mac(sha)}`;
      break;
    case 9:
      c.line += `${mac(sha)} at ${address(spa)}`;
      break;
    default:
      c.rest(at, length);
      return;
  }
  c.line += `, length ${length}`;
}

const PPPOE_CODES: Names = { 0: '', 9: 'PADI', 7: 'PADO', 25: 'PADR', 101: 'PADS', 167: 'PADT' };
const PPPOE_TAGS: Names = {
  0: 'EOL',
  [0x0101]: 'Service-Name',
  [0x0102]: 'AC-Name',
  [0x0103]: 'Host-Uniq',
  [0x0104]: 'AC-Cookie',
  [0x0105]: 'Vendor-Specific',
  [0x0110]: 'Relay-Session-ID',
  [0x0120]: 'PPP-Max-Payload',
  [0x0201]: 'Service-Name-Error',
  [0x0202]: 'AC-System-Error',
  [0x0203]: 'Generic-Error',
};

/** RFC 2516. */
function pppoe(c: Cursor, at: number, size: number): undefined {
  c.protocol = 'pppoe';
  if (size < 6) {
    c.line += ` (length ${size} < 6) (invalid)`;
    return;
  }
  const length = size - 6;
  c.need(at, 6);
  const first = c.u8(at);
  const code = c.u8(at + 1);
  const session = c.u16(at + 2);
  let said = c.u16(at + 4);
  if (first >> 4 !== 1) c.line += ` [ver ${first >> 4}]`;
  if ((first & 15) !== 1) c.line += ` [type ${first & 15}]`;
  c.line += `PPPoE ${PPPOE_CODES[code] ?? `PAD-${code.toString(16)}`}`;
  if (code === 9 && said > 1478) c.line += ` [len ${said}!]`;
  if (said > length) {
    c.line += ` [len ${said} > ${length}!]`;
    said = length;
  }
  if (session !== 0) c.line += ` [ses 0x${session.toString(16)}]`;
  if (code === 0) {
    c.line += ' ';
    ppp(c, at + 6, said);
    return;
  }
  let type = -1;
  for (let place = at + 6; type !== 0 && place < at + 6 + said; ) {
    type = c.u16(place);
    const bytes = c.u16(place + 2);
    place += 4;
    const name = PPPOE_TAGS[type] ?? `TAG-0x${type.toString(16)}`;
    c.need(place, bytes);
    c.line += bytes === 0 ? ` [${name}]` : ` [${name} ${tagValue(c, place, bytes)}]`;
    place += bytes;
  }
}

function tagValue(c: Cursor, at: number, size: number): string {
  let text = '';
  let odd = 0;
  for (let i = 0; i < size && i < 79; i++) {
    const byte = c.bytes[at + i];
    const plain = byte >= 0x20 && byte < 0x7f;
    if (!plain) odd += 1;
    text += plain ? String.fromCharCode(byte) : '.';
  }
  return text.length - odd > odd ? `"${text}"` : `0x${c.hex(at, size).toUpperCase()}`;
}

const PPP_PROTOCOLS: Names = {
  [0x0021]: 'IP',
  [0x002b]: 'IPX',
  [0x0057]: 'IP6',
  [0x003d]: 'ML',
  [0x0281]: 'MPLS',
  [0x8021]: 'IPCP',
  [0x8057]: 'IP6CP',
  [0x80fd]: 'CCP',
  [0xc021]: 'LCP',
  [0xc023]: 'PAP',
  [0xc025]: 'LQR',
  [0xc223]: 'CHAP',
};
const PPP_CODES: Names = {
  1: 'Conf-Request',
  2: 'Conf-Ack',
  3: 'Conf-Nack',
  4: 'Conf-Reject',
  5: 'Term-Request',
  6: 'Term-Ack',
  7: 'Code-Reject',
  8: 'Prot-Reject',
  9: 'Echo-Request',
  10: 'Echo-Reply',
  11: 'Discard-Request',
};

/** RFC 1661, with or without address and control fields. */
export function ppp(c: Cursor, at: number, size: number): undefined {
  c.protocol = 'ppp';
  if (size < 2) c.need(c.end, 1);
  let place = at;
  let length = size;
  if (c.u16(at) === 0xff03) {
    place += 2;
    length -= 2;
    if (length < 2) c.need(c.end, 1);
  }
  let protocol = c.u8(place);
  const short = protocol % 2 === 1;
  if (!short) protocol = c.u16(place);
  place += short ? 1 : 2;
  length -= short ? 1 : 2;
  const name = PPP_PROTOCOLS[protocol];
  if (c.link) {
    c.line += `${name ?? 'unknown'} (${hex(protocol, 4)}), length ${size}`;
    if (name === undefined) return;
    c.line += ': ';
  }
  pppPayload(c, protocol, place, length);
}

function pppPayload(c: Cursor, protocol: number, at: number, length: number): undefined {
  switch (protocol) {
    case 0x0021:
    case IPV4:
      return ip4(c, at, length);
    case 0x0057:
    case IPV6:
      return ip6(c, at, length);
    case 0x0281:
    case 0x0283:
      return mpls(c, at, length);
    case 0x8021:
    case 0x8057:
    case 0x80fd:
    case 0xc021:
      return pppControl(c, protocol, at, length);
    default:
      c.line += `${PPP_PROTOCOLS[protocol] ?? `unknown PPP protocol (${hex(protocol, 4)})`} `;
      c.rest(at, length);
  }
}

function pppControl(c: Cursor, protocol: number, at: number, length: number): undefined {
  c.protocol = 'ppp';
  if (length < 4) c.need(c.end, 1);
  const code = c.u8(at);
  const name = PPP_CODES[code] ?? `unknown (${hex(code, 2)})`;
  c.line += `${PPP_PROTOCOLS[protocol]}, `;
  c.line += `${name} (${hex(code, 2)}), id ${c.u8(at + 1)}, length ${length + 2}`;
}

const FAMILIES: Names = {
  2: 'IPv4',
  7: 'NS',
  16: 'APPLETALK',
  23: 'IPX',
  24: 'IPv6',
  28: 'IPv6',
  30: 'IPv6',
};

/** DLT_NULL and DLT_LOOP: the AF_ number of whichever system, in whichever order. */
function loopback(c: Cursor, at: number, length: number): number {
  c.protocol = 'null';
  c.need(at, 4);
  const little =
    (c.bytes[at] | (c.bytes[at + 1] << 8) | (c.bytes[at + 2] << 16) | (c.bytes[at + 3] << 24)) >>>
    0;
  const family = little > 0xffff ? c.u32(at) : little;
  const shown = `${c.quiet ? (FAMILIES[family] ?? `Unknown AF ${family}`) : `AF ${FAMILIES[family] ?? 'Unknown'} (${family})`}, length ${length}: `;
  if (c.link) c.line += shown;
  if (family === 2) ip4(c, at + 4, length - 4);
  else if (family === 24 || family === 28 || family === 30) ip6(c, at + 4, length - 4);
  else {
    if (!c.link) c.line += shown;
    c.rest(at + 4, length - 4);
  }
  return 4;
}

const WAYS = ['In', 'B', 'M', 'P', 'Out'];

/** LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2. */
function cooked(version: 1 | 2): (c: Cursor, at: number, length: number) => number {
  const size = version === 1 ? 16 : 20;
  return (c, at, length) => {
    c.protocol = version === 1 ? 'sll' : 'sll2';
    c.need(at, size);
    const type = c.u16(version === 1 ? at + 14 : at);
    const addressed = version === 1 ? c.u16(at + 4) === 6 : c.u8(at + 11) === 6;
    const head = (): string => {
      let text =
        version === 1 ? `${(WAYS[c.u16(at)] ?? '?').padStart(3)} ` : `ifindex ${c.u32(at + 4)} `;
      if (addressed) text += `${c.mac(version === 1 ? at + 6 : at + 12)} `;
      if (!c.quiet)
        text += `${type === 1 ? '802.3' : type === 4 ? '802.2' : typeText(type)}, length ${length}: `;
      return text;
    };
    if (c.link) c.line += head();
    return size + cookedPayload(c, type, at + size, length - size, head);
  };
}

/** Returns how much more belongs to the link header. */
function cookedPayload(
  c: Cursor,
  first: number,
  from: number,
  size: number,
  head: () => string,
): number {
  let type = first;
  let at = from;
  let length = size;
  while (type === 0x8100) {
    c.protocol = 'vlan';
    c.need(at, 4);
    if (c.link) c.line += `${tag(c.u16(at))}, `;
    type = c.u16(at + 2);
    if (type <= 1500) type = 4;
    if (!c.quiet) c.line += `ethertype ${ETHERTYPES[type] ?? 'Unknown'}, `;
    at += 4;
    length -= 4;
  }
  if (type === 4) {
    const header = llc(c, at, length, -1);
    if (header < 0) c.rest(at, length);
    return at - from + Math.max(header, 0);
  }
  if (type <= 1500) c.rest(at, length);
  else if (!etherPayload(c, type, at, length)) {
    if (!c.link) c.line += head();
    c.rest(at, length);
  }
  return at - from;
}

/** IP of whichever version. */
function raw(c: Cursor, at: number, length: number): number {
  c.protocol = 'raw';
  if (c.link) c.line += 'ip: ';
  if (length < 1) c.line += `truncated-ip ${length}`;
  else {
    const version = c.u8(at) >> 4;
    if (version === 4) ip4(c, at, length);
    else if (version === 6) ip6(c, at, length);
    else c.line += `unknown ip ${version}`;
  }
  return 0;
}

function pppFrame(c: Cursor, at: number, length: number): number {
  c.protocol = 'ppp';
  c.need(at, 4);
  ppp(c, at, length);
  return 4;
}

function pppHdlc(c: Cursor, at: number, length: number): number {
  c.protocol = 'ppp_hdlc';
  c.need(at, 2);
  if (c.u8(at) !== 0xff) {
    const protocol = c.u16(at);
    c.line += `${PPP_PROTOCOLS[protocol] ?? `unknown PPP protocol (${hex(protocol, 4)})`}: `;
    pppPayload(c, protocol, at + 2, length - 2);
    return 2;
  }
  c.need(at, 4);
  if (c.link) c.line += `${c.hex(at, 1)} ${c.hex(at + 1, 1)} ${length} `;
  const protocol = c.u16(at + 2);
  c.line += `${PPP_PROTOCOLS[protocol] ?? `unknown PPP protocol (${hex(protocol, 4)})`}: `;
  pppPayload(c, protocol, at + 4, length - 4);
  return 4;
}

function pppoeFrame(c: Cursor, at: number, length: number): number {
  pppoe(c, at, length);
  return 6;
}

/** Bytes of an 802.11 header before its payload; 0 where it is no data frame. */
export function wlanHeader(c: Cursor, at: number): number {
  const control = c.u8(at);
  const flags = c.u8(at + 1);
  if ((control & 0x0c) !== 0x08 || control & 0x40) return 0; // management, control, no data
  let size = 24;
  if ((flags & 3) === 3) size += 6;
  if (control & 0x80) size += flags & 0x80 ? 6 : 2;
  return size;
}

/** IEEE 802.11: data frames to their payload, others by their kind. */
function wlan(c: Cursor, at: number, length: number): number {
  c.protocol = '802.11';
  c.need(at, 2);
  const control = c.u8(at);
  const flags = c.u8(at + 1);
  const kind = (control >> 2) & 3;
  if (flags & 8) c.line += 'Retry ';
  if (flags & 0x10) c.line += 'Pwr Mgmt ';
  if (flags & 0x20) c.line += 'More Data ';
  if (flags & 0x80) c.line += '+HTC/Order ';
  if (flags & 0x40) c.line += 'Protected ';
  const size = wlanHeader(c, at);
  if (size === 0) {
    c.line +=
      WLAN_KINDS[kind]?.[control >> 4] ?? ['Management', 'Control', 'Data'][kind] ?? 'Extension';
    return 0;
  }
  c.need(at, size);
  if (c.link && c.verbose > 0) c.line += `${c.u8(at + 2) | (c.u8(at + 3) << 8)}us `;
  if (c.link) c.line += stations(c, at, flags & 3);
  if (flags & 0x40) {
    c.line += 'Data IV';
    return size;
  }
  if (!deeper(c)) return size;
  const header = llc(c, at + size, length - size, -1);
  if (header < 0) c.rest(at + size, length - size);
  return size + Math.max(header, 0);
}

/** The addresses of a data frame, by its way to and from the distribution system. */
function stations(c: Cursor, at: number, way: number): string {
  const [one, two, three] = [c.mac(at + 4), c.mac(at + 10), c.mac(at + 16)];
  if (way === 0) return `DA:${one} SA:${two} BSSID:${three} `;
  if (way === 1) return `BSSID:${one} SA:${two} DA:${three} `;
  if (way === 2) return `DA:${one} BSSID:${two} SA:${three} `;
  return `RA:${one} TA:${two} DA:${three} SA:${c.mac(at + 24)} `;
}

const WLAN_KINDS: readonly Readonly<Record<number, string>>[] = [
  {
    0: 'Assoc Request',
    1: 'Assoc Response',
    2: 'ReAssoc Request',
    3: 'ReAssoc Response',
    4: 'Probe Request',
    5: 'Probe Response',
    8: 'Beacon',
    9: 'ATIM',
    10: 'Disassociation',
    11: 'Authentication',
    12: 'DeAuthentication',
    13: 'Action',
  },
  {
    8: 'BlockAck-Request',
    9: 'BlockAck',
    10: 'Power Save-Poll',
    11: 'Request-To-Send',
    12: 'Clear-To-Send',
    13: 'Acknowledgment',
    14: 'CF-End',
    15: 'CF-End+CF-Ack',
  },
  {},
];

/** radiotap before 802.11. */
function radiotap(c: Cursor, at: number, length: number): number {
  c.protocol = '802.11_radio';
  c.need(at, 8);
  const size = c.u8(at + 2) | (c.u8(at + 3) << 8);
  c.need(at, size);
  if (size < 8 || size > length) {
    c.line += '[bad radiotap length]';
    return length;
  }
  return size + wlan(c, at + size, length - size);
}

/** LINKTYPE_NFLOG: TLVs of this machine's order, one of which is the packet. */
function nflog(c: Cursor, from: number, size: number): number {
  c.protocol = 'nflog';
  c.need(from, 4);
  const family = c.u8(from);
  const version = c.u8(from + 1);
  if (version !== 0) {
    c.line += `version ${version} (unknown)`;
    return 4;
  }
  const name = family === 2 ? 'IPv4' : family === 10 ? 'IPv6' : undefined;
  const head = (): string =>
    `version ${version}, resource ID ${c.u16(from + 2)}${c.quiet ? `, ${name ?? `Unknown NFLOG (0x${family.toString(16)})`}` : `, family ${name ?? 'Unknown'} (${family})`}, length ${size}: `;
  if (c.link) c.line += head();
  let at = from + 4;
  let length = size - 4;
  while (length > 0) {
    c.need(at, 4);
    const bytes = c.u8(at) | (c.u8(at + 1) << 8);
    const step = (bytes + 3) & ~3;
    if (step < 4) c.need(c.end, 1);
    c.need(at, step);
    if ((c.u8(at + 2) | (c.u8(at + 3) << 8)) === 9) {
      at += 4;
      length -= 4;
      break;
    }
    at += step;
    length -= step;
  }
  if (family === 2) ip4(c, at, length);
  else if (family === 10) ip6(c, at, length);
  else {
    if (!c.link) c.line += head();
    c.rest(at, length);
  }
  return at - from;
}

/** The printer of each link type; it returns the size of the link header. */
export const LINK_PRINTERS: Readonly<
  Record<number, (c: Cursor, at: number, length: number) => number>
> = {
  [link.LINKTYPE_NULL]: loopback,
  [link.LINKTYPE_LOOP]: loopback,
  [link.LINKTYPE_ETHERNET]: ethernet,
  [link.LINKTYPE_PPP]: pppFrame,
  [link.LINKTYPE_PPP_HDLC]: pppHdlc,
  [link.LINKTYPE_PPP_ETHER]: pppoeFrame,
  [link.LINKTYPE_RAW]: raw,
  [link.LINKTYPE_DLT_RAW]: raw,
  [link.LINKTYPE_OPENBSD_RAW]: raw,
  [link.LINKTYPE_IPV4]: raw,
  [link.LINKTYPE_IPV6]: raw,
  [link.LINKTYPE_IEEE802_11]: wlan,
  [link.LINKTYPE_IEEE802_11_RADIOTAP]: radiotap,
  [link.LINKTYPE_LINUX_SLL]: cooked(1),
  [link.LINKTYPE_LINUX_SLL2]: cooked(2),
  [link.LINKTYPE_NFLOG]: nflog,
};
