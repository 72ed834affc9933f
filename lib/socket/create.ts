// socket(), socketpair(), create_connection() and create_server(): Python's module functions.
import type * as net from 'node:net';
import type {
  Address,
  AddressLike,
  AnyFamily,
  Family,
  Inet6Address,
  InetAddress,
  UnixAddress,
} from '../address';
import { AF_INET, AF_INET6, AI_PASSIVE, EAFNOSUPPORT, SOCK_STREAM, SOMAXCONN } from '../constants';
import { badRange, badType, membersOf, namesOf, socketError } from '../errors';
import {
  type AddrInfo,
  findAddresses,
  getaddrinfoSync,
  getdefaulttimeout,
  has_dualstack_ipv6,
} from '../names';
import type { OptionValues } from '../options';
import { Deadline } from '../wait';
import { checkOptions, type IoOptions } from './arguments';
import { firstConnected, interleaved } from './happy-eyeballs';
import { Socket } from './socket';

type HostPort = readonly [host: string, port: number];
type InternetAddress = InetAddress | Inet6Address;

/** socket(2): new Socket(family, type, proto). AF_INET SOCK_STREAM by default. */
export function socket<A extends Address = InetAddress>(
  family?: Family<A>,
  type?: number,
  proto?: number,
): Socket<A> {
  return new Socket<A>(family, type, proto);
}

/** socketpair(2): two connected sockets; AF_UNIX SOCK_STREAM by default. */
export function socketpair<A extends Address = UnixAddress>(
  family?: Family<A>,
  type?: number,
  proto?: number,
): [Socket<A>, Socket<A>] {
  return Socket.pair<A>(family, type, proto);
}

function hostPort(address: HostPort, what: string): HostPort {
  if (!Array.isArray(address) || typeof address[0] !== 'string')
    throw badType(`${what}: address`, '[host, port]', address);
  return address;
}

const ATTEMPT_DELAY_MS = 250; // "Connection Attempt Delay" of RFC 8305
const LEAST_ATTEMPT_DELAY_MS = 10;

/** What create_connection() takes. */
export interface ConnectionOptions extends IoOptions {
  /** bound first */
  source?: HostPort;
  /** set before connect(2) */
  options?: OptionValues;
  /** milliseconds that an attempt has before the next address is tried beside it */
  attemptDelayMs?: number;
}

const CONNECTION_OPTIONS = namesOf<ConnectionOptions>({
  flags: true,
  signal: true,
  timeoutMs: true,
  source: true,
  options: true,
  attemptDelayMs: true,
});

/**
 * A TCP connection to the first of the host's addresses that accepts it: Happy Eyeballs (RFC 8305).
 * The families take turns; the next attempt begins when one fails, or after `attemptDelayMs`
 * milliseconds (250); the first that connects wins, and the others are closed. `source` is bound
 * first; `options` are set before connect. Where no address accepts, one attempt rejects with its
 * SocketError, several with an AggregateError of all of them, whose code and errno are the first
 * address's. timeoutMs, or the default timeout, and the signal are for the whole.
 */
export async function create_connection(
  address: HostPort,
  o: ConnectionOptions = {},
): Promise<Socket<InternetAddress>> {
  const [host, port] = hostPort(address, 'create_connection');
  const given = checkOptions(o, 'create_connection', CONNECTION_OPTIONS) ?? {};
  const deadline = new Deadline(given, defaultTimeoutMs());
  const { source, options, signal } = given;
  const delayMs = attemptDelay(given.attemptDelayMs);
  if (source !== undefined) hostPort(source, 'create_connection: source');
  const found = await deadline.wait(findAddresses(host, port, 0, SOCK_STREAM), 'connect');
  const attempt = async (to: AddrInfo, stopped: AbortSignal) => {
    const { family, type, proto } = to;
    const sock = new Socket<InternetAddress>({
      family: family as Family<InternetAddress>,
      type,
      proto,
      options,
    });
    try {
      if (source !== undefined) sock.bind(source as AddressLike<InternetAddress>);
      const { timeoutMs } = deadline.rest();
      await sock.connect(to.address as AddressLike<InternetAddress>, {
        timeoutMs,
        signal: stopped,
      });
      return sock;
    } catch (error) {
      sock.close();
      throw error;
    }
  };
  return firstConnected(interleaved(found), attempt, (late) => late.close(), { delayMs, signal });
}

function attemptDelay(ms: unknown = ATTEMPT_DELAY_MS): number {
  if (typeof ms !== 'number')
    throw badType('create_connection: attemptDelayMs', 'a number of milliseconds', ms);
  if (!(ms >= LEAST_ATTEMPT_DELAY_MS && ms <= 0x7fffffff))
    throw badRange('create_connection: attemptDelayMs', 'at least 10 milliseconds', ms);
  return ms;
}

/** The default timeout in milliseconds; its 0 is for Sync verbs. */
function defaultTimeoutMs(): number | null {
  const seconds = getdefaulttimeout();
  return seconds ? seconds * 1000 : null;
}

/**
 * The family of a listening address: the caller's, IPv6 for dual stack or an IPv6 literal, else
 * what the name says.
 */
function listenFamily(
  host: string,
  { family, dualstack }: { family?: AnyFamily; dualstack?: boolean },
): number {
  if (family !== undefined) return family;
  if (dualstack) return AF_INET6;
  const { isIP } = require('node:net') as typeof net; // loaded only where it is wanted
  const literal = isIP(host.replace(/%.*$/, ''));
  if (literal !== 0) return literal === 6 ? AF_INET6 : AF_INET;
  if (host === '' || host === '<broadcast>') return AF_INET;
  return getaddrinfoSync(host, null, 0, SOCK_STREAM, 0, AI_PASSIVE)[0].family;
}

/** What create_server() takes. */
export interface ServerOptions {
  /** AF_INET or AF_INET6; that of the address if not given */
  family?: AnyFamily;
  /** for listen(2) */
  backlog?: number;
  /** SO_REUSEPORT */
  reusePort?: boolean;
  /** IPv4 on the same IPv6 socket */
  dualstack?: boolean;
  /** set before bind(2) */
  options?: OptionValues;
}

const SERVER_OPTIONS = namesOf<ServerOptions>({
  family: true,
  backlog: true,
  reusePort: true,
  dualstack: true,
  options: true,
});

/**
 * A listening TCP socket: SO_REUSEADDR, bind, listen. `dualstack` serves IPv4 on the same socket
 * (IPV6_V6ONLY off, host '' or '::'); `reusePort` sets SO_REUSEPORT. EADDRINUSE, EADDRNOTAVAIL,
 * EACCES (port < 1024).
 */
export function create_server(
  address: HostPort,
  given: ServerOptions = {},
): Socket<InternetAddress> {
  const [host, port] = hostPort(address, 'create_server');
  const o = membersOf(given, 'create_server', SERVER_OPTIONS);
  if (o.dualstack && o.family !== undefined && o.family !== AF_INET6)
    throw badType('create_server: family', 'AF_INET6 with dualstack', o.family);
  if (o.dualstack && !has_dualstack_ipv6())
    throw socketError(-EAFNOSUPPORT, 'socket', {
      hint: 'this system has no dual-stack IPv6: leave dualstack out',
    });
  const family = listenFamily(host, o);
  const sock = new Socket<InternetAddress>({
    family: family as Family<InternetAddress>,
    type: SOCK_STREAM,
  });
  try {
    sock.options.SO_REUSEADDR = true;
    if (o.reusePort) sock.options.SO_REUSEPORT = true;
    if (family === AF_INET6) sock.options.IPV6_V6ONLY = !o.dualstack;
    if (o.options !== undefined) sock.options.set(o.options);
    sock
      .bind([host, port] as unknown as AddressLike<InternetAddress>)
      .listen(o.backlog ?? SOMAXCONN);
    return sock;
  } catch (error) {
    sock.close();
    throw error;
  }
}
