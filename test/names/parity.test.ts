// Names, services and numbers: the answers and the refusals of CPython, both forms of every call,
// from hosts, a name server, and /etc.
import { constants } from '../../lib/constants';
import { itNeeds } from '../tools';
import {
  dnsmasq,
  type NamedNetns,
  namedNetns,
  node,
  python,
  type Question,
  type Reply,
} from './peers';

const {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AI_CANONNAME,
  AI_NUMERICHOST,
  AI_NUMERICSERV,
  AI_PASSIVE,
  AI_V4MAPPED,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
} = constants;
const {
  EAI_AGAIN,
  EAI_FAIL,
  EAI_NODATA,
  EAI_NONAME,
  ENOENT,
  NI_DGRAM,
  NI_NAMEREQD,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
} = constants;

const HOSTS =
  '127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.1.2.7 many.test other.test\n10.1.2.8 many.test\n10.1.2.9 short long.domain.test\n';
const RECORDS = [
  '--address=/four.test/10.1.2.3',
  '--host-record=both.test,10.1.2.4,fd08::4',
  '--cname=alias.test,both.test',
  '--host-record=host.domain.test,10.1.2.5',
  '--address=/xn--bcher-kva.test/10.1.2.6',
];

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
  'four.test',
  'both.test',
  'alias.test',
  'many.test',
  'bücher.test',
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
const getaddrinfo: Question[] = hosts.flatMap((host) =>
  hints.map((hint): Question => ['getaddrinfo', host, 80, ...hint]),
);
getaddrinfo.push(
  ['getaddrinfo', 'localhost', 'http', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', 'domain', 0, SOCK_DGRAM],
  ['getaddrinfo', 'localhost', 'no-such-service', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', '8080', 0, SOCK_STREAM],
  ['getaddrinfo', 'localhost', 'http', 0, SOCK_STREAM, 0, AI_NUMERICSERV],
  ['getaddrinfo', 'localhost', null, AF_INET],
  ['getaddrinfo', null, null],
  ['getaddrinfo', 'bücher.invalid', 80],
  ['getaddrinfo', 'fe80::1%nosuch0', 80],
);

const getnameinfo: Question[] = [
  ['127.0.0.1', 80],
  ['::1', 22, 0, 0],
  ['0.0.0.0', 53],
  ['10.254.254.254', 9],
  ['10.1.2.5', 80],
  ['fd08::4', 80, 0, 0],
  ['fe80::1', 80, 0, 1],
  ['localhost', 80],
].flatMap((address) =>
  [0, NI_NUMERICHOST, NI_NUMERICSERV, NI_NUMERICHOST | NI_NUMERICSERV, NI_NAMEREQD, NI_DGRAM].map(
    (flags): Question => ['getnameinfo', address, flags],
  ),
);

const names4 = [
  'localhost',
  '127.0.0.1',
  '127.1',
  '',
  '<broadcast>',
  'no.such.invalid',
  '::1',
  'four.test',
  'both.test',
  'alias.test',
  'many.test',
  'other.test',
];
const gethostby: Question[] = [
  ...names4.map((name): Question => ['gethostbyname', name]),
  ...names4
    .filter((name) => name !== '' && name !== '<broadcast>')
    .map((name): Question => ['gethostbyname_ex', name]),
  ...[
    '127.0.0.1',
    'localhost',
    '::1',
    '10.254.254.254',
    'no.such.invalid',
    '0.0.0.0',
    '10.1.2.5',
    'fd08::4',
    '10.1.2.7',
    'four.test',
  ].map((name): Question => ['gethostbyaddr', name]),
  ...[
    '',
    '127.0.0.1',
    '10.1.2.9',
    '10.1.2.5',
    'alias.test',
    ' localhost ',
    'no.such.invalid',
    '0.0.0.0',
    'no.such.invalid.',
  ].map((name): Question => ['getfqdn', name]),
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
  ...['tcp', 'udp', 'icmp', 'ipv6-icmp', 'sctp', 'TCP', 'no-such', ''].map(
    (name): Question => ['getprotobyname', name],
  ),
  ['gethostname'],
  ['if_nametoindex', 'lo'],
  ['if_indextoname', 1],
];

describe('as CPython, and the Sync form as the promise', () => {
  let named: NamedNetns;
  afterEach(() => named?.stop());

  for (const [what, questions] of Object.entries({
    getaddrinfo,
    getnameinfo,
    gethostby,
    'services, protocols and what needs no resolver': plain,
  })) {
    itNeeds(
      'ip',
      'netns',
      'dnsmasq',
    )(what, async () => {
      named = await namedNetns(HOSTS, (ns) => dnsmasq(ns, ...RECORDS));
      const replies = await python(questions, named.ns.run);
      const ours = await node(questions, named.ns.run);
      const differ = questions.flatMap((question, i) => {
        const reply = replies[i] as Reply;
        const agree = ours[i]?.every((form) =>
          'said' in reply
            ? same(form.said, reply.said)
            : 'error' in form && form.errno === numberOf(reply),
        );
        return agree ? [] : [{ question, ours: ours[i], python: reply }];
      });
      expect(differ).toEqual([]);
      expect(replies.filter((reply) => 'said' in reply).length).toBeGreaterThan(
        questions.length / 4,
      );
      // every name that the server or /etc/hosts knows was found by someone
      const found = new Set(
        questions.flatMap(([, host], i) => (replies[i]?.said === undefined ? [] : [host])),
      );
      const known = questions
        .map(([, host]) => host)
        .filter((host) => typeof host === 'string' && /\.test$/.test(host));
      for (const host of known) expect(found).toContain(host);
      for (const [i, [, host]] of questions.entries()) {
        for (const form of ours[i] ?? [])
          if (form.error === 'GaiError' && typeof host === 'string' && host)
            expect(form.hostname).toBe(host);
      }
    });
  }
});

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The number in our words: CPython has none for a service or protocol that is not found, and
 * h_errno where we say EAI_.
 */
function numberOf({ error, errno = null }: Reply): number | undefined {
  if (error === 'herror')
    return [undefined, EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA][errno ?? 0];
  return errno ?? ENOENT;
}
