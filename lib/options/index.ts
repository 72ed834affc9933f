// The options room's public face.
export { getOption, setOption } from './access';
export { getsourcefilter } from './codecs/source-filter';
export { conformanceDiff, type Difference } from './conformance/diff';
export type {
  ConformanceReport,
  ConformanceRequest,
  KindReport,
  Misuse,
  OptionReport,
  SocketKind,
} from './conformance/types';
export { conformance } from './conformance/walk';
export { defineOption, type OptionSpec } from './define';
export * from './names.generated';
export type * from './option-registry';
export { optionsOf, prepareSocket } from './options-of';
export { type TimestampingFlag, timestamping, timestampingFlags } from './timestamping';
export type * from './types';
export { applyOptions, type OptionTarget, optionsView, type SocketOptions } from './view';
