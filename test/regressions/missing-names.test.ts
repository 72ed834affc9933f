// Names that CPython's socket module has, and this package has not.
import * as S from 'bsd-socket';
import { python } from './sockets';

const exported = S as unknown as Record<string, unknown>;

test('every integer constant, with its number', async () => {
  const { constants } = await python<{ constants: Record<string, number> }>('names.py');
  expect(Object.keys(constants).length).toBeGreaterThan(300);
  const here = Object.keys(constants).map((name) => [name, exported[name]]);
  // INADDR_* are numbers in Python, and addresses as text here.
  const expected = Object.entries(constants).map(([name, n]) => [
    name,
    name.startsWith('INADDR_') ? [24, 16, 8, 0].map((bits) => (n >>> bits) & 255).join('.') : n,
  ]);
  expect(Object.fromEntries(here)).toEqual(Object.fromEntries(expected));
});

test('CMSG_LEN and CMSG_SPACE', async () => {
  const { lengths } = await python<{ lengths: [number, number, number][] }>('names.py');
  const call = (name: string, n: number) => (exported[name] as (n: number) => number)(n);
  expect(lengths.map(([n]) => [n, call('CMSG_LEN', n), call('CMSG_SPACE', n)])).toEqual(lengths);
  for (const name of ['CMSG_LEN', 'CMSG_SPACE'])
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 60, '4'])
      expect(() => call(name, bad as number)).toThrow(/CMSG_/);
});
