// Sockets and the functions that make them.
export type { IoOptions } from './arguments';
export type { BatchOptions, MessagesOptions } from './calls/iterate';
export type { ReceivedFds } from './calls/message';
export type { WaitEvents, WaitResult } from './calls/poll';
export { create_connection, create_server, socket, socketpair } from './create';
export type { FileOptions } from './file';
export type { SocketTicket } from './hand-over';
export type { SocketInit } from './open';
export { type PollEntry, poll, pollSync } from './poll';
export { type SendmsgOptions, Socket } from './socket';
export type { Stats } from './state';
