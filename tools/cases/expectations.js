// The case language's expectations: compares a step's outcome with what it expects, and says the
// first difference.
'use strict';
const { constant, ip4, isLittle, unhex } = require('./values.js');
const { decodeAddress } = require('./addresses.js');
const sys = require('bsd-socket/sys');

/** Thrown where an expectation doesn't hold. */
class Difference extends Error {
  constructor(what, expected, got) {
    super(`${what} expected ${shown(expected)}, got ${shown(got)}`);
    Object.assign(this, { what, expected: shown(expected), got: shown(got) });
  }
}

const ERRNOS = new Map(
  Object.entries(require('node:os').constants.errno).map(([name, number]) => [number, name]),
);

/** -errno by name, bytes as hexadecimal. */
function shown(value) {
  if (Buffer.isBuffer(value))
    return value.length > 64
      ? `<${value.toString('hex', 0, 64)}... ${value.length} bytes>`
      : `<${value.toString('hex')}>`;
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return value;
  if (value === undefined) return 'nothing';
  return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));
}

const resultName = (result) => (result < 0 ? `-${ERRNOS.get(-result) ?? -result}` : String(result));

function same(what, expected, got) {
  const a = typeof expected === 'bigint' || typeof got === 'bigint' ? BigInt(expected) : expected;
  const b = typeof a === 'bigint' && got !== undefined ? BigInt(got) : got;
  if (a !== b) throw new Difference(what, expected, got);
}

function sameBytes(what, expected, got) {
  if (!got || !expected.equals(got)) throw new Difference(what, expected, got);
}

function sameList(what, expected, got) {
  if (!got || expected.length !== got.length || expected.some((value, i) => value !== got[i]))
    throw new Difference(what, expected, got);
}

/** Bytes that `at` and its kin look at: received ones, or else those of an option or a request. */
function looked(outcome) {
  const bytes = outcome.data ?? outcome.value;
  if (!bytes) throw new Difference('the call', 'bytes', bytes);
  return bytes;
}

function at(what, offsets, bytes) {
  for (const [offset, hex] of Object.entries(offsets)) {
    const expected = unhex(hex);
    sameBytes(
      `${what} at ${offset}`,
      expected,
      bytes.subarray(Number(offset), Number(offset) + expected.length),
    );
  }
}

function i32(bytes, offset) {
  if (!bytes || bytes.length < offset + 4)
    throw new Difference('an int', `${offset + 4} bytes`, bytes);
  return isLittle ? bytes.readInt32LE(offset) : bytes.readInt32BE(offset);
}

/** An option of 1 byte, or of 4. */
const valueInt = (bytes) => (bytes?.length === 1 ? bytes[0] : i32(bytes, 0));

function intsOf(scope, what, expected, bytes) {
  for (const [i, k] of expected.entries()) same(`${what}[${i}]`, scope.int(k), i32(bytes, i * 4));
}

/** RFC 1071's sum of 16-bit words: 0xffff over bytes that hold their own checksum. */
function internetSum(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i] << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

function controls(scope, rows, got) {
  if (!got || rows.length !== got.length)
    throw new Difference(
      'control',
      rows,
      got?.map(({ level, type, data }) => ({ level, type, hex: data.toString('hex') })),
    );
  rows.forEach((row, i) => {
    for (const key of Object.keys(row)) {
      const check = Object.hasOwn(CONTROL, key) ? CONTROL[key] : undefined;
      if (!check) throw new Error(`no expectation control.${key}`);
      check(scope, row[key], got[i], `control[${i}].${key}`);
    }
  });
}

const CONTROL = {
  level: (scope, k, got, what) => same(what, scope.int(k), got.level),
  type: (scope, k, got, what) => same(what, scope.int(k), got.type),
  len: (scope, k, got, what) => same(what, scope.int(k), got.data.length),
  int: (scope, k, got, what) => same(what, scope.int(k), i32(got.data, 0)),
  ints: (scope, all, got, what) => intsOf(scope, what, all, got.data),
  hex: (_, hex, got, what) => sameBytes(what, unhex(hex), got.data),
  at: (_, offsets, got, what) => at(what, offsets, got.data),
  nfds: (scope, k, got, what) => same(what, scope.int(k), got.data.length >> 2),
  note: () => {},
};

/** The members of an address that are numbers. */
const MEMBERS = [
  'scope',
  'flowinfo',
  'pid',
  'groups',
  'protocol',
  'ifindex',
  'hatype',
  'pkttype',
  'halen',
  'cid',
];

function address(scope, expected, outcome) {
  if (!outcome.address) throw new Difference('the call', 'an address', outcome.address);
  const got = decodeAddress(outcome.address);
  for (const [member, value] of Object.entries(expected)) {
    const what = `addr.${member}`;
    if (member === 'family') same(what, scope.int(value), got.family);
    else if (member === 'addr') same(what, canonical(value), got.addr);
    else if (member === 'path') same(what, scope.path(value), got.path);
    else if (member === 'abstractHex')
      same(what, value.replace(/\s/g, '').toLowerCase(), got.abstractHex);
    else if (member === 'unnamed') same(what, value, got.unnamed);
    else if (member === 'port') same(what, scope.port(value), got.port);
    else if (MEMBERS.includes(member)) same(what, Number(scope.number(value)), got[member]);
    else throw new Error(`no expectation addr.${member}`);
  }
}

/** IPv6 text has more than one spelling; IPv4 text is checked on the way. */
function canonical(text) {
  return text.includes(':')
    ? new URL(`http://[${text}]`).hostname.slice(1, -1)
    : Array.from(ip4(text)).join('.');
}

function flags(scope, k, outcome) {
  if (outcome.flags === undefined) throw new Difference('the call', 'msg_flags', outcome.flags);
  return [scope.int(k), outcome.flags];
}

const EXPECTATIONS = {
  ok: (_, expected) => {
    if (expected !== true) throw new Error('ok says true, or say errno');
  },
  note: () => {},
  ret: (scope, k, o) => same('the result', scope.number(k), o.result),
  retMin: (scope, k, o) => {
    if (!(o.result >= scope.number(k)))
      throw new Difference('the result', `${scope.number(k)} or more`, o.result);
  },
  retMax: (scope, k, o) => {
    if (!(o.result <= scope.number(k)))
      throw new Difference('the result', `${scope.number(k)} or less`, o.result);
  },
  data: (scope, form, o) =>
    sameBytes(
      'data',
      typeof form === 'string' ? Buffer.from(form, 'latin1') : scope.bytes(form),
      o.data,
    ),
  dataLen: (scope, k, o) => same('the length of data', scope.int(k), o.data?.length),
  at: (_, offsets, o) => at('bytes', offsets, looked(o)),
  atNonZero: (_, places, o) => {
    const bytes = looked(o);
    for (const [offset, length] of places) {
      const part = bytes.subarray(offset, offset + length);
      if (!part.some((byte) => byte !== 0))
        throw new Difference(`bytes at ${offset}`, 'not all zero', part);
    }
  },
  hex: (_, hex, o) => sameBytes('the value', unhex(hex), o.value ?? o.data),
  text: (_, text, o) => same('the text', text, o.value?.toString('latin1').split('\0')[0]),
  int: (scope, k, o) =>
    same('the int', o.value?.length === 1 ? scope.int(k) & 0xff : scope.int(k), valueInt(o.value)),
  intMin: (scope, k, o) => {
    if (!(valueInt(o.value) >= scope.int(k)))
      throw new Difference('the int', `${scope.int(k)} or more`, valueInt(o.value));
  },
  intMax: (scope, k, o) => {
    if (!(valueInt(o.value) <= scope.int(k)))
      throw new Difference('the int', `${scope.int(k)} or less`, valueInt(o.value));
  },
  intIn: (scope, all, o) => {
    const allowed = all.map((k) => scope.int(k));
    if (!allowed.includes(valueInt(o.value)))
      throw new Difference('the int', allowed, valueInt(o.value));
  },
  intBits: (scope, k, o) => {
    const bits = scope.int(k);
    if ((valueInt(o.value) & bits) !== bits)
      throw new Difference('the int', `the bits 0x${(bits >>> 0).toString(16)}`, valueInt(o.value));
  },
  ints: (scope, all, o) => intsOf(scope, 'ints', all, o.value ?? o.data),
  i64: (scope, all, o) => {
    const bytes = o.value ?? o.data;
    (Array.isArray(all) ? all : [all]).forEach((k, i) => {
      if (bytes.length < i * 8 + 8) throw new Difference('i64', `${i * 8 + 8} bytes`, bytes);
      same(
        `i64[${i}]`,
        BigInt.asIntN(64, BigInt(scope.number(k))),
        isLittle ? bytes.readBigInt64LE(i * 8) : bytes.readBigInt64BE(i * 8),
      );
    });
  },
  optlen: (scope, k, o) => same('optlen', scope.int(k), o.optlen),
  ipChecksumOk: (_, expected, o) =>
    same(
      'the IPv4 checksum is right',
      expected,
      internetSum(looked(o).subarray(0, (looked(o)[0] & 15) * 4)) === 0xffff,
    ),
  inetChecksumOk: (scope, offset, o) =>
    same('the internet checksum', 0xffff, internetSum(looked(o).subarray(scope.int(offset)))),
  addr: address,
  addrEquals: (scope, name, o) => sameBytes('the address', scope.get(name.slice(1)), o.address),
  addrlen: (scope, k, o) => same('addrlen', scope.int(k), o.addrlen),
  portNonZero: (_, expected, o) =>
    same('the port is not zero', expected, decodeAddress(o.address ?? Buffer.alloc(0)).port > 0),
  flagsHave: (scope, k, o) => {
    const [bits, got] = flags(scope, k, o);
    if ((got & bits) !== bits)
      throw new Difference('msg_flags', `with 0x${bits.toString(16)}`, `0x${got.toString(16)}`);
  },
  flagsLack: (scope, k, o) => {
    const [bits, got] = flags(scope, k, o);
    if ((got & bits) !== 0)
      throw new Difference('msg_flags', `without 0x${bits.toString(16)}`, `0x${got.toString(16)}`);
  },
  msgFlags: (scope, k, o) => same('msg_flags', scope.int(k), o.flags),
  controllen: (scope, k, o) => same('controllen', scope.int(k), o.controllen),
  control: (scope, rows, o) => controls(scope, rows, o.control),
  lens: (scope, all, o) =>
    sameList(
      'lens',
      all.map((k) => scope.int(k)),
      o.lens,
    ),
  datas: (_, all, o) =>
    sameList(
      'datas',
      all,
      o.datas?.map((data) => data.toString('latin1')),
    ),
  mflags: (scope, all, o) =>
    sameList(
      'mflags',
      all.map((k) => scope.int(k)),
      o.mflags,
    ),
  revents: (scope, k, o) => same('revents', scope.int(k), o.revents),
  reventsHave: (scope, k, o) => {
    const bits = scope.int(k);
    if (o.revents === undefined) throw new Difference('the call', 'revents', o.revents);
    if ((o.revents & bits) !== bits)
      throw new Difference('revents', `with 0x${bits.toString(16)}`, `0x${o.revents.toString(16)}`);
  },
  ifr: (scope, { index, flagsBits, mtu, ...others }, o) => {
    for (const word of Object.keys(others)) throw new Error(`no expectation ifr.${word}`);
    const IFR = sys.structs.ifreq?.offsets.ifr_ifru ?? 16;
    if (index !== undefined) same('ifr_ifindex', scope.int(index), i32(o.ifr, IFR));
    if (mtu !== undefined) same('ifr_mtu', scope.int(mtu), i32(o.ifr, IFR));
    if (flagsBits === undefined) return;
    const bits = scope.int(flagsBits) & 0xffff;
    const got = isLittle ? o.ifr.readUInt16LE(IFR) : o.ifr.readUInt16BE(IFR);
    if ((got & bits) !== bits)
      throw new Difference('ifr_flags', `with 0x${bits.toString(16)}`, `0x${got.toString(16)}`);
  },
};

/** Throws a Difference where the outcome isn't what the step expects. */
function expect(scope, step, outcome) {
  const expected = step.expect ?? { ok: true };
  for (const key of Object.keys(expected))
    if (key !== 'errno' && !Object.hasOwn(EXPECTATIONS, key))
      throw new Error(`no expectation ${key}`);
  if (expected.errno !== undefined) {
    const names = [expected.errno].flat();
    if (!names.some((name) => -outcome.result === constant(name)))
      throw new Difference(
        'the result',
        names.map((name) => `-${name}`).join(' or '),
        resultName(outcome.result),
      );
    return;
  }
  if (outcome.result < 0) throw new Difference('the result', 'success', resultName(outcome.result));
  for (const key of Object.keys(expected)) EXPECTATIONS[key](scope, expected[key], outcome);
}

module.exports = { Difference, expect };
