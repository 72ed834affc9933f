// The options room's public face.
export { getOption, setOption } from './access';
export * from './names.generated';
export type { LevelName, OptionName, OptionRegistry, OptionValues, ReadableOption, WritableOption } from './registry';
export type * from './types';
export { applyOptions, type OptionTarget, optionsView, type SocketOptions } from './view';
