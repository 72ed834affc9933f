// Values that no C call should ever see, and which kind of argument takes them after all.
import { type Kind, SETTINGS_SIZE } from './signatures';

export interface Hostile {
  readonly name: string;
  /** Made anew for each call, since some are used up. */
  make(): unknown;
}

const number = (value: number): Hostile => ({
  name: Object.is(value, -0) ? '-0' : String(value),
  make: () => value,
});

const NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.5,
  -0.5,
  -0,
  -1,
  2 ** 16,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 52,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e300,
  Number.MIN_VALUE,
];

function detached<T extends Uint8Array | Int32Array>(array: T): T {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
  return array;
}

const resizable = (from: number, to: number): ArrayBuffer => {
  const buffer = new (
    ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(n: number): void }
  )(from, { maxByteLength: 4096 });
  pending.push(() => buffer.resize(to));
  return buffer;
};
const pending: (() => void)[] = [];
/** Makes an array over a resizable buffer, and then resizes the buffer. */
function resized<T>(over: (buffer: ArrayBuffer) => T, from: number, to: number): T {
  const array = over(resizable(from, to));
  pending.splice(0).forEach((resize) => {
    resize();
  });
  return array;
}

/** As much of it as is used here; node's types leave it to the browser's. */
declare const WebAssembly: {
  Memory: new (pages: {
    initial: number;
    maximum: number;
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
};

function grown(): Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
  const array = new Uint8Array(memory.buffer);
  memory.grow(1);
  return array;
}

const thrower = (): never => {
  throw new Error('a getter of the test');
};

const fake = (prototype: object): unknown => Object.create(prototype, { 0: { value: 1 } });

/** Not what any argument is made of, whatever its kind says below. */
export const HOSTILE: readonly Hostile[] = [
  ...NUMBERS.map(number),
  { name: 'undefined', make: () => undefined },
  { name: 'null', make: () => null },
  { name: 'true', make: () => true },
  { name: 'a string', make: () => '7' },
  { name: 'an empty string', make: () => '' },
  { name: 'a string with NUL', make: () => 'a\0b' },
  { name: 'a long string', make: () => 'x'.repeat(100_000) },
  { name: 'a symbol', make: () => Symbol('7') },
  { name: 'a BigInt', make: () => 7n },
  { name: 'an object', make: () => ({}) },
  {
    name: 'an object with valueOf',
    make: () => ({ valueOf: () => 7, toString: thrower, [Symbol.toPrimitive]: thrower }),
  },
  { name: 'a Number object', make: () => Object(7) },
  { name: 'a date', make: () => new Date(7) },
  { name: 'a function', make: () => () => {} },
  { name: 'an empty array', make: () => [] },
  { name: 'an array of numbers', make: () => [1, 2, 3] },
  { name: 'a Proxy of bytes', make: () => new Proxy(new Uint8Array(64), {}) },
  {
    name: 'a Proxy that throws',
    make: () =>
      new Proxy({}, { get: thrower, has: thrower, getPrototypeOf: thrower, ownKeys: thrower }),
  },
  { name: 'a Proxy of an array', make: () => new Proxy([new Uint8Array(8)], {}) },
  { name: 'a DataView', make: () => new DataView(new ArrayBuffer(64)) },
  { name: 'an ArrayBuffer', make: () => new ArrayBuffer(64) },
  { name: 'a SharedArrayBuffer', make: () => new SharedArrayBuffer(64) },
  { name: 'a Uint8ClampedArray', make: () => new Uint8ClampedArray(64) },
  { name: 'an Int8Array', make: () => new Int8Array(64) },
  { name: 'a Uint16Array', make: () => new Uint16Array(64) },
  { name: 'a Uint32Array', make: () => new Uint32Array(64) },
  { name: 'a Float64Array', make: () => new Float64Array(64) },
  { name: 'a BigInt64Array', make: () => new BigInt64Array(64) },
  { name: 'an object with the prototype of bytes', make: () => fake(Uint8Array.prototype) },
  { name: 'an object with the prototype of Int32Array', make: () => fake(Int32Array.prototype) },
  { name: 'an object with the prototype of arrays', make: () => fake(Array.prototype) },
  { name: 'bytes that are detached', make: () => detached(new Uint8Array(64)) },
  { name: 'an Int32Array that is detached', make: () => detached(new Int32Array(64)) },
  {
    name: 'bytes resized to nothing',
    make: () => resized((buffer) => new Uint8Array(buffer), 64, 0),
  },
  {
    name: 'bytes of a fixed part that is gone',
    make: () => resized((buffer) => new Uint8Array(buffer, 16, 32), 64, 20),
  },
  {
    name: 'an Int32Array resized to nothing',
    make: () => resized((buffer) => new Int32Array(buffer), 64, 0),
  },
  { name: 'bytes of a grown wasm memory', make: grown },
  {
    name: 'bytes that lie about their length',
    make: () => Object.defineProperty(new Uint8Array(0), 'length', { value: 64 }),
  },
  {
    name: 'an Int32Array that lies about its length',
    make: () => Object.defineProperty(new Int32Array(0), 'length', { value: 64 }),
  },
  {
    name: 'an array whose element throws',
    make: () => Object.defineProperty([], '0', { get: thrower, enumerable: true }),
  },
  { name: 'a huge sparse array', make: () => Object.assign([], { length: 2 ** 32 - 1 }) },
  {
    name: 'an array of 1025 bytes',
    make: () => Array.from({ length: 1025 }, () => new Uint8Array(1)),
  },
  {
    name: 'an array of a detached and a fake',
    make: () => [detached(new Uint8Array(8)), fake(Uint8Array.prototype)],
  },
  {
    name: 'an array whose getter detaches its neighbour',
    make: () => {
      const first = new Uint8Array(64);
      const array: unknown[] = [first];
      Object.defineProperty(array, '1', {
        get: () => {
          detached(first);
          return null;
        },
        enumerable: true,
      });
      return array;
    },
  },
];

const isNumber = (value: unknown): value is number => typeof value === 'number';
const exact = (value: unknown, least: number, most: number): boolean =>
  isNumber(value) && Number.isInteger(value) && value >= least && value <= most;
/** A real Uint8Array (whatever its own properties say). */
const isBytes = (value: unknown): boolean => kindOf(value) === 'Uint8Array';
const isInts = (value: unknown, least: number): boolean =>
  kindOf(value) === 'Int32Array' && realLength(value as Int32Array) >= least;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tag = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get as (
  this: unknown,
) => string | undefined;
const lengthOf = Object.getOwnPropertyDescriptor(typedArray, 'length')?.get as (
  this: unknown,
) => number;
const kindOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null ? tag.call(value) : undefined;
const realLength = (value: Int32Array): number => lengthOf.call(value);

/** Vectors at NULL; asked without running a getter. */
const isNumbers = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 3 &&
  [0, 1, 2].every((i) => accepts('size', Object.getOwnPropertyDescriptor(value, i)?.value));

/**
 * Whether a kind of argument takes that value: the specification, said a second time and without C.
 */
export function accepts(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'fd':
    case 'int':
      return exact(value, -(2 ** 31), 2 ** 31 - 1);
    case 'word':
    case 'addr':
      return exact(value, -(2 ** 31), 2 ** 32 - 1);
    case 'u16':
      return exact(value, 0, 65535);
    case 'wide':
      return exact(value, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'wide?':
      return value === undefined || accepts('wide', value);
    case 'size':
      return exact(value, 0, Number.MAX_SAFE_INTEGER);
    case 'offset':
    case 'count':
      return exact(value, 0, 284);
    case 'length?':
      return value === null || accepts('word', value);
    case 'bytes':
      return isBytes(value);
    // 144 bytes of columns and address, and the payload and control data of the sample
    case 'block':
      return isBytes(value) && realLength(value as Int32Array) >= 160;
    case 'capacity':
      return exact(value, 1, 1);
    case 'room':
      return exact(value, 0, 136);
    case 'control':
      return exact(value, 0, 136) && (value as number) % 8 === 0;
    case 'from':
    case 'end':
      return exact(value, 0, 1);
    case 'bytes?':
      return value === null || isBytes(value);
    case 'ints1':
      return isInts(value, 1);
    case 'ints1?':
      return value === null || isInts(value, 1);
    case 'ints2':
      return isInts(value, 2);
    case 'ints3':
      return isInts(value, 3);
    case 'triples':
      return isInts(value, 0) && realLength(value as Int32Array) % 3 === 0;
    case 'heads':
      return isInts(value, 4);
    case 'text':
      return typeof value === 'string' && !value.includes('\0') && value.length <= 4096;
    case 'text?':
      return value === null || accepts('text', value);
    case 'iov?': // what is past 1025 the kernel does not look at, and neither does native
      return (
        value === null ||
        isNumbers(value) ||
        (Array.isArray(value) &&
          (value.length === 0 || (value.length === 1025 && isBytes(value[0]))))
      );
    case 'msgs':
      return Array.isArray(value) && value.length === 0;
    case 'argument':
      return value === null || isBytes(value) || accepts('word', value);
    case 'callback':
      return typeof value === 'function';
    case 'callback?':
      return value === null || typeof value === 'function';
    case 'blocksize':
      return exact(value, 4096, 2 ** 30) && (value as number) % 4096 === 0;
    case 'blocks':
      return exact(value, 1, Math.floor(0x7fffffff / 4096));
    case 'milliseconds':
      return exact(value, 1, 60_000);
    case 'flag':
      return value === 0 || value === 1;
    case 'bytes32':
      return isBytes(value) && realLength(value as Int32Array) >= 32;
    case 'settings':
      return isBytes(value) && realLength(value as Int32Array) === SETTINGS_SIZE;
    case 'ifname':
      return typeof value === 'string' && !value.includes('\0') && value.length < 16;
    case 'ifname?':
      return value === null || accepts('ifname', value);
  }
}
