// /etc/services and /etc/protocols: names of ports and protocols.

import { check } from '../errors';
import { integer } from '../errors/arguments';
import { native } from '../native';
import { cString, inThisThread } from './calls';

const protocol = (proto: unknown) => (proto === undefined ? null : cString('proto', proto));

/**
 * getservbyname(3): the port of a service, in host order. `proto` is 'tcp' or 'udp', any where left
 * out. ENOENT where there is none.
 */
export function getservbyname(name: string, proto?: string): number {
  return check(native.getservbyname(cString('name', name), protocol(proto)), 'getservbyname');
}

/** getservbyport(3): the service at a port (host order). ENOENT where there is none. */
export function getservbyport(port: number, proto?: string): string {
  integer('port', port, 0, 0xffff);
  const asked = protocol(proto);
  const { status, bytes } = inThisThread((out) => native.getservbyport(port, asked, out));
  check(status, 'getservbyport');
  return bytes.toString();
}

/** getprotobyname(3): the number of a protocol (`tcp` is 6). ENOENT where there is none. */
export function getprotobyname(name: string): number {
  return check(native.getprotobyname(cString('name', name)), 'getprotobyname');
}
