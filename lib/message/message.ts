// What recvmsg(2) answers: the data, the control messages, the flags and the sender; and the names
// for what stands in the control data.
import type { Address } from '../address';
import { bufferAt } from '../bytes';
import * as c from '../constants';
import { OwnedFd } from '../descriptors';
import { i32, LITTLE } from '../structs';
import {
  type Cmsg,
  type ControlSpan,
  findControl,
  parseControl,
  payloadLength,
  spanOf,
  walkControl,
} from './cmsg';
import type { CmsgType } from './kind';
import type { ExtendedErr } from './payload-inet';
import { CM } from './table';

/**
 * recvmsg(): Python's 4-tuple with names, and typed control data. Everything is decoded when asked
 * for. Descriptors that came along belong to the message: `get(CM.SCM_RIGHTS)` gives their
 * OwnedFds, and those that nobody takes are closed.
 */
export abstract class Message<A extends Address = Address> {
  /** What was received, of the length that was read. */
  abstract readonly data: Buffer;
  /** msg_flags: MSG_TRUNC, MSG_CTRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE */
  abstract readonly flags: number;
  /** The sender's address. */
  abstract readonly address: A;
  /**
   * Bytes of the message: those of `data`, but of a datagram that was cut and received with
   * MSG_TRUNC its whole length.
   */
  abstract readonly length: number;

  /**
   * Where the control data stands.
   *
   * @internal
   */
  protected abstract readonly span: ControlSpan;
  /** @internal */
  protected abstract owned(fd: number): OwnedFd | undefined;

  /** A message of its own memory, where this one is a view that lasts until the next receive. */
  abstract copy(): Message<A>;

  /** The control messages, each undecoded. */
  get control(): Cmsg[] {
    return walkControl(this.span);
  }

  /** The value of the first control message of this kind: `msg.get(CM.IP_PKTINFO)?.ifindex`. */
  // biome-ignore lint/suspicious/noExplicitAny: any level and whatever building takes
  get<V>(type: CmsgType<any, V, any>): V | undefined {
    const { view, at, end } = this.span;
    if (at === end) return undefined;
    const payload = findControl(view, at, end, type.level, type.type);
    if (payload < 0) return undefined;
    return type.decode(
      Buffer.from(view.buffer, view.byteOffset + payload, payloadLength(view, payload)),
      (fd) => this.owned(fd),
    );
  }

  /** MSG_TRUNC: the datagram was longer than the buffer, and the rest is lost. */
  get truncated(): boolean {
    return (this.flags & c.MSG_TRUNC) !== 0;
  }

  /** MSG_CTRUNC: there was more control data than the control buffer holds. */
  get controlTruncated(): boolean {
    return (this.flags & c.MSG_CTRUNC) !== 0;
  }

  /** The address that the datagram was sent to: enable({ pktinfo }), or enable({ origDst }). */
  get to(): string | undefined {
    return (
      this.get(CM.IPV6_PKTINFO)?.addr ??
      this.get(CM.IP_PKTINFO)?.addr ??
      this.get(CM.IP_ORIGDSTADDR)?.address ??
      this.get(CM.IPV6_ORIGDSTADDR)?.address
    );
  }

  /**
   * The address to reply from, as `from` of sendmsg(): enable({ pktinfo }). It is ipi_spec_dst for
   * IPv4, a unicast address of the receiving interface also where `to` is a group or a broadcast
   * address (in the v4-mapped form on an AF_INET6 socket). For IPv6 it is `to` where that is unicast, else undefined: leave `from` out, and the
   * kernel chooses. ip(7), RFC 3542 6.1
   */
  get local(): string | undefined {
    const source = this.get(CM.IP_PKTINFO)?.specDst;
    const address = this.get(CM.IPV6_PKTINFO)?.addr;
    if (source !== undefined && source !== ANY)
      return address === undefined ? source : `::ffff:${source}`; // of a dual-stack socket
    return address === undefined || isMulticast(address) ? undefined : address;
  }

  /** The interface that it came in on: enable({ pktinfo }). */
  get ifindex(): number | undefined {
    return this.get(CM.IP_PKTINFO)?.ifindex ?? this.get(CM.IPV6_PKTINFO)?.ifindex;
  }

  /** TTL or hop limit: enable({ ttl }). */
  get ttl(): number | undefined {
    return this.int(c.IPPROTO_IP, c.IP_TTL) ?? this.int(c.IPPROTO_IPV6, c.IPV6_HOPLIMIT);
  }

  /** TOS or traffic class: enable({ tos }). */
  get tos(): number | undefined {
    return this.get(CM.IP_TOS) ?? this.int(c.IPPROTO_IPV6, c.IPV6_TCLASS);
  }

  /** When it came in, nanoseconds since the epoch: enable({ timestamp }). */
  get timestamp(): bigint | undefined {
    return (
      this.get(CM.SCM_TIMESTAMPNS) ??
      this.get(CM.SCM_TIMESTAMPING)?.software ??
      this.get(CM.SCM_TIMESTAMP) ??
      this.get(CM.SO_TIMESTAMPNS_NEW) ??
      this.get(CM.SO_TIMESTAMPING_NEW)?.software ??
      this.get(CM.SO_TIMESTAMP_NEW)
    );
  }

  /** The same by the network card's clock: enable({ timestamp: 'hardware' }). */
  get hwTimestamp(): bigint | undefined {
    return (this.get(CM.SCM_TIMESTAMPING) ?? this.get(CM.SO_TIMESTAMPING_NEW))?.hardware;
  }

  /** How many datagrams the kernel has dropped on this socket so far: enable({ drops }). */
  get drops(): number | undefined {
    return this.get(CM.SO_RXQ_OVFL);
  }

  /** Bytes of each datagram of a GRO train: enable({ gro }). */
  get segmentSize(): number | undefined {
    return this.int(c.IPPROTO_UDP, c.UDP_GRO);
  }

  /** What a message of the error queue says. */
  get error(): ExtendedErr | undefined {
    return (
      this.get(CM.IP_RECVERR) ??
      this.get(CM.IPV6_RECVERR) ??
      this.get(CM.PACKET_TX_TIMESTAMP) ??
      this.get(CM.VSOCK_RECVERR)
    );
  }

  /** The datagrams of a GRO train, as views; of any other message, its data. */
  *datagrams(): Generator<Buffer, void, undefined> {
    const { data, segmentSize = 0 } = this;
    const size = segmentSize > 0 ? segmentSize : data.length;
    if (data.length === 0) yield data;
    for (let at = 0; at < data.length; at += size)
      yield bufferAt(data.buffer, data.byteOffset + at, Math.min(size, data.length - at));
  }

  /** An int of the control data, without a Buffer for it. */
  private int(level: number, type: number): number | undefined {
    const { view, at, end } = this.span;
    return intAt(view, at, end, level, type);
  }
}

const ANY = '0.0.0.0';
/** Of IPv6 as inet_ntop(3) writes it; a v4-mapped destination may be a group or a broadcast. */
const isMulticast = (address: string): boolean =>
  address.startsWith('ff') || /^::ffff:(22[4-9]|23\d|255\.255\.255\.255)/.test(address);

/** A message of the error queue: `data` is what was sent, `address` where to. */
export type ErrorMessage<A extends Address = Address> = Message<A> & {
  readonly error: ExtendedErr;
};

const INT = 4;

/** The value of the first control message of this kind that is an int. */
export function intAt(
  view: DataView,
  at: number,
  end: number,
  level: number,
  type: number,
): number | undefined {
  if (at === end) return undefined;
  const payload = findControl(view, at, end, level, type);
  return payload < 0 || payloadLength(view, payload) < INT
    ? undefined
    : view.getInt32(payload, LITTLE);
}

const NONE: readonly OwnedFd[] = [];

/** A message of its own memory. */
export class Received<A extends Address = Address> extends Message<A> {
  private made: ControlSpan | undefined;

  /** `fds`: what came in the control data, from claim(). */
  constructor(
    readonly data: Buffer,
    private readonly controlBytes: Uint8Array,
    readonly flags: number,
    readonly address: A,
    private readonly fds: readonly OwnedFd[] = NONE,
    readonly length: number = data.length,
  ) {
    super();
  }

  protected get span(): ControlSpan {
    this.made ??= spanOf(this.controlBytes);
    return this.made;
  }

  protected owned(fd: number): OwnedFd | undefined {
    return this.fds.find((one) => one.fd === fd);
  }

  copy(): Received<A> {
    return this;
  }
}

/** Takes every descriptor that arrived in control data: from here on none can be lost. */
export function claim(control: Uint8Array): readonly OwnedFd[] {
  if (control.length === 0) return NONE;
  const fds: OwnedFd[] = [];
  for (const { level, type, data } of parseControl(control)) {
    if (level !== c.SOL_SOCKET || (type !== c.SCM_RIGHTS && type !== c.SCM_PIDFD)) continue;
    for (let at = 0; at + INT <= data.length; at += INT) fds.push(new OwnedFd(i32.read(data, at)));
  }
  return fds;
}
