// Socket options: what other modules and the entry points import.
export { getOption, setOption } from './access';
export { getsourcefilter } from './codecs/source-filter';
export { defineOption, type OptionSpec } from './define';
export type * from './option-registry';
export { descriptorOf, optionsOf, prepareSocket } from './options-of';
export { type TimestampingFlag, timestamping, timestampingFlags } from './timestamping';
export type * from './types';
export { applyOptions, type OptionTarget, optionsView, type SocketOptions } from './view';
