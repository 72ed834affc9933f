// `bsd-socket ping`: echo requests to a host, its answers and what stands in their way, in the
// words of iputils' ping.
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  errors,
  getaddrinfo,
  getnameinfo,
  type Inet6Address,
  type InetAddress,
  isErrno,
  NI_NAMEREQD,
  SOCK_DGRAM,
  Socket,
  SocketError,
} from '../index';
import { numberOf, onePositional, parse, UsageError } from './args';
import { Echo, type EchoError, type Reply, type Target } from './echo';
import { icmpErrorText } from './icmp-errors';
import { RoundTrips, timeText } from './roundtrips';
import { stopSignal } from './stop';

const DEFAULT_SIZE = 56;
const HEADERS = { 4: 28, 6: 48 };
/** Seconds to wait for the last answer where none has come at all. */
const LINGER = 10;
/** How long an answer is worth waiting for, in longest round trips. */
const PATIENCE = 2;

interface Settings {
  host: string;
  family: number;
  count: number;
  intervalMs: number;
  lingerMs: number;
  size: number;
  ttl: number | undefined;
  numeric: boolean;
  quiet: boolean;
}

function settingsOf(args: string[]): Settings {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      count: { ...text, short: 'c' },
      interval: { ...text, short: 'i' },
      wait: { ...text, short: 'W' },
      size: { ...text, short: 's' },
      ttl: { ...text, short: 't' },
      numeric: { ...flag, short: 'n' },
      quiet: { ...flag, short: 'q' },
      ipv4: { ...flag, short: '4' },
      ipv6: { ...flag, short: '6' },
    },
  });
  const host = onePositional(positionals, 'host');
  if (host === undefined || host === '') throw new UsageError('which host?');
  if (values.ipv4 && values.ipv6) throw new UsageError('-4 and -6 exclude each other');
  return {
    host,
    family: values.ipv4 ? AF_INET : values.ipv6 ? AF_INET6 : AF_UNSPEC,
    count:
      numberOf(values.count, '-c', { min: 1, max: Number.MAX_SAFE_INTEGER }) ??
      Number.POSITIVE_INFINITY,
    intervalMs:
      (numberOf(values.interval, '-i', { min: 0.002, max: 2_147_483, fraction: true }) ?? 1) * 1000,
    lingerMs:
      (numberOf(values.wait, '-W', { min: 0, max: 2_147_483, fraction: true }) ?? LINGER) * 1000,
    size: numberOf(values.size, '-s', { min: 0, max: 65507 }) ?? DEFAULT_SIZE,
    ttl: numberOf(values.ttl, '-t', { min: 1, max: 255 }),
    numeric: values.numeric ?? false,
    quiet: values.quiet ?? false,
  };
}

/** The same bytes every time: each says its place, as ping's do. */
function pattern(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, i) => i & 0xff));
}

const MULTICAST = /^(22[4-9]|23\d)\.|^ff/i;
const hex = (byte: number | undefined): string =>
  byte === undefined ? 'none' : `0x${byte.toString(16)}`;
const bare = (address: string): string => address.split('%')[0];

class Ping {
  readonly #trips = new RoundTrips();
  readonly #sentAt = new Map<number, number>();
  readonly #names = new Map<string, Promise<string>>();
  readonly #payload: Buffer;
  readonly #echo: Echo;
  readonly #numeric: boolean;
  /** Aborted when nothing more is to come. */
  readonly #done = new AbortController();
  /** Lines wait for names to be looked up, and for the lines before them. */
  #printing: Promise<void> = Promise.resolve();
  #first = 0;
  #last = 0;

  constructor(
    readonly settings: Settings,
    readonly target: Target,
  ) {
    this.#payload = pattern(settings.size);
    this.#echo = new Echo(target, (event) => this.#event(event), { ttl: settings.ttl });
    // Whoever gives an address wants to see addresses.
    this.#numeric = settings.numeric || isIP(settings.host) !== 0;
  }

  async run(stop: AbortSignal): Promise<number> {
    const { host } = this.settings;
    const { version, address } = this.target;
    const size = this.settings.size;
    if (stop.aborted) this.#done.abort();
    stop.addEventListener('abort', () => this.#done.abort());
    const data =
      version === 4 ? ` ${size}(${size + HEADERS[4]}) bytes of data.` : ` ${size} data bytes`;
    const name =
      version === 4
        ? `${host} (${address})`
        : isIP(host)
          ? `${host}(${address})`
          : `${host}(${host} (${address}))`;
    process.stdout.write(`PING ${name}${data}\n`);
    const receiving = this.#echo.receive(this.#done.signal);
    try {
      await Promise.race([this.#send(), receiving]);
    } finally {
      this.#done.abort();
      await receiving;
      this.#echo.close();
    }
    await this.#printing;
    process.stdout.write(this.#trips.summary(host, this.#last - this.#first));
    return this.#trips.received > 0 ? 0 : 1;
  }

  get #over(): boolean {
    return this.#done.signal.aborted;
  }

  async #send(): Promise<void> {
    const { count, intervalMs, lingerMs } = this.settings;
    const begin = performance.now();
    this.#first = begin;
    for (let n = 1; n <= count && !this.#over; n++) {
      await this.#request(n & 0xffff);
      const wait = begin + n * intervalMs - performance.now();
      if (n < count) await this.#pause(Math.max(0, wait));
    }
    const { received, max } = this.#trips;
    await this.#pause(received > 0 ? Math.max(PATIENCE * max, intervalMs) : lingerMs);
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#done.signal }).catch(() => {});
  }

  async #request(seq: number): Promise<void> {
    const trips = this.#trips;
    trips.transmitted += 1;
    this.#last = performance.now();
    this.#sentAt.set(seq, this.#last);
    this.#sentAt.delete((seq - 0x8000) & 0xffff);
    try {
      this.#sentAt.set(seq, await this.#echo.send(seq, this.#payload));
    } catch (error) {
      if (!(error instanceof SocketError) || isErrno(error, 'EBADF')) throw error;
      trips.errors += 1;
      process.stderr.write(`bsd-socket ping: ${error.message}\n`);
      this.#settle();
    }
  }

  #event(event: Reply | EchoError): void {
    const at = performance.now();
    const sentAt = this.#sentAt.get(event.seq);
    if (sentAt === undefined) return; // never asked: somebody else's id
    this.#last = at;
    // An answer from before the question means that somebody set the clock: then what we saw
    // ourselves counts.
    if (event.kind === 'reply') this.#reply(event, (event.at >= sentAt ? event.at : at) - sentAt);
    else this.#error(event);
    this.#settle();
  }

  /** As many answers as requests end it. */
  #settle(): void {
    if (this.#trips.settled >= this.settings.count) this.#done.abort();
  }

  #reply({ seq, from, payload, ttl, goodChecksum }: Reply, ms: number): void {
    const { address } = this.target;
    const sent = this.#payload;
    const remarks: string[] = [];
    if (!goodChecksum) this.#trips.corrupted += 1;
    else if (this.#trips.reply(seq, ms)) remarks.push('(DUP!)');
    if (this.settings.quiet) return;
    if (!goodChecksum) remarks.push('(BAD CHECKSUM)');
    if (bare(from) !== bare(address) && !MULTICAST.test(address))
      remarks.push('(DIFFERENT ADDRESS!)');
    if (payload.length < sent.length) remarks.push('(truncated)');
    const wrong = payload.findIndex((byte, i) => byte !== sent[i]);
    if (wrong >= 0)
      remarks.push(
        `wrong data byte #${wrong} should be ${hex(sent[wrong])} but was ${hex(payload[wrong])}`,
      );
    const values = [
      `icmp_seq=${seq}`,
      ...(ttl === undefined ? [] : [`ttl=${ttl}`]),
      `time=${timeText(ms)} ms`,
      ...remarks,
    ].join(' ');
    this.#print(from, (name) => `${payload.length + 8} bytes from ${name}: ${values}`);
  }

  #error({ seq, from, errno, type, code, info }: EchoError): void {
    this.#trips.errors += 1;
    this.#trips.acknowledge(seq);
    if (this.settings.quiet) return;
    if (from === undefined) {
      process.stderr.write(
        `bsd-socket ping: local error: ${errno === 'EMSGSIZE' ? `message too long, mtu: ${info}` : errno}\n`,
      );
      return;
    }
    const text = icmpErrorText(this.target.version, type, code, info);
    this.#print(from, (name) => `From ${name} icmp_seq=${seq} ${text}`);
  }

  #print(address: string, line: (name: string) => string): void {
    const named = this.#named(address);
    this.#printing = this.#printing.then(
      async () => void process.stdout.write(`${line(await named)}\n`),
    );
  }

  /** `name (address)` where the address has a name that is wanted, looked up once. */
  #named(address: string): Promise<string> {
    if (this.#numeric) return Promise.resolve(address);
    let name = this.#names.get(address);
    if (!name) {
      name = getnameinfo([address, 0], NI_NAMEREQD).then(
        ([found]) => `${found} (${address})`,
        () => address,
      );
      this.#names.set(address, name);
    }
    return name;
  }
}

/** Where the host is: its first address of the wanted family. */
async function resolve(host: string, family: number): Promise<Target> {
  const [found] = await getaddrinfo(host, null, family, SOCK_DGRAM);
  const { address } = found;
  return {
    version: address.family === 'IPv6' ? 6 : 4,
    address: address.address,
    scopeId: address.family === 'IPv6' ? address.scopeId : 0,
  };
}

/**
 * Whether there is a way at all, and to whom: the kernel looks for a route when a datagram socket
 * connects, and nothing is sent. "This host" (0.0.0.0 and ::) comes out as the address that it
 * stands for.
 */
function routed(target: Target): Target {
  const { version, address, scopeId } = target;
  const probe = new Socket<InetAddress | Inet6Address>({
    family: version === 4 ? AF_INET : AF_INET6,
    type: SOCK_DGRAM,
  });
  try {
    probe.connectSync(version === 4 ? [address, 1025] : [address, 1025, 0, scopeId]);
    return { ...target, address: probe.getpeername().address };
  } catch (error) {
    if (error instanceof errors.EACCES)
      throw new UsageError(`${address} is a broadcast address, which this ping does not serve`);
    throw error;
  } finally {
    probe.close();
  }
}

export async function ping(args: string[]): Promise<number> {
  const settings = settingsOf(args);
  const stop = stopSignal();
  const target = routed(await resolve(settings.host, settings.family));
  return new Ping(settings, target).run(stop);
}
