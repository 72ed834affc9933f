// What lib/message/ gives to the layers above.

export { type FdLike, fdOf, OwnedFd } from '../descriptors';
export { MessageBatch } from './batch';
export { buildControl, CMSG_LEN, CMSG_SPACE, type Cmsg, parseControl } from './cmsg';
export { checkSendOptions, extrasBytes, SENDMSG_OPTIONS, type SendExtras } from './extras';
export type { CmsgType } from './kind';
export { claim, type ErrorMessage, Message, Received } from './message';
export { enableMetadata, METADATA_NAMES, METADATA_ROOM, type Metadata } from './metadata';
export type { ExtendedErr, PktInfo, PktInfo6 } from './payload-inet';
export type { Attribute, AuxData, Timestamps } from './payload-link';
export { CM } from './table';
