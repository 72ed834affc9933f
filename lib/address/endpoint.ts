// Host and port as callers give them for AF_INET and AF_INET6: Python's tuple, Node's object,
// net.SocketAddress.
import type * as net from 'node:net';
import { badRange, badType, integer } from '../errors/arguments';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly flowinfo: number;
  readonly scopeId: number;
  /**
   * Given as net.SocketAddress of IPv4: its family is certain, and an AF_INET6 socket takes it as
   * v4-mapped.
   */
  readonly mapped: boolean;
}

/**
 * A host name where a numeric address is wanted: whoever has a resolver looks `hostname` up and
 * encodes the answer.
 */
export class NeedsLookup extends TypeError {
  readonly code = 'ERR_INVALID_ARG_VALUE';
  constructor(readonly hostname: string) {
    super(
      `${JSON.stringify(hostname)} is a host name, and a numeric address is needed here: resolve it first (getaddrinfo)`,
    );
  }
}

type Name = 'AF_INET' | 'AF_INET6';
const TUPLES = {
  AF_INET: '[host, port]',
  AF_INET6: '[host, port] or [host, port, flowinfo, scopeId]',
};
const FAMILIES: Record<Name, readonly unknown[]> = {
  AF_INET: ['IPv4', 'ipv4', 4],
  AF_INET6: ['IPv6', 'ipv6', 6],
};

/** node:net is loaded for what looks like one of its own only. */
const isSocketAddress = (input: object): input is net.SocketAddress =>
  input instanceof (require('node:net') as typeof net).SocketAddress;

/** What was given, checked; the host is not looked at beyond being text. */
export function endpoint(af: Name, input: unknown): Endpoint {
  if (Array.isArray(input)) {
    const most = af === 'AF_INET' ? 2 : 4;
    if (input.length < 2 || input.length > most)
      throw badRange(
        `the length of an ${af} tuple ${TUPLES[af]}`,
        most === 2 ? '2' : '2 … 4',
        input.length,
      );
    return checked(af, input[0], input[1], input[2], input[3], false);
  }
  if (typeof input !== 'object' || input === null)
    throw badType(`an ${af} address`, `${TUPLES[af]} or {address, port}`, input);
  if ('flowlabel' in input && isSocketAddress(input)) {
    const v4 = input.family === 'ipv4';
    if (v4 || af === 'AF_INET6')
      return checked(af, input.address, input.port, v4 ? 0 : input.flowlabel, 0, v4);
  }
  const { address, port, flowinfo, scopeId, family } = input as Record<string, unknown>;
  if (family !== undefined && !FAMILIES[af].includes(family)) {
    const hint =
      af === 'AF_INET6' && FAMILIES.AF_INET.includes(family)
        ? ` (an IPv4 peer of an AF_INET6 socket is ["::ffff:${address}", port])`
        : '';
    throw badRange(`the family of an ${af} address`, `'${FAMILIES[af][0]}'${hint}`, family);
  }
  return checked(af, address, port, flowinfo, scopeId, false);
}

function checked(
  af: Name,
  host: unknown,
  port: unknown,
  flowinfo: unknown = 0,
  scopeId: unknown = 0,
  mapped: boolean,
): Endpoint {
  if (host === undefined)
    throw badType(`an ${af} address`, `${TUPLES[af]} or {address, port}`, { address: host, port });
  if (typeof host !== 'string')
    throw badType(`the host of an ${af} address`, "text ('' is every local address)", host);
  if (host.includes('\0'))
    throw badRange(`the host of an ${af} address`, 'without a NUL byte', host);
  return {
    host,
    port: integer('port', port, 0, 0xffff),
    flowinfo: integer('flowinfo', flowinfo, 0, 0xffffffff),
    scopeId: integer('scopeId', scopeId, 0, 0xffffffff),
    mapped,
  };
}
