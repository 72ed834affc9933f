// Addresses of callers as sockaddr bytes. Host names are looked up where CPython does.
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  isElsewhere,
  NeedsLookup,
  withInterfacesOf,
} from '../address';
import { badType } from '../errors';
import { lookup, lookupSync } from '../names';

export type AnyAddress = AddressLike<Address>;

/** The bytes of a sockaddr; `address` decodes them for errors to name. */
export class Target {
  readonly bytes: Uint8Array;
  readonly #family: number;

  constructor(bytes: Uint8Array, family: number) {
    this.bytes = bytes;
    this.#family = family;
  }

  get address(): Address {
    return decodeAddress(this.bytes, this.bytes.length, this.#family);
  }
}

/** Thrown for an address with a host name: the verb looks it up and makes the call again. */
export class HostName {
  readonly #family: number;
  readonly #address: AnyAddress;
  readonly #name: string;

  constructor(family: number, address: AnyAddress, name: string) {
    this.#family = family;
    this.#address = address;
    this.#name = name;
  }

  /** Does not hold the event loop: the call that waits does. */
  lookup(): Promise<Target> {
    return lookup(this.#family, this.#name, false).then((host) => this.#withHost(host));
  }

  lookupSync(): Target {
    return this.#withHost(lookupSync(this.#family, this.#name));
  }

  refused(syscall: string): TypeError {
    return badType(
      `${syscall}: address`,
      'a numeric address (this verb never waits, so it looks no name up: await getaddrinfo() first)',
      this.#name,
    );
  }

  /** `argument`, or the target in its place where it is the address with this name. */
  replace<T>(argument: T, target: Target): T | Target {
    return (argument as unknown) === this.#address ? target : argument;
  }

  /** Port, flow info and scope remain the caller's. */
  #withHost(host: string): Target {
    const address = this.#address;
    const { port, flowinfo, scopeId } = address as {
      port: number;
      flowinfo?: number;
      scopeId?: number;
    };
    const numeric = Array.isArray(address)
      ? [host, ...address.slice(1)]
      : { address: host, port, flowinfo, scopeId };
    return new Target(encodeAddress(this.#family, numeric as AnyAddress), this.#family);
  }
}

/** What addresses need of a State: interface names are those of its network namespace. */
interface Place {
  readonly family: number;
  readonly channel: { readonly fd: number };
}

/** The sockaddr of an address; throws HostName where it has a name that must be looked up. */
export function targetOf(place: Place, address: AnyAddress | Target): Target {
  if (address instanceof Target) return address;
  const { family, channel } = place;
  try {
    const bytes = isElsewhere(channel.fd)
      ? withInterfacesOf(channel.fd, encodeAddress, family, address)
      : encodeAddress(family, address);
    return new Target(bytes, family);
  } catch (error) {
    if (error instanceof NeedsLookup) throw new HostName(family, address, error.hostname);
    throw error;
  }
}

/** The same, looking a name up in this thread. */
export function targetSync(place: Place, address: AnyAddress): Target {
  try {
    return targetOf(place, address);
  } catch (error) {
    if (error instanceof HostName) return error.lookupSync();
    throw error;
  }
}

/** The address in the first `length` bytes of a sockaddr that the kernel wrote for this socket. */
export function addressFrom(
  { family, channel: { fd } }: Place,
  sockaddr: Uint8Array,
  length: number,
) {
  return isElsewhere(fd)
    ? withInterfacesOf(fd, decodeAddress, sockaddr, length, family)
    : decodeAddress(sockaddr, length, family);
}
