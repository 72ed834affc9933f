// The public surface is what the table says: nothing is missing, nothing slips in.
import * as api from 'bsd-socket';
import { constants } from 'bsd-socket/sys';
import { EXPORTS, PLAIN_METHODS, PROPERTIES, THREE_VERBS, TWO_VERBS } from './surface';

const exported = api as unknown as Record<string, unknown>;

it('exports every name of the table, as what it is', () => {
  const kinds = Object.fromEntries(
    Object.keys(EXPORTS).map((name) => [name, typeof exported[name]]),
  );
  expect(kinds).toEqual(EXPORTS);
});

it('exports nothing else but constants: numbers, and addresses as text', () => {
  const rest = Object.keys(exported).filter((name) => !(name in EXPORTS));
  expect(
    rest.filter(
      (name) => typeof exported[name] !== (name.startsWith('INADDR_') ? 'string' : 'number'),
    ),
  ).toEqual([]);
  expect(rest.filter((name) => !/^[A-Z][A-Za-z0-9_]+$/.test(name))).toEqual([]);
  expect(rest.length).toBeGreaterThan(200);
});

it('exports the kernel’s number for every constant', () => {
  const numbers = Object.entries(exported).filter(
    ([name, value]) => typeof value === 'number' && name in constants,
  );
  expect(
    numbers.filter(([name, value]) => constants[name as keyof typeof constants] !== value),
  ).toEqual([]);
  expect(numbers.length).toBeGreaterThan(200);
});

it('gives Socket every method', () => {
  const verb = (name: string) => `try${name[0]?.toUpperCase()}${name.slice(1)}`;
  const wanted = [
    ...PLAIN_METHODS,
    ...THREE_VERBS.flatMap((name) => [name, `${name}Sync`, verb(name)]),
    ...TWO_VERBS.flatMap((name) => [name, `${name}Sync`]),
    Symbol.asyncIterator,
    Symbol.dispose,
    Symbol.asyncDispose,
  ];
  const prototype = api.Socket.prototype as unknown as Record<PropertyKey, unknown>;
  expect(wanted.filter((name) => typeof prototype[name] !== 'function')).toEqual([]);
  for (const name of ['pair', 'fromFd'] as const) expect(typeof api.Socket[name]).toBe('function');
});

it('gives a socket every property', () => {
  const s = api.socket(api.AF_INET, api.SOCK_DGRAM);
  try {
    expect(PROPERTIES.filter((name) => !(name in s))).toEqual([]);
  } finally {
    s.close();
  }
});

it('error is SocketError, as socket.error is in Python', () => {
  expect(api.error).toBe(api.SocketError);
  const all: Record<string, unknown> = api.errors;
  expect([all.EWOULDBLOCK, all.EOPNOTSUPP]).toEqual([all.EAGAIN, all.ENOTSUP]);
});
