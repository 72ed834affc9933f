// AF_UNIX: struct sockaddr_un, a path, an abstract name, or nothing.
import { isUtf8 } from 'node:buffer';
import * as c from '../constants';
import { badRange, badType } from '../errors/arguments';
import { sockaddr_un } from '../structs/sockaddr';
import { blank, type FamilyCodec } from './family';
import type { UnixAddress } from './types';

const PATH = sockaddr_un.offsets.path;
const MAX = sockaddr_un.members.path.size;

export const unix: FamilyCodec = {
  encode(input) {
    const { name, abstract } = given(input);
    const used = name.length + (abstract ? 1 : 0);
    if (used > MAX)
      throw badRange(
        'an AF_UNIX path',
        `at most ${MAX} bytes${abstract ? ', with the NUL of an abstract name' : ''}`,
        used,
      );
    if (!abstract && name.includes(0))
      throw badRange(
        'an AF_UNIX path',
        'without a NUL byte, unless it is the first (abstract)',
        name.toString('latin1'),
      );
    // A path ends with a NUL where there is space; the length of an abstract name says all; no
    // path at all is unnamed, or autobind.
    const size = abstract
      ? PATH + used
      : name.length === 0
        ? PATH
        : Math.min(PATH + used + 1, sockaddr_un.size);
    const sockaddr = blank(size, c.AF_UNIX);
    sockaddr.set(name, PATH + (abstract ? 1 : 0));
    return sockaddr;
  },
  decode(from, length) {
    if (length <= PATH) return UNNAMED();
    const abstract = from[PATH] === 0;
    const start = abstract ? PATH + 1 : PATH;
    const nul = abstract ? -1 : from.indexOf(0, start);
    const name = Buffer.from(from.subarray(start, nul < 0 || nul > length ? length : nul));
    return { family: 'unix', path: isUtf8(name) ? name.toString() : name, abstract };
  },
};

/** The address of a socket that was never bound. */
export const UNNAMED = (): UnixAddress => ({ family: 'unix', path: '', abstract: false });

/** The bytes of the name; an abstract one without its NUL. */
function given(input: unknown): { name: Buffer; abstract: boolean } {
  if (typeof input === 'string' || input instanceof Uint8Array) return leading(input);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw badType(
      'an AF_UNIX address',
      "a path as text or Buffer ('\\0…' is abstract), or {path, abstract}",
      input,
    );
  }
  const { family, path = '', abstract } = input as Record<string, unknown>;
  if (family !== undefined && family !== 'unix')
    throw badRange('the family of an AF_UNIX address', "'unix'", family);
  if (typeof path !== 'string' && !(path instanceof Uint8Array))
    throw badType('the path of an AF_UNIX address', 'text or a Buffer', path);
  if (abstract === undefined) return leading(path);
  if (typeof abstract !== 'boolean') throw badType('abstract', 'true or false', abstract);
  return { name: Buffer.from(path), abstract };
}

function leading(path: string | Uint8Array): { name: Buffer; abstract: boolean } {
  const name = Buffer.from(path);
  return name[0] === 0 ? { name: name.subarray(1), abstract: true } : { name, abstract: false };
}
