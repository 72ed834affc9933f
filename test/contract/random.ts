// Run as a program: random calls with hostile, right and half-right arguments. It proves nothing
// but that the process lives, and that nothing throws.
import * as fc from 'fast-check';
import { constants as c } from '../../lib/constants';
import { native } from '../../lib/native';
import { HOSTILE, type Hostile } from './hostile';
import { CLOSED, type Kind, SIGNATURES, sample } from './signatures';

const runs = Number(process.argv[2] ?? 2000);
const functions = native as unknown as Record<string, (...args: unknown[]) => number>;

// The only open descriptors that calls may name: high numbers, which nothing else gets, all
// non-blocking.
const sockets = [
  native.socket(c.AF_INET!, c.SOCK_DGRAM! | c.SOCK_NONBLOCK!, 0),
  native.socket(c.AF_INET6!, c.SOCK_STREAM! | c.SOCK_NONBLOCK!, 0),
  native.socket(c.AF_UNIX!, c.SOCK_DGRAM! | c.SOCK_NONBLOCK!, 0),
].map((fd, i) => {
  const high = native.fcntl(fd, c.F_DUPFD_CLOEXEC!, 600 + i);
  native.close(fd);
  return high;
});

// Nothing that waits, signals, or changes the machine.
const BARRED = new Set([
  c.F_SETFL,
  c.F_SETOWN,
  c.F_SETSIG,
  c.F_SETLEASE,
  c.FIONBIO,
  c.FIOASYNC,
  c.SIOCSPGRP,
  c.FIOSETOWN,
  c.SO_LINGER,
]);
const settable = (name: string) =>
  /^(F_|SIOCG|FION|SO_|IP_|IPV6_|TCP_|UDP_|MCAST_|PACKET_|SOL_|IPPROTO_|MSG_|AF_|SOCK_)/.test(name);
const numbers = Object.entries(c).flatMap(([name, value]) =>
  settable(name) && !BARRED.has(value) ? [value] : [],
);

const number = fc.oneof(
  fc.constantFrom(...numbers),
  fc.constantFrom(0, 1, 2, 4, 16, 128, -1, 2 ** 31 - 1, 2 ** 32 - 1),
);
const fd = fc.constantFrom(...sockets, ...sockets, CLOSED, -1);
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => array as unknown);
// Made at the call: fast-check looks into what it generates, and some of these throw then.
const hostile = fc.constantFrom(...HOSTILE);
const isHostile = (value: unknown): value is Hostile => HOSTILE.includes(value as Hostile);

function right(kind: Kind): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'fd':
      return fd;
    case 'int':
    case 'word':
    case 'addr':
    case 'length?':
    case 'wide':
      return number;
    case 'bytes':
      return bytes;
    case 'bytes?':
      return fc.option(bytes);
    case 'offset':
    case 'count':
    case 'u16':
      return fc.nat(300);
    case 'size':
      return fc.nat(4096);
    case 'ints1':
    case 'ints1?':
      return fc.int32Array({ minLength: 1, maxLength: 4 });
    case 'triples':
      return fc.constant(null).map(() => new Int32Array([sockets[0] as number, 5, 0]));
    case 'iov?':
      return fc.option(fc.array(fc.oneof(bytes, fc.nat(4096)), { maxLength: 4 }));
    case 'msgs':
      return fc.array(
        fc.tuple(fc.array(bytes, { maxLength: 3 }), fc.option(bytes), fc.option(bytes)),
        { maxLength: 3 },
      );
    case 'heads':
      return fc.int32Array({ minLength: 12, maxLength: 12 });
    default:
      return fc.constant(kind).map(sample);
  }
}

const call = fc.constantFrom(...Object.keys(SIGNATURES)).chain((name) => {
  const kinds = SIGNATURES[name] ?? [];
  const args = kinds.map((kind) =>
    fc.oneof({ arbitrary: right(kind), weight: 12 }, { arbitrary: hostile, weight: 1 }),
  );
  return fc.tuple(fc.constant(name), fc.tuple(...args) as fc.Arbitrary<unknown[]>);
});

function waits(name: string, args: unknown[]): boolean {
  if (name === 'poll') return args[1] !== 0;
  if (name === 'fcntl') return BARRED.has(args[1] as number);
  if (name === 'ioctl')
    return BARRED.has(args[1] as number) || !numbers.includes(args[1] as number);
  if (name === 'recvmmsg') return args[4] !== 0;
  if (name.startsWith('get') && name.includes('by'))
    return typeof args[0] === 'string' && args[0] !== 'localhost';
  if (name.startsWith('getaddrinfo')) return args[0] !== null && args[0] !== 'localhost';
  return (name === 'setsockopt_int' || name === 'setsockopt') && BARRED.has(args[2] as number);
}

let calls = 0;
fc.assert(
  fc.property(call, ([name, drawn]) => {
    const args = drawn.map((value) => (isHostile(value) ? value.make() : value));
    if (waits(name, args)) return;
    calls++;
    const answer = functions[name]?.(...args);
    if (typeof answer !== 'number' || !Number.isInteger(answer))
      throw new Error(`${name} answered ${String(answer)}`);
  }),
  { numRuns: runs, endOnFailure: true },
);
console.log(JSON.stringify({ calls }));
process.exit(0); // some call may have told a poller to hold the loop
