// Every family's addresses to the bytes of its sockaddr and back, and what is refused on the way.
import * as assert from 'node:assert';
import * as net from 'node:net';
import { inspect } from 'node:util';
import * as api from 'bsd-socket';
import * as fc from 'fast-check';
import {
  type Address,
  type AddressLike,
  decodeAddress,
  encodeAddress,
  type InetAddress,
  NeedsLookup,
  needsLookup,
} from '../../lib/address';
import { constants } from '../../lib/constants';
import { errors } from '../../lib/errors';

const { AF_ALG, AF_CAN, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX, AF_UNSPEC, AF_VSOCK } =
  constants;
const hex = (family: number, address: unknown) =>
  Buffer.from(encodeAddress(family, address as AddressLike<Address>)).toString('hex');
const read = (bytes: Uint8Array, family?: number) => decodeAddress(bytes, bytes.length, family);
const again = (family: number, address: unknown) =>
  read(encodeAddress(family, address as AddressLike<Address>));
const u16 = (n: number) => Buffer.from(Uint16Array.of(n).buffer).toString('hex');
const u32 = (n: number) => Buffer.from(Uint32Array.of(n).buffer).toString('hex');

describe('AF_INET', () => {
  const loopback = `${u16(2)}0050${'7f000001'}${'00'.repeat(8)}`;
  const anywhere = [
    ['127.0.0.1', 80],
    { address: '127.0.0.1', port: 80 },
    { address: '127.0.0.1', port: 80, family: 'IPv4', size: 12 },
    new net.SocketAddress({ address: '127.0.0.1', port: 80 }),
    decodeAddress(Buffer.from(loopback, 'hex'), 16),
  ];
  test.each(anywhere.map((input) => [inspect(input), input]))('%s', (_, input) => {
    expect(hex(AF_INET, input)).toBe(loopback);
  });

  test("'' is every address, '<broadcast>' is the broadcast", () => {
    expect(hex(AF_INET, ['', 0])).toBe(`${u16(2)}${'00'.repeat(14)}`);
    expect(hex(AF_INET, ['<broadcast>', 9])).toBe(`${u16(2)}0009ffffffff${'00'.repeat(8)}`);
  });

  test('a decoded address is a tuple with names', () => {
    const address = again(AF_INET, ['10.1.2.3', 65535]) as InetAddress;
    const [host, port] = address;
    expect([host, port, address[0], address[1], address.length]).toEqual([
      '10.1.2.3',
      65535,
      '10.1.2.3',
      65535,
      2,
    ]);
    expect([address.address, address.port, address.family]).toEqual(['10.1.2.3', 65535, 'IPv4']);
    expect(Array.isArray(address)).toBe(true);
    expect(address).toEqual(again(AF_INET, ['10.1.2.3', 65535]));
    expect(address).not.toEqual(again(AF_INET, ['10.1.2.3', 65534]));
    assert.deepStrictEqual(address, again(AF_INET, ['10.1.2.3', 65535]));
    expect(address).toEqual(['10.1.2.3', 65535]);
    expect(address).toMatchObject({ address: '10.1.2.3', port: 65535, family: 'IPv4' });
    expect(JSON.stringify({ address })).toBe(
      '{"address":{"address":"10.1.2.3","port":65535,"family":"IPv4"}}',
    );
    expect(inspect(address)).toBe(
      "InetAddress { address: '10.1.2.3', port: 65535, family: 'IPv4' }",
    );
    expect(structuredClone(address)).toEqual(['10.1.2.3', 65535]);
    expect(address.map(String).constructor).toBe(Array);
    expect(address.concat([1]).slice(0, 1)).toEqual(['10.1.2.3']);
  });

  test.each<[string, unknown, typeof TypeError | typeof RangeError, RegExp]>([
    [
      'no address',
      null,
      TypeError,
      /AF_INET address must be \[host, port\] or \{address, port\}, not null/,
    ],
    ['a number', 80, TypeError, /not 80/],
    ['text', '127.0.0.1:80', TypeError, /\[host, port\]/],
    [
      'bytes',
      Buffer.alloc(16),
      TypeError,
      /AF_INET address must be \[host, port\] or \{address, port\}, not an object/,
    ],
    ['an empty tuple', [], RangeError, /length/],
    ['a tuple of three', ['127.0.0.1', 80, 0], RangeError, /length .* must be 2, not 3/],
    [
      'no port',
      { address: '127.0.0.1' },
      TypeError,
      /port must be an integer of 0 … 65535, not undefined/,
    ],
    ['port -1', ['127.0.0.1', -1], RangeError, /port must be an integer of 0 … 65535, not -1/],
    ['port 65536', ['127.0.0.1', 65536], RangeError, /not 65536/],
    ['port 1.5', ['127.0.0.1', 1.5], RangeError, /not 1.5/],
    ['port NaN', ['127.0.0.1', Number.NaN], RangeError, /not NaN/],
    ["port '80'", ['127.0.0.1', '80'], TypeError, /not "80"/],
    ['an IPv6 host', ['::1', 80], RangeError, /must be an IPv4 address, not "::1"/],
    ['a scoped IPv6 host', ['fe80::1%lo', 80], RangeError, /IPv4/],
    ['a NUL', ['127.0.0.1\0', 80], RangeError, /NUL/],
    [
      'another family',
      { family: 'unix', path: '/x' },
      RangeError,
      /family of an AF_INET address must be 'IPv4', not "unix"/,
    ],
    [
      'the other family',
      { address: '::1', port: 1, family: 'IPv6' },
      RangeError,
      /'IPv4', not "IPv6"/,
    ],
  ])('refuses %s', (_, input, Class, message) => {
    expect(() => hex(AF_INET, input)).toThrow(Class);
    expect(() => hex(AF_INET, input)).toThrow(message);
  });
});

describe('AF_INET6', () => {
  const bytes = (port: string, flow: string, address: string, scope: number) =>
    `${u16(AF_INET6)}${port}${flow}${address}${u32(scope)}`;
  const local = `fe80${'0'.repeat(27)}1`;
  const one = `${'0'.repeat(31)}1`;

  test.each<[string, unknown, string]>([
    ['a tuple of two', ['::1', 80], bytes('0050', '00000000', one, 0)],
    ['a tuple of four', ['fe80::1', 80, 0x12345, 7], bytes('0050', '00012345', local, 7)],
    [
      'an object',
      { address: '::1', port: 80, flowinfo: 5, scopeId: 6 },
      bytes('0050', '00000005', one, 6),
    ],
    [
      "Node's object",
      { address: '::1', port: 80, family: 'IPv6', size: 1 },
      bytes('0050', '00000000', one, 0),
    ],
    [
      'SocketAddress',
      new net.SocketAddress({ address: '::1', port: 80, family: 'ipv6', flowlabel: 9 }),
      bytes('0050', '00000009', one, 0),
    ],
    [
      'SocketAddress of IPv4',
      new net.SocketAddress({ address: '1.2.3.4', port: 80 }),
      bytes('0050', '00000000', `${'0'.repeat(20)}ffff01020304`, 0),
    ],
    ['every address', ['', 0], bytes('0000', '00000000', '0'.repeat(32), 0)],
    ['a scope by number', ['fe80::1%7', 80], bytes('0050', '00000000', local, 7)],
    ['a scope by name', ['fe80::1%lo', 80], bytes('0050', '00000000', local, 1)],
    ['a scope twice', ['fe80::1%lo', 80, 0, 1], bytes('0050', '00000000', local, 1)],
    [
      'a v4-mapped address',
      ['::ffff:1.2.3.4', 80],
      bytes('0050', '00000000', `${'0'.repeat(20)}ffff01020304`, 0),
    ],
  ])('%s', (_, input, expected) => {
    expect(hex(AF_INET6, input)).toBe(expected);
  });

  test('a decoded address is a tuple of four with names', () => {
    const address = again(AF_INET6, ['fe80::1', 80, 5, 7]);
    expect(address).toEqual(['fe80::1', 80, 5, 7]);
    expect(address).toMatchObject({
      address: 'fe80::1',
      port: 80,
      flowinfo: 5,
      scopeId: 7,
      family: 'IPv6',
    });
    expect(inspect(address)).toBe(
      "Inet6Address { address: 'fe80::1', port: 80, flowinfo: 5, scopeId: 7, family: 'IPv6' }",
    );
    expect(hex(AF_INET6, address)).toBe(bytes('0050', '00000005', local, 7));
    expect(decodeAddress(Buffer.from(bytes('0050', '00000005', local, 7), 'hex'), 24)).toEqual([
      'fe80::1',
      80,
      5,
      0,
    ]);
  });

  test.each<[string, unknown, new (...a: never) => Error, RegExp]>([
    ['IPv4 text', ['1.2.3.4', 80], RangeError, /'::ffff:1\.2\.3\.4'/],
    [
      "Node's IPv4 object",
      { address: '1.2.3.4', port: 80, family: 'IPv4' },
      RangeError,
      /::ffff:1\.2\.3\.4/,
    ],
    ['the broadcast', ['<broadcast>', 80], RangeError, /no broadcast/],
    ['a scope of nothing', ['fe80::1%nosuch0', 80], errors.ENODEV, /if_nametoindex/],
    ['two scopes', ['fe80::1%7', 80, 0, 8], RangeError, /scopeId must be 7/],
    ['a scope too large', ['fe80::1%4294967296', 80], RangeError, /scope/],
    ['flowinfo too large', ['::1', 80, 2 ** 32], RangeError, /flowinfo/],
    ['scopeId -1', ['::1', 80, 0, -1], RangeError, /scopeId/],
    ['a tuple of five', ['::1', 80, 0, 0, 0], RangeError, /length/],
  ])('refuses %s', (_, input, Class, message) => {
    expect(() => hex(AF_INET6, input)).toThrow(Class);
    expect(() => hex(AF_INET6, input)).toThrow(message);
  });
});

test('host names are for a resolver', () => {
  expect(() => encodeAddress(AF_INET, ['localhost', 80])).toThrow(NeedsLookup);
  expect(() => encodeAddress(AF_INET6, ['localhost', 80])).toThrow(/"localhost" is a host name/);
  const asks = (family: number, host: string) => needsLookup(family, [host, 1]);
  for (const family of [AF_INET, AF_INET6]) {
    for (const host of ['', '<broadcast>', '127.0.0.1', '::1', 'fe80::1%lo', '::ffff:1.2.3.4'])
      expect(asks(family, host)).toBeNull();
    for (const host of ['localhost', 'example.com', '127.1', '0x7f.1', '::1::', 'a:b', '1.2.3.4.5'])
      expect(asks(family, host)).toBe(host);
  }
  expect(needsLookup(AF_UNIX, 'localhost')).toBeNull();
  expect(needsLookup(AF_INET, { family: 'other', af: 2, bytes: Buffer.alloc(16) })).toBeNull();
  expect(needsLookup(AF_INET, { address: 'host', port: 0 })).toBe('host');
});

describe('AF_UNIX', () => {
  const un = (path: string) => `${u16(1)}${path}`;
  test.each<[string, unknown, string, unknown]>([
    ['a path', '/tmp/x', un('2f746d702f7800'), { path: '/tmp/x', abstract: false }],
    [
      'a path in bytes',
      Buffer.from('/tmp/x'),
      un('2f746d702f7800'),
      { path: '/tmp/x', abstract: false },
    ],
    ['an object', { path: '/tmp/x' }, un('2f746d702f7800'), { path: '/tmp/x', abstract: false }],
    ['abstract text', '\0ab', un('006162'), { path: 'ab', abstract: true }],
    [
      'abstract bytes',
      Buffer.from('\0a\0b\0'),
      un('0061006200'),
      { path: 'a\0b\0', abstract: true },
    ],
    [
      'an abstract object',
      { path: 'ab', abstract: true },
      un('006162'),
      { path: 'ab', abstract: true },
    ],
    [
      'an abstract name that begins with NUL',
      { path: '\0ab', abstract: true },
      un('00006162'),
      { path: '\0ab', abstract: true },
    ],
    [
      'the empty abstract name',
      { path: '', abstract: true },
      un('00'),
      { path: '', abstract: true },
    ],
    ['no path', '', un(''), { path: '', abstract: false }],
    ['an empty object', {}, un(''), { path: '', abstract: false }],
    [
      'no UTF-8',
      Buffer.from('2fff', 'hex'),
      un('2fff00'),
      { path: Buffer.from('2fff', 'hex'), abstract: false },
    ],
    ['UTF-8', '/ü', un('2fc3bc00'), { path: '/ü', abstract: false }],
    [
      '107 bytes',
      'x'.repeat(107),
      un(`${'78'.repeat(107)}00`),
      { path: 'x'.repeat(107), abstract: false },
    ],
    [
      '108 bytes',
      'x'.repeat(108),
      un('78'.repeat(108)),
      { path: 'x'.repeat(108), abstract: false },
    ],
    [
      '108 abstract bytes',
      `\0${'x'.repeat(107)}`,
      un(`00${'78'.repeat(107)}`),
      { path: 'x'.repeat(107), abstract: true },
    ],
  ])('%s', (_, input, bytes, decoded) => {
    expect(hex(AF_UNIX, input)).toBe(bytes);
    expect(again(AF_UNIX, input)).toEqual({ family: 'unix', ...(decoded as object) });
    expect(hex(AF_UNIX, again(AF_UNIX, input))).toBe(bytes);
  });

  test.each<[string, unknown, typeof TypeError | typeof RangeError, RegExp]>([
    ['109 bytes', 'x'.repeat(109), RangeError, /at most 108 bytes, not 109/],
    ['109 abstract bytes', `\0${'x'.repeat(108)}`, RangeError, /at most 108 bytes.*not 109/],
    ['109 bytes of 55 letters', 'ü'.repeat(55), RangeError, /not 110/],
    ['a NUL inside', '/tmp\0x', RangeError, /NUL/],
    [
      'a NUL first that is said not to be abstract',
      { path: '\0x', abstract: false },
      RangeError,
      /NUL/,
    ],
    ['a number', 12, TypeError, /AF_UNIX/],
    ['an array', ['/x'], TypeError, /AF_UNIX/],
    [
      'an internet address',
      { family: 'IPv4', address: '1.2.3.4', port: 1 },
      RangeError,
      /'unix', not "IPv4"/,
    ],
    ['a path that is a number', { path: 1 }, TypeError, /path/],
    ['abstract 1', { path: 'x', abstract: 1 }, TypeError, /abstract/],
  ])('refuses %s', (_, input, Class, message) => {
    expect(() => hex(AF_UNIX, input)).toThrow(Class);
    expect(() => hex(AF_UNIX, input)).toThrow(message);
  });

  test('unnamed is no bytes, or two', () => {
    const unnamed = { family: 'unix', path: '', abstract: false };
    expect(decodeAddress(new Uint8Array(0), 0, AF_UNIX)).toEqual(unnamed);
    expect(decodeAddress(encodeAddress(AF_UNIX, ''), 2)).toEqual(unnamed);
    expect(decodeAddress(Buffer.alloc(128), 0)).toEqual({
      family: 'other',
      af: AF_UNSPEC,
      bytes: Buffer.alloc(0),
    });
  });
});

describe('AF_PACKET', () => {
  const ll = (protocol: string, index: number, hatype: number, rest: string) =>
    `${u16(17)}${protocol}${u32(index)}${u16(hatype)}${rest}`;
  test.each<[string, unknown, string]>([
    ['an interface', ['lo'], ll('0000', 1, 0, '0000'.padEnd(20, '0'))],
    ['protocol in host order', ['lo', 0x0800], ll('0800', 1, 0, '0000'.padEnd(20, '0'))],
    ['a hardware address', ['lo', 3, 'AA:bb:cc:d:e:ff'], ll('0003', 1, 0, '0006aabbcc0d0eff0000')],
    ['with dashes', ['lo', 3, 'aa-bb-cc-0d-0e-ff'], ll('0003', 1, 0, '0006aabbcc0d0eff0000')],
    ['every interface', ['', 3], ll('0003', 0, 0, '0000'.padEnd(20, '0'))],
    ['an index', { ifindex: 9, protocol: 6 }, ll('0006', 9, 0, '0000'.padEnd(20, '0'))],
    [
      'an index before a name',
      { ifindex: 9, ifname: 'lo' },
      ll('0000', 9, 0, '0000'.padEnd(20, '0')),
    ],
    ['nothing', {}, ll('0000', 0, 0, '0000'.padEnd(20, '0'))],
    [
      'a type',
      { ifname: 'lo', pkttype: 'outgoing', hatype: 772 },
      ll('0000', 1, 772, '0400'.padEnd(20, '0')),
    ],
    [
      '20 bytes of hardware address',
      { ifname: 'lo', address: Array(20).fill('11').join(':') },
      ll('0000', 1, 0, `0014${'11'.repeat(20)}`),
    ],
  ])('%s', (_, input, expected) => {
    expect(hex(AF_PACKET, input)).toBe(expected);
    expect(hex(AF_PACKET, again(AF_PACKET, input))).toBe(expected);
  });

  test('decoded', () => {
    expect(again(AF_PACKET, ['lo', 0x86dd, 'aa:bb:cc:dd:ee:0f'])).toEqual({
      family: 'packet', ifindex: 1, ifname: 'lo', protocol: 0x86dd, hatype: 0, pkttype: 'host', address: 'aa:bb:cc:dd:ee:0f',
    }); // biome-ignore format: one line a thing
    expect(again(AF_PACKET, { ifindex: 0x7ffffff0 })).toMatchObject({
      ifindex: 0x7ffffff0,
      ifname: '',
      address: '',
    });
    const short = encodeAddress(AF_PACKET, ['lo', 3, 'aa:bb:cc:dd:ee:ff']);
    expect(decodeAddress(short, 18)).toMatchObject({ address: 'aa:bb:cc:dd:ee:ff' });
    expect(decodeAddress(short, 14)).toMatchObject({ address: 'aa:bb' });
    expect(decodeAddress(short, 12)).toMatchObject({ address: '' });
    expect(decodeAddress(short, 11)).toMatchObject({ family: 'other', af: AF_PACKET });
  });

  test.each<[string, unknown, new (...a: never) => Error, RegExp]>([
    ['an interface that is not there', ['nosuch0'], errors.ENODEV, /if_nametoindex/],
    ['a name that is a number', [1], TypeError, /ifname/],
    ['a NUL', ['lo\0'], RangeError, /NUL/],
    ['half a hardware address', ['lo', 3, 'aa:bb:'], RangeError, /aa:bb:cc/],
    ['bytes as hardware address', ['lo', 3, Buffer.alloc(6)], TypeError, /aa:bb:cc/],
    ['protocol 65536', ['lo', 65536], RangeError, /protocol/],
    ['a type it does not know', { pkttype: 'mine' }, RangeError, /host, broadcast/],
    ['ifindex -1', { ifindex: -1 }, RangeError, /ifindex/],
    ['text', 'lo', TypeError, /\[ifname, protocol, address\]/],
    ['four', ['lo', 3, '', 0], RangeError, /length/],
  ])('refuses %s', (_, input, Class, message) => {
    expect(() => hex(AF_PACKET, input)).toThrow(Class);
    expect(() => hex(AF_PACKET, input)).toThrow(message);
  });
});

test('AF_NETLINK', () => {
  const expected = `${u16(16)}0000${u32(77)}${u32(0x80000001)}`;
  expect(hex(AF_NETLINK, [77, 0x80000001])).toBe(expected);
  expect(hex(AF_NETLINK, { pid: 77, groups: 0x80000001 })).toBe(expected);
  expect(hex(AF_NETLINK, {})).toBe(`${u16(16)}0000${u32(0)}${u32(0)}`);
  expect(again(AF_NETLINK, [77, 0x80000001])).toEqual({
    family: 'netlink',
    pid: 77,
    groups: 0x80000001,
  });
  for (const bad of [[1], [1, 2, 3], [-1, 0], [0, 2 ** 32], { family: 'vsock' }])
    expect(() => hex(AF_NETLINK, bad)).toThrow(RangeError);
  for (const bad of [1, 'x', ['1', 0], null]) expect(() => hex(AF_NETLINK, bad)).toThrow(TypeError);
});

test('AF_VSOCK', () => {
  const expected = `${u16(40)}0000${u32(1024)}${u32(3)}00000000`;
  expect(hex(AF_VSOCK, [3, 1024])).toBe(expected);
  expect(hex(AF_VSOCK, { cid: 3, port: 1024 })).toBe(expected);
  expect(again(AF_VSOCK, {})).toEqual({
    family: 'vsock',
    cid: constants.VMADDR_CID_ANY,
    port: constants.VMADDR_PORT_ANY,
  });
  for (const bad of [[1], [-1, 0], [0, 2 ** 32], { family: 'netlink' }])
    expect(() => hex(AF_VSOCK, bad)).toThrow(RangeError);
  for (const bad of [1, 'x', ['1', 0]]) expect(() => hex(AF_VSOCK, bad)).toThrow(TypeError);
});

test('AF_CAN', () => {
  const expected = `${u16(29)}0000${u32(1)}${u32(0x123)}${u32(0x456)}${'00'.repeat(8)}`;
  expect(hex(AF_CAN, ['lo', 0x123, 0x456])).toBe(expected);
  expect(hex(AF_CAN, { ifname: 'lo', rxId: 0x123, txId: 0x456 })).toBe(expected);
  expect(hex(AF_CAN, 'lo')).toBe(`${u16(29)}0000${u32(1)}${'00'.repeat(16)}`);
  expect(again(AF_CAN, ['lo', 0x123, 0x456])).toEqual({
    family: 'can',
    ifname: 'lo',
    rxId: 0x123,
    txId: 0x456,
  });
  expect(decodeAddress(encodeAddress(AF_CAN, ''), 8)).toEqual({ family: 'can', ifname: '' });
  expect(() => hex(AF_CAN, 'nosuch0')).toThrow(errors.ENODEV);
  expect(() => hex(AF_CAN, ['lo', -1])).toThrow(RangeError);
  expect(() => hex(AF_CAN, [1])).toThrow(TypeError);
  expect(() => hex(AF_CAN, 1)).toThrow(/'' is every|\[ifname, rxId, txId\]/);
});

test('a verbatim address goes as it is, on any family', () => {
  const bytes = Buffer.from([0, 0, 1, 2, 3]);
  for (const family of [AF_INET, AF_UNIX, AF_ALG, AF_UNSPEC])
    expect(encodeAddress(family, { family: 'other', af: 5, bytes })).toBe(bytes);
  expect(hex(AF_ALG, { family: 'other', af: AF_ALG, bytes: new Uint16Array(1) })).toBe('0000');
  expect(() => encodeAddress(AF_INET, { family: 'other', af: 5, bytes: 'x' as never })).toThrow(
    TypeError,
  );
  expect(() => encodeAddress(AF_ALG, ['127.0.0.1', 80])).toThrow(/verbatim/);
  const alg = Buffer.concat([Buffer.from(Uint16Array.of(AF_ALG).buffer), Buffer.alloc(86, 7)]);
  const decoded = read(alg);
  expect(decoded).toEqual({ family: 'other', af: AF_ALG, bytes: alg });
  alg[5] = 0; // the decoded one keeps its bytes
  expect((decoded as api.OtherAddress).bytes[5]).toBe(7);
});

test('decoding never throws, and what it gives encodes to the same address', () => {
  const families = [
    AF_UNSPEC,
    AF_UNIX,
    AF_INET,
    AF_INET6,
    AF_NETLINK,
    AF_PACKET,
    AF_CAN,
    AF_VSOCK,
    AF_ALG,
    0xffff,
  ];
  const lengths = fc.oneof(
    fc.integer({ min: 0, max: 128 }),
    fc.constantFrom(-1, 300, Number.NaN, Number.POSITIVE_INFINITY),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...families),
      fc.uint8Array({ maxLength: 128 }),
      lengths,
      fc.boolean(),
      (family, bytes, length, stamped) => {
        if (stamped && bytes.length >= 2) bytes.set(new Uint8Array(Uint16Array.of(family).buffer));
        const address = decodeAddress(bytes, length, family);
        expect(typeof address.family).toBe('string');
        const used = Math.max(0, Math.min(Number.isNaN(length) ? 0 : length, bytes.length));
        if (address.family === 'other') {
          expect(
            Buffer.compare(address.bytes, used < 2 ? Buffer.alloc(0) : bytes.subarray(0, used)),
          ).toBe(0);
          return;
        }
        // by name alone: an index without an interface has none
        if (address.family === 'can') return;
        const af = {
          IPv4: AF_INET,
          IPv6: AF_INET6,
          unix: AF_UNIX,
          packet: AF_PACKET,
          netlink: AF_NETLINK,
          vsock: AF_VSOCK,
        }[address.family];
        // longer than the kernel's own
        if (address.family === 'unix' && Buffer.byteLength(address.path) > 107) return;
        expect(read(encodeAddress(af, address))).toEqual(address);
      },
    ),
    { numRuns: 5000 },
  );
});

test('every AF_ and PF_ name is here with its number, and the two spellings agree', () => {
  const numbers: Readonly<Record<string, number>> = api as never;
  const names = Object.keys(constants).filter(
    (name) => /^[AP]F_/.test(name) && !name.endsWith('_MAX') && !/^PF_[A-Z]*_/.test(name),
  );
  expect(names.length).toBeGreaterThan(80);
  for (const name of names)
    expect([name, numbers[name]]).toEqual([name, constants[name as keyof typeof constants]]);
  for (const name of names.filter((n) => n.startsWith('AF_')))
    expect([name, numbers[`P${name.slice(1)}`]]).toEqual([name, numbers[name]]);
});
