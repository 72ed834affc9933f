// setsockopt and getsockopt in the classic shape, against the real kernel.
import * as S from 'bsd-socket';
import { native } from '../../lib/native';
import { itNeeds } from '../tools';

const C: typeof S = S; // for names that a table gives
const open: S.Socket[] = [];
function tcp(): S.Socket {
  const socket = new S.Socket(S.AF_INET, S.SOCK_STREAM);
  open.push(socket);
  return socket;
}
function udp(): S.Socket {
  const socket = new S.Socket(S.AF_INET, S.SOCK_DGRAM);
  open.push(socket);
  return socket;
}
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
/** The kernel's own bytes, past every codec. */
function raw(socket: S.Socket, level: number, option: number, size = 64): Buffer {
  const bytes = Buffer.alloc(size);
  const length = native.getsockopt(socket.fileno(), level, option, bytes, size);
  return bytes.subarray(0, length);
}

/** SOL_SOCKET flags that any user may change, but for SO_DEBUG. */
type Switch =
  | 'SO_BROADCAST'
  | 'SO_DONTROUTE'
  | 'SO_KEEPALIVE'
  | 'SO_OOBINLINE'
  | 'SO_REUSEADDR'
  | 'SO_DEBUG';
function onAndOff(name: Switch): void {
  const s = tcp();
  expect(s.setsockopt(S.SOL_SOCKET, C[name], 1)).toBe(s);
  expect(s.getsockopt(S.SOL_SOCKET, C[name])).toBe(1);
  s.setsockopt(S.SOL_SOCKET, C[name], false);
  expect(s.getsockopt(S.SOL_SOCKET, C[name])).toBe(0);
  s.setsockopt(S.SOL_SOCKET, C[name], true);
  expect(raw(s, S.SOL_SOCKET, C[name]).readInt32LE()).toBe(1);
}

describe('the classic tables', () => {
  it.each([
    'SO_BROADCAST',
    'SO_DONTROUTE',
    'SO_KEEPALIVE',
    'SO_OOBINLINE',
    'SO_REUSEADDR',
  ] as const)('%s goes on and off', onAndOff);
  itNeeds('root')('SO_DEBUG goes on and off', () => onAndOff('SO_DEBUG'));
  it('a flag takes any integer', () => {
    const s = tcp()
      .setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 7)
      .setsockopt(S.SOL_SOCKET, S.SO_KEEPALIVE, -1);
    expect([
      s.getsockopt(S.SOL_SOCKET, S.SO_REUSEADDR),
      s.getsockopt(S.SOL_SOCKET, S.SO_KEEPALIVE),
    ]).toEqual([1, 1]);
  });
  it('SO_ERROR is read and cleared, SO_TYPE is what was asked for', () => {
    const s = tcp();
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_ERROR)).toBe(0);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_TYPE)).toBe(S.SOCK_STREAM);
    expect(udp().getsockopt(S.SOL_SOCKET, S.SO_TYPE)).toBe(S.SOCK_DGRAM);
  });
  it('buffers read back doubled', () => {
    const s = tcp()
      .setsockopt(S.SOL_SOCKET, S.SO_RCVBUF, 8192)
      .setsockopt(S.SOL_SOCKET, S.SO_SNDBUF, 1);
    expect([
      s.getsockopt(S.SOL_SOCKET, S.SO_RCVBUF),
      s.getsockopt(S.SOL_SOCKET, S.SO_SNDBUF),
    ]).toEqual([16384, 4608]);
  });
  it('low water marks', () => {
    const s = tcp().setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 5);
    expect([
      s.getsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT),
      s.getsockopt(S.SOL_SOCKET, S.SO_SNDLOWAT),
    ]).toEqual([5, 1]);
    expect(() => s.setsockopt(S.SOL_SOCKET, S.SO_SNDLOWAT, 5)).toThrow(S.errors.ENOPROTOOPT);
    expect(() => s.options.set({ SO_SNDLOWAT: 5 })).toThrow(
      /ENOPROTOOPT.*SO_SNDLOWAT is read-only/,
    );
  });
  it('SO_BSDCOMPAT is taken and reads 0', () =>
    expect(
      tcp().setsockopt(S.SOL_SOCKET, S.SO_BSDCOMPAT, 1).getsockopt(S.SOL_SOCKET, S.SO_BSDCOMPAT),
    ).toBe(0));
  it('IP and TCP', () => {
    const s = tcp().setsockopt(S.IPPROTO_IP, S.IP_TOS, 16).setsockopt(S.IPPROTO_IP, S.IP_TTL, 3);
    s.setsockopt(S.IPPROTO_TCP, S.TCP_NODELAY, 1).setsockopt(S.IPPROTO_TCP, S.TCP_MAXSEG, 1000);
    expect([s.getsockopt(S.IPPROTO_IP, S.IP_TOS), s.getsockopt(S.IPPROTO_IP, S.IP_TTL)]).toEqual([
      16, 3,
    ]);
    expect([
      s.getsockopt(S.IPPROTO_TCP, S.TCP_NODELAY),
      s.getsockopt(S.IPPROTO_TCP, S.TCP_MAXSEG),
    ]).toEqual([1, 1000]);
  });
  it('IP_OPTIONS are bytes, as long as they are', () => {
    const s = udp();
    expect(s.getsockopt(S.IPPROTO_IP, S.IP_OPTIONS)).toEqual(Buffer.alloc(0));
    s.setsockopt(S.IPPROTO_IP, S.IP_OPTIONS, new Uint8Array([1, 1, 1]));
    expect(s.getsockopt(S.IPPROTO_IP, S.IP_OPTIONS)).toEqual(Buffer.from([1, 1, 1, 0]));
    expect(() => s.setsockopt(S.IPPROTO_IP, S.IP_OPTIONS, Buffer.alloc(44))).toThrow(
      S.errors.EINVAL,
    );
  });
});

describe('SO_LINGER', () => {
  it('takes an object, seconds, null and packed bytes', () => {
    const s = tcp();
    const read = () => s.getsockopt(S.SOL_SOCKET, S.SO_LINGER);
    s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, { onoff: true, linger: 7 });
    expect(read()).toEqual({ onoff: true, linger: 7 });
    s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, null);
    expect(read().onoff).toBe(false);
    s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, 0);
    expect(read()).toEqual({ onoff: true, linger: 0 });
    s.setsockopt(S.SOL_SOCKET, S.SO_LINGER, Buffer.from(new Int32Array([1, 9]).buffer));
    expect(read()).toEqual({ onoff: true, linger: 9 });
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_LINGER, 8)).toEqual(
      Buffer.from(new Int32Array([1, 9]).buffer),
    );
  });
  it('is what SO_DONTLINGER turns round, keeping its time', () => {
    const s = tcp().setsockopt(S.SOL_SOCKET, S.SO_LINGER, 7);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_DONTLINGER)).toBe(0);
    s.setsockopt(S.SOL_SOCKET, S.SO_DONTLINGER, 1);
    expect([
      s.getsockopt(S.SOL_SOCKET, S.SO_DONTLINGER),
      s.getsockopt(S.SOL_SOCKET, S.SO_LINGER),
    ]).toEqual([1, { onoff: false, linger: 7 }]);
    s.setsockopt(S.SOL_SOCKET, S.SO_DONTLINGER, false);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_LINGER)).toEqual({ onoff: true, linger: 7 });
    // The number itself is nothing to Linux.
    expect(native.setsockopt_int(s.fileno(), S.SOL_SOCKET, S.SO_DONTLINGER, 1)).toBe(
      -S.constants.ENOPROTOOPT,
    );
  });
  it.each([-1, 2 ** 31, 1.5, Number.NaN])('refuses %p seconds by name', (seconds) => {
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_LINGER, seconds)).toThrow(
      /^SO_LINGER must be an integer of 0 … 2147483647, not/,
    );
    expect(() =>
      tcp().setsockopt(S.SOL_SOCKET, S.SO_LINGER, { onoff: true, linger: seconds }),
    ).toThrow(/^SO_LINGER\.linger must be/);
  });
  it('refuses what is none of these', () => {
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_LINGER, 'x' as never)).toThrow(TypeError);
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_LINGER, { linger: 1 } as never)).toThrow(
      /^SO_LINGER\.onoff must be a boolean/,
    );
  });
});

describe('timeouts', () => {
  it.each(['SO_RCVTIMEO', 'SO_SNDTIMEO', 'SO_RCVTIMEO_NEW', 'SO_SNDTIMEO_NEW'] as const)(
    '%s is milliseconds',
    (name) => {
      const s = tcp();
      expect(s.getsockopt(S.SOL_SOCKET, C[name])).toBe(0);
      s.setsockopt(S.SOL_SOCKET, C[name], 2500);
      expect(s.getsockopt(S.SOL_SOCKET, C[name])).toBe(2500);
      expect(raw(s, S.SOL_SOCKET, C[name])).toEqual(
        Buffer.from(new BigInt64Array([2n, 500000n]).buffer),
      );
      s.setsockopt(S.SOL_SOCKET, C[name], 0);
      expect(s.getsockopt(S.SOL_SOCKET, C[name])).toBe(0);
    },
  );
  it('a limit shorter than the kernel’s tick stays one', () => {
    const s = tcp().setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, 0.0001);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO)).toBeGreaterThan(0);
  });
  it('refuses negative ones and text; packed bytes get the kernel’s own answer', () => {
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, -1)).toThrow(
      'SO_RCVTIMEO must be milliseconds of 0 … 2^53, not -1',
    );
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, '1' as never)).toThrow(TypeError);
    expect(() =>
      tcp().setsockopt(
        S.SOL_SOCKET,
        S.SO_RCVTIMEO,
        Buffer.from(new BigInt64Array([0n, 1000000n]).buffer),
      ),
    ).toThrow(S.errors.EDOM);
  });
});

describe('SO_BINDTODEVICE', () => {
  itNeeds('root')('binds and unbinds', () => {
    const s = udp();
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE)).toBe('');
    s.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 'lo');
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE)).toBe('lo');
    for (const none of ['', null]) {
      s.setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 'lo').setsockopt(
        S.SOL_SOCKET,
        S.SO_BINDTODEVICE,
        none,
      );
      expect(s.getsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE)).toBe('');
    }
  });
  it('takes 15 bytes of name, no more, and no NUL in it', () => {
    expect(() => udp().setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 'x'.repeat(15))).toThrow(
      S.errors.ENODEV,
    );
    for (const name of ['x'.repeat(16), 'é'.repeat(8), 'lo\0']) {
      expect(() => udp().setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, name)).toThrow(
        /^SO_BINDTODEVICE must be an interface's name of at most 15 bytes/,
      );
    }
    expect(() => udp().setsockopt(S.SOL_SOCKET, S.SO_BINDTODEVICE, 1 as never)).toThrow(TypeError);
  });
});

describe('the escape hatch', () => {
  it('numbers are ints, booleans too, bytes are verbatim, text is its bytes', () => {
    const s = tcp().setsockopt(6, 18, 5000);
    expect(s.getsockopt(6, 18)).toBe(5000);
    expect(s.getsockopt(6, 18, 4)).toEqual(Buffer.from([0x88, 0x13, 0, 0]));
    s.setsockopt(6, 18, new Int32Array([77]));
    expect(s.getsockopt(6, 18)).toBe(77);
    s.setsockopt(6, 18, new Int32Array([78]).buffer)
      .setsockopt(6, 1, true)
      .setsockopt(6, 13, 'reno');
    expect([
      s.getsockopt(6, 18),
      s.getsockopt(6, 1),
      s.getsockopt(6, 13, 16).toString('latin1', 0, 4),
    ]).toEqual([78, 1, 'reno']);
  });
  it('Python’s None form passes a NULL pointer and a length', () => {
    expect(() => tcp().setsockopt(1, 2, null, 4)).toThrow(S.errors.EFAULT);
    // SOL_SOCKET reads the value before it looks at the number
    expect(() => tcp().setsockopt(1, 999, null, 4)).toThrow(S.errors.EFAULT);
    expect(() => tcp().setsockopt(6, 999, null, 4)).toThrow(S.errors.EFAULT);
    expect(() => tcp().setsockopt(1, 999, null as never)).toThrow(TypeError);
  });
  it('a length of our own for the answer: what the kernel reported, no more', () => {
    const s = tcp();
    expect(s.getsockopt(1, 13, 100)).toHaveLength(8);
    expect(s.getsockopt(1, 13, 3)).toHaveLength(3);
    expect(s.getsockopt(1, 2, 0)).toHaveLength(0);
    for (const size of [-1, 1.5, 2 ** 21, Number.NaN])
      expect(() => s.getsockopt(1, 2, size)).toThrow(RangeError);
  });
  it('unknown ones are refused by the kernel, with level and number', () => {
    const refusal = (() => {
      try {
        tcp().getsockopt(1, 998);
      } catch (error) {
        return error as S.SocketError;
      }
    })();
    expect(refusal).toBeInstanceOf(S.errors.ENOPROTOOPT);
    expect(refusal).toMatchObject({
      syscall: 'getsockopt',
      option: { level: 'SOL_SOCKET', name: '998' },
    });
  });
  it.each([1.5, Number.NaN, 2 ** 32, -(2 ** 31) - 1, Number.POSITIVE_INFINITY])(
    'no int is %p',
    (value) => expect(() => tcp().setsockopt(1, 999, value)).toThrow(RangeError),
  );
  it('takes nothing else', () => {
    for (const value of [{}, [], undefined, 1n, Symbol('x'), () => 1])
      expect(() => tcp().setsockopt(1, 999, value as never)).toThrow(TypeError);
  });
  it('packed bytes are the kernel’s to judge', () => {
    expect(() => tcp().setsockopt(S.IPPROTO_IP, S.IP_TTL, new Int32Array([300]))).toThrow(
      S.errors.EINVAL,
    );
    expect(() => tcp().setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, Buffer.alloc(2))).toThrow(
      S.errors.EINVAL,
    );
  });
  it('a detached buffer is not a shorter one', () => {
    const bytes = new Uint8Array(4);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => tcp().setsockopt(6, 18, bytes)).toThrow(/detached/);
  });
});

describe('values out of range', () => {
  it.each([
    ['IP_TTL', S.IPPROTO_IP, 256, 'IP_TTL must be an integer of -1 … 255, not 256'],
    ['TCP_KEEPCNT', S.IPPROTO_TCP, 0, 'TCP_KEEPCNT must be an integer of 1 … 127, not 0'],
    [
      'SO_MARK',
      S.SOL_SOCKET,
      2 ** 32,
      'SO_MARK must be an integer of -2147483648 … 4294967295, not 4294967296',
    ],
    [
      'SO_RCVBUF',
      S.SOL_SOCKET,
      2 ** 31,
      'SO_RCVBUF must be an integer of -2147483648 … 2147483647, not 2147483648',
    ],
    [
      'SO_RCVBUF',
      S.SOL_SOCKET,
      0.5,
      'SO_RCVBUF must be an integer of -2147483648 … 2147483647, not 0.5',
    ],
  ] as const)('%s says its range', (name, level, value, message) => {
    expect(() => tcp().setsockopt(level as never, C[name], value)).toThrow(message);
  });
  it('are RangeErrors, and other kinds TypeErrors', () => {
    expect(() => tcp().setsockopt(S.IPPROTO_IP, S.IP_TTL, 256)).toThrow(
      expect.objectContaining({ code: 'ERR_OUT_OF_RANGE', name: 'RangeError' }),
    );
    expect(() => tcp().setsockopt(S.IPPROTO_IP, S.IP_TTL, '3' as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE', name: 'TypeError' }),
    );
  });
});

describe('what goes typed only', () => {
  const accept = [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }];
  it('a filter goes in as instructions, and number 26 reads as SO_GET_FILTER', () => {
    const s = udp().setsockopt(S.SOL_SOCKET, S.SO_ATTACH_FILTER, accept);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_GET_FILTER)).toEqual(accept);
    expect(s.getsockopt(S.SOL_SOCKET, 26)).toEqual(accept);
    s.setsockopt(S.SOL_SOCKET, S.SO_DETACH_FILTER, 0);
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_GET_FILTER)).toEqual([]);
    s.setsockopt(S.SOL_SOCKET, S.SO_ATTACH_FILTER, Buffer.from('06000000ffffffff', 'hex'));
    expect(s.getsockopt(S.SOL_SOCKET, S.SO_GET_FILTER)).toEqual(accept);
  });
  it('bytes that hold a pointer are refused here, not by the kernel', () => {
    expect(() => udp().setsockopt(S.SOL_SOCKET, 26, new Uint8Array(16) as never)).toThrow(
      /^SO_ATTACH_FILTER must be an array of \{ code, jt, jf, k \}/,
    );
    expect(() => udp().getsockopt(1, 26, 100)).toThrow(/typed value/);
    expect(() => udp().setsockopt(S.IPPROTO_IP, S.IP_MSFILTER, Buffer.alloc(20) as never)).toThrow(
      TypeError,
    );
  });
  it.each([
    [[]],
    [new Array(4097).fill({ code: 6 })],
    [Buffer.alloc(7)],
    [[{ code: 65536, jt: 0, jf: 0, k: 0 }]],
  ])('no program is %p', (program) => {
    expect(() => udp().setsockopt(S.SOL_SOCKET, S.SO_ATTACH_FILTER, program as never)).toThrow(
      RangeError,
    );
  });
});

describe('closed sockets', () => {
  it('are EBADF', () => {
    const s = tcp();
    s.close();
    expect(() => s.getsockopt(S.SOL_SOCKET, S.SO_TYPE)).toThrow(S.errors.EBADF);
    expect(() => s.setsockopt(S.SOL_SOCKET, S.SO_KEEPALIVE, 1)).toThrow(S.errors.EBADF);
    expect(() => s.getsockopt(S.SOL_SOCKET, S.SO_LINGER)).toThrow(S.errors.EBADF);
    expect(() => s.options.SO_TYPE).toThrow(S.errors.EBADF);
  });
});

describe('what is no option at all', () => {
  it.each([Symbol('x'), Object.create(null), {}, '6', null, 1n])('level or option %p', (bad) => {
    const s = tcp();
    const refusal = (what: string) =>
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: expect.stringContaining(`${what} must be an integer`),
      });
    expect(() => s.getsockopt(bad as never, 1)).toThrow(refusal('getsockopt: level'));
    expect(() => s.setsockopt(bad as never, 1, 1)).toThrow(refusal('setsockopt: level'));
    expect(() => s.getsockopt(1, bad as never)).toThrow(refusal('getsockopt: option'));
    expect(() => s.setsockopt(1, bad as never, 1)).toThrow(refusal('setsockopt: option'));
  });
  it('an option that is left out: what the first argument is', () => {
    const s = tcp();
    const missing = 'an argument is missing; the first argument is the level';
    expect(() => s.getsockopt(undefined as never, 1)).toThrow('level must be an integer');
    expect(() => s.getsockopt(1, undefined as never)).toThrow(missing);
    expect(() => s.setsockopt(1, 1 as never, undefined as never)).toThrow(TypeError);
  });
  it('typed-only options say what takes their place', () => {
    const s = udp();
    expect(() => s.getsockopt(S.SOL_SOCKET, S.SO_GET_FILTER as number as never, 100)).toThrow(
      'SO_GET_FILTER is read without a length',
    );
    expect(() => s.getsockopt(S.IPPROTO_IP, S.IP_MSFILTER as number as never, 100)).toThrow(
      'IP_MSFILTER cannot be read so; getsourcefilter() reads it',
    );
    expect(() => s.setsockopt(0, 64, 1)).toThrow(
      'setsockopt: IPPROTO_IP 64 has no typed form, and no raw one',
    ); // IPT_SO_SET_REPLACE
    expect(() => tcp().getsockopt(6, 35)).toThrow(
      'IPPROTO_TCP 35 has no typed form, and no raw one',
    ); // TCP_ZEROCOPY_RECEIVE
  });
  it('no hint denies options that have no row', () => {
    const hint = (level: number, option: number) => {
      try {
        tcp().setsockopt(level, option, 1);
      } catch (error) {
        return (error as S.SocketError).hint;
      }
    };
    expect(hint(6, 35)).toMatch(/^35 is SO_TIMESTAMPNS at SOL_SOCKET/); // TCP_ZEROCOPY_RECEIVE
    // SCTP_NODELAY
    expect(hint(132, 3)).toMatch(/^3 is IP_HDRINCL at IPPROTO_IP|^3 is SO_TYPE at SOL_SOCKET/);
    expect(hint(17, 2)).toMatch(/^IPPROTO_UDP has no option 2; it is SO_REUSEADDR at SOL_SOCKET/);
  });
  it('getsourcefilter names a wrong group', () =>
    expect(() => S.getsourcefilter(udp(), 'lo', {} as never)).toThrow(
      'getsourcefilter: group must be',
    ));
});
