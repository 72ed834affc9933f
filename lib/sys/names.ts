// Names and interfaces in the raw form: records in the caller's bytes, whose shapes stand in
// docs/sys.md. The look-ups wait on this thread.
import { type Bytes, toBytes } from '../bytes';
import { native } from '../native';
import { refuse } from './refuse';

/** if_nametoindex(3). The index, or -ENODEV. */
export function if_nametoindex(name: string): number {
  const result = native.if_nametoindex(name);
  return result >= -4095 ? result : refuse('if_nametoindex', result, name);
}

/** if_indextoname(3). The name goes to `out`; the result is its length. */
export function if_indextoname(index: number, out: Bytes): number {
  const result = native.if_indextoname(index, toBytes(out, 'if_indextoname: out'));
  return result >= -4095 ? result : refuse('if_indextoname', result, index, out);
}

/**
 * getifaddrs(3). Records go to `out`; the answer is their length in all: more than `out` holds
 * means call again with that much.
 */
export function getifaddrs(out: Bytes): number {
  const result = native.getifaddrs(toBytes(out, 'getifaddrs: out'));
  return result >= -4095 ? result : refuse('getifaddrs', result, out);
}

/**
 * getaddrinfo(3). Records go to `out`; the answer is their length in all, or -(8192 + n) for EAI
 * number -n, or -errno for EAI_SYSTEM.
 */
export function getaddrinfo(
  host: string | null,
  service: string | null,
  flags: number,
  family: number,
  type: number,
  protocol: number,
  out: Bytes,
): number {
  const result = native.getaddrinfo_sync(
    host,
    service,
    flags,
    family,
    type,
    protocol,
    toBytes(out, 'getaddrinfo: out'),
  );
  return result >= -4095
    ? result
    : refuse('getaddrinfo', result, host, service, flags, family, type, protocol, out);
}

/** getnameinfo(3). `host NUL service NUL` goes to `out`; failures as getaddrinfo. */
export function getnameinfo(sockaddr: Bytes, flags: number, out: Bytes): number {
  const result = native.getnameinfo_sync(
    toBytes(sockaddr, 'getnameinfo: sockaddr'),
    flags,
    toBytes(out, 'getnameinfo: out'),
  );
  return result >= -4095 ? result : refuse('getnameinfo', result, sockaddr, flags, out);
}

/** gethostbyname(3). One struct hostent as a record in `out`, or -(8192 + h_errno). */
export function gethostbyname(name: string, family: number, out: Bytes): number {
  const result = native.gethostbyname_sync(name, family, toBytes(out, 'gethostbyname: out'));
  return result >= -4095 ? result : refuse('gethostbyname', result, name, family, out);
}

/**
 * gethostbyaddr(3) of a packed address. One struct hostent as a record in `out`, or -(8192 +
 * h_errno).
 */
export function gethostbyaddr(address: Bytes, family: number, out: Bytes): number {
  const result = native.gethostbyaddr_sync(
    toBytes(address, 'gethostbyaddr: address'),
    family,
    toBytes(out, 'gethostbyaddr: out'),
  );
  return result >= -4095 ? result : refuse('gethostbyaddr', result, address, family, out);
}

/** getservbyname(3). The port in host order, or -ENOENT. */
export function getservbyname(name: string, proto: string | null = null): number {
  const result = native.getservbyname(name, proto);
  return result >= -4095 ? result : refuse('getservbyname', result, name, proto);
}

/**
 * getservbyport(3), `port` in host order. The name goes to `out`; the result is its length, or
 * -ENOENT.
 */
export function getservbyport(port: number, proto: string | null, out: Bytes): number {
  const result = native.getservbyport(port, proto, toBytes(out, 'getservbyport: out'));
  return result >= -4095 ? result : refuse('getservbyport', result, port, proto, out);
}

/** getprotobyname(3). The protocol's number, or -ENOENT. */
export function getprotobyname(name: string): number {
  const result = native.getprotobyname(name);
  return result >= -4095 ? result : refuse('getprotobyname', result, name);
}
