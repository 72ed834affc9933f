// Interface names and numbers as addresses need them: a name to its index, and an index to its
// name.

import { ENODEV, SIOCGIFINDEX, SIOCGIFNAME } from '../constants';
import { check } from '../errors';
import { badRange, badType } from '../errors/arguments';
import { native } from '../native';
import { i32 } from '../structs';

/** Sockets in other network namespaces, where a name is another interface. */
const elsewhere = new Set<number>();
/** The one whose interfaces indexOf and nameOf look up; -1 for this thread's own namespace. */
let lookedUpBy = -1;

export const isElsewhere = (fd: number): boolean => elsewhere.size > 0 && elsewhere.has(fd);
/** `fd` is a socket in another network namespace, until it is closed. */
export function markElsewhere(fd: number): void {
  elsewhere.add(fd);
}
export function forgetElsewhere(fd: number): void {
  if (elsewhere.size > 0) elsewhere.delete(fd);
}

/** Calls it with the interface names of the socket's network namespace. */
export function withInterfacesOf<A extends unknown[], T>(
  fd: number,
  call: (...args: A) => T,
  ...args: A
): T {
  lookedUpBy = isElsewhere(fd) ? fd : -1;
  try {
    return call(...args);
  } finally {
    lookedUpBy = -1;
  }
}

// struct ifreq: 16 bytes of name, then an int.
const { size: IFREQ_SIZE, fields: IFREQ } = native.layouts.ifreq!;
const [INDEX_AT] = IFREQ.ifr_ifindex!;
const NAME_SIZE = INDEX_AT;

/** netdevice(7), SIOCGIFINDEX: by the socket, so in its namespace. -errno where there is none. */
function indexBySocket(fd: number, name: string): number {
  const request = Buffer.alloc(IFREQ_SIZE);
  if (Buffer.byteLength(name) >= NAME_SIZE) return -ENODEV;
  request.write(name);
  const result = native.ioctl(fd, SIOCGIFINDEX, request);
  return result < 0 ? result : i32.read(request, INDEX_AT);
}

function nameBySocket(fd: number, index: number): string {
  const request = Buffer.alloc(IFREQ_SIZE);
  i32.write(request, INDEX_AT, index, 'index');
  if (native.ioctl(fd, SIOCGIFNAME, request) < 0) return '';
  return request.toString('utf8', 0, request.indexOf(0));
}

/** The index of a name, or -errno: if_nametoindex(3), in the namespace of withInterfacesOf. */
export const interfaceIndexOf = (name: string): number =>
  lookedUpBy < 0 ? native.if_nametoindex(name) : indexBySocket(lookedUpBy, name);

/** if_nametoindex(3). '' is 0, "any"; ENODEV for a name that no interface has. */
export function indexOf(what: string, name: unknown): number {
  if (typeof name !== 'string') throw badType(what, 'the name of an interface', name);
  if (name.includes('\0')) throw badRange(what, 'without a NUL byte', name);
  return name === ''
    ? 0
    : check(interfaceIndexOf(name), 'if_nametoindex', { hintContext: { value: name } });
}

const REMEMBERED_MS = 100;
const names = new Map<number, string>();
const out = Buffer.alloc(64);
let since = 0;

/**
 * if_indextoname(3), '' where the interface is gone. Every address of a packet socket asks, so an
 * answer holds for 100 ms: the call costs a socket and an ioctl, more than the recvfrom it serves.
 */
export function nameOf(index: number): string {
  if (index === 0) return '';
  if (lookedUpBy >= 0) return nameBySocket(lookedUpBy, index);
  const now = performance.now();
  if (now - since > REMEMBERED_MS) {
    names.clear();
    since = now;
  }
  const known = names.get(index);
  if (known !== undefined) return known;
  const length = native.if_indextoname(index, out);
  const name = length > 0 ? out.toString('utf8', 0, length) : '';
  names.set(index, name);
  return name;
}
