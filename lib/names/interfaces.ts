// Network interfaces: names and indexes (if_nametoindex(3)), and all that getifaddrs(3) knows of
// each.
import { type Address, decodeAddress, encodeAddress, type PacketAddress } from '../address';
import * as c from '../constants';
import { check, checkMembers } from '../errors';
import { integer } from '../errors/arguments';
import { native } from '../native';
import { i32, u16, u32, wire } from '../structs';
import { cString, inThisThread } from './calls';
import { inNetworkNamespace, type NetworkNamespace, socketIn } from './netns';

/** An address of a network interface. */
export interface InterfaceAddress {
  /** AF_INET or AF_INET6. */
  family: number;
  address: string;
  /** Length of the network's prefix, bits. */
  prefix: number;
  broadcast?: string;
}

/** A network interface. */
export interface Interface {
  index: number;
  name: string;
  /** IFF_ names without their prefix, as ip(8) shows them: 'UP', 'LOOPBACK', 'RUNNING'. */
  flags: string[];
  /** Bytes. */
  mtu: number;
  /** 'aa:bb:cc:dd:ee:ff'; '' for what has no hardware address. */
  mac: string;
  addresses: InterfaceAddress[];
}

/** if_nametoindex(3). ENODEV for a name that no interface has. */
export function if_nametoindex(name: string): number {
  return check(native.if_nametoindex(cString('name', name)), 'if_nametoindex', {
    hintContext: { value: name },
  });
}

/** if_indextoname(3). ENXIO for an index that no interface has. */
export function if_indextoname(index: number): string {
  integer('index', index, 0, 0xffffffff);
  const { status, bytes } = inThisThread((out) => native.if_indextoname(index, out), 64);
  check(status, 'if_indextoname');
  return bytes.toString();
}

// One link or one address of a link; three sockaddrs and a name of these lengths follow.
const RECORD = wire('ifaddrs', {
  size: u32,
  index: u32,
  flags: u32,
  addrlen: u16,
  masklen: u16,
  broadlen: u16,
  namelen: u16,
});

interface Row {
  readonly index: number;
  readonly name: string;
  readonly flags: number;
  readonly address: Address;
  readonly mask: Uint8Array;
}

function rows(netns?: NetworkNamespace): Row[] {
  const call =
    netns === undefined
      ? (out: Uint8Array) => native.getifaddrs(out)
      : (out: Uint8Array) =>
          inNetworkNamespace(netns, (fd, entered) => native.netns_getifaddrs(fd, out, entered));
  const { status, bytes } = inThisThread(call, 16384);
  check(status, 'getifaddrs');
  const list: Row[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { size, index, flags, addrlen, masklen, namelen } = RECORD.read(bytes, at);
    let from = at + RECORD.size;
    const take = (length: number) => {
      from += length;
      return bytes.subarray(from - length, from);
    };
    const name = take(namelen).toString();
    const address = decodeAddress(take(addrlen), addrlen);
    const mask = take(masklen);
    list.push({ index, name, flags, address, mask });
    at += size;
  }
  return list;
}

/** The links: every interface has exactly one AF_PACKET entry. */
function links(all: readonly Row[]): (Row & { address: PacketAddress })[] {
  return all.filter(
    (row): row is Row & { address: PacketAddress } => row.address.family === 'packet',
  );
}

/** if_nameindex(3): every interface's index and name. */
export function if_nameindex(): { index: number; name: string }[] {
  return links(rows()).map(({ index, name }) => ({ index, name }));
}

const FLAGS =
  'UP BROADCAST DEBUG LOOPBACK POINTOPOINT NOTRAILERS RUNNING NOARP PROMISC ALLMULTI MASTER SLAVE MULTICAST PORTSEL AUTOMEDIA DYNAMIC LOWER_UP DORMANT ECHO'
    .split(' ')
    .map((name) => [name, c.constants[`IFF_${name}` as c.ConstantName]] as const);

/** Bits set in a netmask's sockaddr, of which the address starts at `offset`. */
function prefixOf(mask: Uint8Array, offset: number, size: number): number {
  let bits = 0;
  for (const byte of mask.subarray(offset, offset + size))
    for (let rest = byte; rest > 0; rest &= rest - 1) bits++;
  return bits;
}

/** The ioctls of netdevice(7), on one socket. */
class Devices {
  readonly #fd: number;

  constructor(netns: NetworkNamespace | undefined) {
    const [family, type] = [c.AF_INET, c.SOCK_DGRAM | c.SOCK_CLOEXEC];
    const fd =
      netns === undefined ? native.socket(family, type, 0) : socketIn(netns, family, type, 0);
    this.#fd = check(fd, 'socket');
  }

  /**
   * The struct ifreq that the kernel returns; null where the interface or the address is gone
   * meanwhile.
   */
  ask(request: number, name: string, address?: string): Buffer | null {
    const ifreq = Buffer.alloc(IFREQ.size);
    ifreq.write(name, IFREQ.fields.ifr_name[0]);
    if (address !== undefined)
      ifreq.set(encodeAddress(c.AF_INET, [address, 0]), IFREQ.fields.ifr_addr[0]);
    return native.ioctl(this.#fd, request, ifreq) < 0 ? null : ifreq;
  }
  close(): void {
    native.close(this.#fd);
  }
}
const IFREQ = native.layouts.ifreq;

/** Bytes; null where the interface is gone. */
function mtuOf(devices: Devices, name: string): number | null {
  const ifreq = devices.ask(c.SIOCGIFMTU, name);
  return ifreq && i32.read(ifreq, IFREQ.fields.ifr_mtu[0]);
}

/**
 * getifaddrs(3) has broadcast and peer address in one place; the kernel tells which of an
 * interface's addresses has a broadcast.
 */
function broadcastOf(devices: Devices, label: string, address: string): string | undefined {
  const ifreq = devices.ask(c.SIOCGIFBRDADDR, label, address);
  const found = ifreq && decodeAddress(ifreq.subarray(IFREQ.fields.ifr_broadaddr[0]), 16);
  return found?.family === 'IPv4' && found.address !== '0.0.0.0' ? found.address : undefined;
}

function inet(devices: Devices, { name, flags, address, mask }: Row): InterfaceAddress[] {
  if (address.family === 'IPv6')
    return [{ family: c.AF_INET6, address: address.address, prefix: prefixOf(mask, 8, 16) }];
  if (address.family !== 'IPv4') return [];
  const broadcast =
    (flags & c.IFF_BROADCAST) === 0 ? undefined : broadcastOf(devices, name, address.address);
  return [
    {
      family: c.AF_INET,
      address: address.address,
      prefix: prefixOf(mask, 4, 4),
      ...(broadcast !== undefined && { broadcast }),
    },
  ];
}

/**
 * Every interface with its flags, MTU, hardware address and internet addresses: getifaddrs(3),
 * SIOCGIFMTU and SIOCGIFBRDADDR. `netns`: those of another network namespace, by path, name of
 * `ip netns` or process id; errors of syscall 'setns' are ENOENT, EPERM (CAP_SYS_ADMIN) and EINVAL.
 */
export function interfaces(o: { netns?: NetworkNamespace } = {}): Interface[] {
  checkMembers(o, 'interfaces', ['netns']);
  const all = rows(o.netns);
  const devices = new Devices(o.netns);
  try {
    return links(all).flatMap(({ index, name, flags, address }) => {
      const mtu = mtuOf(devices, name);
      if (mtu === null) return [];
      // An address goes by its label, 'eth0:1', so the index tells whose it is.
      const addresses = all
        .filter((row) => row.index === index)
        .flatMap((row) => inet(devices, row));
      const set = FLAGS.filter(([, bit]) => (flags & bit) !== 0).map(([word]) => word);
      return [{ index, name, flags: set, mtu, mac: address.address, addresses }];
    });
  } finally {
    devices.close();
  }
}
