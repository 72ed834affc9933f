// CM: every control message of Linux, one row each: its number, and how its payload is read and
// built.

import * as c from '../constants';
import { i32, u8, u16, u32, u32be, u64 } from '../structs';
import { in_addr, in6_addr } from '../structs/addresses';
import { nl_pktinfo } from '../structs/netlink';
import * as sctpStructs from '../structs/sctp';
import {
  dmabuf_cmsg,
  kernel_sock_timeval,
  kernel_timespec,
  scm_ts_pktinfo,
  timespec,
  timeval,
  ucred,
} from '../structs/socket';
import { kinds } from './kind';
import {
  label,
  microseconds,
  nanoseconds,
  payload,
  pidfd,
  rights,
  trafficClass,
  verbatim,
} from './payload';
import { extendedError, pathMtu, pktinfo, pktinfo6, sockaddrIn, sockaddrIn6 } from './payload-inet';
import { attributes, auxdata, ivBytes, timestamping } from './payload-link';

const int = payload(i32);
const word = payload(u32);
const dmabuf = payload(dmabuf_cmsg);

const socket = kinds('SOL_SOCKET', c.SOL_SOCKET, {
  /** unix, both ways: descriptors, 253 at most */
  SCM_RIGHTS: [c.SCM_RIGHTS, rights],
  /**
   * unix both ways, netlink in: enable({ credentials }) or SO_PASSCRED; another's pid or uid needs
   * privileges
   */
  SCM_CREDENTIALS: [c.SCM_CREDENTIALS, payload(ucred)],
  /** unix, in: SO_PASSSEC */
  SCM_SECURITY: [c.SCM_SECURITY, label],
  /** unix, in: SO_PASSPIDFD */
  SCM_PIDFD: [c.SCM_PIDFD, pidfd],
  /** in: SO_TIMESTAMP; nanoseconds since the epoch, to the microsecond */
  SCM_TIMESTAMP: [c.SCM_TIMESTAMP, microseconds(timeval)],
  /** in: enable({ timestamp }) or SO_TIMESTAMPNS; nanoseconds since the epoch */
  SCM_TIMESTAMPNS: [c.SCM_TIMESTAMPNS, nanoseconds(timespec)],
  /** in, and in the error queue for what was sent: SO_TIMESTAMPING */
  SCM_TIMESTAMPING: [c.SCM_TIMESTAMPING, timestamping],
  /** out: SOF_TIMESTAMPING_TX_* for this one message */
  SO_TIMESTAMPING: [c.SO_TIMESTAMPING, word],
  SO_TIMESTAMP_NEW: [c.SO_TIMESTAMP_NEW, microseconds(kernel_sock_timeval)],
  SO_TIMESTAMPNS_NEW: [c.SO_TIMESTAMPNS_NEW, nanoseconds(kernel_timespec)],
  SO_TIMESTAMPING_NEW: [c.SO_TIMESTAMPING_NEW, timestamping],
  /** An alias of SO_TIMESTAMPING_NEW. */
  SCM_TIMESTAMPING_NEW: [c.SO_TIMESTAMPING_NEW, timestamping],
  /** out (CAP_NET_ADMIN or CAP_NET_RAW), in: SO_RCVMARK */
  SO_MARK: [c.SO_MARK, word],
  /** out (Linux 6.14), in: SO_RCVPRIORITY */
  SO_PRIORITY: [c.SO_PRIORITY, word],
  /** in: enable({ drops }); how many datagrams were lost here so far */
  SO_RXQ_OVFL: [c.SO_RXQ_OVFL, word],
  /** error queue: SO_WIFI_STATUS */
  SCM_WIFI_STATUS: [c.SCM_WIFI_STATUS, int],
  /** error queue: SOF_TIMESTAMPING_OPT_STATS; TCP_NLA_* */
  SCM_TIMESTAMPING_OPT_STATS: [c.SCM_TIMESTAMPING_OPT_STATS, attributes],
  /** in: SOF_TIMESTAMPING_OPT_PKTINFO; the card that made the hardware timestamp */
  SCM_TIMESTAMPING_PKTINFO: [c.SCM_TIMESTAMPING_PKTINFO, payload(scm_ts_pktinfo)],
  /** out: when to send, nanoseconds of the clock that SO_TXTIME names */
  SCM_TXTIME: [c.SCM_TXTIME, payload(u64)],
  /** out (Linux 6.13): the id of this message's timestamp */
  SCM_TS_OPT_ID: [c.SCM_TS_OPT_ID, word],
  SCM_DEVMEM_LINEAR: [c.SCM_DEVMEM_LINEAR, dmabuf],
  SCM_DEVMEM_DMABUF: [c.SCM_DEVMEM_DMABUF, dmabuf],
  /** in, unix streams: SO_INQ; bytes still queued */
  SCM_INQ: [c.SCM_INQ, int],
});

const ip = kinds('IPPROTO_IP', c.IPPROTO_IP, {
  /** both ways: enable({ pktinfo }) */
  IP_PKTINFO: [c.IP_PKTINFO, pktinfo],
  /** both ways: enable({ ttl }) or IP_RECVTTL; 1 … 255 */
  IP_TTL: [c.IP_TTL, int],
  /** both ways: enable({ tos }) or IP_RECVTOS */
  IP_TOS: [c.IP_TOS, trafficClass],
  /** in: IP_RECVOPTS */
  IP_RECVOPTS: [c.IP_RECVOPTS, verbatim],
  /** both ways: IP_RETOPTS */
  IP_RETOPTS: [c.IP_RETOPTS, verbatim],
  /** error queue: enable({ errqueue }) or IP_RECVERR */
  IP_RECVERR: [c.IP_RECVERR, extendedError],
  /** in: enable({ origDst }) or IP_RECVORIGDSTADDR */
  IP_ORIGDSTADDR: [c.IP_ORIGDSTADDR, sockaddrIn],
  /** in: IP_CHECKSUM */
  IP_CHECKSUM: [c.IP_CHECKSUM, word],
  /** in: IP_RECVFRAGSIZE; bytes of the largest fragment */
  IP_RECVFRAGSIZE: [c.IP_RECVFRAGSIZE, int],
  /** in: IP_PASSSEC; its number is SCM_SECURITY at this level */
  IP_PASSSEC: [c.SCM_SECURITY, label],
  /** out, raw: the protocol of this one packet */
  IP_PROTOCOL: [c.IP_PROTOCOL, int],
});

const ipv6 = kinds('IPPROTO_IPV6', c.IPPROTO_IPV6, {
  /** both ways: enable({ pktinfo }) or IPV6_RECVPKTINFO */
  IPV6_PKTINFO: [c.IPV6_PKTINFO, pktinfo6],
  IPV6_2292PKTINFO: [c.IPV6_2292PKTINFO, pktinfo6],
  /** both ways: enable({ ttl }) or IPV6_RECVHOPLIMIT */
  IPV6_HOPLIMIT: [c.IPV6_HOPLIMIT, int],
  IPV6_2292HOPLIMIT: [c.IPV6_2292HOPLIMIT, int],
  /** both ways: enable({ tos }) or IPV6_RECVTCLASS */
  IPV6_TCLASS: [c.IPV6_TCLASS, int],
  /** both ways: IPV6_FLOWINFO; traffic class and flow label, 28 bits */
  IPV6_FLOWINFO: [c.IPV6_FLOWINFO, payload(u32be)],
  /** both ways (out: CAP_NET_RAW): IPV6_RECVHOPOPTS; the extension header verbatim (RFC 8200) */
  IPV6_HOPOPTS: [c.IPV6_HOPOPTS, verbatim],
  IPV6_DSTOPTS: [c.IPV6_DSTOPTS, verbatim],
  IPV6_RTHDR: [c.IPV6_RTHDR, verbatim],
  /** out */
  IPV6_RTHDRDSTOPTS: [c.IPV6_RTHDRDSTOPTS, verbatim],
  /** out */
  IPV6_DONTFRAG: [c.IPV6_DONTFRAG, int],
  /** in: IPV6_RECVPATHMTU */
  IPV6_PATHMTU: [c.IPV6_PATHMTU, pathMtu],
  /** error queue: enable({ errqueue }) or IPV6_RECVERR */
  IPV6_RECVERR: [c.IPV6_RECVERR, extendedError],
  /** in: enable({ origDst }) or IPV6_RECVORIGDSTADDR */
  IPV6_ORIGDSTADDR: [c.IPV6_ORIGDSTADDR, sockaddrIn6],
  /** in: IPV6_RECVFRAGSIZE */
  IPV6_RECVFRAGSIZE: [c.IPV6_RECVFRAGSIZE, int],
});

const udp = kinds('IPPROTO_UDP', c.IPPROTO_UDP, {
  /** out: bytes of each datagram that this payload is cut into */
  UDP_SEGMENT: [c.UDP_SEGMENT, payload(u16)],
  /**
   * in: enable({ gro }); bytes of each datagram that this payload was glued from, the last may be
   * shorter
   */
  UDP_GRO: [c.UDP_GRO, int],
});

const tcp = kinds('IPPROTO_TCP', c.IPPROTO_TCP, {
  /** in: TCP_INQ; bytes still queued */
  TCP_CM_INQ: [c.TCP_CM_INQ, int],
});

const packet = kinds('SOL_PACKET', c.SOL_PACKET, {
  /** in: PACKET_AUXDATA */
  PACKET_AUXDATA: [c.PACKET_AUXDATA, auxdata],
  /** error queue: SO_TIMESTAMPING */
  PACKET_TX_TIMESTAMP: [c.PACKET_TX_TIMESTAMP, extendedError],
});

const netlink = kinds('SOL_NETLINK', c.SOL_NETLINK, {
  /** in: enable({ pktinfo }) or NETLINK_PKTINFO; the multicast group */
  NETLINK_PKTINFO: [c.NETLINK_PKTINFO, payload(nl_pktinfo)],
  /** in: NETLINK_LISTEN_ALL_NSID */
  NETLINK_LISTEN_ALL_NSID: [c.NETLINK_LISTEN_ALL_NSID, int],
});

const vsock = kinds('SOL_VSOCK', c.SOL_VSOCK, {
  /** error queue: zero-copy completions */
  VSOCK_RECVERR: [c.VSOCK_RECVERR, extendedError],
});

const alg = kinds('SOL_ALG', c.SOL_ALG, {
  ALG_SET_IV: [c.ALG_SET_IV, ivBytes],
  /** ALG_OP_ENCRYPT or ALG_OP_DECRYPT */
  ALG_SET_OP: [c.ALG_SET_OP, word],
  ALG_SET_AEAD_ASSOCLEN: [c.ALG_SET_AEAD_ASSOCLEN, word],
});

const tls = kinds('SOL_TLS', c.SOL_TLS, {
  /** out: the type of this record (RFC 8446 5.1) */
  TLS_SET_RECORD_TYPE: [c.TLS_SET_RECORD_TYPE, payload(u8)],
  /** in */
  TLS_GET_RECORD_TYPE: [c.TLS_GET_RECORD_TYPE, payload(u8)],
});

/** RFC 6458 5.3; ppid is as the peer sent it, in network order. */
const sctp = kinds('IPPROTO_SCTP', c.IPPROTO_SCTP, {
  SCTP_INIT: [c.SCTP_INIT, payload(sctpStructs.sctp_initmsg)],
  SCTP_SNDRCV: [c.SCTP_SNDRCV, payload(sctpStructs.sctp_sndrcvinfo)],
  SCTP_SNDINFO: [c.SCTP_SNDINFO, payload(sctpStructs.sctp_sndinfo)],
  SCTP_RCVINFO: [c.SCTP_RCVINFO, payload(sctpStructs.sctp_rcvinfo)],
  SCTP_NXTINFO: [c.SCTP_NXTINFO, payload(sctpStructs.sctp_nxtinfo)],
  SCTP_PRINFO: [c.SCTP_PRINFO, payload(sctpStructs.sctp_prinfo)],
  SCTP_AUTHINFO: [c.SCTP_AUTHINFO, payload(sctpStructs.sctp_authinfo)],
  SCTP_DSTADDRV4: [c.SCTP_DSTADDRV4, payload(in_addr)],
  SCTP_DSTADDRV6: [c.SCTP_DSTADDRV6, payload(in6_addr)],
});

/**
 * Control messages by name: `msg.get(CM.IP_PKTINFO)?.ifindex`, `control: [CM.IP_TTL(3)]`. The rows
 * say which way each goes and what turns it on.
 */
export const CM = {
  ...socket,
  ...ip,
  ...ipv6,
  ...udp,
  ...tcp,
  ...packet,
  ...netlink,
  ...vsock,
  ...alg,
  ...tls,
  ...sctp,
} as const;
