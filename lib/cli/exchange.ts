// The traffic of the demonstration: each function sends something over loopback, sees it answered,
// and says what it did.
import { randomInt } from 'node:crypto';
import {
  AF_INET,
  AF_UNIX,
  create_connection,
  create_server,
  IP_HDRINCL,
  IPPROTO_ICMP,
  IPPROTO_IP,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  Socket,
} from '../index';
import { IcmpEchoView, Ipv4View, icmpEcho, ipv4, PROTOCOL } from '../packet';

const HOST = '127.0.0.1';
/** Nothing here may hang: an answer over loopback takes microseconds. */
const LIMIT = { timeoutMs: 3000 };
const GREETING = Buffer.from('hello, kernel');

/** What was done, in words, and by which ports or id its frames are known. */
export interface Done {
  said: string;
  ports?: readonly number[];
  id?: number;
}

/** An ICMP echo request, IP header and all, built by hand; the kernel answers it. */
export async function echoByHand(): Promise<Done> {
  const id = randomInt(1, 0xffff);
  const packet = ipv4(
    { src: HOST, dst: HOST, protocol: PROTOCOL.ICMP, ttl: 42, id },
    icmpEcho({ id, seq: 1 }, GREETING),
  );
  const raw = new Socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  try {
    raw.setsockopt(IPPROTO_IP, IP_HDRINCL, 1);
    await raw.sendto(packet, [HOST, 0]);
    const ip = new Ipv4View();
    const icmp = new IcmpEchoView();
    // A raw socket is given requests as well as replies, and other programs' too.
    for (;;) {
      const data = await raw.recv(2048, LIMIT);
      ip.at(data);
      icmp.at(data, ip.headerLength);
      if (icmp.type === 0 && icmp.id === id) break;
    }
    return {
      said: `ICMP echo, header and all built by hand (IP_HDRINCL, ttl 42, id ${id}): answered with ttl ${ip.ttl}`,
      id,
    };
  } finally {
    raw.close();
  }
}

/** A datagram from one UDP socket to another. */
export async function datagram(): Promise<Done> {
  const [to, from] = [new Socket(AF_INET, SOCK_DGRAM), new Socket(AF_INET, SOCK_DGRAM)];
  try {
    to.bind([HOST, 0]);
    from.bind([HOST, 0]);
    await from.sendto(GREETING, to.getsockname());
    const [data, [host, port]] = await to.recvfrom(2048, LIMIT);
    return { said: `UDP datagram of ${data.length} bytes from ${host}:${port}`, ports: [port] };
  } finally {
    to.close();
    from.close();
  }
}

/** A short TCP conversation; `live` sees the client's socket while it is connected. */
export async function conversation(live: (socket: Socket) => void): Promise<Done> {
  const server = create_server([HOST, 0]);
  const { port } = server.getsockname();
  try {
    const [client, [conn]] = await Promise.all([
      create_connection([HOST, port], LIMIT),
      server.accept(LIMIT),
    ]);
    await client.sendall(GREETING, LIMIT);
    const heard = await conn.recv(2048, LIMIT);
    await conn.sendall(heard, LIMIT);
    const echoed = await client.recv(2048, LIMIT);
    live(client as Socket);
    client.close();
    const rest = await conn.recv(2048, LIMIT);
    conn.close();
    return {
      said: `TCP connection to port ${port}: ${heard.length} bytes there, ${echoed.length} back, end of stream ${rest.length === 0 ? 'seen' : 'missed'}`,
      ports: [port],
    };
  } finally {
    server.close();
  }
}

/** A message over a pair of unix sockets. */
export async function unixPair(): Promise<Done> {
  const [left, right] = Socket.pair(AF_UNIX, SOCK_STREAM);
  try {
    await left.sendall(GREETING, LIMIT);
    const data = await right.recv(2048, LIMIT);
    return { said: `unix socket pair: ${data.length} bytes` };
  } finally {
    left.close();
    right.close();
  }
}

/** The error of a second bind to an address in use. */
export function refusedBind(): unknown {
  const [first, second] = [new Socket(AF_INET, SOCK_DGRAM), new Socket(AF_INET, SOCK_DGRAM)];
  try {
    first.bind([HOST, 0]);
    second.bind(first.getsockname());
    return undefined;
  } catch (error) {
    return error;
  } finally {
    first.close();
    second.close();
  }
}
