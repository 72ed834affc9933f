// The case language's values: numbers, bytes and addresses, from JSON to what a call takes.
'use strict';
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const sys = require('bsd-socket/sys');
const words = require('./words.js');

const isLittle = os.endianness() === 'LE';

/** Names of the language that are no socket API and so stand in no table of the addon's. */
const LITERALS = {
  ...os.constants.errno,
  ...fs.constants,
  O_PATH: 0o10000000,
  O_CLOEXEC: 0o2000000,
  F_DUPFD: 0,
  F_GETFD: 1,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_SETOWN: 8,
  F_GETOWN: 9,
  F_SETSIG: 10,
  F_GETSIG: 11,
  F_DUPFD_CLOEXEC: 1030,
  F_SETPIPE_SZ: 1031,
  F_GETPIPE_SZ: 1032,
  FD_CLOEXEC: 1,
  O_ASYNC: 0o20000,
  FASYNC: 0o20000,
};

function constant(name) {
  const value = sys.constants[name] ?? LITERALS[name];
  if (value === undefined) throw new Error(`no constant ${name}`);
  return value;
}

/**
 * Everything a step may refer to: the case's variables, its folder, and the descriptor that is
 * never open.
 */
class Scope {
  constructor(folder) {
    this.folder = folder;
    this.variables = new Map([
      ['PID', process.pid],
      ['BADFD', 1021],
    ]);
  }

  get(name) {
    if (!this.variables.has(name)) throw new Error(`no variable $${name}`);
    return this.variables.get(name);
  }

  set(name, value) {
    this.variables.set(name, value);
  }

  path(text) {
    return text.replaceAll('$TMP', this.folder);
  }

  /** A number, or a bigint where a double has no room for it. */
  number(k) {
    if (typeof k === 'number' || typeof k === 'bigint') return k;
    if (typeof k === 'boolean') return Number(k);
    if (typeof k === 'string') return this.#named(k);
    if (k === null || typeof k !== 'object') throw new Error(`not a number: ${JSON.stringify(k)}`);
    const [[operator, operand] = [], ...others] = Object.entries(k);
    if (others.length > 0) throw new Error(`not a number: ${JSON.stringify(k)}`);
    if (operator === 'ifindex') return ifindex(operand);
    const compute = Object.hasOwn(ARITHMETIC, operator) ? ARITHMETIC[operator] : undefined;
    if (!compute) throw new Error(`not a number: ${JSON.stringify(k)}`);
    return small(compute(operand.map((each) => BigInt(this.number(each)))));
  }

  #named(text) {
    if (text.startsWith('$')) {
      const [name, member] = text.slice(1).split('.');
      const value = this.get(name);
      if (member === 'port') return port(value);
      if (Buffer.isBuffer(value)) return integerOf(value);
      return value;
    }
    const parts = text
      .split('|')
      .map((part) =>
        /^-?(\d+|0x[0-9a-f]+)$/i.test(part.trim()) ? exact(part.trim()) : constant(part.trim()),
      );
    return parts.length === 1 ? parts[0] : parts.reduce((a, b) => Number(BigInt(a) | BigInt(b)));
  }

  /** As C's int: 32 bits of it. */
  int(k, otherwise) {
    if (k === undefined) {
      if (otherwise === undefined) throw new Error('a number is missing');
      return otherwise;
    }
    return Number(BigInt.asIntN(32, BigInt(this.number(k))));
  }

  /** Bytes of a data form; `undefined` gives none. */
  bytes(form) {
    if (typeof form === 'string') return Buffer.from(form);
    if (form === null || typeof form !== 'object')
      throw new Error(`not data: ${JSON.stringify(form)}`);
    for (const kind of Object.keys(BYTES)) {
      if (!Object.hasOwn(form, kind)) continue;
      words.onlyWords(`member of ${kind}`, form, `${kind} ${words.DATA[kind] ?? ''}`);
      return BYTES[kind](this, form[kind], form);
    }
    throw new Error(`not data: ${JSON.stringify(form)}`);
  }

  /** The sockaddr of an address form. */
  address(form) {
    if (typeof form === 'string' && form.startsWith('$'))
      return Buffer.from(this.get(form.slice(1)));
    if (form === null || typeof form !== 'object')
      throw new Error(`not an address: ${JSON.stringify(form)}`);
    const encode =
      'raw' in form
        ? ADDRESSES.raw
        : Object.hasOwn(ADDRESSES, form.family)
          ? ADDRESSES[form.family]
          : undefined;
    if (!encode) throw new Error(`not an address: ${JSON.stringify(form)}`);
    const kind = 'raw' in form ? 'raw' : form.family;
    words.onlyWords(
      `member of an ${kind} address`,
      form,
      `family familyOverride ${words.ADDRESSES[kind]}`,
    );
    const sockaddr = encode(this, form);
    if (form.familyOverride !== undefined) native16(this.int(form.familyOverride)).copy(sockaddr);
    return sockaddr;
  }

  port(k) {
    if (k === undefined) return 0;
    const saved = typeof k === 'string' && k.startsWith('$') && this.get(k.slice(1).split('.')[0]);
    return Buffer.isBuffer(saved) ? port(saved) : Number(this.number(k)) & 0xffff;
  }
}

const ascending = (values) => values.sort((a, b) => (a < b ? -1 : 1));

const ARITHMETIC = {
  times: (values) => values.reduce((a, b) => a * b),
  plus: (values) => values.reduce((a, b) => a + b),
  min: (values) => ascending(values)[0],
  max: (values) => ascending(values).at(-1),
  div: ([a, b]) => a / b,
};

/** A number where that is exact. */
const small = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const exact = (digits) => small(digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits));

function integerOf(bytes) {
  if (bytes.length === 1) return bytes[0];
  if (bytes.length === 4) return isLittle ? bytes.readInt32LE() : bytes.readInt32BE();
  if (bytes.length === 8) return isLittle ? bytes.readBigInt64LE() : bytes.readBigInt64BE();
  throw new Error(`${bytes.length} saved bytes are no number`);
}

const port = (sockaddr) => sockaddr.readUInt16BE(2);

function ifindex(name) {
  const index = sys.if_nametoindex(name);
  if (index < 0) throw new Error(`no interface ${name}`);
  return index;
}

/** Native byte order, through typed arrays: a value wraps as in C. */
const native16 = (value) => Buffer.from(new Uint16Array([value]).buffer);
const native32 = (...values) =>
  Buffer.from(
    new Uint32Array(values.map((value) => Number(BigInt.asUintN(32, BigInt(value))))).buffer,
  );
const native64 = (...values) =>
  Buffer.from(new BigUint64Array(values.map((value) => BigInt.asUintN(64, BigInt(value)))).buffer);

function network(size, value) {
  const out = Buffer.alloc(size);
  out.writeUIntBE(Number(BigInt.asUintN(size * 8, BigInt(value))), 0, size);
  return out;
}

function ip4(text) {
  if (!net.isIPv4(text)) throw new Error(`not an IPv4 address: ${text}`);
  return Buffer.from(text.split('.').map(Number));
}

function ip6(text) {
  if (!net.isIPv6(text)) throw new Error(`not an IPv6 address: ${text}`);
  const words = text.replace(/\d+\.[\d.]+$/, (tail) =>
    ip4(tail)
      .toString('hex')
      .replace(/^(.{4})/, '$1:'),
  );
  const [head, rest] = words.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const gap = rest === undefined ? [] : new Array(8 - head.length - rest.length).fill('0');
  return Buffer.concat(
    [...head, ...gap, ...(rest ?? [])].map((word) => network(2, Number.parseInt(word, 16))),
  );
}

const list = (value) => (Array.isArray(value) ? value : [value]);

/** Data forms by the member that names them; the order matters where a form has several. */
const BYTES = {
  text: (_, text) => Buffer.from(text),
  hex: (_, hex) => unhex(hex),
  zeros: (scope, n) => Buffer.alloc(Number(scope.number(n))),
  fill: (scope, byte, form) => Buffer.alloc(Number(scope.number(form.n)), scope.int(byte) & 0xff),
  int: (scope, k) => native32(scope.number(k)),
  ints: (scope, all) => native32(...all.map((k) => scope.number(k))),
  u16be: (scope, k) => Buffer.concat(list(k).map((each) => network(2, scope.number(each)))),
  u32be: (scope, k) => Buffer.concat(list(k).map((each) => network(4, scope.number(each)))),
  u64: (scope, k) => native64(...list(k).map((each) => scope.number(each))),
  i64: (scope, k) => native64(...list(k).map((each) => scope.number(each))),
  ip4: (_, text) => ip4(text),
  ip6: (_, text) => ip6(text),
  ifindex: (_, name) => native32(ifindex(name)),
  var: (scope, name) => {
    const value = scope.get(name.replace(/^\$/, ''));
    if (Buffer.isBuffer(value)) return value;
    return typeof value === 'bigint' ? native64(value) : native32(value);
  },
  portOf: (scope, name) => Buffer.from(scope.get(name.replace(/^\$/, '')).subarray(2, 4)),
  sockaddr: (scope, address, form) => {
    const sockaddr = scope.address(address);
    return Buffer.concat([sockaddr, Buffer.alloc(Math.max(0, (form.pad ?? 0) - sockaddr.length))]);
  },
  pid: () => native32(process.pid),
  cat: (scope, forms) => Buffer.concat(forms.map((form) => scope.bytes(form))),
};

function unhex(text) {
  const digits = text.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new Error(`not hexadecimal: ${text}`);
  return Buffer.from(digits, 'hex');
}

const ADDRESSES = {
  raw: (_, { raw }) => unhex(raw),
  AF_INET: (scope, { addr = '0.0.0.0', port: number }) =>
    Buffer.concat([
      native16(constant('AF_INET')),
      network(2, scope.port(number)),
      ip4(addr),
      Buffer.alloc(8),
    ]),
  AF_INET6: (scope, { addr = '::', port: number, flowinfo = 0, scope: zone = 0 }) =>
    Buffer.concat([
      native16(constant('AF_INET6')),
      network(2, scope.port(number)),
      network(4, scope.number(flowinfo)),
      ip6(addr),
      native32(scope.number(zone)),
    ]),
  AF_UNIX: (scope, { path, abstract, nonul }) => {
    const family = native16(constant('AF_UNIX'));
    if (abstract !== undefined)
      return Buffer.concat([family, Buffer.from([0]), Buffer.from(abstract)]);
    if (path === undefined) return family;
    return Buffer.concat([family, Buffer.from(scope.path(path)), Buffer.alloc(nonul ? 0 : 1)]);
  },
  AF_PACKET: (
    scope,
    { ifname, ifindex: index = 0, protocol = 0, hatype = 0, pkttype = 0, halen = 6, lladdr = '' },
  ) => {
    const address = Buffer.alloc(8);
    unhex(lladdr.replaceAll(':', '')).copy(address);
    return Buffer.concat([
      native16(constant('AF_PACKET')),
      network(2, scope.number(protocol)),
      native32(ifname === undefined ? scope.number(index) : ifindex(ifname)),
      native16(scope.int(hatype)),
      Buffer.from([scope.int(pkttype), scope.int(halen)]),
      address,
    ]);
  },
  AF_NETLINK: (scope, { pid = 0, groups = 0 }) =>
    Buffer.concat([
      native16(constant('AF_NETLINK')),
      native16(0),
      native32(scope.number(pid), scope.number(groups)),
    ]),
  AF_VSOCK: (scope, { cid = 0, port: number = 0 }) =>
    Buffer.concat([
      native16(constant('AF_VSOCK')),
      native16(0),
      native32(scope.number(number), scope.number(cid), 0),
    ]),
  AF_UNSPEC: (scope, { len = 16 }) => Buffer.alloc(Number(scope.number(len))),
};

module.exports = { Scope, constant, integerOf, ip4, ip6, isLittle, native32, native64, unhex };
