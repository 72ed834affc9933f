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

/** BSD loopback: an address family in host order first. */
export const LINKTYPE_NULL = 0;
/** Ethernet. */
export const LINKTYPE_ETHERNET = 1;
/** PPP. */
export const LINKTYPE_PPP = 9;
/** PPP in HDLC-like framing. */
export const LINKTYPE_PPP_HDLC = 50;
/** PPPoE session packets. */
export const LINKTYPE_PPP_ETHER = 51;
/** Raw IP, version 4 or 6. */
export const LINKTYPE_RAW = 101;
/** 802.11. */
export const LINKTYPE_IEEE802_11 = 105;
/** OpenBSD loopback: an address family in network order first. */
export const LINKTYPE_LOOP = 108;
/** Linux cooked capture. */
export const LINKTYPE_LINUX_SLL = 113;
/** 802.11 with a radiotap header. */
export const LINKTYPE_IEEE802_11_RADIOTAP = 127;
/** Raw IPv4. */
export const LINKTYPE_IPV4 = 228;
/** Raw IPv6. */
export const LINKTYPE_IPV6 = 229;
/** Messages of netfilter’s NFLOG. */
export const LINKTYPE_NFLOG = 239;
/** Linux cooked capture, version 2. */
export const LINKTYPE_LINUX_SLL2 = 276;
/** DLT_RAW of this system and of OpenBSD, which files of old programs bear. */
export const LINKTYPE_DLT_RAW = 12;
/** Raw IP, as OpenBSD numbers it. */
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
