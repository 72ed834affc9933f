// getnameinfo(3): an address to the names of its host and service.
import { encodeAddress, NeedsLookup } from '../address';
import * as c from '../constants';
import { gaiError } from '../errors';
import { integer } from '../errors/arguments';
import { native } from '../native';
import { type Answer, answered, inThisThread, inThread } from './calls';

/** What getnameinfo takes: Python's tuple, or a decoded address. */
export type NameQuestion = readonly [
  host: string,
  port: number,
  flowinfo?: number,
  scopeId?: number,
];

/** The sockaddr of a numeric host: names are not looked up to be named again. */
function sockaddrOf(address: NameQuestion): Uint8Array {
  const family =
    Array.isArray(address) && String(address[0]).includes(':') ? c.AF_INET6 : c.AF_INET;
  try {
    return encodeAddress(family, address);
  } catch (error) {
    if (error instanceof NeedsLookup) throw gaiError(c.EAI_NONAME, error.hostname, 'getnameinfo');
    throw error;
  }
}

function names(answer: Answer, address: NameQuestion): [host: string, service: string] {
  const [host, service] = answered(answer, 'getnameinfo', address[0]).toString().split('\0');
  return [host, service];
}

const flagBits = (flags: number) => integer('flags', flags, -0x80000000, 0x7fffffff);

/**
 * getnameinfo(3), in a worker thread: `[host, service]` of `[ip, port]`, numeric where no name is
 * known. `flags` are NI_ constants: NI_NUMERICHOST and NI_NUMERICSERV ask for numbers at once,
 * NI_NAMEREQD makes a missing name a GaiError (EAI_NONAME), NI_DGRAM looks the port up for UDP.
 */
export async function getnameinfo(
  address: NameQuestion,
  flags = 0,
): Promise<[host: string, service: string]> {
  const sockaddr = sockaddrOf(address);
  const bits = flagBits(flags);
  return names(await inThread((done) => native.getnameinfo(sockaddr, bits, done)), address);
}

/** getnameinfo(), keeping this thread waiting. */
export function getnameinfoSync(address: NameQuestion, flags = 0): [host: string, service: string] {
  const sockaddr = sockaddrOf(address);
  const bits = flagBits(flags);
  return names(
    inThisThread((out) => native.getnameinfo_sync(sockaddr, bits, out)),
    address,
  );
}
