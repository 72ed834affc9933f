// Addresses that callers of the checksum and the builders give: as text or as bytes.
import { inet_pton } from '../address';
import { type Bytes, isBytes, toBytes } from '../bytes';
import { AF_INET, AF_INET6 } from '../constants';
import { badRange, badType } from '../errors/arguments';

function parsed(family: typeof AF_INET | typeof AF_INET6, text: string, what: string): Uint8Array {
  try {
    return inet_pton(family, text);
  } catch {
    throw badRange(what, `an IPv${family === AF_INET6 ? 6 : 4} address`, text);
  }
}

/** The bytes of an IPv4 or IPv6 address given as text or as its 4 or 16 bytes. */
export function addressBytes(value: string | Bytes, what: string): Uint8Array {
  if (typeof value === 'string')
    return parsed(value.includes(':') ? AF_INET6 : AF_INET, value, what);
  if (!isBytes(value))
    throw badType(what, 'an IPv4 or IPv6 address, as text or as 4 or 16 bytes', value);
  const bytes = toBytes(value, what);
  if (bytes.length !== 4 && bytes.length !== 16)
    throw badRange(what, 'an address of 4 or 16 bytes', bytes.length);
  return bytes;
}
