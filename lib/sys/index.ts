// bsd-socket/sys: the C calls on integer descriptors, 1:1, answering >= 0 or -errno. They do what
// their arguments say: a blocking descriptor blocks this thread.
export { constants } from '../constants';
export { GAI_FAILURE } from '../native';
export * from './descriptors';
export * from './lifecycle';
export * from './message';
export * from './names';
export { attributes, type NetlinkAttribute, type NetlinkMessage, nlmsgs } from './netlink';
export * from './options';
export { type RawStruct, structs } from './structs';
export * from './transfer';
