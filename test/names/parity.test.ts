// Names, services and numbers: the answers and the refusals of CPython, both forms of every call, on what /etc says.
import * as os from 'node:os';
import { inspect } from 'node:util';
import { constants } from '../../lib/constants';
import { GaiError, SocketError } from '../../lib/errors';
import * as names from '../../lib/names';
import { python, type Question, type Reply } from './python';

const { AF_INET, AF_INET6, AF_UNIX, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE, AI_V4MAPPED, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM } =
  constants;
const { NI_DGRAM, NI_NAMEREQD, NI_NUMERICHOST, NI_NUMERICSERV } = constants;

type Call = (...args: never[]) => unknown;
const call = (name: string) => (names as unknown as Record<string, Call | undefined>)[name];

/** Our answer in Python's shape: addrinfo as tuples, GaiError by its number. */
async function ours(name: string, args: readonly unknown[]): Promise<Reply> {
  try {
    const said = await (call(name) as Call)(...(args as never[]));
    return { said: JSON.parse(JSON.stringify(said, (_, value) => (Array.isArray(value) ? [...value] : value), 0)) };
  } catch (error) {
    if (error instanceof GaiError) return { error: 'GaiError', errno: constants[error.code as 'EAI_NONAME'] };
    if (error instanceof SocketError) return { error: 'SocketError', errno: -error.errno };
    return { error: (error as Error).constructor.name, errno: null };
  }
}

/** getaddrinfo's five-tuples. */
const tuples = (reply: Reply): Reply =>
  'said' in reply && Array.isArray(reply.said) && reply.said.every((info) => info?.address)
    ? {
        said: (reply.said as names.AddrInfo[]).map(({ family, type, proto, canonname, address }) => {
          const { address: host, port, flowinfo, scopeId } = address as unknown as Record<string, unknown>;
          return [family, type, proto, canonname, flowinfo === undefined ? [host, port] : [host, port, flowinfo, scopeId]];
        }),
      }
    : reply;

const hosts: (string | null)[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  'fe80::1%lo',
  '127.1',
  '0x7f.1',
  '',
  null,
  'no.such.invalid',
  '::ffff:1.2.3.4',
  os.hostname(),
];
const hints: number[][] = [
  [],
  [AF_INET],
  [AF_INET6],
  [AF_UNIX],
  [0, SOCK_STREAM],
  [AF_INET, SOCK_DGRAM],
  [0, SOCK_RAW],
  [0, 99],
  [0, SOCK_STREAM, 6],
  [0, SOCK_STREAM, 17],
  [AF_INET, SOCK_STREAM, 0, AI_PASSIVE],
  [AF_INET, SOCK_STREAM, 0, AI_CANONNAME],
  [AF_INET6, SOCK_STREAM, 0, AI_V4MAPPED],
  [0, SOCK_STREAM, 0, AI_NUMERICHOST],
  [0, SOCK_STREAM, 0, 0x7fffffff],
];
const getaddrinfo: Question[] = hosts.flatMap((host) => hints.map((hint): Question => ['getaddrinfo', host, 80, ...hint]));
getaddrinfo.push(
  ['getaddrinfo', 'localhost', 'http', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', 'domain', 0, SOCK_DGRAM],
  ['getaddrinfo', 'localhost', 'no-such-service', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', '8080', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', 'http', 0, SOCK_STREAM, 0, AI_NUMERICSERV],
  ['getaddrinfo', 'localhost', null, AF_INET],
  ['getaddrinfo', null, null],
  ['getaddrinfo', 'bücher.invalid', 80],
);

const getnameinfo: Question[] = [
  ['127.0.0.1', 80],
  ['::1', 22, 0, 0],
  ['0.0.0.0', 53],
  ['10.254.254.254', 9],
  ['fe80::1', 80, 0, 1],
  ['localhost', 80],
].flatMap((address) =>
  [0, NI_NUMERICHOST, NI_NUMERICSERV, NI_NUMERICHOST | NI_NUMERICSERV, NI_NAMEREQD, NI_DGRAM].map(
    (flags): Question => ['getnameinfo', address, flags],
  ),
);

const names4 = ['localhost', '127.0.0.1', '127.1', '', '<broadcast>', 'no.such.invalid', '::1', os.hostname()];
const gethostby: Question[] = [
  ...names4.map((name): Question => ['gethostbyname', name]),
  ...names4.filter((name) => name !== '' && name !== '<broadcast>').map((name): Question => ['gethostbyname_ex', name]),
  ...['127.0.0.1', 'localhost', '::1', '10.254.254.254', 'no.such.invalid', '0.0.0.0'].map((name): Question => ['gethostbyaddr', name]),
  ...['', '127.0.0.1', ' localhost ', 'no.such.invalid', '0.0.0.0', 'no.such.invalid.'].map((name): Question => ['getfqdn', name]),
];

const services = ['http', 'https', 'domain', 'ssh', 'ntp', 'tftp', 'no-such', ''];
const ports = [0, 22, 53, 69, 80, 123, 443, 65535];
const plain: Question[] = [
  ...services.flatMap((name): Question[] => [
    ['getservbyname', name],
    ['getservbyname', name, 'tcp'],
    ['getservbyname', name, 'udp'],
    ['getservbyname', name, 'no'],
  ]),
  ...ports.flatMap((port): Question[] => [
    ['getservbyport', port],
    ['getservbyport', port, 'tcp'],
    ['getservbyport', port, 'udp'],
  ]),
  ...['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'TCP', 'no-such', ''].map((name): Question => ['getprotobyname', name]),
  ['gethostname'],
  ['if_nametoindex', 'lo'],
  ['if_indextoname', 1],
];

test.each<[string, Question[]]>([
  ['getaddrinfo', getaddrinfo],
  ['getnameinfo', getnameinfo],
  ['gethostbyname, gethostbyname_ex, gethostbyaddr, getfqdn', gethostby],
  ['services, protocols and what needs no resolver', plain],
])('%s: as CPython, and the Sync form as the promise', async (_, questions) => {
  const replies = await python(questions);
  const differ: unknown[] = [];
  for (const [i, [name, ...args]] of questions.entries()) {
    const forms = [await ours(name, args), ...(call(`${name}Sync`) ? [await ours(`${name}Sync`, args)] : [])];
    for (const form of forms) {
      const reply = replies[i];
      const agree =
        'said' in reply ? inspect(tuples(form), { depth: 9 }) === inspect(reply, { depth: 9 }) : 'error' in form && sameError(form.errno, reply);
      if (!agree) differ.push({ question: inspect(questions[i]), ours: tuples(form), python: reply });
    }
  }
  expect(differ).toEqual([]);
  expect(replies.filter((reply) => 'said' in reply).length).toBeGreaterThan(questions.length / 4);
});

/** CPython has no number for a service or protocol that is not found, and h_errno where we have EAI_. */
function sameError(errno: number | null, reply: Reply): boolean {
  if ('said' in reply) return false;
  if (reply.error === 'gaierror') return errno === reply.errno;
  if (reply.error === 'herror')
    return errno === [0, constants.EAI_NONAME, constants.EAI_AGAIN, constants.EAI_FAIL, constants.EAI_NODATA][reply.errno ?? 0];
  return reply.errno === null ? errno === constants.ENOENT : errno === reply.errno;
}

test('a promise leaves the thread to others', async () => {
  const order: string[] = [];
  const asked = names.getaddrinfo('localhost', 80).then(() => order.push('answer'));
  order.push('here');
  await asked;
  expect(order).toEqual(['here', 'answer']);
});

test('many at once, each its own answer', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => names.getaddrinfo(`127.0.0.${i}`, i, AF_INET, SOCK_STREAM)));
  expect(answers.map(([info]) => [...info.address])).toEqual(Array.from({ length: 200 }, (_, i) => [`127.0.0.${i}`, i]));
});

test('a failure is a GaiError that says what and whose', async () => {
  const error = await names.getaddrinfo('no.such.invalid', 80).catch((e) => e);
  expect(error).toBeInstanceOf(GaiError);
  expect(error).toMatchObject({ name: 'GaiError', hostname: 'no.such.invalid', syscall: 'getaddrinfo' });
  expect(error.code).toMatch(/^EAI_(NONAME|AGAIN)$/);
  await expect(names.gethostbyname_ex('no.such.invalid')).rejects.toMatchObject({ code: error.code, hostname: 'no.such.invalid' });
  await expect(names.getnameinfo(['localhost', 80])).rejects.toMatchObject({ code: 'EAI_NONAME', hostname: 'localhost' });
});

describe('what is no question is refused before the call', () => {
  const bad: [string, () => unknown, typeof TypeError | typeof RangeError][] = [
    ['a host that is a number', () => names.getaddrinfoSync(1 as never, 80), TypeError],
    ['a host with a NUL', () => names.getaddrinfoSync('a\0b', 80), RangeError],
    ['port 65536', () => names.getaddrinfoSync('localhost', 65536), RangeError],
    ["port '65536'", () => names.getaddrinfoSync('localhost', '65536'), RangeError],
    ['port 1.5', () => names.getaddrinfoSync('localhost', 1.5), RangeError],
    ['port {}', () => names.getaddrinfoSync('localhost', {} as never), TypeError],
    ['family NaN', () => names.getaddrinfoSync('localhost', 80, Number.NaN), RangeError],
    ['flags 2^32', () => names.getaddrinfoSync('localhost', 80, 0, 0, 0, 2 ** 32), RangeError],
    ['an address that is text', () => names.getnameinfoSync('127.0.0.1' as never), TypeError],
    ['an address with no port', () => names.getnameinfoSync(['127.0.0.1'] as never), RangeError],
    ['no host name', () => names.gethostbynameSync(undefined as never), TypeError],
    ['no host name, ex', () => names.gethostbyname_exSync(undefined as never), TypeError],
    ['no address', () => names.gethostbyaddrSync(undefined as never), TypeError],
    ['service 80', () => names.getservbyname(80 as never), TypeError],
    ['protocol 6', () => names.getservbyname('http', 6 as never), TypeError],
    ['port -1', () => names.getservbyport(-1), RangeError],
    ['a protocol with a NUL', () => names.getprotobyname('tcp\0'), RangeError],
    ['an interface that is a number', () => names.if_nametoindex(1 as never), TypeError],
    ["an index that is '1'", () => names.if_indextoname('1' as never), TypeError],
    ['index 2^32', () => names.if_indextoname(2 ** 32), RangeError],
    ['a timeout of -1', () => names.setdefaulttimeout(-1), RangeError],
    ['a timeout of NaN', () => names.setdefaulttimeout(Number.NaN), RangeError],
    ['a timeout of 1e30', () => names.setdefaulttimeout(1e30), RangeError],
    ['a timeout in words', () => names.setdefaulttimeout('1' as never), TypeError],
  ];
  test.each(bad)('%s', (_, ask, Class) => {
    expect(ask).toThrow(Class);
  });

  test('by the promise forms too, as a rejection', async () => {
    await expect(names.getaddrinfo(1 as never, 80)).rejects.toThrow(TypeError);
    await expect(names.getnameinfo(['127.0.0.1', 70000])).rejects.toThrow(RangeError);
    await expect(names.gethostbyname(1 as never)).rejects.toThrow(TypeError);
    await expect(names.gethostbyname_ex('a\0')).rejects.toThrow(RangeError);
    await expect(names.gethostbyaddr(1 as never)).rejects.toThrow(TypeError);
    await expect(names.getfqdn(1 as never)).rejects.toThrow(TypeError);
  });
});

test('names and indexes that are not there', () => {
  expect(() => names.if_nametoindex('nosuch0')).toThrow(expect.objectContaining({ code: 'ENODEV', syscall: 'if_nametoindex' }));
  expect(() => names.if_nametoindex('a name that is much too long for an interface')).toThrow(expect.objectContaining({ code: 'ENODEV' }));
  expect(() => names.if_indextoname(0x7ffffff0)).toThrow(expect.objectContaining({ code: 'ENXIO', syscall: 'if_indextoname' }));
  expect(() => names.if_indextoname(0)).toThrow(expect.objectContaining({ code: 'ENXIO' }));
  expect(() => names.getservbyname('no-such')).toThrow(expect.objectContaining({ code: 'ENOENT', syscall: 'getservbyname' }));
});

test('if_nameindex is the list of if_indextoname', async () => {
  const [reply] = await python([['if_nameindex']]);
  expect(names.if_nameindex().map(({ index, name }) => [index, name])).toEqual((reply as { said: unknown }).said);
  for (const { index, name } of names.if_nameindex()) expect([names.if_indextoname(index), names.if_nametoindex(name)]).toEqual([name, index]);
});

test('the default timeout', () => {
  expect(names.getdefaulttimeout()).toBeNull();
  for (const seconds of [0, 0.001, 60, null]) {
    names.setdefaulttimeout(seconds);
    expect(names.getdefaulttimeout()).toBe(seconds);
  }
});
