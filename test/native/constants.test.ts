// The compiler's numbers and layouts against the reference tables, and the generated file against
// its source.
import * as fs from 'node:fs';
import * as api from 'bsd-socket';
import * as exported from '../../lib/constants';
import { constants } from '../../lib/constants';
import { ERRNO_NAMES } from '../../lib/errors';
import { native } from '../../lib/native';
import { itNeeds, run } from '../tools';
import expectedConstants from './constants.expected.json';
import expectedLayouts from './layouts.expected.json';

const { generate, target } = require('../../tools/constants') as {
  generate(): string;
  target: string;
};

it('lib/constants.ts is what tools/constants.js makes', () => {
  expect(fs.readFileSync(target, 'utf8')).toBe(generate());
});

it('every name of the reference has its number', () => {
  const all = constants as Readonly<Record<string, number>>;
  const wrong = Object.entries(expectedConstants).filter(([name, value]) => all[name] !== value);
  expect(wrong.map(([name, value]) => `${name}: ${all[name]} instead of ${value}`)).toEqual([]);
  expect(Object.keys(expectedConstants).length).toBeGreaterThan(1300);
});

it('the numbers of ATM are those of its encoding, level and size within', () => {
  // linux/atmdev.h: __SO_ENCODE(level, number, type) = level << 22 | number << 16 | sizeof type
  expect(exported.SO_SETCLP).toBe((exported.SOL_ATM << 22) | (0 << 16) | 4);
  expect(exported.SO_ATMPVC >> 22).toBe(exported.SOL_ATM);
});

it('every constant is exported under its own name, as an integer', () => {
  const all = constants as Readonly<Record<string, number>>;
  const names = Object.keys(all);
  expect(
    names.filter(
      (name) =>
        !Number.isSafeInteger(all[name]) ||
        (exported as unknown as Record<string, number>)[name] !== all[name],
    ),
  ).toEqual([]);
  expect(names.length).toBeGreaterThan(1900);
});

it('the addon of a published target brings no constants of its own', () => {
  // The compiler holds the numbers (static_assert in native/constants.cc); time_t is 64 bits here.
  if (['x64', 'arm64'].includes(process.arch)) {
    const own = Object.keys(native.constants);
    expect(own.filter((name) => !/^([AP]F_MAX|SOMAXCONN|NI_MAXHOST|O_DIRECT)$/.test(name))).toEqual(
      [],
    );
  }
});

it('every errno has a name; those that repeat a number come last', () => {
  const numbers = ERRNO_NAMES.map((name) => constants[name]);
  expect(ERRNO_NAMES.slice(-3)).toEqual(['EWOULDBLOCK', 'EOPNOTSUPP', 'EDEADLOCK']);
  expect(new Set(numbers).size).toBe(numbers.length - 3);
  expect(numbers.slice(0, -3)).toEqual([...numbers.slice(0, -3)].sort((a, b) => a - b));
  expect(Math.max(...numbers)).toBeLessThan(4096);
});

it('every struct of the reference has its size and offsets', () => {
  for (const [name, expected] of Object.entries(expectedLayouts))
    expect({ [name]: native.layouts[name] }).toMatchObject({ [name]: expected });
  expect(Object.keys(native.layouts).length).toBeGreaterThan(170);
});

it('a member lies within its struct', () => {
  const outside = Object.entries(native.layouts).flatMap(([struct, { size, fields }]) =>
    Object.entries(fields).flatMap(([member, [offset, length]]) =>
      offset + length <= size || length === 0 ? [] : [`${struct}.${member}`],
    ),
  );
  expect(outside).toEqual([]);
});

itNeeds('python3')('has every integer of CPython’s socket module', async () => {
  const program =
    'import json, socket\n' +
    'print(json.dumps({n: int(getattr(socket, n)) for n in dir(socket) if n.isupper() and isinstance(getattr(socket, n), int)}))';
  const { stdout } = await run('python3', ['-c', program]);
  const theirs = Object.entries(JSON.parse(stdout) as Record<string, number>);
  const ours: Readonly<Record<string, unknown>> = api as never;
  const inet = (name: string) => api.inet_aton(ours[name] as string).readUInt32BE();
  const wrong = theirs.filter(
    ([name, number]) => (name.startsWith('INADDR_') ? inet(name) : ours[name]) !== number,
  );
  expect(wrong).toEqual([]);
  expect(theirs.length).toBeGreaterThan(300);
});
