// Bytes as callers give them: any view or buffer, seen as a Uint8Array over the same memory.
/** Bytes of any kind: Buffer, typed array, DataView, ArrayBuffer, SharedArrayBuffer. */
export type Bytes = NodeJS.ArrayBufferView | ArrayBufferLike;

export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || isRawBuffer(value);
}

// Buffers of another realm (a worker's, jest's) fail instanceof; their brand does not.
function isRawBuffer(value: unknown): value is ArrayBufferLike {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]';
}

/**
 * An empty view says nothing about its buffer: only making another one tells a detached buffer from
 * an empty one.
 */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength !== 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * The same memory as a Uint8Array. `what` names the argument in the TypeError for what is not bytes
 * or is detached.
 */
export function toBytes(value: Bytes, what: string): Uint8Array {
  if (value instanceof Uint8Array && value.length > 0) return value;
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength === 0 && isDetached(value.buffer)) throw detached(what);
    return value instanceof Uint8Array
      ? value
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof ArrayBuffer || isRawBuffer(value)) {
    if (isDetached(value)) throw detached(what);
    return new Uint8Array(value);
  }
  const given = value === null ? 'null' : typeof value;
  throw Object.assign(
    new TypeError(`${what} must be a Buffer, TypedArray, DataView or ArrayBuffer, not ${given}`),
    { code: 'ERR_INVALID_ARG_TYPE' },
  );
}

/** The class behind Buffer, whose constructor takes memory as Uint8Array's does. */
const MemoryBuffer = (
  Buffer as unknown as {
    readonly [Symbol.species]: new (memory: ArrayBufferLike, at: number, length: number) => Buffer;
  }
)[Symbol.species];

/** A Buffer over part of a memory: Buffer.from(memory, at, length), at half its price. */
export function bufferAt(memory: ArrayBufferLike, at: number, length: number): Buffer {
  return new MemoryBuffer(memory, at, length);
}

function detached(what: string): TypeError {
  return Object.assign(new TypeError(`${what} is detached: its memory was transferred away`), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
}
