// The addon's own refusals, as errors that name the function and the argument. Nothing here runs
// unless something was refused.
import { isBytes } from '../bytes';
import { badRange, badType } from '../errors/arguments';
import { BAD_ARGUMENT, DENIED, GAI_FAILURE } from '../native';
import { denied } from './denied';

const INTEGER = 'a 32-bit integer';
const BYTES = 'bytes: a Buffer, TypedArray, DataView or ArrayBuffer';
const BYTES_OR_NULL = `${BYTES}, or null`;
const CELL = 'an Int32Array of one element or more';
const CELL_OR_NULL = `${CELL}, or null`;
const TEXT = 'a string without a NUL byte';
const TEXT_OR_NULL = `${TEXT}, or null`;

/** What a parameter takes where it isn't a 32-bit integer: by call and name, or by name alone. */
const EXPECTED: Readonly<Record<string, string>> = {
  buf: BYTES_OR_NULL,
  'get_blank.buf': `${BYTES}, of 4096 at most`,
  table: BYTES,
  out: BYTES,
  value: BYTES_OR_NULL,
  program: BYTES_OR_NULL,
  filter: 'a filter with space for as many sources as its count',
  keys: `${BYTES}, a struct tcp_ao_getsockopt or more`,
  size: 'the size of one key, with space for as many as the first one counts',
  sockaddr: BYTES_OR_NULL,
  'getnameinfo.sockaddr': BYTES,
  capacity: CELL_OR_NULL,
  fds: 'an Int32Array of two elements',
  'poll.fds': 'an Int32Array of [fd, events, revents] triples',
  optlen: `${INTEGER}, or null`,
  'setsockopt.optlen': INTEGER,
  iov: 'an array of bytes',
  msgs: 'an array of messages',
  heads: CELL,
  request: 'an integer of 0 ... 4294967295',
  length: 'an integer of 0 ... the length of buf',
  'ioctl.arg': 'an integer, bytes, or null',
  offset: 'an integer of 0 or more',
  count: 'an integer of 0 or more',
  host: TEXT_OR_NULL,
  service: TEXT_OR_NULL,
  proto: TEXT_OR_NULL,
  text: TEXT,
};

/**
 * The parameters of each native function, in its order, under the names that the callers of this
 * layer know.
 */
const PARAMETERS = {
  socket: 'domain type protocol',
  socketpair: 'domain type protocol fds',
  bind: 'fd sockaddr addrlen',
  connect: 'fd sockaddr addrlen',
  listen: 'fd backlog',
  accept4: 'fd flags sockaddr capacity:addrlen',
  shutdown: 'fd how',
  getsockname: 'fd sockaddr capacity:addrlen',
  getpeername: 'fd sockaddr capacity:addrlen',
  close: 'fd',
  dup: 'fd',
  dup3: 'fd to flags',
  pipe2: 'fds flags',
  adopt: 'fd',
  release: 'fd',
  owns: 'fd',
  getsockopt: 'fd level name value:buf optlen',
  setsockopt: 'fd level name value:buf optlen',
  attach_filter: 'fd level name program count',
  get_filter: 'fd program',
  get_source_filter: 'fd level name filter',
  get_ao_keys: 'fd keys size',
  get_table: 'fd level name table',
  get_blank: 'fd level name buf',
  recv: 'fd buf offset length:len flags',
  send: 'fd buf offset length:len flags',
  recvfrom: 'fd buf offset length:len flags sockaddr capacity:addrlen',
  sendto: 'fd buf offset length:len flags sockaddr addrlen',
  recvmsg: 'fd iov:msg.iov sockaddr:msg.name value:msg.control heads flags',
  sendmsg:
    'fd iov:msg.iov sockaddr:msg.name msg.namelen value:msg.control msg.controllen msg.flags flags',
  recvmmsg: 'fd msgs heads flags timeout[0] timeout[1]',
  sendmmsg: 'fd msgs heads flags',
  sendfile: 'out_fd in_fd offset count',
  poll: 'fds timeoutMs',
  fcntl: 'fd cmd arg',
  ioctl: 'fd request arg',
  if_nametoindex: 'text:name',
  if_indextoname: 'index out',
  getifaddrs: 'out',
  getaddrinfo: 'host service flags family type protocol out',
  getnameinfo: 'sockaddr flags out',
  gethostbyname: 'text:name family out',
  gethostbyaddr: 'value:address family out',
  getservbyname: 'text:name proto',
  getservbyport: 'port proto out',
  getprotobyname: 'text:name',
} as const satisfies Record<string, string>;

export type Call = keyof typeof PARAMETERS;

/**
 * What to do with an answer below -4095: throws the TypeError or RangeError it stands for, with
 * `given` in the order of the native call. An EAI number of the resolver is no refusal: it comes
 * back as it is.
 */
export function refuse(call: Call, result: number, ...given: unknown[]): number {
  if (result <= GAI_FAILURE) return result;
  if (result === DENIED) throw denied(call, given);
  const index = BAD_ARGUMENT - result;
  const [kind, name = kind] = (PARAMETERS[call].split(' ')[index] ?? `argument ${index}`).split(
    ':',
  );
  const expected = EXPECTED[`${call}.${kind}`] ?? EXPECTED[kind] ?? INTEGER;
  const value = given[index];
  const what = `${call}: ${name}`;
  throw isRightKind(value, expected)
    ? badRange(what, expected, value)
    : badType(what, expected, value);
}

/**
 * Whether it is the value and not its type that was refused: an integer out of range, memory that
 * is too short.
 */
function isRightKind(value: unknown, expected: string): boolean {
  if (typeof value === 'number') return expected.includes('integer');
  return expected.includes('Int32Array') ? value instanceof Int32Array : isBytes(value);
}
