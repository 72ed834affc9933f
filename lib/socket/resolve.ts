// Addresses as callers give them, as sockaddr bytes: host names go through getaddrinfo where
// CPython sends them there.
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  NeedsLookup,
} from '../address';
import { badType } from '../errors';
import { lookup, lookupSync } from '../names';

/** The bytes of a sockaddr; `address` decodes them for errors to name. */
export class Target {
  constructor(
    readonly bytes: Uint8Array,
    private readonly family: number,
  ) {}

  get address(): Address {
    return decodeAddress(this.bytes, this.bytes.length, this.family);
  }
}

/** The sockaddr where it can be had without waiting, else the host name to look up. */
function encoded(family: number, address: AddressLike<Address>): Target | string {
  try {
    return new Target(encodeAddress(family, address), family);
  } catch (error) {
    if (error instanceof NeedsLookup) return error.hostname;
    throw error;
  }
}

/**
 * The given address with its name replaced by what was found: port, flow info and scope stay the
 * caller's.
 */
function withHost(family: number, address: AddressLike<Address>, host: string): Target {
  const { port, flowinfo, scopeId } = address as {
    port: number;
    flowinfo?: number;
    scopeId?: number;
  };
  const numeric = Array.isArray(address)
    ? [host, ...address.slice(1)]
    : { address: host, port, flowinfo, scopeId };
  return new Target(encodeAddress(family, numeric as AddressLike<Address>), family);
}

/** May ask the resolver: bind, and the Sync verbs. */
export function resolveSync(family: number, address: AddressLike<Address>): Target {
  const found = encoded(family, address);
  return typeof found === 'string' ? withHost(family, address, lookupSync(family, found)) : found;
}

/** A Target at once where the address is numeric, else a promise of it. */
export function resolve(family: number, address: AddressLike<Address>): Target | Promise<Target> {
  const found = encoded(family, address);
  return typeof found === 'string'
    ? lookup(family, found).then((host) => withHost(family, address, host))
    : found;
}

/** What tryX verbs take: they never wait, not even for a name. */
export function numeric(family: number, address: AddressLike<Address>, syscall: string): Target {
  const found = encoded(family, address);
  if (typeof found !== 'string') return found;
  throw badType(
    `${syscall}: address`,
    'a numeric address (this verb never waits, so it looks no name up: await getaddrinfo() first)',
    found,
  );
}
