// What console.log() shows of a Socket: a line as of ss(8).
import type { Address } from '../address';
import { constants } from '../constants';
import { native } from '../native';
import { getpeernameOrNull, getsocknameOrNull } from './calls/name';
import type { State } from './state';

/** Netids of ss(8), by family and type. */
const netids = () =>
  [
    [constants.AF_INET, constants.SOCK_STREAM, 'tcp'],
    [constants.AF_INET6, constants.SOCK_STREAM, 'tcp6'],
    [constants.AF_INET, constants.SOCK_DGRAM, 'udp'],
    [constants.AF_INET6, constants.SOCK_DGRAM, 'udp6'],
    [constants.AF_UNIX, constants.SOCK_STREAM, 'u_str'],
    [constants.AF_UNIX, constants.SOCK_DGRAM, 'u_dgr'],
    [constants.AF_UNIX, constants.SOCK_SEQPACKET, 'u_seq'],
  ] as const;

/** enum of netinet/tcp.h, in the words of ss(8) */
const TCP_STATES = [
  '',
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
];

const nameOf = (prefix: string, value: number): string =>
  Object.entries(constants).find(
    ([name, number]) => name.startsWith(prefix) && number === value,
  )?.[0] ?? String(value);

const int = new Int32Array(1);
const bytes = new Uint8Array(int.buffer);

function queued(fd: number, request: number): number {
  return native.ioctl(fd, request, bytes) < 0 ? 0 : (int[0] as number);
}

function stateOf({ type, channel: { fd } }: State, netid: string, peer: Address | null): string {
  const { IPPROTO_TCP, TCP_INFO, SOL_SOCKET, SO_ACCEPTCONN, SOCK_STREAM } = constants;
  if (netid.startsWith('tcp')) {
    const info = new Uint8Array(1);
    if (native.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, 1) >= 0)
      return TCP_STATES[info[0] as number] ?? 'UNCONN';
  }
  if (type === SOCK_STREAM && native.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, bytes, 4) >= 0)
    if (int[0] !== 0) return 'LISTEN';
  return peer === null ? 'UNCONN' : 'ESTAB';
}

function text(address: Address | null): string {
  if (address === null) return '*';
  switch (address.family) {
    case 'IPv4':
      return `${address.address}:${address.port}`;
    case 'IPv6':
      return `[${address.address}]:${address.port}`;
    case 'unix':
      if (address.path.length === 0 && !address.abstract) return '*';
      return `${address.abstract ? '@' : ''}${address.path}`;
    case 'packet':
      return address.ifname || '*';
    case 'netlink':
      return `pid ${address.pid}`;
    case 'vsock':
      return `${address.cid}:${address.port}`;
    case 'can':
      return address.ifname;
    default:
      return '*';
  }
}

/** `Socket <tcp ESTAB 127.0.0.1:80 -> 127.0.0.1:5555, fd 20, recv-q 0, send-q 0>` */
export function inspectSocket(state: State): string {
  const { family, type, proto } = state as { family: number; type: number; proto: number };
  const { fd } = state.channel;
  const netid =
    netids().find(([af, kind]) => (af as number) === family && kind === type)?.[2] ??
    `${nameOf('AF_', family)} ${nameOf('SOCK_', type)}${proto === 0 ? '' : ` ${proto}`}`;
  if (fd < 0) return `Socket <${netid} closed>`;
  const peer = getpeernameOrNull(state);
  const names = `${text(getsocknameOrNull(state))}${peer === null ? '' : ` -> ${text(peer)}`}`;
  const queues = `recv-q ${queued(fd, constants.FIONREAD)}, send-q ${queued(fd, constants.TIOCOUTQ)}`;
  return `Socket <${netid} ${stateOf(state, netid, peer)} ${names}, fd ${fd}, ${queues}>`;
}
