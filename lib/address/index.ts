// Socket addresses: what other modules import.

export { htonl, htons, inet_aton, inet_ntoa, inet_ntop, inet_pton, ntohl, ntohs } from './arpa';
export { NeedsLookup } from './endpoint';
export * from './inaddr';
export {
  forgetElsewhere,
  interfaceIndexOf,
  isElsewhere,
  markElsewhere,
  withInterfacesOf,
} from './interface';
export { hardwareBytes, hardwareText } from './packet';
export { decodeAddress, encodeAddress, needsLookup } from './sockaddr';
export { inet6Address, inetAddress } from './tuple';
export type {
  Address,
  AddressLike,
  AnyFamily,
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
