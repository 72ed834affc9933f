// Every AF_ and PF_ constant with the address type that goes with it; a family without a codec of
// its own has verbatim addresses.
import * as c from '../constants';
import type {
  CanAddress,
  Family,
  Inet6Address,
  InetAddress,
  NetlinkAddress,
  OtherAddress,
  PacketAddress,
  UnixAddress,
  VsockAddress,
} from './types';

export const AF_UNSPEC = c.AF_UNSPEC as Family<OtherAddress>;
export const AF_FILE = c.AF_FILE as Family<UnixAddress>;
export const AF_LOCAL = c.AF_LOCAL as Family<UnixAddress>;
export const AF_UNIX = c.AF_UNIX as Family<UnixAddress>;
export const AF_INET = c.AF_INET as Family<InetAddress>;
export const AF_AX25 = c.AF_AX25 as Family<OtherAddress>;
export const AF_IPX = c.AF_IPX as Family<OtherAddress>;
export const AF_APPLETALK = c.AF_APPLETALK as Family<OtherAddress>;
export const AF_NETROM = c.AF_NETROM as Family<OtherAddress>;
export const AF_BRIDGE = c.AF_BRIDGE as Family<OtherAddress>;
export const AF_ATMPVC = c.AF_ATMPVC as Family<OtherAddress>;
export const AF_X25 = c.AF_X25 as Family<OtherAddress>;
export const AF_INET6 = c.AF_INET6 as Family<Inet6Address>;
export const AF_ROSE = c.AF_ROSE as Family<OtherAddress>;
export const AF_DECnet = c.AF_DECnet as Family<OtherAddress>;
export const AF_NETBEUI = c.AF_NETBEUI as Family<OtherAddress>;
export const AF_SECURITY = c.AF_SECURITY as Family<OtherAddress>;
export const AF_KEY = c.AF_KEY as Family<OtherAddress>;
export const AF_NETLINK = c.AF_NETLINK as Family<NetlinkAddress>;
export const AF_ROUTE = c.AF_ROUTE as Family<NetlinkAddress>;
export const AF_PACKET = c.AF_PACKET as Family<PacketAddress>;
export const AF_ASH = c.AF_ASH as Family<OtherAddress>;
export const AF_ECONET = c.AF_ECONET as Family<OtherAddress>;
export const AF_ATMSVC = c.AF_ATMSVC as Family<OtherAddress>;
export const AF_RDS = c.AF_RDS as Family<OtherAddress>;
export const AF_SNA = c.AF_SNA as Family<OtherAddress>;
export const AF_IRDA = c.AF_IRDA as Family<OtherAddress>;
export const AF_PPPOX = c.AF_PPPOX as Family<OtherAddress>;
export const AF_WANPIPE = c.AF_WANPIPE as Family<OtherAddress>;
export const AF_LLC = c.AF_LLC as Family<OtherAddress>;
export const AF_IB = c.AF_IB as Family<OtherAddress>;
export const AF_MPLS = c.AF_MPLS as Family<OtherAddress>;
export const AF_CAN = c.AF_CAN as Family<CanAddress>;
export const AF_TIPC = c.AF_TIPC as Family<OtherAddress>;
export const AF_BLUETOOTH = c.AF_BLUETOOTH as Family<OtherAddress>;
export const AF_IUCV = c.AF_IUCV as Family<OtherAddress>;
export const AF_RXRPC = c.AF_RXRPC as Family<OtherAddress>;
export const AF_ISDN = c.AF_ISDN as Family<OtherAddress>;
export const AF_PHONET = c.AF_PHONET as Family<OtherAddress>;
export const AF_IEEE802154 = c.AF_IEEE802154 as Family<OtherAddress>;
export const AF_CAIF = c.AF_CAIF as Family<OtherAddress>;
export const AF_ALG = c.AF_ALG as Family<OtherAddress>;
export const AF_NFC = c.AF_NFC as Family<OtherAddress>;
export const AF_VSOCK = c.AF_VSOCK as Family<VsockAddress>;
export const AF_KCM = c.AF_KCM as Family<OtherAddress>;
export const AF_QIPCRTR = c.AF_QIPCRTR as Family<OtherAddress>;
export const AF_SMC = c.AF_SMC as Family<OtherAddress>;
export const AF_XDP = c.AF_XDP as Family<OtherAddress>;
export const AF_MCTP = c.AF_MCTP as Family<OtherAddress>;

export const PF_UNSPEC = c.PF_UNSPEC as Family<OtherAddress>;
export const PF_FILE = c.PF_FILE as Family<UnixAddress>;
export const PF_LOCAL = c.PF_LOCAL as Family<UnixAddress>;
export const PF_UNIX = c.PF_UNIX as Family<UnixAddress>;
export const PF_INET = c.PF_INET as Family<InetAddress>;
export const PF_AX25 = c.PF_AX25 as Family<OtherAddress>;
export const PF_IPX = c.PF_IPX as Family<OtherAddress>;
export const PF_APPLETALK = c.PF_APPLETALK as Family<OtherAddress>;
export const PF_NETROM = c.PF_NETROM as Family<OtherAddress>;
export const PF_BRIDGE = c.PF_BRIDGE as Family<OtherAddress>;
export const PF_ATMPVC = c.PF_ATMPVC as Family<OtherAddress>;
export const PF_X25 = c.PF_X25 as Family<OtherAddress>;
export const PF_INET6 = c.PF_INET6 as Family<Inet6Address>;
export const PF_ROSE = c.PF_ROSE as Family<OtherAddress>;
export const PF_DECnet = c.PF_DECnet as Family<OtherAddress>;
export const PF_NETBEUI = c.PF_NETBEUI as Family<OtherAddress>;
export const PF_SECURITY = c.PF_SECURITY as Family<OtherAddress>;
export const PF_KEY = c.PF_KEY as Family<OtherAddress>;
export const PF_NETLINK = c.PF_NETLINK as Family<NetlinkAddress>;
export const PF_ROUTE = c.PF_ROUTE as Family<NetlinkAddress>;
export const PF_PACKET = c.PF_PACKET as Family<PacketAddress>;
export const PF_ASH = c.PF_ASH as Family<OtherAddress>;
export const PF_ECONET = c.PF_ECONET as Family<OtherAddress>;
export const PF_ATMSVC = c.PF_ATMSVC as Family<OtherAddress>;
export const PF_RDS = c.PF_RDS as Family<OtherAddress>;
export const PF_SNA = c.PF_SNA as Family<OtherAddress>;
export const PF_IRDA = c.PF_IRDA as Family<OtherAddress>;
export const PF_PPPOX = c.PF_PPPOX as Family<OtherAddress>;
export const PF_WANPIPE = c.PF_WANPIPE as Family<OtherAddress>;
export const PF_LLC = c.PF_LLC as Family<OtherAddress>;
export const PF_IB = c.PF_IB as Family<OtherAddress>;
export const PF_MPLS = c.PF_MPLS as Family<OtherAddress>;
export const PF_CAN = c.PF_CAN as Family<CanAddress>;
export const PF_TIPC = c.PF_TIPC as Family<OtherAddress>;
export const PF_BLUETOOTH = c.PF_BLUETOOTH as Family<OtherAddress>;
export const PF_IUCV = c.PF_IUCV as Family<OtherAddress>;
export const PF_RXRPC = c.PF_RXRPC as Family<OtherAddress>;
export const PF_ISDN = c.PF_ISDN as Family<OtherAddress>;
export const PF_PHONET = c.PF_PHONET as Family<OtherAddress>;
export const PF_IEEE802154 = c.PF_IEEE802154 as Family<OtherAddress>;
export const PF_CAIF = c.PF_CAIF as Family<OtherAddress>;
export const PF_ALG = c.PF_ALG as Family<OtherAddress>;
export const PF_NFC = c.PF_NFC as Family<OtherAddress>;
export const PF_VSOCK = c.PF_VSOCK as Family<VsockAddress>;
export const PF_KCM = c.PF_KCM as Family<OtherAddress>;
export const PF_QIPCRTR = c.PF_QIPCRTR as Family<OtherAddress>;
export const PF_SMC = c.PF_SMC as Family<OtherAddress>;
export const PF_XDP = c.PF_XDP as Family<OtherAddress>;
export const PF_MCTP = c.PF_MCTP as Family<OtherAddress>;
