// Addresses as callers give them, as sockaddr bytes: host names go through getaddrinfo where CPython sends them there.
import { type Address, type AddressLike, decodeAddress, encodeAddress, needsLookup } from '../address';
import { badType } from '../errors';
import { getaddrinfo, getaddrinfoSync, type AddrInfo } from '../names';

/** Sockaddr bytes, and the same as an Address for errors to name. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly address: Address;
}

function target(bytes: Uint8Array): Target {
  return {
    bytes,
    get address() {
      return decodeAddress(bytes, bytes.length);
    },
  };
}

/** The sockaddr where it can be had without waiting; the host name to look up where it can't. */
function encodeOrName(family: number, address: AddressLike<Address>): Target | string {
  return needsLookup(family, address) ?? target(encodeAddress(family, address));
}

/** The given address with its name replaced by the first address found: port, flow info and scope stay the caller's. */
function withHost(address: AddressLike<Address>, found: readonly AddrInfo[]): AddressLike<Address> {
  const { address: host } = found[0].address;
  if (Array.isArray(address)) return [host, ...address.slice(1)] as unknown as AddressLike<Address>;
  const { port, flowinfo, scopeId } = address as { port: number; flowinfo?: number; scopeId?: number };
  return { address: host, port, flowinfo, scopeId };
}

/** Never waits long, may ask the resolver: bind, and the Sync verbs. */
export function resolveSync(family: number, type: number, address: AddressLike<Address>): Target {
  const found = encodeOrName(family, address);
  if (typeof found !== 'string') return found;
  return target(encodeAddress(family, withHost(address, getaddrinfoSync(found, null, family, type))));
}

/** A Target at once where the address is numeric, else a promise of it. */
export function resolve(family: number, type: number, address: AddressLike<Address>): Target | Promise<Target> {
  const found = encodeOrName(family, address);
  if (typeof found !== 'string') return found;
  return getaddrinfo(found, null, family, type).then((list) => target(encodeAddress(family, withHost(address, list))));
}

/** What tryX verbs take: they never wait, not even for a name. */
export function numeric(family: number, address: AddressLike<Address>, syscall: string): Target {
  const found = encodeOrName(family, address);
  if (typeof found !== 'string') return found;
  throw badType(`${syscall}: address`, 'a numeric address (this verb never waits, so it looks no name up: await getaddrinfo() first)', found);
}
