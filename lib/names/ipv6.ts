// Whether this machine has IPv6: has_ipv6, has_dualstack_ipv6().
import * as fs from 'node:fs';
import * as c from '../constants';
import { native } from '../native';
import { trySocket } from './families';

/** Whether AF_INET6 sockets can be made here; asks for no module that is not loaded. */
export const has_ipv6: boolean = hasIpv6();

function hasIpv6(): boolean {
  try {
    if (fs.existsSync('/proc/net')) return fs.existsSync('/proc/net/if_inet6');
  } catch {
    // The permission model denies the question.
  }
  try {
    return trySocket(c.AF_INET6, c.SOCK_DGRAM, 0) === 0;
  } catch {
    return false; // no addon, no sockets
  }
}

/** Whether one AF_INET6 socket can serve IPv4 too: IPV6_V6ONLY can be turned off. */
export function has_dualstack_ipv6(): boolean {
  if (!has_ipv6) return false;
  const fd = native.socket(c.AF_INET6, c.SOCK_STREAM | c.SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const off = new Uint8Array(4);
  const status = native.setsockopt(fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, off, off.length);
  native.close(fd);
  return status === 0;
}
