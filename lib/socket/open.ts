// Where a Socket's descriptor comes from: socket(2), socketpair(2), or an open descriptor.
import { type AnyFamily, markElsewhere } from '../address';
import {
  AF_INET,
  SO_DOMAIN,
  SO_PROTOCOL,
  SO_TYPE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants';
import { refuseOwned } from '../descriptors';
import { badRange, badType, check, membersOf, namesOf } from '../errors';
import type { Metadata } from '../message';
import { type NetworkNamespace, socketIn } from '../names';
import { native } from '../native';
import { applyOptions, type OptionValues } from '../options';
import { onAbort } from '../wait';
import { enable } from './calls/enable';
import { close, ensureNonblocking, State } from './state';

/** What a Socket may be made from. */
export interface SocketInit {
  family?: AnyFamily;
  type?: number;
  proto?: number;
  /**
   * An open socket to take over instead of creating one; family, type and protocol are then read
   * from it.
   */
  fd?: number;
  /** applied between socket() and bind() */
  options?: OptionValues;
  /** set together with the options, as by enable() */
  enable?: Metadata;
  /** closes the socket when aborted */
  signal?: AbortSignal;
  /**
   * the network namespace to create the socket in: a path, a name of `ip netns`, or a process id;
   * interface names in its addresses and options are those of that namespace
   */
  netns?: NetworkNamespace;
}

const MEMBERS = namesOf<SocketInit>({
  family: true,
  type: true,
  proto: true,
  fd: true,
  options: true,
  enable: true,
  signal: true,
  netns: true,
});
const TYPE_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;

/** The State of `new Socket(init)`. */
export function open(given: SocketInit): State {
  const init = membersOf(given, 'Socket', MEMBERS);
  if (init.fd !== undefined && init.netns !== undefined)
    throw badType(
      'Socket: netns',
      'left out where fd is given: a socket stays where it is',
      init.netns,
    );
  const state = init.fd === undefined ? create(init) : adopt(init.fd, init);
  nonblocking(state, init.type);
  try {
    prepare(state, init);
    return state;
  } catch (error) {
    close(state);
    throw error;
  }
}

/** socketpair(2) */
export function openPair(family: AnyFamily, type: number, proto: number): [State, State] {
  const fds = new Int32Array(2);
  const result = native.socketpair(
    integer(family, 'family'),
    integer(type, 'type') | TYPE_FLAGS,
    integer(proto, 'proto'),
    fds,
  );
  check(result, 'socketpair', { hintContext: { family, type, proto } });
  const end = (fd: number) => nonblocking(new State(fd, family, type & ~TYPE_FLAGS, proto), type);
  return [end(fds[0]), end(fds[1])];
}

/** SOCK_NONBLOCK is settimeout(0), as in CPython. */
function nonblocking(state: State, type = 0): State {
  if (type & SOCK_NONBLOCK) state.seconds = 0;
  return state;
}

/** socket(2), close-on-exec and non-blocking whatever the verbs do */
function create(init: SocketInit): State {
  const { family = AF_INET as AnyFamily, type = SOCK_STREAM, proto = 0, netns } = init;
  integer(family, 'family');
  integer(proto, 'proto');
  const bits = integer(type, 'type') | TYPE_FLAGS;
  const fd =
    netns === undefined ? native.socket(family, bits, proto) : socketIn(netns, family, bits, proto);
  check(fd, 'socket', { hintContext: { family, type, proto } });
  if (netns !== undefined) markElsewhere(fd);
  return new State(fd, family, type & ~TYPE_FLAGS, proto);
}

const value = new Uint8Array(4);
const valueView = new DataView(value.buffer);

/** Takes over an open socket: the kernel says what it is, unless the caller does. */
function adopt(fd: number, { family, type, proto }: SocketInit): State {
  checkFd(fd);
  const option = (name: number): number => {
    check(native.getsockopt(fd, SOL_SOCKET, name, value, value.length), 'getsockopt');
    return valueView.getInt32(0, true);
  };
  refuseOwned(fd);
  // ENOTSOCK, whatever the caller says it is
  const actual = { family: option(SO_DOMAIN), type: option(SO_TYPE), proto: option(SO_PROTOCOL) };
  const kind = {
    family: family === undefined ? actual.family : integer(family, 'family'),
    type: type === undefined ? actual.type : integer(type, 'type') & ~TYPE_FLAGS,
    proto: proto === undefined ? actual.proto : integer(proto, 'proto'),
  };
  check(native.adopt(fd), 'adopt');
  const state = new State(fd, kind.family as AnyFamily, kind.type, kind.proto);
  state.isNew = false;
  ensureNonblocking(fd);
  return state;
}

/** The State of a socket that this environment owns already: closed where that is no socket. */
export function adoptOwned(fd: number): State {
  try {
    return adopt(fd, {});
  } catch (error) {
    native.close(fd);
    throw error;
  }
}

function prepare(state: State, init: SocketInit): void {
  const { options, signal } = init;
  if (options !== undefined) {
    if (typeof options !== 'object' || options === null)
      throw badType('Socket: options', 'an object of options by name', options);
    applyOptions(state.channel.fd, options);
  }
  if (init.enable !== undefined) enable(state, init.enable);
  if (signal === undefined) return;
  if (typeof signal?.addEventListener !== 'function')
    throw badType('Socket: signal', 'an AbortSignal', signal);
  signal.throwIfAborted();
  const self = new WeakRef(state);
  state.channel.onRelease = onAbort(signal, () => {
    const open = self.deref();
    if (open !== undefined) close(open);
  });
}

function integer(number: unknown, what: string): number {
  if (typeof number !== 'number') throw badType(`socket: ${what}`, 'a number', number);
  if (!Number.isInteger(number) || number < -0x80000000 || number > 0x7fffffff)
    throw badRange(`socket: ${what}`, 'a 32-bit integer', number);
  return number;
}

/** A number that may be a descriptor. */
export function checkFd(fd: unknown): number {
  if (typeof fd !== 'number') throw badType('Socket: fd', 'a number', fd);
  if (!Number.isInteger(fd) || fd < 0 || fd > 0x7fffffff)
    throw badRange('Socket: fd', 'an open file descriptor', fd);
  return fd;
}
