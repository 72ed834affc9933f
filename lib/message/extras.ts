// SendExtras: what goes along with a datagram, as the control messages of the socket's family.
import type * as net from 'node:net';
import { AF_INET, AF_INET6 } from '../constants';
import type { OwnedFd } from '../descriptors';
import { badRange, badType, checkMembers, integer } from '../errors/arguments';
import { buildControl, type Cmsg } from './cmsg';
import { CM } from './table';

/** The way back from a Message: source, interface and so on of what is sent. */
export interface SendExtras {
  /** source address; any local one, or with IP_FREEBIND or IP_TRANSPARENT any at all */
  from?: string;
  /** interface to leave from */
  ifindex?: number;
  /** 1 … 255 */
  ttl?: number;
  /** 0 … 255 */
  tos?: number;
  /** bytes: the kernel cuts the payload into datagrams of this size (UDP_SEGMENT) */
  segmentSize?: number;
  /** when to send, nanoseconds of the clock that SO_TXTIME names */
  txtime?: bigint;
  /** descriptors (AF_UNIX); they stay open here */
  fds?: readonly (number | OwnedFd | { fileno(): number } | net.Socket)[];
  /** further control messages */
  control?: readonly Cmsg[];
}

const EXTRAS: readonly (keyof SendExtras)[] = [
  'from',
  'ifindex',
  'ttl',
  'tos',
  'segmentSize',
  'txtime',
  'fds',
  'control',
];

/** The names of sendmsg()'s options. */
export const SENDMSG_OPTIONS: readonly string[] = [...EXTRAS, 'to', 'flags', 'signal', 'timeoutMs'];

/** Refuses unknown members of what MessageBatch.set() takes. */
export const checkExtras = (extras: SendExtras): void =>
  checkMembers(extras, 'MessageBatch.set', EXTRAS);
/** The options of sendmsg()'s verbs that return at once; unknown members are refused. */
export function checkSendOptions<O extends object>(options: O | undefined): O | undefined {
  if (options !== undefined) checkMembers(options, 'sendmsg', SENDMSG_OPTIONS);
  return options;
}

const MAPPED = '::ffff:';
const ADDR = 8; // of struct sockaddr_in6

/**
 * Whether a sockaddr_in6 is an IPv4 address in IPv6's clothes: the kernel then speaks IPv4, and
 * heeds IPv4's control messages.
 */
function isMapped(sockaddr: Uint8Array): boolean {
  for (let i = ADDR; i < ADDR + 10; i++) if (sockaddr[i] !== 0) return false;
  return sockaddr[ADDR + 10] === 0xff && sockaddr[ADDR + 11] === 0xff;
}

/**
 * What was sent along last, and its control data: whoever sends many datagrams mostly says the same
 * of each.
 */
interface Known {
  readonly family: number;
  readonly from: string | undefined;
  readonly ifindex: number | undefined;
  readonly ttl: number | undefined;
  readonly tos: number | undefined;
  readonly segmentSize: number | undefined;
  readonly bytes: Uint8Array | null;
}
let known: Known = {
  family: -1,
  from: undefined,
  ifindex: undefined,
  ttl: undefined,
  tos: undefined,
  segmentSize: undefined,
  bytes: null,
};

/**
 * The control data for a datagram to `to` (sockaddr bytes, where there is a destination), null
 * where there is none. Nobody writes to it.
 */
export function extrasBytes(
  family: number,
  extras: SendExtras,
  to: Uint8Array | undefined,
): Uint8Array | null {
  const { from, ifindex, ttl, tos, segmentSize } = extras;
  const plain =
    extras.txtime === undefined && extras.fds === undefined && extras.control === undefined;
  if (
    plain &&
    family === known.family &&
    segmentSize === known.segmentSize &&
    ttl === known.ttl &&
    tos === known.tos &&
    ifindex === known.ifindex &&
    from === known.from
  )
    return known.bytes;
  const messages = extrasControl(family, extras, to);
  const bytes = messages.length === 0 ? null : buildControl(messages);
  // An IPv6 socket's messages are those of the destination's family, so they are made anew each
  // time.
  if (plain && family !== AF_INET6) known = { family, from, ifindex, ttl, tos, segmentSize, bytes };
  return bytes;
}

/** More than any net.core.optmem_max lets through. */
const MOST_CONTROL = 1 << 16;

function extrasControl(family: number, extras: SendExtras, to: Uint8Array | undefined): Cmsg[] {
  const { from, ifindex, ttl, tos, segmentSize, txtime, fds, control } = extras;
  const found: Cmsg[] = [];
  if (from !== undefined && typeof from !== 'string')
    throw badType('from', 'an address as text', from);
  if (from !== undefined || ifindex !== undefined || ttl !== undefined || tos !== undefined) {
    if (family !== AF_INET && family !== AF_INET6)
      throw badRange('from, ifindex, ttl and tos', 'for internet sockets only', family);
    const v4 =
      family === AF_INET || (to === undefined ? from?.startsWith(MAPPED) === true : isMapped(to));
    const source = v4 && from?.startsWith(MAPPED) ? from.slice(MAPPED.length) : from;
    if (source !== undefined || ifindex !== undefined) {
      if (ifindex !== undefined) integer('ifindex', ifindex, 0, 0x7fffffff);
      found.push(
        v4
          ? CM.IP_PKTINFO({ ifindex, specDst: source })
          : CM.IPV6_PKTINFO({ ifindex, addr: source }),
      );
    }
    if (ttl !== undefined)
      found.push((v4 ? CM.IP_TTL : CM.IPV6_HOPLIMIT)(integer('ttl', ttl, v4 ? 1 : 0, 255)));
    if (tos !== undefined)
      found.push((v4 ? CM.IP_TOS : CM.IPV6_TCLASS)(integer('tos', tos, 0, 255)));
  }
  if (segmentSize !== undefined)
    found.push(CM.UDP_SEGMENT(integer('segmentSize', segmentSize, 1, 0xffff)));
  if (txtime !== undefined) found.push(CM.SCM_TXTIME(txtime));
  if (fds !== undefined && !(Array.isArray(fds) && fds.length === 0))
    found.push(CM.SCM_RIGHTS(fds));
  if (control === undefined) return found;
  if (!Array.isArray(control)) throw badType('control', 'an array of control messages', control);
  if (control.length > MOST_CONTROL)
    throw badRange('control', `at most ${MOST_CONTROL} control messages`, control.length);
  return [...found, ...control];
}
