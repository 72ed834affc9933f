// The codec language of structs and headers. Rows are imported from their own files (./inet,
// ./socket, ...), argument errors from errors/arguments.
export * from './fields';
export { type Initial, type Members, rows, Struct, struct, type Values, wire } from './struct';
