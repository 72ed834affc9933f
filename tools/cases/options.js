// The case language's setsockopt and getsockopt: plain bytes where sys takes them, and its typed
// calls where it does not.
'use strict';
const sys = require('bsd-socket/sys');
const { constant } = require('./values.js');

function setsockopt(scope, args) {
  const [fd, level, name] = [scope.int(args.fd), scope.int(args.level), scope.int(args.name)];
  const { value, optlen } = args;
  if (value === 'null')
    return { result: sys.setsockopt(fd, level, name, null, scope.int(optlen, 4)) };
  if (typeof value === 'object' && 'fprog' in value) return attach(fd, level, name, scope, args);
  const bytes = scope.bytes(value);
  const length = scope.int(optlen, bytes.length);
  if (takesProgram(level, name) && length === sys.structs.sock_fprog.size)
    return { result: attachNothing(fd, level, name, bytes) };
  return { result: sys.setsockopt(fd, level, name, bytes, length) };
}

/** A struct sock_fprog crosses with its pointer only where the kernel takes it for one. */
function attach(fd, level, name, scope, { value, optlen }) {
  const program = scope.bytes({ hex: value.fprog });
  const count = scope.int(value.len, program.length / 8);
  const { size } = sys.structs.sock_fprog;
  const length = scope.int(optlen, size);
  if (takesProgram(level, name) && length === size)
    return { result: sys.attach_filter(fd, level, name, program, count) };
  return {
    result: sys.setsockopt(fd, level, name, sys.structs.sock_fprog.pack({ len: count }), length),
  };
}

/** A struct sock_fprog said as plain bytes, whose pointer can only be NULL. */
function attachNothing(fd, level, name, bytes) {
  const fprog = Buffer.alloc(sys.structs.sock_fprog.size);
  bytes.copy(fprog);
  const { len, filter } = sys.structs.sock_fprog.unpack(fprog);
  if (BigInt(filter) !== 0n)
    throw new Error('a struct sock_fprog in plain bytes points nowhere: say {fprog}');
  return sys.attach_filter(fd, level, name, null, Number(len));
}

const takesProgram = (level, name) =>
  PROGRAMS.some(([of, option]) => constant(of) === level && constant(option) === name);

const PROGRAMS = [
  ['SOL_SOCKET', 'SO_ATTACH_FILTER'],
  ['SOL_SOCKET', 'SO_ATTACH_REUSEPORT_CBPF'],
  ['SOL_PACKET', 'PACKET_FANOUT_DATA'],
];

function getsockopt(scope, args) {
  const [fd, level, name] = [scope.int(args.fd), scope.int(args.level), scope.int(args.name)];
  const optlen = args.optlen === 'null' ? null : scope.int(args.optlen, 4);
  const initial = args.in === undefined ? Buffer.alloc(0) : scope.bytes(args.in);
  if (level === constant('SOL_SOCKET') && name === constant('SO_GET_FILTER') && optlen !== null)
    return getFilter(fd, optlen);
  const bytes =
    args.value === 'null'
      ? null
      : Buffer.alloc(Math.max(optlen ?? 4, initial.length, optlen < 0 ? 1024 : 4));
  if (bytes) initial.copy(bytes);
  const result = askFor(fd, level, name, bytes, optlen);
  const length = Math.min(result, optlen ?? 0);
  return {
    result: Math.min(result, 0),
    optlen: result,
    value: result < 0 || !bytes ? undefined : bytes.subarray(0, optlen < 0 ? result : length),
  };
}

/**
 * An option that does not cross as bytes may still be asked with zeros, as the language does where
 * `in` says no other, or has a call of its own.
 */
function askFor(fd, level, name, bytes, optlen) {
  try {
    return sys.getsockopt(fd, level, name, bytes, optlen);
  } catch (error) {
    if (error.code !== 'ERR_INVALID_ARG_VALUE' || !bytes || !(optlen >= 0)) throw error;
    const row = TYPED.find(
      ([of, options]) =>
        constant(of) === level && options.some((option) => constant(option) === name),
    );
    const isBlank = bytes.every((byte) => byte === 0);
    // Where the struct does not even hold its head, the kernel refuses it unread.
    if (isBlank || (row && optlen < row[2]))
      return sys.get_blank(
        fd,
        level,
        name,
        isBlank ? bytes.subarray(0, optlen) : Buffer.alloc(optlen),
      );
    if (!row) throw error;
    return row[3](fd, level, name, bytes, optlen);
  }
}

const sourceFilter = (fd, level, name, bytes) => sys.get_source_filter(fd, level, name, bytes);
const table = (fd, level, name, bytes, optlen) =>
  sys.get_table(fd, level, name, bytes.subarray(0, optlen));
const keys = (fd, _level, _name, bytes, optlen) => sys.get_ao_keys(fd, bytes, optlen);

/**
 * Getters that take a struct: level, options, the least length that the kernel looks into, and the
 * call.
 */
const TYPED = [
  ['IPPROTO_IP', ['IP_MSFILTER'], 16, sourceFilter],
  ['IPPROTO_IP', ['MCAST_MSFILTER'], 144, sourceFilter],
  ['IPPROTO_IPV6', ['MCAST_MSFILTER'], 144, sourceFilter],
  [
    'IPPROTO_IP',
    [
      'IPT_SO_GET_INFO',
      'IPT_SO_GET_REVISION_MATCH',
      'IPT_SO_GET_REVISION_TARGET',
      'ARPT_SO_GET_INFO',
      'ARPT_SO_GET_REVISION_TARGET',
    ],
    0,
    table,
  ],
  [
    'IPPROTO_IPV6',
    ['IP6T_SO_GET_INFO', 'IP6T_SO_GET_REVISION_MATCH', 'IP6T_SO_GET_REVISION_TARGET'],
    0,
    table,
  ],
  ['IPPROTO_TCP', ['TCP_AO_GET_KEYS'], 1, keys],
];

/** The length of SO_GET_FILTER counts instructions: too few of them is the kernel's to refuse. */
function getFilter(fd, optlen) {
  const program = Buffer.alloc(Math.max(0, optlen) * 8);
  const asked =
    optlen > 0 && optlen <= 4096
      ? sys.get_blank(fd, constant('SOL_SOCKET'), constant('SO_GET_FILTER'), Buffer.alloc(optlen))
      : 0;
  const result = asked < 0 ? asked : sys.get_filter(fd, optlen === 0 ? null : program);
  return {
    result: Math.min(result, 0),
    optlen: result,
    value: result < 0 ? undefined : program.subarray(0, Math.min(result * 8, program.length)),
  };
}

module.exports = { getsockopt, setsockopt };
