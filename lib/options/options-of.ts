// sock.options on sockets that this package did not make: node's own, and bare descriptors.
import type * as dgram from 'node:dgram';
import type * as net from 'node:net';
import { constants } from '../constants';
import { check, socketError } from '../errors';
import { badType } from '../errors/arguments';
import { native } from '../native';
import type { OptionValues } from './option-registry';
import { applyOptions, type OptionTarget, optionsView, type SocketOptions } from './view';

const { AF_INET, SOCK_STREAM, SOCK_CLOEXEC, SOCK_NONBLOCK, EBADF } = constants;

/** node's wrapper of a descriptor; `fd` is negative where there is none. */
interface Handle {
  readonly fd?: unknown;
}

const unusable = (hint: string) => socketError(-EBADF, 'optionsOf', { hint });

const NOWHERE =
  'closed, or neither connecting nor listening; prepareSocket() sets options before connect()';
const NO_FD =
  'its handle has no descriptor: not connecting yet (prepareSocket() sets options before connect()), TLS over a stream that is no socket, or a pipe of Windows';

function descriptor(handle: Handle | null | undefined, absent: string, without: string): number {
  const fd = handle?.fd;
  if (typeof fd === 'number' && fd >= 0) return fd;
  throw unusable(handle ? without : absent);
}

/**
 * dgram keeps its handle behind a symbol; the property `_handle` would print a deprecation warning.
 */
function dgramHandle(target: object): { handle: Handle | null | undefined } | undefined {
  const symbol = Object.getOwnPropertySymbols(target).find(
    ({ description }) => description === 'state symbol',
  );
  return symbol && (target as Record<symbol, { handle: Handle | null }>)[symbol];
}

function targetOf(target: unknown): OptionTarget {
  if (typeof target === 'number') {
    if (!Number.isInteger(target) || target < 0)
      throw badType('optionsOf: the descriptor', 'an integer of 0 and more', target);
    return { fileno: () => target };
  }
  if (typeof target === 'object' && target !== null) {
    if ('fileno' in target && typeof target.fileno === 'function') return target as OptionTarget;
    // bsd-socket/dgram: a Socket of this package beneath.
    if ('bsd' in target) return { fileno: () => (target.bsd as OptionTarget).fileno() };
    const state = dgramHandle(target);
    if (state) {
      return {
        fileno() {
          return descriptor(
            state.handle,
            'the dgram socket is closed',
            'a dgram socket has no descriptor until it is bound: call bind() first, or bind({ fd }) with that of a Socket made here',
          );
        },
      };
    }
    // Asked with a read, not with `in`: the socket of an http2 session is a proxy that only answers
    // reads.
    const owner = target as { _handle?: Handle | null };
    if (owner._handle !== undefined)
      return { fileno: () => descriptor(owner._handle, NOWHERE, NO_FD) };
  }
  throw badType(
    'optionsOf: target',
    'a net.Socket, net.Server, dgram.Socket, Socket or descriptor',
    target,
  );
}

/** The descriptor of what core made, or of a Socket; EBADF, with what to do, where there is none. */
export function descriptorOf(target: unknown): number {
  return targetOf(target).fileno();
}

/**
 * getsockopt(2) and setsockopt(2) on a net.Socket, net.Server, tls.TLSSocket, dgram.Socket (once
 * bound), an http request's `socket`, or a descriptor: the same object as `sock.options`. It looks
 * the descriptor up at each use; EBADF, with what to do, where there is none.
 */
export function optionsOf(
  target: net.Socket | net.Server | dgram.Socket | OptionTarget | number,
): SocketOptions {
  const found = targetOf(target);
  found.fileno();
  return optionsView(found);
}

/**
 * socket(2) and setsockopt(2), and then connect by node: a net.Socket with these options set
 * already, whose connect() is still to be called. Give connect() an address of the family, or a
 * name together with `family`.
 */
export function prepareSocket(options: OptionValues, family: number = AF_INET): net.Socket {
  const fd = check(native.socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), 'socket', {
    hintContext: { family, type: SOCK_STREAM },
  });
  try {
    applyOptions(fd, options);
  } catch (error) {
    native.close(fd);
    throw error;
  }
  native.release(fd);
  // manualStart: reading starts with the connection, not before it.
  const { Socket } = require('node:net') as typeof net; // loaded only where it is wanted
  return new Socket({
    fd,
    readable: true,
    writable: true,
    manualStart: true,
  } as net.SocketConstructorOpts);
}
