export * from '../errors/arguments';
