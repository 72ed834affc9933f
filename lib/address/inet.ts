// AF_INET: struct sockaddr_in.

import * as c from '../constants';
import { badRange } from '../errors/arguments';
import { parse4, text4, write4 } from '../structs/ip4';
import { parse6 } from '../structs/ip6';
import { sockaddr_in } from '../structs/sockaddr';
import { endpoint, NeedsLookup } from './endpoint';
import { blank, type FamilyCodec } from './family';
import { inetAddress } from './tuple';

const PORT = sockaddr_in.offsets.port;
const ADDR = sockaddr_in.offsets.addr;

/**
 * The address that a host stands for, unsigned 32 bits; -1 where it is a name. '' is every local
 * address, as in Python.
 */
export function numeric4(host: string): number {
  if (host === '') return 0;
  if (host === '<broadcast>') return 0xffffffff;
  return parse4(host);
}

const scratch = new Uint8Array(16);

/** Whether the host is an IPv6 address, scope or not. */
export function isV6(host: string): boolean {
  const percent = host.indexOf('%');
  return host.includes(':') && parse6(host, scratch, 0, percent < 0 ? host.length : percent);
}

export const inet: FamilyCodec = {
  encode(input) {
    const { host, port } = endpoint('AF_INET', input);
    const address = numeric4(host);
    if (address < 0) {
      if (isV6(host)) throw badRange('the host of an AF_INET address', 'an IPv4 address', host);
      throw new NeedsLookup(host);
    }
    const sockaddr = blank(sockaddr_in.size, c.AF_INET);
    sockaddr[PORT] = port >>> 8;
    sockaddr[PORT + 1] = port;
    write4(sockaddr, ADDR, address);
    return sockaddr;
  },
  decode(from, length) {
    if (length < ADDR + 4) return null;
    return inetAddress(text4(from, ADDR), (from[PORT] << 8) | from[PORT + 1]);
  },
};
