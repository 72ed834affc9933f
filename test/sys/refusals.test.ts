// Wrong types and ranges are errors that name function and argument, before any call; what the
// kernel can answer is never one.
import { spawnSync } from 'node:child_process';
import * as sys from 'bsd-socket/sys';
import { closeAll, kept, udp } from './helpers';

const C = sys.constants;
afterEach(closeAll);

const bytes = Buffer.alloc(16);
const cell = Int32Array.of(16);

/** Every function with arguments of the right kinds. */
const CALLS: readonly [name: string, args: unknown[]][] = [
  ['socket', [2, 1, 0]],
  ['socketpair', [1, 1, 0, new Int32Array(2)]],
  ['bind', [-1, bytes, 16]],
  ['connect', [-1, bytes, 16]],
  ['listen', [-1, 1]],
  ['accept4', [-1, 0, bytes, cell]],
  ['shutdown', [-1, 0]],
  ['getsockname', [-1, bytes, cell]],
  ['getpeername', [-1, bytes, cell]],
  ['close', [-1]],
  ['dup', [-1]],
  ['dup3', [-1, -1, 0]],
  ['pipe2', [new Int32Array(2), 0]],
  ['adopt', [-1]],
  ['release', [-1]],
  ['owns', [-1]],
  ['getsockopt', [-1, 1, 3, bytes, 4]],
  ['setsockopt', [-1, 1, 3, bytes, 4]],
  ['attach_filter', [-1, 1, C.SO_ATTACH_FILTER, bytes, 2]],
  ['get_filter', [-1, bytes]],
  ['recv', [-1, bytes, 0]],
  ['send', [-1, bytes, 0]],
  ['recvfrom', [-1, bytes, 0, bytes, cell]],
  ['sendto', [-1, bytes, 0, bytes, 16]],
  ['sendfile', [-1, -1, 0, 1]],
  ['poll', [new Int32Array(3), 0]],
  ['fcntl', [-1, C.F_GETFD, 0]],
  ['ioctl', [-1, C.FIONREAD, bytes]],
  ['if_nametoindex', ['lo']],
  ['if_indextoname', [1, bytes]],
  ['getifaddrs', [bytes]],
  ['getaddrinfo', ['127.0.0.1', null, C.AI_NUMERICHOST, 0, 0, 0, bytes]],
  ['getnameinfo', [bytes, 0, bytes]],
  ['getservbyname', ['http', null]],
  ['getservbyport', [80, null, bytes]],
  ['getprotobyname', ['tcp']],
];

const functions = new Map(
  Object.entries(sys as Record<string, unknown>).filter(([, value]) => typeof value === 'function'),
) as Map<string, (...all: unknown[]) => number>;
const call = (name: string, args: unknown[]) => () => functions.get(name)!(...args);

test('the table has every call', () => {
  const others = new Set([
    'recvmsg',
    'sendmsg',
    'recvmmsg',
    'sendmmsg',
    'gethostbyname',
    'gethostbyaddr',
    'get_source_filter',
    'get_ao_keys',
    'get_table',
    'get_blank',
    'nlmsgs',
    'attributes',
  ]);
  const names = Array.from(functions.keys()).filter((name) => !others.has(name));
  expect(CALLS.map(([name]) => name).sort()).toEqual(names.sort());
});

describe.each(CALLS)('%s', (name, args) => {
  test('takes arguments of the right kind without throwing', () => {
    const result = call(name, args)();
    expect(Number.isInteger(result)).toBe(true);
    if (name === 'socket') sys.close(result);
    for (const fds of args)
      if (fds instanceof Int32Array && fds.length === 2) for (const fd of fds) sys.close(fd);
  });

  for (const [i, right] of args.entries()) {
    test(`refuses what argument ${i} cannot be, by name`, () => {
      const given = (value: unknown) =>
        call(
          name,
          args.map((arg, at) => (at === i ? value : arg)),
        );
      const wrongs: unknown[] = [Symbol('s'), { length: 1 }, true, 1n, () => 0];
      if (typeof right !== 'string' && right !== null) wrongs.push('text');
      if (typeof right !== 'number') wrongs.push(7);
      for (const wrong of wrongs) {
        // ioctl takes a number too
        if (name === 'ioctl' && i === 2 && wrong === 7) continue;
        const refused = expect.objectContaining({
          code: 'ERR_INVALID_ARG_TYPE',
          message: expect.stringMatching(new RegExp(`^${name}: \\w`)),
        });
        expect(given(wrong)).toThrow(refused as never);
        expect(given(wrong)).toThrow(TypeError);
      }
      if (typeof right !== 'number') return;
      for (const wrong of [NaN, Infinity, -Infinity, 0.5, 2 ** 53])
        expect(given(wrong)).toThrow(RangeError);
      expect(given(NaN)).toThrow(
        expect.objectContaining({
          code: 'ERR_OUT_OF_RANGE',
          message: expect.stringMatching(new RegExp(`^${name}: .*NaN`)),
        }) as never,
      );
    });
  }
});

test('an argument is named as the caller knows it', () => {
  expect(() => sys.recv(0.5, bytes, 0)).toThrow('recv: fd must be a 32-bit integer, not 0.5');
  expect(() => sys.recv(0, bytes, undefined as never)).toThrow(
    'recv: flags must be a 32-bit integer, not undefined',
  );
  expect(() => sys.recv(0, 'text' as never, 0)).toThrow(/^recv: buf must be/);
  expect(() => sys.socketpair(1, 1, 0, new Int32Array(1))).toThrow(
    /^socketpair: fds must be an Int32Array of two elements/,
  );
  expect(() => sys.accept4(0, 0, bytes, [16] as never)).toThrow(
    /^accept4: addrlen must be an Int32Array/,
  );
  expect(() => sys.getsockopt(0, 1, 3, bytes, '4' as never)).toThrow(/^getsockopt: optlen must be/);
  expect(() => sys.setsockopt(0, 1, 3, 5 as never)).toThrow(/^setsockopt: buf must be/);
  expect(() => sys.poll(new Int32Array(4), 0)).toThrow(
    /^poll: fds must be an Int32Array of \[fd, events, revents\] triples/,
  );
  expect(() => sys.if_nametoindex('a\0b')).toThrow(
    /^if_nametoindex: name must be a string without a NUL byte/,
  );
});

test('detached memory is refused, not read as empty', () => {
  const gone = new Uint8Array(8);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  const [fd] = udp();
  expect(() => sys.recv(fd, gone, C.MSG_DONTWAIT)).toThrow(/recv: buf is detached/);
  expect(() => sys.sendto(fd, gone, 0)).toThrow(/sendto: buf is detached/);
});

describe('what carries a pointer', () => {
  const program = Buffer.alloc(16);

  test.each([
    ['SOL_SOCKET', 'SO_ATTACH_FILTER', /attach_filter\(/],
    ['SOL_SOCKET', 'SO_ATTACH_REUSEPORT_CBPF', /attach_filter\(/],
  ])('setsockopt %s %s names the typed form', (level, name, form) => {
    const [fd] = udp();
    const set = () =>
      sys.setsockopt(
        fd,
        (C as Record<string, number>)[level],
        (C as Record<string, number>)[name],
        program,
      );
    expect(set).toThrow(TypeError);
    expect(set).toThrow(form);
    expect(set).toThrow(`setsockopt: ${level} ${name} carries a pointer`);
  });

  test('getsockopt SO_GET_FILTER names the typed form', () => {
    const [fd] = udp();
    expect(() => sys.getsockopt(fd, C.SOL_SOCKET, C.SO_GET_FILTER, Buffer.alloc(8))).toThrow(
      /writes past optlen: use get_filter/,
    );
  });

  test('getters that trust what stands in their bytes have forms that check it', () => {
    const [fd] = udp();
    const { IPPROTO_IP, IP_MSFILTER, IPPROTO_TCP, TCP_AO_GET_KEYS } = C;
    const filter = sys.structs.ip_msfilter.pack({
      imsf_multiaddr: Buffer.from([239, 1, 1, 1]),
      imsf_interface: Buffer.from([127, 0, 0, 1]),
    });
    expect(() => sys.getsockopt(fd, IPPROTO_IP, IP_MSFILTER, filter)).toThrow(
      /use get_source_filter/,
    );
    expect(sys.get_source_filter(fd, IPPROTO_IP, IP_MSFILTER, filter)).toBe(-C.EADDRNOTAVAIL);
    filter.writeUInt32LE(1000, sys.structs.ip_msfilter.offsets.imsf_numsrc);
    expect(() => sys.get_source_filter(fd, IPPROTO_IP, IP_MSFILTER, filter)).toThrow(RangeError);
    expect(() => sys.get_source_filter(fd, IPPROTO_IP, IP_MSFILTER, Buffer.alloc(4))).toThrow(
      /get_source_filter: filter must be a filter with space/,
    );
    expect(() => sys.getsockopt(fd, IPPROTO_TCP, TCP_AO_GET_KEYS, filter)).toThrow(
      /use get_ao_keys/,
    );
    expect(() => sys.get_ao_keys(fd, Buffer.alloc(8), 8)).toThrow(/get_ao_keys: keys must be/);
    expect(() => sys.get_table(fd, C.SOL_SOCKET, C.SO_TYPE, Buffer.alloc(4))).toThrow(TypeError);
    expect(sys.get_blank(fd, C.SOL_SOCKET, C.SO_TYPE, filter.subarray(0, 4))).toBe(4);
    expect(filter.readInt32LE(0)).toBe(C.SOCK_DGRAM);
    expect(() => sys.get_blank(fd, C.SOL_SOCKET, C.SO_TYPE, Buffer.alloc(5000))).toThrow(
      /get_blank: buf must be .* of 4096 at most/,
    );
  });

  test('ioctl takes only requests that are known to be flat', () => {
    const [fd] = udp();
    expect(() => sys.ioctl(fd, 0x8946, Buffer.alloc(40))).toThrow(
      /ioctl: request 0x8946 is not one whose argument is known to be flat/,
    ); // SIOCETHTOOL
  });
});

describe('descriptors of others', () => {
  test('close and dup3 answer -EBADF for the standard ones and for libuv’s', () => {
    const script = `
      const sys = require(${JSON.stringify(require.resolve('../../dist/sys'))});
      const fs = require('fs');
      const fds = fs.readdirSync('/proc/self/fd').map(Number).filter((fd) => fs.existsSync('/proc/self/fd/' + fd));
      const fd = sys.socket(2, 2, 0);
      const EBADF = sys.constants.EBADF;
      for (const other of fds) {
        if (sys.close(other) !== -EBADF) throw new Error('closed ' + other);
        if (sys.dup3(fd, other, 0) !== -EBADF) throw new Error('replaced ' + other);
        if (sys.release(other) !== -EBADF) throw new Error('released ' + other);
      }
      if (!fds.some((other) => { try { return fs.readlinkSync('/proc/self/fd/' + other).includes('eventpoll'); } catch {} })) throw new Error('no epoll seen');
      setTimeout(() => console.log('alive'), 10);`;
    const child = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    expect(child.stdout).toBe('alive\n');
  });

  test('what is adopted may be closed, and what is released may not', () => {
    const { openSync, closeSync } = require('node:fs') as typeof import('node:fs');
    const fd = openSync('/dev/null', 'r');
    expect(sys.owns(fd)).toBe(0);
    expect(sys.close(fd)).toBe(-C.EBADF);
    expect(sys.adopt(fd)).toBe(0);
    expect(sys.owns(fd)).toBe(1);
    expect(sys.release(fd)).toBe(0);
    expect(sys.close(fd)).toBe(-C.EBADF);
    closeSync(fd);
    expect(sys.adopt(fd)).toBe(-C.EBADF);
    const socket = kept(sys.socket(C.AF_INET, C.SOCK_DGRAM, 0));
    expect(sys.owns(socket)).toBe(1);
    expect(sys.close(socket)).toBe(0);
    expect(sys.close(socket)).toBe(-C.EBADF);
  });
});
