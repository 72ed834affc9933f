// The public face of bsd-socket/packet: headers as rows, views in place, checksums, builders, a
// decoder that trusts nothing, a pcap writer.
export type { Bytes } from '../bytes';
export type { CreateOptions } from '../pcap/create';
export type { PcapFrame, PcapOptions } from '../pcap/encoder';
export { fileHeader as pcapHeader, fileRecord as pcapRecord, PcapFile } from '../pcap/file';
export { MAXIMUM_SNAPLEN } from '../pcap/format';
export * from '../pcap/linktype';
export * from '../structs/headers';
export * from './build';
export {
  checksum,
  icmpChecksum,
  icmpv6Checksum,
  pseudoHeader,
  sum,
  tcpChecksum,
  udpChecksum,
  type WireAddress,
} from './checksum';
export { decodeFrame } from './decode';
export { format } from './format';
export * from './layers';
export * from './numbers';
export {
  packIpv4Options,
  packTcpOptions,
  type RawOption,
  type TcpOption,
  unpackIpv4Options,
  unpackTcpOptions,
  walkOptions,
} from './options';
export { FramePrinter, type PrintStyle } from './print';
export {
  ArpView,
  EthernetView,
  IcmpEchoView,
  Ipv4View,
  Ipv6View,
  TcpView,
  UdpView,
  type View,
  VlanView,
  viewOf,
} from './view';
