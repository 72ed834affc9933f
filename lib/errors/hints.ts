// What to do about a refusal: rows of (errno, system call, what was asked for) and the sentence
// that helps.
import * as fs from 'node:fs';
import type { Inet6Address } from '../address/types';
import * as c from '../constants';
import { native } from '../native';
import { processCapabilities } from './capabilities';
import { type Detail, errorcode } from './socket-error';
import type { Errno } from './table';

type Say = string | ((detail: Detail) => string | undefined);
interface Row {
  readonly errno: Errno;
  readonly syscall: RegExp;
  readonly when?: (detail: Detail) => boolean;
  readonly say: Say;
}

const option = (name: string) => (d: Detail) => d.option?.name === name;
const asked = (family: number, type?: number) => (d: Detail) =>
  d.hintContext?.family === family &&
  (type === undefined || ((d.hintContext.type ?? 0) & 0xf) === type);
const port = (d: Detail) =>
  d.address?.family === 'IPv4' || d.address?.family === 'IPv6' ? d.address.port : undefined;
const host = (d: Detail) =>
  d.address?.family === 'IPv4' || d.address?.family === 'IPv6' ? d.address.address : undefined;
const isInet = (d: Detail) => host(d) !== undefined;
const from = (d: Detail) => d.hintContext?.from;
const NO_SOURCE =
  "is no unicast address of this machine, as the source of a datagram must be: a reply's is `local` of the message, not `to` (others need IP_FREEBIND or IP_TRANSPARENT)";
const isUnix = (d: Detail) => d.address?.family === 'unix';
/** A path as ss(8) and socat write an abstract name. */
const isAtName = (d: Detail) =>
  d.address?.family === 'unix' && !d.address.abstract && String(d.address.path).startsWith('@');
/** Whether the kernel knows a peer of the socket. */
const hasPeer = (d: Detail) => {
  const fd = d.hintContext?.fd;
  return fd === undefined || native.getpeername(fd, null, Int32Array.of(0)) !== -c.ENOTCONN;
};
/** The kernel returns EINVAL, newer ones EMSGSIZE. */
const longSegments = (d: Detail) =>
  `segmentSize ${d.hintContext?.segmentSize} with its headers is longer than the MTU of the route, or the interface cannot segment`;
/** net/ipv4/udp.c, net/ipv6/udp.c: UDP_MAX_SEGMENTS. */
const MOST_SEGMENTS = 128;
const segments = ({ hintContext }: Detail) =>
  hintContext?.segmentSize ? Math.ceil((hintContext.length ?? 0) / hintContext.segmentSize) : 0;

/**
 * The line that gives the program a capability. setcap(8) wants the file itself, not a link to it,
 * and takes away what it does not name: those that this process has from the file are named too.
 */
function setcap(capability: string): string {
  const held = process.geteuid?.() === 0 ? [] : processCapabilities('CapPrm');
  const all = new Set([...held.map((name) => name.toLowerCase()), capability]);
  return `sudo setcap ${[...all].sort().join(',')}+ep ${fs.realpathSync(process.execPath)}`;
}
/**
 * What to do about a privilege that is missing: its words, `CAP_NET_ADMIN to raise it`, and how to
 * get it.
 */
export function privilege(needed: string): string {
  const [capability = 'CAP_NET_ADMIN'] = /CAP_\w+/.exec(needed) ?? [];
  const effective = processCapabilities('CapEff').includes(capability)
    ? `; ${capability} is effective here, so that a seccomp filter, a security module or another user namespace refuses`
    : '';
  return `needs ${needed}: ${setcap(capability.toLowerCase())}, or run as root${effective}`;
}

function pingRange(): string {
  const range = fs
    .readFileSync('/proc/sys/net/ipv4/ping_group_range', 'utf8')
    .trim()
    .split(/\s+/)
    .join(' ');
  return `net.ipv4.ping_group_range is "${range}" and names no group of this process: sudo sysctl net.ipv4.ping_group_range="0 2147483647", or use SOCK_RAW with CAP_NET_RAW`;
}

function notListed(what: string, file: string): string {
  return fs.existsSync(file)
    ? `no such ${what} in ${file}`
    : `this system has no ${file} (Debian: apt-get install netbase)`;
}

/**
 * Interface names from native's getifaddrs records (u32 size, …, u16 namelen at 18, name after the
 * four lengths).
 */
export function interfaceNames(): string[] {
  let out = Buffer.alloc(16384);
  let length = native.getifaddrs(out);
  if (length > out.length) {
    out = Buffer.alloc(length);
    length = native.getifaddrs(out);
  }
  const names = new Set<string>();
  const u16 = (at: number) => new Uint16Array(out.buffer, out.byteOffset + at, 1)[0];
  const u32 = (at: number) => new Uint32Array(out.buffer, out.byteOffset + at, 1)[0];
  for (let at = 0; at + 20 <= length; at += u32(at))
    names.add(out.toString('utf8', at + 20, at + 20 + u16(at + 18)));
  return [...names];
}

const isLinkLocal = ({ address, scopeId }: Inet6Address) =>
  /^fe[89ab]/i.test(address) && scopeId === 0;
const isBroadcast = (d: Detail) =>
  host(d) === '255.255.255.255' || host(d)?.endsWith('.255') === true;

const ROWS: readonly Row[] = [
  // creating
  {
    errno: 'EPERM',
    syscall: /^socket$/,
    when: asked(c.AF_PACKET),
    say: () => `AF_PACKET ${privilege('CAP_NET_RAW')}`,
  },
  {
    errno: 'EPERM',
    syscall: /^socket$/,
    when: (d) => ((d.hintContext?.type ?? 0) & 0xf) === c.SOCK_RAW,
    say: () => `SOCK_RAW ${privilege('CAP_NET_RAW')}`,
  },
  {
    errno: 'EACCES',
    syscall: /^socket$/,
    when: (d) => asked(c.AF_INET, c.SOCK_DGRAM)(d) || asked(c.AF_INET6, c.SOCK_DGRAM)(d),
    say: pingRange,
  },
  {
    errno: 'ENFILE',
    syscall: /./,
    say: 'raise the limit: sysctl fs.file-max',
  },
  {
    errno: 'EPROTONOSUPPORT',
    syscall: /^socket(pair)?$/,
    say: 'this family has no such protocol, or the kernel was built without it',
  },
  {
    errno: 'ESOCKTNOSUPPORT',
    syscall: /^socket(pair)?$/,
    say: 'this family has no such socket type',
  },
  {
    errno: 'EAFNOSUPPORT',
    syscall: /^socket(pair)?$/,
    say: 'this kernel was built without that family, or a sandbox refuses it (systemd RestrictAddressFamilies=)',
  },
  { errno: 'ENOTSUP', syscall: /^socketpair$/, say: 'pairs exist of AF_UNIX only' },
  // naming
  {
    errno: 'EAFNOSUPPORT',
    syscall: /^(bind|connect|send)/,
    say: "the address is of another family than the socket's",
  },
  {
    errno: 'EADDRINUSE',
    syscall: /^bind$/,
    when: isUnix,
    say: 'the path exists, perhaps of a server that ended: unlink it before bind()',
  },
  {
    errno: 'EADDRINUSE',
    syscall: /^(bind|listen)$/,
    say: (d) =>
      `${port(d) ? `\`ss -lntup sport = :${port(d)}\` shows who holds it` : '`ss -lntup` shows who holds what'}; connections in TIME_WAIT alone need SO_REUSEADDR before bind()`,
  },
  {
    errno: 'EACCES',
    syscall: /^bind$/,
    when: (d) => (port(d) ?? 1024) < 1024,
    say: () =>
      `ports below net.ipv4.ip_unprivileged_port_start are reserved: ${privilege('CAP_NET_BIND_SERVICE')}`,
  },
  {
    errno: 'EADDRNOTAVAIL',
    syscall: /^bind$/,
    say: 'no interface here has that address (`ip addr`); IP_FREEBIND binds all the same; an IPv6 link-local one needs its scope id',
  },
  {
    errno: 'EADDRNOTAVAIL',
    syscall: /^connect$/,
    say: (d) =>
      port(d) === 0 ? 'port 0 is no destination' : 'no free local port towards that address',
  },
  {
    errno: 'EINVAL',
    syscall: /^(bind|connect|send)/,
    when: (d) => d.address?.family === 'IPv6' && isLinkLocal(d.address),
    say: () =>
      `a link-local address stands once on every interface: name one, 'fe80::1%eth0' (interfaces here: ${interfaceNames().join(', ')})`,
  },
  {
    errno: 'EINVAL',
    syscall: /^sendmm?sg$/,
    when: (d) => segments(d) > MOST_SEGMENTS,
    say: (d) =>
      `${segments(d)} segments; one send takes at most ${MOST_SEGMENTS} (64 before Linux 6.9)`,
  },
  {
    errno: 'EINVAL',
    syscall: /^sendmm?sg$/,
    when: (d) => segments(d) > 0,
    say: longSegments,
  },
  {
    errno: 'EMSGSIZE',
    syscall: /^sendmm?sg$/,
    when: (d) => segments(d) > 0,
    say: longSegments,
  },
  {
    errno: 'EINVAL',
    syscall: /^send/,
    when: (d) => port(d) === 0,
    say: 'port 0 is no destination',
  },
  {
    errno: 'EINVAL',
    syscall: /^(connect|send)/,
    when: (d) => isInet(d) && from(d) === undefined,
    say: (d) => `a \`blackhole\` route leads there, perhaps: \`ip route get ${host(d)}\``,
  },
  {
    errno: 'EINVAL',
    syscall: /^bind$/,
    say: 'already bound, or the sockaddr is too short or too long for the family',
  },
  {
    errno: 'ENOENT',
    syscall: /^(connect|send)/,
    when: isAtName,
    say: "a path that begins with @ names a file; an abstract name is written '\\\\0name'",
  },
  {
    errno: 'ENOENT',
    syscall: /^(bind|connect|send)/,
    when: isUnix,
    say: 'nothing is bound to that path, or its directory is missing',
  },
  {
    errno: 'ENODEV',
    syscall: /^(bind|connect|send)/,
    say: () => `interfaces here: ${interfaceNames().join(', ')}`,
  },
  {
    errno: 'ENODEV',
    syscall: /^if_nametoindex$/,
    say: (d) =>
      `no interface ${JSON.stringify(d.hintContext?.value)}; interfaces here: ${interfaceNames().join(', ')}`,
  },
  // connecting
  {
    errno: 'ECONNREFUSED',
    syscall: /^connect$/,
    when: (d) => port(d) === 0,
    say: 'port 0 is no destination',
  },
  {
    errno: 'ECONNREFUSED',
    syscall: /^(connect|send)/,
    when: isUnix,
    say: 'the path is there, but no server of this socket type listens on it',
  },
  {
    errno: 'ECONNREFUSED',
    syscall: /^connect$/,
    say: 'the host answers, but nothing listens on that port',
  },
  {
    errno: 'ECONNREFUSED',
    syscall: /^(send|recv)/,
    say: 'an earlier datagram found no receiver: an ICMP port unreachable came back',
  },
  {
    errno: 'EPROTOTYPE',
    syscall: /^connect|^send/,
    when: isUnix,
    say: 'the server there has another socket type (SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET)',
  },
  { errno: 'EAGAIN', syscall: /^connect$/, when: isUnix, say: "the listener's backlog is full" },
  {
    errno: 'EISCONN',
    syscall: /^connect$/,
    say: 'a stream connects once: take a new socket for another peer',
  },
  {
    errno: 'EALREADY',
    syscall: /^connect$/,
    say: 'an earlier connect() of this socket is still under way: wait({ write: true }) for it and read SO_ERROR, or close() and take a new socket',
  },
  { errno: 'EINVAL', syscall: /^listen$/, say: 'not bound, or connected already' },
  { errno: 'EINVAL', syscall: /^accept4?$/, say: 'call listen() first' },
  {
    errno: 'ENOTSUP',
    syscall: /^(listen|accept4?)$/,
    say: 'only stream and seqpacket sockets listen',
  },
  {
    errno: 'EINVAL',
    syscall: /^sendm/,
    when: (d) => from(d) !== undefined,
    say: (d) => `perhaps from: ${from(d)} ${NO_SOURCE}`,
  },
  {
    errno: 'ENETUNREACH',
    syscall: /^sendm/,
    when: (d) => from(d) !== undefined,
    say: (d) => `no route to there, or from: ${from(d)} ${NO_SOURCE}`,
  },
  {
    errno: 'EADDRNOTAVAIL',
    syscall: /^sendm/,
    when: (d) => from(d) !== undefined,
    say: (d) => `from: ${from(d)} ${NO_SOURCE}`,
  },
  {
    errno: 'ENOBUFS',
    syscall: /^recv/,
    say: 'the receive queue overflowed and messages were lost: receive on, and ask the kernel for its state anew (a dump); a larger SO_RCVBUF, or SO_RCVBUFFORCE, makes it rarer',
  },
  { errno: 'ENETUNREACH', syscall: /./, say: 'no route to there: `ip route`, `ip -6 route`' },
  { errno: 'EHOSTUNREACH', syscall: /./, say: 'a router or ARP says that the host is not there' },
  { errno: 'ENETDOWN', syscall: /./, say: 'the interface is down: `ip link set … up`' },
  // moving
  {
    errno: 'EDESTADDRREQ',
    syscall: /^send/,
    say: 'not connected: give an address (sendto), or connect() first',
  },
  {
    errno: 'ENOTCONN',
    syscall: /^(send|recv|shutdown|getpeername)/,
    say: 'connect() or accept() comes first',
  },
  {
    errno: 'EPIPE',
    syscall: /^send/,
    when: (d) => !hasPeer(d),
    say: 'not connected: connect() or accept() comes first, or the connection has ended',
  },
  {
    errno: 'EPIPE',
    syscall: /^send/,
    say: 'the peer closed, or this side was shut down for writing',
  },
  {
    errno: 'EMSGSIZE',
    syscall: /^send/,
    say: 'one datagram cannot be that long (65507 bytes in UDP over IPv4; the interface MTU on packet and IP_HDRINCL sockets and with IP_PMTUDISC_DO; SO_SNDBUF on AF_UNIX)',
  },
  {
    errno: 'EACCES',
    syscall: /^(send|connect)/,
    when: isBroadcast,
    say: 'a broadcast address: set SO_BROADCAST first',
  },
  {
    errno: 'EACCES',
    syscall: /^(send|connect|bind)/,
    when: isUnix,
    say: 'writing to the socket file is not permitted: chmod, or the mode of its directory',
  },
  {
    errno: 'EACCES',
    syscall: /^(send|connect)/,
    when: isInet,
    say: (d) => `a \`prohibit\` route or a firewall refuses it: \`ip route get ${host(d)}\``,
  },
  {
    errno: 'EPERM',
    syscall: /^send/,
    say: 'a firewall rule dropped it (`nft list ruleset`, `iptables -S OUTPUT`)',
  },
  {
    errno: 'ENOBUFS',
    syscall: /^send/,
    say: "the interface's queue is full: send more slowly, or raise txqueuelen",
  },
  { errno: 'EOVERFLOW', syscall: /^sendfile$/, say: 'the range ends past the largest file offset' },
  // options
  {
    errno: 'ENODEV',
    syscall: /^[gs]etsockopt$/,
    say: () => `interfaces here: ${interfaceNames().join(', ')}`,
  },
  {
    errno: 'EPERM',
    syscall: /^setsockopt$/,
    when: option('SO_LOCK_FILTER'),
    say: 'a locked filter stays locked for the life of the socket',
  },
  {
    errno: 'ENOENT',
    syscall: /^setsockopt$/,
    when: option('TCP_CONGESTION'),
    say: () =>
      `algorithms here: ${fs.readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8').trim()} (others are modules: modprobe tcp_bbr)`,
  },
  {
    errno: 'EPERM',
    syscall: /^setsockopt$/,
    say: () => privilege('a privilege, most likely CAP_NET_ADMIN'),
  },
  {
    errno: 'EINVAL',
    syscall: /^setsockopt$/,
    when: (d) => /MEMBERSHIP|JOIN_(GROUP|SOURCE)/.test(d.option?.name ?? ''),
    say: 'the group must be a multicast address: 224.0.0.0/4, or ff00::/8 for IPv6',
  },
  {
    errno: 'EADDRINUSE',
    syscall: /^setsockopt$/,
    when: (d) => /MEMBERSHIP|JOIN/.test(d.option?.name ?? ''),
    say: 'this socket is a member of that group already',
  },
  {
    errno: 'EADDRNOTAVAIL',
    syscall: /^setsockopt$/,
    when: (d) => /MEMBERSHIP|LEAVE|SOURCE/.test(d.option?.name ?? ''),
    say: 'this socket is no member of that group on that interface',
  },
  {
    errno: 'EDOM',
    syscall: /^setsockopt$/,
    when: (d) => /TIMEO/.test(d.option?.name ?? ''),
    say: 'microseconds must be below 1,000,000',
  },
  { errno: 'ENOTCONN', syscall: /^getsockopt$/, say: 'connect() or accept() comes first' },
  // names
  {
    errno: 'ENXIO',
    syscall: /^if_indextoname$/,
    say: 'no interface has that index: if_nameindex() lists them',
  },
  { errno: 'ENOENT', syscall: /^getserv/, say: () => notListed('service', '/etc/services') },
  { errno: 'ENOENT', syscall: /^getproto/, say: () => notListed('protocol', '/etc/protocols') },
  // any call
  {
    errno: 'EBADF',
    syscall: /^(?!close)/,
    say: 'the socket was closed, or the number was never open',
  },
  {
    errno: 'ENOTSOCK',
    syscall: /./,
    say: 'the descriptor is open, but of a file, pipe or terminal',
  },
  { errno: 'ENOSYS', syscall: /./, say: 'this kernel or sandbox has no such system call' },
];

/** The hint for a refusal, if we know one. Never throws: the error matters more than its hint. */
export function hintFor(errno: number, syscall: string, detail: Detail): string | undefined {
  const code = errorcode[errno];
  try {
    const row = ROWS.find(
      (r) =>
        r.errno === code && r.syscall.test(syscall) && (r.when === undefined || r.when(detail)),
    );
    return typeof row?.say === 'function' ? row.say(detail) : row?.say;
  } catch {
    return undefined;
  }
}
