// Sockets and the functions that make them.
export { create_connection, create_server, socket, socketpair } from './create';
export type { Stats } from './descriptor';
export type { FileOptions } from './file';
export type { IoOptions } from './funnel';
export type { BatchOptions, ReceivedFds } from './messenger';
export { type PollEntry, poll, pollSync } from './poll';
export type { SendmsgOptions } from './sender';
export { Socket, type SocketInit } from './socket';
