// Decoded internet addresses: arrays as Python has them, with Node's names as getters.
import { inspect } from 'node:util';
import type { Inet6Address, InetAddress } from './types';

// A class that extends Array takes 180 ns to construct; a literal that is given the class's
// prototype, 45 ns.
class Tuple extends Array<string | number> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array; // map() and slice() give plain arrays
  }
  get address(): string {
    return this[0] as string;
  }
  get port(): number {
    return this[1] as number;
  }
  /** JSON and console.log show the object form. */
  [inspect.custom](_depth: number, options: object): string {
    return `${this.constructor.name} ${inspect((this as unknown as { toJSON(): object }).toJSON(), { ...options, breakLength: Number.POSITIVE_INFINITY })}`;
  }
}

const inet = class InetAddress extends Tuple {
  get family(): 'IPv4' {
    return 'IPv4';
  }
  toJSON(): object {
    return { address: this.address, port: this.port, family: this.family };
  }
}.prototype;

const inet6 = class Inet6Address extends Tuple {
  get family(): 'IPv6' {
    return 'IPv6';
  }
  get flowinfo(): number {
    return this[2] as number;
  }
  get scopeId(): number {
    return this[3] as number;
  }
  toJSON(): object {
    return {
      address: this.address,
      port: this.port,
      flowinfo: this.flowinfo,
      scopeId: this.scopeId,
      family: this.family,
    };
  }
}.prototype;

/** `port` in host order. */
export function inetAddress(address: string, port: number): InetAddress {
  return Object.setPrototypeOf([address, port], inet) as InetAddress;
}

/** `port` and `flowinfo` in host order. */
export function inet6Address(
  address: string,
  port: number,
  flowinfo: number,
  scopeId: number,
): Inet6Address {
  return Object.setPrototypeOf([address, port, flowinfo, scopeId], inet6) as Inet6Address;
}
