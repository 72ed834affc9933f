// bsd-socket: the public surface. Re-exports only.
export {
  type Address,
  type AddressLike,
  type CanAddress,
  type Family,
  htonl,
  htons,
  type Inet6Address,
  type InetAddress,
  inet_aton,
  inet_ntoa,
  inet_ntop,
  inet_pton,
  type NetlinkAddress,
  ntohl,
  ntohs,
  type OtherAddress,
  type PacketAddress,
  type UnixAddress,
  type VsockAddress,
} from './address';
export * from './address/families';
export type { Bytes } from './bytes';
export {
  type ConformanceReport,
  type ConformanceRequest,
  conformance,
  conformanceDiff,
  type Difference,
  type KindReport,
  type Misuse,
  type OptionReport,
  type SocketKind,
} from './conformance';
export { constants } from './constants';
export {
  type Errno,
  type ErrnoAlias,
  errorcode,
  errors,
  type GaiCode,
  GaiError,
  isErrno,
  SocketError,
  SocketError as error,
} from './errors';
export {
  type Attribute,
  type AuxData,
  CM,
  type Cmsg,
  type CmsgType,
  type ErrorMessage,
  type ExtendedErr,
  type FdLike,
  type Message,
  MessageBatch,
  type Metadata,
  OwnedFd,
  type PktInfo,
  type PktInfo6,
  type SendExtras,
  type Timestamps,
} from './message';
export {
  type AddrInfo,
  type Capabilities,
  capabilities,
  getaddrinfo,
  getaddrinfoSync,
  getdefaulttimeout,
  getfqdn,
  getfqdnSync,
  gethostbyaddr,
  gethostbyaddrSync,
  gethostbyname,
  gethostbyname_ex,
  gethostbyname_exSync,
  gethostbynameSync,
  gethostname,
  getnameinfo,
  getnameinfoSync,
  getprotobyname,
  getservbyname,
  getservbyport,
  type HostEntry,
  has_dualstack_ipv6,
  has_ipv6,
  type Interface,
  type InterfaceAddress,
  if_indextoname,
  if_nameindex,
  if_nametoindex,
  interfaces,
  setdefaulttimeout,
} from './names';
export {
  defineOption,
  getsourcefilter,
  type OptionSpec,
  optionsOf,
  prepareSocket,
  type SocketOptions,
  type TimestampingFlag,
  timestamping,
  timestampingFlags,
} from './options';
export * from './options/names.generated';
export { AF_VSOCK } from './options/names.generated'; // an address family and a level
// with a star, so that declaration merging reaches OptionRegistry
export type * from './options/option-registry';
export type * from './options/types';
export * from './plain-constants';
export * from './socket';
