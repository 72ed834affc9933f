// ICMP echo over one socket: raw where allowed, else the kernel's ICMP datagram socket; requests
// out, replies and ICMP errors in.
import {
  type Address,
  AF_INET,
  AF_INET6,
  decodeAddress,
  type Inet6Address,
  type InetAddress,
} from '../address';
import * as c from '../constants';
import { errorcode, isErrno, SocketError } from '../errors';
import { controlSpace, type Message } from '../message';
import {
  checksum,
  ICMP_ECHO_HEADER,
  ICMP_ECHOREPLY,
  ICMP6_ECHO_REPLY,
  Ipv4View,
  icmpEcho,
  icmpv6Echo,
} from '../packet';
import { Socket } from '../socket';
import { u32 } from '../structs';
import { sock_extended_err } from '../structs/inet';
import { KERNEL_TIME_SPACE, kernelTime } from './kernel-time';

export interface Target {
  version: 4 | 6;
  address: string;
  scopeId: number;
}

export interface Reply {
  kind: 'reply';
  seq: number;
  from: string;
  /** What the sender put in, and what came: the ICMP message without its header. */
  payload: Buffer;
  /** Of the IP header as it arrived; undefined where the kernel did not say. */
  ttl: number | undefined;
  /**
   * When it came, in performance.now()'s milliseconds: by the kernel's clock where that can be,
   * else when we saw it.
   */
  at: number;
  goodChecksum: boolean;
}

/**
 * An ICMP error that a router or host sent about a request of ours (`from`), or that our own kernel
 * has (`from` undefined).
 */
export interface EchoError {
  kind: 'error';
  seq: number;
  from: string | undefined;
  errno: string;
  type: number;
  code: number;
  info: number;
}

type Inet = InetAddress | Inet6Address;

const CONTROL = controlSpace(4) * 2 + controlSpace(sock_extended_err.size + 28) + KERNEL_TIME_SPACE;
const LARGEST = 65536;

/** What differs between the versions: numbers, and who computes the checksum. */
const VERSIONS = {
  4: {
    family: AF_INET,
    protocol: c.IPPROTO_ICMP,
    level: c.IPPROTO_IP,
    ttl: c.IP_TTL,
    recvTtl: c.IP_RECVTTL,
    ttlType: c.IP_TTL,
    recvErr: c.IP_RECVERR,
    reply: ICMP_ECHOREPLY,
    request: 8,
    build: icmpEcho,
    any: '0.0.0.0',
  },
  6: {
    family: AF_INET6,
    protocol: c.IPPROTO_ICMPV6,
    level: c.IPPROTO_IPV6,
    ttl: c.IPV6_UNICAST_HOPS,
    recvTtl: c.IPV6_RECVHOPLIMIT,
    ttlType: c.IPV6_HOPLIMIT,
    recvErr: c.IPV6_RECVERR,
    reply: ICMP6_ECHO_REPLY,
    request: 128,
    // Of ICMPv6 the kernel computes the checksum, on raw sockets too, and drops what arrives with a
    // wrong one.
    build: icmpv6Echo,
    any: '::',
  },
} as const;

export class Echo {
  readonly kind: 'raw' | 'dgram';
  readonly #socket: Socket<Inet>;
  readonly #id: number;
  readonly #own: (typeof VERSIONS)[4 | 6];
  readonly #ip = new Ipv4View();
  #sending = 0;

  /**
   * `deliver` is told of every reply and error. EACCES where neither socket is allowed: the hint
   * says what would be.
   */
  constructor(
    readonly target: Target,
    readonly deliver: (event: Reply | EchoError) => void,
    { ttl }: { ttl?: number } = {},
  ) {
    this.#own = VERSIONS[target.version];
    const { family, protocol, level, recvErr, recvTtl } = this.#own;
    const make = (type: number) => new Socket<Inet>({ family, type, proto: protocol });
    let socket: Socket<Inet>;
    let kind: 'raw' | 'dgram' = 'raw';
    try {
      socket = make(c.SOCK_RAW);
    } catch (error) {
      if (!isErrno(error, 'EPERM', 'EACCES')) throw error;
      socket = make(c.SOCK_DGRAM);
      kind = 'dgram';
    }
    this.#socket = socket;
    this.kind = kind;
    try {
      socket.setsockopt(level, recvErr, 1);
      socket.setsockopt(level, recvTtl, 1);
      socket.setsockopt(c.SOL_SOCKET, c.SO_TIMESTAMPNS_NEW, 1);
      if (ttl !== undefined) {
        socket.setsockopt(level, this.#own.ttl, ttl);
        if (target.version === 4) socket.setsockopt(c.IPPROTO_IP, c.IP_MULTICAST_TTL, ttl);
        else socket.setsockopt(c.IPPROTO_IPV6, c.IPV6_MULTICAST_HOPS, ttl);
      }
      this.#id = kind === 'raw' ? this.#filtered() : this.#bound();
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * A raw socket is given every ICMP message of the host: the kernel passes on echo replies only,
   * and our id tells ours.
   */
  #filtered(): number {
    const { target } = this;
    if (target.version === 4) {
      const blocked = Buffer.alloc(4);
      blocked.writeUInt32LE(~(1 << ICMP_ECHOREPLY) >>> 0);
      this.#socket.setsockopt(c.SOL_RAW, c.ICMP_FILTER, blocked);
    } else {
      const blocked = new Uint32Array(8).fill(0xffffffff);
      blocked[ICMP6_ECHO_REPLY >> 5] &= ~(1 << (ICMP6_ECHO_REPLY & 31));
      this.#socket.setsockopt(c.IPPROTO_ICMPV6, c.ICMPV6_FILTER, blocked);
    }
    return process.pid & 0xffff;
  }

  /**
   * An ICMP datagram socket's port is its id, which the kernel writes into what it sends, and gives
   * us only replies to it.
   */
  #bound(): number {
    this.#socket.bind([this.#own.any, 0]);
    return this.#socket.getsockname().port;
  }

  get #destination(): readonly [string, number, number?, number?] {
    const { version, address, scopeId } = this.target;
    return version === 4 ? [address, 0] : [address, 0, 0, scopeId];
  }

  /**
   * Sends one request and answers when, in performance.now()'s milliseconds. An error that an
   * earlier one met may come out here: it is delivered as that one's, and this request goes out.
   */
  async send(seq: number, payload: Buffer): Promise<number> {
    const packet = this.#own.build({ id: this.#id, seq }, payload);
    const destination = this.#destination;
    this.#sending = seq;
    for (let tries = 0; ; tries++) {
      const at = performance.now();
      try {
        if (this.#socket.trySendto(packet, destination) === null)
          await this.#socket.sendto(packet, destination);
        return at;
      } catch (error) {
        if (!(error instanceof SocketError)) throw error;
        const told = this.#drain();
        if (told.some((each) => each.from === undefined && each.seq === seq)) return at;
        if (told.length === 0 || tries >= 8) throw error;
      }
    }
  }

  /** Receives until the signal aborts; rejects where the socket itself fails. */
  async receive(signal: AbortSignal): Promise<void> {
    for (let dry = 0; !signal.aborted; ) {
      try {
        const reply = this.#reply(
          await this.#socket.recvmsg(LARGEST, { control: CONTROL, signal }),
        );
        dry = 0;
        if (reply) this.deliver(reply);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof SocketError)) throw error;
        // With IP_RECVERR an ICMP error fails the next call, and the error queue tells of it: what
        // nothing tells of is the socket's own.
        dry = this.#drain().length > 0 ? 0 : dry + 1;
        if (dry > 3) throw error;
      }
    }
  }

  #reply(message: Message<Inet>): Reply | null {
    let icmp = message.data;
    let ttl: number | undefined;
    if (this.kind === 'raw' && this.target.version === 4) {
      if (icmp.length < 20) return null;
      this.#ip.at(icmp);
      ttl = this.#ip.ttl;
      icmp = icmp.subarray(this.#ip.headerLength);
    } else {
      ttl = this.#ttlOf(message);
    }
    if (icmp.length < ICMP_ECHO_HEADER.size) return null;
    const { type, code, id, seq } = ICMP_ECHO_HEADER.unpack(icmp);
    if (type !== this.#own.reply || code !== 0 || id !== this.#id) return null;
    const goodChecksum = this.target.version === 6 || checksum(icmp) === 0;
    return {
      kind: 'reply',
      seq,
      from: addressText(message.address),
      payload: icmp.subarray(ICMP_ECHO_HEADER.size),
      ttl,
      at: arrival(message),
      goodChecksum,
    };
  }

  #ttlOf(message: Message<Inet>): number | undefined {
    const found = message.control.find(
      ({ level, type, data }) =>
        level === this.#own.level && type === this.#own.ttlType && data.length >= 4,
    );
    return found && u32.read(found.data, 0);
  }

  /** Empties the error queue, delivers what it told, and answers that. */
  #drain(): EchoError[] {
    const told: EchoError[] = [];
    for (;;) {
      const message = this.#socket.tryRecvmsg(LARGEST, CONTROL, c.MSG_ERRQUEUE);
      if (message === null) break;
      const error = this.#error(message);
      if (error) told.push(error);
    }
    for (const error of told) this.deliver(error);
    return told;
  }

  /**
   * The data of an ICMP error is the message that it is about; who sent it stands behind
   * sock_extended_err. A local error has neither.
   */
  #error(message: Message<Inet>): EchoError | null {
    const found = message.control.find(
      ({ level, type }) => level === this.#own.level && type === this.#own.recvErr,
    );
    if (!found || found.data.length < sock_extended_err.size) return null;
    const { errno, origin, type, code, info } = sock_extended_err.unpack(found.data);
    const error = {
      kind: 'error',
      errno: errorcode[errno] ?? `errno ${errno}`,
      type,
      code,
      info,
    } as const;
    if (origin !== c.SO_EE_ORIGIN_ICMP && origin !== c.SO_EE_ORIGIN_ICMP6)
      return { ...error, seq: this.#sending, from: undefined };
    if (message.data.length < ICMP_ECHO_HEADER.size) return null;
    const sent = ICMP_ECHO_HEADER.unpack(message.data);
    if (sent.type !== this.#own.request || sent.id !== this.#id) return null;
    const offender = found.data.subarray(sock_extended_err.size);
    return { ...error, seq: sent.seq, from: addressText(decodeAddress(offender, offender.length)) };
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * SCM_TIMESTAMPNS on our clock. Both clocks are steered alike and differ by a constant, unless
 * somebody sets the time: a moment that is yet to come tells that it was.
 */
function arrival({ control }: Message<Inet>): number {
  const now = performance.now();
  const time = kernelTime(control);
  return time === undefined
    ? now
    : Math.min(
        now,
        Number(time / 1_000_000n) - performance.timeOrigin + Number(time % 1_000_000n) / 1e6,
      );
}

function addressText(address: Address): string {
  return address.family === 'IPv4' || address.family === 'IPv6' ? address.address : '?';
}
