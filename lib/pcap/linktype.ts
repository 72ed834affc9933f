// Link types: which header begins a frame. LINKTYPE_ numbers of files (the tcpdump group's list),
// ARPHRD_ of interfaces, and the names that libpcap gives them.
import type { PacketAddress } from '../address';
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ARPHRD_NONE,
  ARPHRD_SIT,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
} from '../constants';

export const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_PPP = 9;
export const LINKTYPE_PPP_HDLC = 50;
export const LINKTYPE_PPP_ETHER = 51;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_IEEE802_11 = 105;
export const LINKTYPE_LOOP = 108;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_IEEE802_11_RADIOTAP = 127;
export const LINKTYPE_IPV4 = 228;
export const LINKTYPE_IPV6 = 229;
export const LINKTYPE_NFLOG = 239;
export const LINKTYPE_LINUX_SLL2 = 276;
/** DLT_RAW of this system and of OpenBSD, which files of old programs bear. */
export const LINKTYPE_DLT_RAW = 12;
export const LINKTYPE_OPENBSD_RAW = 14;

const BY_HATYPE: Readonly<Record<number, number>> = {
  [ARPHRD_ETHER]: LINKTYPE_ETHERNET,
  [ARPHRD_LOOPBACK]: LINKTYPE_ETHERNET,
  [ARPHRD_NONE]: LINKTYPE_RAW,
  [ARPHRD_TUNNEL]: LINKTYPE_RAW,
  [ARPHRD_TUNNEL6]: LINKTYPE_RAW,
  [ARPHRD_SIT]: LINKTYPE_RAW,
};

/**
 * The LINKTYPE_ of an interface's frames. One that we don't know is captured cooked, as all
 * interfaces together are: LINKTYPE_LINUX_SLL2.
 */
export const linktypeOf = (hatype: number): number => BY_HATYPE[hatype] ?? LINKTYPE_LINUX_SLL2;

/** The LINKTYPE_ of a link type that has several numbers. */
export const sameLinktype = (linktype: number): number =>
  linktype === LINKTYPE_DLT_RAW || linktype === LINKTYPE_OPENBSD_RAW ? LINKTYPE_RAW : linktype;

/** libpcap's own number (DLT_) of a link type, for programs that are not compiled for a file. */
export const dltOf = (linktype: number): number =>
  sameLinktype(linktype) === LINKTYPE_RAW ? LINKTYPE_DLT_RAW : linktype;

/** As tcpdump names them: `NAME (description)`. */
export const LINK_NAMES: Readonly<Record<number, string>> = {
  [LINKTYPE_NULL]: 'NULL (BSD loopback)',
  [LINKTYPE_ETHERNET]: 'EN10MB (Ethernet)',
  [LINKTYPE_PPP]: 'PPP (PPP)',
  [LINKTYPE_DLT_RAW]: 'RAW (Raw IP)',
  [LINKTYPE_OPENBSD_RAW]: 'RAW (Raw IP)',
  [LINKTYPE_PPP_HDLC]: 'PPP_SERIAL (PPP over serial)',
  [LINKTYPE_PPP_ETHER]: 'PPP_ETHER (PPPoE)',
  [LINKTYPE_RAW]: 'RAW (Raw IP)',
  [LINKTYPE_IEEE802_11]: 'IEEE802_11 (802.11)',
  [LINKTYPE_LOOP]: 'LOOP (OpenBSD loopback)',
  [LINKTYPE_LINUX_SLL]: 'LINUX_SLL (Linux cooked v1)',
  [LINKTYPE_IEEE802_11_RADIOTAP]: 'IEEE802_11_RADIO (802.11 plus radiotap header)',
  [LINKTYPE_IPV4]: 'IPV4 (Raw IPv4)',
  [LINKTYPE_IPV6]: 'IPV6 (Raw IPv6)',
  [LINKTYPE_NFLOG]: 'NFLOG (Linux netfilter log messages)',
  [LINKTYPE_LINUX_SLL2]: 'LINUX_SLL2 (Linux cooked v2)',
};

const COOKED = ['host', 'broadcast', 'multicast', 'otherhost', 'outgoing'] as const;

/** The direction that a cooked header gives: its packet type, 2 bytes of v1 and one of v2. */
export function cookedDirection(
  linktype: number,
  data: Uint8Array,
): PacketAddress['pkttype'] | undefined {
  if (linktype === LINKTYPE_LINUX_SLL2 && data.length >= 20) return COOKED[data[10]];
  if (linktype === LINKTYPE_LINUX_SLL && data.length >= 16) return COOKED[data[0] * 256 + data[1]];
  return undefined;
}
