// Sockets that change hands: to node's core, from node's core, and between threads.
import type * as dgram from 'node:dgram';
import * as net from 'node:net';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  EINVAL,
  ENOENT,
  ENOTSUP,
  F_DUPFD_CLOEXEC,
  SO_ACCEPTCONN,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants';
import { badRange, badType, check, fail, socketError } from '../errors';
import { native } from '../native';
import { descriptorOf, type OptionTarget } from '../options';
import { getpeernameOrNull, listen } from './calls/name';
import { adoptOwned } from './open';
import { detach, openFd, type State } from './state';

/** A one-time claim on a socket between two threads of this process. */
export interface SocketTicket {
  readonly id: bigint;
}

/** What core's listen() takes where no backlog was given. */
const CORE_BACKLOG = 511;

const STREAMS: readonly number[] = [AF_INET, AF_INET6, AF_UNIX];

const unsupported = (to: string, hint: string) => socketError(-ENOTSUP, to, { hint });

/** The families that core has a stream for; with them goes its own class of handle. */
function checkStream(state: State, to: string): void {
  openFd(state, to);
  const { family, type } = state as { family: number; type: number };
  if (type !== SOCK_STREAM || !STREAMS.includes(family))
    throw unsupported(
      to,
      "node's net serves TCP and unix streams only: use makefile(), or the calls of Socket",
    );
}

const value = new Int32Array(1);
const valueBytes = new Uint8Array(value.buffer);

function isListening({ channel: { fd } }: State): boolean {
  native.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, valueBytes, valueBytes.length);
  return value[0] !== 0;
}

/**
 * A net.Socket on the same descriptor. One that is connected starts reading; one that is not may
 * still connect().
 */
export function toNet(state: State): net.Socket {
  checkStream(state, 'toNet');
  if (isListening(state)) throw unsupported('toNet', 'it listens: toServer()');
  const connected = getpeernameOrNull(state) !== null;
  const socket = new net.Socket({
    fd: state.channel.fd,
    readable: true,
    writable: true,
    manualStart: !connected,
  } as net.SocketConstructorOpts);
  detach(state);
  return socket;
}

/** A net.Server in node's own words, which its types leave out. */
interface CoreServer extends net.Server {
  _handle: object | null;
  _listen2(address: null, port: number, type: number, backlog: number): void;
}

/** A listening net.Server on the same descriptor. Core calls listen(2) again, with this backlog. */
export function toServer(state: State, o: net.ServerOpts & { backlog?: number } = {}): net.Server {
  checkStream(state, 'toServer');
  if (typeof o !== 'object' || o === null) throw badType('toServer: options', 'an object', o);
  const { backlog = state.backlog ?? CORE_BACKLOG, ...options } = o;
  if (getpeernameOrNull(state) !== null) throw unsupported('toServer', 'it is connected: toNet()');
  listen(state, backlog); // refused here, the socket is as it was
  const server = new net.Server(options) as CoreServer;
  const { fd } = state.channel;
  if (isClusterWorker()) {
    // listen({ fd }) asks the primary for a descriptor of that number.
    const owner = new net.Socket({ fd, manualStart: true } as net.SocketConstructorOpts);
    const { _handle: handle } = owner as unknown as CoreServer;
    (owner as unknown as CoreServer)._handle = null;
    detach(state);
    server._handle = handle;
    server._listen2(null, -1, -1, backlog);
    return server;
  }
  server.listen({ fd } as never, backlog as never); // with a descriptor, core reads no other backlog
  if (server._handle === null) throw socketError(-EINVAL, 'toServer');
  detach(state);
  return server;
}

function isClusterWorker(): boolean {
  return process.connected && (require('node:cluster') as import('node:cluster').Cluster).isWorker;
}

/** node's dgram, also where bsd-socket/dgram/register stands in its place. */
function coreDgram(): typeof dgram {
  const module = require('node:dgram') as typeof dgram & { [CORE_DGRAM]?: typeof dgram };
  return module[CORE_DGRAM] ?? module;
}

/** Where bsd-socket/dgram/register keeps node's own functions. */
export const CORE_DGRAM: unique symbol = Symbol.for('bsd-socket: the dgram of node') as never;

/** A bound dgram.Socket on the same descriptor. */
export function toDgram(state: State): dgram.Socket {
  const fd = openFd(state, 'toDgram');
  const { family, type } = state as { family: number; type: number };
  if (type !== SOCK_DGRAM || (family !== AF_INET && family !== AF_INET6))
    throw unsupported(
      'toDgram',
      "node's dgram serves UDP only: use messages() or onBatch(), or bsd-socket/dgram",
    );
  if (getpeernameOrNull(state) !== null)
    throw unsupported(
      'toDgram',
      'node’s dgram would not know of the peer: toDgram() first, then connect() there',
    );
  const socket = coreDgram().createSocket(family === AF_INET6 ? 'udp6' : 'udp4');
  try {
    socket.bind({ fd, exclusive: true } as dgram.BindOptions);
  } catch (error) {
    socket.close();
    throw error;
  }
  detach(state);
  return socket;
}

/** fcntl(F_DUPFD_CLOEXEC) of the descriptor of what core made: core keeps its own. */
export function fromCore(target: net.Socket | net.Server | dgram.Socket | OptionTarget): State {
  const fd = check(native.fcntl(descriptorOf(target), F_DUPFD_CLOEXEC, 0), 'dup');
  return adoptOwned(fd);
}

/** The descriptor is nobody's until the ticket is redeemed. */
export function transfer(state: State): SocketTicket {
  openFd(state, 'transfer');
  state.end();
  const ticket = state.channel.transfer('the socket was transferred to another thread');
  return { id: BigInt(check(ticket, 'transfer')) };
}

/** The State of a ticket's socket, owned by this thread. */
export function redeem(ticket: SocketTicket): State {
  const id = (ticket as Partial<SocketTicket> | null)?.id;
  if (typeof id !== 'bigint')
    throw badType('Socket.adopt: ticket', 'what transfer() returned', ticket);
  if (id < 1n || id > BigInt(Number.MAX_SAFE_INTEGER))
    throw badRange('Socket.adopt: ticket.id', 'the id of a ticket', id);
  const fd = native.redeem(Number(id));
  if (fd === -ENOENT)
    fail(fd, 'adopt', { hint: 'a ticket is good once, and in the process that issued it only' });
  return adoptOwned(check(fd, 'adopt'));
}
