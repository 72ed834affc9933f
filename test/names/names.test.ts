// What needs no resolver but /etc/hosts: promises, refusals before the call, interface names, the
// default timeout.
import * as os from 'node:os';
import { constants } from '../../lib/constants';
import { GaiError } from '../../lib/errors';
import * as names from '../../lib/names';
import { python } from './peers';

const { AF_INET, AI_NUMERICHOST, SOCK_STREAM } = constants;

test("gethostname is this machine's", () => {
  expect(names.gethostname()).toBe(os.hostname());
});

test('a promise leaves the thread to others', async () => {
  const order: string[] = [];
  const asked = names.getaddrinfo('localhost', 80).then(() => order.push('answer'));
  order.push('here');
  await asked;
  expect(order).toEqual(['here', 'answer']);
});

test('many at once, each its own answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      names.getaddrinfo(`127.0.0.${i}`, i, AF_INET, SOCK_STREAM),
    ),
  );
  expect(answers.map(([info]) => [...info.address])).toEqual(
    Array.from({ length: 200 }, (_, i) => [`127.0.0.${i}`, i]),
  );
});

test('a failure is a GaiError that says what and whose', async () => {
  const error = await names
    .getaddrinfo('no.such.invalid', 80, 0, 0, 0, AI_NUMERICHOST)
    .catch((e) => e);
  expect(error).toBeInstanceOf(GaiError);
  expect(error).toMatchObject({
    name: 'GaiError',
    code: 'EAI_NONAME',
    hostname: 'no.such.invalid',
    syscall: 'getaddrinfo',
  });
  await expect(names.getnameinfo(['localhost', 80])).rejects.toMatchObject({
    code: 'EAI_NONAME',
    hostname: 'localhost',
  });
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
  expect(() => names.if_nametoindex('nosuch0')).toThrow(
    expect.objectContaining({ code: 'ENODEV', syscall: 'if_nametoindex' }),
  );
  expect(() => names.if_nametoindex('a name that is much too long for an interface')).toThrow(
    expect.objectContaining({ code: 'ENODEV' }),
  );
  expect(() => names.if_indextoname(0x7ffffff0)).toThrow(
    expect.objectContaining({ code: 'ENXIO', syscall: 'if_indextoname' }),
  );
  expect(() => names.if_indextoname(0)).toThrow(expect.objectContaining({ code: 'ENXIO' }));
  expect(() => names.getservbyname('no-such')).toThrow(
    expect.objectContaining({ code: 'ENOENT', syscall: 'getservbyname' }),
  );
});

test('if_nameindex is the list of if_indextoname', async () => {
  const [reply] = await python([['if_nameindex']]);
  expect(names.if_nameindex().map(({ index, name }) => [index, name])).toEqual(
    (reply as { said: unknown }).said,
  );
  for (const { index, name } of names.if_nameindex())
    expect([names.if_indextoname(index), names.if_nametoindex(name)]).toEqual([name, index]);
});

test('the default timeout', () => {
  expect(names.getdefaulttimeout()).toBeNull();
  for (const seconds of [0, 0.001, 60, null]) {
    names.setdefaulttimeout(seconds);
    expect(names.getdefaulttimeout()).toBe(seconds);
  }
});
