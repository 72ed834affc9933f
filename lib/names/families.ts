// Which address families this kernel has, without making it load the module of one that it has not.
import * as fs from 'node:fs';
import * as c from '../constants';
import { once } from '../lazy';
import { native } from '../native';

type FamilyName = c.ConstantName & `AF_${string}`;

// Aliases of a number (AF_LOCAL, AF_ROUTE), and what is no family.
const NOT_LISTED: readonly string[] = ['AF_UNSPEC', 'AF_MAX', 'AF_LOCAL', 'AF_FILE', 'AF_ROUTE'];
export const families = once(() =>
  (Object.keys(c.constants) as c.ConstantName[]).filter(
    (name): name is FamilyName => /^AF_[A-Z0-9a-z]+$/.test(name) && !NOT_LISTED.includes(name),
  ),
);

/** The names by which /proc/net/protocols and /proc/modules know a family that may be a module. */
const REGISTERED: Readonly<Record<string, string>> = {
  AF_UNIX: 'UNIX',
  AF_INET: 'TCP UDP',
  AF_INET6: 'TCPv6 UDPv6',
  AF_NETLINK: 'NETLINK',
  AF_PACKET: 'PACKET',
  AF_XDP: 'XDP',
  AF_VSOCK: 'AF_VSOCK',
  AF_ALG: 'ALG',
  AF_KEY: 'KEY',
  AF_TIPC: 'TIPC tipc',
  AF_RDS: 'RDS rds',
  AF_RXRPC: 'RXRPC rxrpc',
  AF_CAN: 'CAN_RAW CAN_BCM CAN_ISOTP CAN_J1939 can',
  AF_BLUETOOTH: 'HCI L2CAP SCO RFCOMM BNEP CMTP HIDP ISO bluetooth',
  AF_APPLETALK: 'DDP appletalk',
  AF_AX25: 'AX25 ax25',
  AF_NETROM: 'NETROM netrom',
  AF_ROSE: 'ROSE rose',
  AF_X25: 'X25 x25',
  AF_LLC: 'LLC llc2',
  AF_PPPOX: 'PPPOE PPPOL2TP PPTP pppox',
  AF_ATMPVC: 'VCC atm',
  AF_ATMSVC: 'atm',
  AF_IEEE802154: 'IEEE-802.15.4-RAW IEEE-802.15.4-MAC ieee802154_socket',
  AF_PHONET: 'PHONET PNPIPE phonet',
  AF_CAIF: 'CAIF caif_socket',
  AF_NFC: 'NFC_RAW NFC_LLCP nfc',
  AF_KCM: 'KCM kcm',
  AF_QIPCRTR: 'QIPCRTR qrtr',
  AF_SMC: 'SMC SMC6 smc',
  AF_IUCV: 'AF_IUCV af_iucv',
  AF_MCTP: 'MCTP mctp',
  AF_ISDN: 'misdn mISDN_core',
  AF_IRDA: 'IRDA irda',
  AF_IPX: 'IPX ipx',
  AF_DECnet: 'NSP decnet',
};

/** The text of a file; undefined where it cannot be read. */
export function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The first word of each line. */
const firstWords = (text: string | undefined): string[] =>
  (text?.match(/^\S+/gm) ?? []) as string[];

/** The protocols that are registered (/proc/net/protocols), 'TCP' and so on, and loaded modules. */
export const registered = (): ReadonlySet<string> =>
  new Set([...firstWords(textOf('/proc/net/protocols')), ...firstWords(textOf('/proc/modules'))]);

/**
 * Whether socket(2) with a family that the kernel lacks can make it load a module: proc(5) of
 * /proc/sys/kernel/modprobe and modules_disabled. True where that cannot be known.
 */
export function loadsModules(): boolean {
  if (textOf('/proc/self/status') === undefined) return true; // no /proc
  return (
    fs.existsSync('/proc/modules') &&
    textOf('/proc/sys/kernel/modprobe')?.trim() !== '' &&
    textOf('/proc/sys/kernel/modules_disabled')?.trim() !== '1'
  );
}

/** What socket(2) returns for these arguments: 0 where it made one (it is closed), else -errno. */
export function trySocket(family: number, type: number, protocol: number): number {
  const fd = native.socket(family, type | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, protocol);
  return fd < 0 ? fd : native.close(fd);
}

const exists = (name: FamilyName): boolean =>
  trySocket(c.constants[name], c.SOCK_DGRAM, 0) !== -c.EAFNOSUPPORT;

/**
 * The families that this kernel has. Where asking would load modules, those that are registered or
 * loaded already, and of the others only `probe` is asked for.
 */
export function knownFamilies(probe: readonly string[]): string[] {
  if (!loadsModules()) return families().filter(exists);
  const there = registered();
  const isRegistered = (name: string) =>
    REGISTERED[name]?.split(' ').some((word) => there.has(word)) ?? false;
  return families().filter((name) => isRegistered(name) || (probe.includes(name) && exists(name)));
}
