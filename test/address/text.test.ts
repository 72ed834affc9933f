// inet_pton, inet_ntop, inet_aton and inet_ntoa say what glibc says (through Python), for text that
// is nearly right and for any bytes.
import * as fc from 'fast-check';
import {
  htonl,
  htons,
  inet_aton,
  inet_ntoa,
  inet_ntop,
  inet_pton,
  ntohl,
  ntohs,
} from '../../lib/address';
import { AF_INET, AF_INET6, AF_UNIX } from '../../lib/constants';
import { errors } from '../../lib/errors';
import { run } from '../tools';

const PARITY = `
import json, socket, sys
def hexed(f):
    try: return f().hex()
    except (OSError, ValueError): return None
asked = json.load(sys.stdin)
print(json.dumps({
  'p4': [hexed(lambda: socket.inet_pton(socket.AF_INET, t)) for t in asked['p4']],
  'p6': [hexed(lambda: socket.inet_pton(socket.AF_INET6, t)) for t in asked['p6']],
  'aton': [hexed(lambda: socket.inet_aton(t)) for t in asked['aton']],
  'n6': [socket.inet_ntop(socket.AF_INET6, bytes.fromhex(h)) for h in asked['n6']],
  'n4': [socket.inet_ntoa(bytes.fromhex(h)) for h in asked['n4']],
}))`;

function hexed(make: () => Buffer): string | null {
  try {
    return make().toString('hex');
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return null;
  }
}

// Mostly right, so that whole addresses are right often enough.
const group = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('0', '1', 'ffff', '0db8', 'FE80', '', '12345', 'g') },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)) },
);
const part = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '00',
      '01',
      '255',
      '256',
      '',
      '1e1',
      '-1',
      '+1',
      ' 1',
      '0x',
      '999',
    ),
  },
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 255 }).map(String) },
);
const number = fc.oneof(
  part,
  fc.constantFrom(
    '0x7f',
    '0X7F',
    '017',
    '08',
    '0xg',
    '4294967295',
    '4294967296',
    '65535',
    '65536',
    '16777215',
    '16777216',
    '99999999999999999999',
  ),
  fc.integer({ min: 0, max: 0x1ffffffff }).map((n) => `0x${n.toString(16)}`),
  fc.integer({ min: 0, max: 0x1ffffffff }).map((n) => `0${n.toString(8)}`),
);
const v4 = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
const v6 = fc
  .tuple(
    fc.array(group, { maxLength: 9 }),
    fc.constantFrom(':', '::'),
    fc.array(group, { maxLength: 8 }),
    fc.option(v4),
  )
  .map(
    ([head, between, tail, last]) =>
      head.join(':') + between + [...tail, ...(last === null ? [] : [last])].join(':'),
  );
const aton = fc
  .tuple(
    fc.array(number, { minLength: 1, maxLength: 5 }),
    fc.constantFrom('', ' ', ' x', '\t', '.', 'x', '\n9'),
  )
  .map(([parts, end]) => parts.join('.') + end);
// Runs of zeros are what :: is about: bytes of mostly zeros.
const sparse = fc
  .array(fc.constantFrom(0, 0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes));
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number) =>
  fc.sample(arbitrary, { numRuns: count, seed: 42 });

const fixed6 = [
  '::', '::1', '1::', ':1', '1:', ':::', '1:::2', '::1::', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', '1::2:3:4:5:6:7:8',
  '::ffff:1.2.3.4', '::1.2.3.4', '1.2.3.4', '::1.2.3', '::1.2.3.4:5', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', 'fe80::1%lo', 'fe80::1%1', '', ' ::1', '::1 ', '::0001', '::00001',
  '::ffff:01.2.3.4', 'ABCD::', '::1.2.3.4.', '::.1.2.3', '::G', '1:2:3:4:5:6:7:', '0:0:0:0:0:0:0:0',
]; // biome-ignore format: a table

test('text to bytes and bytes to text, as glibc', async () => {
  const asked = {
    p4: [
      '127.0.0.1',
      '',
      '1.2.3',
      '1.2.3.4.',
      '.1.2.3.4',
      '1..2.3',
      '01.2.3.4',
      '1.2.3.0',
      '00.0.0.0',
      '255.255.255.255',
      ...sample(v4, 4000),
    ],
    p6: [...fixed6, ...sample(v6, 8000)],
    aton: [
      '127.1',
      '0x7f.1',
      '017700000001',
      '2130706433',
      '',
      '0',
      '0x',
      '1.2.3.4 anything',
      ...sample(aton, 8000),
    ],
    n6: sample(
      fc.oneof(
        sparse,
        fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => Buffer.from(b)),
      ),
      6000,
    ).map((b) => b.toString('hex')),
    n4: sample(fc.uint8Array({ minLength: 4, maxLength: 4 }), 500).map((b) =>
      Buffer.from(b).toString('hex'),
    ),
  };
  const said = JSON.parse(
    (await run('python3', ['-c', PARITY], { input: JSON.stringify(asked) })).stdout,
  ) as Record<keyof typeof asked, (string | null)[]>;
  const ours = {
    p4: asked.p4.map((text) => hexed(() => inet_pton(AF_INET, text))),
    p6: asked.p6.map((text) => hexed(() => inet_pton(AF_INET6, text))),
    aton: asked.aton.map((text) => hexed(() => inet_aton(text))),
    n6: asked.n6.map((hex) => inet_ntop(AF_INET6, Buffer.from(hex, 'hex'))),
    n4: asked.n4.map((hex) => inet_ntoa(Buffer.from(hex, 'hex'))),
  };
  for (const what of Object.keys(asked) as (keyof typeof asked)[]) {
    const differ = asked[what].flatMap((input, i) =>
      ours[what][i] === said[what][i] ? [] : [{ input, ours: ours[what][i], glibc: said[what][i] }],
    );
    expect({ what, differ: differ.slice(0, 5) }).toEqual({ what, differ: [] });
  }
  // The samples reach both answers often enough to mean something.
  for (const what of ['p4', 'p6', 'aton'] as const) {
    const accepted = said[what].filter((hex) => hex !== null).length;
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(said[what].length - 100);
  }
});

test('what every text of an address becomes, becomes it again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect([...inet_pton(AF_INET6, inet_ntop(AF_INET6, bytes))]).toEqual([...bytes]);
      expect([...inet_aton(inet_ntop(AF_INET, bytes.subarray(0, 4)))]).toEqual([
        ...bytes.subarray(0, 4),
      ]);
    }),
  );
});

test('a refusal names what was asked for', () => {
  expect(() => inet_pton(AF_INET, 'localhost')).toThrow(/IPv4 address.*"localhost"/);
  expect(() => inet_pton(AF_INET6, '1.2.3.4')).toThrow(RangeError);
  expect(() => inet_pton(AF_UNIX, '/tmp')).toThrow(errors.EAFNOSUPPORT);
  expect(() => inet_ntop(AF_UNIX, Buffer.alloc(4))).toThrow(errors.EAFNOSUPPORT);
  expect(() => inet_ntop(AF_INET6, Buffer.alloc(4))).toThrow(/16 bytes long, not 4/);
  expect(() => inet_ntoa(Buffer.alloc(5))).toThrow(RangeError);
  expect(() => inet_pton(AF_INET, 12 as never)).toThrow(TypeError);
  expect(() => inet_aton(null as never)).toThrow(TypeError);
  expect(() => inet_ntop(AF_INET, 'x' as never)).toThrow(TypeError);
});

test('any view of the bytes is read', () => {
  expect(inet_ntoa(new DataView(Uint8Array.of(9, 127, 0, 0, 1).buffer, 1))).toBe('127.0.0.1');
  expect(inet_ntop(AF_INET, new Uint32Array(1))).toBe('0.0.0.0');
});

test('htons, htonl and back, with the limits of CPython', async () => {
  const code =
    'import socket,json; print(json.dumps([socket.htons(0x1234), socket.htonl(0x12345678), socket.ntohl(0xfffffffe), socket.ntohs(3), socket.htonl(1)]))';
  const said = JSON.parse((await run('python3', ['-c', code])).stdout);
  expect([htons(0x1234), htonl(0x12345678), ntohl(0xfffffffe), ntohs(3), htonl(1)]).toEqual(said);
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (n) => ntohl(htonl(n)) === n));
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (n) => ntohs(htons(n)) === n));
  for (const f of [htons, ntohs])
    for (const n of [-1, 65536, 1.5, Number.NaN]) expect(() => f(n)).toThrow(RangeError);
  for (const f of [htonl, ntohl])
    for (const n of [-1, 2 ** 32, 0.5, Number.POSITIVE_INFINITY])
      expect(() => f(n)).toThrow(RangeError);
  for (const f of [htons, ntohs, htonl, ntohl]) expect(() => f('1' as never)).toThrow(TypeError);
});
