// The errors that node:dgram throws and emits: the same classes, codes and messages.
import * as util from 'node:util';

type Kind = typeof Error;

function coded(Base: Kind, code: string, message: string): Error & { code: string } {
  const error = new Base(message) as Error & { code: string };
  error.code = code;
  // As node's own: the code stands in the name while the stack is made.
  const { name } = error;
  error.name = `${name} [${code}]`;
  void error.stack;
  Object.defineProperty(error, 'name', {
    value: name,
    enumerable: false,
    writable: true,
    configurable: true,
  });
  return error;
}

/** `Received type number (5)`, as node ends its messages about arguments. */
function received(value: unknown): string {
  if (value === null || value === undefined) return `Received ${value}`;
  if (typeof value === 'function') return `Received function ${value.name}`;
  if (typeof value === 'object') {
    const name = value.constructor?.name;
    if (name) return `Received an instance of ${name}`;
    return `Received ${util.inspect(value, { depth: -1 })}`;
  }
  return `Received ${typed(value)}`;
}

function typed(value: unknown): string {
  const shown = util.inspect(value, { colors: false });
  return `type ${typeof value} (${shown.length > 28 ? `${shown.slice(0, 25)}...` : shown})`;
}

/** ERR_INVALID_ARG_TYPE. `expected` reads as `of type string` or `an instance of Buffer`. */
export function invalidArgType(name: string, expected: string, value: unknown): Error {
  const kind = name.includes('.') ? 'property' : 'argument';
  return coded(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" ${kind} must be ${expected}. ${received(value)}`,
  );
}

const BYTES = 'of type string or an instance of Buffer, TypedArray, or DataView';

export const invalidBytes = (name: string, value: unknown): Error =>
  invalidArgType(name, BYTES, value);

export function invalidArgValue(name: string, value: unknown, reason = 'is invalid'): Error {
  const kind = name.includes('.') ? 'property' : 'argument';
  const shown = util.inspect(value);
  const cut = shown.length > 128 ? `${shown.slice(0, 128)}...` : shown;
  return coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The ${kind} '${name}' ${reason}. Received ${cut}`,
  );
}

export function outOfRange(name: string, range: string, value: unknown): Error {
  const shown =
    Number.isInteger(value) && Math.abs(value as number) > 2 ** 32
      ? String(value).replace(/\B(?=(\d{3})+$)/g, '_')
      : util.inspect(value);
  return coded(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${range}. Received ${shown}`,
  );
}

export const missingArgs = (name: string): Error =>
  coded(TypeError, 'ERR_MISSING_ARGS', `The "${name}" argument must be specified`);

export const bufferOutOfBounds = (name: string): Error =>
  coded(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', `"${name}" is outside of buffer bounds`);

export const badPort = (name: string, operator: '>' | '>=', value: unknown): Error => {
  const what =
    typeof value === 'object' || typeof value === 'function' || value === undefined
      ? received(value).slice('Received '.length)
      : typed(value);
  return coded(
    RangeError,
    'ERR_SOCKET_BAD_PORT',
    `${name} should be ${operator} 0 and < 65536. Received ${what}.`,
  );
};

export const alreadyBound = (): Error =>
  coded(Error, 'ERR_SOCKET_ALREADY_BOUND', 'Socket is already bound');

export const badBufferSize = (): Error =>
  coded(TypeError, 'ERR_SOCKET_BAD_BUFFER_SIZE', 'Buffer size must be a positive integer');

export const badType = (): Error =>
  coded(TypeError, 'ERR_SOCKET_BAD_TYPE', 'Bad socket type specified. Valid types are: udp4, udp6');

export const isConnected = (): Error =>
  coded(Error, 'ERR_SOCKET_DGRAM_IS_CONNECTED', 'Already connected');

export const notConnected = (): Error =>
  coded(Error, 'ERR_SOCKET_DGRAM_NOT_CONNECTED', 'Not connected');

export const notRunning = (): Error => coded(Error, 'ERR_SOCKET_DGRAM_NOT_RUNNING', 'Not running');

export const invalidFdType = (type: string): Error =>
  coded(TypeError, 'ERR_INVALID_FD_TYPE', `Unsupported fd type: ${type}`);

export const ipBlocked = (ip: string): Error =>
  coded(Error, 'ERR_IP_BLOCKED', `IP(${ip}) is blocked by net.BlockList`);

interface SystemFault extends Error {
  errno: number;
  code: string;
  syscall: string;
  address?: string;
  port?: number;
}

/** The name of a negative errno, as util.getSystemErrorName gives it. */
function nameOf(errno: number): string {
  try {
    return util.getSystemErrorName(errno);
  } catch {
    return `Unknown system error ${errno}`;
  }
}

/** The Error that node makes of a refused system call: `bind EADDRINUSE`. `errno` is negative. */
export function errnoException(errno: number, syscall: string): SystemFault {
  const code = nameOf(errno);
  const error = new Error(`${syscall} ${code}`) as SystemFault;
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  return error;
}

/** The same with the address in the message: `bind EADDRINUSE 127.0.0.1:53`. */
export function hostException(
  errno: number,
  syscall: string,
  address: string | undefined,
  port: number | null | undefined,
): SystemFault {
  const code = nameOf(errno);
  const place = port && port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : '';
  const error = new Error(`${syscall} ${code}${place}`) as SystemFault;
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  return error;
}

/** ERR_SOCKET_BUFFER_SIZE, a SystemError with the refused call in `info`. */
export function bufferSizeError(errno: number, send: boolean): Error {
  const code = nameOf(errno);
  const syscall = send ? 'uv_send_buffer_size' : 'uv_recv_buffer_size';
  const message = describe(errno);
  const info = { errno, code, message, syscall };
  const error = new Error(
    `Could not get or set buffer size: ${syscall} returned ${code} (${message})`,
  );
  return Object.assign(Object.defineProperty(error, 'name', { value: 'SystemError' }), {
    code: 'ERR_SOCKET_BUFFER_SIZE',
    info,
    errno,
    syscall,
  });
}

function describe(errno: number): string {
  return util.getSystemErrorMap().get(errno)?.[1] ?? 'unknown error';
}
