// The type test of the public API: every line compiles, and every @ts-expect-error is an error. Lines whose API is still to come wait in later/.
// biome-ignore-all format: one line a fact
// biome-ignore-all lint: what is declared here is only looked at by the compiler

import type * as dgram from 'node:dgram';
import type * as net from 'node:net';
import * as S from 'bsd-socket';

declare const ns: net.Socket; declare const dg: dgram.Socket;

async function positive() {
  // the classic TCP server, nearly verbatim
  using s = S.socket(S.AF_INET, S.SOCK_STREAM);
  s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 1);
  s.bind(['', 50007]).listen(1);
  const [conn, addr] = await s.accept();
  const host: string = addr.address;
  const target = new Uint8Array(1024); const filled: number = await conn.recv(target); const now: Buffer | null = conn.tryRecv(16);
  for (;;) { const data = await conn.recv(1024); if (!data.length) break; await conn.sendall(data); }
  // typed values follow the constant
  const lg: S.Linger = s.getsockopt(S.SOL_SOCKET, S.SO_LINGER);
  const cred: S.Ucred = s.getsockopt(S.SOL_SOCKET, S.SO_PEERCRED);
  const rtt: number = s.getsockopt(S.IPPROTO_TCP, S.TCP_INFO).rtt;
  const n: number = s.getsockopt(S.SOL_SOCKET, S.SO_KEEPALIVE);
  const raw: Buffer = s.getsockopt(S.SOL_SOCKET, S.SO_LINGER, 8);
  s.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 'eth0');
  s.setsockopt(6, 18, 5000);                       // escape hatch with plain numbers
  s.setsockopt(6, 18, Buffer.alloc(4));
  const k: boolean = s.options.SO_KEEPALIVE; s.options.TCP_NODELAY = true; s.options.SO_BINDTODEVICE = 'eth0';
  s.options.set({ IP_TTL: 3, SO_LINGER: { onoff: true, linger: 0 }, TCP_CONGESTION: 'bbr' });
  S.optionsOf(ns).TCP_USER_TIMEOUT = 5000; S.optionsOf(dg).IP_TOS = 0xb8;
  // address type follows family
  const p = new S.Socket(S.AF_PACKET, S.SOCK_RAW, S.htons(3)); p.bind(['eth0']);
  const [, from] = await p.recvfrom(2048); const mac: string = from.address; const pk: 'outgoing' | string = from.pkttype;
  const u = new S.Socket(S.AF_UNIX, S.SOCK_DGRAM); await u.sendto('READY=1', '/run/systemd/notify');
  const d = new S.Socket({ family: S.AF_INET, type: S.SOCK_DGRAM, options: { SO_REUSEPORT: true, SO_BROADCAST: 1 } });
  for await (const m of d.messages({ pktinfo: true })) { const i: number | undefined = m.ifindex; const pi = m.get(S.CM.IP_PKTINFO)?.addr; }
  const b = new S.MessageBatch<S.InetAddress>({ count: 64, size: 2048 });
  const got: number = d.tryRecvmmsg(b);
  try { await d.connect(['127.0.0.1', 1]); } catch (e) {
    if (S.isErrno(e, 'ECONNREFUSED', 'ETIMEDOUT')) { const c: 'ECONNREFUSED' | 'ETIMEDOUT' = e.code; }
    if (e instanceof S.errors.EPERM) { const c: 'EPERM' = e.code; }
  }
  d.settimeout(1.5); d.settimeout(null); const t: number | null = d.gettimeout();
  const rc: number = await d.connect_ex(['127.0.0.1', 9]);
}
function negative(s: S.Socket) {
  // @ts-expect-error TCP_MAXSEG is not a SOL_SOCKET option
  s.setsockopt(S.SOL_SOCKET, S.TCP_MAXSEG, 1400);
  // @ts-expect-error IP_HDRINCL is not a TCP option
  s.setsockopt(S.IPPROTO_TCP, S.IP_HDRINCL, 1);
  // @ts-expect-error read-only
  s.setsockopt(S.SOL_SOCKET, S.SO_TYPE, 1);
  // @ts-expect-error a device name is a string
  s.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 1);
  // @ts-expect-error linger is not a string
  s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, 'x');
  // @ts-expect-error read-only property
  s.options.SO_TYPE = 1;
  // @ts-expect-error no such option
  s.options.SO_KEPALIVE = true;
  // @ts-expect-error write-only option cannot be read
  s.options.IP_ADD_MEMBERSHIP.group;
  // @ts-expect-error a unix path is not an inet address
  s.bind(12);
  // @ts-expect-error no such bag option
  s.options.set({ SO_TYPO: 1 });
}
function more(s: S.Socket) {
  const a = s.getsockname(); const h: string = a[0]; const p: number = a.port; const [hh, pp] = a; const x: string = hh; const y: number = pp;
  s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, Buffer.alloc(8)); s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, null, 4); s.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 7); s.setblocking(0);
  s.bind({ address: '::1', port: 0, scopeId: 1 }); s.bind({ family: 'other', af: 2, bytes: Buffer.alloc(16) });
  // @ts-expect-error the level is checked in the buflen form too
  s.getsockopt(S.SOL_SOCKET, S.TCP_MAXSEG, 4);
  // @ts-expect-error an internet address is not a bare buffer
  s.bind(Buffer.alloc(16));
  // @ts-expect-error read-only, in bytes too
  s.setsockopt(S.SOL_SOCKET, S.SO_TYPE, Buffer.alloc(4));
  // @ts-expect-error a filter carries a pointer: typed form only
  s.setsockopt(S.SOL_SOCKET, S.SO_ATTACH_FILTER, new Uint8Array(16));
  try { s.listen(); } catch (e) { if (S.isErrno(e, 'EOPNOTSUPP')) { const c: 'ENOTSUP' = e.code; } }
}
async function messages(d: S.Socket, u: S.Socket<S.UnixAddress>, ns: net.Socket) {
  const m: S.Cmsg = S.CM.IP_TTL(3);
  for await (const batch of d.batches({ count: 64 })) for (const one of batch) { const kept: S.Message<S.InetAddress> = one.copy(); const host: string = one.address.address; }
  for await (const { error, address } of d.errors()) { const origin: 'icmp' | string = error.origin; const who: string | undefined = error.offender?.address; const port: number = address.port; }
  const pushing = d.onBatch((batch) => batch.datagrams((offset, length, i) => batch.slab[offset]), { budget: 256 }); pushing.stop(); await pushing.done;
  await d.sendmsg([Buffer.alloc(1)], { to: ['127.0.0.1', 1], from: '127.0.0.1', ifindex: 1, ttl: 3, tos: 0, segmentSize: 100, txtime: 1n, control: [m] });
  const { fds, data } = await u.recvFds(100, 4); const owned: S.OwnedFd = fds[0]; const other: S.Socket<S.InetAddress> = S.Socket.fromFd(owned);
  await u.sendFds(Buffer.alloc(1), [1, owned, d, ns]);
  const message = u.recvmsgSync(10, 100); const rights: S.OwnedFd[] | undefined = message.get(S.CM.SCM_RIGHTS); const cred: S.Ucred | undefined = message.get(S.CM.SCM_CREDENTIALS);
  const at: bigint | undefined = message.timestamp; const both: S.Timestamps | undefined = message.get(S.CM.SCM_TIMESTAMPING);
  // @ts-expect-error a TTL is a number
  S.CM.IP_TTL('3');
  // @ts-expect-error an address is text
  S.CM.IP_PKTINFO({ specDst: 1 });
  // @ts-expect-error no such metadata
  d.enable({ colour: true });
  // @ts-expect-error a timestamp is a bigint
  const wrong: number | undefined = message.timestamp;
  // @ts-expect-error a number is no type: numbers repeat over levels
  message.get(S.IP_TTL);
  // @ts-expect-error a unix socket has no internet address
  u.sendmsg([Buffer.alloc(1)], { to: ['127.0.0.1', 1] });
}
