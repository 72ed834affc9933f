// The tables of all levels, in the order in which they are shown.
import { canRawOptions } from './can';
import { ipOptions } from './ip';
import { ipv6Options } from './ipv6';
import { mptcpOptions } from './mptcp';
import { netlinkOptions } from './netlink';
import { packetOptions } from './packet';
import { icmpv6Options, rawOptions } from './raw';
import { socketOptions } from './socket';
import { tcpOptions } from './tcp';
import { tlsOptions } from './tls';
import { udpliteOptions, udpOptions } from './udp';
import { vsockOptions } from './vsock';
import { xdpOptions } from './xdp';

export const TABLES = [
  socketOptions,
  ipOptions,
  ipv6Options,
  tcpOptions,
  udpOptions,
  udpliteOptions,
  rawOptions,
  icmpv6Options,
  packetOptions,
  netlinkOptions,
  vsockOptions,
  mptcpOptions,
  xdpOptions,
  canRawOptions,
  tlsOptions,
] as const;
