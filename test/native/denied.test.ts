// The options that never cross as raw bytes: why, shown on the bare calls, and that no byte moves
// through ours.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { constants as c } from '../../lib/constants';
import { DENIED, native } from '../../lib/native';
import { root } from '../tools';
import { type Guard, guard } from './guard';

let fence: Guard;
const opened: number[] = [];

beforeAll(() => {
  fence = guard();
}, 60_000);

afterEach(() => {
  for (const fd of opened.splice(0)) native.close(fd);
});

function open(domain: number, type: number): number {
  const fd = native.socket(domain, type | c.SOCK_CLOEXEC | c.SOCK_NONBLOCK, 0);
  opened.push(fd);
  return fd;
}

/**
 * Bytes of 0xa5 that end at the fence; those past the first `length` tell whether the kernel went
 * on.
 */
function fencedBytes(size: number): Uint8Array {
  return new Uint8Array(fence.fenced(size)).fill(0xa5);
}

const INSTRUCTION = [6, 0, 0, 0, 0xff, 0xff, 0, 0]; // BPF_RET | BPF_K, 65535
function filtered(instructions: number): number {
  const fd = open(c.AF_INET, c.SOCK_DGRAM);
  const nop = [0, 0, 0, 0, 1, 0, 0, 0]; // BPF_LD | BPF_IMM
  const program = Uint8Array.from([
    ...Array.from({ length: instructions - 1 }, () => nop).flat(),
    ...INSTRUCTION,
  ]);
  expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, program, instructions)).toBe(
    0,
  );
  return fd;
}

/** A UDP socket that is a member of 232.1.1.1 on lo for the sources 10.0.0.1 to 10.0.0.n. */
function member(sources: number): number {
  const fd = open(c.AF_INET, c.SOCK_DGRAM);
  for (let i = 1; i <= sources; i++) {
    const mreq = Uint8Array.from([232, 1, 1, 1, 127, 0, 0, 1, 10, 0, 0, i]);
    expect(native.setsockopt(fd, c.IPPROTO_IP, c.IP_ADD_SOURCE_MEMBERSHIP, mreq, 12)).toBe(0);
  }
  return fd;
}

function msfilter(bytes: Uint8Array, sources: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  bytes.set([232, 1, 1, 1, 127, 0, 0, 1]);
  view.setUint32(8, c.MCAST_INCLUDE, true);
  view.setUint32(12, sources, true);
  return bytes;
}

function groupFilter(bytes: Uint8Array, sources: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  bytes.fill(0, 0, 144);
  view.setUint32(0, native.if_nametoindex('lo'), true);
  view.setUint16(8, c.AF_INET, true);
  bytes.set([232, 1, 1, 1], 12);
  view.setUint32(136, c.MCAST_INCLUDE, true);
  view.setUint32(140, sources, true);
  return bytes;
}

describe('every row of denied.def', () => {
  const text = fs.readFileSync(path.join(root, 'native', 'denied.def'), 'utf8');
  const value = (name: string): number =>
    (/^\d+$/.test(name) ? Number(name) : (c as Record<string, number>)[name]) ?? Number.NaN;
  const rows = [...text.matchAll(/^DENIED\((\w+), (\w+), (\w+), (\w+), "/gm)].map(
    ([, level = '', first = '', last = '', direction = '']) => ({
      level,
      first,
      last,
      direction,
    }),
  );

  it('is read by this test', () => {
    expect(rows.length).toBe([...text.matchAll(/^DENIED\(/gm)].length);
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows)(
    '$level $first to $last, $direction: nothing is read or written',
    ({ level, first, last, direction }) => {
      const fd = open(c.AF_INET, c.SOCK_STREAM);
      // RDS names its control messages in an enumeration that constants.def leaves out.
      const numbers = direction === 'CMSG' ? [1, 9] : [value(first), value(last)];
      for (let name = numbers[0] as number; name <= (numbers[1] as number); name++) {
        const bytes = fencedBytes(64);
        if (direction === 'GET') {
          expect(native.getsockopt(fd, value(level), name, bytes, 64)).toBe(DENIED);
          expect(native.getsockopt(fd, value(level), name, bytes, 2 ** 31)).toBe(DENIED);
          expect(native.getsockopt(fd, value(level), name, null, 0)).toBe(DENIED);
          expect(native.getsockopt_int(fd, value(level), name)).toBe(DENIED);
        } else if (direction === 'CMSG') {
          const control = fencedBytes(24);
          const view = new DataView(control.buffer, control.byteOffset);
          view.setBigUint64(0, 24n, true);
          view.setInt32(8, value(level), true);
          view.setInt32(12, name, true);
          expect(native.sendmsg(fd, [], null, 0, control, 24, 0, 0)).toBe(DENIED);
          expect(native.sendmmsg(fd, [[[], null, control]], new Int32Array([0, 0, 24, 0]), 0)).toBe(
            DENIED,
          );
        } else {
          const fprog = native.layouts.sock_fprog?.size ?? 0;
          expect(native.setsockopt(fd, value(level), name, bytes, fprog)).toBe(DENIED);
          if (direction === 'SET') {
            expect(native.setsockopt(fd, value(level), name, bytes, 64)).toBe(DENIED);
            expect(native.setsockopt(fd, value(level), name, bytes, -1)).toBe(DENIED);
            expect(native.setsockopt_int(fd, value(level), name, 1)).toBe(DENIED);
          } else {
            // The kernel refuses a program of another size without a look at it.
            for (const length of [0, 4, fprog - 1, fprog + 1, 64, -1])
              expect(native.setsockopt(fd, value(level), name, bytes, length)).toBeLessThan(0);
          }
        }
        expect(bytes.every((byte) => byte === 0xa5)).toBe(true);
      }
    },
  );
});

describe('why: the bare call writes past the length it is given', () => {
  it('SO_GET_FILTER takes optlen for a number of instructions', () => {
    const fd = filtered(4);
    const bytes = new Uint8Array(32).fill(0xa5);
    expect(fence.getsockopt(fd, c.SOL_SOCKET, c.SO_GET_FILTER, bytes, 4)).toBe(4);
    // 32 bytes, where 4 were allowed
    expect(bytes.subarray(24)).toEqual(Uint8Array.from(INSTRUCTION));
    // it ran into the fence
    expect(fence.getsockopt(fd, c.SOL_SOCKET, c.SO_GET_FILTER, fencedBytes(4), 4)).toBe(-c.EFAULT);
  });

  it('IP_MSFILTER trusts the count in the buffer', () => {
    const fd = member(3);
    const bytes = msfilter(new Uint8Array(28).fill(0xa5), 3);
    expect(fence.getsockopt(fd, c.IPPROTO_IP, c.IP_MSFILTER, bytes, 16)).toBeGreaterThan(0);
    expect(bytes.subarray(16, 28).includes(0xa5)).toBe(false);
    expect(
      fence.getsockopt(fd, c.IPPROTO_IP, c.IP_MSFILTER, msfilter(fencedBytes(16), 3), 16),
    ).toBe(-c.EFAULT);
  });

  it('MCAST_MSFILTER does so too', () => {
    const fd = member(2);
    const bytes = groupFilter(new Uint8Array(400).fill(0xa5), 2);
    expect(fence.getsockopt(fd, c.IPPROTO_IP, c.MCAST_MSFILTER, bytes, 144)).toBeGreaterThan(0);
    expect(bytes.subarray(144).every((byte) => byte === 0xa5)).toBe(false);
    expect(
      fence.getsockopt(fd, c.IPPROTO_IP, c.MCAST_MSFILTER, groupFilter(fencedBytes(144), 2), 144),
    ).toBe(-c.EFAULT);
  });
});

describe('the typed forms stay inside', () => {
  it('getsockopt_filter tells how many instructions there are, and reads all or none', () => {
    const fd = filtered(3);
    expect(native.getsockopt_filter(fd, null)).toBe(3);
    const short = fencedBytes(23);
    expect(native.getsockopt_filter(fd, short)).toBe(3);
    expect(short.every((byte) => byte === 0xa5)).toBe(true);
    const exact = fencedBytes(24);
    expect(native.getsockopt_filter(fd, exact)).toBe(3);
    expect(exact.subarray(16)).toEqual(Uint8Array.from(INSTRUCTION));
    expect(native.getsockopt_filter(open(c.AF_INET, c.SOCK_DGRAM), exact)).toBe(0);
  });

  it('getsockopt_msfilter wants room for as many sources as it says', () => {
    const fd = member(3);
    for (const [size, sources] of [
      [16, 1],
      [27, 3],
      [28, 4],
      [28, 0xffffffff],
      [15, 0],
    ] as const) {
      const bytes = fencedBytes(28).subarray(28 - size);
      if (size >= 16) msfilter(bytes, sources);
      expect(native.getsockopt_msfilter(fd, c.IPPROTO_IP, c.IP_MSFILTER, bytes)).toBe(-4099);
    }
    const bytes = msfilter(fencedBytes(28), 3);
    expect(native.getsockopt_msfilter(fd, c.IPPROTO_IP, c.IP_MSFILTER, bytes)).toBe(28);
    expect([19, 23, 27].map((at) => bytes[at]).sort()).toEqual([1, 2, 3]);
    const group = groupFilter(fencedBytes(144 + 2 * 128), 2);
    expect(native.getsockopt_msfilter(fd, c.IPPROTO_IP, c.MCAST_MSFILTER, group)).toBeGreaterThan(
      0,
    );
    // there are three, and room for two
    expect(new DataView(group.buffer, group.byteOffset).getUint32(140, true)).toBe(3);
    expect(native.getsockopt_msfilter(fd, c.IPPROTO_IP, c.IP_TTL, bytes)).toBe(DENIED);
  });

  it('setsockopt_fprog reads as many instructions as it says, from zeros where there are fewer', () => {
    const fd = open(c.AF_INET, c.SOCK_DGRAM);
    const one = fencedBytes(8);
    one.set(INSTRUCTION);
    expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, one, 1)).toBe(0);
    // it ends in no return
    expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, one, 2)).toBe(-c.EINVAL);
    expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, one, 65535)).toBe(
      -c.EINVAL,
    );
    expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_ATTACH_FILTER, null, 1)).toBe(-c.EINVAL);
    expect(native.setsockopt_fprog(fd, c.SOL_SOCKET, c.SO_RCVBUF, one, 1)).toBe(DENIED);
  });

  it('getsockopt_ao_keys wants room for as many keys as it says', () => {
    const fd = open(c.AF_INET, c.SOCK_STREAM);
    const keys = fencedBytes(304).fill(0);
    new DataView(keys.buffer, keys.byteOffset).setUint32(272, 2, true);
    expect(native.getsockopt_ao_keys(fd, keys, 304)).toBe(-4098);
    new DataView(keys.buffer, keys.byteOffset).setUint32(272, 1, true);
    expect([0, -c.ENOENT, -c.ENOPROTOOPT, -c.EINVAL, 304]).toContain(
      native.getsockopt_ao_keys(fd, keys, 304),
    ); // as the kernel has TCP-AO, or keys
    expect(native.getsockopt_ao_keys(fd, keys.subarray(0, 275), 1)).toBe(-4097);
  });
});

describe('a length that is said larger than the bytes', () => {
  it('reads zeros behind them, and writes nothing behind them', () => {
    const fd = open(c.AF_INET, c.SOCK_STREAM);
    const two = fencedBytes(2).fill(1);
    expect(native.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, two, 4)).toBe(0);
    const lowat = new Uint8Array(4);
    expect(native.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, lowat, 4)).toBe(4);
    expect([...lowat]).toEqual([1, 1, 0, 0]);
    for (const said of [4, 300, 5000, 2 ** 20 + 1, 2 ** 31 - 1]) {
      const bytes = fencedBytes(3);
      expect(native.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, bytes, said)).toBe(4);
      expect([...bytes]).toEqual([1, 1, 0]);
    }
    expect(native.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, fencedBytes(3), -1)).toBe(-c.EINVAL);
    expect(native.setsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, fencedBytes(3), -1)).toBe(-c.EINVAL);
    expect(native.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, lowat, null)).toBe(-c.EFAULT);
    expect(native.getsockopt(fd, c.SOL_SOCKET, c.SO_RCVLOWAT, null, 4)).toBe(-c.EFAULT);
  });

  it('holds for addresses too', () => {
    const fd = open(c.AF_INET, c.SOCK_DGRAM);
    const short = fencedBytes(8);
    short.set([2, 0, 0, 0, 127, 0, 0, 1]);
    expect(native.bind(fd, short, 16)).toBe(0); // the rest is zeros
    const length = new Int32Array([128]);
    const name = fencedBytes(6);
    expect(native.getsockname(fd, name, length)).toBe(0);
    expect(length[0]).toBe(16);
    expect([...name.subarray(0, 2), ...name.subarray(4)]).toEqual([2, 0, 127, 0]);
    length[0] = 4;
    const cut = fencedBytes(8);
    expect(native.getsockname(fd, cut, length)).toBe(0);
    expect(length[0]).toBe(16);
    expect([...cut.subarray(4)]).toEqual([0xa5, 0xa5, 0xa5, 0xa5]);
    length[0] = -1;
    expect(native.getsockname(fd, cut, length)).toBe(-c.EINVAL);
    expect(length[0]).toBe(-1);
    expect(native.getsockname(fd, null, length)).toBe(-c.EINVAL);
    expect(native.getsockname(fd, cut, null)).toBe(-c.EFAULT);
    expect(native.connect(fd, null, 16)).toBe(-c.EFAULT);
    expect(native.connect(fd, cut, -1)).toBe(-c.EINVAL);
    expect(native.connect(fd, cut, 129)).toBe(-c.EINVAL);
  });
});
