// getaddrinfo(3): host and service names to addresses.
import { domainToASCII } from 'node:url';
import { decodeAddress, type Inet6Address, type InetAddress } from '../address';
import * as c from '../constants';
import { gaiError } from '../errors';
import { badRange, badType, integer } from '../errors/arguments';
import { native } from '../native';
import { i32, u32, wire } from '../structs';
import { type Answer, answered, cString, inThisThread, inThread } from './calls';

/** struct addrinfo: one address that a name has. */
export interface AddrInfo {
  /** AF_INET or AF_INET6. */
  family: number;
  type: number;
  proto: number;
  /**
   * The official name of the host, in the first result, where AI_CANONNAME asked for it; else ''.
   */
  canonname: string;
  address: InetAddress | Inet6Address;
}

type Question = readonly [
  host: string | null,
  service: string | null,
  flags: number,
  family: number,
  type: number,
  protocol: number,
];

/** A host name as a resolver takes it: other alphabets in their ASCII form (RFC 3490). */
export function hostName(what: string, host: unknown): string {
  const name = cString(what, host);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is asked for
  if (/^[\x00-\x7f]*$/.test(name)) return name;
  const ascii = domainToASCII(name);
  if (ascii === '') throw gaiError(c.EAI_NONAME, name);
  return ascii;
}

function serviceName(port: unknown): string | null {
  if (port === null || port === undefined) return null;
  if (typeof port === 'number') return String(integer('port', port, 0, 0xffff));
  if (typeof port !== 'string')
    throw badType('port', 'a number, the name of a service, or null', port);
  if (/^\d+$/.test(port) && Number(port) > 0xffff)
    throw badRange('port', 'an integer of 0 … 65535', port); // glibc would keep the lower 16 bits
  return cString('port', port);
}

function int(what: string, value: number): number {
  return integer(what, value, -0x80000000, 0x7fffffff);
}

function question(
  host: string | null,
  port: string | number | null,
  family: number,
  type: number,
  proto: number,
  flags: number,
): Question {
  const name = host === null || host === undefined ? null : hostName('host', host);
  return [
    name,
    serviceName(port),
    int('flags', flags),
    int('family', family),
    int('type', type),
    int('proto', proto),
  ];
}

const RECORD = wire('addrinfo', {
  size: u32,
  flags: i32,
  family: i32,
  type: i32,
  protocol: i32,
  addrlen: u32,
  canonlen: u32,
});

function results(answer: Answer, host: string | null): AddrInfo[] {
  const bytes = answered(answer, 'getaddrinfo', host ?? undefined);
  const list: AddrInfo[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { size, family, type, protocol, addrlen, canonlen } = RECORD.read(bytes, at);
    const start = at + RECORD.size;
    const address = decodeAddress(bytes.subarray(start, start + addrlen), addrlen) as
      | InetAddress
      | Inet6Address;
    const canonname = bytes.toString('utf8', start + addrlen, start + addrlen + canonlen);
    list.push({ family, type, proto: protocol, canonname, address });
    at += size;
  }
  return list;
}

/**
 * getaddrinfo(3), in another thread: the addresses of a host and a port, in the order in which to
 * try them (RFC 6724). Arguments as in Python. `host` null is loopback (or every address with
 * AI_PASSIVE); `port` is a number, a service of /etc/services, or null. Without a `type` each
 * address comes once for every socket type. Rejects with GaiError: `code` is 'EAI_NONAME' and so
 * on.
 */
export async function getaddrinfo(
  host: string | null,
  port: string | number | null,
  family = 0,
  type = 0,
  proto = 0,
  flags = 0,
): Promise<AddrInfo[]> {
  const asked = question(host, port, family, type, proto, flags);
  return results(await inThread((done) => native.getaddrinfo(...asked, done)), host);
}

/** The same without holding the event loop: whoever waits for it does, for as long as it waits. */
export async function findAddresses(
  host: string,
  port: string | number | null,
  family: number,
  type: number,
): Promise<AddrInfo[]> {
  const asked = question(host, port, family, type, 0, 0);
  return results(await inThread((done) => native.getaddrinfo(...asked, done), false), host);
}

/** getaddrinfo(), keeping this thread waiting: seconds, where a name server does not answer. */
export function getaddrinfoSync(
  host: string | null,
  port: string | number | null,
  family = 0,
  type = 0,
  proto = 0,
  flags = 0,
): AddrInfo[] {
  const asked = question(host, port, family, type, proto, flags);
  return results(
    inThisThread((out) => native.getaddrinfo_sync(...asked, out)),
    host,
  );
}

/** The first address, as text with its scope. */
function first([found]: AddrInfo[]): string {
  const { address } = found;
  return address.family === 'IPv6' && address.scopeId !== 0
    ? `${address.address}%${address.scopeId}`
    : address.address;
}

/**
 * The numeric text of a host name's first address in AF_INET or AF_INET6 (or AF_UNSPEC), as Python
 * resolves the names in its address tuples. Without `hold` it does not hold the event loop.
 */
export async function lookup(family: number, host: string, hold = true): Promise<string> {
  const find = hold ? getaddrinfo : findAddresses;
  return first(await find(cString('host', host), null, family, c.SOCK_DGRAM));
}

export function lookupSync(family: number, host: string): string {
  return first(getaddrinfoSync(cString('host', host), null, family, c.SOCK_DGRAM));
}
