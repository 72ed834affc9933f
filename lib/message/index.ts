// The message room's public face.
export { MessageBatch } from './batch';
export { buildControl, type Cmsg, controlLength, controlSpace, parseControl } from './cmsg';
export { extrasBytes, type SendExtras } from './extras';
export { type FdLike, fdOf, OwnedFd } from './fds';
export type { CmsgType } from './kind';
export { claim, type ErrorMessage, Message, Received } from './message';
export { enableMetadata, METADATA_ROOM, type Metadata } from './metadata';
export type { ExtendedErr, PktInfo, PktInfo6 } from './payload-inet';
export type { Attribute, AuxData, Timestamps } from './payload-link';
export { CM } from './table';
