// AF_INET6: struct sockaddr_in6.

import * as c from '../constants';
import { badRange, integer } from '../errors/arguments';
import { u32, u32be } from '../structs';
import { parse4 } from '../structs/ip4';
import { parse6, text6 } from '../structs/ip6';
import { sockaddr_in6 } from '../structs/sockaddr';
import { endpoint, NeedsLookup } from './endpoint';
import { blank, type FamilyCodec } from './family';
import { indexOf } from './interface';
import { inet6Address } from './tuple';

const PORT = sockaddr_in6.offsets.port;
const FLOWINFO = sockaddr_in6.offsets.flowinfo;
const ADDR = sockaddr_in6.offsets.addr;
const SCOPE = sockaddr_in6.offsets.scopeId;

/**
 * The interface of `fe80::1%eth0` or `fe80::1%2`: what stands behind the '%', a number or a name.
 */
function scopeOf(text: string): number {
  return /^\d+$/.test(text)
    ? integer('the scope of an AF_INET6 address', Number(text), 0, 0xffffffff)
    : indexOf('the scope of an AF_INET6 address', text);
}

export const inet6: FamilyCodec = {
  encode(input) {
    const { host: given, port, flowinfo, scopeId, mapped } = endpoint('AF_INET6', input);
    const sockaddr = blank(sockaddr_in6.size, c.AF_INET6);
    const host = mapped ? `::ffff:${given}` : given;
    const percent = host.indexOf('%');
    if (host !== '' && !parse6(host, sockaddr, ADDR, percent < 0 ? host.length : percent)) {
      if (parse4(host) >= 0)
        throw badRange(
          'the host of an AF_INET6 address',
          `an IPv6 address (this one is written '::ffff:${host}')`,
          host,
        );
      if (host === '<broadcast>')
        throw badRange(
          'the host of an AF_INET6 address',
          'an IPv6 address: IPv6 has no broadcast',
          host,
        );
      throw new NeedsLookup(host);
    }
    const scope = percent < 0 ? scopeId : scopeOf(host.slice(percent + 1));
    if (scopeId !== 0 && scope !== scopeId)
      throw badRange('scopeId', `${scope}, which the text ${JSON.stringify(host)} says`, scopeId);
    sockaddr[PORT] = port >>> 8;
    sockaddr[PORT + 1] = port;
    if (flowinfo !== 0) u32be.write(sockaddr, FLOWINFO, flowinfo, 'flowinfo');
    if (scope !== 0) u32.write(sockaddr, SCOPE, scope, 'scopeId');
    return sockaddr;
  },
  // RFC 2133 had no sin6_scope_id: 24 bytes are an address too.
  decode(from, length) {
    if (length < ADDR + 16) return null;
    const scope = length < sockaddr_in6.size ? 0 : u32.read(from, SCOPE);
    return inet6Address(
      text6(from, ADDR),
      (from[PORT] << 8) | from[PORT + 1],
      u32be.read(from, FLOWINFO),
      scope,
    );
  },
};
