// The codec room's public face.
export * from './fields';
export { badRange, badType, integer, shown } from './refuse';
export { type Initial, type Struct, struct, type Values, wire } from './struct';
