// What this process and kernel can do: capabilities().
import * as os from 'node:os';
import * as c from '../constants';
import { badType, checkMembers, unknownName } from '../errors';
import { processCapabilities } from '../errors/capabilities';
import { native } from '../native';
import { families, knownFamilies, registered, textOf, trySocket } from './families';

/** What works in this process on this kernel. */
export interface Capabilities {
  /** SOCK_RAW sockets can be made: CAP_NET_RAW is effective, and nothing else forbids them. */
  raw: boolean;
  /** CAP_NET_ADMIN is effective: interfaces, routes, SO_RCVBUFFORCE, IP_TRANSPARENT. */
  admin: boolean;
  /**
   * Every port can be bound: CAP_NET_BIND_SERVICE is effective, or
   * net.ipv4.ip_unprivileged_port_start is 0.
   */
  bindService: boolean;
  /**
   * ICMP datagram sockets can be made: a group of this process is within net.ipv4.ping_group_range.
   */
  icmpDgram: boolean;
  /**
   * The address families of this kernel: 'AF_INET', 'AF_UNIX' and so on. Where the kernel loads
   * modules on demand, those that are there already, and those of `probe` that it could load.
   */
  families: string[];
  /** What waits for readiness: libuv's event loop, or a thread where the runtime has none. */
  backend: 'libuv' | 'thread';
  /** A packet socket takes a TPACKET_V3 receive ring here: Capture's `ring`. */
  ring: boolean;
  /** The version of libpcap ('1.10.3'), which compiles filters; null where there is none. */
  libpcap: string | null;
  /** net.ipv4.ping_group_range: the first and the last group; [1, 0] is nobody. */
  pingGroups: readonly [number, number];
  /** The effective capabilities of this thread, by name: capabilities(7). */
  effective: readonly string[];
  /** uname -r: '6.18.0'. */
  kernel: string;
  /** Features of this package that this kernel has not: names of options and protocols. */
  lacks: readonly string[];
}

export interface CapabilitiesRequest {
  /**
   * Families to ask the kernel for by socket(2), which may load their modules: `['AF_VSOCK']`.
   */
  probe?: readonly string[];
}

function pingGroupRange(): readonly [number, number] {
  const text = textOf('/proc/sys/net/ipv4/ping_group_range') ?? '1 0';
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return [first, last];
}

type Sort = 'tcp' | 'udp' | 'unix';
const SOCKETS: Readonly<Record<Sort, readonly [family: number, type: number]>> = {
  tcp: [c.AF_INET, c.SOCK_STREAM],
  udp: [c.AF_INET, c.SOCK_DGRAM],
  unix: [c.AF_UNIX, c.SOCK_STREAM],
};

/** Options that tell whether a feature is there, by getsockopt(2) on a fresh socket. */
// biome-ignore format: one row a feature
export const FEATURES: readonly (readonly [name: string, on: Sort, level: number, optname: number])[] = [
  ['SO_ZEROCOPY', 'tcp', c.SOL_SOCKET, c.SO_ZEROCOPY],
  ['SO_TXTIME', 'udp', c.SOL_SOCKET, c.SO_TXTIME],
  ['SO_TIMESTAMPING_NEW', 'udp', c.SOL_SOCKET, c.SO_TIMESTAMPING_NEW],
  ['SO_PREFER_BUSY_POLL', 'udp', c.SOL_SOCKET, c.SO_PREFER_BUSY_POLL],
  ['SO_NETNS_COOKIE', 'udp', c.SOL_SOCKET, c.SO_NETNS_COOKIE],
  ['SO_BUF_LOCK', 'udp', c.SOL_SOCKET, c.SO_BUF_LOCK],
  ['SO_RESERVE_MEM', 'udp', c.SOL_SOCKET, c.SO_RESERVE_MEM],
  ['SO_RCVMARK', 'udp', c.SOL_SOCKET, c.SO_RCVMARK],
  ['SO_PASSPIDFD', 'unix', c.SOL_SOCKET, c.SO_PASSPIDFD],
  ['SO_PEERPIDFD', 'unix', c.SOL_SOCKET, c.SO_PEERPIDFD],
  ['SO_PASSRIGHTS', 'unix', c.SOL_SOCKET, c.SO_PASSRIGHTS],
  ['UDP_SEGMENT', 'udp', c.IPPROTO_UDP, c.UDP_SEGMENT],
  ['UDP_GRO', 'udp', c.IPPROTO_UDP, c.UDP_GRO],
  ['IP_RECVFRAGSIZE', 'udp', c.IPPROTO_IP, c.IP_RECVFRAGSIZE],
  ['IP_LOCAL_PORT_RANGE', 'udp', c.IPPROTO_IP, c.IP_LOCAL_PORT_RANGE],
  ['TCP_FASTOPEN_CONNECT', 'tcp', c.IPPROTO_TCP, c.TCP_FASTOPEN_CONNECT],
  ['TCP_IS_MPTCP', 'tcp', c.IPPROTO_TCP, c.TCP_IS_MPTCP],
  ['TCP_AO_INFO', 'tcp', c.IPPROTO_TCP, c.TCP_AO_INFO],
];

/** Protocols that are never a module of their own: as /proc/net/protocols names them. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  IPPROTO_MPTCP: 'MPTCP',
  IPPROTO_UDPLITE: 'UDP-Lite',
};

function lacking(): string[] {
  const lacks: string[] = [];
  for (const [name, on, level, optname] of FEATURES) {
    const fd = native.socket(SOCKETS[on][0], SOCKETS[on][1] | c.SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    const result = native.getsockopt_blank(fd, level, optname, new Uint8Array(256));
    native.close(fd);
    if (result === -c.ENOPROTOOPT || result === -c.EOPNOTSUPP) lacks.push(name);
  }
  const there = registered();
  if (there.has('TCP'))
    for (const [name, protocol] of Object.entries(PROTOCOLS))
      if (!there.has(protocol)) lacks.push(name);
  return lacks;
}

/** Whether a packet socket takes TPACKET_V3: packet(7). */
function hasRing(families: readonly string[]): boolean {
  if (!families.includes('AF_PACKET')) return false;
  const fd = native.socket(c.AF_PACKET, c.SOCK_RAW | c.SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const result = native.setsockopt_int(fd, c.SOL_PACKET, c.PACKET_VERSION, c.TPACKET_V3);
  native.close(fd);
  return result === 0;
}

/** pcap_lib_version(3PCAP) says 'libpcap version 1.10.3 (with TPACKET_V3)'. */
function libpcapVersion(): string | null {
  const out = Buffer.alloc(256);
  if (native.pcap_version(out) < 0) return null;
  const text = out.toString('latin1', 0, out.indexOf(0));
  return /version (\S+)/.exec(text)?.[1] ?? text;
}

function probed({ probe = [] }: CapabilitiesRequest): readonly string[] {
  if (!Array.isArray(probe)) throw badType('capabilities: probe', 'an array of families', probe);
  for (const name of probe)
    if (!(families() as readonly string[]).includes(name))
      throw unknownName('capabilities: probe', String(name), families());
  return probe;
}

/**
 * What will work before it is tried: privileges (capabilities(7)), address families, capture, and
 * what this kernel lacks. Found out anew at each call. Loads no kernel module, but for the families
 * in `probe`.
 */
export function capabilities(request: CapabilitiesRequest = {}): Capabilities {
  checkMembers(request, 'capabilities', ['probe']);
  const families = knownFamilies(probed(request));
  const effective = processCapabilities('CapEff');
  return {
    raw: trySocket(c.AF_INET, c.SOCK_RAW, c.IPPROTO_RAW) === 0,
    admin: effective.includes('CAP_NET_ADMIN'),
    bindService:
      effective.includes('CAP_NET_BIND_SERVICE') ||
      textOf('/proc/sys/net/ipv4/ip_unprivileged_port_start')?.trim() === '0',
    icmpDgram: trySocket(c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_ICMP) === 0,
    families,
    backend: native.poller_thread() === 1 ? 'thread' : 'libuv',
    ring: hasRing(families),
    libpcap: libpcapVersion(),
    pingGroups: pingGroupRange(),
    effective,
    kernel: os.release(),
    lacks: lacking(),
  };
}
