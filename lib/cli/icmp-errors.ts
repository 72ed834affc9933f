// What ICMP errors say in ping's words, by type and code.

type Say = string | ((info: number) => string);
interface Row {
  /** Stands before the code's own words. */
  readonly prefix?: string;
  readonly codes: readonly Say[];
  readonly otherwise: (code: number, info: number) => string;
}
type Table = Readonly<Record<number, Row>>;

/** RFC 792, RFC 1122, RFC 1812. */
const V4: Table = {
  3: {
    codes: [
      'Destination Net Unreachable',
      'Destination Host Unreachable',
      'Destination Protocol Unreachable',
      'Destination Port Unreachable',
      (mtu) => `Frag needed and DF set (mtu = ${mtu})`,
      'Source Route Failed',
      'Destination Net Unknown',
      'Destination Host Unknown',
      'Source Host Isolated',
      'Destination Net Prohibited',
      'Destination Host Prohibited',
      'Destination Net Unreachable for Type of Service',
      'Destination Host Unreachable for Type of Service',
      'Packet filtered',
      'Precedence Violation',
      'Precedence Cutoff',
    ],
    otherwise: (code) => `Dest Unreachable, Bad Code: ${code}`,
  },
  4: { codes: ['Source Quench'], otherwise: () => 'Source Quench' },
  5: {
    codes: [
      'Redirect Network',
      'Redirect Host',
      'Redirect Type of Service and Network',
      'Redirect Type of Service and Host',
    ],
    otherwise: (code) => `Redirect, Bad Code: ${code}`,
  },
  11: {
    codes: ['Time to live exceeded', 'Frag reassembly time exceeded'],
    otherwise: (code) => `Time exceeded, Bad Code: ${code}`,
  },
  12: { codes: [], otherwise: (_, info) => `Parameter problem: pointer = ${info >>> 24}` },
};

/** RFC 4443. */
const V6: Table = {
  1: {
    prefix: 'Destination unreachable: ',
    codes: [
      'No route',
      'Administratively prohibited',
      'Beyond scope of source address',
      'Address unreachable',
      'Port unreachable',
    ],
    otherwise: (code) => `Unknown code ${code}`,
  },
  2: { codes: [], otherwise: (_, info) => `Packet too big: mtu=${info}` },
  3: {
    prefix: 'Time exceeded: ',
    codes: ['Hop limit', 'Defragmentation failure'],
    otherwise: (code) => `code ${code}`,
  },
  4: {
    prefix: 'Parameter problem: ',
    codes: [
      (at) => `Wrong header field at ${at}`,
      (at) => `Unknown header at ${at}`,
      (at) => `Unknown option at ${at}`,
    ],
    otherwise: (code, at) => `code ${code} at ${at}`,
  },
};

/**
 * `info` is ee_info: the MTU of "frag needed" and "too big", the pointer of a parameter problem.
 */
export function icmpErrorText(version: 4 | 6, type: number, code: number, info: number): string {
  const row = (version === 4 ? V4 : V6)[type];
  if (!row) return `Bad ICMP type: ${type}`;
  const say = row.codes[code] ?? ((value: number) => row.otherwise(code, value));
  return (row.prefix ?? '') + (typeof say === 'string' ? say : say(info));
}
