// ICMP echo over one socket: raw where allowed, else the kernel's ICMP datagram socket; requests
// out, replies and ICMP errors in.
import {
  type Address,
  constants as c,
  type ErrorMessage,
  type Inet6Address,
  type InetAddress,
  isErrno,
  type Message,
  Socket,
  SocketError,
} from '../index';
import {
  checksum,
  ICMP_ECHO_HEADER,
  ICMP_ECHOREPLY,
  ICMP6_ECHO_REPLY,
  Ipv4View,
  icmpEcho,
  icmpv6Echo,
} from '../packet';

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
  /** Of the IP header as it arrived; undefined where the kernel did not report it. */
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

/** Bytes: the longest IP packet, and control data for what enable() turns on. */
const LONGEST = 65536;
const CONTROL = 512;

/** What differs between the versions: numbers, and who computes the checksum. */
const VERSIONS = {
  4: {
    family: c.AF_INET,
    protocol: c.IPPROTO_ICMP,
    ttl: ['IP_TTL', 'IP_MULTICAST_TTL'],
    filter: ['ICMP_FILTER', 32],
    reply: ICMP_ECHOREPLY,
    request: 8,
    build: icmpEcho,
    any: '0.0.0.0',
  },
  6: {
    family: c.AF_INET6,
    protocol: c.IPPROTO_ICMPV6,
    ttl: ['IPV6_UNICAST_HOPS', 'IPV6_MULTICAST_HOPS'],
    filter: ['ICMPV6_FILTER', 256],
    reply: ICMP6_ECHO_REPLY,
    request: 128,
    // The kernel computes the checksum of ICMPv6, on raw sockets too, and drops what arrives with a
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
  /** The request that is being sent, and the last one that our own kernel refused. */
  #sending = 0;
  #refused = -1;

  /**
   * `deliver` is called with every reply and error. EACCES where neither socket is allowed: the
   * hint says what would be.
   */
  constructor(
    readonly target: Target,
    readonly deliver: (event: Reply | EchoError) => void,
    { ttl }: { ttl?: number } = {},
  ) {
    this.#own = VERSIONS[target.version];
    const { family, protocol } = this.#own;
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
      socket.enable({ errqueue: true, ttl: true, timestamp: true });
      if (ttl !== undefined) for (const name of this.#own.ttl) socket.options[name] = ttl;
      this.#id = kind === 'raw' ? this.#filtered() : this.#bound();
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /**
   * A raw socket receives every ICMP message of the host: the kernel is made to pass on echo
   * replies only, and the id tells which are ours.
   */
  #filtered(): number {
    const [name, types] = this.#own.filter;
    this.#socket.options[name] = Array.from({ length: types }, (_, type) => type).filter(
      (type) => type !== this.#own.reply,
    );
    return process.pid & 0xffff;
  }

  /**
   * An ICMP datagram socket's port is its id, which the kernel writes into what is sent, and it
   * receives only replies to that id.
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
   * Sends one request; resolves with the time of that, in performance.now()'s milliseconds. Where
   * our own kernel refuses it, that is delivered as an error if the error queue has it.
   */
  async send(seq: number, payload: Buffer): Promise<number> {
    const packet = this.#own.build({ id: this.#id, seq }, payload);
    const destination = this.#destination;
    this.#sending = seq;
    const at = performance.now();
    try {
      if (this.#socket.trySendto(packet, destination) === null)
        await this.#socket.sendto(packet, destination);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      const message = this.#socket.tryRecvmsg(LONGEST, CONTROL, c.MSG_ERRQUEUE);
      if (message?.error) this.#deliverError(message as ErrorMessage<Inet>);
      if (this.#refused !== seq) throw error;
    }
    return at;
  }

  /** Receives until the signal aborts; rejects where the socket itself fails. */
  async receive(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const signals = AbortSignal.any([signal, ended.signal]);
    try {
      await Promise.race([this.#replies(signals), this.#errors(signals)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      ended.abort();
    }
  }

  async #replies(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reply = this.#reply(await this.#socket.recvmsg(LONGEST, { control: CONTROL, signal }));
      if (reply) this.deliver(reply);
    }
  }

  async #errors(signal: AbortSignal): Promise<void> {
    for await (const message of this.#socket.errors({ signal })) this.#deliverError(message);
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
      ttl = message.ttl;
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

  /**
   * The data of an ICMP error is the message that it is about. A local error is about the request
   * that is being sent.
   */
  #deliverError({ error, data }: ErrorMessage<Inet>): void {
    const { errno = 'E0', origin, type, code, info } = error;
    const event = { kind: 'error', errno, type, code, info } as const;
    if (origin !== 'icmp' && origin !== 'icmp6') {
      this.#refused = this.#sending;
      this.deliver({ ...event, seq: this.#sending, from: undefined });
      return;
    }
    if (data.length < ICMP_ECHO_HEADER.size) return;
    const sent = ICMP_ECHO_HEADER.unpack(data);
    if (sent.type !== this.#own.request || sent.id !== this.#id) return;
    this.deliver({
      ...event,
      seq: sent.seq,
      from: error.offender ? addressText(error.offender) : '?',
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * The kernel's time of arrival in performance.now()'s milliseconds. Both clocks are steered alike
 * and differ by a constant, unless somebody sets the time: then it may lie in the future.
 */
function arrival({ timestamp }: Message<Inet>): number {
  const now = performance.now();
  if (timestamp === undefined) return now;
  const ms = Number(timestamp / 1_000_000n) + Number(timestamp % 1_000_000n) / 1e6;
  return Math.min(now, ms - performance.timeOrigin);
}

function addressText(address: Address): string {
  return address.family === 'IPv4' || address.family === 'IPv6' ? address.address : '?';
}
