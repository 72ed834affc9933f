// Routing protocols in one line each, as tcpdump prints them: OSPF, PIM, VRRP, EIGRP.
import type { Cursor } from './cursor';
import { type Network, transportSum } from './transport';

type Names = Readonly<Record<number, string>>;

const OSPF: Names = {
  1: 'Hello',
  2: 'Database Description',
  3: 'LS-Request',
  4: 'LS-Update',
  5: 'LS-Ack',
};

/** RFC 2328, RFC 5340. */
export function ospf(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'ospf2';
  const version = c.u8(at);
  if (version === 3) c.protocol = 'ospf3';
  c.need(at, 4);
  const type = c.u8(at + 1);
  const name = OSPF[type];
  c.line += `OSPFv${version}, ${name ?? (version === 3 ? `unknown packet type (${type})` : `unknown LS-type ${type}`)}, length ${length}`;
  if (name !== undefined && c.verbose > 0)
    c.line += `\n\tRouter-ID ${c.ip4(at + 4)}, Area ${c.ip4(at + 8)}`;
}

const PIM: Names = {
  0: 'Hello',
  1: 'Register',
  2: 'Register Stop',
  3: 'Join / Prune',
  4: 'Bootstrap',
  5: 'Assert',
  6: 'Graft',
  7: 'Graft Acknowledgement',
  8: 'Candidate RP Advertisement',
  9: 'Prune Refresh',
  10: 'DF Election',
  11: 'ECMP Redirect',
};

/** RFC 7761. */
export function pim(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'pim';
  const first = c.u8(at);
  const version = first >> 4;
  const name = PIM[first & 15] ?? 'Unknown Type';
  if (version !== 2) c.line += `PIMv${version}, length ${length}`;
  else
    c.line +=
      c.verbose > 0 ? `PIMv2, length ${length}\n\t${name}` : `PIMv2, ${name}, length ${length}`;
}

const VRRP = 112;
const VRRP_AUTHENTICATION: Names = { 0: 'none', 1: 'simple', 2: 'ah' };

/** RFC 3768, RFC 5798. */
export function vrrp(c: Cursor, at: number, length: number, n: Network): undefined {
  c.protocol = 'vrrp';
  c.line += 'VRRP';
  const first = c.u8(at);
  const version = first >> 4;
  const type = first & 15;
  c.line += `v${version}, ${type === 1 ? 'Advertisement' : `unknown type (${type})`}`;
  if (n.hops !== 255) c.line += `, (ttl ${n.hops})`;
  if (version < 2 || version > 3 || type !== 1) return;
  c.line += `, vrid ${c.u8(at + 1)}, prio ${c.u8(at + 2)}`;
  if (version === 2) {
    const kind = c.u8(at + 4);
    c.line += `, authtype ${VRRP_AUTHENTICATION[kind] ?? `#${kind}`}`;
    c.line += `, intvl ${c.u8(at + 5)}s, length ${length}`;
  } else c.line += `, intvl ${c.u16(at + 4) & 0xfff}cs, length ${length}`;
  if (c.verbose === 0) return;
  const count = c.u8(at + 3);
  if (c.has(at, length)) {
    const wrong = version === 2 ? c.checksum(at, length) : transportSum(c, n, VRRP, at, length);
    if (wrong !== 0) c.line += `, (bad vrrp cksum ${c.u16(at + 6).toString(16)})`;
  }
  c.line += ', addrs';
  if (count > 1) c.line += `(${count})`;
  c.line += ':';
  for (let i = 0; i < count; i++)
    c.line += `${i > 0 ? ',' : ' '}${n.version === 4 ? c.ip4(at + 8 + 4 * i) : c.ip6(at + 8 + 16 * i)}`;
}

const EIGRP: Names = {
  1: 'Update',
  3: 'Query',
  4: 'Reply',
  5: 'Hello',
  6: 'IPX SAP',
  7: 'Probe',
};

/** RFC 7868. */
export function eigrp(c: Cursor, at: number, length: number): undefined {
  c.protocol = 'eigrp';
  c.need(at, 20);
  const version = c.u8(at);
  if (version !== 2) c.line += `EIGRP version ${version} packet not supported`;
  else c.line += `EIGRP ${EIGRP[c.u8(at + 1)] ?? `unknown (${c.u8(at + 1)})`}, length: ${length}`;
}
