// The structs of the headers by C's own names.
import * as sys from 'bsd-socket/sys';

test('members go to the compiler’s offsets and come back', () => {
  const { linger, sockaddr_in, sock_filter } = sys.structs;
  const packed = linger.pack({ l_onoff: 1, l_linger: 5 });
  expect(packed).toEqual(Buffer.from(Int32Array.of(1, 5).buffer));
  expect(linger.unpack(packed)).toEqual({ l_onoff: 1, l_linger: 5 });
  expect(sock_filter.size).toBe(8);
  expect(sockaddr_in.size).toBe(16);
  expect(sockaddr_in.pack({})).toEqual(Buffer.alloc(16));
});

test('an integer may be signed, unsigned, a bigint or bytes', () => {
  const { linger, timeval } = sys.structs;
  const same = [-1, 0xffffffff, -1n, Buffer.alloc(4, 0xff)];
  for (const value of same)
    expect(linger.unpack(linger.pack({ l_linger: value })).l_linger).toBe(0xffffffff);
  expect(timeval.unpack(timeval.pack({ tv_sec: 3, tv_usec: 2n ** 63n - 1n }))).toEqual({
    tv_sec: 3n,
    tv_usec: 2n ** 63n - 1n,
  });
});

test('what does not fit or exist is refused by name', () => {
  const { linger } = sys.structs;
  expect(() => linger.pack({ l_onof: 1 })).toThrow(
    /struct linger must be made of l_onoff, l_linger/,
  );
  expect(() => linger.pack({ l_onoff: 2 ** 32 })).toThrow(
    /linger\.l_onoff must be an integer of 4 bytes/,
  );
  expect(() => linger.pack({ l_onoff: 0.5 })).toThrow(RangeError);
  expect(() => linger.pack({ l_onoff: 'x' as never })).toThrow(TypeError);
  expect(() => linger.pack({ l_onoff: Buffer.alloc(5) })).toThrow(RangeError);
  expect(() => linger.pack(null as never)).toThrow(TypeError);
  expect(() => linger.unpack(Buffer.alloc(7))).toThrow(RangeError);
});

test('every struct packs what it unpacked', () => {
  expect(Object.keys(sys.structs).length).toBeGreaterThan(20);
  for (const struct of Object.values(sys.structs)) {
    const zeros = Buffer.alloc(struct.size);
    expect(struct.pack(struct.unpack(zeros))).toEqual(zeros);
  }
});

test('a struct packed by hand is an option', () => {
  const { constants: C } = sys;
  const fd = sys.socket(C.AF_INET, C.SOCK_STREAM, 0);
  expect(
    sys.setsockopt(
      fd,
      C.SOL_SOCKET,
      C.SO_LINGER,
      sys.structs.linger.pack({ l_onoff: 1, l_linger: 5 }),
    ),
  ).toBe(0);
  const back = Buffer.alloc(sys.structs.linger.size);
  expect(sys.getsockopt(fd, C.SOL_SOCKET, C.SO_LINGER, back)).toBe(8);
  expect(sys.structs.linger.unpack(back)).toEqual({ l_onoff: 1, l_linger: 5 });
  expect(sys.close(fd)).toBe(0);
});
