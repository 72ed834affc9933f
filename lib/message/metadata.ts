// enable(): metadata by name, and the option of each family that turns it on.
import * as c from '../constants';
import { badRange, badType, membersOf } from '../errors/arguments';
import { getOption, setOption } from '../options';

/** What a message has beside its data; false turns it off again. Go's SetControlMessage. */
export interface Metadata {
  /** `to` and `ifindex` */
  pktinfo?: boolean;
  ttl?: boolean;
  tos?: boolean;
  /**
   * `timestamp` by the kernel's clock; 'hardware' asks for `hwTimestamp` too. SO_TIMESTAMPING's
   * flags for what is sent stay as they are.
   */
  timestamp?: boolean | 'hardware';
  drops?: boolean;
  /** where it was sent before a redirection (TPROXY): CM.IP_ORIGDSTADDR */
  origDst?: boolean;
  /** ICMP errors go to the error queue, for errors(), and no call on this socket fails for them */
  errqueue?: boolean;
  /** trains of equal datagrams in one message: `segmentSize`, datagrams() */
  gro?: boolean;
  /** SCM_CREDENTIALS */
  credentials?: boolean;
}

/** Space for the control data of everything that enable() can turn on: bytes. */
export const METADATA_ROOM = 448;

/**
 * An option that turns something on. The second of a pair serves IPv4 on a dual-stack socket, and
 * may be refused.
 */
type Switch = readonly [level: number, option: number];
type Switches = readonly [main: Switch, also?: Switch];

const anywhere =
  (...main: Switch) =>
  () =>
    [main] as const;
const byFamily = (rows: Readonly<Record<number, Switches>>) => (family: number) => rows[family];

const ip = (option: number): Switch => [c.IPPROTO_IP, option];
const ipv6 = (option: number): Switch => [c.IPPROTO_IPV6, option];
const internet = (v4: number, v6: number) =>
  byFamily({ [c.AF_INET]: [ip(v4)], [c.AF_INET6]: [ipv6(v6), ip(v4)] });

const RECEIVE_STAMPS = c.SOF_TIMESTAMPING_RX_HARDWARE | c.SOF_TIMESTAMPING_RX_SOFTWARE;
const REPORT_STAMPS = c.SOF_TIMESTAMPING_SOFTWARE | c.SOF_TIMESTAMPING_RAW_HARDWARE;
const SEND_STAMPS =
  c.SOF_TIMESTAMPING_TX_HARDWARE |
  c.SOF_TIMESTAMPING_TX_SOFTWARE |
  c.SOF_TIMESTAMPING_TX_SCHED |
  c.SOF_TIMESTAMPING_TX_ACK;

const SWITCHES: Readonly<Record<keyof Metadata, (family: number) => Switches | undefined>> = {
  pktinfo: byFamily({
    [c.AF_INET]: [ip(c.IP_PKTINFO)],
    [c.AF_INET6]: [ipv6(c.IPV6_RECVPKTINFO), ip(c.IP_PKTINFO)],
    [c.AF_NETLINK]: [[c.SOL_NETLINK, c.NETLINK_PKTINFO]],
  }),
  ttl: internet(c.IP_RECVTTL, c.IPV6_RECVHOPLIMIT),
  tos: internet(c.IP_RECVTOS, c.IPV6_RECVTCLASS),
  origDst: internet(c.IP_RECVORIGDSTADDR, c.IPV6_RECVORIGDSTADDR),
  errqueue: internet(c.IP_RECVERR, c.IPV6_RECVERR),
  timestamp: anywhere(c.SOL_SOCKET, c.SO_TIMESTAMPNS),
  drops: anywhere(c.SOL_SOCKET, c.SO_RXQ_OVFL),
  gro: byFamily({
    [c.AF_INET]: [[c.IPPROTO_UDP, c.UDP_GRO]],
    [c.AF_INET6]: [[c.IPPROTO_UDP, c.UDP_GRO]],
  }),
  credentials: anywhere(c.SOL_SOCKET, c.SO_PASSCRED),
};

export const METADATA_NAMES = Object.keys(SWITCHES) as readonly (keyof Metadata)[];

/**
 * Sets the options. TypeError for an unknown name, RangeError for what the family has not; else the
 * kernel's refusal.
 */
export function enableMetadata(fd: number, family: number, metadata: Metadata): void {
  const given = membersOf(metadata, 'enable', METADATA_NAMES);
  const steps: (() => void)[] = [];
  for (const name of METADATA_NAMES) {
    const value: unknown = given[name];
    if (value === undefined) continue;
    const hardware = name === 'timestamp' && value === 'hardware';
    if (typeof value !== 'boolean' && !hardware)
      throw badType(
        `enable: ${name}`,
        name === 'timestamp' ? "a boolean or 'hardware'" : 'a boolean',
        value,
      );
    const switches = SWITCHES[name](family);
    if (switches === undefined)
      throw badRange(`enable: ${name}`, 'metadata of this family of sockets', family);
    const [main, also] = switches;
    const on = value !== false;
    if (!hardware) steps.push(() => turn(fd, main, on));
    if (also !== undefined) steps.push(() => attempt(() => turn(fd, also, on)));
    if (name === 'timestamp' && value !== true) steps.push(() => stamp(fd, hardware));
  }
  for (const step of steps) step();
}

/** SO_TIMESTAMPING is one word for both ways: what is said there about sending stays. */
function stamp(fd: number, on: boolean): void {
  const now = getOption(fd, c.SOL_SOCKET, c.SO_TIMESTAMPING) as number;
  const quiet = now & ~(now & SEND_STAMPS ? RECEIVE_STAMPS : RECEIVE_STAMPS | REPORT_STAMPS);
  const wanted = on ? now | RECEIVE_STAMPS | REPORT_STAMPS : quiet;
  if (wanted !== now) setOption(fd, c.SOL_SOCKET, c.SO_TIMESTAMPING, wanted);
}

const turn = (fd: number, [level, option]: Switch, on: boolean): void =>
  setOption(fd, level, option, on ? 1 : 0);

/** A socket that is IPv6 only has no use for it, and some kinds refuse it. */
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // nothing is lost
  }
}
