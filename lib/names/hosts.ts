// gethostbyname(3), gethostbyaddr(3), gethostname(2), and Python's getfqdn: hosts and their names.
import type * as net from 'node:net';
import * as os from 'node:os';
import { inet_ntop, inet_pton } from '../address';
import * as c from '../constants';
import { fail, gaiError, hostError } from '../errors';
import { GAI_FAILURE, native } from '../native';
import { i32, u32, wire } from '../structs';
import { type Answer, cString, inThisThread, inThread } from './calls';
import { hostName, lookup, lookupSync } from './getaddrinfo';

/** What C calls struct hostent: the official name, other names, and addresses as text. */
export type HostEntry = [hostname: string, aliases: string[], addresses: string[]];

const HEAD = wire('hostent', { family: i32, addresses: u32, aliases: u32, addrlen: u32 });

function entry({ status, bytes }: Answer, syscall: string, name: string): HostEntry {
  if (status <= GAI_FAILURE) throw hostError(status, name, syscall);
  if (status < 0) fail(status, syscall);
  const { family, addresses, addrlen } = HEAD.read(bytes, 0);
  const end = HEAD.size + addresses * addrlen;
  const texts: string[] = [];
  for (let at = HEAD.size; at < end; at += addrlen)
    texts.push(inet_ntop(family as typeof c.AF_INET, bytes.subarray(at, at + addrlen)));
  const [official, ...aliases] = bytes.toString('utf8', end, bytes.length - 1).split('\0');
  return [official, aliases, texts];
}

/** What CPython answers without a resolver. */
function special(hostname: string): string | undefined {
  return { '': '0.0.0.0', '<broadcast>': '255.255.255.255' }[hostname];
}

/**
 * A host's first IPv4 address, by getaddrinfo(3) as in CPython; '' is '0.0.0.0' and '<broadcast>'
 * is '255.255.255.255'. Rejects with GaiError.
 */
export async function gethostbyname(hostname: string): Promise<string> {
  return special(cString('hostname', hostname)) ?? lookup(c.AF_INET, hostname);
}

/** gethostbyname(), keeping this thread waiting. */
export function gethostbynameSync(hostname: string): string {
  return special(cString('hostname', hostname)) ?? lookupSync(c.AF_INET, hostname);
}

/** gethostbyname(3) knows IPv4 alone. */
function inetName(hostname: string): string {
  const name = hostName('hostname', hostname);
  const { isIPv6 } = require('node:net') as typeof net; // loaded only where it is wanted
  if (isIPv6(name)) throw gaiError(c.EAI_ADDRFAMILY, hostname, 'gethostbyname');
  return name;
}

/**
 * gethostbyname(3): the official name, the aliases and all IPv4 addresses of a host. Rejects with
 * GaiError.
 */
export async function gethostbyname_ex(hostname: string): Promise<HostEntry> {
  const name = inetName(hostname);
  return entry(
    await inThread((done) => native.gethostbyname(name, c.AF_INET, done)),
    'gethostbyname',
    hostname,
  );
}

/** gethostbyname_ex(), keeping this thread waiting. */
export function gethostbyname_exSync(hostname: string): HostEntry {
  const name = inetName(hostname);
  return entry(
    inThisThread((out) => native.gethostbyname_sync(name, c.AF_INET, out)),
    'gethostbyname',
    hostname,
  );
}

function addressBytes(numeric: string): [bytes: Buffer, family: number] {
  const family = numeric.includes(':') ? c.AF_INET6 : c.AF_INET;
  return [inet_pton(family, numeric.split('%')[0]), family];
}

/**
 * gethostbyaddr(3): the names of an IPv4 or IPv6 address; a host name is resolved first, as in
 * CPython. Rejects with GaiError.
 */
export async function gethostbyaddr(ip: string): Promise<HostEntry> {
  const [address, family] = addressBytes(await lookup(c.AF_UNSPEC, ip));
  return entry(
    await inThread((done) => native.gethostbyaddr(address, family, done)),
    'gethostbyaddr',
    ip,
  );
}

/** gethostbyaddr(), keeping this thread waiting. */
export function gethostbyaddrSync(ip: string): HostEntry {
  const [address, family] = addressBytes(lookupSync(c.AF_UNSPEC, ip));
  return entry(
    inThisThread((out) => native.gethostbyaddr_sync(address, family, out)),
    'gethostbyaddr',
    ip,
  );
}

/** gethostname(2): this machine's name. */
export function gethostname(): string {
  return os.hostname();
}

/** What getfqdn asks for, '' and the wildcard being this machine. */
function fqdnOf(name: unknown): string {
  const trimmed = cString('name', name).trim();
  return trimmed === '' || trimmed === '0.0.0.0' || trimmed === '::' ? gethostname() : trimmed;
}

/** The first name with a dot in it, else the official one. */
function qualified([hostname, aliases]: HostEntry): string {
  return [hostname, ...aliases].find((name) => name.includes('.')) ?? hostname;
}

/**
 * A fully qualified name for a host (this one, where none is given), as CPython finds it; a name
 * that does not resolve comes back as it is.
 */
export async function getfqdn(name = ''): Promise<string> {
  const asked = fqdnOf(name);
  return gethostbyaddr(asked).then(qualified, () => asked);
}

/** getfqdn(), keeping this thread waiting. */
export function getfqdnSync(name = ''): string {
  const asked = fqdnOf(name);
  try {
    return qualified(gethostbyaddrSync(asked));
  } catch {
    return asked;
  }
}
