// Which header begins a frame of an interface: ARPHRD_ to LINKTYPE_, and LINKTYPE_ to the DLT_
// number that libpcap knows it by.
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  ARPHRD_NONE,
  ARPHRD_SIT,
  ARPHRD_TUNNEL,
  ARPHRD_TUNNEL6,
} from '../constants';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from '../packet';

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

const DLT_RAW = 12; // 14 on OpenBSD, and 101 in files

/** libpcap's own number of a link type. */
export const dltOf = (linktype: number): number => (linktype === LINKTYPE_RAW ? DLT_RAW : linktype);

export const LINK_NAMES: Readonly<Record<number, string>> = {
  [LINKTYPE_ETHERNET]: 'EN10MB (Ethernet)',
  [LINKTYPE_RAW]: 'RAW (Raw IP)',
  [LINKTYPE_LINUX_SLL2]: 'LINUX_SLL2 (Linux cooked v2)',
};
