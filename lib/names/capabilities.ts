// What this process and kernel can do, found out by trying: has_ipv6, has_dualstack_ipv6,
// capabilities.
import * as fs from 'node:fs';
import * as c from '../constants';
import { native } from '../native';

export interface Capabilities {
  /** SOCK_RAW sockets can be made (CAP_NET_RAW). */
  raw: boolean;
  /** CAP_NET_ADMIN is effective: interfaces, routes, SO_RCVBUFFORCE, IP_TRANSPARENT. */
  admin: boolean;
  /**
   * Ports below net.ipv4.ip_unprivileged_port_start can be bound (CAP_NET_BIND_SERVICE, or that
   * limit is 0).
   */
  bindService: boolean;
  /**
   * ICMP datagram sockets can be made: a group of this process is within net.ipv4.ping_group_range.
   */
  icmpDgram: boolean;
  /** The families that this kernel knows: 'AF_INET', 'AF_UNIX' and so on. */
  families: string[];
  runtime: 'libuv' | 'thread';
}

/**
 * What socket(2) says to these arguments: 0 where it gave a socket (which is closed again), else
 * -errno.
 */
function attempt(family: number, type: number, protocol: number): number {
  const fd = native.socket(family, type | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, protocol);
  return fd < 0 ? fd : native.close(fd);
}

// Second names of a number (AF_LOCAL, AF_ROUTE) and what is no family.
const NOT_LISTED: readonly string[] = ['AF_UNSPEC', 'AF_MAX', 'AF_LOCAL', 'AF_FILE', 'AF_ROUTE'];
const FAMILIES = (Object.keys(c.constants) as c.ConstantName[]).filter(
  (name) => /^AF_[A-Z0-9a-z]+$/.test(name) && !NOT_LISTED.includes(name),
);

// linux/capability.h
const CAP_NET_BIND_SERVICE = 10n;
const CAP_NET_ADMIN = 12n;

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return ''; // no /proc here
  }
}

/** The mask of effective capabilities (proc(5)). */
function effective(): bigint {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(read('/proc/self/status'))?.[1];
  return mask === undefined ? 0n : BigInt(`0x${mask}`);
}

/**
 * What will work before you try: privileges (capabilities(7)), ICMP datagrams, and the families
 * that the kernel has. Found out anew at each call.
 */
export function capabilities(): Capabilities {
  const mask = effective();
  const has = (capability: bigint) => ((mask >> capability) & 1n) === 1n;
  return {
    raw: attempt(c.AF_INET, c.SOCK_RAW, c.IPPROTO_RAW) === 0,
    admin: has(CAP_NET_ADMIN),
    bindService:
      has(CAP_NET_BIND_SERVICE) ||
      read('/proc/sys/net/ipv4/ip_unprivileged_port_start').trim() === '0',
    icmpDgram: attempt(c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_ICMP) === 0,
    families: FAMILIES.filter(
      (name) => attempt(c.constants[name], c.SOCK_DGRAM, 0) !== -c.EAFNOSUPPORT,
    ),
    runtime: 'libuv',
  };
}

/** Whether AF_INET6 sockets can be made here. */
export const has_ipv6: boolean = attempt(c.AF_INET6, c.SOCK_DGRAM, 0) === 0;

/** Whether one AF_INET6 socket can serve IPv4 too: IPV6_V6ONLY can be turned off. */
export function has_dualstack_ipv6(): boolean {
  const fd = native.socket(c.AF_INET6, c.SOCK_STREAM | c.SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const off = new Uint8Array(4);
  const status = native.setsockopt(fd, c.IPPROTO_IPV6, c.IPV6_V6ONLY, off, off.length);
  native.close(fd);
  return status === 0;
}
